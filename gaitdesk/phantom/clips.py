"""Short clips of a phantom near enough to fill the picture, and what is true of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType

import cv2
import numpy as np
import numpy.typing as npt

from gaitdesk.childgait.framing import squares_of
from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.gait import EventKind, Pass, Variable
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import View
from gaitdesk.i18n import tr
from gaitdesk.phantom.camera import Camera
from gaitdesk.phantom.cohort import SubjectPlan
from gaitdesk.phantom.render import Actor, moments
from gaitdesk.phantom.rooms import Room, backdrop, furnished_room
from gaitdesk.phantom.session import Visit, actors_of, cameras_of, motion_of, visit_of
from gaitdesk.phantom.skeleton import Motion
from gaitdesk.phantom.truth import truth_of, unrendered_film

FPS = 30.0
FOLLOWED: tuple[Variable, ...] = (
    Variable.HIP_FLEXION,
    Variable.KNEE_FLEXION,
    Variable.ANKLE_DORSIFLEXION,
    Variable.FOOT_PITCH,
    Variable.FOOT_PROGRESSION,
    Variable.KNEE_PROGRESSION,
    Variable.HINDFOOT_VALGUS,
    Variable.PELVIC_OBLIQUITY,
    Variable.PELVIC_ROTATION,
    Variable.TRUNK_FORWARD_LEAN,
    Variable.TRUNK_SHIFT,
)
"""Angles in space known in every frame of a clip, in this order."""

_COARSENESS = 2.0
_GRAIN_ROOM = 61
_BODY_TO_LANDMARKS = 1.16
"""Height of a whole child over that of its landmarks: head and soles lie outside them."""


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """How a phantom's walks are cut into clips.

    Attributes:
        frames: Of each clip, at 30 a second.
        size_px: Side of the square pictures.
        fill: Share of the picture's height that the child takes up where it is tallest.
        per_pass: Clips of each pass, by the plane it is filmed in.
        seed: Of where the clips begin, and of all noise.
    """

    frames: int = 32
    size_px: int = 192
    fill: float = 0.72
    per_pass: Mapping[Plane, int] = field(
        default_factory=lambda: MappingProxyType({Plane.SAGITTAL: 1, Plane.CORONAL: 1})
    )
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FilmedClip:
    """A rendered clip and its truth.

    Attributes:
        view: How the camera sees the child.
        images: Shape (frames, size, size, 3).
        masks: Where the child is seen, shape (frames, size, size).
        points_px: Landmarks in the clip's pictures, shape (frames, 23, 2).
        visible: Which of them can be seen, shape (frames, 23).
        squares_px: Left and top edge and side, in the clip's pictures, of the square that would
            be cut out of the whole film if the child filled it from top to bottom, shape
            (frames, 3).
        angles_deg: Of both limbs in the order of `FOLLOWED`, shape (frames, 2, variables).
        phase: Share of the gait cycle passed, 0 to 1, NaN where no cycle encloses the frame,
            shape (frames, 2).
    """

    view: View
    images: Image
    masks: BoolArray
    points_px: FloatArray
    visible: BoolArray
    squares_px: FloatArray
    angles_deg: FloatArray
    phase: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FilmedChild:
    """One phantom, its clips, and the truth of the visit they are taken from."""

    plan: SubjectPlan
    truth: Analysis
    clips: tuple[FilmedClip, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A place where children of a cohort are filmed.

    Attributes:
        visit: How a child looks there, and how it is filmed.
        room: The room its visit is in.
    """

    visit: Callable[[SubjectPlan], Visit]
    room: Callable[[Visit], Room]


def _usual_room(visit: Visit) -> Room:
    return furnished_room(visit.staging.room, visit.staging.clutter)


USUAL_SITE = Site(visit_of, _usual_room)


