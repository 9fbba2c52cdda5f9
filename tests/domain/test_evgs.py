from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import BONES, MIRRORED, Landmark, Plane, Side
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Region,
    Score,
    Scoresheet,
    State,
)


def scored(score: Score) -> ItemScore:
    return ItemScore.from_proposal(
        Proposal(Origin.RULES, "test", State.SCORED, score, Direction.NORMAL, confidence=0.9)
    )


def test_there_are_17_items_in_the_published_order():
    assert " ".join(Item) == "IC HL SAD HVV FRT FCL WAD KPA KEX KPS KFX HEX HFX POB PRT TSG TLT"
    assert [item.number for item in Item] == list(range(1, 18))
    assert [i.number for i in Item if i.region is Region.FOOT_ANKLE] == [1, 2, 3, 4, 5, 6, 7]
    assert {i.number for i in Item if i.plane is Plane.CORONAL} == {4, 5, 8, 14, 15, 17}


@given(st.sampled_from(Item), st.sampled_from(Side), st.sampled_from(Score))
def test_scoring_one_item_leaves_the_others(item, side, score):
    before = Scoresheet().with_cell(Side.LEFT, Item.HEEL_LIFT, scored(Score.MODERATE))
    after = before.with_cell(side, item, scored(score))
    for cell, held in before.cells.items():
        if cell != (side, item):
            assert after.cells[cell] == held
    assert after.cells[side, item].score is score


def test_an_item_without_a_score_adds_nothing_to_the_total_nor_to_what_is_possible():
    sheet = Scoresheet().with_cell(Side.LEFT, Item.HEEL_LIFT, scored(Score.MARKED))
    open_cell = ItemScore(State.NOT_SCORABLE, Origin.REVIEWER, reason=Reason.OCCLUDED)
    sheet = sheet.with_cell(Side.LEFT, Item.FOOT_CLEARANCE, open_cell)
    total = sheet.total(Side.LEFT)
    assert (total.points, total.possible, total.scored, total.items) == (2, 2, 1, 17)
    assert sheet.total(Side.RIGHT).possible == 0


def test_a_proposal_says_either_a_score_or_why_not():
    with pytest.raises(ValueError, match="score and a direction"):
        Proposal(Origin.RULES, "test", State.SCORED)
    with pytest.raises(ValueError, match="reason"):
        Proposal(Origin.RULES, "test", State.REVIEWER_DECIDES)


def test_what_a_reader_leans_to_is_not_a_score():
    leaning = Proposal(
        Origin.RULES,
        "test",
        State.REVIEWER_DECIDES,
        Score.MARKED,
        Direction.TOE,
        Reason.NEAR_BOUNDARY,
    )
    cell = ItemScore.from_proposal(leaning)
    assert cell.score is None
    assert cell.proposed == (leaning,)


def test_mirroring_landmarks_twice_is_the_identity():
    assert [MIRRORED[MIRRORED[point]] for point in Landmark] == list(Landmark)
    assert MIRRORED[Landmark.LEFT_HEEL] is Landmark.RIGHT_HEEL
    assert {MIRRORED[a] for a, _ in BONES} <= set(Landmark)
