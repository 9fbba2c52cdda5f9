"""The panel of one item: what it offers is the published form, and a click announces an answer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item, Score
from gaitdesk.scoring.criteria import BANDS, OPTIONS
from gaitdesk.ui.scoring.item_panel import ItemPanel, OptionButton, option_rows
from tests.report import made

SHEET = made.scoresheet(120)


@pytest.fixture
def panel(qtbot, appearance):
    panel = ItemPanel()
    qtbot.addWidget(panel)
    panel.resize(760, 320)
    panel.show()
    return panel


@pytest.mark.parametrize("item", list(Item))
def test_every_answer_of_the_published_form_is_offered(item):
    offered = [(score, direction) for score, direction, _ in option_rows(item)]
    published = (
        [(band.score, band.direction) for band in BANDS[item]]
        if item in BANDS
        else [(score, word) for word, score in OPTIONS[item].items()]
    )
    assert sorted(offered) == sorted(published)
    assert [score for score, _ in offered] == sorted(score for score, _ in offered)


def test_limits_are_written_beside_the_score():
    rows = {limits: score for score, _, limits in option_rows(Item.STANCE_KNEE_EXTENSION)}
    assert rows["16° to 25° flexion"] is Score.MODERATE
    assert rows["11° or more hyperextension"] is Score.MARKED


def test_every_item_offers_its_own_answers_by_the_same_buttons(panel):
    panel.show_cell((Side.LEFT, Item.HEEL_LIFT), SHEET)
    first = panel.options
    panel.show_cell((Side.RIGHT, Item.STANCE_KNEE_EXTENSION), SHEET)
    rows = option_rows(Item.STANCE_KNEE_EXTENSION)
    assert [(one.score, one.direction, one.limits) for one in panel.options] == list(rows)
    assert all(one.isVisibleTo(panel) for one in panel.options)
    assert set(first) & set(panel.options)
    panel.show_cell((Side.LEFT, Item.HEEL_LIFT), SHEET)
    assert panel.options == first
    shown = [one for one in panel.findChildren(OptionButton) if one.isVisibleTo(panel)]
    assert set(shown) == set(first)


def test_clicking_an_answer_announces_it(qtbot, panel):
    panel.show_cell((Side.LEFT, Item.HEEL_LIFT), SHEET)
    button = next(one for one in panel.options if one.direction is Direction.NO_HEEL_CONTACT)
    with qtbot.waitSignal(panel.score_chosen) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == [Side.LEFT, Item.HEEL_LIFT, Score.MARKED, Direction.NO_HEEL_CONTACT]


def test_the_answer_held_is_marked(panel):
    panel.show_cell((Side.RIGHT, Item.HEEL_LIFT), SHEET)
    marked = [one.direction for one in panel.options if one.isChecked()]
    assert marked == [Direction.EARLY]


def test_the_deciding_frame_can_be_asked_for(qtbot, panel):
    cell = (Side.RIGHT, Item.SWING_KNEE_FLEXION)
    panel.show_cell(cell, SHEET)
    evidence = SHEET.get(*cell).proposed[0].evidence
    button = next(
        one
        for one in panel.findChildren(QPushButton)
        if one.text() == f"Film {evidence.film + 1}, frame {evidence.frame + 1}"
    )
    with qtbot.waitSignal(panel.frame_asked) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [evidence.film, evidence.frame]


def test_a_comment_is_announced_when_it_is_left(qtbot, panel):
    panel.show_cell((Side.LEFT, Item.HEEL_LIFT), SHEET)
    panel.activateWindow()
    panel.write_comment()
    qtbot.keyClicks(panel.focusWidget(), "early on the left")
    with qtbot.waitSignal(panel.commented) as said:
        panel.focusWidget().clearFocus()
    assert said.args == [Side.LEFT, Item.HEEL_LIFT, "early on the left"]


def test_showing_another_item_announces_nothing(qtbot, panel):
    with qtbot.assertNotEmitted(panel.commented), qtbot.assertNotEmitted(panel.score_chosen):
        for item in Item:
            panel.show_cell((Side.RIGHT, item), SHEET)
