"""Taking hold of a joint in the picture, and the angles as it is moved."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import AngleTrack, Variable
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.angles import foot_pitch_deg, knee_flexion_deg, shank_deg, thigh_deg, wrapped_deg
from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.layers import pass_at

REACH = 12.0
"""A joint is taken hold of from so many screen points away."""

HELD = tuple(point for point in Landmark if point >= Landmark.LEFT_SHOULDER)
"""Joints that can be moved."""


def joint_name(point: Landmark) -> str:
    """A body point for people."""
    side, _, part = point.name.partition("_")
    if not part:
        return tr("nose")
    sided = tr("left {part}", "body part") if side == "LEFT" else tr("right {part}", "body part")
    return sided.format(part=part_name(point))


def part_name(point: Landmark) -> str:
    """A body point but the nose, for people, without its side."""
    parts = {
        "EYE": tr("eye"),
        "EAR": tr("ear"),
        "SHOULDER": tr("shoulder"),
        "ELBOW": tr("elbow"),
        "WRIST": tr("wrist"),
        "HIP": tr("hip"),
        "KNEE": tr("knee"),
        "ANKLE": tr("ankle"),
        "BIG_TOE": tr("big toe"),
        "SMALL_TOE": tr("small toe"),
        "HEEL": tr("heel"),
    }
    return parts[point.name.partition("_")[2]]


def joint_near(
    points_px: FloatArray, framing: Framing, x: float, y: float, near: Side | None = None
) -> Landmark | None:
    """The joint within reach of a place in the pane, the nearest; None where there is none.

    Args:
        points_px: Body points of the frame, shape (23, 2).
        framing: Where the picture lies.
        x: Across the pane, screen points.
        y: Down the pane, screen points.
        near: The limb near the camera, which wins where joints of both limbs are as close.
    """
    best: tuple[float, Landmark] | None = None
    for point in HELD:
        place = points_px[point]
        if not np.isfinite(place).all():
            continue
        seen_x, seen_y = framing.to_pane(float(place[0]), float(place[1]))
        distance = float(np.hypot(seen_x - x, seen_y - y))
        if distance > REACH:
            continue
        if near is not None and not point.name.startswith(near.name):
            distance += 0.3 * REACH
        if best is None or distance < best[0]:
            best = distance, point
    return None if best is None else best[1]


def expected_place(film: FilmAnalysis, point: Landmark, frame: int) -> FloatArray:
    """Where a joint that was not found in a frame may be, shape (2,).

    On the straight line between where it was found before and after; in the middle of the other
    joints, or of the picture, where it never was.
    """
    path = film.pose.of(point)
    known = np.flatnonzero(np.isfinite(path).all(axis=1))
    if len(known):
        return np.array([np.interp(frame, known, path[known, axis]) for axis in (0, 1)])
    others = film.pose.points_px[frame]
    others = others[np.isfinite(others).all(axis=1)]
    if len(others):
        return np.asarray(others.mean(axis=0))
    return np.array([film.video.width / 2.0, film.video.height / 2.0])


def fade_frames(times_s: FloatArray, frame: int, fade_s: float) -> tuple[int, int]:
    """First and last frame that a move reaches.

    Args:
        times_s: Time of each frame, shape (frames,).
        frame: The frame the joint is moved in.
        fade_s: How far the move reaches to each side.
    """
    if fade_s <= 0:
        return frame, frame
    now_s = float(times_s[frame])
    # A thousandth of a second more, so that frames at the very end are not lost to rounding.
    first, last = np.searchsorted(times_s, (now_s - fade_s - 1e-3, now_s + fade_s + 1e-3))
    return min(int(first), frame), max(int(last) - 1, frame)


@dataclass(frozen=True, slots=True, eq=False)
class JointDrag:
    """A joint being moved in one frame.

    Attributes:
        frame: The frame, from 0.
        point: The joint.
        points_px: All body points of the frame, the joint where it is held, shape (23, 2).
        is_moved: Whether it has left its place.
    """

    frame: int
    point: Landmark
    points_px: FloatArray
    is_moved: bool = False

    @property
    def place(self) -> tuple[float, float]:
        """Where the joint is held, pixels."""
        x, y = self.points_px[self.point]
        return float(x), float(y)

    def moved_to(self, x: float, y: float) -> JointDrag:
        """The joint held elsewhere."""
        points = self.points_px.copy()
        points[self.point] = x, y
        return replace(self, points_px=points, is_moved=True)

    def among(self, points_px: FloatArray) -> JointDrag:
        """The joint held where it is among other points than before, shape (23, 2)."""
        points = points_px.copy()
        if self.is_moved or not np.isfinite(points[self.point]).all():
            points[self.point] = self.place
        return replace(self, points_px=points)


def with_joint_moved(film: FilmAnalysis, drag: JointDrag) -> FilmAnalysis:
    """The film as if the joint were there: its points and angles in this one frame.

    The angles change by as much as the plain angles between the points do, which is near enough
    while the hand moves; the analysis measures them anew afterwards.
    """
    points = film.pose.points_px.copy()
    points[drag.frame] = drag.points_px
    confidence = film.pose.confidence.copy()
    confidence[drag.frame, drag.point] = 1.0
    here = pass_at(film, drag.frame)
    angles = film.angles
    if here is not None and here.direction:
        before = _alone(film.pose.points_px[drag.frame])
        after = _alone(drag.points_px)
        angles = tuple(
            _changed(track, drag.frame, before, after, here.direction) for track in film.angles
        )
    return replace(film, pose=PoseTrack(points, confidence), angles=angles)


def _alone(points_px: FloatArray) -> PoseTrack:
    return PoseTrack(points_px[None], np.ones((1, len(points_px))))


def _changed(
    track: AngleTrack, frame: int, before: PoseTrack, after: PoseTrack, direction: int
) -> AngleTrack:
    change = _plain(after, track, direction) - _plain(before, track, direction)
    if not track.is_projected or not np.isfinite(change) or change == 0.0:
        return track
    values = track.values.copy()
    values[frame] += change
    return replace(track, values=values)


def _plain(pose: PoseTrack, track: AngleTrack, direction: int) -> float:
    side = track.side
    match track.variable:
        case Variable.HIP_FLEXION:
            return float(thigh_deg(pose, side, direction)[0])
        case Variable.KNEE_FLEXION:
            return float(knee_flexion_deg(pose, side, direction)[0])
        case Variable.ANKLE_DORSIFLEXION:
            foot = foot_pitch_deg(pose, side, direction)
            return float(wrapped_deg(foot - shank_deg(pose, side, direction))[0])
    return 0.0
