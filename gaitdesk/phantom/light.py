"""How the room lights a body: lamps, light from all around, and the shadows between."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from gaitdesk.domain.arrays import FloatArray, Image

Floats = npt.NDArray[np.float32]

_CELL_M = 0.025
_SPAN_CELLS = 80


@dataclass(frozen=True, slots=True)
class Light:
    """The light of a room; amounts are linear, 1 turns white into white.

    Attributes:
        towards: Direction of the window or lamp that stands out, unit.
        lamp: Its light, red, green and blue.
        above: Light from the ceiling and the upper walls.
        below: Light thrown back by the floor.
    """

    towards: tuple[float, float, float] = (0.25, -0.45, 0.86)
    lamp: tuple[float, float, float] = (0.56, 0.54, 0.50)
    above: tuple[float, float, float] = (0.52, 0.53, 0.55)
    below: tuple[float, float, float] = (0.30, 0.27, 0.24)

    def on(self, normals: Floats, openness: Floats, lamp_share: Floats | float = 1.0) -> Floats:
        """Light on surfaces.

        Args:
            normals: Unit, shape (points, 3).
            openness: 0 in the deepest fold to 1 in the open, shape (points,).
            lamp_share: How much of the lamp reaches each, 0 to 1.

        Returns:
            Red, green and blue, shape (points, 3).
        """
        up = (0.5 + 0.5 * normals[:, 2])[:, None]
        around = np.array(self.above, np.float32) * up + np.array(self.below, np.float32) * (1 - up)
        # Light wraps a little around skin and cloth, so that the dark edge is soft.
        facing = np.clip((normals @ np.array(self.towards, np.float32) + 0.22) / 1.22, 0.0, 1.0)
        # Light bounced within a fold takes its colour, so that it stays warm rather than grey.
        fold = np.stack([openness**0.75, openness, openness**1.12], axis=1)
        lamp = (facing * lamp_share)[:, None] * np.array(self.lamp, np.float32)
        return np.asarray(fold * around + np.sqrt(openness)[:, None] * lamp, np.float32)


def shade_from_above(points_m: Floats) -> Floats:
    """How much light from the ceiling reaches each place past the body above it.

    Args:
        points_m: Vertices of the bodies, shape (points, 3).

    Returns:
        0.35 well under another part to 1 in the open, shape (points,).
    """
    cell = 0.03
    place = np.floor((points_m[:, :2] - points_m[:, :2].min(axis=0)) / cell).astype(np.int64) + 3
    columns, rows = place.max(axis=0) + 4
    top = np.zeros(columns * rows, np.float32)
    flat = place[:, 0] * rows + place[:, 1]
    np.maximum.at(top, flat, points_m[:, 2])
    grid = top.reshape(columns, rows)
    low = points_m[:, 2]
    shade = np.zeros(len(points_m), np.float32)
    # Nine looks upwards a hand's breadth apart make the edge of the shade soft.
    for dx in (-2, 0, 2):
        for dy in (-2, 0, 2):
            over = grid[place[:, 0] + dx, place[:, 1] + dy] - low
            shade += np.clip((over - 0.05) / 0.14, 0.0, 1.0)
    return np.asarray(1.0 - 0.62 * shade / 9.0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FloorShade:
    """How dark the floor is around one body.

    Attributes:
        dimming: Factor of the floor's light, 1 where there is no shadow, shape (cells, cells);
            first axis y, second x.
        corner_m: World x and y of the first cell.
    """

    dimming: Floats
    corner_m: FloatArray

    def at(self, floor_m: Floats) -> Floats:
        """The dimming at places of the floor, shape (height, width, 2) to (height, width)."""
        x = ((floor_m[..., 0] - np.float32(self.corner_m[0])) / _CELL_M).astype(np.float32)
        y = ((floor_m[..., 1] - np.float32(self.corner_m[1])) / _CELL_M).astype(np.float32)
        found = cv2.remap(
            self.dimming, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=1.0
        )
        return np.asarray(found, np.float32)

    def corners(self) -> FloatArray:
        """World corners of the part that is dimmed, shape (4, 3)."""
        rows, columns = (np.flatnonzero((self.dimming < 0.985).any(axis=i)) for i in (1, 0))
        x, y = self.corner_m
        left, right = x + columns[0] * _CELL_M, x + (columns[-1] + 1) * _CELL_M
        near, far = y + rows[0] * _CELL_M, y + (rows[-1] + 1) * _CELL_M
        return np.array([(left, near, 0), (right, near, 0), (left, far, 0), (right, far, 0)])


def floor_shade(points_m: Floats, towards: tuple[float, float, float]) -> FloorShade:
    """The shadow of a body on the floor: dark where it touches, faint where it looms.

    Args:
        points_m: Its vertices, shape (points, 3).
        towards: Direction of the lamp.
    """
    middle = points_m[:, :2].mean(axis=0).astype(np.float64)
    corner = np.floor(middle / _CELL_M - _SPAN_CELLS / 2) * _CELL_M
    height = np.maximum(points_m[:, 2], 0.0)

    def spread(weight: Floats, shift: float, sigma: float) -> Floats:
        lean = np.array(towards[:2], np.float32) / np.float32(towards[2])
        place = points_m[:, :2] - shift * height[:, None] * lean - corner.astype(np.float32)
        cells = np.floor(place / np.float32(_CELL_M)).astype(np.int64)
        inside = ((cells >= 0) & (cells < _SPAN_CELLS)).all(axis=1)
        flat = cells[inside, 1] * _SPAN_CELLS + cells[inside, 0]
        found = np.bincount(flat, weight[inside], _SPAN_CELLS * _SPAN_CELLS).astype(np.float32)
        return np.asarray(cv2.GaussianBlur(found.reshape(_SPAN_CELLS, -1), (0, 0), sigma))

    per_point = np.float32(20000.0 / len(points_m))
    contact = spread(np.exp(-height / 0.022).astype(np.float32) * per_point, 0.0, 0.8)
    near = spread(np.exp(-height / 0.12).astype(np.float32) * per_point, 0.2, 2.6)
    far = spread(np.full(len(height), per_point, np.float32), 0.8, 6.0)
    depth = 0.50 * (1 - np.exp(-contact / 12)) + 0.42 * (1 - np.exp(-near / 6))
    depth += 0.30 * (1 - np.exp(-far / 30))
    return FloorShade(np.clip(1.0 - depth, 0.12, 1.0).astype(np.float32), corner)


_BRIGHTEST = 2.0
_LIGHTS = np.linspace(0.0, _BRIGHTEST, 32768)
# Highlights are softly rolled off, as cameras do.
_ROLLED = np.where(_LIGHTS > 0.8, 0.8 + 0.2 * np.tanh((_LIGHTS - 0.8) / 0.35), _LIGHTS)
_TO_SCREEN = np.round(255 * _ROLLED ** (1 / 2.2)).astype(np.uint8)
_TO_LIGHT = np.interp(np.arange(256) / 255.0, _ROLLED ** (1 / 2.2), _LIGHTS).astype(np.float32)


def to_screen(light: Floats) -> Image:
    """Linear light as 8-bit screen colours."""
    step = np.float32((len(_TO_SCREEN) - 1) / _BRIGHTEST)
    screen: Image = _TO_SCREEN[np.clip(light * step, 0, len(_TO_SCREEN) - 1).astype(np.uint16)]
    return screen


def to_light(picture: Image) -> Floats:
    """8-bit screen colours as linear light."""
    return _TO_LIGHT[picture]
