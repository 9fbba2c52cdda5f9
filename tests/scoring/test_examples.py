from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Origin, Proposal, State
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.scoring.criteria import score_of
from gaitdesk.scoring.deciding import decided
from gaitdesk.scoring.examples import NEVER, Example, item_calibration, threshold
from gaitdesk.scoring.measures import Reading


def knee(child: int, true_deg: float, seen_deg: float, scatter_deg: float) -> Example:
    score, direction = score_of(Item.SWING_KNEE_FLEXION, true_deg)
    truth = Proposal(
        Origin.PHANTOM,
        "phantom",
        State.SCORED,
        score=score,
        direction=direction,
        measure=Measure(true_deg, Unit.DEGREE, 0.0),
    )
    readings = tuple(
        Reading(Item.SWING_KNEE_FLEXION, Side.LEFT, seen_deg + apart, 0, 10, 0.2, 1.0)
        for apart in (-scatter_deg, scatter_deg)
    )
    return Example(child, readings, truth)


def knees(error_deg: float, seed: int = 0, children: int = 60) -> list[Example]:
    rng = np.random.default_rng(seed)
    true = rng.uniform(40, 80, 2 * children)
    seen = 0.9 * true + 2.0 + rng.normal(0, error_deg, len(true))
    return [knee(k // 2, t, s, 0.5) for k, (t, s) in enumerate(zip(true, seen, strict=True))]


def test_answers_to_other_children_are_right_as_often_as_aimed_at():
    fitted = item_calibration(Item.SWING_KNEE_FLEXION, knees(3.0), aim=0.95)
    given, right = 0, 0
    for example in knees(3.0, seed=1, children=200):
        decision = decided(Item.SWING_KNEE_FLEXION, example.readings, fitted)
        if decision.certainty >= fitted.least_certainty:
            given += 1
            right += decision.score is example.truth.score
    assert given > 150
    assert right / given > 0.93


def test_the_worse_the_measure_the_fewer_answers():
    sure = item_calibration(Item.SWING_KNEE_FLEXION, knees(1.0), aim=0.95)
    unsure = item_calibration(Item.SWING_KNEE_FLEXION, knees(6.0), aim=0.95)
    shares = [
        np.mean(
            [
                decided(Item.SWING_KNEE_FLEXION, e.readings, c).certainty >= c.least_certainty
                for e in examples
            ]
        )
        for c, examples in ((sure, knees(1.0, 2)), (unsure, knees(6.0, 2)))
    ]
    assert shares[0] > 0.8
    assert shares[1] < 0.6


def test_too_few_examples_are_refused():
    with pytest.raises(ValueError, match="too few"):
        item_calibration(Item.SWING_KNEE_FLEXION, knees(1.0, children=5), aim=0.9)


@given(
    st.lists(st.tuples(st.floats(0.4, 1.0), st.booleans()), min_size=1, max_size=60),
    st.floats(0.6, 0.99),
)
def test_from_the_threshold_on_answers_meet_the_aim_or_none_is_given(answers, aim):
    certainties, is_right = (np.array(part) for part in zip(*answers, strict=True))
    least = threshold(certainties, is_right, aim)
    given = certainties >= least
    assert least == NEVER or given.any()
    if given.any():
        assert np.mean(is_right[given]) >= aim


def test_a_few_right_answers_do_not_pass_for_many():
    assert threshold(np.full(5, 0.99), [True] * 5, 0.97) == NEVER
    assert threshold(np.full(50, 0.99), [True] * 50, 0.97) == 0.99
