from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitdesk.scoring.reliability import icc_2_1

# Six targets read by four judges: Shrout & Fleiss (1979), table 2.
PUBLISHED = np.array(
    [
        [9.0, 2.0, 5.0, 8.0],
        [6.0, 1.0, 3.0, 2.0],
        [8.0, 4.0, 6.0, 8.0],
        [7.0, 1.0, 2.0, 6.0],
        [10.0, 5.0, 6.0, 9.0],
        [6.0, 2.0, 4.0, 7.0],
    ]
)


def test_the_published_table_gives_its_coefficient_and_interval():
    icc = icc_2_1(PUBLISHED)
    # 0.29 in the paper; the interval as R's psych::ICC gives it for the same table.
    assert icc.value == pytest.approx(0.2898, abs=5e-5)
    assert (icc.low, icc.high) == (pytest.approx(0.019, abs=5e-4), pytest.approx(0.761, abs=5e-4))
    assert (icc.targets, icc.readers, icc.left_out) == (6, 4, 0)


def by_variances(numbers):
    """ICC(2,1) the slow way: sums of squares entry by entry, as in a table of variance."""
    n, k = numbers.shape
    mean = sum(numbers.flat) / (n * k)
    total = sum((x - mean) ** 2 for x in numbers.flat)
    targets = sum((sum(row) / k - mean) ** 2 * k for row in numbers)
    readers = sum((sum(column) / n - mean) ** 2 * n for column in numbers.T)
    rest = (total - targets - readers) / ((n - 1) * (k - 1))
    readers, targets = readers / (k - 1), targets / (n - 1)
    spread_targets, spread_readers = (targets - rest) / k, (readers - rest) / n
    return spread_targets / (spread_targets + spread_readers + rest)


tables = st.tuples(st.integers(3, 8), st.integers(2, 4)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 34).map(float))
)


@given(tables)
@example(np.array([[2.0, 1.0], [0.0, 3.0], [0.0, 3.0], [0.0, 4.0]]))
def test_the_coefficient_is_that_of_a_table_of_variance(numbers):
    icc = icc_2_1(numbers)
    if np.isfinite(icc.value):
        assert icc.value == pytest.approx(by_variances(numbers), abs=1e-9)
        assert icc.value <= 1 + 1e-12
    if np.isfinite(icc.low):
        assert icc.low <= icc.value + 1e-9 <= icc.high + 2e-9


@given(tables, st.floats(-20, 20), st.sampled_from([0.5, 2.0, -3.0]))
def test_the_coefficient_does_not_care_for_units(numbers, shift, scale):
    one, other = icc_2_1(numbers), icc_2_1(numbers * scale + shift)
    assert other.value == pytest.approx(one.value, abs=1e-6, nan_ok=True)


def test_readers_who_agree_in_all_give_one():
    icc = icc_2_1(np.array([[3.0, 3.0], [7.0, 7.0], [12.0, 12.0]]))
    assert (icc.value, icc.low, icc.high) == (1.0, 1.0, 1.0)


def test_a_reader_who_always_adds_points_agrees_less():
    plain = np.array([[3.0, 3.0], [7.0, 8.0], [12.0, 12.0], [20.0, 19.0]])
    assert icc_2_1(np.add(plain, [0.0, 6.0])).value < icc_2_1(plain).value - 0.1


def test_targets_somebody_has_not_read_are_left_out_and_counted():
    holes = PUBLISHED.copy()
    holes[1, 2] = np.nan
    icc = icc_2_1(holes)
    assert icc.left_out == 1
    assert icc.value == icc_2_1(np.delete(PUBLISHED, 1, axis=0)).value


@pytest.mark.parametrize("numbers", [np.empty((0, 2)), np.ones((1, 2)), np.full((5, 2), 4.0)])
def test_where_nothing_can_be_told_apart_nothing_is_said(numbers):
    assert np.isnan(icc_2_1(numbers).value)
