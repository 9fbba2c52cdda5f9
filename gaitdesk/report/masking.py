"""Faces on paper: a coarse mosaic over the whole head, and grey where the head is not known."""

from __future__ import annotations

import cv2
import numpy as np

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image
from gaitdesk.domain.mask import FrameMask

_FACE = (
    Landmark.NOSE,
    Landmark.LEFT_EYE,
    Landmark.RIGHT_EYE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
)
_SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
_HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]

# In trunk lengths (shoulders to hips). A child's head is up to 0.75 of them high; the rest is
# margin for hair and for points that are off.
_HEAD_ABOVE_SHOULDERS = 0.45
_HEAD_RADIUS = 0.55
_CELLS_ACROSS_HEAD = 4
_GREY = 128
# Share of a body's height that holds the head, with margin.
_HEAD_SHARE = 0.28


def hide_heads(
    image: Image, points_px: FloatArray, mask: FrameMask | None, is_alone: bool
) -> Image:
    """The picture with the patient's head, and other people, made unrecognizable.

    Where the patient's head is not known, the upper part of the mask is greyed out; where
    nothing is known, all of the picture is.

    Args:
        image: Upright picture.
        points_px: Body points, shape (23, 2), NaN where missing.
        mask: The patient's mask, or None.
        is_alone: Whether nobody else was seen in the film; otherwise everything but the patient
            is made coarse.
    """
    hidden = image.copy()
    trunk_px = trunk_length(points_px)
    if not is_alone:
        coarsen(hidden, ~patient_area(image, points_px, mask), cell_px(image, trunk_px, mask))
    head = head_area(image, points_px, mask)
    if head is not None:
        coarsen(hidden, head, cell_px(image, trunk_px, mask))
    elif mask is not None:
        bottom = mask.top + round(_HEAD_SHARE * mask.height)
        margin = round(0.15 * mask.height)
        left, right = max(0, mask.left - margin), mask.left + mask.width + margin
        hidden[max(0, mask.top - margin) : bottom, left:right] = _GREY
    else:
        hidden[:] = _GREY
    return hidden


def trunk_length(points_px: FloatArray) -> float:
    """Distance from shoulders to hips, pixels; NaN where unknown."""
    return float(np.linalg.norm(points_px[_SHOULDERS].mean(axis=0) - points_px[_HIPS].mean(axis=0)))


def cell_px(image: Image, trunk_px: float, mask: FrameMask | None) -> int:
    """Size of a mosaic's cells: a few across a head."""
    if np.isfinite(trunk_px):
        head_px = 2 * _HEAD_RADIUS * trunk_px
    elif mask is not None:
        head_px = _HEAD_SHARE * mask.height
    else:
        head_px = image.shape[0] / 4
    return max(6, round(head_px / _CELLS_ACROSS_HEAD))


def head_area(image: Image, points_px: FloatArray, mask: FrameMask | None) -> BoolArray | None:
    """Where the head may be, shape (height, width); None where that is not known."""
    shoulders, hips = points_px[_SHOULDERS].mean(axis=0), points_px[_HIPS].mean(axis=0)
    trunk_px = trunk_length(points_px)
    if not np.isfinite(trunk_px) or trunk_px < 8:
        return None
    upwards = (shoulders - hips) / trunk_px
    radius = _HEAD_RADIUS * trunk_px
    centres = [shoulders + _HEAD_ABOVE_SHOULDERS * trunk_px * upwards]
    face = points_px[list(_FACE)]
    face = face[np.isfinite(face).all(axis=1)]
    if len(face):
        centres.append(face.mean(axis=0))
    area = np.zeros(image.shape[:2], np.uint8)
    for x, y in centres:
        cv2.circle(area, (round(float(x)), round(float(y))), round(radius), 1, -1)
    if mask is not None:
        area |= _above(mask, shoulders, upwards, image)
    return area.astype(np.bool_)


def _above(mask: FrameMask, shoulders: FloatArray, upwards: FloatArray, image: Image) -> Image:
    """What of the mask lies above the shoulders, widened, so that hair and hats are covered."""
    rows, columns = np.nonzero(mask.box())
    places = np.column_stack([columns + mask.left, rows + mask.top])
    height = (places - shoulders) @ upwards
    is_above = height > 0
    area = np.zeros(image.shape[:2], np.uint8)
    area[places[is_above, 1], places[is_above, 0]] = 1
    if is_above.any():
        width = max(3, round(0.12 * float(height.max())) | 1)
        area = cv2.dilate(area, np.ones((width, width), np.uint8)).astype(np.uint8)
    return area


def patient_area(image: Image, points_px: FloatArray, mask: FrameMask | None) -> BoolArray:
    """The patient with a margin, shape (height, width)."""
    area = np.zeros(image.shape[:2], np.uint8)
    if mask is not None:
        area[mask.full(*image.shape[:2])] = 1
        width = max(3, round(0.06 * mask.height) | 1)
        return cv2.dilate(area, np.ones((width, width), np.uint8)).astype(np.bool_)
    known = points_px[np.isfinite(points_px).all(axis=1)]
    if len(known) > 2:
        hull = cv2.convexHull(known.astype(np.float32)).astype(np.int32)
        cv2.fillConvexPoly(area, hull, 1)
        width = max(3, round(0.1 * float(np.ptp(known[:, 1]))) | 1)
        area = cv2.dilate(area, np.ones((width, width), np.uint8)).astype(np.uint8)
    return area.astype(np.bool_)


def coarsen(image: Image, area: BoolArray, cell_px: int) -> None:
    """Replace an area by cells of one colour each, in place."""
    height, width = image.shape[:2]
    columns, rows = max(1, -(-width // cell_px)), max(1, -(-height // cell_px))
    small = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
    image[area] = coarse[area]