def film_clips(plan: SubjectPlan, how: ClipPlan, site: Site = USUAL_SITE) -> Job[FilmedChild]:
    """Render the clips of one child of a cohort.

    The cameras are those of the visit, cropped: their perspective, noise and sharpness are what a
    crop of the whole film would show, at a small part of the cost.

    Yields:
        One event a clip.
    """
    stage = stage_of(plan, site)
    visit = stage.visit
    actors = actors_of(visit, stage.motion, _COARSENESS)
    room = site.room(visit)
    rng = np.random.default_rng([how.seed, plan.motion_seed, 71])
    cuts = cuts_of(stage, how, rng)
    clips = []
    for cut in cuts:
        clips.append(_filmed(stage, actors, room, cut, how, rng))
        yield Progress(len(clips), len(cuts), tr("Filming the phantom"))
    return FilmedChild(plan, stage.truth, tuple(clips))


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A visit before it is filmed.

    Attributes:
        visit: The child and where it walks.
        motion: Its walks; not corrected, because what is true is measured on them.
        cameras: By the plane they look at.
        times_s: Moments of the motion at which pictures are taken.
        truth: What is true of the visit; films by plane.
        squares: See `squares_of`, for a child that fills them from top to bottom.
    """

    visit: Visit
    motion: Motion
    cameras: Mapping[Plane, Camera]
    times_s: FloatArray
    truth: Analysis
    squares: Mapping[Plane, FloatArray]


def stage_of(plan: SubjectPlan, site: Site = USUAL_SITE) -> Stage:
    """The visit of a child of a cohort, walked but not yet filmed."""
    visit = _unsteady(site.visit(plan))
    motion = motion_of(visit, corrections=0)
    cameras = cameras_of(visit, motion)
    times_s: FloatArray = np.arange(motion.times_s[0], motion.times_s[-1], 1.0 / FPS)
    films = [
        unrendered_film(motion, plane, camera, times_s, fps=FPS)
        for plane, camera in cameras.items()
    ]
    truth = truth_of(motion, films)
    squares = {film.plane: squares_of(film, 1.0) for film in truth.films}
    return Stage(visit, motion, cameras, times_s, truth, squares)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Where one clip is cut out of a film.

    Attributes:
        film: The film.
        one: The pass it lies in.
        span: Its frames.
        scale: The clip's pixels for one of the film.
        corners: Left and top of each picture in the film, in pixels of the clip, shape
            (frames, 2).
    """

    film: FilmAnalysis
    one: Pass
    span: slice
    scale: float
    corners: IntArray

    @property
    def points_px(self) -> FloatArray:
        """Landmarks in the clip's pictures, shape (frames, 23, 2)."""
        inside = self.film.pose.points_px[self.span] + 0.5
        found: FloatArray = inside * self.scale - 0.5 - self.corners[:, None]
        return found


def cuts_of(stage: Stage, how: ClipPlan, rng: np.random.Generator) -> list[Cut]:
    """Where the clips of a visit are cut."""
    return [
        _cut(film, one, first, how)
        for film in stage.truth.films
        for one in film.passes
        for first in clip_starts(film, one, how.frames, how.per_pass[film.plane], rng)
    ]


def _cut(film: FilmAnalysis, one: Pass, first: int, how: ClipPlan) -> Cut:
    span = slice(first, first + how.frames)
    points = film.pose.points_px[span]
    low, high = points.min(axis=1), points.max(axis=1)
    scale = how.fill * how.size_px / float(_BODY_TO_LANDMARKS * (high - low)[:, 1].max())
    middle = _smoothed((low + high) / 2.0) * scale
    return Cut(film, one, span, scale, np.round(middle - how.size_px / 2.0).astype(np.int64))


def clip_of(
    stage: Stage, cut: Cut, images: Image, masks: BoolArray, visible: BoolArray
) -> FilmedClip:
    """A clip of pictures that show what was cut."""
    return FilmedClip(
        view=cut.one.view,
        images=images,
        masks=masks,
        points_px=cut.points_px,
        visible=visible,
        squares_px=_squares(stage.squares[cut.film.plane][cut.span], cut.scale, cut.corners),
        angles_deg=_angles(cut.film)[cut.span],
        phase=_phase(cut.film)[cut.span],
    )


def clip_starts(
    film: FilmAnalysis, one: Pass, frames: int, count: int, rng: np.random.Generator
) -> list[int]:
    """First frames of clips spread over a pass, the whole child in the picture throughout."""
    whole: BoolArray = np.asarray(np.isfinite(film.pose.points_px).all(axis=(1, 2)))
    whole[: one.first_frame] = whole[one.last_frame + 1 :] = False
    seen_before = np.concatenate([[0], np.cumsum(whole)])
    possible = np.flatnonzero(seen_before[frames:] - seen_before[:-frames] == frames)
    if not len(possible):
        return []
    edges = np.linspace(0.0, len(possible) - 1, count + 1)
    drawn = [rng.uniform(a, b) for a, b in pairwise(edges)]
    return [int(possible[round(place)]) for place in drawn]


