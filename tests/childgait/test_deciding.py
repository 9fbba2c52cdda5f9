"""An answer becomes a score only when it is 0 beyond doubt."""

from __future__ import annotations

import pytest

from gaitdesk.childgait.answers import Calibration, ItemAnswer, ItemCalibration
from gaitdesk.childgait.deciding import NORMAL_DIRECTION, decide
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Reason, Score, State
from gaitdesk.scoring.criteria import BANDS, OPTIONS

ITEM = Item.SWING_KNEE_FLEXION


def answer(low, middle, high, clips=5, marked=None):
    return ItemAnswer(Side.LEFT, ITEM, middle, low, high, 0.1, marked, tuple(range(clips)), 0)


@pytest.mark.parametrize(
    ("given", "state", "score", "reason"),
    [
        (answer(0.01, 0.02, 0.03), State.SCORED, Score.NORMAL, None),
        (answer(0.01, 0.10, 0.30), State.REVIEWER_DECIDES, None, Reason.LOW_CONFIDENCE),
        (answer(0.40, 0.50, 0.60), State.REVIEWER_DECIDES, None, Reason.LOW_CONFIDENCE),
        (answer(0.70, 0.90, 0.95), State.REVIEWER_DECIDES, None, Reason.LOW_CONFIDENCE),
        (answer(0.85, 0.90, 0.95), State.REVIEWER_DECIDES, None, Reason.ATYPICAL),
        (
            answer(0.85, 0.9, 0.95, marked=0.2),
            State.REVIEWER_DECIDES,
            Score.MODERATE,
            Reason.ATYPICAL,
        ),
        (
            answer(0.85, 0.9, 0.95, marked=0.8),
            State.REVIEWER_DECIDES,
            Score.MARKED,
            Reason.ATYPICAL,
        ),
        (answer(0.01, 0.02, 0.03, clips=2), State.REVIEWER_DECIDES, None, Reason.TOO_FEW_CYCLES),
    ],
)
def test_an_answer_is_a_score_only_when_it_is_0_beyond_doubt(given, state, score, reason):
    one = decide(given, Calibration(), "test 1")
    assert (one.state, one.score, one.reason) == (state, score, reason)
    assert one.atypical == given.atypical
    assert (one.direction is None) == (state is not State.SCORED)


def test_an_item_may_abstain_more_than_others():
    strict = Calibration(items=(ItemCalibration(ITEM, typical_below=0.01),))
    assert decide(answer(0.01, 0.02, 0.03), strict, "test 1").state is State.REVIEWER_DECIDES


@pytest.mark.parametrize("item", Item)
def test_the_word_of_score_0_is_that_of_the_published_table(item):
    if item in BANDS:
        words = {band.direction for band in BANDS[item] if band.score is Score.NORMAL}
    else:
        words = {word for word, score in OPTIONS[item].items() if score is Score.NORMAL}
    assert NORMAL_DIRECTION[item] in words
