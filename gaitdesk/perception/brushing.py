"""A patient's mask painted and erased with a round brush."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np

from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.correction import MaskStroke, frames_of
from gaitdesk.domain.mask import FrameMask, MaskTrack

LEAST_RADIUS_PX = 0.75
"""A brush covers the pixel it points at, and half the diagonal of a pixel is 0.71."""


def brushed(
    mask: FrameMask | None,
    path_px: FloatArray,
    radius_px: float,
    *,
    is_added: bool,
    width: int,
    height: int,
) -> FrameMask | None:
    """One frame's mask after a stroke of a round brush.

    A pixel is touched where its middle lies within the radius of the path. Only the box that
    holds both the mask and what is added is worked on.

    Args:
        mask: The mask before; None where there is none.
        path_px: Where the brush went, pixels of the upright picture, shape (places, 2); one place
            is a dot. Places may lie outside the picture; those that are no numbers are passed over.
        radius_px: Radius of the brush, pixels; at least `LEAST_RADIUS_PX` is taken.
        is_added: Whether pixels are added to the mask rather than taken from it.
        width: Width of the picture, pixels.
        height: Its height.

    Returns:
        The mask after it, the very same where nothing changed; None where none is left.
    """
    touched = _touched(path_px, max(radius_px, LEAST_RADIUS_PX), width, height)
    if touched is None:
        return mask
    left, top, on = touched
    if mask is None:
        return _packed(left, top, on) if is_added else None
    right, bottom = left + on.shape[1], top + on.shape[0]
    if is_added:
        x, y = min(left, mask.left), min(top, mask.top)
        wide = max(right, mask.left + mask.width) - x
        high = max(bottom, mask.top + mask.height) - y
        whole = np.zeros((high, wide), np.bool_)
        whole[mask.top - y :, mask.left - x :][: mask.height, : mask.width] = mask.box()
        part = whole[top - y : bottom - y, left - x : right - x]
        if part[on].all():
            return mask
        part |= on
        return _packed(x, y, whole)
    box = mask.box()
    x, y = max(left, mask.left), max(top, mask.top)
    wide = min(right, mask.left + mask.width) - x
    high = min(bottom, mask.top + mask.height) - y
    if wide <= 0 or high <= 0:
        return mask
    part = box[y - mask.top :, x - mask.left :][:high, :wide]
    erased = on[y - top :, x - left :][:high, :wide]
    if not (part & erased).any():
        return mask
    part &= ~erased
    return _packed(mask.left, mask.top, box)


def _packed(left: int, top: int, box: BoolArray) -> FrameMask | None:
    """Part of a picture as a mask in its smallest box."""
    packed = FrameMask.of(box)
    if packed is None:
        return None
    return FrameMask(packed.left + left, packed.top + top, packed.width, packed.height, packed.bits)


def _touched(
    path_px: FloatArray, radius_px: float, width: int, height: int
) -> tuple[int, int, BoolArray] | None:
    """Corner of a box in the picture, and the pixels of it that a brush covers."""
    path = path_px[np.isfinite(path_px).all(axis=1)]
    if not len(path):
        return None
    low, high = path.min(axis=0) - radius_px, path.max(axis=0) + radius_px
    left, top = (max(0, math.floor(edge)) for edge in low)
    right = min(width, math.ceil(high[0]))
    bottom = min(height, math.ceil(high[1]))
    if left >= right or top >= bottom:
        return None
    on = np.zeros((bottom - top, right - left), np.bool_)
    # Seen from the box's corner, the middle of pixel i lies at i.
    path = path - (left + 0.5, top + 0.5)
    for start, end in itertools.pairwise(path if len(path) > 1 else np.repeat(path, 2, axis=0)):
        _cover(on, start, end, radius_px)
    return left, top, on


def _cover(on: BoolArray, start: FloatArray, end: FloatArray, radius_px: float) -> None:
    """Mark the pixels within a radius of a straight line; only the box around it is looked at."""
    low = np.floor(np.minimum(start, end) - radius_px).astype(int)
    high = np.ceil(np.maximum(start, end) + radius_px).astype(int) + 1
    x0, y0 = np.maximum(low, 0)
    x1, y1 = min(int(high[0]), on.shape[1]), min(int(high[1]), on.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    across = np.arange(x0, x1) - start[0]
    down = (np.arange(y0, y1) - start[1])[:, None]
    step = end - start
    square = float(step @ step)
    if square > 0.0:
        share = np.clip((across * step[0] + down * step[1]) / square, 0.0, 1.0)
        away = (across - share * step[0]) ** 2 + (down - share * step[1]) ** 2
    else:
        away = across**2 + down**2
    on[y0:y1, x0:x1] |= away <= radius_px**2


def with_stroke(track: MaskTrack, stroke: MaskStroke) -> MaskTrack:
    """The masks of a film after a stroke, in all the frames it counts in."""
    first, last = frames_of(stroke)
    frames = list(track.frames)
    for frame in range(first, min(last, len(frames) - 1) + 1):
        frames[frame] = brushed(
            frames[frame],
            stroke.path_px,
            stroke.radius_px,
            is_added=stroke.is_added,
            width=track.width,
            height=track.height,
        )
    return replace(track, frames=tuple(frames))
