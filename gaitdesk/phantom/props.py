"""Furniture of a gait room as coloured triangle meshes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.phantom.look import Colour
from gaitdesk.phantom.surface import Point

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Prop:
    """A rigid thing.

    Attributes:
        points_m: Shape (vertices, 3).
        normals: Unit, outward, shape (vertices, 3).
        triangles: Shape (triangles, 3).
        colours: Screen colours, shape (vertices, 3).
        shadows: Rectangles it darkens on the floor: middle x, y, half-width, half-depth, darkness.
    """

    points_m: FloatArray
    normals: FloatArray
    triangles: IntArray
    colours: Floats
    shadows: tuple[tuple[float, float, float, float, float], ...] = ()

    def placed(self, x: float, y: float, z: float = 0.0, turn_deg: float = 0.0) -> Prop:
        """The same thing elsewhere, turned about the vertical."""
        c, s = np.cos(np.deg2rad(turn_deg)), np.sin(np.deg2rad(turn_deg))
        turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
        shadows = []
        for sx, sy, half_x, half_y, dark in self.shadows:
            wide = abs(c) * half_x + abs(s) * half_y
            deep = abs(s) * half_x + abs(c) * half_y
            shadows.append((x + c * sx - s * sy, y + s * sx + c * sy, wide, deep, dark))
        return Prop(
            self.points_m @ turn.T + np.array([x, y, z]),
            self.normals @ turn.T,
            self.triangles,
            self.colours,
            tuple(shadows),
        )


def together(parts: Sequence[Prop]) -> Prop:
    """Several things as one."""
    starts = np.cumsum([0, *(len(part.points_m) for part in parts)])
    return Prop(
        np.concatenate([part.points_m for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate(
            [part.triangles + start for part, start in zip(parts, starts, strict=False)]
        ),
        np.concatenate([part.colours for part in parts]),
        tuple(shadow for part in parts for shadow in part.shadows),
    )


def _all(colour: Colour, points: FloatArray) -> Floats:
    return np.tile(np.array(colour, np.float32), (len(points), 1))


def box(middle: Point, size: Point, colour: Colour, *, pieces: int = 3) -> Prop:
    """A box by its middle and its three full sizes."""
    points, normals, triangles = [], [], []
    ticks = np.linspace(-0.5, 0.5, pieces + 1)
    a, b = np.meshgrid(ticks, ticks, indexing="ij")
    count = 0
    for axis in range(3):
        for end in (-0.5, 0.5):
            face = np.zeros((a.size, 3))
            face[:, axis] = end
            face[:, (axis + 1) % 3], face[:, (axis + 2) % 3] = a.ravel(), b.ravel()
            normal = np.zeros(3)
            normal[axis] = np.sign(end)
            i, j = np.meshgrid(np.arange(pieces), np.arange(pieces), indexing="ij")
            first = (i * (pieces + 1) + j).ravel()
            ring = np.stack([first, first + pieces + 1, first + pieces + 2, first + 1], axis=1)
            if end < 0:
                ring = ring[:, ::-1]
            triangles += [count + ring[:, [0, 1, 2]], count + ring[:, [0, 2, 3]]]
            points.append(face)
            normals.append(np.broadcast_to(normal, face.shape))
            count += len(face)
    place = np.concatenate(points) * np.asarray(size) + np.asarray(middle)
    return Prop(
        place,
        np.concatenate(normals),
        np.concatenate(triangles),
        _all(colour, place),
    )


def tube(path: Sequence[Point], radius: float, colour: Colour, *, around: int = 10) -> Prop:
    """A bent tube through the places of `path`, its ends closed."""
    at = np.asarray(path, np.float64)
    along = np.gradient(at, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    aside = np.where(np.abs(along[:, 2:]) > 0.9, [[1.0, 0, 0]], [[0, 0, 1.0]])
    first = np.cross(along, aside)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(along, first)
    angle = 2 * np.pi * np.arange(around) / around
    normals = (
        first[:, None] * np.cos(angle)[None, :, None]
        + second[:, None] * np.sin(angle)[None, :, None]
    )
    points = at[:, None] + radius * normals
    rings = len(at)
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(around), indexing="ij")
    a, b = (i * around + j).ravel(), (i * around + (j + 1) % around).ravel()
    faces = [np.stack([a, b, b + around], axis=1), np.stack([a, b + around, a + around], axis=1)]
    ends = np.concatenate([points.reshape(-1, 3), at[[0, -1]]])
    tip = np.concatenate([normals.reshape(-1, 3), -along[:1], along[-1:]])
    k = np.arange(around)
    close, last = rings * around, (rings - 1) * around
    faces.append(np.stack([np.full(around, close), (k + 1) % around, k], axis=1))
    faces.append(np.stack([np.full(around, close + 1), last + k, last + (k + 1) % around], axis=1))
    return Prop(
        ends,
        tip,
        np.concatenate(faces),
        _all(colour, ends),
    )


def ball(middle: Point, radii: Point, colour: Colour, *, rings: int = 14) -> Prop:
    """A ball or ellipsoid."""
    u, v = np.meshgrid(np.linspace(0, np.pi, rings), 2 * np.pi * np.arange(2 * rings) / (2 * rings))
    normal = np.stack([np.sin(u) * np.cos(v), np.sin(u) * np.sin(v), np.cos(u)], axis=-1)
    count = 2 * rings
    i, j = np.meshgrid(np.arange(count), np.arange(rings - 1), indexing="ij")
    a, b = (i * rings + j).ravel(), (((i + 1) % count) * rings + j).ravel()
    faces = np.concatenate([np.stack([a, a + 1, b + 1], axis=1), np.stack([a, b + 1, b], axis=1)])
    flat = normal.reshape(-1, 3)
    outward = flat / np.asarray(radii)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    points = flat * np.asarray(radii) + np.asarray(middle)
    return Prop(points, outward, faces, _all(colour, points))


_WOOD: Colour = (0.70, 0.52, 0.34)
_METAL: Colour = (0.62, 0.64, 0.66)
_DARK: Colour = (0.16, 0.16, 0.18)


def chair(colour: Colour) -> Prop:
    """A stacking chair, its seat facing along x."""
    parts = [box((0, 0, 0.45), (0.42, 0.42, 0.035), colour)]
    parts.append(box((-0.2, 0, 0.72), (0.03, 0.40, 0.26), colour))
    for x in (-0.18, 0.18):
        for y in (-0.18, 0.18):
            top = 0.84 if x < 0 else 0.44
            parts.append(tube([(x, y, 0), (x, y, top)], 0.013, _METAL))
    done = together(parts)
    return Prop(done.points_m, done.normals, done.triangles, done.colours,
                ((0, 0, 0.22, 0.22, 0.45),))  # fmt: skip


def bench(colour: Colour) -> Prop:
    """A treatment couch along x."""
    parts = [
        box((0, 0, 0.60), (1.9, 0.68, 0.09), colour, pieces=6),
        box((0.62, 0, 0.67), (0.60, 0.66, 0.06), colour),
        box((0, 0, 0.52), (1.8, 0.58, 0.05), _METAL, pieces=6),
    ]
    for x in (-0.75, 0.75):
        parts.append(box((x, 0, 0.03), (0.08, 0.62, 0.05), _DARK))
        for y in (-0.24, 0.24):
            parts.append(box((x, y, 0.28), (0.05, 0.05, 0.5), _METAL))
    done = together(parts)
    return Prop(done.points_m, done.normals, done.triangles, done.colours,
                ((0, 0, 0.95, 0.34, 0.5),))  # fmt: skip


def wall_bars() -> Prop:
    """Swedish wall bars, 0.9 m wide along x, standing against a wall behind (+y)."""
    parts = [box((x, 0, 1.2), (0.04, 0.12, 2.4), _WOOD, pieces=8) for x in (-0.45, 0.0, 0.45)]
    for z in np.arange(0.15, 2.4, 0.155):
        parts.append(tube([(-0.45, -0.03, z), (0.0, -0.03, z), (0.45, -0.03, z)], 0.018, _WOOD))
    done = together(parts)
    return Prop(done.points_m, done.normals, done.triangles, done.colours,
                ((0, 0, 0.45, 0.06, 0.4),))  # fmt: skip


def gym_ball(radius: float, colour: Colour) -> Prop:
    """A gymnastic ball on the floor."""
    made = ball((0, 0, radius), (radius, radius, radius * 0.97), colour, rings=22)
    near = 0.45 * radius
    return Prop(made.points_m, made.normals, made.triangles, made.colours,
                ((0, 0, near, near, 0.6),))  # fmt: skip


def plant(rng: np.random.Generator) -> Prop:
    """A potted plant of about a metre."""
    parts = [tube([(0, 0, 0.0), (0, 0, 0.30)], 0.15, (0.60, 0.34, 0.24), around=18)]
    for _ in range(46):
        turn, lift = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 1.25)
        reach = rng.uniform(0.25, 0.60)
        tip = np.array([np.cos(turn) * np.cos(lift), np.sin(turn) * np.cos(lift), np.sin(lift)])
        middle = np.array([0, 0, 0.34]) + tip * reach
        green = rng.uniform(0.75, 1.15)
        parts.append(
            ball(middle, (0.075, 0.075, 0.035), (0.20 * green, 0.42 * green, 0.19 * green), rings=5)
        )
        parts.append(tube([(0, 0, 0.28), tuple(middle)], 0.006, (0.25, 0.36, 0.18), around=5))
    done = together(parts)
    return Prop(done.points_m, done.normals, done.triangles, done.colours,
                ((0, 0, 0.17, 0.17, 0.5),))  # fmt: skip


def cupboard(colour: Colour, height: float) -> Prop:
    """A cupboard with two doors, facing -y."""
    parts = [box((0, 0, height / 2), (0.9, 0.4, height), colour, pieces=8)]
    shade: Colour = (colour[0] * 0.94, colour[1] * 0.94, colour[2] * 0.94)
    for x in (-0.225, 0.225):
        parts.append(box((x, -0.207, height / 2), (0.43, 0.014, height - 0.08), shade, pieces=8))
        grip = x - np.sign(x) * 0.17
        parts.append(
            tube([(grip, -0.235, height / 2 - 0.07), (grip, -0.235, height / 2 + 0.07)], 0.008,
                 _DARK)
        )  # fmt: skip
    done = together(parts)
    return Prop(done.points_m, done.normals, done.triangles, done.colours,
                ((0, 0, 0.45, 0.2, 0.5),))  # fmt: skip


def cone(colour: Colour) -> Prop:
    """A training cone."""
    parts = []
    for k in range(8):
        part = k / 8
        radius = 0.075 * (1 - part) + 0.012
        shade: Colour = (0.95, 0.95, 0.93) if k in (3, 4) else colour
        parts.append(
            tube(
                [(0, 0, 0.015 + 0.27 * part), (0, 0, 0.015 + 0.27 * (part + 1 / 8))], radius, shade
            )
        )
    parts.append(box((0, 0, 0.008), (0.2, 0.2, 0.016), colour))
    done = together(parts)
    return Prop(done.points_m, done.normals, done.triangles, done.colours,
                ((0, 0, 0.1, 0.1, 0.4),))  # fmt: skip


def steps() -> Prop:
    """Three training steps with a wooden top."""
    parts = []
    for k in range(3):
        rise = 0.14 * (k + 1)
        parts.append(box((0.28 * k, 0, rise / 2), (0.28, 0.7, rise), (0.80, 0.70, 0.55), pieces=4))
        parts.append(box((0.28 * k, 0, rise + 0.006), (0.28, 0.7, 0.012), _WOOD, pieces=4))
    done = together(parts)
    return Prop(done.points_m, done.normals, done.triangles, done.colours,
                ((0.28, 0, 0.45, 0.36, 0.5),))  # fmt: skip
