"""One person cut out for a network, and its heat maps turned back into points of the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from gaitdesk.domain.arrays import AnyArray, FloatArray, Image
from gaitdesk.perception.model import Box

PADDING = 1.25
"""How much larger than the person's box the crop is."""
BLUR_SIDE = 11
_LEAST_HEAT, _MOST_HEAT = 1e-3, 50.0
_FARTHEST_SHIFT = 1.5
"""A peak that the second derivative would move farther than this, in cells, stays where it is."""


@dataclass(frozen=True, slots=True)
class CropShape:
    """What a network takes in and gives out.

    Attributes:
        width, height: Of the crop, pixels.
        heat_width, heat_height: Of its heat maps, cells.
    """

    width: int
    height: int
    heat_width: int
    heat_height: int


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture that a network sees, of the network's own proportions.

    Its first and last pixel centres lie on the first and last pixel centres of the network's
    input, and so do those of the heat maps: nothing is moved by half a pixel on the way.

    Attributes:
        left, top: Of its first pixel centre in the picture, pixels.
        width, height: Between its first and last pixel centres, pixels of the picture.

    Source:
        Huang et al. (2020), The Devil is in the Details: Delving into Unbiased Data Processing
        for Human Pose Estimation, CVPR.
    """

    left: float
    top: float
    width: float
    height: float

    @staticmethod
    def around(box: Box, shape: CropShape) -> Crop:
        """The crop of a person's box: padded, then made wide or high enough, never squeezed.

        Raises:
            ValueError: The box has no extent.
        """
        wide, high = PADDING * (box[2] - box[0]), PADDING * (box[3] - box[1])
        if not (wide > 0 and high > 0 and math.isfinite(wide * high)):
            raise ValueError(f"box {box}")
        wide = max(wide, high * shape.width / shape.height)
        high = wide * shape.height / shape.width
        return Crop((box[0] + box[2] - wide) / 2.0, (box[1] + box[3] - high) / 2.0, wide, high)

    def cut(self, image: Image, shape: CropShape) -> Image:
        """The crop as the network takes it; black beyond the picture.

        Returns:
            Shape (height, width, 3).
        """
        across, down = self.width / (shape.width - 1), self.height / (shape.height - 1)
        place = np.array([[across, 0.0, self.left], [0.0, down, self.top]])
        size = (shape.width, shape.height)
        # Where the person is larger than the crop, single pixels would be left out.
        if max(across, down) > 2.0:
            factor = 1.0 / max(across, down)
            smaller = [max(1, round(side * factor)) for side in image.shape[1::-1]]
            scale = np.array(smaller) / image.shape[1::-1]
            image = np.asarray(cv2.resize(image, smaller, interpolation=cv2.INTER_AREA), np.uint8)
            place = place * scale[:, None]
            place[:, 2] += 0.5 * (scale - 1.0)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(image, place, size, flags=flags), np.uint8)

    def to_picture(self, cells: FloatArray, shape: CropShape) -> FloatArray:
        """Places on a heat map, shape (..., 2), as pixels of the picture."""
        last = np.array([shape.heat_width - 1, shape.heat_height - 1], np.float64)
        return np.asarray(
            cells / last * (self.width, self.height) + (self.left, self.top), np.float64
        )

    def area_in_picture(self, shape: CropShape) -> FloatArray:
        """Map from cells to pixels of the picture, where cells tile the crop from edge to edge.

        So do maps in which a network says what each place is, unlike those of its points: a cell
        covers a whole number of the crop's pixels, and the middles of both are the same.

        Returns:
            Shape (2, 3), as OpenCV takes it.
        """
        across, down = self.width / (shape.width - 1), self.height / (shape.height - 1)
        wide, high = shape.width / shape.heat_width, shape.height / shape.heat_height
        return np.array(
            [
                [across * wide, 0.0, self.left + across * (0.5 * wide - 0.5)],
                [0.0, down * high, self.top + down * (0.5 * high - 0.5)],
            ]
        )


def box_of(points: FloatArray) -> Box:
    """The box of a person whose points are known, as far as crown and soles reach.

    Args:
        points: Their points, shape (23, 2), NaN where unknown.

    Raises:
        ValueError: Fewer than two are known.
    """
    known = points[np.isfinite(points).all(axis=1)]
    if len(known) < 2:
        raise ValueError("no person")
    left, top = known.min(axis=0)
    right, bottom = known.max(axis=0)
    # The crown lies above the eyes, and the sole below the ankle, by about a tenth of the body.
    margin = 0.1 * max(right - left, bottom - top)
    return float(left - margin), float(top - margin), float(right + margin), float(bottom + margin)


def peaks(heat: AnyArray) -> tuple[FloatArray, FloatArray]:
    """The place of each heat map's peak to a fraction of a cell, and its height.

    The map is smoothed, and its logarithm is taken for a Gaussian's: one Newton step from the
    highest cell leads to the top.

    Args:
        heat: Heat maps, shape (points, height, width).

    Returns:
        Places, shape (points, 2), across and down in cells, and heights, shape (points,).

    Source:
        Zhang et al. (2020), Distribution-Aware Coordinate Representation for Human Pose
        Estimation, CVPR.
    """
    maps = heat.astype(np.float32)
    count, high, wide = maps.shape
    best = maps.reshape(count, -1).argmax(axis=1)
    rows, columns = best // wide, best % wide
    heights = maps.reshape(count, -1)[np.arange(count), best].astype(np.float64)
    places = np.column_stack([columns, rows]).astype(np.float64)
    for index in range(count):
        x, y = int(columns[index]), int(rows[index])
        if heights[index] > 0 and 0 < x < wide - 1 and 0 < y < high - 1:
            places[index] += _to_the_top(_smoothed_around(maps[index], x, y))
    return places, heights


def _smoothed_around(one: AnyArray, x: int, y: int) -> FloatArray:
    """Logarithm of the smoothed map in the 3 x 3 cells around a cell."""
    reach = BLUR_SIDE // 2 + 1
    padded = cv2.copyMakeBorder(
        one[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1],
        max(0, reach - y),
        max(0, y + reach + 1 - one.shape[0]),
        max(0, reach - x),
        max(0, x + reach + 1 - one.shape[1]),
        cv2.BORDER_REFLECT_101,
    )
    smooth = cv2.GaussianBlur(padded, (BLUR_SIDE, BLUR_SIDE), 0)
    middle = smooth[reach - 1 : reach + 2, reach - 1 : reach + 2].astype(np.float64)
    return np.log(np.clip(middle, _LEAST_HEAT, _MOST_HEAT))


def _to_the_top(around: FloatArray) -> FloatArray:
    """The step, across and down, from the middle of 3 x 3 cells to the top of their paraboloid."""
    slope = 0.5 * np.array([around[1, 2] - around[1, 0], around[2, 1] - around[0, 1]])
    across = around[1, 2] - 2 * around[1, 1] + around[1, 0]
    down = around[2, 1] - 2 * around[1, 1] + around[0, 1]
    both = 0.25 * (around[2, 2] - around[0, 2] - around[2, 0] + around[0, 0])
    if across >= 0 or across * down - both * both <= 0:
        return np.zeros(2)
    step = -np.linalg.solve(np.array([[across, both], [both, down]]), slope)
    return step if np.abs(step).max() <= _FARTHEST_SHIFT else np.zeros(2)
