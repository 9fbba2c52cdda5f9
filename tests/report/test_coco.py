from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.errors import AnalysisUnreadable
from gaitdesk.domain.mask import FrameMask
from gaitdesk.report.coco import poses_from_coco, poses_to_coco
from gaitdesk.report.rle import compressed, mask_of, run_lengths, uncompressed
from tests.report import made

pictures = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=14))


def runs_counted_one_by_one(mask: np.ndarray) -> list[int]:
    runs, current = [0], False
    for value in mask.T.ravel():
        if value != current:
            runs.append(0)
            current = value
        runs[-1] += 1
    return runs


@given(pictures)
def test_runs_are_counted_down_the_columns(picture):
    mask = FrameMask.of(picture)
    if mask is not None:
        assert run_lengths(mask, *picture.shape).tolist() == runs_counted_one_by_one(picture)


@given(pictures)
def test_a_mask_survives_its_run_lengths(picture):
    mask = FrameMask.of(picture)
    if mask is not None:
        text = compressed(run_lengths(mask, *picture.shape))
        again = mask_of(uncompressed(text), *picture.shape)
        assert (again.full(*picture.shape) == picture).all()


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=30))
def test_counts_survive_compression(counts):
    assert uncompressed(compressed(np.array(counts))).tolist() == counts


def test_compression_is_the_one_of_cocos_own_tools():
    # Worked by hand after maskApi.c: 6, 1, 40, then 4 - 1 = 3, then 5 - 40 = -35.
    assert compressed(np.array([6, 1, 40, 4, 5])) == "61X13mN"
    assert uncompressed("61X13mN").tolist() == [6, 1, 40, 4, 5]


@pytest.mark.parametrize("text", ["X", "\x01", "~~"])
def test_broken_run_lengths_are_noticed(text):
    with pytest.raises(ValueError, match="run lengths"):
        uncompressed(text)


def test_runs_that_do_not_fill_the_picture_are_noticed():
    with pytest.raises(ValueError, match="fill"):
        mask_of(np.array([3, 2]), 2, 2)


def test_one_image_a_frame_and_one_annotation_where_the_child_was_found():
    films = made.analysis(frames=20).films
    data = poses_to_coco(films)
    assert len(data["images"]) == 40
    assert len(data["annotations"]) == 38  # the last frame of each film is empty
    ids = [image["id"] for image in data["images"]]
    assert len(set(ids)) == len(ids)
    assert all(one["image_id"] in ids for one in data["annotations"])


def test_the_category_names_the_23_points_and_joins_them():
    (category,) = poses_to_coco(())["categories"]
    assert category["keypoints"][0] == "nose"
    assert category["keypoints"][Landmark.RIGHT_HEEL] == "right_heel"
    assert len(category["keypoints"]) == LANDMARK_COUNT
    assert {1 <= end <= LANDMARK_COUNT for bone in category["skeleton"] for end in bone} == {True}
    left_shank = [Landmark.LEFT_KNEE + 1, Landmark.LEFT_ANKLE + 1]
    assert left_shank in category["skeleton"]


def test_box_and_area_are_those_of_the_mask():
    film = made.analysis(frames=3).films[0]
    first = poses_to_coco((film,))["annotations"][0]
    left, top, width, height = first["bbox"]
    mask = film.mask.at(0)
    assert first["area"] == mask.sum()
    assert mask[top : top + height, left : left + width].sum() == mask.sum()
    assert first["segmentation"]["size"] == [film.video.height, film.video.width]


def test_a_doubtful_point_is_labelled_but_not_called_visible():
    film = made.analysis(frames=3).films[0]
    film.pose.confidence[0, Landmark.NOSE] = 0.2
    film.pose.points_px[0, Landmark.LEFT_EYE] = np.nan
    first = poses_to_coco((film,))["annotations"][0]
    assert first["keypoints"][3 * Landmark.NOSE + 2] == 1
    assert first["keypoints"][3 * Landmark.LEFT_EYE :][:3] == [0, 0, 0]
    assert first["keypoints"][3 * Landmark.LEFT_HIP + 2] == 2
    assert first["num_keypoints"] == LANDMARK_COUNT - 1


def test_an_uncompressed_mask_is_read_too():
    film = made.analysis(frames=2).films[0]
    data = poses_to_coco((film,))
    held = data["annotations"][0]["segmentation"]
    held["counts"] = uncompressed(held["counts"]).tolist()
    ((_, masks),) = poses_from_coco(json.loads(json.dumps(data)))
    assert (masks.at(0) == film.mask.at(0)).all()


@pytest.mark.parametrize("data", [{}, [], {"films": [{}]}, None])
def test_a_foreign_file_is_refused(data):
    with pytest.raises(AnalysisUnreadable, match="body points"):
        poses_from_coco(data)
