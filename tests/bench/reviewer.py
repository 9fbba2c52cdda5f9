"""A reviewer who corrects a film by the window's own tools until it holds to what is known of it.

What is known is a phantom's truth, so that no hand favours the model. The reviewer looks for the
joint that is farthest off, puts it where it belongs as steadily as a person does, and chooses how
far the frames around are to follow; legs that are named the wrong way round are exchanged first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import MIRRORED, Landmark, Side, landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.correction import Correction, JointMove, SideSwap
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.shapes import Point
from gaitdesk.perception.correct import HandPlaced, with_joint, with_sides_swapped
from gaitdesk.perception.swap import LEG_PARTS
from gaitdesk.ui.viewer.joint_drag import fade_frames
from gaitdesk.ui.viewer.joint_tool import FADE_S

REACHES_S = (FADE_S, 0.0, 0.05, 0.1, 0.5, 1.0)
"""How far a move may reach to each side; what the window offers at first comes first."""
HAND = 0.0126
"""Scatter of a placed point on each axis, leg lengths: two readings of the annotated frames lie
2.1 % of a leg apart in the middle, which is this times 1.18 times the root of two."""
SAME_EVENT_S = 0.12
"""Events farther apart than this are not the same event."""
JUDGED_PARTS = ("shoulder", "hip", "knee", "ankle", "heel", "big_toe")
"""What the items are judged by, of the points the default gives."""
JUDGED = tuple(landmark(side, part) for side in Side for part in JUDGED_PARTS)
_LEGS = [landmark(side, part) for side in Side for part in LEG_PARTS if part != "small_toe"]


@dataclass(frozen=True)
class Task:
    """What is to be put right in one film.

    Attributes:
        film: The film as it was found.
        index: Its place in the visit.
        true_px: Where every body point is, shape (frames, 23, 2), NaN where it does not count.
        tolerance: How far off a point may stay, leg lengths.
        leg_px: The patient's leg in it.
    """

    film: FilmAnalysis
    index: int
    true_px: FloatArray
    tolerance: float
    leg_px: float


def judged(
    true_px: FloatArray, frames: Iterable[int], points: Iterable[Landmark] = JUDGED
) -> FloatArray:
    """Where body points are in some frames, and nothing of the other points and frames."""
    kept = np.full_like(true_px, np.nan)
    chosen = np.ix_(sorted(set(frames)), sorted(set(points)))
    kept[chosen] = true_px[chosen]
    return kept


def off_by(points_px: FloatArray, true_px: FloatArray, leg_px: float) -> FloatArray:
    """How far each point is off, leg lengths, shape (frames, 23).

    NaN where it does not count; a point that counts and was not found is infinitely far off.
    """
    off = np.linalg.norm(points_px - true_px, axis=2) / leg_px
    is_lost = np.isfinite(true_px).all(axis=2) & ~np.isfinite(points_px).all(axis=2)
    return np.asarray(np.where(is_lost, np.inf, off))


def reviewed(task: Task, rng: np.random.Generator) -> tuple[Correction, ...]:
    """The corrections after which every point that counts is within the tolerance.

    Args:
        task: The film and its truth.
        rng: Of the hand.
    """
    leg_px = task.leg_px
    pose = task.film.pose
    swaps = _swaps(task, leg_px)
    for swap in swaps:
        pose = with_sides_swapped(pose, swap)
    made: list[Correction] = [*swaps]
    by_hand: HandPlaced = defaultdict(set)
    while True:
        off = np.nan_to_num(off_by(pose.points_px, task.true_px, leg_px), nan=-1.0, posinf=1e6)
        for point, frames in by_hand.items():
            off[sorted(frames), point] = -1.0
        frame, worst = (int(place) for place in np.unravel_index(off.argmax(), off.shape))
        if off[frame, worst] <= task.tolerance:
            return tuple(made)
        point = Landmark(worst)
        shake = np.clip(rng.normal(0.0, HAND * leg_px, 2), -2 * HAND * leg_px, 2 * HAND * leg_px)
        place = Point(*(float(value) for value in task.true_px[frame, point] + shake))
        pose, move = _best_reach(task, pose, point, frame, place, by_hand[point], leg_px)
        by_hand[point].add(frame)
        made.append(move)


def _best_reach(
    task: Task,
    pose: PoseTrack,
    point: Landmark,
    frame: int,
    place: Point,
    by_hand: set[int],
    leg_px: float,
) -> tuple[PoseTrack, JointMove]:
    """One move of a joint, over as many frames around as leaves fewest of them wrong."""
    best: tuple[int, PoseTrack, JointMove] | None = None
    for reach_s in REACHES_S:
        first, last = fade_frames(task.film.video.times_s, frame, reach_s)
        move = JointMove(task.index, point, frame, place, first, last)
        moved = with_joint(pose, move, by_hand)
        off = off_by(moved.points_px, task.true_px, leg_px)[:, point]
        wrong = int((off > task.tolerance).sum())
        if best is None or wrong < best[0]:
            best = wrong, moved, move
    assert best is not None
    return best[1:]


def _swaps(task: Task, leg_px: float) -> list[SideSwap]:
    """Runs of frames whose legs are off as named, and less so with left and right exchanged."""
    points = task.film.pose.points_px
    turned = points[:, list(MIRRORED)]
    as_named = off_by(points, task.true_px, leg_px)[:, _LEGS]
    changed = off_by(turned, task.true_px, leg_px)[:, _LEGS]
    both = np.isfinite(as_named) & np.isfinite(changed)
    total = [np.where(both, one, 0.0).sum(axis=1) for one in (as_named, changed)]
    is_off = np.where(both, as_named, 0.0).max(axis=1) > task.tolerance
    # Half of what is wrong is to be mended by it, else single points are moved.
    wrong = is_off & (total[1] < 0.5 * total[0])
    return [SideSwap(task.index, first, last, is_legs_alone=True) for first, last in runs(wrong)]


def runs(is_on: BoolArray) -> list[tuple[int, int]]:
    """First and last index of each unbroken run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_on, [False]]).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in edges.reshape(-1, 2)]


