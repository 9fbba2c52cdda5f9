"""Shares of right answers against counts worked out by hand, and clips gathered by child."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.evgs import Item
from gaitdesk.learning.dataset import AS_FILMED, examples_of
from gaitdesk.learning.evaluation import (
    auroc,
    by_child,
    mean_auroc,
    mean_balanced_accuracy,
    quality,
)
from tests.learning.children import made_shard, small_config

CONFIG = small_config()


def test_quality_is_as_counted_by_hand():
    truth = np.array([1, 1, 1, 0, 0, 0, 0, 0], np.bool_)
    said = np.array([1, 1, 0, 1, 0, 0, 0, 0], np.bool_)
    found = quality(truth, said)
    assert (found.count, found.atypical) == (8, 3)
    assert found.accuracy == pytest.approx(6 / 8)
    assert found.sensitivity == pytest.approx(2 / 3)
    assert found.specificity == pytest.approx(4 / 5)
    assert found.balanced_accuracy == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert found.f1 == pytest.approx(4 / 6)
    assert found.macro_f1 == pytest.approx((4 / 6 + 8 / 10) / 2)


def test_who_always_says_no_is_no_better_than_chance():
    truth = np.array([1, 0, 0, 0, 0], np.bool_)
    found = quality(truth, np.zeros(5, np.bool_), np.zeros(5))
    assert found.accuracy == pytest.approx(0.8)
    assert found.balanced_accuracy == pytest.approx(0.5)
    assert found.auroc == pytest.approx(0.5)


def test_one_kind_alone_has_no_balanced_accuracy():
    found = quality(np.zeros(4, np.bool_), np.zeros(4, np.bool_), np.zeros(4))
    assert math.isnan(found.balanced_accuracy)
    assert math.isnan(found.auroc)


@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=12))
def test_the_area_counts_pairs_put_in_order(pairs):
    truth = np.array([kind for kind, _ in pairs])
    chances = np.array([float(value) for _, value in pairs])
    ranks = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high in chances[truth]
        for low in chances[~truth]
    ]
    found = auroc(truth, chances)
    assert math.isnan(found) if not ranks else found == pytest.approx(np.mean(ranks))


def _examples():
    return [
        example
        for number in range(4)
        for example in examples_of(
            made_shard(number, is_atypical=number % 2 == 1), CONFIG, AS_FILMED, 0
        )
    ]


def test_answers_are_gathered_by_child_and_only_from_clips_that_show_the_item():
    examples = _examples()
    logits = np.full((len(examples), 2, len(Item), 2), 100.0)
    for row, example in enumerate(examples):
        asked = np.isfinite(example.scores)
        logits[row][asked] = 2.0
    answers = by_child(examples, logits)
    assert answers.children == ("T000", "T001", "T002", "T003")
    assert answers.logits == pytest.approx(np.full_like(answers.logits, 2.0))
    assert answers.known.all()
    assert (answers.atypical[1]).all()
    assert not answers.atypical[0].any()


def test_each_plane_weighs_the_same_where_both_show_an_item():
    examples = [one for one in _examples() if one.child == "T000"]
    logits = np.zeros((len(examples), 2, len(Item), 1))
    for row, example in enumerate(examples):
        logits[row] = 4.0 if example.view.plane.value == "sagittal" else 0.0
    answers = by_child(examples, logits)
    column = list(Item).index(Item.PELVIC_ROTATION)
    assert answers.logits[0, :, column, 0] == pytest.approx([2.0, 2.0])


def test_faultless_answers_are_found_to_be_so():
    examples = _examples()
    logits = np.stack([np.where(one.scores >= 1, 3.0, -3.0) for one in examples])[..., None]
    answers = by_child(examples, logits)
    assert mean_balanced_accuracy(answers) == pytest.approx(1.0)
    assert mean_auroc(answers) == pytest.approx(1.0)
