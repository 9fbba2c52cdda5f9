"""How a limb is seen while an item is read: what bends the number that is measured.

A camera shows a limb in its own plane only where it looks straight at a child who walks straight
past, and whose knees and feet point straight ahead. Each circumstance is a number that grows as
this fails; a calibration learns how much each of them bends each item.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.angles import FOCAL_TO_WIDTH
from gaitdesk.gait.direction import middle

# Where the camera looks straight at the child is in the picture, or close to it.
FARTHEST_STRAIGHT = 0.35
FEWEST_FRAMES = 20
# Both thigh and shank are seen in full for about this share of the frames of a walk.
IN_FULL = 0.85


class Aid(StrEnum):
    """A circumstance that bends a measure.

    Attributes:
        DRIFT: How much the measure changes from one edge of the picture to the other, per
            picture width, in the measure's unit.
        THIGH, SHANK: Share of the segment that points out of the picture, squared.
        FOOT: Length of the foot in the picture against the usual one, less 1.
        TOES: How far the sole should look tipped for the turn of the foot, toe up positive,
            degrees.
        TIPPED: How far the sole looks tipped while it rests, toe up positive, degrees.
        HEEL_FIRST: How much earlier the heel comes to rest than the toes, milliseconds.
    """

    DRIFT = "drift"
    THIGH = "thigh"
    SHANK = "shank"
    FOOT = "foot"
    TOES = "toes"
    TIPPED = "tipped"
    HEEL_FIRST = "heel_first"


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """How the camera sees one limb in one pass.

    Attributes:
        place: Where the child is in the picture in every frame of the film, in picture widths
            along the walking direction from where the camera looks straight at it, shape
            (frames,).
        thigh_px, shank_px: Full length of the segment in every frame, shape (frames,).
    """

    place: FloatArray
    thigh_px: FloatArray
    shank_px: FloatArray


def sight_of(pose: PoseTrack, one: Pass, side: Side, width_px: float) -> Sight:
    """How a limb is seen in one sagittal pass.

    A child who walks towards the camera by an angle grows across the picture; where the line of
    sight is square to its way lies beside the middle then.
    """
    frames = np.arange(one.first_frame, one.last_frame + 1)
    across = (middle(pose, "hip")[:, 0] - width_px / 2.0) / width_px
    thigh, shank = _length_px(pose, side, "hip", "knee"), _length_px(pose, side, "knee", "ankle")
    other = _length_px(pose, side.opposite, "hip", "knee")
    other = other + _length_px(pose, side.opposite, "knee", "ankle")
    both = np.stack([thigh + shank, other])[:, frames]
    growth = _growth(across[frames], both)
    scale = 1.0 + growth * across
    usual = [
        np.nanquantile(length[frames] / scale[frames], IN_FULL)
        if np.isfinite(length[frames]).any()
        else np.nan
        for length in (thigh, shank)
    ]
    straight = np.clip(growth * FOCAL_TO_WIDTH**2, -FARTHEST_STRAIGHT, FARTHEST_STRAIGHT)
    return Sight(one.direction * (across - straight), usual[0] * scale, usual[1] * scale)


def _length_px(pose: PoseTrack, side: Side, start: str, end: str) -> FloatArray:
    step = pose.of(landmark(side, end)) - pose.of(landmark(side, start))
    return np.asarray(np.hypot(step[:, 0], step[:, 1]))


def _growth(across: FloatArray, lengths_px: FloatArray) -> float:
    """Relative growth of the child per picture width towards image right."""
    seen = np.isfinite(lengths_px) & np.isfinite(across)
    if seen.sum() < FEWEST_FRAMES or np.ptp(across[np.isfinite(across)]) < 0.25:
        return 0.0
    # Each leg against its own length: the far one looks shorter.
    usual = np.nanmedian(np.where(seen, lengths_px, np.nan), axis=1, keepdims=True)
    ratio = (lengths_px / usual)[seen]
    at = np.broadcast_to(across, lengths_px.shape)[seen]
    fit = np.polyfit(at, ratio, 1)
    return float(fit[0] / fit[1])


def out_of_picture(
    pose: PoseTrack, side: Side, part: str, full_px: FloatArray, frame: int
) -> float:
    """Share of thigh or shank that points out of the picture in a frame, squared; NaN if unseen."""
    ends = ("hip", "knee") if part == "thigh" else ("knee", "ankle")
    seen = _length_px(pose, side, *ends)[frame] / full_px[frame]
    return float(np.clip(1.0 - seen**2, -0.2, 0.8)) if np.isfinite(seen) else float("nan")
