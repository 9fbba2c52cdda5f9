"""How fast the phantom is filmed, and how well the default pose model finds it.

`python -m tests bench phantom [children] [seconds]`; four children and three seconds by default.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gaitdesk.domain.anatomy import Landmark, Plane, Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.progress import finish
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.package import find_package
from gaitdesk.phantom.body import figure
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.camera import Camera, coronal_camera, sagittal_camera
from gaitdesk.phantom.look import varied_look
from gaitdesk.phantom.patterns import PATTERNS, limbs_of
from gaitdesk.phantom.render import Actor, Filmed, Shot, write_film
from gaitdesk.phantom.rooms import backdrop, furnished_room
from gaitdesk.phantom.skeleton import Motion, Segment, at_times, turned_round
from gaitdesk.phantom.walker import walk
from tests.bench.results import record

AGES = (5.0, 8.0, 11.0, 15.0)
PARTS = ("HIP", "KNEE", "ANKLE", "HEEL", "BIG_TOE", "SHOULDER", "ELBOW", "WRIST", "EYE", "EAR")


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One film against its truth.

    Attributes:
        off_px: Found minus true, x along the walk for side films, shape (frames, 23, 2).
        leg_px: Length of the leg in each frame, shape (frames,).
        is_seen: Shape (frames,).
        overlap: Intersection over union of found and true mask, median over frames.
        seconds_a_frame: Rendering and coding, processor time of this process.
        waited_a_frame: The same by the clock, coding beside rendering.
    """

    off_px: FloatArray
    leg_px: FloatArray
    is_seen: FloatArray
    overlap: float
    seconds_a_frame: float
    waited_a_frame: float


def main(words: list[str]) -> int:
    """Film children, follow them, and record how far what is found lies from the truth."""
    children = int(words[0]) if words else len(AGES)
    seconds = float(words[1]) if len(words) > 1 else 3.0
    model = BlazePose(find_package("blazepose"))
    tables, speeds, waits = [], [], []
    for plane in Plane:
        films = [_compared(seed, plane, seconds, model) for seed in range(children)]
        speeds += [film.seconds_a_frame for film in films]
        waits += [film.waited_a_frame for film in films]
        tables.append(_table(plane, films))
    speed = (
        f"Rendering and coding at 1280x720, four looks a frame: {1000 * np.median(speeds):.0f} ms"
        f" of processor time a frame (median of {len(speeds)} films), so 5 s at 60 fps take"
        f" {300 * np.median(speeds):.0f} s of one core and, by the clock of this machine,"
        f" {300 * np.median(waits):.0f} s."
    )
    found = "\n\n".join([speed, *tables])
    record("phantom", "The phantom: speed, and the default pose model on it",
           f"python -m tests bench phantom {children} {seconds:g}", found)  # fmt: skip
    print(found)
    return 0


def _compared(seed: int, plane: Plane, seconds: float, model: BlazePose) -> Compared:
    build = build_of(AGES[seed % len(AGES)], seed)
    pattern = list(PATTERNS)[(5 * seed) % len(PATTERNS)]
    motion = walk(build, limbs_of(pattern, list(Side)[seed % 2]), seed=seed).motion
    if seed % 2:
        motion = turned_round(motion)
    make = sagittal_camera if plane is Plane.SAGITTAL else coronal_camera
    camera = make(build.leg_length)
    room = furnished_room(seed, 0.5)
    behind = backdrop(room, camera)
    actors = [Actor(figure(build, varied_look(seed)), motion)]
    shot = Shot(start_s=0.5 * (5.0 - seconds), duration_s=seconds, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phantom.mp4"
        start, begun = time.process_time(), time.perf_counter()
        filmed = finish(write_film(path, actors, camera, behind, room.light, shot))
        waited = (time.perf_counter() - begun) / len(filmed.times_s)
        spent = (time.process_time() - start) / len(filmed.times_s)
        followed = finish(follow_patient(probe(path), model))
    off = followed.pose.points_px - filmed.points_px
    if plane is Plane.SAGITTAL:
        hips = filmed.points_px[:, Landmark.LEFT_HIP, 0]
        off[..., 0] *= np.sign(hips[-1] - hips[0])
    assert followed.mask is not None
    shared = [
        (followed.mask.at(i) & filmed.mask.at(i)).sum()
        / max(1, (followed.mask.at(i) | filmed.mask.at(i)).sum())
        for i in range(0, len(filmed.times_s), 5)
    ]
    return Compared(
        off,
        _leg_px(camera, motion, filmed),
        followed.pose.is_seen.astype(float),
        float(np.median(shared)),
        spent,
        waited,
    )


def _leg_px(camera: Camera, motion: Motion, filmed: Filmed) -> FloatArray:
    pelvis = at_times(motion, filmed.times_s).origins_m[:, Segment.PELVIS]
    return motion.build.leg_length * camera.focal_px / camera.project(pelvis)[1]


def _table(plane: Plane, films: list[Compared]) -> str:
    off = np.concatenate([film.off_px for film in films])
    leg = np.concatenate([film.leg_px for film in films])[:, None]
    seen = 100 * np.concatenate([film.is_seen for film in films]).mean()
    overlap = np.median([film.overlap for film in films])
    across = "forward" if plane is Plane.SAGITTAL else "to image right"
    lines = [
        f"**{plane.value}**: found in {seen:.1f} % of {len(off)} frames of {len(films)} films;"
        f" mask overlap {overlap:.3f}. Per cent are of the leg's length in the picture.",
        "",
        f"| point | median px | 90th px | median % | 90th % | off {across} % | off down % |",
        "|---|---|---|---|---|---|---|",
    ]
    for part in PARTS:
        pair = off[:, [Landmark[f"LEFT_{part}"], Landmark[f"RIGHT_{part}"]]]
        far = np.linalg.norm(pair, axis=2)
        share = 100 * far / leg
        x, y = (100 * np.nanmedian(pair[..., i] / leg) for i in range(2))
        lines.append(
            f"| {part.lower().replace('_', ' ')} | {np.nanmedian(far):.1f} |"
            f" {np.nanpercentile(far, 90):.1f} | {np.nanmedian(share):.1f} |"
            f" {np.nanpercentile(share, 90):.1f} | {x:+.1f} | {y:+.1f} |"
        )
    return "\n".join(lines)