def _unsteady(visit: Visit) -> Visit:
    """The visit with cameras set up by hand: neither quite level nor quite upright."""
    rng = np.random.default_rng([visit.seed, 73])
    tilt, roll = float(rng.normal(0.0, 1.2)), float(rng.normal(0.0, 0.8))
    set_up = visit.staging
    staging = replace(set_up, tilt_deg=set_up.tilt_deg + tilt, roll_deg=set_up.roll_deg + roll)
    return replace(visit, staging=staging)


def _filmed(
    stage: Stage,
    actors: Sequence[Actor],
    room: Room,
    cut: Cut,
    how: ClipPlan,
    rng: np.random.Generator,
) -> FilmedClip:
    origin = cut.corners.min(axis=0)
    width, height = (cut.corners.max(axis=0) - origin + how.size_px).tolist()
    left, top = (origin / cut.scale).tolist()
    camera = stage.cameras[cut.film.plane].cut(left, top, width, height, cut.scale)
    staging = stage.visit.staging
    shots = moments(
        actors,
        camera,
        backdrop(room, camera, fine=1),
        room.light,
        stage.times_s[cut.span],
        staging.shutter / staging.fps,
        is_quick=True,
    )
    grain = _Grain(how.size_px, staging.noise * min(1.0, cut.scale), rng)
    images, masks, visible = [], [], []
    for shot, (x, y) in zip(shots, cut.corners - origin, strict=True):
        window = slice(y, y + how.size_px), slice(x, x + how.size_px)
        images.append(grain.on(_softened(shot.image[window], cut.scale)))
        masks.append(shot.mask[window])
        visible.append(shot.visible)
    return clip_of(stage, cut, np.array(images), np.array(masks), np.array(visible))


def _squares(squares: FloatArray, scale: float, corners: IntArray) -> FloatArray:
    """Squares of the film, shape (frames, 3), in the pictures of a clip."""
    found = squares * scale
    found[:, :2] -= corners
    return found


def _smoothed(path_px: FloatArray) -> FloatArray:
    """A path without its jumps from frame to frame: the line of least squares, bent twice."""
    times = np.linspace(-1.0, 1.0, len(path_px))
    basis = np.polynomial.polynomial.polyvander(times, 3)
    found: FloatArray = basis @ np.linalg.lstsq(basis, path_px, rcond=None)[0]
    return found


def _softened(image: Image, scale: float) -> Image:
    """The picture with the softness of a film that was enlarged."""
    if scale <= 1.0:
        return image
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.45 * scale), np.uint8)


class _Grain:
    """A sensor's noise: one sheet of it, laid down elsewhere on every picture."""

    def __init__(self, size_px: int, noise: float, rng: np.random.Generator) -> None:
        self._rng, self._size = rng, size_px
        shape = (size_px + _GRAIN_ROOM, size_px + _GRAIN_ROOM)
        fine: npt.NDArray[np.float32] = rng.standard_normal((*shape, 1), np.float32)
        colour: npt.NDArray[np.float32] = rng.standard_normal((*shape, 3), np.float32)
        sheet = np.round(noise * (0.85 * fine + 0.7 * colour))
        self._sheet = np.clip(sheet, -127, 127).astype(np.int8)

    def on(self, image: Image) -> Image:
        """The picture with noise of its own."""
        y, x = (int(n) for n in self._rng.integers(0, _GRAIN_ROOM, 2))
        part = self._sheet[y : y + self._size, x : x + self._size]
        return np.asarray(cv2.add(image, part, dtype=cv2.CV_8U), np.uint8)


def _angles(film: FilmAnalysis) -> FloatArray:
    """Angles in space of a film, shape (frames, 2, variables)."""
    found = np.full((film.video.frame_count, len(Side), len(FOLLOWED)), np.nan)
    for track in film.angles:
        if not track.is_projected and track.variable in FOLLOWED:
            found[:, list(Side).index(track.side), FOLLOWED.index(track.variable)] = track.values
    return found


def _phase(film: FilmAnalysis) -> FloatArray:
    """How much of the gait cycle each limb has passed in each frame, shape (frames, 2)."""
    frames = film.video.times_s
    found = np.full((len(frames), len(Side)), np.nan)
    for column, side in enumerate(Side):
        for one in film.passes:
            contacts = [
                event.time_s
                for event in film.events
                if event.side is side
                and event.kind is EventKind.INITIAL_CONTACT
                and one.first_frame <= event.frame <= one.last_frame
            ]
            if len(contacts) > 1:
                inside = (frames >= contacts[0]) & (frames < contacts[-1])
                turns = np.interp(frames[inside], contacts, np.arange(len(contacts)))
                found[inside, column] = turns % 1.0
    return found
