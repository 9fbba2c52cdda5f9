"""Where the floor is under a foot, as seen from the side."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.direction import leg_length_px


def floor_y_px(pose: PoseTrack, one: Pass, side: Side) -> FloatArray:
    """Height of the floor under one foot in every frame of a film, shape (frames,), y downwards.

    The lowest places of heel and toe through the pass lie on a line, which may be tilted when
    the camera is. NaN outside the pass and where the foot is not seen.
    """
    heel, toe = pose.of(landmark(side, "heel")), pose.of(landmark(side, "big_toe"))
    lowest = np.fmax(heel[:, 1], toe[:, 1])
    x = np.where(heel[:, 1] >= toe[:, 1], heel[:, 0], toe[:, 0])
    return _line(lowest, x, pose, one)


def resting_y_px(pose: PoseTrack, one: Pass, side: Side, part: str) -> FloatArray:
    """Where one point of the foot lies while it rests on the floor, shape (frames,), y downwards.

    A point off the child's line of walking rests higher or lower in the picture than the
    foot's middle, so each has its own line. One that never comes down keeps the foot's.
    """
    floor = floor_y_px(pose, one, side)
    path = pose.of(landmark(side, part))
    own = _line(path[:, 1], path[:, 0], pose, one)
    leg = leg_length_px(pose, one.first_frame, one.last_frame)
    apart = np.abs(own - floor)
    if not np.isfinite(apart).any() or float(np.nanmedian(apart)) > OFF_THE_FLOOR * leg:
        return floor
    return own


# A line of rest further from the foot's than this, in leg lengths, is that of a raised heel.
OFF_THE_FLOOR = 0.035


def _line(y_px: FloatArray, x_px: FloatArray, pose: PoseTrack, one: Pass) -> FloatArray:
    """The straight line along which a point rests in a pass, at every frame, shape (frames,)."""
    frames = np.arange(one.first_frame, one.last_frame + 1)
    floor = np.full(len(pose), np.nan)
    y, x = y_px[frames], x_px[frames]
    known = np.isfinite(y) & np.isfinite(x)
    if known.sum() < 5:
        return floor
    length = leg_length_px(pose, one.first_frame, one.last_frame)
    # The first guess is level: more than half of the time the foot stands.
    line = np.array([0.0, float(np.quantile(y[known], 0.7))])
    for tolerance in (0.05, 0.03, 0.02, 0.02):
        # Points well above the line belong to swing.
        close = np.abs(y[known] - np.polyval(line, x[known])) < max(2.0, tolerance * length)
        if close.sum() < 5 or np.ptp(x[known][close]) < 0.5 * length:
            break
        line = np.polyfit(x[known][close], y[known][close], 1)
    floor[frames[known]] = np.polyval(line, x[known])
    return floor
