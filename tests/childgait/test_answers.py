"""Clips vote by their mean logit; doubt widens with their scatter; limbs keep to their films."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.childgait.answers import (
    Calibration,
    ClipAnswer,
    ItemCalibration,
    combine,
    independent_clips,
    sigmoid,
    speaks_for,
)
from gaitdesk.childgait.clips import Window
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.recording import View

SIDE, ITEM = Side.LEFT, Item.SWING_KNEE_FLEXION
PLAIN = ItemCalibration(ITEM)


def clip_answer(logit, start_s=0.0, view=View.SAGITTAL_LEFT, film=0, marked=None):
    levels = 1 if marked is None else 2
    logits = np.zeros((2, 17, levels))
    logits[:, :, 0] = logit
    if marked is not None:
        logits[:, :, 1] = marked
    times_s = start_s + np.arange(16) / 30.0
    return ClipAnswer(Window(film, view, float(times_s.mean())), np.arange(16), times_s, logits)


def combined(answers, calibration=PLAIN):
    return combine(answers, SIDE, ITEM, range(len(answers)), calibration)


logits = st.lists(st.floats(-8, 8), min_size=1, max_size=12)


@given(logits)
def test_the_mean_logit_decides(values):
    answer = combined([clip_answer(v, i) for i, v in enumerate(values)])
    assert answer.atypical == pytest.approx(sigmoid(float(np.mean(values))))
    assert answer.lowest <= answer.atypical <= answer.highest
    assert 0.0 <= answer.spread <= 0.5


@given(logits, st.floats(0.2, 5), st.floats(-2, 2))
def test_calibration_bends_the_chance(values, temperature, bias):
    calibration = replace(PLAIN, temperature=temperature, bias=bias)
    answer = combined([clip_answer(v, i) for i, v in enumerate(values)], calibration)
    assert answer.atypical == pytest.approx(sigmoid(float(np.mean(values)) / temperature + bias))


@given(st.permutations(range(5)))
def test_the_order_of_clips_does_not_matter(order):
    values = [-2.0, 0.5, 1.0, 3.0, 3.5]
    one = combined([clip_answer(v, i) for i, v in enumerate(values)])
    other = combined([clip_answer(values[i], i) for i in order])
    assert other.atypical == pytest.approx(one.atypical)
    assert other.lowest == pytest.approx(one.lowest)


def test_clips_that_agree_leave_no_doubt_and_clips_that_do_not_leave_some():
    sure = combined([clip_answer(2.0, i) for i in range(4)])
    unsure = combined([clip_answer(v, i) for i, v in enumerate((-1.0, 5.0, -1.0, 5.0))])
    assert sure.spread == 0.0
    assert sure.lowest == sure.highest == sure.atypical
    assert unsure.highest - unsure.lowest > 0.2


def test_clips_of_the_same_moment_count_once():
    apart = combined([clip_answer(v, 2.0 * i) for i, v in enumerate((0.0, 4.0) * 4)])
    together = combined([clip_answer(v, 0.01 * i) for i, v in enumerate((0.0, 4.0) * 4)])
    assert together.highest - together.lowest > 2 * (apart.highest - apart.lowest)


def test_time_is_counted_once_and_films_apart():
    overlapping = [clip_answer(0.0, 0.25 * i) for i in range(3)]
    assert independent_clips(overlapping) == pytest.approx(2.0)
    assert independent_clips([clip_answer(0.0), clip_answer(0.0, film=1)]) == pytest.approx(2.0)
    assert independent_clips([clip_answer(0.0)] * 9) == 1.0


def test_both_planes_of_pelvic_rotation_weigh_the_same():
    answers = [clip_answer(3.0, i) for i in range(9)]
    answers.append(clip_answer(-1.0, view=View.CORONAL_FRONT, film=1))
    assert combined(answers).atypical == pytest.approx(sigmoid(1.0))


def test_an_ordinal_head_never_finds_2_likelier_than_1_or_2():
    for marked in (-4.0, 0.0, 9.0):
        answer = combined([clip_answer(1.0, i, marked=marked) for i in range(3)])
        assert answer.marked == pytest.approx(sigmoid(1.0) * sigmoid(marked))
        assert answer.marked <= answer.atypical
    assert combined([clip_answer(1.0)]).marked is None


def test_the_clip_nearest_to_the_mean_stands_for_all():
    answers = [clip_answer(v, i) for i, v in enumerate((0.0, 2.1, 4.0))]
    assert combined(answers).deciding == 1


@pytest.mark.parametrize(
    ("view", "side", "item", "speaks"),
    [
        (View.SAGITTAL_LEFT, Side.LEFT, Item.SWING_KNEE_FLEXION, True),
        (View.SAGITTAL_LEFT, Side.RIGHT, Item.SWING_KNEE_FLEXION, False),
        (View.SAGITTAL_RIGHT, Side.RIGHT, Item.TRUNK_SAGITTAL, True),
        (View.SAGITTAL_RIGHT, Side.LEFT, Item.TRUNK_SAGITTAL, False),
        (View.CORONAL_FRONT, Side.LEFT, Item.KNEE_PROGRESSION, True),
        (View.CORONAL_BACK, Side.RIGHT, Item.KNEE_PROGRESSION, True),
        (View.CORONAL_FRONT, Side.LEFT, Item.SWING_KNEE_FLEXION, False),
    ],
)
def test_a_side_view_speaks_for_the_near_limb_alone(view, side, item, speaks):
    items = [one for one in Item if one.plane is view.plane]
    assert speaks_for(Window(0, view, 1.0), side, item, items, reads_far_limb=False) == speaks


def test_the_far_limb_is_read_where_the_configuration_says_so():
    window = Window(0, View.SAGITTAL_LEFT, 1.0)
    items = [Item.SWING_KNEE_FLEXION]
    assert speaks_for(window, Side.RIGHT, items[0], items, reads_far_limb=True)


def test_an_item_without_calibration_never_answers():
    missing = Calibration(items=()).of(ITEM)
    assert missing.typical_below == 0.0
    assert missing.atypical_above == 1.0


@pytest.mark.parametrize(
    "wrong", [{"temperature": 0.0}, {"typical_below": 0.9}, {"atypical_above": 1.2}]
)
def test_a_calibration_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match=ITEM.value):
        ItemCalibration(ITEM, **wrong)


@given(st.floats(-800, 800))
def test_no_logit_is_too_large(logit):
    assert 0.0 <= sigmoid(logit) <= 1.0
    assert math.isclose(sigmoid(logit) + sigmoid(-logit), 1.0)
