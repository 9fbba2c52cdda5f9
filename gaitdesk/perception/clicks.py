"""What clicks say of the patient, as a network that follows masks is told it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from gaitdesk.domain.arrays import BoolArray
from gaitdesk.domain.correction import MaskClick
from gaitdesk.domain.mask import MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.perception.model import Box, MaskSeed

_MARGIN = 0.05
"""A click so far outside of a mask's box, of the box's size, is still by that mask."""


def click_seeds(
    clicks: Iterable[MaskClick], mask: MaskTrack | None, span: tuple[int, int]
) -> dict[int, MaskSeed]:
    """What is said of the patient in each frame that was clicked in.

    The box of the mask there is said as well, unless somebody has clicked the patient outside of
    it: then it holds somebody, or something, else.

    Args:
        clicks: Of one film.
        mask: The patient's mask as it stands; None where there is none.
        span: First and last frame that count, both included.

    Returns:
        By frame. Frames in which nothing is said but what the patient is not, and no mask stands,
        are left out.
    """
    by_frame: dict[int, list[MaskClick]] = defaultdict(list)
    for one in clicks:
        if span[0] <= one.frame <= span[1]:
            by_frame[one.frame].append(one)
    seeds = {}
    for frame, own in sorted(by_frame.items()):
        inside = tuple(one.place_px for one in own if one.is_patient)
        outside = tuple(one.place_px for one in own if not one.is_patient)
        box = _box_in(mask, frame)
        if box is not None and not all(_is_by(box, *place) for place in inside):
            box = None
        if box is not None or inside:
            seeds[frame] = MaskSeed(box, inside, outside)
    return seeds


def box_at(pose: PoseTrack, mask: MaskTrack | None, frame: int) -> Box | None:
    """Where the patient is in a frame: by the mask, or else by the body points; None if unknown."""
    box = _box_in(mask, frame)
    if box is not None:
        return box
    known = pose.points_px[frame][np.isfinite(pose.points_px[frame]).all(axis=1)]
    if not len(known):
        return None
    (left, top), (right, bottom) = known.min(axis=0).tolist(), known.max(axis=0).tolist()
    return left, top, right, bottom


def stretch_around(mask: MaskTrack | None, pose: PoseTrack, frame: int) -> tuple[int, int]:
    """First and last frame of the time in which the patient is in the picture.

    Args:
        mask: The patient's mask; None where there is none.
        pose: The patient's body points.
        frame: A frame of that time.

    Returns:
        The stretch without a gap around the frame; the whole film where the patient is not in it.
    """
    is_there: BoolArray = np.isfinite(pose.points_px).sum(axis=(1, 2)) > 0
    if mask is not None:
        is_there = is_there | np.array([one is not None for one in mask.frames])
    if not is_there[frame]:
        return 0, len(is_there) - 1
    away = np.flatnonzero(~is_there)
    before, after = away[away < frame], away[away > frame]
    first = int(before[-1]) + 1 if len(before) else 0
    return first, int(after[0]) - 1 if len(after) else len(is_there) - 1


def _box_in(mask: MaskTrack | None, frame: int) -> Box | None:
    held = mask.frames[frame] if mask is not None else None
    if held is None:
        return None
    return held.left, held.top, held.left + held.width, held.top + held.height


def _is_by(box: Box, x: float, y: float) -> bool:
    across, down = _MARGIN * (box[2] - box[0]), _MARGIN * (box[3] - box[1])
    return box[0] - across <= x <= box[2] + across and box[1] - down <= y <= box[3] + down
