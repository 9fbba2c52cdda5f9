"""A phantom's visit: it walks there and back before two cameras, and all of it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import noted, tr
from gaitdesk.media.writing import Coding
from gaitdesk.phantom.body import figure
from gaitdesk.phantom.camera import Camera, coronal_camera, sagittal_camera
from gaitdesk.phantom.cohort import SubjectPlan
from gaitdesk.phantom.company import holding_on, therapist, walking_frame
from gaitdesk.phantom.look import Look, varied_look
from gaitdesk.phantom.patterns import Limbs
from gaitdesk.phantom.render import Actor, Shot, write_film
from gaitdesk.phantom.rooms import backdrop, furnished_room
from gaitdesk.phantom.skeleton import Build, Motion, one_after_the_other, takes_of
from gaitdesk.phantom.truth import TrueFilm, truth_of, unrendered_film
from gaitdesk.phantom.walker import there_and_back

OTHER_PERSON = 1009
"""Added to a child's seed so that the adult beside it looks like somebody else."""


@dataclass(frozen=True, slots=True)
class Staging:
    """Where and how a visit is filmed.

    Attributes:
        fps: Frames a second of the side camera.
        coronal_fps: Of the camera at the walkway's end; None for the same.
        width, height: Of the pictures, pixels.
        distance_m: Side camera from the middle of the walkway.
        lens_share: Height of the lenses, in leg lengths of the child; 1 by protocol.
        zoom: Focal length of both cameras, times what the protocol asks for.
        tilt_deg, roll_deg: How far both are turned upwards, and clockwise, from true.
        oblique_deg: How far the side camera is swung out of its place.
        coronal_oblique_deg: Likewise for the camera at the walkway's end.
        coronal_start_s: How much later the coronal camera is started.
        drift_ms_per_s: How much faster its clock runs.
        shutter, noise: See `render.Shot`.
        quality: See `media.writing.Coding`.
        rotation_deg: Clockwise turn that players are told to apply, as phones do.
        room: Which of very many rooms.
        clutter: 0 for bare walls to 1 for a crowded treatment room.
        has_frame: Whether the child holds on to a walking frame.
        has_therapist: Whether an adult walks beside the child.
    """

    fps: float = 60.0
    coronal_fps: float | None = None
    width: int = 1280
    height: int = 720
    distance_m: float = 4.6
    lens_share: float = 1.0
    zoom: float = 1.0
    tilt_deg: float = 0.0
    roll_deg: float = 0.0
    oblique_deg: float = 0.0
    coronal_oblique_deg: float = 0.0
    coronal_start_s: float = 0.0
    drift_ms_per_s: float = 0.0
    shutter: float = 0.25
    noise: float = 1.6
    quality: int = 21
    rotation_deg: int = 0
    room: int = 0
    clutter: float = 0.5
    has_frame: bool = False
    has_therapist: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One phantom and its two walks.

    Attributes:
        name: Pseudonym.
        age_years: For the record; the body is `build`.
        build: Its body.
        limbs: What each limb does.
        look: How it looks.
        seed: Of the stride-to-stride variability and of the cameras' noise.
        staging: Where and how it is filmed.
        distance_m: How far each walk goes.
    """

    name: str
    age_years: float
    build: Build
    limbs: Limbs
    look: Look
    seed: int = 0
    staging: Staging = field(default_factory=Staging)
    distance_m: float = 5.0


def visit_of(plan: SubjectPlan) -> Visit:
    """The visit of one child of a cohort, each filmed a little differently."""
    rng = np.random.default_rng([plan.camera_seed, 11])
    staging = Staging(
        fps=plan.fps,
        distance_m=float(rng.uniform(4.4, 5.2)),
        lens_share=float(rng.uniform(0.85, 1.2)),
        oblique_deg=plan.oblique_deg,
        coronal_oblique_deg=float(rng.normal(0.0, 1.5)),
        coronal_start_s=plan.offset_s,
        drift_ms_per_s=plan.drift_ms_per_s,
        shutter=float(rng.uniform(0.1, 0.35)),
        noise=float(rng.uniform(1.0, 2.6)),
        quality=int(rng.integers(19, 26)),
        room=plan.room_seed,
        clutter=float(rng.uniform(0.1, 0.9)),
    )
    look = varied_look(plan.look_seed)
    return Visit(plan.name, plan.age_years, plan.build, plan.limbs, look, plan.motion_seed, staging)


def motion_of(visit: Visit, corrections: int = 3) -> Motion:
    """The walk along the walkway and the walk back, corrected as often as said."""
    motion = there_and_back(
        visit.build,
        visit.limbs,
        seed=visit.seed,
        distance_m=visit.distance_m,
        corrections=corrections,
    )
    if not visit.staging.has_frame:
        return motion
    return one_after_the_other([holding_on(take) for take in takes_of(motion)])


def actors_of(visit: Visit, motion: Motion, coarseness: float = 1.0) -> list[Actor]:
    """The child, its triangles coarser by as much as said, then what and who goes along."""
    actors = [Actor(figure(motion.build, visit.look, coarseness), motion)]
    takes = takes_of(motion)
    if visit.staging.has_frame:
        actors.append(_joined([walking_frame(take) for take in takes]))
    if visit.staging.has_therapist:
        # On the far side of the camera both ways, as a therapist is told to be.
        aside = [0.62 if is_towards_x(take) else -0.62 for take in takes]
        adults = [
            therapist(take, visit.seed + OTHER_PERSON, aside_m=place)
            for take, place in zip(takes, aside, strict=True)
        ]
        actors.append(_joined(adults))
    return actors


def is_towards_x(motion: Motion) -> bool:
    """Whether the child walks along the walkway's x."""
    return bool(motion.origins_m[-1, 0, 0] >= motion.origins_m[0, 0, 0])


