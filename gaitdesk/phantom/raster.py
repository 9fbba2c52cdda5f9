"""Triangles to pixels: a depth buffer over batches of fragments, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gaitdesk.domain.arrays import FloatArray, IntArray

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A rectangle of the picture, in whole pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of the window in the picture."""
        return (
            slice(self.top, self.top + self.height),
            slice(self.left, self.left + self.width),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """What is in front in every pixel of a window that something covers.

    Attributes:
        pixels: Flat index in the window, shape (hits,).
        triangles: Which triangle, shape (hits,).
        shares: Shares of its corners, true in space, shape (hits, 3).
        depth: Along the line of sight, metres, shape (hits,).
    """

    pixels: IntArray
    triangles: IntArray
    shares: Floats
    depth: Floats


def window_of(points_px: FloatArray, width: int, height: int, margin: int = 3) -> Window | None:
    """The part of the picture that holds the points; None when none of it is in the picture."""
    lowest, highest = np.fmin.reduce(points_px, axis=0), np.fmax.reduce(points_px, axis=0)
    if not np.isfinite(lowest).all():
        return None
    low = np.floor(lowest).astype(int) - margin
    high = np.ceil(highest).astype(int) + margin + 1
    left, top = max(int(low[0]), 0), max(int(low[1]), 0)
    right, bottom = min(int(high[0]), width), min(int(high[1]), height)
    return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None


def facing(points_px: Floats, triangles: IntArray, slack_px: float = 0.0) -> IntArray:
    """Indices of the triangles seen from outside, and of those within `slack_px` of it."""
    x, y = points_px[:, 0], points_px[:, 1]
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    ax, ay = x[a], y[a]
    twice = (x[b] - ax) * (y[c] - ay) - (x[c] - ax) * (y[b] - ay)
    # The picture's y points down, so what faces the camera runs clockwise in numbers.
    return np.flatnonzero(twice < slack_px)


def rasterize(
    points_px: Floats, depth_m: Floats, triangles: IntArray, window: Window, *, culls: bool = True
) -> Hits:
    """What the triangles show in a window, the nearest in front.

    Args:
        points_px: Vertices in the picture, NaN behind the camera, shape (vertices, 2).
        depth_m: Along the line of sight, shape (vertices,).
        triangles: Vertex indices, counter-clockwise as seen from outside, shape (triangles, 3).
        window: The part of the picture to fill.
        culls: Whether triangles seen from behind are left out.
    """
    column = points_px[:, 0] - np.float32(window.left)
    line = points_px[:, 1] - np.float32(window.top)
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    ax, ay, bx, by, cx, cy = column[a], line[a], column[b], line[b], column[c], line[c]
    twice = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    # The picture's y points down, so what faces the camera runs clockwise in numbers.
    kept = np.flatnonzero(twice < -1e-6 if culls else np.abs(twice) > 1e-6)
    ax, ay, bx, by, cx, cy = (values[kept] for values in (ax, ay, bx, by, cx, cy))
    x0 = np.ceil(np.maximum(np.minimum(np.minimum(ax, bx), cx), 0)).astype(np.int32)
    y0 = np.ceil(np.maximum(np.minimum(np.minimum(ay, by), cy), 0)).astype(np.int32)
    x1 = np.maximum(np.maximum(ax, bx), cx)
    y1 = np.maximum(np.maximum(ay, by), cy)
    wide = np.minimum(x1, window.width - 1).astype(np.int32) - x0 + 1
    tall = np.minimum(y1, window.height - 1).astype(np.int32) - y0 + 1
    some = np.flatnonzero((wide > 0) & (tall > 0) & (x1 >= 0) & (y1 >= 0))
    kept, wide, tall, x0, y0 = (values[some] for values in (kept, wide, tall, x0, y0))
    ax, ay, bx, by, cx, cy = (values[some] for values in (ax, ay, bx, by, cx, cy))
    over = np.float32(1.0) / twice[kept]
    count = wide * tall
    owner = np.repeat(np.arange(len(kept), dtype=np.int32), count)
    place = np.arange(len(owner), dtype=np.int32) - np.repeat(
        (np.cumsum(count) - count).astype(np.int32), count
    )
    row, rest = np.divmod(place, np.repeat(wide, count))
    px, py = rest + np.repeat(x0, count), row + np.repeat(y0, count)

    # Shares are linear in the pixel: share = slope_x * x + slope_y * y + start.
    def share(slope_x: Floats, slope_y: Floats) -> Floats:
        start = -(slope_x * cx + slope_y * cy)
        found = np.repeat(slope_x, count) * px
        found += np.repeat(slope_y, count) * py
        found += np.repeat(start, count)
        return np.asarray(found, np.float32)

    first = share((by - cy) * over, (cx - bx) * over)
    second = share((cy - ay) * over, (ax - cx) * over)
    third = 1.0 - first - second
    tiny = -1e-4
    inside = np.flatnonzero((first >= tiny) & (second >= tiny) & (third >= tiny))
    owner = owner[inside]
    first, second, third = first[inside], second[inside], third[inside]
    corners = np.take(triangles, kept, axis=0)[owner]
    closeness = (1.0 / depth_m).astype(np.float32)
    near = [np.take(closeness, corners[:, i]) for i in range(3)]
    inverse = first * near[0] + second * near[1] + third * near[2]
    pixels = py[inside].astype(np.int64) * window.width + px[inside]

    closest = np.zeros(window.width * window.height, np.float32)
    np.maximum.at(closest, pixels, inverse)
    front = np.flatnonzero(inverse >= closest[pixels])
    # Of equals the last stays, so that each pixel is counted once.
    winner = np.full(window.width * window.height, -1, np.int64)
    winner[pixels[front]] = front
    chosen = winner[winner >= 0]
    deep = inverse[chosen]
    parts = (first, second, third)
    true = np.empty((len(chosen), 3), np.float32)
    for i in range(3):
        true[:, i] = parts[i][chosen] * near[i][chosen] / deep
    return Hits(pixels[chosen], kept[owner[chosen]], true, 1.0 / deep)
