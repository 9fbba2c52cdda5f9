"""Mid-stance and mid-swing on ankles that pass each other at known times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Side, landmark
from gaitdesk.domain.gait import GaitCycle, Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import View
from gaitdesk.gait.instants import instants_near, instants_of
from gaitdesk.gait.passing import with_passing

FPS, STRIDE_S, STEP_PX = 60.0, 1.0, 200.0
TIMES_S = np.arange(0.0, 3.0, 1 / FPS)


def ankles(direction: int) -> PoseTrack:
    """Each foot stands for 0.6 of a stride and swings two steps on; the right half a stride on."""
    points = np.full((len(TIMES_S), LANDMARK_COUNT, 2), np.nan)
    for side, phase in ((Side.LEFT, 0.0), (Side.RIGHT, 0.5)):
        strides = TIMES_S / STRIDE_S + phase
        swing = np.clip((strides % 1.0 - 0.6) / 0.4, 0.0, 1.0)
        onwards = 2.0 * STEP_PX * (np.floor(strides) + swing - phase)
        points[:, landmark(side, "ankle")] = np.stack(
            [500.0 + direction * onwards, np.full(len(TIMES_S), 400.0)], axis=1
        )
    return PoseTrack(points, np.isfinite(points[..., 0]).astype(float))


def cycles() -> list[GaitCycle]:
    return [
        GaitCycle(Side.LEFT, 0, 1.0, 2.0, 1.6, 1.1, 1.5),
        GaitCycle(Side.RIGHT, 0, 0.5, 1.5, 1.1, 0.6, 1.0),
    ]


@pytest.mark.parametrize("direction", [-1, 1])
def test_the_feet_pass_half_way_through_swing(direction):
    one = Pass(View.SAGITTAL_LEFT, 0, len(TIMES_S) - 1, direction)
    left, right = with_passing(cycles(), ankles(direction), TIMES_S, one)
    assert left.mid_stance_s == pytest.approx(1.3, abs=1e-6)
    assert left.mid_swing_s == pytest.approx(1.8, abs=1e-6)
    assert right.mid_swing_s == left.mid_stance_s, "one limb's mid-swing is the other's mid-stance"


def test_frames_lost_at_the_crossing_are_bridged_and_long_gaps_are_not():
    one = Pass(View.SAGITTAL_LEFT, 0, len(TIMES_S) - 1, 1)
    for lost_s, is_found in ((0.08, True), (0.3, False)):
        pose = ankles(1)
        pose.points_px[np.abs(TIMES_S - 1.3) < lost_s / 2, landmark(Side.RIGHT, "ankle")] = np.nan
        left = with_passing(cycles(), pose, TIMES_S, one)[0]
        assert (left.mid_stance_s is not None) is is_found
        if is_found:
            assert left.mid_stance_s == pytest.approx(1.3, abs=0.02)


def test_what_is_not_seen_stays_unknown():
    one = Pass(View.SAGITTAL_LEFT, 0, len(TIMES_S) - 1, 1)
    no_foot_off = replace(cycles()[0], foot_off_s=None)
    (cycle,) = with_passing([no_foot_off], ankles(1), TIMES_S, one)
    assert (cycle.mid_stance_s, cycle.mid_swing_s) == (None, None)
    front = replace(one, view=View.CORONAL_FRONT, direction=0)
    (cycle,) = with_passing([cycles()[0]], ankles(1), TIMES_S, front)
    assert (cycle.mid_stance_s, cycle.mid_swing_s) == (None, None)


def test_each_moment_is_told_of_both_limbs():
    one = Pass(View.SAGITTAL_LEFT, 0, len(TIMES_S) - 1, 1)
    instants = instants_of(with_passing(cycles(), ankles(1), TIMES_S, one), 0)
    assert {each.words for each in instants_near(instants, 1.32)} == {
        "Mid-stance, left",
        "Mid-swing, right",
    }
    assert instants_near(instants, 1.5) == []
    assert instants_of(with_passing(cycles(), ankles(1), TIMES_S, one), 1) == ()
