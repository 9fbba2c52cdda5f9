"""Who can be chosen in a frame: everyone there, each with an outline, from left to right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.progress import finish
from gaitdesk.domain.shapes import Point
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.model import Detection, PersonPose, Region
from gaitdesk.perception.present import present_in


class Crowd:
    """Sees people at known places, each a square of logits; the first is found twice."""

    name = provenance = device = "crowd 1"

    def __init__(self, *places: float) -> None:
        self.places = places

    def people(self, image):
        regions = [Region(x, 100.0, 100.0) for x in (*self.places[:1], *self.places)]
        return [Detection(region, 0.9) for region in regions]

    def pose(self, image, region):
        points = np.tile([region.x, region.y], (LANDMARK_COUNT, 1))
        points[:, 1] += np.arange(LANDMARK_COUNT)
        points[Landmark.LEFT_SMALL_TOE] = np.nan
        logits = np.full((64, 64), -8.0, np.float32)
        logits[16:48, 24:40] = 8.0
        return PersonPose(points, np.ones(LANDMARK_COUNT), 1.0, region, region, logits)


def test_everyone_is_there_once_from_left_to_right_with_an_outline():
    image = np.full((200, 400, 3), 90, np.uint8)
    seen = present_in(image, 7, Crowd(300.0, 100.0))
    assert [each.place_px.x for each in seen] == [100.0, 300.0]
    for each in seen:
        assert each.mask is not None
        middle = each.mask.left + each.mask.width / 2
        assert middle == pytest.approx(each.place_px.x, abs=2)
        assert each.mask.height == pytest.approx(50, abs=4)


def test_a_person_knows_their_own_points_and_no_others():
    one, other = present_in(np.full((200, 400, 3), 90, np.uint8), 7, Crowd(300.0, 100.0))
    assert one.is_at(one.points_px + 3.0)
    assert not one.is_at(other.points_px)
    assert not one.is_at(np.full((LANDMARK_COUNT, 2), np.nan))


def test_nobody_in_the_picture_is_nobody():
    assert present_in(np.full((200, 400, 3), 90, np.uint8), 7, Crowd()) == ()


def test_the_man_on_the_wall_can_be_chosen_and_is_followed(blazepose, films):
    video = probe(films / "sports2d_demo" / "demo.mp4", with_hash=False)
    # Between two looks, and the woman is there as well.
    frame, last = 57, 64
    with VideoReader(video) as reader:
        seen = present_in(reader.frame(frame), frame, blazepose)
    man, woman = seen
    assert man.place_px.y < 400 < woman.place_px.y
    assert man.mask is not None
    assert man.mask.full(video.height, video.width)[int(man.place_px.y), int(man.place_px.x)]
    short = replace(video, times_s=video.times_s[:last])
    job = follow_patient(
        short, blazepose, choose=Point(*man.place_px), choose_in=frame, want_mask=False
    )
    found = finish(job)
    assert found.pose.is_seen[frame]
    assert man.is_at(found.raw_pose.points_px[frame])
    assert not woman.is_at(found.raw_pose.points_px[frame])
