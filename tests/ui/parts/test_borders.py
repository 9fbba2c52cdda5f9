"""Borders between parts of a window are moved by key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from gaitdesk.ui.parts.borders import Borders
from gaitdesk.ui.theme import em

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def parts(qtbot, appearance):
    """A window with a part on the left, and two on the right, one above the other."""
    window = QMainWindow()
    qtbot.addWidget(window)
    left, upper, lower = QWidget(), QWidget(), QWidget()
    for part, name in ((left, "left"), (upper, "upper"), (lower, "lower")):
        part.setObjectName(name)
        part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    outer, inner = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
    outer.addWidget(left)
    outer.addWidget(inner)
    inner.addWidget(upper)
    inner.addWidget(lower)
    window.setCentralWidget(outer)
    window.resize(900, 700)
    Borders(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    outer.setSizes([450, 450])
    inner.setSizes([350, 350])
    return outer, inner


@pytest.mark.parametrize(
    ("part", "key", "is_outer", "sign"),
    [
        ("left", Qt.Key.Key_Right, True, 1),
        ("upper", Qt.Key.Key_Left, True, -1),
        ("upper", Qt.Key.Key_Down, False, 1),
        ("lower", Qt.Key.Key_Up, False, -1),
    ],
)
def test_a_key_moves_the_border_of_the_part_that_has_the_keyboard(
    qtbot, parts, part, key, is_outer, sign
):
    outer, inner = parts
    splitter = outer if is_outer else inner
    moved = []
    splitter.splitterMoved.connect(lambda place, _: moved.append(place))
    held = outer.findChild(QWidget, part)
    held.setFocus()
    before, others = splitter.sizes(), (inner if is_outer else outer).sizes()
    qtbot.keyClick(held, key, BOTH)
    step = sign * em(held, 2)
    assert splitter.sizes() == [before[0] + step, before[1] - step]
    assert (inner if is_outer else outer).sizes() == others
    assert moved == [before[0] + step]


def test_a_part_beside_no_other_stays_as_it_is(qtbot, parts):
    outer, inner = parts
    inner.hide()
    before = outer.sizes()
    left = outer.widget(0)
    left.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(left, key, BOTH)
    assert outer.sizes() == before
