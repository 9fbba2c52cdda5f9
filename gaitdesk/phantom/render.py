"""A film of the phantom: every frame with its exact mask and what of the body can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.media.writing import Coding, FilmWriter
from gaitdesk.phantom.body import HEAD, LIMB_OF_SEGMENT, Figure
from gaitdesk.phantom.camera import Camera
from gaitdesk.phantom.light import Light, floor_shade, shade_from_above, to_screen
from gaitdesk.phantom.raster import Window, facing, rasterize, window_of
from gaitdesk.phantom.rooms import Backdrop
from gaitdesk.phantom.skeleton import Motion, at_times, landmark_offsets
from gaitdesk.phantom.weights import bones

Floats = npt.NDArray[np.float32]

_NOBODY = -1
_Jitter = tuple[tuple[float, float], ...]
_JITTER: _Jitter = ((-0.125, -0.375), (0.375, -0.125), (-0.375, 0.125), (0.125, 0.375))
"""Where in a pixel each part of the exposure looks: four rooks, so that edges are smooth."""
_TWO_LOOKS: _Jitter = ((-0.25, -0.25), (0.25, 0.25))


@dataclass(frozen=True, slots=True)
class Shot:
    """How a film is taken.

    Attributes:
        fps: Frames a second by the camera's own clock.
        start_s: When in the motion its first frame lies.
        duration_s: Length of the film.
        drift_ms_per_s: How much faster the camera's clock runs than the motion's.
        shutter: Share of the time between frames in which light is taken in; 0 freezes movement.
        noise: Standard deviation of the sensor's noise, in 8-bit steps.
        rotation_deg: Clockwise turn players are told to apply, as phones do.
        coding: Of the file.
        seed: Of the noise.
    """

    fps: float | Fraction = 60
    start_s: float = 0.0
    duration_s: float = 5.0
    drift_ms_per_s: float = 0.0
    shutter: float = 0.25
    noise: float = 1.6
    rotation_deg: int = 0
    coding: Coding = field(default_factory=lambda: Coding(quality=21))
    seed: int = 0

    @property
    def times_s(self) -> FloatArray:
        """Moments of the motion at which the frames are taken, shape (frames,)."""
        frames = max(1, round(self.duration_s * float(self.fps)))
        own = np.arange(frames) / float(self.fps)
        return self.start_s + own / (1.0 + self.drift_ms_per_s / 1000.0)


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """A body and what it does; the first actor of a film is the child.

    Attributes:
        figure: Its body.
        motion: What it does; before and after it stands as at the ends.
    """

    figure: Figure
    motion: Motion


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """One frame.

    Attributes:
        image: Shape (height, width, 3).
        mask: Where the child is seen, shape (height, width).
        points_px: The child's landmarks, shape (23, 2).
        visible: Which of them can be seen, neither hidden nor outside the picture, shape (23,).
    """

    image: Image
    mask: BoolArray
    points_px: FloatArray
    visible: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Filmed:
    """What is known of a film that was rendered.

    Attributes:
        times_s: Of each frame, by the motion's clock, shape (frames,).
        points_px: Landmarks of the child, shape (frames, 23, 2).
        visible: Shape (frames, 23).
        mask: Of the child.
    """

    times_s: FloatArray
    points_px: FloatArray
    visible: BoolArray
    mask: MaskTrack


def frames(
    actors: Sequence[Actor], camera: Camera, behind: Backdrop, light: Light, shot: Shot
) -> Iterator[Rendered]:
    """The frames of a film, one after the other; the same for the same seed.

    Args:
        actors: The child, then whoever walks along.
        camera: The camera that takes it.
        behind: The empty room as this camera sees it.
        light: The room's light.
        shot: How it is taken.
    """
    grain = _Grain(camera, shot)
    exposure_s = shot.shutter / float(shot.fps)
    for rendered in moments(actors, camera, behind, light, shot.times_s, exposure_s):
        yield replace(rendered, image=grain.on(rendered.image))


def moments(
    actors: Sequence[Actor],
    camera: Camera,
    behind: Backdrop,
    light: Light,
    times_s: FloatArray,
    exposure_s: float,
    *,
    is_quick: bool = False,
) -> Iterator[Rendered]:
    """Pictures without noise of given moments, in the order of time.

    Args:
        actors: The child, then whoever walks along.
        camera: The camera that takes them.
        behind: The empty room as this camera sees it.
        light: The room's light.
        times_s: Moments of the motion, ascending, shape (frames,).
        exposure_s: How long light is taken in; 0 freezes movement.
        is_quick: Whether two looks a pixel do instead of four.
    """
    half = 0.5 * exposure_s
    moves = [[_posed(actor, times_s + shift) for shift in (-half, half)] for actor in actors]
    child = at_times(actors[0].motion, times_s)
    points_px, depth_m = camera.project(child.landmarks_m())
    cast = _cast(actors)
    jitter = _TWO_LOOKS if is_quick else _JITTER
    for frame in range(len(times_s)):
        poses = [[_Pose(turn[frame], shift[frame]) for turn, shift in ends] for ends in moves]
        at, away = points_px[frame], depth_m[frame]
        yield _frame(actors, cast, poses, camera, behind, light, at, away, jitter)


def write_film(
    path: Path,
    actors: Sequence[Actor],
    camera: Camera,
    behind: Backdrop,
    light: Light,
    shot: Shot,
) -> Job[Filmed]:
    """Render a film to a file.

    Yields:
        One event a frame.

    Returns:
        Where the child's landmarks and mask are in every frame.
    """
    total = len(shot.times_s)
    points, visible, masks = [], [], []
    with FilmWriter(path, shot.fps, rotation_deg=shot.rotation_deg, coding=shot.coding) as film:
        for done, rendered in enumerate(frames(actors, camera, behind, light, shot)):
            film.write(rendered.image)
            points.append(rendered.points_px)
            visible.append(rendered.visible)
            masks.append(FrameMask.of(rendered.mask))
            yield Progress(done + 1, total, tr("Filming the phantom"))
    track = MaskTrack(camera.width, camera.height, tuple(masks))
    return Filmed(shot.times_s, np.array(points), np.array(visible), track)


@dataclass(frozen=True, slots=True, eq=False)
class _Pose:
    turn: FloatArray
    shift: FloatArray


def _posed(actor: Actor, times_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    body, motion = actor.figure, at_times(actor.motion, times_s)
    return bones(
        body.build, body.rest_origins_m, body.rest_rotations, motion.origins_m, motion.rotations
    )


class _Grain:
    """Sensor noise: a sheet of it made once, laid down elsewhere in every frame."""

    def __init__(self, camera: Camera, shot: Shot) -> None:
        self._rng = np.random.default_rng([shot.seed, 9001])
        self._room = 97
        self._size = (camera.height, camera.width)
        self._sheet: npt.NDArray[np.int8] | None = None
        if shot.noise > 0:
            shape = (camera.height + self._room, camera.width + self._room)
            fine = self._rng.standard_normal((*shape, 1)).astype(np.float32)
            colour = self._rng.standard_normal((*shape, 3)).astype(np.float32)
            # Cameras smooth colour more than brightness.
            colour = np.stack(
                [cv2.GaussianBlur(c, (0, 0), 1.2) for c in np.moveaxis(colour, 2, 0)], 2
            )
            sheet = shot.noise * (0.85 * fine + 1.6 * colour)
            self._sheet = np.clip(np.round(sheet), -127, 127).astype(np.int8)

    def on(self, image: Image) -> Image:
        """The picture with the next frame's noise."""
        if self._sheet is None:
            return image
        y, x = (int(n) for n in self._rng.integers(0, self._room, 2))
        height, width = self._size
        part = self._sheet[y : y + height, x : x + width]
        return np.asarray(cv2.add(image, part, dtype=cv2.CV_8U), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class _Cast:
    """All bodies of a film as one mesh; the child's `limb` names parts, others' is `_NOBODY`."""

    triangles: IntArray
    limb: npt.NDArray[np.int8]
    is_printed: BoolArray
    uv: Floats
    sheet: Floats


def _cast(actors: Sequence[Actor]) -> _Cast:
    triangles, limbs, printed, uv, start, below = [], [], [], [], 0, 0
    for index, actor in enumerate(actors):
        body = actor.figure
        triangles.append(body.triangles + start)
        start += len(body.rest_m)
        limbs.append(body.limb if index == 0 else np.full_like(body.limb, _NOBODY))
        printed.append(body.is_printed)
        uv.append(body.uv + np.array([0, below], np.float32))
        below += len(body.sheet)
    return _Cast(
        np.concatenate(triangles),
        np.concatenate(limbs),
        np.concatenate(printed),
        np.concatenate(uv),
        _stacked([actor.figure.sheet for actor in actors]),
    )


def _stacked(sheets: list[Floats]) -> Floats:
    widest = max(sheet.shape[1] for sheet in sheets)
    return np.concatenate(
        [np.pad(sheet, ((0, 0), (0, widest - sheet.shape[1]), (0, 0))) for sheet in sheets]
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Moved:
    """All bodies in one frame: vertices at the two ends of the exposure, and their light."""

    points_px: tuple[Floats, Floats]
    depth_m: tuple[Floats, Floats]
    paint: Floats


def _skinned(figure: Figure, pose: _Pose) -> tuple[Floats, Floats]:
    """World positions and normals of the vertices."""
    count = len(pose.turn)
    table = np.concatenate([pose.turn, pose.shift[..., None]], axis=2).reshape(count, 12)
    mixed = figure.weights @ table.astype(np.float32)
    x, y, z = (figure.rest_m[:, i] for i in range(3))
    nx, ny, nz = (figure.normals[:, i] for i in range(3))
    points, normals = np.empty_like(figure.rest_m), np.empty_like(figure.normals)
    for row in range(3):
        a, b, c, d = (mixed[:, 4 * row + i] for i in range(4))
        points[:, row] = a * x + b * y + c * z + d
        normals[:, row] = a * nx + b * ny + c * nz
    normals /= np.sqrt((normals * normals).sum(axis=1, keepdims=True)) + np.float32(1e-9)
    return points, normals


def _projected(camera: Camera, points_m: Floats) -> tuple[Floats, Floats]:
    """As `Camera.project`, in single precision; what is behind the camera becomes NaN."""
    seen = (points_m - np.array(camera.position_m, np.float32)) @ camera.axes.T.astype(np.float32)
    depth = seen[:, 2].copy()
    depth[depth < 0.05] = np.nan
    plane = seen[:, :2] / depth[:, None]
    if camera.distortion:
        plane *= 1 + np.float32(camera.distortion) * (plane * plane).sum(axis=1, keepdims=True)
    return camera.middle_px.astype(np.float32) + np.float32(camera.focal_px) * plane, depth


def _frame(
    actors: Sequence[Actor],
    cast: _Cast,
    poses: list[list[_Pose]],
    camera: Camera,
    behind: Backdrop,
    light: Light,
    points_px: FloatArray,
    depth_m: FloatArray,
    jitter: _Jitter,
) -> Rendered:
    image = behind.picture.copy()
    pixels: list[list[Floats]] = [[], []]
    depths: list[list[Floats]] = [[], []]
    paints, shades, corners = [], [], []
    for actor, ends in zip(actors, poses, strict=True):
        for end, pose in enumerate(ends):
            points, normals = _skinned(actor.figure, pose)
            at, away = _projected(camera, points)
            pixels[end].append(at)
            depths[end].append(away)
        shaded = shade_from_above(points)
        openness = actor.figure.openness * (0.35 + 0.65 * shaded)
        paints.append(actor.figure.colour * light.on(normals, openness, shaded))
        shade = floor_shade(points, light.towards)
        shades.append(shade)
        corners.append(camera.project(shade.corners())[0].astype(np.float32))
    moved = _Moved(
        (np.concatenate(pixels[0]), np.concatenate(pixels[1])),
        (np.concatenate(depths[0]), np.concatenate(depths[1])),
        np.concatenate(paints),
    )
    mask = np.zeros((camera.height, camera.width), np.bool_)
    window = window_of(np.concatenate([*moved.points_px, *corners]), camera.width, camera.height)
    if window is None:
        return Rendered(image, mask, points_px, np.zeros(len(Landmark), np.bool_))
    rows, columns = window.slices
    floor = behind.light[rows, columns].copy()
    place = behind.floor_m[rows, columns]
    for shade in shades:
        floor *= shade.at(place)[..., None]
    shown, share, limb, nearest = _exposed(
        cast, moved, window, floor, behind.depth_m[rows, columns], jitter
    )
    image[rows, columns] = to_screen(shown)
    mask[rows, columns] = share >= 0.5
    carriers = [LIMB_OF_SEGMENT[part] for part in landmark_offsets(actors[0].figure.build)[0]]
    visible = _visible(points_px, depth_m, window, limb, nearest, carriers)
    return Rendered(image, mask, points_px, visible)


def _exposed(
    cast: _Cast, moved: _Moved, window: Window, floor: Floats, depth: Floats, looks: _Jitter
) -> tuple[Floats, Floats, npt.NDArray[np.int8], Floats]:
    """Light gathered over the exposure.

    Returns:
        The light, the child's share of each pixel, and for the middle of the exposure the part
        of the child's body in front (or `_NOBODY`) with its depth; each of the window's shape.
    """
    count = window.height * window.width
    ground, wall = floor.reshape(count, 3), depth.reshape(count)
    total = ground.copy()
    share = np.zeros(count, np.float32)
    limb = np.full(count, _NOBODY, np.int8)
    nearest = wall.copy()
    first, last = moved.points_px
    seen = facing(0.5 * (first + last), cast.triangles, slack_px=0.5)
    triangles = cast.triangles[seen]
    weight = np.float32(1 / len(looks))
    for turn, jitter in enumerate(looks):
        part = np.float32((turn + 0.5) * weight)
        at = first + part * (last - first) + np.array(jitter, np.float32)
        away = moved.depth_m[0] + part * (moved.depth_m[1] - moved.depth_m[0])
        hits = rasterize(at, away, triangles, window)
        ahead = np.flatnonzero(hits.depth < wall[hits.pixels])
        pixels, faces = hits.pixels[ahead], seen[hits.triangles[ahead]]
        shown = _painted(cast, moved.paint, faces, hits.shares[ahead])
        total[pixels] += weight * (shown - ground[pixels])
        who = cast.limb[faces]
        share[pixels] += weight * (who >= 0)
        if turn == len(looks) // 2:
            limb[pixels], nearest[pixels] = who, hits.depth[ahead]
    shape = (window.height, window.width)
    return (
        total.reshape(*shape, 3),
        share.reshape(shape),
        limb.reshape(shape),
        nearest.reshape(shape),
    )


def _painted(cast: _Cast, paint: Floats, faces: IntArray, shares: Floats) -> Floats:
    """Light thrown back by the places of the bodies that are seen, shape (places, 3)."""
    corners = np.take(cast.triangles, faces, axis=0)
    light = shares[:, :1] * np.take(paint, corners[:, 0], axis=0)
    light += shares[:, 1:2] * np.take(paint, corners[:, 1], axis=0)
    light += shares[:, 2:] * np.take(paint, corners[:, 2], axis=0)
    printed = np.flatnonzero(cast.is_printed[faces])
    uv = np.einsum("pk,pkc->pc", shares[printed], cast.uv[faces[printed]])
    column = np.clip(uv[:, 0], 0, cast.sheet.shape[1] - 1).astype(np.int32)
    row = np.clip(uv[:, 1], 0, cast.sheet.shape[0] - 1).astype(np.int32)
    light[printed] *= cast.sheet[row, column]
    return np.asarray(light, np.float32)


_FACE_DEPTH_M = 0.035


def _visible(
    points_px: FloatArray,
    depth_m: FloatArray,
    window: Window,
    limb: npt.NDArray[np.int8],
    nearest: Floats,
    carriers: Sequence[int],
) -> BoolArray:
    """Whether the part of the body that carries a landmark is in front at the landmark."""
    visible = np.zeros(len(Landmark), np.bool_)
    for point in Landmark:
        x, y = points_px[point]
        if not (np.isfinite(x) and np.isfinite(y)):
            continue
        column, row = round(x) - window.left, round(y) - window.top
        reach = 2
        rows = slice(max(row - reach, 0), max(row + reach + 1, 0))
        columns = slice(max(column - reach, 0), max(column + reach + 1, 0))
        there = limb[rows, columns] == carriers[point]
        if carriers[point] == HEAD:
            there &= nearest[rows, columns] > depth_m[point] - _FACE_DEPTH_M
        visible[point] = there.any()
    return visible
