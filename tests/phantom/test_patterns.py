from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.phantom.patterns import (
    NORMAL,
    NUMBER_FIELDS,
    PATTERNS,
    at_severity,
    limbs_of,
)
from gaitdesk.phantom.reading import answers, measured
from gaitdesk.scoring.criteria import score_of
from tests.phantom.walks import made

# Total of the affected limb as published with each pattern's target values.
TOTALS = {
    "normal": 0,
    "winters_1": 3,
    "winters_1_steppage": 5,
    "winters_2a": 9,
    "winters_2b": 9,
    "winters_3": 13,
    "winters_4": 17,
    "true_equinus": 8,
    "jump": 15,
    "apparent_equinus": 13,
    "crouch": 15,
    "crouch_severe": 22,
    "stiff_knee": 2,
    "stiff_knee_severe": 4,
    "recurvatum": 5,
    "recurvatum_severe": 9,
    "trendelenburg": 1,
    "duchenne": 3,
    "in_toe_femoral": 1,
    "in_toe_tibial": 1,
    "out_toe_planovalgus": 4,
    "circumduction": 4,
    "calcaneus": 4,
}


def scores_of(motion):
    return {cell: score_of(cell[1], answer)[0] for cell, answer in answers(motion).items()}


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_the_table_adds_up_to_the_total_of_its_pattern(pattern):
    assert sum(PATTERNS[pattern].scores.values()) == TOTALS[pattern]


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_the_finished_walk_scores_what_the_table_says(pattern):
    found = scores_of(made(pattern, Side.RIGHT).motion)
    for side in Side:
        expected = PATTERNS[pattern].expected(side, Side.RIGHT)
        assert {item: found[side, item] for item in Item} == expected


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.sampled_from(sorted(PATTERNS)),
    st.floats(4.0, 16.0),
    st.integers(0, 1000),
    st.sampled_from(Side),
)
def test_any_child_of_any_build_scores_what_the_table_says(pattern, age, seed, affected):
    found = scores_of(made(pattern, affected, 1.0, age, seed, 5.0).motion)
    for side in Side:
        expected = PATTERNS[pattern].expected(side, affected)
        assert {item: found[side, item] for item in Item} == expected


@pytest.mark.parametrize("pattern", ["normal", "crouch", "winters_3", "in_toe_tibial"])
def test_measures_lie_where_the_limb_says(pattern):
    one = made(pattern)
    found = measured(one.motion)
    for side in Side:
        for item, name in NUMBER_FIELDS.items():
            asked = getattr(one.limbs[side], name)
            near = 2.0 if item is Item.TRUNK_LATERAL_SHIFT else 0.5
            assert found[side, item] == pytest.approx(asked, abs=near), item


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_without_severity_every_pattern_is_normal(pattern):
    assert at_severity(PATTERNS[pattern].affected, 0.0) == NORMAL
    assert at_severity(PATTERNS[pattern].affected, 1.0) == PATTERNS[pattern].affected


def test_half_a_crouch_scores_between_none_and_all_of_it():
    found = scores_of(made("crouch", severity=0.5).motion)
    total = sum(score for (side, _), score in found.items() if side is Side.LEFT)
    assert 0 < total < TOTALS["crouch"]


def test_a_toe_contact_comes_by_way_of_a_flat_foot():
    scores = [
        score_of(
            Item.INITIAL_CONTACT, limbs_of("true_equinus", severity=s)[Side.LEFT].initial_contact
        )[0]
        for s in (0.0, 0.5, 1.0)
    ]
    assert scores == [Score.NORMAL, Score.MODERATE, Score.MARKED]
