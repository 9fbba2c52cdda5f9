from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import EventKind, Variable
from gaitdesk.gait.norms import GRAVITY_M_S2
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.contacts import cycles_of, events_of, foot_of
from gaitdesk.phantom.kinematics import angles_deg
from gaitdesk.phantom.patterns import PATTERNS, limbs_of
from gaitdesk.phantom.reading import answers
from gaitdesk.phantom.skeleton import segment, takes_of
from gaitdesk.phantom.steps import CADENCE_FACTOR, STEP_LENGTH_FACTOR
from gaitdesk.phantom.walker import there_and_back, walk
from tests.phantom.walks import made

SHOWN = ("normal", "winters_2b", "crouch_severe", "stiff_knee", "circumduction")
few = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.parametrize("pattern", SHOWN)
def test_feet_stay_on_the_floor_and_where_they_stand(pattern):
    motion = made(pattern).motion
    for side in Side:
        foot = foot_of(motion, side)
        assert foot.sole_m[..., 2].min() > -0.002
        flat = foot.is_standing & (foot.sole_m[:, [0, 2], 2] < 0.002).all(axis=1)
        starts = np.flatnonzero(np.diff(np.concatenate([[0], flat.astype(int)])) == 1)
        for start in starts:
            length = int(np.argmin(np.append(flat[start:], False)))
            if length > 3:
                stood = foot.sole_m[start : start + length, :, :2]
                assert np.ptp(stood, axis=0).max() < 0.005


@pytest.mark.parametrize("pattern", SHOWN)
def test_one_foot_at_least_bears_the_child_at_any_moment(pattern):
    motion = made(pattern).motion
    standing = [foot_of(motion, side).is_standing for side in Side]
    assert (standing[0] | standing[1])[2:-2].all()


@pytest.mark.parametrize("pattern", SHOWN)
def test_every_foot_meets_and_leaves_the_floor_in_turn(pattern):
    events = events_of(made(pattern).motion)
    for side in Side:
        kinds = [event.kind for event in events if event.side is side]
        assert all(a is not b for a, b in pairwise(kinds))
        assert kinds.count(EventKind.INITIAL_CONTACT) >= 2


def test_a_normal_child_walks_as_fast_as_its_leg_length_says():
    motion = made(duration_s=5.0).motion
    cycles = cycles_of(events_of(motion))
    leg = motion.build.leg_length
    cadence = 120.0 / np.mean([cycle.duration_s for cycle in cycles])
    speed = np.ptp(motion.origins_m[:, 0, 0]) / motion.times_s[-1]
    assert cadence == pytest.approx(60 * CADENCE_FACTOR * np.sqrt(GRAVITY_M_S2 / leg), rel=0.04)
    step_m = speed / cadence * 60.0
    assert step_m == pytest.approx(STEP_LENGTH_FACTOR * leg, rel=0.12)
    offs = [cycle.pct(cycle.foot_off_s) for cycle in cycles if cycle.foot_off_s is not None]
    assert np.mean(offs) == pytest.approx(60.0, abs=2.0)


def test_joints_move_without_jerks():
    motion = made().motion
    for side in Side:
        angles = angles_deg(motion, side)
        for variable, fastest in (
            (Variable.HIP_FLEXION, 400),
            (Variable.KNEE_FLEXION, 550),
            (Variable.ANKLE_DORSIFLEXION, 500),
        ):
            assert np.abs(np.diff(angles[variable])).max() * 60 < fastest
    pelvis = motion.origins_m[:, 0]
    assert np.abs(np.diff(pelvis[:, 2], 2)).max() * 3600 < 15


@pytest.mark.parametrize("pattern", ["crouch_severe", "winters_4", "jump"])
def test_knees_never_bend_the_wrong_way_nor_pass_through_each_other(pattern):
    motion = made(pattern).motion
    scale = motion.build.height / 1.28
    knees = [motion.origins_m[:, segment(side, "shank")] for side in Side]
    assert np.linalg.norm(knees[0] - knees[1], axis=1).min() > 0.06 * scale
    for side in Side:
        assert angles_deg(motion, side)[Variable.KNEE_FLEXION].min() > -3.0


def test_strides_differ_a_little_and_not_at_all_when_asked():
    def spread(variability):
        built = build_of(8)
        one = walk(built, limbs_of("normal"), seed=3, duration_s=4.0, variability=variability)
        cycles = cycles_of(events_of(one.motion))
        return np.std([cycle.duration_s for cycle in cycles if cycle.side is Side.LEFT])

    assert spread(0.0) < 0.003 < spread(2.0)


def test_the_same_seed_gives_the_same_walk():
    built, limbs = build_of(6, 2), limbs_of("winters_1", Side.RIGHT)
    one, two = (walk(built, limbs, seed=9, duration_s=1.0) for _ in range(2))
    assert np.array_equal(one.motion.origins_m, two.motion.origins_m)
    assert np.array_equal(one.motion.rotations, two.motion.rotations)


def test_another_frame_rate_shows_the_same_walk():
    built, limbs = build_of(8), limbs_of("normal")
    fine = walk(built, limbs, seed=1, duration_s=1.0)
    coarse = walk(built, limbs, seed=1, duration_s=1.0, fps=30.0)
    assert coarse.motion.origins_m == pytest.approx(fine.motion.origins_m[::2], abs=1e-6)


@few
@given(st.sampled_from(sorted(PATTERNS)), st.integers(0, 99))
def test_a_mirrored_child_has_its_scores_swapped(pattern, seed):
    left = answers(made(pattern, Side.LEFT, seed=seed).motion)
    right = answers(made(pattern, Side.RIGHT, seed=seed).motion)
    for (side, item), answer in left.items():
        other = right[side.opposite, item]
        if isinstance(answer, float):
            assert isinstance(other, float)
            assert other == pytest.approx(answer, abs=2.5), item
        else:
            assert other is answer


def test_a_child_walks_there_and_back():
    takes = takes_of(there_and_back(build_of(8), limbs_of("normal"), seed=1, distance_m=3.2))
    ways = [take.origins_m[-1, 0, 0] - take.origins_m[0, 0, 0] for take in takes]
    assert ways[0] > 2.8
    assert ways[1] < -2.8
