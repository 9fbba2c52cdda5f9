"""The embedded model on pictures of which the answer is known."""

from __future__ import annotations

import concurrent.futures

import cv2
import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.perception import blazepose as module
from gaitdesk.perception.blazepose import BlazePose, self_test
from gaitdesk.perception.model import Region

WALKER_FRAME = 98


@pytest.fixture(scope="module")
def street():
    """One frame of the woman walking to image left, 1768 x 994."""
    from tests.conftest import FILMS

    path = FILMS / "sports2d_demo" / "demo.mp4"
    if not path.is_file():
        pytest.skip(f"development films are not at {FILMS}")
    with VideoReader(probe(path, with_hash=False)) as reader:
        return reader.frame(WALKER_FRAME)


@pytest.fixture(scope="module")
def walker(blazepose, street):
    """Pose of the larger person, who walks on the grass."""
    found = blazepose.people(street)
    lowest = max(found, key=lambda each: each.region.y)
    return blazepose.pose(street, lowest.region)


def test_both_people_are_found_in_a_wide_picture(blazepose, street):
    assert len(blazepose.people(street)) == 2


def test_nobody_is_found_in_an_empty_picture(blazepose):
    assert blazepose.people(np.full((360, 640, 3), 128, np.uint8)) == []


def test_the_body_stands_upright_and_the_feet_point_where_she_walks(walker):
    def place(point):
        return walker.points_px[point]

    assert walker.presence > 0.9
    assert place(Landmark.NOSE)[1] < place(Landmark.LEFT_HIP)[1] < place(Landmark.LEFT_KNEE)[1]
    for side in ("LEFT", "RIGHT"):
        assert place(Landmark[f"{side}_BIG_TOE"])[0] < place(Landmark[f"{side}_HEEL"])[0]
    # Read off the frame: the right foot has just met the ground ahead of the left.
    assert place(Landmark.RIGHT_ANKLE)[0] < place(Landmark.LEFT_ANKLE)[0]


def test_several_threads_get_the_answer_that_one_gets(blazepose, street, walker):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(blazepose.pose, street, walker.seen_in) for _ in range(6)]
    for each in asked:
        assert np.array_equal(each.result().points_px, walker.points_px, equal_nan=True)


def test_nothing_is_printed_by_the_runtime(blazepose_package, capfd):
    BlazePose(blazepose_package)
    assert capfd.readouterr().err == ""


def test_small_toes_stay_unknown(walker):
    small = [Landmark.LEFT_SMALL_TOE, Landmark.RIGHT_SMALL_TOE]
    assert np.isnan(walker.points_px[small]).all()
    assert not walker.confidence[small].any()


def test_points_follow_a_picture_that_is_enlarged(blazepose, street, walker):
    larger = cv2.resize(street, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    where = walker.seen_in
    again = blazepose.pose(larger, Region(where.x * 1.5, where.y * 1.5, where.size * 1.5))
    miss_px = np.linalg.norm(again.points_px / 1.5 - walker.points_px, axis=1)
    assert np.nanmedian(miss_px) < 0.01 * walker.region.body_px


def test_the_next_region_leads_to_the_same_points(blazepose, street, walker):
    again = blazepose.pose(street, walker.region)
    miss_px = np.linalg.norm(again.points_px - walker.points_px, axis=1)
    assert np.nanmedian(miss_px) < 0.02 * walker.region.body_px


def test_points_lie_on_the_mask(walker):
    from gaitdesk.perception.masks import distance_to_person_px

    near = distance_to_person_px(walker) < 0.02 * walker.region.body_px
    assert near[np.isfinite(walker.points_px[:, 0])].mean() > 0.9


def test_heat_maps_pull_points_to_their_peak_and_leave_unsure_ones():
    spots = np.full((39, 2), 0.5)
    heat = np.full((64, 64, 39), -20.0, np.float32)
    heat[33, 34, 7] = 8.0
    refined = module._refined(spots, heat)
    np.testing.assert_allclose(refined[7], [34 / 64, 33 / 64])
    np.testing.assert_allclose(np.delete(refined, 7, axis=0), 0.5)


def test_a_point_outside_the_region_stays_where_it_is():
    spots = np.full((39, 2), 1.2)
    refined = module._refined(spots, np.full((64, 64, 39), 9.0, np.float32))
    np.testing.assert_allclose(refined, 1.2)


def test_there_are_as_many_anchors_as_the_detector_has_answers():
    anchors = module._anchors()
    assert anchors.shape == (2254, 2)
    assert anchors.min() > 0
    assert anchors.max() < 1


def test_the_self_test_names_device_and_time(blazepose_package):
    said = self_test(blazepose_package)
    assert "ms" in said
    assert "processor" in said


def test_a_damaged_file_is_refused_before_it_is_run(blazepose_package, tmp_path):
    from dataclasses import replace

    for file in blazepose_package.files:
        content = bytearray(blazepose_package.path_of(file.name).read_bytes())
        content[1000] ^= 1
        (tmp_path / file.name).write_bytes(content)
    with pytest.raises(ModelPackageInvalid, match="not the file"):
        BlazePose(replace(blazepose_package, weights=tmp_path))
