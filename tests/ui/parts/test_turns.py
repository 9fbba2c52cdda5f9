"""Work in small pieces, between which the window answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from gaitdesk.ui.parts.turns import Turns, paint_next_turn


@pytest.fixture
def done():
    return []


def test_pieces_are_done_one_a_turn_and_in_order(qtbot, done):
    turns, ticks = Turns(), QTimer()
    ticks.setInterval(0)
    ticks.timeout.connect(lambda: done.append("tick"))
    ticks.start()
    with qtbot.waitSignal(turns.finished):
        turns.add(lambda: done.append("one"), lambda: done.append("two"))
    assert [one for one in done if one != "tick"] == ["one", "two"]
    assert "tick" in done[done.index("one") : done.index("two")]
    assert turns.is_done


def test_a_piece_may_put_others_before_what_waits(qtbot, done):
    turns = Turns()

    def first():
        turns.add_next(lambda: done.append("then"), lambda: done.append("after"))

    with qtbot.waitSignal(turns.finished):
        turns.add(first, lambda: done.append("last"))
    assert done == ["then", "after", "last"]


def test_what_is_forgotten_is_not_done(qtbot, done):
    turns = Turns()
    turns.add(lambda: done.append("one"))
    turns.forget()
    qtbot.wait(20)
    assert done == []


def test_a_piece_may_add_another(qtbot, done):
    turns = Turns()
    with qtbot.waitSignal(turns.finished):
        turns.add(lambda: turns.add(lambda: done.append("late")))
    assert done == ["late"]


def test_what_is_done_to_a_widget_is_painted_in_the_next_turn(qtbot):
    label = QLabel("one")
    qtbot.addWidget(label)
    paint_next_turn(label)
    assert not label.updatesEnabled()
    qtbot.waitUntil(label.updatesEnabled)
