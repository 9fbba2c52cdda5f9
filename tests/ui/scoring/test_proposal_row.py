"""What each machine answers, how sure it is, and where they disagree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLabel

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Direction,
    Evidence,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.ui.parts.marks import draw_chance
from gaitdesk.ui.scoring.answers import confident_cells, readers_disagree
from gaitdesk.ui.scoring.cell import cell_words, spoken
from gaitdesk.ui.scoring.item_panel import ItemPanel
from gaitdesk.ui.scoring.proposal_row import (
    DisagreementRow,
    ProposalRow,
    chance_words,
    disagreement_words,
)
from gaitdesk.ui.theme import LIGHT

ITEM = Item.SWING_KNEE_FLEXION
RULES = Proposal(
    Origin.RULES, "rules 1", State.SCORED, Score.MARKED, Direction.REDUCED, confidence=0.9
)
TYPICAL = Proposal(
    Origin.NETWORK,
    "net 1",
    State.SCORED,
    Score.NORMAL,
    Direction.NORMAL,
    confidence=0.9,
    cycles=7,
    evidence=Evidence(1, 30, 0.5),
    atypical=0.1,
    spread=0.05,
)
ATYPICAL = replace(
    TYPICAL,
    state=State.REVIEWER_DECIDES,
    score=None,
    direction=None,
    reason=Reason.ATYPICAL,
    atypical=0.93,
)
UNSURE = replace(ATYPICAL, reason=Reason.LOW_CONFIDENCE, atypical=0.55)
MILD = replace(RULES, score=Score.NORMAL, direction=Direction.NORMAL)


def held(*said):
    return replace(ItemScore.from_proposal(said[0]), proposed=said)


def disputed(*said):
    return ItemScore(
        State.REVIEWER_DECIDES, Origin.RULES, reason=Reason.READERS_DISAGREE, proposed=said
    )


@pytest.mark.parametrize(
    ("said", "is_disputed"),
    [
        ((RULES, TYPICAL), True),
        ((MILD, ATYPICAL), True),
        ((RULES, ATYPICAL), False),
        ((MILD, TYPICAL), False),
        ((RULES, UNSURE), False),
        ((MILD, UNSURE), False),
        ((RULES,), False),
        ((RULES, replace(TYPICAL, origin=Origin.PHANTOM)), False),
    ],
)
def test_readers_disagree_where_one_finds_typical_what_another_finds_atypical(said, is_disputed):
    assert readers_disagree(held(*said)) is is_disputed


def test_a_cell_names_both_answers_without_colour():
    assert cell_words(ITEM, disputed(RULES, TYPICAL))[0] == "R 2 · N 0 disagree"
    assert cell_words(ITEM, disputed(MILD, ATYPICAL))[0] == "R 0 · N 1–2 disagree"
    assert "disagree" in spoken(Side.LEFT, ITEM, disputed(RULES, TYPICAL))


def test_a_disputed_answer_is_not_accepted_with_others():
    cell = Side.LEFT, ITEM
    assert confident_cells(Scoresheet().with_cell(*cell, held(RULES))) == (cell,)
    assert confident_cells(Scoresheet().with_cell(*cell, held(RULES, TYPICAL))) == ()
    assert confident_cells(Scoresheet().with_cell(*cell, held(RULES)), {"rules 1"}) == ()


def test_the_network_tells_chance_spread_and_clips(qtbot, appearance):
    row = ProposalRow(ITEM, TYPICAL)
    qtbot.addWidget(row)
    said = " ".join(one.text() for one in row.findChildren(QLabel))
    assert chance_words(0.1, 0.05) in said
    assert "10 % atypical" in said
    assert "7 clip" in said
    with qtbot.waitSignal(row.frame_asked) as asked:
        row._button.click()
    assert asked.args == [1, 30]


def test_the_panel_says_who_disagrees_and_stops_saying_it(qtbot, appearance):
    panel = ItemPanel()
    qtbot.addWidget(panel)
    panel.show_cell(
        (Side.LEFT, ITEM), Scoresheet().with_cell(Side.LEFT, ITEM, held(RULES, TYPICAL))
    )
    assert len(panel.findChildren(DisagreementRow)) == 1
    words = disagreement_words(held(RULES, TYPICAL))
    assert "2" in words
    assert "you decide" in words
    panel.show_cell((Side.LEFT, ITEM), Scoresheet().with_cell(Side.LEFT, ITEM, held(RULES)))
    assert not any(not row.isHidden() for row in panel.findChildren(DisagreementRow))


def test_typical_atypical_and_undecided_have_shapes_of_their_own():
    def drawn(is_atypical):
        image = QImage(200, 40, QImage.Format.Format_Grayscale8)
        image.fill(255)
        painter = QPainter(image)
        draw_chance(painter, QRectF(10, 5, 180, 30), 0.5, 0.0, is_atypical, LIGHT)
        painter.end()
        bits = np.frombuffer(image.constBits(), np.uint8).reshape(40, -1)[:, :200]
        return bits < 250

    shapes = [drawn(one) for one in (True, False, None)]
    for i, one in enumerate(shapes):
        for other in shapes[i + 1 :]:
            assert (one != other).sum() > 20
