"""Panels follow the form in turns of their own."""

from __future__ import annotations

from unittest import mock

from PySide6.QtCore import Qt

from gaitdesk.domain.evgs import Item
from gaitdesk.ui.scoring.answers import CELLS
from gaitdesk.ui.scoring.item_panel import ItemPanel

SIDE = CELLS[0][0]
PASSED = (SIDE, Item.SWING_KNEE_FLEXION)
REACHED = (SIDE, Item.TERMINAL_SWING_KNEE)


def test_of_cells_that_are_passed_panels_show_only_the_last(qtbot, visit_window):
    work = visit_window.work
    qtbot.waitUntil(lambda: work.item.cell == work.form.focused)
    before, show = work.item.cell, ItemPanel.show_cell
    with mock.patch.object(ItemPanel, "show_cell", autospec=True, side_effect=show) as shown:
        work.form.focus_cell(PASSED)
        work.form.focus_cell(REACHED)
        assert work.item.cell == before
        qtbot.waitUntil(lambda: work.item.cell == REACHED)
    assert {call.args[1] for call in shown.call_args_list} == {REACHED}


def test_a_comment_is_on_the_item_of_the_form_however_quickly_it_is_begun(qtbot, visit_window):
    work = visit_window.work
    work.form.focus_cell(PASSED)
    qtbot.keyClick(work.form.cell(*PASSED), Qt.Key.Key_C)
    assert work.item.cell == PASSED


def test_a_panel_that_is_brought_forward_shows_the_item_of_the_form(visit_window):
    work = visit_window.work
    work.tabs.setCurrentWidget(work.totals)
    work.form.focus_cell(REACHED)
    work.tabs.setCurrentWidget(work.item)
    assert work.item.cell == REACHED
