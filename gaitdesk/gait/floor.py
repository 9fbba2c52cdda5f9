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
    frames = np.arange(one.first_frame, one.last_frame + 1)
    floor = np.full(len(pose), np.nan)
    heel = pose.of(landmark(side, "heel"))[frames]
    toe = pose.of(landmark(side, "big_toe"))[frames]
    lowest = np.fmax(heel[:, 1], toe[:, 1])
    x = np.where(heel[:, 1] >= toe[:, 1], heel[:, 0], toe[:, 0])
    known = np.isfinite(lowest) & np.isfinite(x)
    if known.sum() < 5:
        return floor
    length = leg_length_px(pose, one.first_frame, one.last_frame)
    # The first guess is level: more than half of the time the foot stands.
    line = np.array([0.0, float(np.quantile(lowest[known], 0.7))])
    for tolerance in (0.05, 0.03, 0.02, 0.02):
        # Points well above the line belong to swing.
        apart = lowest[known] - np.polyval(line, x[known])
        close = np.abs(apart) < max(2.0, tolerance * length)
        if close.sum() < 5 or np.ptp(x[known][close]) < 0.5 * length:
            break
        line = np.polyfit(x[known][close], lowest[known][close], 1)
    floor[frames[known]] = np.polyval(line, x[known])
    return floor
