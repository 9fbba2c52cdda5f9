"""Corrections put onto what was found in a film; what was found is left as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import MIRRORED, Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.correction import (
    Correction,
    JointMove,
    MaskRun,
    MaskStroke,
    PersonChoice,
    SideSwap,
    frames_of,
)
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.perception.brushing import with_stroke
from gaitdesk.perception.swap import LEG_PARTS

HandPlaced = dict[Landmark, set[int]]
"""Frames in which a person has said where a body point is."""

_LEGS = tuple(landmark(side, part) for side in Side for part in LEG_PARTS)


def of_chosen_person(
    corrections: Sequence[Correction],
) -> tuple[PersonChoice | None, tuple[Correction, ...]]:
    """The last choice of a person, and the corrections that were made on them since.

    Args:
        corrections: Of one film, in the order they were made in.
    """
    choice: PersonChoice | None = None
    since: list[Correction] = []
    for one in corrections:
        if isinstance(one, PersonChoice):
            choice, since = one, []
        else:
            since.append(one)
    return choice, tuple(since)


def corrected(
    film: FilmAnalysis,
    corrections: Sequence[Correction],
    runs: Mapping[str, MaskTrack] = MappingProxyType({}),
) -> FilmAnalysis:
    """A film with corrected body points and mask; what follows from them is not worked out.

    Corrections of frames that the film does not have are passed over, and so is everything that
    was made on another person than the one chosen last.

    Args:
        film: The film, with body points and mask of the person chosen last.
        corrections: Of this film, in the order they were made in.
        runs: Masks followed anew, by what each `MaskRun` calls them.
    """
    pose, mask = film.pose, film.mask
    by_hand: HandPlaced = defaultdict(set)
    for one in _fitting(corrections, len(film.pose)):
        match one:
            case JointMove():
                pose = with_joint(pose, one, by_hand[one.point])
                by_hand[one.point].add(one.frame)
            case SideSwap():
                pose = with_sides_swapped(pose, one)
                by_hand = _by_hand_swapped(by_hand, one)
            case MaskStroke() if mask is not None:
                mask = with_stroke(mask, one)
            case MaskRun():
                mask = with_run(mask, one, runs[one.masks])
    return replace(film, pose=pose, mask=mask)


def hand_placed(corrections: Sequence[Correction], frames: int) -> HandPlaced:
    """In which frames which body points stand where a person has put them.

    Args:
        corrections: Of one film, in the order they were made in.
        frames: Number of frames of the film.
    """
    by_hand: HandPlaced = defaultdict(set)
    for one in _fitting(corrections, frames):
        if isinstance(one, JointMove):
            by_hand[one.point].add(one.frame)
        elif isinstance(one, SideSwap):
            by_hand = _by_hand_swapped(by_hand, one)
    return dict(by_hand)


def painted_frames(corrections: Sequence[Correction], frames: int) -> set[int]:
    """In which frames a person has painted the mask, each by itself.

    What was erased in many frames at once was not looked at in each of them.

    Args:
        corrections: Of one film, in the order they were made in.
        frames: Number of frames of the film.
    """
    return {one.frame for one in _strokes(corrections, frames) if one.last_frame is None}


def painted_masks(
    corrections: Sequence[Correction], mask: MaskTrack | None, span: tuple[int, int]
) -> dict[int, FrameMask | None]:
    """The mask of each frame that a person has painted it in; None where all was erased.

    Args:
        corrections: Of one film, in the order they were made in.
        mask: The masks as they stand; None where there are none.
        span: First and last frame that count, both included.
    """
    if mask is None:
        return {}
    painted = sorted(painted_frames(corrections, len(mask)))
    return {frame: mask.frames[frame] for frame in painted if span[0] <= frame <= span[1]}


def with_paint_kept(
    followed: MaskTrack,
    painted: Mapping[int, FrameMask | None],
    corrections: Sequence[Correction],
) -> MaskTrack:
    """Masks followed anew, in which what a person said with the brush has the last word.

    What was erased in many frames at once, as a chair, is no part of the patient in what was found
    there now, either.

    Args:
        followed: What a model found.
        painted: Masks that stay, by frame, see `painted_masks`.
        corrections: Of this film, in the order they were made in.
    """
    for one in _strokes(corrections, len(followed)):
        if one.last_frame is not None:
            followed = with_stroke(followed, one)
    frames = [painted.get(i, held) for i, held in enumerate(followed.frames)]
    return replace(followed, frames=tuple(frames))


def with_joint(pose: PoseTrack, move: JointMove, by_hand: set[int]) -> PoseTrack:
    """Body points after one was put elsewhere in a frame.

    The frames around follow by a share that fades smoothly to nothing just outside the range of
    the move, or at the next frame in which the point already stands where a person put it: so it
    passes through all places it was given. Where it was missing in between, it is first taken to
    have gone straight from where it was last known to where it was known again.

    Args:
        pose: Body points before.
        move: Where the point belongs.
        by_hand: Frames in which the point stands where a person put it.
    """
    earlier = [frame for frame in by_hand if frame < move.frame]
    later = [frame for frame in by_hand if frame > move.frame]
    first = max([move.first_frame, *(frame + 1 for frame in earlier)])
    last = min([move.last_frame, *(frame - 1 for frame in later)])
    here = np.arange(first, last + 1)
    share = _fading(here, first, move.frame, last)
    points, confidence = pose.points_px.copy(), pose.confidence.copy()
    path = _without_gaps(points[:, move.point], move, here)
    away = np.asarray(move.place_px) - path[move.frame - first]
    points[here, move.point] = path + share[:, None] * away
    # Exactly there, whatever rounding says.
    points[move.frame, move.point] = move.place_px
    is_known = np.isfinite(points[here, move.point]).all(axis=1)
    confidence[here, move.point] = np.where(
        is_known, np.maximum(confidence[here, move.point], share), 0.0
    )
    return PoseTrack(points, confidence)


def with_sides_swapped(pose: PoseTrack, swap: SideSwap) -> PoseTrack:
    """Body points with left and right exchanged over some frames."""
    here = slice(swap.first_frame, swap.last_frame + 1)
    own = list(_LEGS) if swap.is_legs_alone else list(Landmark)
    other = [MIRRORED[point] for point in own]
    points, confidence = pose.points_px.copy(), pose.confidence.copy()
    points[here, own] = pose.points_px[here, other]
    confidence[here, own] = pose.confidence[here, other]
    return PoseTrack(points, confidence)


def with_run(mask: MaskTrack | None, run: MaskRun, followed: MaskTrack) -> MaskTrack:
    """Masks of a film after some frames were followed anew; the other frames stay as they are."""
    frames: list[FrameMask | None] = [None] * len(followed)
    if mask is not None:
        frames = list(mask.frames)
    here = slice(run.first_frame, run.last_frame + 1)
    frames[here] = followed.frames[here]
    return replace(followed, frames=tuple(frames))


def _fitting(corrections: Sequence[Correction], frames: int) -> list[Correction]:
    """Corrections made on the person chosen last, of frames the film has."""
    _, since = of_chosen_person(corrections)
    return [one for one in since if frames_of(one)[1] < frames]


def _strokes(corrections: Sequence[Correction], frames: int) -> list[MaskStroke]:
    return [one for one in _fitting(corrections, frames) if isinstance(one, MaskStroke)]


def _fading(frames: IntArray, first: int, middle: int, last: int) -> FloatArray:
    """1 in the middle frame, smoothly down to 0 just before the first and just after the last."""
    edges = (first - 1.0, float(middle), last + 1.0)
    share = np.interp(frames, edges, (0.0, 1.0, 0.0))
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _without_gaps(path: FloatArray, move: JointMove, frames: IntArray) -> FloatArray:
    """A point's path over some frames, straight where it was missing; shape (frames, 2).

    Beyond the frames it was ever known in, it stays missing up to the one it is put in.
    """
    known = np.flatnonzero(np.isfinite(path).all(axis=1))
    if not len(known):
        return np.where((frames == move.frame)[:, None], np.asarray(move.place_px), np.nan)
    filled = np.stack([np.interp(frames, known, path[known, axis]) for axis in (0, 1)], axis=1)
    ends = min(known[0], move.frame), max(known[-1], move.frame)
    filled[(frames < ends[0]) | (frames > ends[1])] = np.nan
    return filled


def _by_hand_swapped(by_hand: HandPlaced, swap: SideSwap) -> HandPlaced:
    points = set(_LEGS) if swap.is_legs_alone else set(Landmark)
    swapped: HandPlaced = defaultdict(set)
    for point, frames in by_hand.items():
        for frame in frames:
            is_inside = swap.first_frame <= frame <= swap.last_frame and point in points
            swapped[MIRRORED[point] if is_inside else point].add(frame)
    return swapped