@dataclass(frozen=True)
class EventEdits:
    """What was done to the events of a film.

    Attributes:
        moved, added, deleted: How many.
        events: The events after it.
    """

    moved: int
    added: int
    deleted: int
    events: tuple[GaitEvent, ...]

    @property
    def count(self) -> int:
        """All of them."""
        return self.moved + self.added + self.deleted


def with_events_reviewed(
    found: FilmAnalysis, true_events: Sequence[GaitEvent], tolerance_s: float
) -> EventEdits:
    """A film's events put right: those too early or late moved, others added or deleted.

    Only events within the passes that were found count: outside them nothing is read.
    """
    moved = added = deleted = 0
    kept: list[GaitEvent] = []
    for side in Side:
        for kind in EventKind:
            own = _within(found, [e for e in found.events if (e.side, e.kind) == (side, kind)])
            true = _within(found, [e for e in true_events if (e.side, e.kind) == (side, kind)])
            for event in true:
                near = min(own, key=lambda one: abs(one.time_s - event.time_s), default=None)
                if near is None or abs(near.time_s - event.time_s) > SAME_EVENT_S:
                    added += 1
                    kept.append(_placed(found, event))
                    continue
                own.remove(near)
                is_off = abs(near.time_s - event.time_s) > tolerance_s
                moved += is_off
                kept.append(_placed(found, event) if is_off else near)
            deleted += len(own)
    return EventEdits(moved, added, deleted, tuple(sorted(kept, key=lambda one: one.time_s)))


def _within(film: FilmAnalysis, events: list[GaitEvent]) -> list[GaitEvent]:
    return [
        event
        for event in events
        if any(one.first_frame <= event.frame <= one.last_frame for one in film.passes)
    ]


def _placed(film: FilmAnalysis, event: GaitEvent) -> GaitEvent:
    """An event where the window's timeline puts it: on a frame."""
    frame = film.video.frame_at(event.time_s)
    return GaitEvent(event.side, event.kind, frame, float(film.video.times_s[frame]))
