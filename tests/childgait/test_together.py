"""Two readers: agreement stands, disagreement is left to the reviewer, nothing becomes 0 alone."""

from __future__ import annotations

import pytest

from gaitdesk.childgait.together import agreed, by_both, by_network
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)


def rules(answer):
    """What the rules say: a score, a reason, or a reason with a lean."""
    if isinstance(answer, Score):
        return Proposal(Origin.RULES, "rules", State.SCORED, answer, Direction.FLEXION)
    reason, lean = answer if isinstance(answer, tuple) else (answer, None)
    state = State.NOT_SCORABLE if reason is Reason.VIEW_NOT_RECORDED else State.REVIEWER_DECIDES
    return Proposal(Origin.RULES, "rules", state, lean, reason=reason)


def network(answer):
    """What the network says: typical (0) or a reason."""
    if answer == 0:
        return Proposal(
            Origin.NETWORK, "net", State.SCORED, Score.NORMAL, Direction.NORMAL, atypical=0.02
        )
    return Proposal(Origin.NETWORK, "net", State.REVIEWER_DECIDES, reason=answer, atypical=0.9)


NORMAL, MODERATE, MARKED = Score
UNSURE, ATYPICAL = Reason.LOW_CONFIDENCE, Reason.ATYPICAL


@pytest.mark.parametrize(
    ("rule", "net", "state", "score", "reason", "origin"),
    [
        (NORMAL, 0, State.SCORED, NORMAL, None, Origin.RULES),
        (MARKED, ATYPICAL, State.SCORED, MARKED, None, Origin.RULES),
        (NORMAL, ATYPICAL, State.REVIEWER_DECIDES, None, Reason.READERS_DISAGREE, Origin.RULES),
        (MODERATE, 0, State.REVIEWER_DECIDES, None, Reason.READERS_DISAGREE, Origin.RULES),
        (MODERATE, UNSURE, State.SCORED, MODERATE, None, Origin.RULES),
        (NORMAL, UNSURE, State.SCORED, NORMAL, None, Origin.RULES),
        (Reason.NOT_FROM_KEYPOINTS, 0, State.SCORED, NORMAL, None, Origin.NETWORK),
        (
            Reason.NOT_FROM_KEYPOINTS,
            ATYPICAL,
            State.REVIEWER_DECIDES,
            None,
            ATYPICAL,
            Origin.NETWORK,
        ),
        (
            (Reason.NEAR_BOUNDARY, MODERATE),
            0,
            State.REVIEWER_DECIDES,
            None,
            Reason.NEAR_BOUNDARY,
            Origin.RULES,
        ),
        ((Reason.NEAR_BOUNDARY, NORMAL), 0, State.SCORED, NORMAL, None, Origin.NETWORK),
        (
            Reason.NO_CLEAN_CYCLE,
            UNSURE,
            State.REVIEWER_DECIDES,
            None,
            Reason.NO_CLEAN_CYCLE,
            Origin.RULES,
        ),
    ],
)
def test_two_answers_become_one_cell(rule, net, state, score, reason, origin):
    both = rules(rule), network(net)
    cell = agreed(*both)
    assert (cell.state, cell.score, cell.reason, cell.origin) == (state, score, reason, origin)
    assert cell.proposed == both
    assert not cell.is_confirmed


def test_a_view_that_was_not_recorded_stays_unscorable():
    missing = Proposal(Origin.NETWORK, "net", State.NOT_SCORABLE, reason=Reason.VIEW_NOT_RECORDED)
    cell = agreed(rules(Reason.VIEW_NOT_RECORDED), missing)
    assert cell.state is State.NOT_SCORABLE
    assert cell.score is None


def test_the_form_holds_both_answers_of_every_item():
    sheet = Scoresheet()
    for side in Side:
        for item in Item:
            sheet = sheet.with_cell(side, item, ItemScore.from_proposal(rules(MODERATE)))
    proposals = {(side, item): network(UNSURE) for side in Side for item in Item}
    both = by_both(sheet, proposals)
    for side in Side:
        for item in Item:
            origins = [one.origin for one in both.get(side, item).proposed]
            assert origins == [Origin.RULES, Origin.NETWORK]
        assert both.total(side) == sheet.total(side)


def test_the_network_alone_fills_no_more_than_it_answered():
    proposals = {
        (Side.LEFT, Item.HEEL_LIFT): network(0),
        (Side.RIGHT, Item.HEEL_LIFT): network(ATYPICAL),
    }
    sheet = by_network(proposals)
    assert sheet.total(Side.LEFT).scored == 1
    assert sheet.total(Side.RIGHT).scored == 0
    assert len(sheet.cells) == 2
