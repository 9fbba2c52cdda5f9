"""What a reviewer can do to a sheet: each act touches what it says and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item, Origin, Reason, Score, Scoresheet, State
from gaitdesk.scoring.criteria import BANDS
from gaitdesk.ui.scoring import answers
from tests.report import made

SHEET = made.scoresheet(120)
cells = st.sampled_from(answers.CELLS)
scores = st.sampled_from(list(Score))


@given(cells, scores, st.data())
def test_scoring_a_cell_leaves_the_others_and_every_proposal(cell, score, data):
    direction = data.draw(st.sampled_from(answers.directions(cell[1], score)))
    after = answers.with_score(SHEET, *cell, score, direction)
    held = after.get(*cell)
    assert (held.score, held.direction, held.is_confirmed) == (score, direction, True)
    assert held.proposed == SHEET.get(*cell).proposed
    assert all(after.get(*other) is SHEET.get(*other) for other in answers.CELLS if other != cell)


@pytest.mark.parametrize("item", list(Item))
def test_every_item_can_be_given_every_score(item):
    assert answers.scores(item) == tuple(Score)


def test_giving_the_machines_own_answer_confirms_it():
    after = answers.with_score(SHEET, Side.RIGHT, Item.INITIAL_CONTACT, Score.MARKED, Direction.TOE)
    assert after.get(Side.RIGHT, Item.INITIAL_CONTACT).origin is Origin.RULES


def test_giving_another_answer_is_the_reviewers():
    after = answers.with_score(
        SHEET, Side.RIGHT, Item.INITIAL_CONTACT, Score.NORMAL, Direction.HEEL
    )
    assert after.get(Side.RIGHT, Item.INITIAL_CONTACT).origin is Origin.REVIEWER


def test_an_option_word_of_another_score_is_refused():
    with pytest.raises(ValueError, match="no option"):
        answers.with_score(SHEET, Side.LEFT, Item.INITIAL_CONTACT, Score.NORMAL, Direction.TOE)


def test_the_likely_direction_is_on_the_side_that_was_measured():
    # 38.5 degrees of flexion in swing are too few, so a 2 means far too few.
    held = SHEET.get(Side.RIGHT, Item.SWING_KNEE_FLEXION)
    likely = answers.likely_direction(Item.SWING_KNEE_FLEXION, Score.MARKED, held)
    assert likely is Direction.REDUCED


@given(st.sampled_from(sorted(BANDS)), scores, st.sampled_from(list(Side)))
def test_the_likely_direction_goes_with_the_score(item, score, side):
    likely = answers.likely_direction(item, score, SHEET.get(side, item))
    assert likely in answers.directions(item, score)


def test_nothing_is_asked_where_only_one_word_fits():
    assert not answers.needs_choice(Item.INITIAL_CONTACT, Score.MARKED, None)
    assert answers.needs_choice(Item.HEEL_LIFT, Score.MODERATE, None)


def test_the_machines_own_score_settles_the_word_once():
    held = SHEET.get(Side.RIGHT, Item.HEEL_LIFT)
    assert not answers.needs_choice(Item.HEEL_LIFT, Score.MODERATE, held)
    settled = answers.confirmed(SHEET, Side.RIGHT, Item.HEEL_LIFT)
    again = settled.get(Side.RIGHT, Item.HEEL_LIFT)
    assert answers.needs_choice(Item.HEEL_LIFT, Score.MODERATE, again)


def test_what_waits_for_a_decision_cannot_be_confirmed():
    cell = (Side.LEFT, Item.HINDFOOT_VARUS_VALGUS)
    assert not answers.can_confirm(SHEET.get(*cell))
    assert answers.confirmed(SHEET, *cell) is SHEET


def test_not_scorable_keeps_the_reason_and_the_proposals():
    after = answers.without_score(SHEET, Side.LEFT, Item.HEEL_LIFT, Reason.OCCLUDED)
    held = after.get(Side.LEFT, Item.HEEL_LIFT)
    assert (held.state, held.reason, held.score) == (State.NOT_SCORABLE, Reason.OCCLUDED, None)
    assert held.proposed == SHEET.get(Side.LEFT, Item.HEEL_LIFT).proposed


def test_accepting_confirms_the_confident_and_no_other():
    found = answers.confident_cells(SHEET)
    after = answers.with_confident_accepted(SHEET)
    for cell in answers.CELLS:
        assert after.get(*cell).is_confirmed == (cell in found)
    assert answers.confident_cells(after) == ()


def test_a_comment_leaves_the_score():
    after = answers.with_comment(SHEET, Side.LEFT, Item.HEEL_LIFT, "late")
    assert after.get(Side.LEFT, Item.HEEL_LIFT).score is SHEET.get(Side.LEFT, Item.HEEL_LIFT).score
    assert answers.is_open(after.get(Side.LEFT, Item.HEEL_LIFT))


def test_the_next_that_waits_comes_round_to_the_beginning():
    done = answers.with_confident_accepted(SHEET)
    first = answers.open_cells(done)[0]
    assert answers.next_open(done, answers.CELLS[-1]) == first


def test_nothing_waits_when_all_is_confirmed():
    sheet = Scoresheet()
    for side, item in answers.CELLS:
        sheet = answers.without_score(sheet, side, item, Reason.ASSISTED)
    assert answers.next_open(sheet, answers.CELLS[0]) is None
    assert answers.open_cells(sheet) == ()
