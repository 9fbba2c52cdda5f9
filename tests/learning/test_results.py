"""Numbers and their intervals against slow counts, and curves against sums worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.learning.evaluation import auroc, quality
from gaitdesk.learning.intervals import draws, interval
from gaitdesk.learning.published import published_rows
from gaitdesk.learning.results import (
    Metric,
    ReaderAnswers,
    abstain_curve,
    calibration_curve,
    calibration_error,
    majority_answers,
    result_of,
)
from gaitdesk.scoring.agreement import Agreement

ITEMS = list(Item)


def made(cases: int = 14, seed: int = 0):
    """A reader that knows something, some answers and some truth missing, two cases a patient."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 3, (cases, 2, 17)).astype(float)
    chances = np.clip(0.5 + 0.3 * (scores >= 1) - 0.15 + rng.normal(0, 0.25, scores.shape), 0, 1)
    chances = np.round(chances, 1)
    chances[rng.random(scores.shape) < 0.1] = np.nan
    scores[rng.random(scores.shape) < 0.15] = np.nan
    patients = [f"p{i // 2}" for i in range(cases)]
    return ReaderAnswers.of_chances("net 1", chances), scores, patients


def slow(answers, scores, cases, column, sides) -> dict[Metric, float]:
    """All numbers from a list of limbs; a case may come several times."""
    limbs = [
        (scores[c, s, column] >= 1, answers.said[c, s, column] > 0.5, answers.chances[c, s, column])
        for c in cases
        for s in sides
        if not math.isnan(scores[c, s, column]) and not math.isnan(answers.said[c, s, column])
    ]
    truth = np.array([one[0] for one in limbs], np.bool_)
    said = np.array([one[1] for one in limbs], np.bool_)
    found = quality(truth, said)
    pairs = Agreement.of([int(t) for t in truth], [int(s) for s in said])
    return {
        Metric.ACCURACY: found.accuracy,
        Metric.BALANCED_ACCURACY: found.balanced_accuracy,
        Metric.F1: found.f1,
        Metric.MACRO_F1: found.macro_f1,
        Metric.SENSITIVITY: found.sensitivity,
        Metric.SPECIFICITY: found.specificity,
        Metric.KAPPA: pairs.kappa(),
        Metric.AUROC: auroc(truth, np.array([one[2] for one in limbs])),
    }


def test_every_number_and_interval_is_that_of_a_slow_count():
    answers, scores, patients = made()
    found = result_of(answers, scores, patients, resamples=40, seed=5)
    weights = draws(patients, 40, 5)
    for row in found.rows[:9]:
        column = ITEMS.index(row.item)
        sides = [0, 1] if row.side is None else [list(Side).index(row.side)]
        right = slow(answers, scores, range(len(scores)), column, sides)
        drawn = [
            slow(
                answers,
                scores,
                [c for c in range(len(scores)) for _ in range(int(row_[c]))],
                column,
                sides,
            )
            for row_ in weights
        ]
        for metric in Metric:
            own = row.value(metric)
            assert own.value == pytest.approx(right[metric], nan_ok=True), metric
            low, high = interval(np.array([one[metric] for one in drawn]))
            assert own.low == pytest.approx(low, nan_ok=True), metric
            assert own.high == pytest.approx(high, nan_ok=True), metric


def test_the_mean_is_over_items_that_have_the_number():
    answers, scores, patients = made(seed=3)
    scores[:, :, 2] = 0.0
    found = result_of(answers, scores, patients, resamples=20)
    rows = [row.value(Metric.BALANCED_ACCURACY).value for row in found.rows if row.side is None]
    assert math.isnan(rows[2])
    own = found.mean.value(Metric.BALANCED_ACCURACY)
    assert own.value == pytest.approx(np.nanmean(rows))
    assert own.low < own.value < own.high


