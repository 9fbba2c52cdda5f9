"""A labelled set of others is read in the challenge's layout, and nothing is made up for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Plane
from gaitdesk.domain.errors import AnalysisUnreadable, OptionInvalid
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import foreign
from gaitdesk.jobs.foreign import foreign_cases, read_labels, read_masks, read_pose, walks_of
from gaitdesk.jobs.gathering import GatherOrder, gather
from gaitdesk.learning import cases, prints
from gaitdesk.learning.cases import UNGRADED, CutPlan
from gaitdesk.learning.sources import Source, WhyOut
from gaitdesk.report.rle import compressed, run_lengths
from tests.childgait.stick import PaintedFilm, film

PLAN = CutPlan(frames=8, fewest=8, side_px=48, most_per_pass=1)


def entry(patient: int, **left):
    limbs = {str(number): 0 for number in range(1, 18)}
    return {
        "patient_id": patient,
        "left": {**limbs, "Total": 0, **left},
        "right": {**limbs, "2": 1, "Total": 1},
    }


def frame(number: int, points, scores) -> dict[str, object]:
    person = {
        "keypoints": np.concatenate([points, np.zeros((110, 2))]).tolist(),
        "keypoint_scores": [*scores, *[0.0] * 110],
        "gt_bbox_xywh_px": [0, 0, 10, 10],
    }
    return {"frame_index": number, "video_info": {"fps": 59}, "instance_info": [person]}


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two children: of the first body points and a film, of the second body points alone."""
    place = tmp_path / "cgv"
    shown = film()
    for patient in (1, 2):
        walk = (
            place / "dataset" / f"{patient:04d}" / f"{patient:04d}-0001_left_100-339_filtered_pose"
        )
        walk.mkdir(parents=True)
        for number in range(20, 220):
            points = np.nan_to_num(shown.pose.points_px[number])
            sure = np.where(np.isfinite(shown.pose.points_px[number, :, 0]), 1.2, 0.0)
            text = json.dumps(frame(number, points, sure))
            (walk / f"frame_{number:06d}.json").write_text(text, encoding="utf-8")
    (place / "track1_train.json").write_text(
        json.dumps([entry(1, **{"1": 1}), entry(2)]), encoding="utf-8"
    )
    (place / "films").mkdir()
    (place / "films" / "0001-0001_left_100-339.mp4").write_bytes(b"stands for a film")
    return place


def test_labels_say_typical_or_atypical_and_not_how_much(folder):
    labels = read_labels(folder / "track1_train.json")
    assert labels[1][0, 0] == UNGRADED
    assert labels[1][1, 1] == UNGRADED
    assert labels[2][0, 0] == 0.0
    assert np.isfinite(labels[1]).all()


@pytest.mark.parametrize(
    "text", ["", "3", '[{"left": {}}]', '[{"patient_id": 1, "left": {"1": 2}, "right": {}}]']
)
def test_labels_of_another_form_are_refused(tmp_path, text):
    path = tmp_path / "track1_train.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnalysisUnreadable, match="challenge"):
        read_labels(path)


def test_body_points_are_the_first_23_with_scores_of_at_most_one(folder):
    (walk,) = walks_of(folder, 1, {})
    assert walk.plane is Plane.SAGITTAL
    pose = read_pose(walk.folder, 240)
    shown = film().pose
    assert pose.points_px[60, Landmark.LEFT_KNEE] == pytest.approx(
        shown.points_px[60, Landmark.LEFT_KNEE]
    )
    assert pose.confidence.max() == 1.0
    assert not pose.is_seen[:20].any()
    assert np.isnan(pose.points_px[60, Landmark.LEFT_EYE]).all()


def test_a_frame_in_which_nobody_was_found_holds_no_points(folder):
    (walk,) = walks_of(folder, 1, {})
    path = walk.folder / "frame_000060.json"
    path.write_text(json.dumps({"frame_index": 60, "instance_info": []}), encoding="utf-8")
    assert np.isnan(read_pose(walk.folder, 240).points_px[60]).all()
    path.write_text('{"frame_index": 60}', encoding="utf-8")
    with pytest.raises(AnalysisUnreadable, match="frame_000060"):
        read_pose(walk.folder, 240)


def masks_beside(folder, frames, size=None):
    """Writes what stands for the masks of the first child's film; the film and the file."""
    (walk,) = walks_of(folder, 1, {})
    video = film().video
    size = [video.height, video.width] if size is None else size
    held = {name: {"size": size, "counts": counts} for name, counts in frames.items()}
    path = walk.folder.with_name(walk.folder.name.replace("_filtered_pose", "_masks.json"))
    path.write_text(json.dumps({"form": "COCO run lengths", "frames": held}), encoding="utf-8")
    return video, path


def square(video):
    whole = np.zeros((video.height, video.width), bool)
    whole[20:40, 30:60] = True
    return FrameMask.of(whole)


def test_masks_that_lie_beside_the_body_points_are_read_and_change_what_is_cut(folder):
    key = finish(foreign_cases(folder, PLAN))[0][0].key
    video = film().video
    counts = compressed(run_lengths(square(video), video.height, video.width))
    _, path = masks_beside(folder, {"60": counts})
    (walk,) = walks_of(folder, 1, {})
    assert walk.masks == path
    track = read_masks(path, video)
    assert len(track) == video.frame_count
    assert [i for i, one in enumerate(track.frames) if one is not None] == [60]
    assert np.array_equal(track.at(60), square(video).full(video.height, video.width))
    assert finish(foreign_cases(folder, PLAN))[0][0].key != key


@pytest.mark.parametrize(
    ("frames", "size"),
    [
        ({"60": "11"}, None),
        ({"60": "~"}, None),
        ({"60": 5}, None),
        ({"60": "o" * 40 + "0"}, None),
        ({"100000": "11"}, None),
        ({"x": "11"}, None),
        ({"60": "11"}, [10**9, 10**9]),
    ],
)
def test_masks_of_another_form_or_film_are_refused(folder, frames, size):
    video, path = masks_beside(folder, frames, size)
    with pytest.raises(AnalysisUnreadable, match=r"_masks\.json"):
        read_masks(path, video)


def test_a_child_without_its_films_is_left_out_with_the_reason(folder):
    found, out = finish(foreign_cases(folder, PLAN))
    assert [one.name for one in found] == ["cgv 0001"]
    assert [(one.name, one.why) for one in out] == [("cgv 0002", WhyOut.NO_FILM)]
    assert "pictures" in out[0].text


def test_a_child_with_its_films_is_cut_like_any_other(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(foreign, "probe", lambda path, with_hash: film().video)
    monkeypatch.setattr(cases, "VideoReader", lambda video: PaintedFilm(film()))
    monkeypatch.setattr(prints, "VideoReader", lambda video: PaintedFilm(film()))
    order = GatherOrder(tmp_path / "desk", has_clinic=False, foreign=(folder,), plan=PLAN)
    held = finish(gather(order))
    (sample,) = held.samples
    assert sample.source is Source.FOREIGN
    assert sample.clips >= 1
    shard = sample.shard()
    assert (shard.scores[0, 0], shard.scores[0, 1]) == (UNGRADED, 0.0)
    # No file of masks lies there, and none are made up.
    assert not any(clip.masks.any() for clip in shard.clips)


def test_a_folder_that_holds_no_set_is_refused(tmp_path):
    order = GatherOrder(tmp_path / "desk", has_clinic=False, foreign=(tmp_path,), plan=PLAN)
    with pytest.raises(OptionInvalid, match="track1_train"):
        finish(gather(order))
