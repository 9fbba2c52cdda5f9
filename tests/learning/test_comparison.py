"""Two networks compared patient by patient, against a slow count of the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.evgs import Item
from gaitdesk.domain.refusals import LearningRefused
from gaitdesk.learning.comparison import (
    TestAnswers,
    Verdict,
    compared,
    load_answers,
    save_answers,
)
from gaitdesk.learning.intervals import draws, interval

ITEMS = list(Item)


def answers(reader: str, skill, count: int = 30, seed: int = 0, each: int = 1) -> TestAnswers:
    """A network that is right about each item with a given chance; truth is the same for all."""
    truth = (np.random.default_rng(1).random((count, 2, 17)) < 0.4).astype(float)
    rng = np.random.default_rng([2, seed])
    is_right = rng.random(truth.shape) < skill
    said = np.where(is_right, truth >= 1, truth < 1)
    chances = np.where(said, 0.8, 0.2)
    return TestAnswers(
        reader,
        tuple(f"v{i}" for i in range(count)),
        tuple(f"p{i // each}" for i in range(count)),
        chances,
        truth,
    )


def slow_fair(said, truth, cases):
    """Mean of the shares right of both kinds, counted limb by limb; cases may come twice."""
    shares = []
    for kind in (True, False):
        right = [
            said[case, limb] == truth[case, limb]
            for case in cases
            for limb in range(2)
            if not np.isnan(said[case, limb]) and (truth[case, limb] >= 1) == kind
        ]
        if right:
            shares.append(np.mean(right))
    return np.mean(shares) if shares else np.nan


def test_values_and_intervals_are_those_of_a_slow_count():
    old, new = answers("old 1", 0.6, 12, 1, each=2), answers("new 1", 0.8, 12, 2, each=2)
    old.chances[3, :, 4] = np.nan
    new.scores[5, 1, 4] = np.nan
    found = compared(old, new, resamples=60, seed=3)
    weights = draws(new.patients, 60, 3)
    for one in found.items:
        column = ITEMS.index(one.item)
        truth = np.where(np.isnan(new.scores[:, :, column]), np.nan, new.scores[:, :, column] >= 1)
        known = ~np.isnan(truth) & ~np.isnan(old.chances[:, :, column])
        before = np.where(known, old.chances[:, :, column] > 0.5, np.nan)
        after = np.where(known, new.chances[:, :, column] > 0.5, np.nan)
        assert one.limbs == known.sum()
        assert one.old == pytest.approx(slow_fair(before, truth, range(12)))
        assert one.new == pytest.approx(slow_fair(after, truth, range(12)))
        apart = []
        for row in weights:
            cases = [case for case in range(12) for _ in range(int(row[case]))]
            apart.append(slow_fair(after, truth, cases) - slow_fair(before, truth, cases))
        low, high = interval(np.array(apart))
        assert one.difference.low == pytest.approx(low)
        assert one.difference.high == pytest.approx(high)
    assert found.mean.new == pytest.approx(np.mean([one.new for one in found.items]))
    assert (found.patients, found.cases) == (6, 12)


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_patients_are_drawn_with_all_of_their_cases(count, each, seed):
    patients = [f"p{i // each}" for i in range(count * each)]
    weights = draws(patients, 20, seed)
    assert weights.shape == (20, count * each)
    for start in range(0, count * each, each):
        block = weights[:, start : start + each]
        assert (block == block[:, :1]).all()
    assert (weights[:, ::each].sum(axis=1) == count).all()


def test_a_network_is_never_worse_than_itself():
    one = answers("a 1", 0.7)
    found = compared(one, answers("b 1", 0.7))
    assert found.mean.difference.value == pytest.approx(0.0)
    assert not found.is_worse
    assert found.why_worse() == ""
    assert {item.verdict for item in found.items} == {Verdict.NOT_TOLD}


def test_an_item_that_fell_behind_is_named_although_the_mean_is_better():
    skill = np.full((30, 2, 17), 0.9)
    skill[:, :, ITEMS.index(Item.HEEL_LIFT)] = 0.1
    found = compared(answers("old 1", 0.75, seed=1), answers("new 1", skill, seed=2))
    assert found.mean.verdict is Verdict.BETTER
    assert Item.HEEL_LIFT in found.worse_items
    assert found.is_worse
    assert str(Item.HEEL_LIFT.number) in found.why_worse()


def test_a_network_that_is_worse_on_average_is_worse():
    found = compared(answers("old 1", 0.9, seed=1), answers("new 1", 0.7, seed=2))
    assert found.mean.verdict is Verdict.WORSE
    assert found.mean.difference.high < 0
    assert "old 1" in found.why_worse()


def test_only_cases_both_were_asked_about_count():
    old, new = answers("old 1", 0.7, 20), answers("new 1", 0.7, 30)
    assert compared(old, new).cases == 20
    apart = new.of([f"v{i}" for i in range(20, 30)])
    with pytest.raises(LearningRefused, match="no confirmed case"):
        compared(old, apart)


def test_an_item_of_one_kind_alone_is_compared_by_its_share_right():
    old, new = answers("old 1", 1.0, 10), answers("new 1", 1.0, 10)
    column = ITEMS.index(Item.FOOT_CLEARANCE)
    for one in (old, new):
        one.scores[:, :, column] = 0.0
        one.chances[:, :, column] = 0.1
    new.chances[:4, :, column] = 0.9
    found = next(one for one in compared(old, new).items if one.item is Item.FOOT_CLEARANCE)
    assert (found.old, found.new, found.atypical) == (1.0, pytest.approx(0.6), 0)


def test_answers_are_read_as_they_were_kept(tmp_path):
    one = answers("net 1", 0.7, 5)
    save_answers(tmp_path / "net.npz", one)
    read = load_answers(tmp_path / "net.npz")
    assert read is not None
    assert (read.reader, read.cases, read.patients) == (one.reader, one.cases, one.patients)
    assert np.array_equal(read.chances, one.chances)
    assert load_answers(tmp_path / "none.npz") is None
    content = (tmp_path / "net.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(content[: len(content) // 2])
    assert load_answers(tmp_path / "cut.npz") is None
