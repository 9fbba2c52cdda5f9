"""The network's answers again, after a correction of what it has read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.jobs.correcting import network_answers
from gaitdesk.jobs.following import Outcome, look
from gaitdesk.jobs.keeping import kept_analysis
from gaitdesk.jobs.known import clips_of, note_read, read_states
from gaitdesk.jobs.network import NetworkAnswers, VisitToRead, read_films, to_read
from gaitdesk.jobs.reading import Readers, wanted_network
from gaitdesk.store.edits import SessionId
from gaitdesk.store.store import Store

if TYPE_CHECKING:
    from gaitdesk.childgait.card import Network


def reread(session: SessionId, folder: Path | None = None) -> Job[NetworkAnswers | None]:
    """Let the network read a visit again where its clips changed; the form is left as it is.

    Only films in which a clip changed are read; what was said of the others is known, and the
    answers to items that are read from several films are made of both. Where a correction
    changed no clip, as when an event moved and clips are cut evenly, that is noted.

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
        if not outcome.is_unread:
            return None
        yield Progress(0, 1000, tr("Loading the network"))
        network = _same_network(_reader(outcome))
        visit = to_read(store, session, outcome, network)
        if not _is_changed(store, visit, network):
            note_read(store, session, visit.states)
            return None
    return (yield from portion(read_films(visit, network), 50.0, 950.0))


def _same_network(reader: str) -> Network:
    """The network that has read a visit.

    Raises:
        LibraryMissing, ModelPackageInvalid, CheckpointRefused: It is not there any more.
    """
    network = wanted_network(Readers.CHILDGAIT, reader.rpartition(" ")[0])
    if network is None or network.name != reader:
        raise ModelPackageInvalid(
            reader,
            tr("this network has read the visit, and another version of it is installed now."),
        )
    return network


def _is_changed(store: Store, visit: VisitToRead, network: Network) -> bool:
    """Whether other clips are cut now than were read."""
    sampling = network.model.config.sampling
    read = read_states(store, visit.session)
    made = kept_analysis(store, visit.session)
    before = {
        i: read[i].clips if i in read else clips_of(film, i, (), sampling)
        for i, film in enumerate(made.films)
    }
    return any(visit.states[i].clips != before[i] for i in visit.states)


def _reader(outcome: Outcome) -> str:
    """Name and version of the network that has read a visit."""
    return next(iter(network_answers(outcome.analysis.scoresheet).values())).reader
