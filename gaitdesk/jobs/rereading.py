"""The network's answers again, after a correction of what it has read."""

from __future__ import annotations

from pathlib import Path

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.jobs.correcting import network_answers
from gaitdesk.jobs.following import Outcome, look
from gaitdesk.jobs.keeping import open_kept
from gaitdesk.jobs.known import clips_of, note_read, read_states, states_of
from gaitdesk.jobs.network import NetworkAnswers, read_by_network
from gaitdesk.jobs.reading import Readers, wanted_network
from gaitdesk.store.corrections import by_film
from gaitdesk.store.edits import SessionId
from gaitdesk.store.store import Store


def reread(session: SessionId, folder: Path | None = None) -> Job[NetworkAnswers | None]:
    """Let the network read a visit again where its clips changed; the form is left as it is.

    A network reads at least one item from both planes, and what it saw is kept as a whole: so
    where one clip of a visit changed, all of its clips are read. Where a correction changed none,
    as when an event moved and clips are cut evenly, nothing is read, and that is noted.

    Yields:
        Progress in thousandths.

    Returns:
        The answers, for `gaitdesk.jobs.network.keep_answers`; None where no clip changed.

    Raises:
        LibraryMissing, ModelPackageInvalid, CheckpointRefused: The network that read the visit
            is not there any more.
        VideoUnreadable: A film can no longer be decoded.
        GaitDeskError: As the store; nothing was changed then.
    """
    with Store.open(folder) as store:
        outcome = yield from look(store, session)
        if not outcome.is_unread or not (yield from _is_changed(store, session, outcome)):
            return None
    job = read_by_network(session, folder, _package(_reader(outcome)))
    return (yield from portion(job, 50.0, 950.0))


def _is_changed(store: Store, session: SessionId, outcome: Outcome) -> Job[bool]:
    """Whether other clips are cut now than were read; if not, that is noted."""
    yield Progress(0, 1000, tr("Loading the network"))
    reader = _reader(outcome)
    network = wanted_network(Readers.CHILDGAIT, _package(reader))
    if network is None or network.name != reader:
        raise ModelPackageInvalid(
            reader,
            tr("this network has read the visit, and another version of it is installed now."),
        )
    sampling = network.model.config.sampling
    now = states_of(outcome.analysis.films, by_film(outcome.corrections), sampling)
    read = read_states(store, session)
    made = open_kept(store, session).made
    before = {
        i: read[i].clips if i in read else clips_of(film, i, (), sampling)
        for i, film in enumerate(made.films)
    }
    if any(now[i].clips != before[i] for i in now):
        return True
    note_read(store, session, now)
    return False


def _reader(outcome: Outcome) -> str:
    """Name and version of the network that has read a visit."""
    return next(iter(network_answers(outcome.analysis.scoresheet).values())).reader


def _package(reader: str) -> str:
    return reader.rpartition(" ")[0]
