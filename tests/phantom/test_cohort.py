from __future__ import annotations

from functools import cache

import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.phantom.cohort import (
    PREVALENCE,
    Split,
    expected_scores,
    plan_cohort,
    prevalence_of,
)
from gaitdesk.phantom.patterns import PATTERNS


@cache
def cohort():
    return plan_cohort(80, seed=5)


def test_each_item_is_atypical_about_as_often_as_among_patients():
    found = prevalence_of(cohort())
    for item in Item:
        assert found[item] == pytest.approx(PREVALENCE[item], abs=0.06), item


def test_the_splits_are_alike_and_share_no_child():
    plans = cohort()
    assert len({plan.name for plan in plans}) == len(plans)
    assert len({plan.body_seed for plan in plans}) == len(plans)
    sizes = {split: sum(plan.split is split for plan in plans) for split in Split}
    assert sizes == {Split.TRAIN: 56, Split.VALIDATION: 12, Split.TEST: 12}
    test = prevalence_of([plan for plan in plans if plan.split is Split.TEST])
    for item in Item:
        assert test[item] == pytest.approx(PREVALENCE[item], abs=0.12), item


def test_the_same_seed_plans_the_same_cohort_and_another_seed_another():
    assert plan_cohort(12, seed=1) == plan_cohort(12, seed=1)
    assert plan_cohort(12, seed=1) != plan_cohort(12, seed=2)


def test_a_limb_is_asked_for_what_its_pattern_scores():
    for pattern in PATTERNS.values():
        expected = pattern.expected(Side.LEFT, Side.LEFT)
        assert expected_scores(pattern.affected) == expected