def test_limbs_left_open_count_as_asked_and_not_as_wrong():
    answers, scores, patients = made()
    answers.said[:7] = np.nan
    found = result_of(answers, scores, patients, resamples=10)
    row = found.row(Item.HEEL_LIFT)
    assert row.asked == np.isfinite(scores[:, :, 1]).sum()
    assert row.answered < row.asked
    assert row.hits + row.false_alarms + row.misses + row.passes == row.answered
    assert row.coverage == pytest.approx(row.answered / row.asked)


def test_guessing_what_most_had_is_right_as_often_and_no_better_than_chance():
    scores = np.zeros((10, 2, 17))
    scores[:3] = 1.0
    found = result_of(majority_answers(scores, 10), scores, [str(i) for i in range(10)], 10)
    row = found.row(Item.KNEE_PROGRESSION, Side.LEFT)
    assert row.value(Metric.ACCURACY).value == pytest.approx(0.7)
    assert row.value(Metric.BALANCED_ACCURACY).value == pytest.approx(0.5)
    assert row.value(Metric.AUROC).value == pytest.approx(0.5)


chances_and_truth = st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans()), min_size=1, max_size=30)


@given(chances_and_truth)
@settings(max_examples=60, deadline=None)
def test_calibration_is_that_of_a_slow_count(pairs):
    chances = np.array([chance for chance, _ in pairs])
    truth = np.array([kind for _, kind in pairs])
    bins = calibration_curve(truth, chances)
    assert sum(one.count for one in bins) == len(pairs)
    error = 0.0
    for number in range(10):
        own = [(c, t) for c, t in pairs if min(int(c * 10), 9) == number]
        if own:
            mean = sum(c for c, _ in own) / len(own)
            share = sum(t for _, t in own) / len(own)
            assert bins[number].chance == pytest.approx(mean)
            assert bins[number].atypical == pytest.approx(share)
            error += len(own) / len(pairs) * abs(mean - share)
    assert calibration_error(bins) == pytest.approx(error)


@given(chances_and_truth, st.integers(0, 10))
@settings(max_examples=60, deadline=None)
def test_the_surer_an_answer_must_be_the_fewer_are_given(pairs, left_open):
    chances = np.array([chance for chance, _ in pairs])
    truth = np.array([kind for _, kind in pairs])
    cuts = abstain_curve(truth, chances, len(pairs) + left_open)
    shares = [one.coverage for one in cuts]
    assert shares == sorted(shares, reverse=True)
    assert cuts[0].coverage == pytest.approx(len(pairs) / (len(pairs) + left_open))
    for cut in cuts:
        given_ = [(c, t) for c, t in pairs if max(c, 1 - c) >= cut.sure_from]
        if given_:
            right = sum((c > 0.5) == t for c, t in given_) / len(given_)
            assert cut.accuracy == pytest.approx(right)
        else:
            assert math.isnan(cut.accuracy)


def test_faultless_chances_have_no_calibration_error():
    truth = np.array([True, False, True])
    bins = calibration_curve(truth, truth.astype(float))
    assert calibration_error(bins) == 0.0
    assert math.isnan(calibration_error(calibration_curve(truth[:0], np.empty(0))))


def test_the_published_rows_are_in_the_order_of_the_form():
    rows = {(one.method, one.side): one for one in published_rows()}
    left = rows["ChildGait-Video", Side.LEFT]
    assert left.of(Item.INITIAL_CONTACT) == pytest.approx(0.85)
    assert left.of(Item.SWING_DORSIFLEXION) == pytest.approx(0.70)
    assert left.of(Item.HINDFOOT_VARUS_VALGUS) == pytest.approx(0.88)
    assert rows["VideoMAE v2", Side.RIGHT].of(Item.TRUNK_LATERAL_SHIFT) == pytest.approx(0.68)
    for one in (own for (method, _), own in rows.items() if method.startswith(("Child", "Video"))):
        assert np.mean(one.accuracy) == pytest.approx(one.mean, abs=0.0101)
