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


def test_a_published_table_of_costs_gives_its_weighted_kappa():
    # The same two doctors, with what each disagreement costs, in Cohen (1968).
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    costs = np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 6.0], [3.0, 6.0, 0.0]])
    assert Agreement(table).kappa(costs) == pytest.approx(0.348, abs=0.0005)


@pytest.mark.parametrize(
    ("table", "kappa", "linear"),
    [
        # Two radiologists' xeromammograms, four grades: Boyd et al. (1982), as worked out in
        # the manual of Stata, entry "kappa".
        ([[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]], 0.4728, 0.5684),
        # Husbands and wives, four answers: Agresti (1990), as worked out by R's vcd::Kappa.
        ([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], 0.1293, 0.2374),
    ],
)
def test_published_tables_give_their_linear_kappa(table, kappa, linear):
    agreement = Agreement(np.array(table))
    assert agreement.kappa() == pytest.approx(kappa, abs=5e-5)
    assert agreement.linear_kappa == pytest.approx(linear, abs=5e-5)


def by_pairs(first, second, cost):
    """Kappa the slow way: what is seen against every pairing of one's scores with the other's."""
    seen = sum(cost(a, b) for a, b in zip(first, second, strict=True)) / len(first)
    every = sum(cost(a, b) for a in first for b in second) / len(first) ** 2
    return 1 - seen / every if every else math.nan


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_kappas_are_those_worked_out_pair_by_pair(pairs):
    first, second = zip(*pairs, strict=True)
    agreement = Agreement.of(first, second)
    for ours, cost in (
        (agreement.kappa(), lambda a, b: float(a != b)),
        (agreement.linear_kappa, lambda a, b: abs(a - b)),
        (agreement.weighted_kappa, lambda a, b: (a - b) ** 2),
    ):
        assert ours == pytest.approx(by_pairs(first, second, cost), nan_ok=True)


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
