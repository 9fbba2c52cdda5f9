"""Following the patient through a film: who, where every joint is, and which pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.arrays import FloatArray, Image, IntArray
from gaitdesk.domain.errors import PatientNotVisible
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.masks import person_mask
from gaitdesk.perception.model import PersonPose, PoseModel, Region
from gaitdesk.perception.people import PRESENT, Sighting, sightings
from gaitdesk.perception.smooth import smoothed
from gaitdesk.perception.swap import repaired
from gaitdesk.perception.track import Trail, choose_patient, link, most_at_once

LOOK_EVERY_S = 0.25
ASTRAY_BODIES = 0.4
ASTRAY_SIZE = 1.6
REPORT_EVERY = 5


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """What following the patient through one film gave.

    Attributes:
        pose: Body points, repaired, with short gaps filled, smoothed.
        raw_pose: Body points as the model gave them.
        mask: The patient's mask; None where none was asked for or the model gives none.
        people: Greatest number of people seen in one frame.
        is_camera_fixed: Whether the camera stood still.
        notes: What is wrong with the film and what follows, one sentence each.
    """

    pose: PoseTrack
    raw_pose: PoseTrack
    mask: MaskTrack | None
    people: int
    is_camera_fixed: bool
    notes: tuple[str, ...]


def follow_patient(
    video: Video,
    model: PoseModel,
    *,
    choose: Point | None = None,
    want_mask: bool = True,
) -> Job[Following]:
    """Find the patient in a film and follow them through it.

    The film is read twice: first a look every quarter of a second for everyone in it, which
    tells who walks; then every frame for the patient alone.

    Args:
        video: The film.
        model: Finds people and their points.
        choose: A place on the patient in the first frame they are seen in, pixels; the person
            who walks farthest is taken when None.
        want_mask: Whether to make the mask as well.

    Yields:
        One event every few frames; both readings count.

    Raises:
        PatientNotVisible: Nobody was found.
    """
    looks = yield from _look_around(video, model)
    trails = link(looks, video.times_s)
    chosen = choose_patient(trails, video.width, video.height, choose)
    if not chosen:
        raise PatientNotVisible(video.path, 0.0)
    raw, mask = yield from _follow(video, model, chosen, want_mask)
    if not raw.is_seen.any():
        raise PatientNotVisible(video.path, 0.0)
    mended, _ = repaired(raw, video.times_s)
    pose = smoothed(mended, video.times_s)
    return Following(pose, raw, mask, most_at_once(looks, trails), True, ())


def _look_around(video: Video, model: PoseModel) -> Job[list[list[Sighting]]]:
    looks: list[list[Sighting]] = []
    step = max(1, round(LOOK_EVERY_S * video.fps))
    with VideoReader(video) as reader:
        for index, image in reader.frames(0, None, step):
            looks.append(sightings(image, index, model))
            yield Progress(
                index,
                2 * video.frame_count,
                tr("Looking for the patient, frame {frame} of {total}").format(
                    frame=index + 1, total=video.frame_count
                ),
            )
    return looks


def _follow(
    video: Video, model: PoseModel, trails: list[Trail], want_mask: bool
) -> Job[tuple[PoseTrack, MaskTrack | None]]:
    count = video.frame_count
    points = np.full((count, LANDMARK_COUNT, 2), np.nan)
    confidence = np.zeros((count, LANDMARK_COUNT))
    masks: list[FrameMask | None] = [None] * count
    expected = expected_regions(trails, video)
    before: PersonPose | None = None
    with VideoReader(video) as reader:
        for index, image in reader.frames(0, None, 1):
            place = expected[index]
            before = None if place is None else _seen(model, image, place, before)
            if before is not None:
                points[index], confidence[index] = _inside(before, image)
                if want_mask:
                    masks[index] = person_mask(image, before)
            if index % REPORT_EVERY == 0:
                yield Progress(
                    count + index,
                    2 * count,
                    tr("Following the patient, frame {frame} of {total}").format(
                        frame=index + 1, total=count
                    ),
                )
    track = MaskTrack(video.width, video.height, tuple(masks)) if want_mask else None
    return PoseTrack(points, confidence), track


def expected_regions(trails: list[Trail], video: Video) -> list[Region | None]:
    """Where the patient is in every frame, between and just beyond their sightings.

    Returns:
        One region a frame, None where the patient is away.
    """
    expected: list[Region | None] = [None] * video.frame_count
    beyond = max(1, round(LOOK_EVERY_S * video.fps))
    for trail in trails:
        frames = np.array([each.frame for each in trail.sightings])
        regions = [each.pose.region for each in trail.sightings]
        values = np.array([(each.x, each.y, each.size) for each in regions])
        first = max(0, int(frames[0]) - beyond)
        last = min(video.frame_count - 1, int(frames[-1]) + beyond)
        for frame in range(first, last + 1):
            x, y, size = _between(frame, frames, values)
            turn_rad = regions[int(np.abs(frames - frame).argmin())].turn_rad
            expected[frame] = Region(x, y, size, turn_rad)
    return expected


def _between(frame: int, frames: IntArray, values: FloatArray) -> tuple[float, float, float]:
    """Place and size at a frame: linear between sightings, and on as it went beyond them."""
    x, y, size = (float(np.interp(frame, frames, column)) for column in values.T)
    if len(frames) > 1 and not frames[0] <= frame <= frames[-1]:
        end, inner = (0, 1) if frame < frames[0] else (-1, -2)
        pace = (values[end] - values[inner]) / (frames[end] - frames[inner])
        x += float(pace[0] * (frame - frames[end]))
        y += float(pace[1] * (frame - frames[end]))
    return x, y, size


def _seen(
    model: PoseModel, image: Image, expected: Region, before: PersonPose | None
) -> PersonPose | None:
    """The patient in a picture, looked for where they were a moment ago or are expected."""
    tries = [expected]
    if before is not None and _agree(before.region, expected):
        tries.insert(0, before.region)
    for region in tries:
        pose = model.pose(image, region)
        if pose.presence >= PRESENT and _agree(pose.region, expected):
            return pose
    return None


def _agree(region: Region, expected: Region) -> bool:
    apart = math.hypot(region.x - expected.x, region.y - expected.y)
    larger = max(region.size, expected.size) / max(min(region.size, expected.size), 1.0)
    return apart < ASTRAY_BODIES * expected.size / 2.5 and larger < ASTRAY_SIZE


def _inside(pose: PersonPose, image: Image) -> tuple[FloatArray, FloatArray]:
    """Points and confidence without the points that lie outside the picture."""
    height, width = image.shape[:2]
    x, y = pose.points_px.T
    is_in = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return np.where(is_in[:, None], pose.points_px, np.nan), np.where(is_in, pose.confidence, 0.0)
