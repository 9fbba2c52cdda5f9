"""Following the patient through a film: who, where every joint is, and which pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.errors import PatientNotVisible
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.recording import Video
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import noted, tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.better import BetterEyes, seen_better
from gaitdesk.perception.extend import extended
from gaitdesk.perception.masks import person_mask
from gaitdesk.perception.model import PersonPose, PoseModel
from gaitdesk.perception.people import Sighting, sightings
from gaitdesk.perception.scene import Background, Looks
from gaitdesk.perception.sight import Watcher
from gaitdesk.perception.smooth import smoothed
from gaitdesk.perception.swap import repaired, with_doubted_edges
from gaitdesk.perception.track import (
    Trail,
    choose_patient,
    is_choice_close,
    is_somebody_else,
    link,
    most_at_once,
)
from gaitdesk.perception.watch import Rival, doubted, watch
from gaitdesk.perception.whereabouts import expected_regions

LOOK_EVERY_S = 0.25
REPORT_EVERY = 5
FEWEST_FRAMES_SEEN = 5
OFTEN_CONFUSED = 0.1
RARELY_SEEN = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """What following the patient through one film gave.

    Attributes:
        pose: Body points, repaired, with short gaps filled, smoothed.
        raw_pose: Body points as the model gave them; confidence is lower where the picture
            speaks against a point.
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
    choose_in: int | None = None,
    want_mask: bool = True,
    better: BetterEyes | None = None,
) -> Job[Following]:
    """Find the patient in a film and follow them through it.

    The film is read twice: first a look every quarter of a second for everyone in it, which
    tells who walks and what stands still behind them; then every frame for the patient alone.
    Better models, where there are some, then look at the patient alone once more.

    Args:
        video: The film.
        model: Finds people, their points and, where it can, their masks.
        choose: A place on the patient in the first frame they are seen in, pixels; the person
            who walks farthest is taken when None.
        choose_in: A frame; `choose` is then a place on the patient in this one.
        want_mask: Whether to make the mask as well.
        better: Models that see points, masks or both again; None for none.

    Yields:
        One event every few frames, about twice a second with a `Sight`; all readings count.

    Raises:
        PatientNotVisible: Nobody was found, or only for a moment.
        GaitDeskError: As the better models.
    """
    finding = _found(video, model, choose, choose_in, want_mask)
    if better is None:
        found = yield from finding
    else:
        found = yield from portion(finding, 0.0, 200.0)
        seeing = seen_better(video, found.raw, found.mask if want_mask else None, better)
        raw, mask = yield from portion(seeing, 200.0, 800.0)
        found = replace(found, raw=raw, mask=mask)
    raw = found.raw
    if raw.is_seen.sum() < FEWEST_FRAMES_SEEN:
        raise PatientNotVisible(video.path, 100.0 * float(raw.is_seen.mean()))
    mended, is_changed = repaired(raw, video.times_s)
    pose = with_doubted_edges(smoothed(mended, video.times_s))
    notes = _notes(pose, is_changed, found.is_camera_fixed, found.is_choice_close)
    return Following(pose, raw, found.mask, found.people, found.is_camera_fixed, notes)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The patient as the first model sees them.

    Attributes:
        raw, mask, people, is_camera_fixed: As of `Following`.
        is_choice_close: Whether somebody else might be meant.
    """

    raw: PoseTrack
    mask: MaskTrack | None
    people: int
    is_camera_fixed: bool
    is_choice_close: bool


def _found(
    video: Video, model: PoseModel, choose: Point | None, choose_in: int | None, want_mask: bool
) -> Job[_Found]:
    looks = Looks()
    found = yield from _look_around(video, model, looks, choose_in)
    trails = link(found, video.times_s)
    patient = choose_patient(trails, video.width, video.height, choose, choose_in)
    if not patient:
        raise PatientNotVisible(video.path, 0.0)
    others = [trail for trail in trails if trail not in patient and len(trail.sightings) > 1]
    with VideoReader(video) as reader:
        for step in extended(reader, video, model, patient, others, _look_step(video)):
            yield Progress(video.frame_count, 2 * video.frame_count, step.text)
    is_fixed = looks.is_camera_fixed()
    background = looks.background() if is_fixed and want_mask else None
    raw, mask = yield from _follow(video, model, patient, others, background, want_mask)
    is_close = choose is None and is_choice_close(trails, patient, video.width, video.height)
    return _Found(raw, mask, most_at_once(found, trails), is_fixed, is_close)


def _look_around(
    video: Video, model: PoseModel, looks: Looks, besides: int | None
) -> Job[list[list[Sighting]]]:
    found: list[list[Sighting]] = []
    step = _look_step(video)
    watcher = Watcher(video.path)
    with VideoReader(video) as reader:
        for index, image in reader.frames(0, None, step):
            here = sightings(image, index, model)
            looks.add(image, [each.pose for each in here])
            found.append([each.without_mask() for each in here])
            yield Progress(
                index,
                2 * video.frame_count,
                tr("Looking for the patient, frame {frame} of {total}").format(
                    frame=index + 1, total=video.frame_count
                ),
                watcher.sight(index, image, *_surest(here)),
            )
        if besides is not None and besides % step:
            between = sightings(reader.frame(besides), besides, model)
            found.insert(besides // step + 1, [each.without_mask() for each in between])
    return found


def _surest(found: list[Sighting]) -> tuple[FloatArray, FloatArray]:
    """Body points and confidence of whoever is seen best; nothing where nobody is."""
    if not found:
        return np.full((LANDMARK_COUNT, 2), np.nan), np.zeros(LANDMARK_COUNT)
    return found[0].pose.points_px, found[0].pose.confidence


def _look_step(video: Video) -> int:
    return max(1, round(LOOK_EVERY_S * video.fps))


def _follow(
    video: Video,
    model: PoseModel,
    patient: list[Trail],
    others: list[Trail],
    background: Background | None,
    want_mask: bool,
) -> Job[tuple[PoseTrack, MaskTrack | None]]:
    count = video.frame_count
    points = np.full((count, LANDMARK_COUNT, 2), np.nan)
    confidence = np.zeros((count, LANDMARK_COUNT))
    masks: list[FrameMask | None] = [None] * count
    beyond = _look_step(video)
    expected = expected_regions(patient, count, beyond)
    colours = max(patient, key=lambda trail: len(trail.sightings)).colours
    rivals = [
        Rival(
            expected_regions([trail], count, beyond),
            trail.colours,
            is_somebody_else(trail, patient),
        )
        for trail in others
    ]
    before: PersonPose | None = None
    rivals_before: tuple[PersonPose | None, ...] = (None,) * len(rivals)
    watcher = Watcher(video.path)
    with VideoReader(video) as reader:
        for index, image in reader.frames(0, None, 1):
            place = expected[index]
            if place is None:
                before, rivals_before = None, (None,) * len(rivals)
            else:
                near = [
                    each.at(index, last) for each, last in zip(rivals, rivals_before, strict=True)
                ]
                seen = watch(model, image, place, before, colours, near)
                before, rivals_before = seen.pose, seen.apart
                if seen.pose is not None:
                    masks[index] = person_mask(image, seen.pose, background, seen.rivals)
                    confidence[index] = doubted(seen.pose, masks[index], video.width, video.height)
                    is_in = confidence[index] > 0
                    points[index, is_in] = seen.pose.points_px[is_in]
            if index % REPORT_EVERY == 0:
                yield Progress(
                    count + index,
                    2 * count,
                    tr("Following the patient, frame {frame} of {total}").format(
                        frame=index + 1, total=count
                    ),
                    watcher.sight(index, image, points[index], confidence[index]),
                )
    has_masks = want_mask and any(mask is not None for mask in masks)
    track = MaskTrack(video.width, video.height, tuple(masks)) if has_masks else None
    return PoseTrack(points, confidence), track


def _notes(
    pose: PoseTrack, is_changed: BoolArray, is_fixed: bool, is_close: bool
) -> tuple[str, ...]:
    notes = []
    seen = pose.is_seen
    if is_close:
        notes.append(
            noted(
                "More than one person walks through the film; the child, or else the one who walks"
                " farthest, was taken for the patient. If that is wrong, point at the patient and"
                " run it again."
            )
        )
    if not is_fixed:
        notes.append(
            noted(
                "The camera moved: distances and speed are less sure, and so is the mask. Put the"
                " camera on a stand for the next recording."
            )
        )
    if seen.mean() < RARELY_SEEN:
        notes.append(
            noted("The patient is in the picture in {pct:.0f} % of the frames only.").format(
                pct=100.0 * float(seen.mean())
            )
        )
    confused = float(is_changed[seen].mean()) if seen.any() else 0.0
    if confused > OFTEN_CONFUSED:
        notes.append(
            noted(
                "Left and right leg were mixed up in {pct:.0f} % of the frames and put right from"
                " their motion; look at the overlay at the crossings before trusting the sides."
            ).format(pct=100.0 * confused)
        )
    return tuple(notes)
