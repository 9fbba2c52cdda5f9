from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Side, landmark
from gaitdesk.domain.gait import Pass, Variable
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import View
from gaitdesk.gait.angles import (
    NORMAL_PELVIC_TILT_DEG,
    foot_pitch_deg,
    knee_flexion_deg,
    sagittal_angles,
    thigh_deg,
    track_of,
    trunk_lean_deg,
    wrapped_deg,
)
from tests.made import mirrored_in_picture


def leg(thigh: float, knee: float, direction: int) -> PoseTrack:
    """One leg with a thigh tilted forwards and a knee flexed, degrees; the child looks ahead."""
    points = np.full((1, LANDMARK_COUNT, 2), np.nan)
    shank = np.radians(thigh - knee)
    hip = np.array([600.0, 300.0])
    forward = np.array([direction, 1.0])
    knee_at = hip + 100 * forward * [np.sin(np.radians(thigh)), np.cos(np.radians(thigh))]
    ankle = knee_at + 100 * forward * [np.sin(shank), np.cos(shank)]
    for part, at in (("hip", hip), ("knee", knee_at), ("ankle", ankle)):
        points[0, landmark(Side.RIGHT, part)] = at
    return PoseTrack(points, np.ones((1, LANDMARK_COUNT)))


@given(thigh=st.floats(-40, 80), knee=st.floats(-30, 120), direction=st.sampled_from([-1, 1]))
def test_flexion_is_signed_and_the_same_in_both_directions(thigh, knee, direction):
    pose = leg(thigh, knee, direction)
    assert thigh_deg(pose, Side.RIGHT, direction)[0] == pytest.approx(thigh, abs=1e-6)
    assert knee_flexion_deg(pose, Side.RIGHT, direction)[0] == pytest.approx(knee, abs=1e-6)


def test_recurvatum_is_negative_flexion():
    assert knee_flexion_deg(leg(0, -12, 1), Side.RIGHT, 1)[0] == pytest.approx(-12)


@given(st.floats(-40, 80), st.floats(-30, 120))
def test_a_mirrored_film_gives_the_same_angles_in_the_other_direction(thigh, knee):
    pose = leg(thigh, knee, 1)
    mirror = mirrored_in_picture(pose)
    assert knee_flexion_deg(mirror, Side.RIGHT, -1) == pytest.approx(
        knee_flexion_deg(pose, Side.RIGHT, 1)
    )


def test_leaning_ahead_and_lifting_the_toe_are_positive():
    points = np.full((1, LANDMARK_COUNT, 2), np.nan)
    for side in Side:
        points[0, landmark(side, "hip")] = (600, 400)
        points[0, landmark(side, "shoulder")] = (580, 300)
        points[0, landmark(side, "heel")] = (600, 600)
        points[0, landmark(side, "big_toe")] = (540, 590)
    pose = PoseTrack(points, np.ones((1, LANDMARK_COUNT)))
    assert trunk_lean_deg(pose, -1)[0] == pytest.approx(np.degrees(np.arctan2(20, 100)))
    assert foot_pitch_deg(pose, Side.LEFT, -1)[0] == pytest.approx(np.degrees(np.arctan2(10, 60)))


@given(st.floats(-1000, 1000))
def test_wrapping_keeps_the_angle(angle):
    wrapped = float(wrapped_deg(np.array([angle]))[0])
    assert -180 <= wrapped <= 180
    assert np.cos(np.radians(wrapped)) == pytest.approx(np.cos(np.radians(angle)), abs=1e-6)


def test_hip_flexion_is_against_a_pelvis_of_normal_tilt():
    pose = leg(20, 10, 1)
    one = Pass(View.SAGITTAL_RIGHT, 0, 0, 1)
    tracks = sagittal_angles(pose, np.zeros(1), [one])
    hip = track_of(tracks, Variable.HIP_FLEXION, Side.RIGHT)
    assert hip == pytest.approx([20 + NORMAL_PELVIC_TILT_DEG])
