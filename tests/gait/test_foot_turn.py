from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.gait import Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import View
from gaitdesk.gait.angles import foot_turn_deg, tipped_sole_deg
from tests.made import LEG_PX, StickWalk

BESIDE, BEHIND = 0.26, 0.13


def with_small_toe(turn_deg: float) -> PoseTrack:
    """A walk whose right small toe lies as that of a foot turned outwards would."""
    pose = StickWalk().pose()
    points = pose.points_px.copy()
    heel, big = (points[:, landmark(Side.RIGHT, part)] for part in ("heel", "big_toe"))
    share = -BEHIND - BESIDE * np.tan(np.radians(turn_deg))
    points[:, landmark(Side.RIGHT, "small_toe")] = big + share * (big - heel)
    return PoseTrack(points, pose.confidence)


@pytest.mark.parametrize("turn_deg", [-30.0, 0.0, 20.0, 45.0])
def test_the_small_toe_tells_how_far_a_foot_is_turned(turn_deg):
    pose = with_small_toe(turn_deg)
    one = Pass(View.SAGITTAL_RIGHT, 0, len(pose) - 1, 1)
    found = foot_turn_deg(pose, one, Side.RIGHT, LEG_PX)
    assert np.nanmedian(found) == pytest.approx(turn_deg, abs=0.5)


def test_without_a_small_toe_nothing_is_said_of_the_turn():
    pose = StickWalk().pose()
    one = Pass(View.SAGITTAL_RIGHT, 0, len(pose) - 1, 1)
    assert np.isnan(foot_turn_deg(pose, one, Side.RIGHT, LEG_PX)).all()


def test_the_sole_of_an_outward_turned_foot_looks_tipped_down():
    assert tipped_sole_deg(0.0, 200.0, 1280.0) == 0.0
    out, inwards = (tipped_sole_deg(turn, 200.0, 1280.0) for turn in (30.0, -30.0))
    assert -8.0 < out < -3.0
    assert inwards == pytest.approx(-out)
