"""The frames corrected by hand are what the bench takes them for."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark
from tests.perception.annotated import (
    FOLDER,
    annotated_frames,
    second_reading,
)


def test_more_than_thirty_frames_of_all_seven_films_were_corrected():
    frames = annotated_frames()
    assert len(frames) > 30
    assert len({one.film for one in frames}) == 7
    assert len({(one.film, one.frame) for one in frames}) == len(frames)


def test_annotations_are_small_and_hold_no_pictures():
    files = list(FOLDER.iterdir())
    assert {file.suffix for file in files} == {".json"}
    assert sum(file.stat().st_size for file in files) < 150_000


def test_most_points_were_judged_and_some_were_moved():
    frames = annotated_frames()
    judged = sum(int(np.isfinite(one.points_px).all(axis=1).sum()) for one in frames)
    moved = sum(int(one.is_moved.sum()) for one in frames)
    assert judged > 450
    assert 100 < moved < judged / 2


@pytest.mark.parametrize("one", annotated_frames(), ids=lambda one: f"{one.film} {one.frame}")
def test_joints_that_are_seen_lie_on_the_person(one):
    height, width = (int(one.polygons[0][:, axis].max()) + 400 for axis in (1, 0))
    mask = one.mask(height, width)
    joints = [*range(Landmark.LEFT_HIP, Landmark.LEFT_ANKLE)]
    seen = [j for j in joints if np.isfinite(one.points_px[j]).all() and not one.is_occluded[j]]
    for joint in seen:
        x, y = one.points_px[joint].round().astype(int)
        assert mask[y, x], Landmark(joint).name


def test_the_second_reading_is_of_frames_of_the_first():
    first = {(one.film, one.frame) for one in annotated_frames()}
    again = [(one.film, one.frame) for one in second_reading()]
    assert len(again) == 6
    assert set(again) <= first
