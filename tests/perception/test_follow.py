"""Following through films: real ones with the embedded model, made ones with a model that knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.errors import PatientNotVisible
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import Video
from gaitdesk.media.video import probe
from gaitdesk.perception import follow as module
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.model import Detection, PersonPose, Region
from gaitdesk.perception.swap import leg_length_px
from tests.bench.beam_reference import seen_by

WALKING = slice(50, 92)


class MadeReader:
    """Pictures that carry their own number in one pixel."""

    def __init__(self, video: Video) -> None:
        self.video = video

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass

    def frame(self, index):
        return next(self.frames(index))[1]

    def frames(self, start=0, stop=None, step=1):
        for frame in range(self.video.frame_count)[start:stop:step]:
            image = np.full((360, 640, 3), 90, np.uint8)
            image[0, 0] = frame
            yield frame, image


class KnowingModel:
    """Knows one walker who is there in some frames, as squares of 200 pixels."""

    name = "knowing 1"
    provenance = name
    device = "none"

    def __init__(self, present: range, detected: range | None = None) -> None:
        self.present = present
        self.detected = present if detected is None else detected
        self.asked: list[int] = []

    def place(self, frame: int) -> Region:
        return Region(60.0 + 4 * frame, 180.0, 250.0)

    def people(self, image):
        frame = int(image[0, 0, 0])
        return [Detection(self.place(frame), 0.9)] if frame in self.detected else []

    def pose(self, image, region):
        frame = int(image[0, 0, 0])
        self.asked.append(frame)
        place = self.place(frame)
        points = np.tile([place.x, place.y], (LANDMARK_COUNT, 1)).astype(float)
        points[Landmark.LEFT_ANKLE] += [15, 90]
        points[Landmark.RIGHT_ANKLE] += [-15, 90]
        is_there = frame in self.present and abs(region.x - place.x) < 60
        return PersonPose(points, np.ones(LANDMARK_COUNT), float(is_there), place, region)


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setattr(module, "VideoReader", MadeReader)
    return Video(Path("made.mp4"), np.arange(120) / 30.0, 640, 360)


def test_the_patient_is_seen_exactly_while_present(made):
    model = KnowingModel(range(20, 100))
    found = finish(follow_patient(made, model))
    assert np.flatnonzero(found.pose.is_seen).tolist() == list(range(20, 100))
    assert found.people == 1
    assert found.mask is None
    np.testing.assert_allclose(
        found.raw_pose.of(Landmark.LEFT_HIP)[50], [model.place(50).x, 180.0], atol=1e-6
    )


def test_a_patient_the_detector_misses_is_found_from_where_they_were(made):
    found = finish(follow_patient(made, KnowingModel(range(10, 110), detected=range(56, 80))))
    assert np.flatnonzero(found.pose.is_seen).tolist() == list(range(10, 110))


def test_nobody_in_the_film_says_so(made):
    with pytest.raises(PatientNotVisible, match=r"made\.mp4"):
        finish(follow_patient(made, KnowingModel(range(0))))


def test_progress_counts_up_to_its_total(made):
    steps = []
    finish(follow_patient(made, KnowingModel(range(120))), steps.append)
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert {step.total for step in steps} == {240}
    assert done[-1] < 240


def test_a_job_that_is_closed_reads_no_further(made):
    model = KnowingModel(range(120))
    job = follow_patient(made, model)
    next(job)
    job.close()
    assert len(model.asked) <= 1


@pytest.fixture(scope="module")
def woman(blazepose):
    """The first 92 frames: a man jumps on a wall, a woman comes from behind a tree and walks."""
    from tests.conftest import FILMS

    path = FILMS / "sports2d_demo" / "demo.mp4"
    if not path.is_file():
        pytest.skip(f"development films are not at {FILMS}")
    video = probe(path, with_hash=False)
    return finish(follow_patient(replace(video, times_s=video.times_s[:92]), blazepose))


def test_the_walking_woman_is_followed_and_not_the_jumping_man(woman):
    assert woman.people == 2
    assert woman.is_camera_fixed
    hips = woman.pose.of(Landmark.LEFT_HIP)
    # The man stands in the left upper half; she walks below, from right to left.
    assert (hips[WALKING, 1] > 500).all()
    assert (np.diff(hips[WALKING, 0]) < 0).mean() > 0.95
    assert not woman.pose.is_seen[:30].any()


def test_her_feet_carry_their_own_names_at_the_contacts_read_by_hand(woman):
    # The foot ahead at frame 61 is the right one, at frame 80 the left one.
    right, left = (woman.pose.of(Landmark[f"{side}_HEEL"])[:, 0] for side in ("RIGHT", "LEFT"))
    assert (right[57:65] < left[57:65]).all()
    assert (left[76:84] < right[76:84]).all()


def test_her_mask_is_hers_alone(woman):
    assert woman.mask is not None
    boxes = woman.mask.boxes_px()[WALKING]
    assert np.isfinite(boxes).all()
    hips = woman.pose.of(Landmark.LEFT_HIP)[WALKING]
    assert ((boxes[:, 0] < hips[:, 0]) & (hips[:, 0] < boxes[:, 2])).all()
    assert (boxes[:, 1] > 350).all()
    for frame in range(55, 90, 10):
        mask = woman.mask.at(frame)
        on_her = [
            mask[int(y), int(x)]
            for x, y in woman.pose.points_px[frame]
            if np.isfinite(x) and np.isfinite(y)
        ]
        assert np.mean(on_her) > 0.8


def test_the_beam_walker_lies_on_the_reference_with_his_own_left_and_right(blazepose, films):
    video = probe(films / "pose2sim_beam" / "cam02.mp4", with_hash=False)
    found = finish(follow_patient(video, blazepose, want_mask=False))
    truth = seen_by("cam02")
    legs = [Landmark[f"{s}_{p}"] for s in ("LEFT", "RIGHT") for p in ("KNEE", "ANKLE", "HEEL")]
    miss_px = np.linalg.norm(found.pose.points_px - truth.points_px, axis=-1)[:, legs]
    assert np.nanmedian(miss_px) < 0.07 * leg_length_px(truth)
    assert np.nanpercentile(miss_px, 90) < 0.15 * leg_length_px(truth)


@pytest.mark.parametrize(("camera", "frames"), [("cam02", 56), ("cam03", 100)])
def test_the_man_stays_the_man_while_a_woman_stands_before_him(blazepose, films, camera, frames):
    path = films / "pose2sim_two_people" / f"{camera}.mp4"
    video = probe(path, with_hash=False)
    start = replace(video, times_s=video.times_s[:frames])
    found = finish(follow_patient(start, blazepose, want_mask=False))
    truth = seen_by(camera)
    truth = PoseTrack(truth.points_px[:frames], truth.confidence[:frames])
    assert found.people == 2
    assert found.pose.is_seen.mean() >= 0.95
    joints = ("SHOULDER", "HIP", "KNEE", "ANKLE")
    body = [Landmark[f"{side}_{joint}"] for side in ("LEFT", "RIGHT") for joint in joints]
    miss = np.linalg.norm(found.pose.points_px - truth.points_px, axis=-1) / leg_length_px(truth)
    assert np.nanpercentile(miss[:, body], 90) < 0.2
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    middle_px = found.pose.points_px[:, hips].mean(axis=1)
    off = np.linalg.norm(middle_px - truth.points_px[:, hips].mean(axis=1), axis=1)
    assert np.nanmax(off) < 0.2 * leg_length_px(truth)
