"""What a network said of one film, and what that rests on, so that it need not be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

import gaitdesk
from gaitdesk.childgait.answers import ClipAnswer
from gaitdesk.childgait.card import Network
from gaitdesk.childgait.clips import Sampling, Window
from gaitdesk.childgait.cutting import planned
from gaitdesk.childgait.evidence import SeenClip
from gaitdesk.childgait.framing import squares_of
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Cell
from gaitdesk.domain.mask import FrameMask
from gaitdesk.perception.compute import ComputeDevice

ClipCell = tuple[int, Cell]
"""A clip by its place among those of its film, and an item of a limb."""


@dataclass(frozen=True, slots=True, eq=False)
class FilmAnswers:
    """What a network said of the clips of one film.

    Attributes:
        key: What it rests on, see `key_of`; empty where that is not known.
        answers: One for each clip, in the order of time.
        clips: Those that can be looked at, by their place among the answers.
        relevances: What places of a clip say of an item of a limb, as far as it was asked.
    """

    key: str
    answers: tuple[ClipAnswer, ...] = ()
    clips: Mapping[int, SeenClip] = field(default_factory=dict)
    relevances: Mapping[ClipCell, FloatArray] = field(default_factory=dict)

    def numbered(self, film: int) -> FilmAnswers:
        """The same for a film that has this index now."""
        return replace(
            self,
            answers=tuple(replace(one, window=_in(film, one.window)) for one in self.answers),
            clips={
                place: replace(clip, window=_in(film, clip.window))
                for place, clip in self.clips.items()
            },
        )

    def only(self, wanted: Iterable[ClipCell]) -> FilmAnswers:
        """All answers, but only some clips to look at, and what places of them say."""
        asked = set(wanted)
        places = {place for place, _ in asked}
        return replace(
            self,
            clips={place: clip for place, clip in self.clips.items() if place in places},
            relevances={one: map_ for one, map_ in self.relevances.items() if one in asked},
        )


def _in(film: int, window: Window) -> Window:
    return window if window.film == film else replace(window, film=film)


def key_of(
    film: FilmAnalysis, windows: Sequence[Window], network: Network, where: ComputeDevice
) -> str:
    """A digest of all that a network's answers to the clips of a film rest on.

    That is the content of the film, where clips are cut in it, body points and masks in their
    pictures, the network's weights, and the programs and the processor it runs on, which decide
    the last digits. Which film of a visit it is, and how it is related to others, do not count.

    Args:
        film: The film with passes, body points and masks.
        windows: Where clips are cut in it.
        network: The network.
        where: What it runs on.

    Returns:
        Empty where film or weights are not known by their content.
    """
    if not film.video.sha256 or not network.weights:
        return ""
    whole = hashlib.sha256()
    _take(whole, [network.weights, gaitdesk.__version__, torch.__version__])
    _take(whole, [where.name, str(where.device), str(where.dtype), torch.get_num_threads()])
    video = film.video
    _take(whole, [video.sha256, video.rotation_deg, video.is_mirrored, video.width, video.height])
    for part in _parts(film, windows, network.model.config.sampling):
        whole.update(part)
    return whole.hexdigest()


def _parts(
    film: FilmAnalysis, windows: Sequence[Window], sampling: Sampling
) -> Iterable[bytes | memoryview]:
    """All that clips of a film are made of, beside its pictures."""
    squares = squares_of(film, sampling.subject_share)
    frames: set[int] = set()
    for window, numbers in planned(film, windows, squares, sampling):
        yield _text([window.view, window.centre_s.hex(), window.phase, window.side])
        yield np.ascontiguousarray(numbers, np.int64).data
        frames.update(int(number) for number in numbers)
    used = sorted(frames)
    for array in (film.video.times_s, squares, film.pose.points_px, film.pose.confidence):
        yield np.ascontiguousarray(array[used], np.float64).tobytes()
    for number in used:
        mask = None if film.mask is None else film.mask.frames[number]
        yield from _mask_parts(mask)


def _mask_parts(mask: FrameMask | None) -> Iterable[bytes]:
    if mask is None:
        yield _text(None)
    else:
        yield _text([mask.left, mask.top, mask.width, mask.height])
        yield mask.bits.tobytes()


def _text(value: Any) -> bytes:
    return json.dumps(value).encode("ascii")


def _take(whole: Any, value: Any) -> None:
    whole.update(_text(value))
