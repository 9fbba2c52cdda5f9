"""A kept visit read by the network: its answers for the form, and what it saw beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gaitdesk.childgait.together import agreed
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.arrays import AnyArray
from gaitdesk.domain.evgs import Cell, ItemScore, Origin, Proposal, Scoresheet
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import noted, tr
from gaitdesk.jobs.following import Outcome, look
from gaitdesk.jobs.known import Read, note_read, states_of
from gaitdesk.jobs.reading import Readers, wanted_network
from gaitdesk.jobs.seen import AnswerHead, ClipHead, FilmNote, KeptReading, ReadingHead
from gaitdesk.jobs.seen_files import keep_reading, known_films
from gaitdesk.store.corrections import by_film
from gaitdesk.store.edits import SessionId
from gaitdesk.store.erasing import READINGS
from gaitdesk.store.store import Store

if TYPE_CHECKING:
    from gaitdesk.childgait.card import Network
    from gaitdesk.childgait.reader import NetworkReading


@dataclass(frozen=True, slots=True, eq=False)
class VisitToRead:
    """What a network needs of a visit to read it.

    Attributes:
        session: The visit.
        films: The films as they were followed and corrected by now.
        states: Their states.
        place: Folder in which what is read is kept.
    """

    session: SessionId
    films: tuple[FilmAnalysis, ...]
    states: Mapping[int, Read]
    place: Path


@dataclass(frozen=True, slots=True, eq=False)
class NetworkAnswers:
    """What a network says of a visit.

    Attributes:
        session: The visit.
        proposals: One for each item of each limb.
        reading: What is left to look at.
        states: The films as they were read.
    """

    session: SessionId
    proposals: Mapping[Cell, Proposal]
    reading: KeptReading
    states: Mapping[int, Read] = field(default_factory=dict)


def read_by_network(
    session: SessionId, folder: Path | None = None, name: str | None = None
) -> Job[NetworkAnswers]:
    """Let the network read a kept visit, and keep what it saw; the form is left as it is.

    The films are read as they were followed and corrected by now; see `read_films`.

    Args:
        session: The visit.
        folder: The data folder; None takes the user's own.
        name: Package of the network; None takes the first that is there.

    Yields:
        Progress in thousandths.

    Raises:
        LibraryMissing, ModelPackageInvalid, CheckpointRefused: The network cannot run.
        VideoUnreadable: A film is not where it was.
        MemoryTooSmall, DiskFull, OutputNotWritable: What it says.
    """
    yield Progress(0, 1000, tr("Loading the network"))
    network = wanted_network(Readers.CHILDGAIT, name)
    assert network is not None
    with Store.open(folder) as store:
        visit = to_read(store, session, (yield from look(store, session)), network)
    return (yield from portion(read_films(visit, network), 20.0, 980.0))


def to_read(store: Store, session: SessionId, outcome: Outcome, network: Network) -> VisitToRead:
    """What a network needs of a visit, after what was corrected in it."""
    contents = {film.index: film.sha256 for film in store.films(session).values()}
    films = tuple(
        replace(film, video=replace(film.video, sha256=contents.get(index, film.video.sha256)))
        for index, film in enumerate(outcome.analysis.films)
    )
    sampling = network.model.config.sampling
    states = states_of(films, by_film(outcome.corrections), sampling)
    return VisitToRead(session, films, states, store.folder / READINGS / session)


def read_films(visit: VisitToRead, network: Network) -> Job[NetworkAnswers]:
    """Read films of a visit of which the network has not said everything yet; keep what it says.

    What it said of a film stays beside the store until the film is seen, followed or corrected
    otherwise, or read by other weights; only then is that film read again.

    Yields:
        Progress in thousandths, of the films that are read.

    Raises:
        VideoUnreadable, MemoryTooSmall, DiskFull, OutputNotWritable: What it says; what was kept
            before stands then.
    """
    from gaitdesk.childgait.reader import propose_by_network

    job = propose_by_network(visit.films, network, known=known_films(visit.place))
    found = yield from portion(job, 0.0, 980.0)
    yield Progress(980, 1000, tr("Keeping what the network saw"))
    head, arrays = _left(found)
    head = replace(
        head,
        reader=network.name,
        provenance=network.provenance,
        is_for_demonstration=network.is_for_demonstration,
    )
    if network.is_for_demonstration:
        words = noted(
            "The network {name} is for demonstration: its answers are not for clinical use."
        ).format(name=network.name)
        head = replace(head, notes=(FilmNote(0, words), *head.notes))
    head = keep_reading(visit.place, head, found.films)
    reading = KeptReading(head, arrays)
    return NetworkAnswers(visit.session, dict(found.proposals), reading, visit.states)


def keep_answers(store: Store, answers: NetworkAnswers) -> None:
    """Put a network's answers into the form beside those that stand there now.

    What a person has said or confirmed meanwhile stays.

    Raises:
        StoreBusy, StoreFull, StoreNotWritable: They could not be kept; nothing has changed.
    """
    with store.together():
        sheet = store.sheet(answers.session)
        store.import_sheet(
            answers.session, beside(sheet, answers.proposals), noted("Read by the network")
        )
        note_read(store, answers.session, answers.states)


def beside(sheet: Scoresheet, proposals: Mapping[Cell, Proposal]) -> Scoresheet:
    """What machines alone would fill a form with, once the network has answered too.

    Args:
        sheet: The form as it stands, with the rules' answers where they read.
        proposals: What the network says.
    """
    filled = Scoresheet()
    for (side, item), proposal in proposals.items():
        held = sheet.get(side, item)
        rules = [one for one in (held.proposed if held else ()) if one.origin is not Origin.NETWORK]
        score = agreed(rules[-1], proposal) if rules else ItemScore.from_proposal(proposal)
        filled = filled.with_cell(side, item, score)
    return filled


def _left(reading: NetworkReading) -> tuple[ReadingHead, dict[str, AnyArray]]:
    """What is worth keeping of a reading: the deciding clips, and what speaks in them."""
    arrays: dict[str, AnyArray] = {}
    for number, clip in enumerate(reading.clips.values()):
        arrays |= {
            f"kept{number}": clip.kept,
            f"patches{number}": clip.patches,
            f"numbers{number}": clip.numbers,
            f"times{number}": clip.times_s,
            f"squares{number}": clip.squares,
        }
    for (side, item), relevance in reading.relevances.items():
        arrays[f"relevance-{side}-{item}"] = relevance.astype(np.float32)
    windows = [clip.window for clip in reading.clips.values()]
    deciding = list(reading.clips)
    head = ReadingHead(
        reader="",
        provenance="",
        device=reading.device,
        is_for_demonstration=False,
        clips=tuple(ClipHead(one.film, one.view, one.phase, one.side) for one in windows),
        answers=tuple(
            AnswerHead(
                side,
                item,
                deciding.index(answer.deciding),
                answer.atypical,
                answer.lowest,
                answer.highest,
                len(answer.clips),
            )
            for (side, item), answer in reading.answers.items()
        ),
        notes=tuple(FilmNote(film, text) for film, text in reading.notes),
    )
    return head, arrays
