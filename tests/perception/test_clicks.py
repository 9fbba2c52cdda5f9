"""Clicks are told to a network with the mask's box, unless they say that the mask is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.correction import MaskClick
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.shapes import Point
from gaitdesk.perception.clicks import box_at, click_seeds, stretch_around
from gaitdesk.perception.model import MaskSeed

FRAMES, WIDTH, HEIGHT = 9, 80, 60
BOX = (20, 10, 40, 50)
ALL = (0, FRAMES - 1)


def masks(*there):
    whole = np.zeros((HEIGHT, WIDTH), bool)
    whole[BOX[1] : BOX[3], BOX[0] : BOX[2]] = True
    held = FrameMask.of(whole)
    return MaskTrack(WIDTH, HEIGHT, tuple(held if i in there else None for i in range(FRAMES)))


def click(frame, x, y, is_patient=True):
    return MaskClick(0, frame, Point(x, y), is_patient)


def test_clicks_of_a_frame_are_said_together_with_the_box_of_its_mask():
    made = [click(3, 30.0, 30.0), click(3, 60.0, 30.0, is_patient=False), click(5, 25.0, 20.0)]
    assert click_seeds(made, masks(3), ALL) == {
        3: MaskSeed(BOX, (Point(30.0, 30.0),), (Point(60.0, 30.0),)),
        5: MaskSeed(None, (Point(25.0, 20.0),)),
    }


def test_a_mask_of_something_else_than_was_clicked_says_nothing():
    assert click_seeds([click(3, 70.0, 30.0)], masks(3), ALL) == {
        3: MaskSeed(None, (Point(70.0, 30.0),))
    }


def test_what_is_not_the_patient_needs_a_mask_to_be_taken_from():
    made = [click(2, 35.0, 30.0, is_patient=False), click(4, 35.0, 30.0, is_patient=False)]
    assert click_seeds(made, masks(4), ALL) == {4: MaskSeed(BOX, (), (Point(35.0, 30.0),))}
    assert click_seeds(made, None, ALL) == {}


def test_only_frames_of_the_span_count():
    made = [click(frame, 30.0, 30.0) for frame in (1, 3, 6)]
    assert list(click_seeds(made, masks(), (2, 5))) == [3]
    assert list(click_seeds(made, masks(), (3, 6))) == [3, 6]


def test_the_box_is_the_mask_s_or_else_that_of_the_body_points():
    pose = PoseTrack.empty(FRAMES)
    assert box_at(pose, masks(), 4) is None
    pose.points_px[4, :2] = [(10.0, 20.0), (30.0, 50.0)]
    assert box_at(pose, None, 4) == (10.0, 20.0, 30.0, 50.0)
    assert box_at(pose, masks(4), 4) == BOX


@pytest.mark.parametrize(("frame", "stretch"), [(2, (1, 3)), (7, (6, 8)), (5, ALL), (0, ALL)])
def test_a_stretch_is_the_time_in_which_the_patient_is_in_the_picture(frame, stretch):
    pose = PoseTrack.empty(FRAMES)
    pose.points_px[3, 0] = (1.0, 2.0)
    assert stretch_around(masks(1, 2, 6, 7, 8), pose, frame) == stretch


def test_whoever_is_there_throughout_is_followed_throughout():
    assert stretch_around(masks(*range(FRAMES)), PoseTrack.empty(FRAMES), 4) == ALL
    gone = replace(masks(*range(FRAMES)), frames=(None,) * FRAMES)
    assert stretch_around(gone, PoseTrack.empty(FRAMES), 4) == ALL
