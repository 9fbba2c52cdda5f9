"""Rooms with a walkway: floor, walls, light and clutter, seen by a camera that stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.phantom import props
from gaitdesk.phantom.camera import WALKWAY_M, Camera
from gaitdesk.phantom.light import Light, to_light, to_screen
from gaitdesk.phantom.look import Colour
from gaitdesk.phantom.props import Prop
from gaitdesk.phantom.raster import rasterize, window_of
from gaitdesk.phantom.texture import linear, linear_all

Floats = npt.NDArray[np.float32]

HALF_LENGTH_M, HALF_WIDTH_M, CEILING_M = 6.4, 5.6, 2.9
FLOORS = ("boards", "vinyl", "tiles", "carpet")


@dataclass(frozen=True, slots=True)
class Picture:
    """Something flat on a wall: a window, a door, a poster.

    Attributes:
        kind: "window", "door" or "poster".
        along, low: Where it begins along the wall and above the floor, metres.
        width, height: Its size, metres.
        seed: Of what a poster shows.
    """

    kind: str
    along: float
    low: float
    width: float
    height: float
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """A room; the walkway's middle is the world's origin.

    Attributes:
        floor: One of `FLOORS`.
        floor_colour, wall_colour, band_colour, tape_colour: Screen colours.
        band_m: Height of the painted lower part of the walls; 0 for none.
        far_wall_m: Distance of the wall across the walkway from the side camera.
        light: Its light.
        far_pictures, end_pictures: On that wall, and on the wall at the walkway's start.
        things: Furniture, placed for a camera on the right of the walkway (-y).
        seed: Of grain and speckles.
    """

    floor: str
    floor_colour: Colour
    wall_colour: Colour
    band_colour: Colour
    tape_colour: Colour
    band_m: float
    far_wall_m: float
    light: Light
    far_pictures: tuple[Picture, ...]
    end_pictures: tuple[Picture, ...]
    things: tuple[Prop, ...]
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """What a camera sees of an empty room.

    Attributes:
        picture: Shape (height, width, 3).
        light: The same in linear light.
        depth_m: Along the line of sight, shape (height, width).
        floor_m: World x and y where the floor is seen, far away elsewhere,
            shape (height, width, 2).
    """

    picture: Image
    light: Floats
    depth_m: Floats
    floor_m: Floats


_FLOOR_COLOURS: dict[str, tuple[Colour, ...]] = {
    "boards": ((0.72, 0.55, 0.38), (0.60, 0.44, 0.30), (0.80, 0.68, 0.52)),
    "vinyl": ((0.56, 0.60, 0.63), (0.70, 0.68, 0.62), (0.42, 0.52, 0.56), (0.50, 0.58, 0.50)),
    "tiles": ((0.76, 0.75, 0.72), (0.62, 0.60, 0.57)),
    "carpet": ((0.38, 0.42, 0.50), (0.46, 0.45, 0.44), (0.36, 0.45, 0.42)),
}
_WALL_COLOURS: tuple[Colour, ...] = (
    (0.91, 0.90, 0.87), (0.86, 0.88, 0.90), (0.90, 0.87, 0.78), (0.80, 0.86, 0.84),
    (0.84, 0.80, 0.78),
)  # fmt: skip
_BRIGHT: tuple[Colour, ...] = (
    (0.22, 0.45, 0.62), (0.75, 0.30, 0.24), (0.30, 0.55, 0.40), (0.85, 0.62, 0.22),
    (0.45, 0.38, 0.58), (0.28, 0.30, 0.34), (0.86, 0.85, 0.82),
)  # fmt: skip


def plain_room() -> Room:
    """An uncluttered room, the same every time."""
    return furnished_room(0, clutter=0.0)


def furnished_room(seed: int, clutter: float = 0.5) -> Room:
    """One of very many rooms; the same for the same seed.

    Args:
        seed: Which.
        clutter: 0 for bare walls to 1 for a crowded treatment room.
    """
    rng = np.random.default_rng([seed, 2203])

    def pick(colours: tuple[Colour, ...]) -> Colour:
        return colours[int(rng.integers(len(colours)))]

    floor = FLOORS[int(rng.integers(len(FLOORS)))]
    warm = float(rng.uniform(-0.05, 0.05))
    bright = float(rng.uniform(0.85, 1.1))
    turn = rng.uniform(-0.5, 0.5)
    towards = np.array([turn, rng.uniform(-0.65, -0.25), 0.85])
    towards /= np.linalg.norm(towards)
    base = Light()
    tint = np.array([1 + warm, 1.0, 1 - warm]) * bright
    light = Light(
        (float(towards[0]), float(towards[1]), float(towards[2])),
        _times(base.lamp, tint),
        _times(base.above, tint),
        _times(base.below, tint),
    )
    far_wall = float(rng.uniform(1.7, 2.9))
    return Room(
        floor=floor,
        floor_colour=pick(_FLOOR_COLOURS[floor]),
        wall_colour=pick(_WALL_COLOURS),
        band_colour=pick(_BRIGHT[:5]),
        tape_colour=pick(((0.16, 0.30, 0.62), (0.85, 0.78, 0.20), (0.92, 0.92, 0.92))),
        band_m=float(rng.choice([0.0, 0.0, 0.95, 1.15])),
        far_wall_m=far_wall,
        light=light,
        far_pictures=_pictures(rng, clutter, 4.2, has_door=False),
        end_pictures=_pictures(rng, clutter, 2.6, has_door=bool(rng.random() < 0.7)),
        things=_furniture(rng, clutter, far_wall),
        seed=seed,
    )


def _times(light: tuple[float, float, float], tint: npt.NDArray[np.float64]) -> Colour:
    red, green, blue = np.array(light) * tint
    return (float(red), float(green), float(blue))


def _pictures(
    rng: np.random.Generator, clutter: float, half: float, *, has_door: bool
) -> tuple[Picture, ...]:
    hung: list[Picture] = []
    at = -half
    while at < half - 0.6:
        at += float(rng.uniform(0.1, 0.5 + 1.5 * (1 - clutter)))
        kind = "door" if has_door else "window" if rng.random() < 0.35 else "poster"
        if kind == "door":
            hung.append(Picture("door", at, 0.0, 0.92, 2.08, 0))
            has_door = False
        elif kind == "window":
            width = float(rng.uniform(1.0, 1.7))
            hung.append(Picture("window", at, 1.05, width, 1.25, 0))
        elif rng.random() < 0.25 + 0.75 * clutter:
            width = float(rng.choice([0.42, 0.6, 0.84]))
            seed = int(rng.integers(1 << 30))
            hung.append(Picture("poster", at, 1.0 + rng.uniform(0, 0.3), width, width * 1.41, seed))
        at += hung[-1].width if hung else 0.5
    return tuple(hung if clutter > 0 else hung[:1])


def _furniture(rng: np.random.Generator, clutter: float, far_wall: float) -> tuple[Prop, ...]:
    """Things along the far wall and at the walkway's start, never on the walkway."""
    placed: list[Prop] = []

    def colour() -> Colour:
        return _BRIGHT[int(rng.integers(len(_BRIGHT)))]

    makers: tuple[tuple[float, Callable[[], Prop]], ...] = (
        (1.0, lambda: props.chair(colour())),
        (2.1, lambda: props.bench(colour())),
        (1.1, props.wall_bars),
        (0.9, lambda: props.gym_ball(float(rng.uniform(0.22, 0.36)), colour())),
        (0.9, lambda: props.plant(rng)),
        (1.1, lambda: props.cupboard(colour(), float(rng.choice([0.9, 1.9])))),
        (1.2, props.steps),
        (0.5, lambda: props.cone(colour())),
    )
    for wall in ("far", "end"):
        at, end = (-4.0, 4.0) if wall == "far" else (-2.3, 2.3)
        while at < end:
            width, make = makers[int(rng.integers(len(makers)))]
            if rng.random() < clutter and at + width < end:
                thing = make()
                middle = at + width / 2
                is_seat = width == 1.0
                if wall == "far":
                    depth = far_wall - (0.48 if width != 1.1 else 0.22)
                    placed.append(thing.placed(middle, depth, 0, -90 if is_seat else 0))
                elif abs(middle) > 0.95:
                    placed.append(
                        thing.placed(-HALF_LENGTH_M + 0.5, middle, 0, 0 if is_seat else 90)
                    )
            at += width + float(rng.uniform(0.0, 0.7))
    return tuple(placed)


