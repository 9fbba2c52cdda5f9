"""The person's skeleton as shapes, and the colours of limbs and mask."""

from __future__ import annotations

import functools

import numpy as np

from gaitdesk.domain.anatomy import BONES, Landmark, Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.shapes import Colour, Dot, Point, Shape, Stroke

SIDE_COLOURS = {Side.LEFT: Colour(86, 180, 255), Side.RIGHT: Colour(255, 150, 30)}
"""Sky blue and orange, which colour-blind readers tell apart; light enough for dark films."""
MIDLINE_COLOUR = Colour(240, 240, 240)
CASING_COLOUR = Colour(25, 28, 32)
"""Rim of the bones that matter, so that they stand out from skin and survive a grey print."""
MASK_COLOUR = Colour(120, 230, 180)
"""Of the tint over the person and the line around."""

LEAST_CONFIDENCE = 0.1
"""Points below are not drawn.

Source:
    Ramesh et al. (2023), Sensors 23:4839, who drop them too.
"""

REFERENCE_HEIGHT_PX = 720
"""Height of the picture that line widths are chosen for; they grow with it."""

_JOINTS = tuple(point for point in Landmark if point >= Landmark.LEFT_SHOULDER)
_NEAR_WIDTH, _BOTH_WIDTH, _FAR_WIDTH = 4.0, 3.0, 1.8


def line_scale(height_px: int) -> float:
    """Factor on line widths and letters for a picture of this height."""
    return max(0.6, height_px / REFERENCE_HEIGHT_PX)


@functools.cache
def side_of(point: Landmark) -> Side | None:
    """The limb a body point belongs to; None for the nose."""
    name = point.name
    if name.startswith("LEFT"):
        return Side.LEFT
    return Side.RIGHT if name.startswith("RIGHT") else None


def skeleton(
    points_px: FloatArray, confidence: FloatArray, near: Side | None, scale: float = 1.0
) -> tuple[Shape, ...]:
    """Bones and joints of one frame, the limb near the camera thicker and on top.

    Args:
        points_px: Shape (23, 2), NaN where missing.
        confidence: Shape (23,), 0 to 1.
        near: The limb near the camera; None when both are seen alike.
        scale: Factor on line widths, see `line_scale`.
    """
    is_drawn = (np.isfinite(points_px).all(axis=1) & (confidence >= LEAST_CONFIDENCE)).tolist()
    # As plain numbers: one by one, an array's are ten times as slow.
    places = [Point(x, y) for x, y in points_px.tolist()]
    layers: list[list[Shape]] = [[], [], []]
    for start, end in BONES:
        if is_drawn[start] and is_drawn[end]:
            side = side_of(start) if side_of(start) is side_of(end) else None
            layer, width = _layer(side, near)
            line = (places[start], places[end])
            if layer > 0:
                layers[layer].append(Stroke(line, CASING_COLOUR, (width + 2.0) * scale))
            layers[layer].append(Stroke(line, _colour(side), width * scale))
    for joint in _JOINTS:
        if is_drawn[joint]:
            side = side_of(joint)
            layer, width = _layer(side, near)
            layers[layer].append(Dot(places[joint], _colour(side), (0.6 * width + 1.0) * scale))
    return tuple(shape for layer in layers for shape in layer)


def _layer(side: Side | None, near: Side | None) -> tuple[int, float]:
    if near is None or side is None:
        return 1, _BOTH_WIDTH
    return (2, _NEAR_WIDTH) if side is near else (0, _FAR_WIDTH)


def _colour(side: Side | None) -> Colour:
    return MIDLINE_COLOUR if side is None else SIDE_COLOURS[side]
