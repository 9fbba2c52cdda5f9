from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.scoring.agreement import Agreement

SCORES = st.lists(st.integers(0, 2), min_size=1, max_size=40)


def test_a_published_table_gives_its_kappas():
    # Rows and columns of the two-doctor example in Cohen (1960), three categories.
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    agreement = Agreement(table)
    assert agreement.exact == pytest.approx(0.70)
    assert agreement.kappa() == pytest.approx(0.492, abs=0.001)


def test_weighted_kappa_forgives_neighbours():
    near = Agreement.of([0, 0, 1, 1, 2, 2], [0, 1, 1, 0, 2, 1])
    far = Agreement.of([0, 0, 1, 1, 2, 2], [0, 2, 1, 1, 2, 0])
    assert near.exact < far.exact
    assert near.weighted_kappa > far.weighted_kappa


@given(SCORES)
def test_a_reader_agrees_with_himself(scores):
    agreement = Agreement.of(scores, scores)
    assert agreement.exact == agreement.within_one == 1.0
    kappa = agreement.weighted_kappa
    assert math.isnan(kappa) if len(set(scores)) == 1 else kappa == pytest.approx(1.0)


@given(SCORES, st.randoms())
def test_kappa_does_not_care_who_is_first(scores, random):
    other = [random.randint(0, 2) for _ in scores]
    one, two = Agreement.of(scores, other), Agreement.of(other, scores)
    assert np.array_equal(one.confusion, two.confusion.T)
    if not math.isnan(one.weighted_kappa):
        assert one.weighted_kappa == pytest.approx(two.weighted_kappa)


def test_nothing_scored_is_no_agreement_at_all():
    nothing = Agreement.of([], [])
    assert math.isnan(nothing.exact)
    assert math.isnan(nothing.weighted_kappa)