def _joined(parts: Sequence[Actor]) -> Actor:
    """One actor of several takes."""
    return Actor(parts[0].figure, one_after_the_other([part.motion for part in parts]))


def cameras_of(visit: Visit, motion: Motion) -> dict[Plane, Camera]:
    """The side camera and the one at the walkway's end."""
    staging = visit.staging
    lens_m = staging.lens_share * motion.build.leg_length
    side = sagittal_camera(
        lens_m,
        distance_m=staging.distance_m,
        oblique_deg=staging.oblique_deg,
        width=staging.width,
        height=staging.height,
    )
    end = coronal_camera(
        lens_m,
        oblique_deg=staging.coronal_oblique_deg,
        width=staging.width,
        height=staging.height,
    )
    return {
        plane: camera.moved(
            focal_px=camera.focal_px * staging.zoom,
            tilt_deg=camera.tilt_deg + staging.tilt_deg,
            roll_deg=camera.roll_deg + staging.roll_deg,
        )
        for plane, camera in ((Plane.SAGITTAL, side), (Plane.CORONAL, end))
    }


def fps_of(visit: Visit, plane: Plane) -> float:
    """Frames a second of one of the two cameras."""
    own = visit.staging.coronal_fps if plane is Plane.CORONAL else None
    return own or visit.staging.fps


def shot_of(visit: Visit, motion: Motion, plane: Plane) -> Shot:
    """How one of the two films is taken."""
    staging = visit.staging
    is_coronal = plane is Plane.CORONAL
    start_s = staging.coronal_start_s if is_coronal else 0.0
    drift = staging.drift_ms_per_s if is_coronal else 0.0
    whole_s = float(motion.times_s[-1]) - max(0.0, start_s)
    return Shot(
        fps=fps_of(visit, plane),
        start_s=start_s,
        duration_s=whole_s * (1.0 + drift / 1000.0),
        drift_ms_per_s=drift,
        shutter=staging.shutter,
        noise=staging.noise,
        rotation_deg=staging.rotation_deg,
        coding=Coding(quality=staging.quality),
        seed=2 * visit.seed + int(is_coronal),
    )


def unfilmed(visit: Visit) -> Analysis:
    """The truth of a visit without its pictures: what exact keypoints would show."""
    motion = motion_of(visit)
    films = [
        unrendered_film(
            motion,
            plane,
            camera,
            shot_of(visit, motion, plane).times_s,
            fps=fps_of(visit, plane),
            path=Path(film_name(plane)),
        )
        for plane, camera in cameras_of(visit, motion).items()
    ]
    return truth_of(motion, films, _patient(visit, motion), _conditions())


def film_name(plane: Plane) -> str:
    """File name of one of the two films."""
    return f"{plane.value}.mp4"


def film_visit(visit: Visit, folder: Path) -> Job[Analysis]:
    """Render both films of a visit into a folder.

    Yields:
        One event a frame.

    Returns:
        The truth, with exact masks and what of the body can be seen.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the films.
    """
    motion = motion_of(visit)
    cameras = cameras_of(visit, motion)
    share = 1000.0 / len(cameras)
    films: list[TrueFilm] = []
    for plane, camera in cameras.items():
        filming = film_plane(visit, motion, plane, camera, folder)
        films.append((yield from portion(filming, share * len(films), share)))
    return truth_of(motion, films, _patient(visit, motion), _conditions())


def film_plane(
    visit: Visit, motion: Motion, plane: Plane, camera: Camera, folder: Path
) -> Job[TrueFilm]:
    """Render one film of a visit.

    Yields:
        One event a frame.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the film.
    """
    yield Progress(0, None, tr("Preparing the room"))
    room = furnished_room(visit.staging.room, visit.staging.clutter)
    actors = actors_of(visit, motion)
    shot = shot_of(visit, motion, plane)
    path = folder / film_name(plane)
    filmed = yield from write_film(path, actors, camera, backdrop(room, camera), room.light, shot)
    own_clock: FloatArray = np.arange(len(filmed.times_s)) / fps_of(visit, plane)
    video = Video(path, own_clock, camera.width, camera.height, codec="h264")
    people = 1 + int(visit.staging.has_therapist)
    return TrueFilm(
        video, plane, filmed.times_s, filmed.points_px, filmed.visible, filmed.mask, people
    )


def _patient(visit: Visit, motion: Motion) -> Patient:
    return Patient(visit.name, visit.age_years, round(motion.build.height, 3))


def _conditions() -> Conditions:
    return Conditions(footwear=noted("barefoot"), note=noted("phantom"))
