from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.evgs import Direction, Item, Score
from gaitdesk.scoring.certainty import chances_of, example_key, supported, with_second
from gaitdesk.scoring.criteria import BANDS, score_of


@pytest.mark.parametrize("item", [*BANDS, Item.INITIAL_CONTACT, Item.TRUNK_LATERAL_SHIFT])
@given(value=st.floats(-100, 150), error=st.floats(0.01, 20))
def test_chances_add_up_to_one(item, value, error):
    assert sum(chances_of(item, value, error).values()) == pytest.approx(1.0)


@pytest.mark.parametrize("item", BANDS)
@given(value=st.floats(-60, 120).filter(lambda v: abs(abs(v) % 1 - 0.5) > 0.05))
def test_an_exact_measurement_scores_by_its_band(item, value):
    chances = chances_of(item, value, 1e-3)
    assert max(chances, key=chances.get) == score_of(item, value)


def test_at_an_edge_neither_score_is_certain():
    chances = chances_of(Item.SWING_KNEE_FLEXION, 49.5, 3.0)
    assert chances[Score.NORMAL, Direction.NORMAL] == pytest.approx(0.5, abs=0.01)


def test_a_heel_that_never_comes_down_outweighs_when_it_rises():
    normal = chances_of(Item.HEEL_LIFT, 0.5, 0.1)
    never = with_second(Item.HEEL_LIFT, normal, second=-30.0, error=4.0, edge=-10.0)
    assert max(never, key=never.get) == (Score.MARKED, Direction.NO_HEEL_CONTACT)
    down = with_second(Item.HEEL_LIFT, normal, second=0.0, error=4.0, edge=-10.0)
    assert max(down, key=down.get) == (Score.NORMAL, Direction.NORMAL)


def test_a_low_foot_in_a_high_step_is_marked():
    reduced = chances_of(Item.FOOT_CLEARANCE, 1.0, 0.2)
    high = with_second(Item.FOOT_CLEARANCE, reduced, second=60.0, error=2.0, edge=9.0)
    assert max(high, key=high.get) == (Score.MARKED, Direction.REDUCED_AND_HIGH)


@given(certainty=st.floats(0.4, 1.0), count=st.integers(0, 500))
def test_no_answer_is_surer_than_its_examples_support(certainty, count):
    key = example_key(Score.MODERATE, Direction.HIGH_STEPS)
    found = supported(certainty, Score.MODERATE, Direction.HIGH_STEPS, {key: count})
    assert found <= min(certainty, (count + 1) / (count + 2))


def test_an_answer_without_a_single_example_is_a_toss_up():
    seen = {"0 full": 100}
    assert supported(1.0, Score.MODERATE, Direction.HIGH_STEPS, seen) == 0.5


def test_published_errors_rest_on_no_examples_and_limit_nothing():
    assert supported(0.97, Score.NORMAL, Direction.FULL, {}) == 0.97
