"""Solids as signed distance fields, and the triangle mesh of their smooth surface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import map_coordinates

from gaitdesk.domain.arrays import FloatArray, IntArray

Field = npt.NDArray[np.float32]
"""Signed distance to a surface, metres, negative inside."""

Point = Sequence[float] | FloatArray
"""A place, x, y, z in metres."""

_AXIS_SAMPLES = 256
_FAR_M = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """One piece of a body, melted into what was there before it.

    Attributes:
        low, high: Corners of the box that holds it, shape (3,).
        distance: Signed distance at points of shape (..., 3).
        blend: How softly it melts into the others, metres.
        is_hollow: Whether it is carved out rather than added.
    """

    low: FloatArray
    high: FloatArray
    distance: Callable[[Field], Field]
    blend: float
    is_hollow: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A triangle mesh at rest.

    Attributes:
        points_m: Shape (vertices, 3).
        normals: Unit, outward, shape (vertices, 3).
        triangles: Vertex indices, counter-clockwise from outside, shape (triangles, 3).
    """

    points_m: FloatArray
    normals: FloatArray
    triangles: IntArray


def ellipsoid(
    centre: Point,
    radii: Point,
    blend: float,
    turn: FloatArray | None = None,
    *,
    is_hollow: bool = False,
) -> Solid:
    """An ellipsoid; `turn` holds its axes as columns, the world's when None."""
    middle = np.asarray(centre, np.float32)
    size = np.asarray(radii, np.float32)
    axes = np.eye(3, dtype=np.float32) if turn is None else np.asarray(turn, np.float32)
    reach = np.abs(axes) @ size

    def distance(points: Field) -> Field:
        local = (points - middle) @ axes / size
        length = np.sqrt((local * local).sum(axis=-1))
        slope = np.sqrt((local * local / (size * size)).sum(axis=-1))
        reach_there = np.where(slope > 1e-6, length / np.maximum(slope, 1e-6), size.min())
        return np.asarray((length - 1.0) * reach_there, np.float32)

    return Solid(_corner(middle - reach), _corner(middle + reach), distance, blend, is_hollow)


def rod(
    start: Point,
    end: Point,
    start_radius: float,
    end_radius: float,
    blend: float,
) -> Solid:
    """A rod with round ends whose radius changes evenly from `start` to `end`."""
    a, b = np.asarray(start, np.float32), np.asarray(end, np.float32)
    along = b - a
    squared = max(float(along @ along), 1e-12)
    widest = max(start_radius, end_radius)

    def distance(points: Field) -> Field:
        part = np.clip((points - a) @ along / squared, 0.0, 1.0)
        off = points - a - part[..., None] * along
        radius = start_radius + (end_radius - start_radius) * part
        return np.asarray(np.sqrt((off * off).sum(axis=-1)) - radius, np.float32)

    return Solid(
        _corner(np.minimum(a, b) - widest), _corner(np.maximum(a, b) + widest), distance, blend
    )


