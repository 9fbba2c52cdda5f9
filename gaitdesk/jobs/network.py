"""A kept visit read by the network: its answers for the form, and what it saw beside them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gaitdesk.childgait.clips import ClipPhase
from gaitdesk.childgait.shown import DROPPED_GREY, heat, heat_shapes, warmed
from gaitdesk.childgait.together import agreed
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import AnyArray, BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.evgs import Cell, Item, ItemScore, Origin, Proposal, Scoresheet
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.recording import View
from gaitdesk.domain.shapes import Shape
from gaitdesk.i18n import noted, tr
from gaitdesk.jobs.following import look
from gaitdesk.jobs.known import Read, note_read, states_of
from gaitdesk.jobs.reading import Readers, wanted_network
from gaitdesk.media.output import atomic_folder, write_text
from gaitdesk.store.corrections import by_film
from gaitdesk.store.edits import SessionId
from gaitdesk.store.erasing import READINGS
from gaitdesk.store.store import Store

if TYPE_CHECKING:
    from gaitdesk.childgait.reader import NetworkReading

_HEAD, _CLIPS = "reading.json", "clips.npz"


@dataclass(frozen=True, slots=True)
class ClipHead:
    """Where a clip was cut; see `childgait.clips.Window`."""

    film: int
    view: View
    phase: ClipPhase
    side: Side | None


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """What stands behind one answer; see `childgait.answers.ItemAnswer`.

    Attributes:
        side, item: Which.
        clip: The deciding clip, as an index.
        atypical, lowest, highest: The chance, and its doubt.
        clips: How many clips it rests on.
    """

    side: Side
    item: Item
    clip: int
    atypical: float
    lowest: float
    highest: float
    clips: int


@dataclass(frozen=True, slots=True)
class FilmNote:
    """What went wrong in a film, and what follows."""

    film: int
    text: str


@dataclass(frozen=True, slots=True)
class ReadingHead:
    """What a network's reading of a visit is, without its pictures.

    Attributes:
        reader: Name and version of the network.
        provenance, device: What it is, and what it ran on.
        is_for_demonstration: Whether it must not be used on patients.
        clips: The deciding clips.
        answers: The answers, each with its clip.
        notes: What went wrong.
    """

    reader: str
    provenance: str
    device: str
    is_for_demonstration: bool
    clips: tuple[ClipHead, ...]
    answers: tuple[AnswerHead, ...]
    notes: tuple[FilmNote, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SeenAnswer:
    """What the network saw of one item of one limb.

    Attributes:
        head: The answer.
        clip: The clip that stands for all.
        numbers, times_s: Frames of the film it shows and their times, shape (T,).
        squares: Left, top and side of each picture in the film, shape (T, 3).
        pictures: The network's own input, grey where it saw nothing, shape (T, S, S, 3).
        heat: What speaks for the answer, 0 to 1, shape (T / 2, G, G).
    """

    head: AnswerHead
    clip: ClipHead
    numbers: IntArray
    times_s: FloatArray
    squares: FloatArray
    pictures: Image
    heat: FloatArray

    @property
    def tubelet(self) -> int:
        """Pictures that are looked at together."""
        return len(self.pictures) // len(self.heat)

    def tinted(self) -> Image:
        """The pictures with the patches tinted on which the answer rests."""
        patch = self.pictures.shape[1] // self.heat.shape[1]
        hot = self.heat.repeat(self.tubelet, axis=0)
        return np.stack(
            [warmed(one, each, patch) for one, each in zip(self.pictures, hot, strict=True)]
        )

    def shapes(self) -> Mapping[int, tuple[Shape, ...]]:
        """Frames around those patches in each frame of the film between first and last."""
        found: dict[int, tuple[Shape, ...]] = {}
        last = int(self.numbers[-1])
        starts = [int(self.numbers[step * self.tubelet]) for step in range(len(self.heat))]
        for step, (start, end) in enumerate(zip(starts, [*starts[1:], last + 1], strict=True)):
            shapes = heat_shapes(self, step, self.heat)
            found |= dict.fromkeys(range(start, end), shapes)
        return found


class KeptReading:
    """What a network's reading of a visit left to look at.

    Attributes:
        head: What it is.
    """

    def __init__(self, head: ReadingHead, arrays: Mapping[str, AnyArray]) -> None:
        self.head = head
        self._arrays = arrays
        self._answers = {(one.side, one.item): one for one in head.answers}

    def seen(self, cell: Cell) -> SeenAnswer | None:
        """What it saw of one item of one limb; None where no clip speaks for it."""
        answer = self._answers.get(cell)
        if answer is None:
            return None
        number = answer.clip
        kept = self._arrays[f"kept{number}"].astype(np.bool_)
        relevance = self._arrays[f"relevance-{answer.side}-{answer.item}"].astype(np.float64)
        return SeenAnswer(
            answer,
            self.head.clips[number],
            self._arrays[f"numbers{number}"],
            self._arrays[f"times{number}"],
            self._arrays[f"squares{number}"],
            _pictures(kept, self._arrays[f"patches{number}"]),
            heat(relevance, answer.atypical >= 0.5),
        )


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

    The films are read as they were followed and corrected by now.

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
    from gaitdesk.childgait.reader import propose_by_network

    with Store.open(folder) as store:
        place = store.folder / READINGS / session
        outcome = yield from look(store, session)
    films = outcome.analysis.films
    states = states_of(films, by_film(outcome.corrections), network.model.config.sampling)
    found = yield from portion(propose_by_network(films, network), 20.0, 960.0)
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
    with atomic_folder(place) as written:
        write_text(written / _HEAD, json.dumps(encode(head)) + "\n")
        np.savez_compressed(written / _CLIPS, allow_pickle=False, **arrays)
    return NetworkAnswers(session, dict(found.proposals), KeptReading(head, arrays), states)


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


def kept_reading(folder: Path, session: SessionId) -> KeptReading | None:
    """What the network's last reading of a visit left; None where there is nothing usable.

    Args:
        folder: The data folder.
        session: The visit.
    """
    place = folder / READINGS / session
    try:
        head: ReadingHead = decode(
            ReadingHead, json.loads((place / _HEAD).read_text(encoding="utf-8"))
        )
        # A stream of its own is closed although what is in it cannot be read.
        with (
            (place / _CLIPS).open("rb") as stream,
            np.load(stream, allow_pickle=False) as file,
        ):
            arrays = {key: file[key] for key in file.files}
    except (OSError, ValueError, FormInvalid, zipfile.BadZipFile):
        return None
    needed = {f"relevance-{one.side}-{one.item}" for one in head.answers}
    needed |= {f"{what}{number}" for number in range(len(head.clips)) for what in _PARTS}
    is_whole = needed <= arrays.keys() and all(
        0 <= one.clip < len(head.clips) for one in head.answers
    )
    return KeptReading(head, arrays) if is_whole else None


def with_reading(analysis: Analysis, reading: KeptReading | None) -> Analysis:
    """An analysis that also tells which network has read it, and what it had to say."""
    if reading is None:
        return analysis
    head, held = reading.head, analysis.provenance
    films = tuple(
        replace(
            film,
            notes=(
                *film.notes,
                *(
                    one.text
                    for one in head.notes
                    if one.film == place and one.text not in film.notes
                ),
            ),
        )
        for place, film in enumerate(analysis.films)
    )
    if head.provenance in held.models:
        return replace(analysis, films=films)
    device = ", ".join(dict.fromkeys(one for one in (held.device, head.device) if one))
    provenance = replace(held, models=(*held.models, head.provenance), device=device)
    return replace(analysis, films=films, provenance=provenance)


_PARTS = ("kept", "patches", "numbers", "times", "squares")


def _left(reading: NetworkReading) -> tuple[ReadingHead, dict[str, AnyArray]]:
    """What is worth keeping of a reading: the deciding clips, and what speaks in them."""
    deciding = sorted({answer.deciding for answer in reading.answers.values()})
    arrays: dict[str, AnyArray] = {}
    for number, index in enumerate(deciding):
        clip = reading.clips[index]
        parts: tuple[AnyArray, ...] = (
            clip.kept,
            clip.patches,
            clip.numbers,
            clip.times_s,
            clip.squares,
        )
        arrays |= {f"{what}{number}": part for what, part in zip(_PARTS, parts, strict=True)}
    for (side, item), relevance in reading.relevances.items():
        arrays[f"relevance-{side}-{item}"] = relevance.astype(np.float32)
    windows = [reading.clips[index].window for index in deciding]
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


def _pictures(kept: BoolArray, patches: Image) -> Image:
    """A clip as the network saw it, grey where it saw nothing, shape (T, S, S, 3)."""
    steps, grid, _ = kept.shape
    tubelet, patch, _, channels = patches.shape[1:]
    tiles = np.full((steps, grid, grid, tubelet, patch, patch, channels), DROPPED_GREY, np.uint8)
    tiles[kept] = patches
    frames = tiles.transpose(0, 3, 1, 4, 2, 5, 6)
    return frames.reshape(steps * tubelet, grid * patch, grid * patch, channels)
