"""What a network's reading of a visit left to look at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.childgait.clips import ClipPhase
from gaitdesk.childgait.shown import DROPPED_GREY, heat, heat_shapes, warmed
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import AnyArray, BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.evgs import Cell, Item
from gaitdesk.domain.recording import View
from gaitdesk.domain.shapes import Shape


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
        films: SHA-256 of the file that holds what was said of each film, clips in their order
            there; empty for a film that has no clips.
    """

    reader: str
    provenance: str
    device: str
    is_for_demonstration: bool
    clips: tuple[ClipHead, ...]
    answers: tuple[AnswerHead, ...]
    notes: tuple[FilmNote, ...] = ()
    films: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SeenAnswer:
    """What the network saw of one item of one limb.

    Attributes:
        head: The answer.
        clip: The clip that stands for all.
        numbers, times_s: Frames of the film it shows and their times, shape (T,).
        squares: Left, top and side of each picture in the film, shape (T, 3).
        kept: Which patches it was shown, shape (T / 2, G, G).
        patches: These, in the order of `kept`, shape (patches, 2, P, P, 3).
        heat: What speaks for the answer, 0 to 1, shape (T / 2, G, G).
    """

    head: AnswerHead
    clip: ClipHead
    numbers: IntArray
    times_s: FloatArray
    squares: FloatArray
    kept: BoolArray
    patches: Image
    heat: FloatArray

    @property
    def pictures(self) -> Image:
        """The network's own input, grey where it saw nothing, shape (T, S, S, 3)."""
        return _pictures(self.kept, self.patches)

    @property
    def tubelet(self) -> int:
        """Pictures that are looked at together."""
        return len(self.numbers) // len(self.heat)

    def tinted(self) -> Image:
        """The pictures with the patches tinted on which the answer rests."""
        pictures = self.pictures
        patch = pictures.shape[1] // self.heat.shape[1]
        hot = self.heat.repeat(self.tubelet, axis=0)
        return np.stack([warmed(one, each, patch) for one, each in zip(pictures, hot, strict=True)])

    def shapes(self) -> Mapping[int, tuple[Shape, ...]]:
        """Frames around those patches in each frame of the film between first and last."""
        return _HeatByFrame(self)


class _HeatByFrame(Mapping[int, tuple[Shape, ...]]):
    """What is drawn over each frame of a clip, made once somebody comes to the frame."""

    def __init__(self, seen: SeenAnswer) -> None:
        self._seen = seen
        self._starts = [int(one) for one in seen.numbers[:: seen.tubelet]]
        self._frames = range(self._starts[0], int(seen.numbers[-1]) + 1)
        self._made: dict[int, tuple[Shape, ...]] = {}

    def __getitem__(self, frame: int) -> tuple[Shape, ...]:
        if frame not in self._frames:
            raise KeyError(frame)
        step = bisect_right(self._starts, frame) - 1
        if step not in self._made:
            self._made[step] = heat_shapes(self._seen, step, self._seen.heat)
        return self._made[step]

    def __iter__(self) -> Iterator[int]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


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
            kept,
            self._arrays[f"patches{number}"],
            heat(relevance, answer.atypical >= 0.5),
        )


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


def _pictures(kept: BoolArray, patches: Image) -> Image:
    """A clip as the network saw it, grey where it saw nothing, shape (T, S, S, 3)."""
    steps, grid, _ = kept.shape
    tubelet, patch, _, channels = patches.shape[1:]
    tiles = np.full((steps, grid, grid, tubelet, patch, patch, channels), DROPPED_GREY, np.uint8)
    tiles[kept] = patches
    frames = tiles.transpose(0, 3, 1, 4, 2, 5, 6)
    return frames.reshape(steps * tubelet, grid * patch, grid * patch, channels)
