from __future__ import annotations

import numpy as np
import pytest

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
from gaitdesk.scoring.comparing import compared, machine_sheet, machines
from gaitdesk.scoring.reliability import icc_2_1

KNEE = Item.STANCE_KNEE_EXTENSION
HIP = Item.STANCE_HIP_EXTENSION


def said(score: int) -> ItemScore:
    return ItemScore(State.SCORED, Origin.REVIEWER, Score(score), Direction.NORMAL)


def sheet(rows: dict[Item, tuple[int | None, int | None]]) -> Scoresheet:
    """A sheet of left and right scores by item."""
    form = Scoresheet()
    for item, scores in rows.items():
        for side, score in zip(Side, scores, strict=True):
            if score is not None:
                form = form.with_cell(side, item, said(score))
    return form


def full(seed: int) -> Scoresheet:
    chance = np.random.default_rng(seed)
    return sheet({item: tuple(chance.integers(0, 3, 2).tolist()) for item in Item})


def test_each_item_is_compared_over_both_limbs_of_all_visits():
    ours = [sheet({KNEE: (0, 1), HIP: (2, 2)}), sheet({KNEE: (2, None)})]
    theirs = [sheet({KNEE: (0, 2), HIP: (2, None)}), sheet({KNEE: (2, 1)})]
    (pair,) = compared({"A": ours, "B": theirs}).pairs
    knee, hip = pair.items[KNEE], pair.items[HIP]
    assert knee.agreement.confusion.tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 1]]
    assert (knee.first_only, knee.second_only, knee.neither) == (0, 1, 0)
    assert (hip.agreement.count, hip.first_only, hip.neither) == (1, 1, 2)
    assert pair.all_items.agreement.count == 4
    assert pair.all_items.agreement.exact == pytest.approx(3 / 4)


def test_totals_are_compared_over_the_items_both_have_scored():
    ours = [sheet({KNEE: (2, 1), HIP: (2, 0)}), sheet({KNEE: (0, None)})]
    theirs = [sheet({KNEE: (1, 1)}), sheet({HIP: (0, 0)})]
    totals = compared({"A": ours, "B": theirs}).pairs[0].totals
    assert totals.points.tolist() == [[2.0, 1.0], [1.0, 1.0]]
    assert totals.items.tolist() == [1.0, 1.0]
    assert (totals.left_out, totals.complete, totals.exact) == (2, 0, 0.5)
    assert totals.mean_difference == -0.5


def test_totals_of_whole_sheets_are_those_of_the_form():
    ours, theirs = [full(1), full(2), full(3)], [full(4), full(5), full(6)]
    totals = compared({"A": ours, "B": theirs}).pairs[0].totals
    points = [[one.total(side).points for side in Side] for one in (*ours, *theirs)]
    expected = np.stack([np.ravel(points[:3]), np.ravel(points[3:])], axis=1)
    assert totals.points.tolist() == expected.tolist()
    assert totals.complete == 6
    assert totals.icc == icc_2_1(expected)
    low, high = totals.limits_of_agreement
    assert low < totals.mean_difference < high


def test_every_two_of_three_readers_are_compared():
    readers = {name: [full(seed), full(seed + 9)] for seed, name in enumerate("ABC")}
    found = compared(readers)
    assert [(one.first, one.second) for one in found.pairs] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert (found.icc.readers, found.icc.targets) == (3, 4)


def test_a_machine_is_one_more_reader():
    answers = [
        Proposal(Origin.RULES, "rules 1", State.SCORED, Score.MARKED, Direction.FLEXION),
        Proposal(
            Origin.NETWORK,
            "net 1",
            State.REVIEWER_DECIDES,
            reason=Reason.LOW_CONFIDENCE,
            score=None,
        ),
    ]
    form = Scoresheet()
    for number, side in enumerate(Side):
        cell = ItemScore(
            State.SCORED,
            Origin.REVIEWER,
            Score(number),
            Direction.NORMAL,
            proposed=tuple(answers),
            is_confirmed=True,
        )
        form = form.with_cell(side, KNEE, cell)
    assert machines([form]) == ("rules 1", "net 1")
    readers = {name: [machine_sheet(form, name)] for name in machines([form])}
    found = compared({"A": [form], **readers})
    by_rules, by_network, _ = found.pairs
    assert by_rules.items[KNEE].agreement.confusion.tolist() == [[0, 0, 1], [0, 0, 1], [0, 0, 0]]
    assert (by_network.all_items.agreement.count, by_network.items[KNEE].first_only) == (0, 2)


def test_two_readers_are_compared_over_the_visits_both_have_read():
    ours, theirs = sheet({KNEE: (1, 1)}), sheet({KNEE: (1, 2)})
    found = compared(
        {"A": [ours, ours, None], "B": [None, theirs, theirs], "C": [ours, None, ours]}
    )
    by_both = found.pairs[0]
    assert by_both.items[KNEE].agreement.count == 2
    assert (by_both.items[HIP].neither, by_both.all_items.neither) == (2, 32)
    assert by_both.totals.points.tolist() == [[1.0, 1.0], [1.0, 2.0]]
    assert found.icc.targets == 0


def test_readers_of_different_visits_are_not_compared():
    with pytest.raises(ValueError, match="one sheet, or None, for each visit"):
        compared({"A": [full(1)], "B": [full(1), full(2)]})


def test_no_visits_give_no_numbers():
    found = compared({"A": [], "B": []})
    assert np.isnan(found.icc.value)
    assert np.isnan(found.pairs[0].totals.mean_difference)