def loft(
    origin: Point,
    axes: FloatArray,
    stations: Sequence[tuple[float, float, float, float, float]],
    blend: float,
    *,
    squareness: float = 2.0,
) -> Solid:
    """A limb or trunk drawn through elliptic cross-sections, with rounded ends.

    Args:
        origin: Where the stations are measured from, metres.
        axes: Columns: direction of the first half-width, of the second, and along the limb.
        stations: Distance along the limb, centre on the two cross axes, half-widths on them.
        blend: As in `Solid`.
        squareness: Exponent of the cross-section; 2 is an ellipse, more is boxier.
    """
    base, frame = np.asarray(origin, np.float32), np.asarray(axes, np.float32)
    table = np.array(stations, np.float64)
    first, last = table[0, 0], table[-1, 0]
    fine = np.linspace(first, last, _AXIS_SAMPLES)
    rows = np.asarray(PchipInterpolator(table[:, 0], table[:, 1:])(fine), np.float32)
    corners = []
    for at, u, v, half_u, half_v in table:
        for su in (-1, 1):
            for sv in (-1, 1):
                corners.append(frame @ np.array([u + su * half_u, v + sv * half_v, at]) + base)
    box = np.array(corners)

    def distance(points: Field) -> Field:
        local = (points - base) @ frame
        at = local[..., 2]
        row = np.clip((at - first) / (last - first) * (_AXIS_SAMPLES - 1) + 0.5, 0, None)
        index = np.minimum(row.astype(np.int32), _AXIS_SAMPLES - 1)
        section = rows[index]
        u = np.abs(local[..., 0] - section[..., 0]) / section[..., 2]
        v = np.abs(local[..., 1] - section[..., 1]) / section[..., 3]
        cap = np.maximum(first - at, at - last)
        half = np.minimum(section[..., 2], section[..., 3])
        if squareness == 2.0:
            ring = np.sqrt(u * u + v * v)
        else:
            ring = (u**squareness + v**squareness) ** (1.0 / squareness)
        side = (ring - 1.0) * half
        within = np.minimum(np.maximum(side, cap), 0.0)
        without = np.hypot(np.maximum(side, 0.0), np.maximum(cap, 0.0))
        return np.asarray(within + without, np.float32)

    reach = float(table[:, 3:].max())
    return Solid(box.min(axis=0) - 0.3 * reach, box.max(axis=0) + 0.3 * reach, distance, blend)


def _corner(place: Field | FloatArray) -> FloatArray:
    return np.asarray(place, np.float64)


def melt(first: Field, second: Field, blend: float) -> Field:
    """Smooth minimum of two distances: a union with a fillet of size `blend`.

    Source:
        Quilez (2013), Smooth minimum, quadratic polynomial form.
    """
    if blend <= 0:
        return np.minimum(first, second)
    h = np.maximum(blend - np.abs(first - second), 0.0) / blend
    return np.asarray(np.minimum(first, second) - h * h * blend * 0.25, np.float32)


def distance_at(solids: Sequence[Solid], points: FloatArray) -> Field:
    """Signed distance of the melted solids at points of shape (..., 3)."""
    at = np.asarray(points, np.float32)
    value: Field = np.full(at.shape[:-1], _FAR_M, np.float32)
    for solid in solids:
        part = solid.distance(at)
        value = _joined(value, part, solid)
    return value


def _joined(value: Field, part: Field, solid: Solid) -> Field:
    if solid.is_hollow:
        return np.asarray(-melt(-value, part, solid.blend), np.float32)
    return melt(value, part, solid.blend)


def sample(
    solids: Sequence[Solid], low: FloatArray, high: FloatArray, step: float
) -> tuple[Field, FloatArray]:
    """The melted field on a grid over a box, and the grid's corner.

    Each solid is worked out near itself only, so the cost follows the volume of the body.
    """
    corner = np.floor(np.asarray(low) / step) * step
    counts = np.ceil((np.asarray(high) - corner) / step).astype(int) + 1
    field: Field = np.full(tuple(counts), _FAR_M, np.float32)
    for solid in solids:
        margin = solid.blend + 2.5 * step
        first = np.clip(np.floor((solid.low - margin - corner) / step).astype(int), 0, counts)
        last = np.clip(np.ceil((solid.high + margin - corner) / step).astype(int) + 1, 0, counts)
        if np.any(last <= first):
            continue
        ticks = [
            (corner[i] + step * np.arange(first[i], last[i])).astype(np.float32) for i in range(3)
        ]
        block = np.stack(np.meshgrid(*ticks, indexing="ij"), axis=-1)
        where = tuple(slice(first[i], last[i]) for i in range(3))
        field[where] = _joined(field[where], solid.distance(block), solid)
    return field, corner


