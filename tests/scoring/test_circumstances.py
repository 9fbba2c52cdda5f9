from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Plane, Side
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.direction import find_passes
from gaitdesk.scoring.circumstances import out_of_picture, sight_of
from tests.made import SHANK_PX, THIGH_PX, StickWalk

WIDTH = 1280.0


def seen(pose: PoseTrack):
    walk = StickWalk(seconds=4.0)
    one = find_passes(pose, walk.times_s, Plane.SAGITTAL)[0]
    return one, sight_of(pose, one, Side.RIGHT, WIDTH)


def grown(pose: PoseTrack, per_width: float) -> PoseTrack:
    """The same walk of a child that comes nearer as it crosses the picture."""
    hips = pose.points_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1, keepdims=True)
    scale = 1.0 + per_width * (hips[..., :1] - WIDTH / 2) / WIDTH
    return PoseTrack(hips + (pose.points_px - hips) * scale, pose.confidence)


def test_a_child_that_walks_straight_past_is_seen_straight_in_the_middle_of_the_picture():
    pose = StickWalk(seconds=4.0).pose()
    one, sight = seen(pose)
    hips = pose.points_px[:, Landmark.LEFT_HIP, 0]
    inside = slice(one.first_frame, one.last_frame + 1)
    assert sight.place[inside] == pytest.approx((hips[inside] - WIDTH / 2) / WIDTH, abs=0.02)
    assert np.median(sight.thigh_px) == pytest.approx(THIGH_PX, rel=0.02)
    assert np.median(sight.shank_px) == pytest.approx(SHANK_PX, rel=0.02)


def test_a_child_that_comes_nearer_is_seen_straight_beside_the_middle():
    pose = StickWalk(seconds=4.0).pose()
    one, straight = seen(pose)
    inside = slice(one.first_frame, one.last_frame + 1)
    _, nearer = seen(grown(pose, 0.1))
    shift = nearer.place[inside] - straight.place[inside]
    assert shift == pytest.approx(np.full(len(shift), -0.12), abs=0.03)


def test_a_shank_seen_at_half_its_length_points_mostly_out_of_the_picture():
    pose = StickWalk(seconds=4.0).pose()
    full = np.full(len(pose), SHANK_PX)
    assert out_of_picture(pose, Side.RIGHT, "shank", full, 100) == pytest.approx(0.0, abs=0.02)
    assert out_of_picture(pose, Side.RIGHT, "shank", 2 * full, 100) == pytest.approx(0.75, abs=0.02)
