"""Visits of which machines know least and agree least are corrected first."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

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
from gaitdesk.learning.priorities import OpenForm, next_cases

CELLS = [(side, item) for side in Side for item in Item]


def cell(chance: float | None, rules: Score | None = None, *, is_confirmed=False) -> ItemScore:
    answers = []
    if rules is not None:
        way = Direction.NORMAL if rules is Score.NORMAL else Direction.FLEXION
        answers.append(Proposal(Origin.RULES, "rules 1", State.SCORED, rules, way))
    if chance is not None:
        answers.append(
            Proposal(
                Origin.NETWORK,
                "net 1",
                State.REVIEWER_DECIDES,
                reason=Reason.LOW_CONFIDENCE,
                atypical=chance,
            )
        )
    held = ItemScore(State.REVIEWER_DECIDES, Origin.RULES, reason=Reason.LOW_CONFIDENCE)
    return replace(held, proposed=tuple(answers), is_confirmed=is_confirmed)


def form(name: str, each: ItemScore, **changed: ItemScore) -> OpenForm:
    cells = dict.fromkeys(CELLS, each)
    cells |= {(Side.LEFT, Item(code)): own for code, own in changed.items()}
    return OpenForm(name, f"Child {name}", Scoresheet(MappingProxyType(cells)))


def test_the_least_sure_visit_comes_first():
    found = next_cases([form("sure", cell(0.02)), form("torn", cell(0.5)), form("so", cell(0.2))])
    assert [one.case for one in found] == ["torn", "so", "sure"]
    assert found[0].uncertain == pytest.approx(1.0)
    assert found[0].doubt == pytest.approx(34.0)


def test_where_all_are_as_sure_the_machines_that_disagree_come_first():
    agreed = form("agreed", cell(0.9, Score.MODERATE))
    apart = form("apart", cell(0.9, Score.NORMAL))
    found = next_cases([agreed, apart])
    assert [one.case for one in found] == ["apart", "agreed"]
    assert found[0].disagreeing == pytest.approx(0.9)
    assert found[1].disagreeing == pytest.approx(0.1)


def test_the_cells_most_in_doubt_are_named():
    (found,) = next_cases([form("a", cell(0.05), HL=cell(0.5, Score.NORMAL), KEX=cell(0.4))])
    assert [one.cell for one in found.most[:2]] == [
        (Side.LEFT, Item.HEEL_LIFT),
        (Side.LEFT, Item.STANCE_KNEE_EXTENSION),
    ]


def test_what_a_person_has_confirmed_counts_no_more():
    confirmed = cell(0.5, Score.NORMAL, is_confirmed=True)
    assert next_cases([form("done", confirmed)]) == ()
    (found,) = next_cases([form("nearly", confirmed, HL=cell(0.5))])
    assert found.open_cells == 1
    assert found.uncertain == pytest.approx(1.0)


def test_visits_no_network_has_read_come_last():
    found = next_cases([form("unread", cell(None, Score.NORMAL)), form("sure", cell(0.01))])
    assert [one.case for one in found] == ["sure", "unread"]
    assert not found[1].is_read
    assert found[1].doubt == 0.0


def test_certainty_is_no_doubt_at_all():
    (found,) = next_cases([form("certain", cell(0.0))])
    assert found.doubt == 0.0
    assert found.most == ()