def backdrop(
    room: Room, camera: Camera, extra: tuple[Prop, ...] = (), *, fine: int = 2
) -> Backdrop:
    """The empty room as the camera sees it.

    Args:
        room: The room.
        camera: The camera.
        extra: Further things that stand still.
        fine: Looks along each side of a pixel of floor and walls.
    """
    columns = (np.arange(camera.width * fine) + 0.5) / fine - 0.5
    lines = (np.arange(camera.height * fine) + 0.5) / fine - 0.5
    mirrored = camera.position_m[1] > 1.5
    pieces, depths, floors = [], [], []
    strip = 120
    for first in range(0, len(lines), strip):
        x, y = np.meshgrid(columns, lines[first : first + strip])
        rays = camera.rays(np.stack([x, y], axis=-1)).astype(np.float32)
        light, depth, floor = _planes(room, camera, rays, mirrored)
        size = (camera.width, len(y) // fine)
        pieces.append(cv2.resize(light, size, interpolation=cv2.INTER_AREA))
        depths.append(depth[::fine, ::fine])
        floors.append(floor[::fine, ::fine])
    light = np.asarray(np.concatenate(pieces), np.float32)
    depth, floor = np.concatenate(depths), np.concatenate(floors)
    things = [_mirrored(thing) for thing in room.things] if mirrored else list(room.things)
    _dim_floor(light, floor, things, extra)
    for thing in (*things, *extra):
        _draw(thing, room, camera, light, depth, floor)
    picture = to_screen(light)
    return Backdrop(picture, to_light(picture), depth, floor)


def _mirrored(thing: Prop) -> Prop:
    flip = np.array([1.0, -1.0, 1.0])
    shadows = tuple((x, -y, w, d, dark) for x, y, w, d, dark in thing.shadows)
    return Prop(
        thing.points_m * flip,
        thing.normals * flip,
        thing.triangles[:, ::-1],
        thing.colours,
        shadows,
    )


def _planes(
    room: Room, camera: Camera, rays: Floats, mirrored: bool
) -> tuple[Floats, Floats, Floats]:
    """Floor, ceiling and walls along each ray: light, depth, and place on the floor."""
    x0, y0, z0 = camera.position_m
    far = -room.far_wall_m if mirrored else room.far_wall_m
    near = HALF_WIDTH_M if mirrored else -HALF_WIDTH_M
    best = np.full(rays.shape[:2], 60.0, np.float32)
    which = np.zeros(rays.shape[:2], np.int8)
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, (axis, at, start) in enumerate(
            (
                (2, 0.0, z0),
                (2, CEILING_M, z0),
                (1, far, y0),
                (1, near, y0),
                (0, -HALF_LENGTH_M, x0),
                (0, HALF_LENGTH_M, x0),
            )
        ):
            reach = (at - start) / rays[..., axis]
            closer = (reach > 0.01) & (reach < best)
            best = np.where(closer, reach, best).astype(np.float32)
            which = np.where(closer, name, which).astype(np.int8)
    place = rays * best[..., None] + np.array(camera.position_m, np.float32)
    light = np.zeros_like(rays)
    floor = np.full((*best.shape, 2), 99.0, np.float32)
    is_floor = which == 0
    floor[is_floor] = place[is_floor][:, :2]
    light[is_floor] = _floor_light(room, place[is_floor])
    is_ceiling = which == 1
    light[is_ceiling] = np.float32(0.72) * np.array([1.0, 0.99, 0.97], np.float32)
    for name, along, pictures in (
        (2, 0, room.far_pictures),
        (3, 0, ()),
        (4, 1, room.end_pictures),
        (5, 1, ()),
    ):
        is_wall = which == name
        if is_wall.any():
            spot = place[is_wall]
            light[is_wall] = _wall_light(room, spot[:, along], spot, pictures)
    return light, best, floor


@lru_cache(maxsize=8)
def _noise(seed: int, size: int, sigma: tuple[float, float]) -> Floats:
    rng = np.random.default_rng([seed, 77])
    raw = rng.standard_normal((size, size)).astype(np.float32)
    smooth = gaussian_filter(raw, (sigma[1], sigma[0]), mode="wrap")
    return np.asarray(smooth / smooth.std(), np.float32)


def _grain(noise: Floats, u: Floats, v: Floats) -> Floats:
    size = len(noise)
    return noise[v.astype(np.int64) % size, u.astype(np.int64) % size]


def _scatter(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
    """A number from 0 to 1 for each pair of whole numbers, without pattern."""
    mixed = (first * 73856093) ^ (second * 19349663)
    mixed = (mixed ^ (mixed >> 13)) * 1274126177
    return ((mixed & 0xFFFF) / 65535.0).astype(np.float32)


def _floor_light(room: Room, place: Floats) -> Floats:
    x, y = place[:, 0], place[:, 1]
    shade = np.ones(len(x), np.float32)
    if room.floor == "boards":
        row = np.floor(y / 0.14).astype(np.int64)
        shift = _scatter(row, row * 3 + 1) * 1.9
        board = np.floor((x + shift) / 1.9).astype(np.int64)
        shade *= 0.90 + 0.20 * _scatter(row, board)
        grain = _noise(room.seed, 512, (26.0, 0.9))
        shade *= 1 + 0.045 * _grain(grain, x * 180 + board * 91, y * 420 + row * 37)
        gap = (np.mod(y, 0.14) < 0.004) | (np.mod(x + shift, 1.9) < 0.004)
        shade *= np.where(gap, 0.62, 1.0).astype(np.float32)
    elif room.floor == "tiles":
        shade *= 0.97 + 0.06 * _scatter(
            np.floor(x / 0.4).astype(np.int64), np.floor(y / 0.4).astype(np.int64)
        )
        gap = (np.mod(x, 0.4) < 0.008) | (np.mod(y, 0.4) < 0.008)
        shade *= np.where(gap, 0.72, 1.0).astype(np.float32)
    else:
        sigma = (1.0, 1.0) if room.floor == "carpet" else (2.2, 2.2)
        strength = 0.10 if room.floor == "carpet" else 0.035
        shade *= 1 + strength * _grain(_noise(room.seed, 512, sigma), x * 260, y * 260)
    colour = linear(room.floor_colour) * shade[:, None]
    ends = WALKWAY_M / 2
    tape = (np.abs(np.abs(y) - 0.55) < 0.022) & (np.abs(x) < ends)
    tape |= (np.abs(np.abs(x) - ends) < 0.022) & (np.abs(y) < 0.57)
    tape |= (
        (np.mod(x + 0.0125, 1.0) < 0.025)
        & (np.abs(y) < 0.57)
        & (np.abs(y) > 0.45)
        & (np.abs(x) < ends)
    )
    colour = np.where(tape[:, None], linear(room.tape_colour) * shade[:, None] ** 0.5, colour)
    # Ceiling lamps stand over the walkway; the floor is dimmer towards the walls.
    pool = np.zeros(len(x), np.float32)
    for lamp in (-4.0, 0.0, 4.0):
        squared = (x - lamp) ** 2 + 0.7 * y**2
        pool += 1.0 / (1.0 + squared / 7.0) ** 1.5
    wall = np.clip((room.far_wall_m - np.abs(y)) / 0.35, 0, 1) * 0.22 + 0.78
    total = np.array(room.light.above, np.float32) + 0.75 * np.array(room.light.lamp, np.float32)
    return np.asarray(colour * (0.52 + 0.42 * pool * wall)[:, None] * total, np.float32)


def _wall_light(room: Room, along: Floats, place: Floats, pictures: tuple[Picture, ...]) -> Floats:
    z = place[:, 2]
    colour = np.where(
        (z < room.band_m)[:, None], linear(room.band_colour), linear(room.wall_colour)
    )
    skirting = z < 0.09
    colour = np.where(skirting[:, None], linear((0.80, 0.79, 0.77)), colour)
    colour = np.where((np.abs(z - 0.09) < 0.005)[:, None], 0.5 * colour, colour)
    blotch = _noise(room.seed + 1, 256, (40.0, 40.0))
    fade = 0.78 + 0.16 * np.clip(z / 2.2, 0, 1) + 0.02 * _grain(blotch, along * 40, z * 40)
    fade *= 1 - 0.25 * np.exp(-z / 0.10)
    total = np.array(room.light.above, np.float32) + 0.5 * np.array(room.light.lamp, np.float32)
    light = colour * fade[:, None] * total
    for hung in pictures:
        u, v = (along - hung.along) / hung.width, (z - hung.low) / hung.height
        inside = (u > -0.05) & (u < 1.05) & (v > -0.05) & (v < 1.05)
        if inside.any():
            light[inside] = _picture_light(hung, u[inside], v[inside], light[inside], total)
    return np.asarray(light, np.float32)


def _picture_light(hung: Picture, u: Floats, v: Floats, wall: Floats, total: Floats) -> Floats:
    is_on = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
    rim = np.minimum(np.minimum(u, 1 - u) * hung.width, np.minimum(v, 1 - v) * hung.height)
    if hung.kind == "poster":
        soft = np.clip(-rim / 0.03, 0, 1)
        around = wall * (0.80 + 0.20 * soft)[:, None]
        sheet = _poster(hung.seed)
        height, width = sheet.shape[:2]
        row = np.clip((1 - v) * (height - 1), 0, height - 1).astype(int)
        column = np.clip(u * (width - 1), 0, width - 1).astype(int)
        return np.where(is_on[:, None], linear_all(sheet[row, column]) * total * 0.9, around)
    if hung.kind == "window":
        frame = (rim < 0.05) | (np.abs(u - 0.5) * hung.width < 0.03)
        sky = np.array((0.86, 0.93, 1.0), np.float32) * (0.85 + 0.25 * v)[:, None]
        green = np.array((0.45, 0.55, 0.42), np.float32)
        outside = np.where((v < 0.28 + 0.06 * np.sin(9 * u))[:, None], green, sky)
        light = np.where(frame[:, None], linear((0.90, 0.90, 0.89)) * total, outside)
        return np.asarray(np.where(is_on[:, None], light, wall), np.float32)
    leaf = linear((0.72, 0.60, 0.46)) * total * 0.85
    light = np.where((rim < 0.06)[:, None], leaf * 0.72, leaf)
    grip = (np.abs(u - 0.88) * hung.width < 0.05) & (np.abs(v - 0.48) * hung.height < 0.012)
    light = np.where(grip[:, None], np.float32(0.25), light)
    return np.asarray(np.where(is_on[:, None], light, wall), np.float32)


def _poster(seed: int) -> Floats:
    """A poster: a heading, a few shapes and lines of text, as seen on clinic walls."""
    rng = np.random.default_rng(seed)
    sheet = np.full((340, 240, 3), rng.uniform(0.82, 0.97, 3), np.float32)
    main: Colour = _BRIGHT[int(rng.integers(len(_BRIGHT) - 1))]
    cv2.rectangle(sheet, (0, 0), (240, int(rng.integers(34, 70))), main, -1)
    for _ in range(int(rng.integers(2, 6))):
        colour = _BRIGHT[int(rng.integers(len(_BRIGHT)))]
        middle = (int(rng.integers(30, 210)), int(rng.integers(100, 250)))
        size = (int(rng.integers(12, 55)), int(rng.integers(12, 55)))
        cv2.ellipse(
            sheet, middle, size, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA
        )
    for line in range(265, 330, 10):
        cv2.line(sheet, (18, line), (18 + int(rng.integers(90, 200)), line), (0.35, 0.35, 0.37), 3)
    return sheet


def _dim_floor(light: Floats, floor: Floats, things: list[Prop], extra: tuple[Prop, ...]) -> None:
    dim = np.ones(light.shape[:2], np.float32)
    for thing in (*things, *extra):
        for x, y, half_x, half_y, dark in thing.shadows:
            over_x = np.maximum(np.abs(floor[..., 0] - x) - half_x, 0)
            over_y = np.maximum(np.abs(floor[..., 1] - y) - half_y, 0)
            dim *= 1 - dark * np.exp(-np.hypot(over_x, over_y) / 0.09)
    light *= dim[..., None]


def _draw(
    thing: Prop, room: Room, camera: Camera, light: Floats, depth: Floats, floor: Floats
) -> None:
    """Draw a thing into the backdrop, four times a pixel apart for smooth edges."""
    pixels, away = camera.project(thing.points_m)
    window = window_of(pixels, camera.width, camera.height)
    if window is None or np.nanmax(away) < 0.3:
        return
    openness = np.clip(0.55 + 0.45 * thing.points_m[:, 2] / 0.25, 0.55, 1.0).astype(np.float32)
    paint = linear_all(thing.colours) * room.light.on(thing.normals.astype(np.float32), openness)
    rows, columns = window.slices
    shown = np.zeros((window.height * window.width, 3), np.float32)
    behind = light[rows, columns].reshape(-1, 3).copy()
    covered: BoolArray = np.zeros(len(behind), np.bool_)
    limit = depth[rows, columns].reshape(-1).copy()
    for dx, dy in ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375)):
        moved = (pixels + np.array([dx, dy])).astype(np.float32)
        hits = rasterize(moved, away.astype(np.float32), thing.triangles, window)
        front = hits.depth < limit[hits.pixels]
        at = hits.pixels[front]
        layer = behind.copy()
        layer[at] = np.einsum(
            "pk,pkc->pc", hits.shares[front], paint[thing.triangles[hits.triangles[front]]]
        )
        shown += 0.25 * layer
        if dx == -0.375:
            nearest = limit.copy()
            nearest[at] = hits.depth[front]
            covered[at] = True
    light[rows, columns] = shown.reshape(window.height, window.width, 3)
    depth[rows, columns] = nearest.reshape(window.height, window.width)
    patch = floor[rows, columns]
    patch[covered.reshape(window.height, window.width)] = 99.0
