from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.skeleton import (
    SEGMENT_COUNT,
    Segment,
    at_times,
    hang_together,
    one_after_the_other,
    segment,
    takes_of,
    turned_round,
)
from tests.phantom.walks import made

AGES = st.floats(3.0, 17.0)
SEEDS = st.integers(0, 10_000)


def standing(build):
    rotations = np.broadcast_to(np.eye(3), (1, SEGMENT_COUNT, 3, 3))
    return hang_together(build, np.zeros(1), np.array([[0.0, 0.0, build.leg_length]]), rotations)


@given(AGES, SEEDS)
def test_a_standing_child_is_as_tall_as_its_build_says(age, seed):
    build = build_of(age, seed)
    motion = standing(build)
    crown = motion.origins_m[0, Segment.HEAD, 2] + build.head
    assert crown == pytest.approx(build.height, abs=1e-9)
    assert motion.sole_m(Side.LEFT)[0, :, 2] == pytest.approx(0.0, abs=1e-9)


@given(AGES, SEEDS)
def test_proportions_stay_those_of_children(age, seed):
    build = build_of(age, seed)
    assert 0.45 <= build.leg_length / build.height <= 0.56
    assert 0.14 <= build.foot_length / build.height <= 0.17
    assert 0.15 <= build.head / build.height <= 0.25
    assert build.thigh == pytest.approx(build.shank, rel=0.08)


def test_children_grow_and_their_heads_grow_less():
    builds = [build_of(age) for age in (3, 6, 9, 12, 15, 17)]
    assert np.all(np.diff([b.height for b in builds]) > 0)
    assert np.all(np.diff([b.head / b.height for b in builds]) < 0)
    assert build_of(4).height == pytest.approx(1.02, abs=0.01)


def test_a_build_of_no_seed_is_the_median_and_of_a_seed_is_always_the_same():
    assert build_of(9) == build_of(9)
    assert build_of(9, 5) == build_of(9, 5)
    assert build_of(9, 5) != build_of(9, 6)


def test_landmarks_of_a_standing_child_lie_left_and_right_alike():
    points = standing(build_of(7)).landmarks_m()[0]
    for part in ("shoulder", "hip", "knee", "ankle", "heel", "big_toe", "ear", "wrist"):
        left, right = points[landmark(Side.LEFT, part)], points[landmark(Side.RIGHT, part)]
        assert left[1] > 0
        assert left * (1, -1, 1) == pytest.approx(right)
    assert points[Landmark.NOSE, 0] > 0


def test_a_turned_walk_goes_the_other_way_and_keeps_left_left():
    motion = made().motion
    back = turned_round(motion)
    assert np.ptp(back.origins_m[:, 0, 0]) == pytest.approx(np.ptp(motion.origins_m[:, 0, 0]))
    assert back.origins_m[-1, 0, 0] < back.origins_m[0, 0, 0]
    ahead = back.rotations[:, Segment.PELVIS, :, 0]
    left = (
        back.origins_m[:, segment(Side.LEFT, "thigh")]
        - back.origins_m[:, segment(Side.RIGHT, "thigh")]
    )
    assert np.all(ahead[:, 0] * left[:, 1] - ahead[:, 1] * left[:, 0] > 0)


def test_a_motion_seen_at_its_own_moments_is_itself():
    motion = made().motion
    again = at_times(motion, motion.times_s)
    assert again.origins_m == pytest.approx(motion.origins_m, abs=1e-9)
    assert again.rotations == pytest.approx(motion.rotations, abs=1e-9)


def test_between_frames_bones_keep_their_lengths():
    motion = made().motion
    between = at_times(motion, motion.times_s[:-1] + 0.007)
    build = motion.build
    for side in Side:
        thigh = (
            between.origins_m[:, segment(side, "shank")]
            - between.origins_m[:, segment(side, "thigh")]
        )
        assert np.linalg.norm(thigh, axis=1) == pytest.approx(build.thigh)
    determinants = np.linalg.det(between.rotations)
    assert determinants == pytest.approx(1.0)


def test_takes_come_apart_where_they_were_joined():
    there = made().motion
    both = one_after_the_other([there, turned_round(there)])
    takes = takes_of(both)
    assert [len(take.times_s) for take in takes] == [len(there.times_s)] * 2
    assert np.all(np.diff(both.times_s) > 0)
    assert takes[1].origins_m == pytest.approx(turned_round(there).origins_m)


def test_no_moment_lies_between_two_takes():
    there = made().motion
    both = one_after_the_other([there, turned_round(there)])
    seen = at_times(both, np.arange(0.0, both.times_s[-1], 1 / 97))
    assert seen.rotations[:, Segment.PELVIS, 2, 2].min() > 0.9
    assert np.abs(seen.rotations[:, Segment.PELVIS, 0, 0]).min() > 0.8