def skin(field: Field, corner: FloatArray, step: float) -> Surface:
    """The zero surface of a sampled field by surface nets, pulled onto the field.

    Source:
        Gibson (1998), Constrained elastic surface nets, MICCAI, 888-898.
    """
    inside = field < 0
    cells = np.array(field.shape) - 1
    total = np.zeros(tuple(cells), np.int8)
    for dx in (0, 1):
        for dy in (0, 1):
            for dz in (0, 1):
                total += inside[dx : dx + cells[0], dy : dy + cells[1], dz : dz + cells[2]].astype(
                    np.int8
                )
    mixed = (total > 0) & (total < 8)
    place = np.full(mixed.shape, -1, np.int64)
    where = np.argwhere(mixed)
    place[mixed] = np.arange(len(where))

    sums, hits = np.zeros((len(where), 3)), np.zeros((len(where), 1))
    for axis in range(3):
        others = [i for i in range(3) if i != axis]
        for da in (0, 1):
            for db in (0, 1):
                start = where.copy()
                start[:, others[0]] += da
                start[:, others[1]] += db
                end = start.copy()
                end[:, axis] += 1
                v0, v1 = field[tuple(start.T)], field[tuple(end.T)]
                crosses = (v0 < 0) != (v1 < 0)
                part = np.where(crosses, v0 / np.where(v0 == v1, 1, v0 - v1), 0.0)
                point = start.astype(np.float64)
                point[:, axis] += part
                sums += np.where(crosses[:, None], point, 0.0)
                hits += crosses[:, None]
    grid = sums / np.maximum(hits, 1)
    for _ in range(2):
        value, slope = _value_and_slope(field, grid)
        steepness = np.maximum((slope * slope).sum(axis=1, keepdims=True), 0.05 * step * step)
        grid = grid - np.clip(0.8 * value[:, None] * slope / steepness, -0.5, 0.5)
    _, slope = _value_and_slope(field, grid)
    normals = slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
    return Surface(corner + step * grid, normals, _faces(inside, place))


def _value_and_slope(field: Field, grid: FloatArray) -> tuple[FloatArray, FloatArray]:
    def at(points: FloatArray) -> FloatArray:
        return np.asarray(map_coordinates(field, points.T, order=1, mode="nearest"), np.float64)

    slope = np.empty_like(grid)
    for axis in range(3):
        shift = np.zeros(3)
        shift[axis] = 0.5
        slope[:, axis] = at(grid + shift) - at(grid - shift)
    return at(grid), slope


def _faces(inside: npt.NDArray[np.bool_], place: IntArray) -> IntArray:
    """Two triangles for every grid edge that crosses the surface, facing outwards."""
    faces = []
    for axis in range(3):
        a, b = [(axis + 1) % 3, (axis + 2) % 3]
        low = np.moveaxis(inside, (axis, a, b), (0, 1, 2))
        cell = np.moveaxis(place, (axis, a, b), (0, 1, 2))
        crossing = low[:-1, 1:-1, 1:-1] != low[1:, 1:-1, 1:-1]
        i, j, k = np.nonzero(crossing)
        outward = low[:-1, 1:-1, 1:-1][i, j, k]
        ring = np.stack(
            [cell[i, j, k], cell[i, j + 1, k], cell[i, j + 1, k + 1], cell[i, j, k + 1]], axis=1
        )
        ring = np.where(outward[:, None], ring, ring[:, ::-1])
        faces += [ring[:, [0, 1, 2]], ring[:, [0, 2, 3]]]
    return np.concatenate(faces)


def region(surface: Surface, keep: npt.NDArray[np.bool_]) -> Surface:
    """The triangles with at least one vertex in `keep`, shape (vertices,)."""
    faces = surface.triangles[keep[surface.triangles].any(axis=1)]
    used = np.unique(faces)
    number = np.full(len(surface.points_m), -1, np.int64)
    number[used] = np.arange(len(used))
    return Surface(surface.points_m[used], surface.normals[used], number[faces])
