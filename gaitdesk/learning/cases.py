"""A scored case cut into clips to learn from, as the film and its corrections show it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gaitdesk.childgait.clips import Clip, Sampling
from gaitdesk.childgait.cutting import clips_of
from gaitdesk.childgait.windows import find_windows
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.coding import encode
from gaitdesk.domain.evgs import Item, Origin, Scoresheet, State
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.learning.shards import DetectedClip
from gaitdesk.media.video import VideoReader
from gaitdesk.phantom.clips import FOLLOWED, FPS

if TYPE_CHECKING:
    # It loads torch, and whoever only gathers cases has no need of it.
    from gaitdesk.childgait.config import NetworkConfig

SCHEME = 1
"""Raised whenever the same film would be cut into other clips."""

UNGRADED = 1.5
"""A score of which is only known that it is not 0: typical or not is asked, how much is not."""

_SMALL_PX, _LARGE_PX = 192, 256
_LARGEST_FOR_SMALL_PX = 160


@dataclass(frozen=True, slots=True)
class CutPlan:
    """How films are cut to learn from.

    Attributes:
        frames: Pictures of a clip, at 30 a second; more than a network reads, so that each
            showing begins elsewhere.
        fewest: Pictures a network reads; passes too short for `frames` are cut into such clips.
        side_px: Of the pictures.
        fill: Height of the child as a share of theirs; what is around lets the picture be turned
            and moved.
        most_per_pass: Clips of one pass.
    """

    frames: int = 32
    fewest: int = 16
    side_px: int = _SMALL_PX
    fill: float = 0.72
    most_per_pass: int = 8


def plan_for(config: NetworkConfig) -> CutPlan:
    """How films are cut for a network."""
    cut = config.sampling
    side_px = _SMALL_PX if cut.side_px <= _LARGEST_FOR_SMALL_PX else _LARGE_PX
    return CutPlan(32, cut.frames, side_px)


@dataclass(frozen=True, slots=True)
class Missing:
    """Cells of a form that give no label, by what is the matter.

    Attributes:
        unconfirmed: A machine's answer that nobody has confirmed.
        not_scorable: A person has said that it cannot be scored.
        blank: Nobody has said anything.
    """

    unconfirmed: int = 0
    not_scorable: int = 0
    blank: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.unconfirmed + self.not_scorable + self.blank


def labels_of(sheet: Scoresheet) -> tuple[FloatArray, Missing]:
    """What a form teaches: scores that a person has given or confirmed, and nothing else.

    Returns:
        0, 1, 2 or NaN, shape (2, 17); and what became of the other cells.
    """
    scores = np.full((len(Side), len(Item)), np.nan)
    unconfirmed = not_scorable = blank = 0
    for row, side in enumerate(Side):
        for column, item in enumerate(Item):
            cell = sheet.get(side, item)
            if cell is None:
                blank += 1
            elif not (cell.is_confirmed or cell.origin is Origin.REVIEWER):
                unconfirmed += 1
            elif cell.state is State.SCORED and cell.score is not None:
                scores[row, column] = int(cell.score)
            elif cell.state is State.NOT_SCORABLE:
                not_scorable += 1
            else:
                blank += 1
    return scores, Missing(unconfirmed, not_scorable, blank)


def cut_key(plan: CutPlan, rests_on: object) -> str:
    """Digest of all that a case's clips rest on.

    Args:
        plan: How they are cut.
        rests_on: Contents of films and analyses and everything corrected in them, as JSON values.
    """
    held = json.dumps([SCHEME, encode(plan), rests_on], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(held.encode()).hexdigest()


def cut_case(films: Sequence[FilmAnalysis], plan: CutPlan) -> Job[tuple[DetectedClip, ...]]:
    """Clips of all passes of a case; each film is read once.

    Yields:
        One event a clip.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
    """
    sampling = _sampling(films, plan)
    windows = [find_windows(film, index, sampling) for index, film in enumerate(films)]
    total = sum(len(own) for own in windows)
    found: list[DetectedClip] = []
    for film, own in zip(films, windows, strict=True):
        if not own:
            continue
        with VideoReader(film.video) as reader:
            for clip in clips_of(reader, film, own, sampling):
                found.append(detected(clip, plan))
                yield Progress(len(found), total, tr("Cutting clips"))
    return tuple(found)


def _sampling(films: Sequence[FilmAnalysis], plan: CutPlan) -> Sampling:
    """Long clips where every pass that gives any gives long ones; else short ones."""

    def cut(frames: int) -> Sampling:
        hop = max(1, 3 * frames // 4)
        return Sampling(frames, FPS, plan.side_px, plan.fill, hop, (), plan.most_per_pass)

    def passes(sampling: Sampling) -> set[tuple[int, int]]:
        return {
            (index, number)
            for index, film in enumerate(films)
            for window in find_windows(film, index, sampling)
            for number, one in enumerate(film.passes)
            if one.first_frame <= film.video.frame_at(window.centre_s) <= one.last_frame
        }

    long, short = cut(plan.frames), cut(plan.fewest)
    return long if passes(long) == passes(short) else short


def detected(clip: Clip, plan: CutPlan) -> DetectedClip:
    """A clip of a film as it is kept for learning."""
    frames, side = len(clip), clip.side_px
    edge = 0.5 * (1.0 - plan.fill) * side
    unknown = np.full((frames, len(Side)), np.nan)
    return DetectedClip(
        view=clip.view,
        images=clip.frames,
        masks=clip.mask & clip.has_mask[:, None, None],
        points_px=clip.keypoints_px,
        visible=np.isfinite(clip.keypoints_px[..., 0]),
        squares_px=np.tile([edge, edge, plan.fill * side], (frames, 1)),
        angles_deg=np.full((frames, len(Side), len(FOLLOWED)), np.nan),
        phase=unknown,
        confidence=np.where(np.isfinite(clip.keypoints_px[..., 0]), clip.confidence, 0.0),
    )
