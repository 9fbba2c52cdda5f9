"""Rows that break into lines, and columns that go below each other."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.ui.parts.breaking import BreakingRow, Lines
from gaitdesk.ui.parts.columns import Columns

GAP, HEIGHT = 10, 20


def block(width: int) -> QWidget:
    """A widget of one size."""
    made = QWidget()
    made.setMinimumSize(width, HEIGHT)
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)
    return made


@pytest.fixture
def row(qtbot):
    lines = Lines()
    qtbot.addWidget(lines)
    layout = BreakingRow(lines, GAP)
    for width in (100, 100):
        layout.addWidget(block(width))
    layout.push_right()
    layout.addWidget(block(100))
    return lines


@pytest.fixture
def columns(qtbot):
    lines = Lines()
    qtbot.addWidget(lines)
    layout = Columns(GAP)
    lines.setLayout(layout)
    layout.add_column(block(50), 50, 0)
    layout.add_column(block(40), 100, 1)
    layout.add_column(block(40), 100, 3)
    return lines


def places(lines: QWidget, width: int) -> list[tuple[int, int, int]]:
    """Left, top and width of what a widget so wide holds."""
    lines.resize(width, 200)
    lines.layout().setGeometry(lines.rect())
    found = [lines.layout().itemAt(at).geometry() for at in range(lines.layout().count())]
    return [(one.left(), one.top(), one.width()) for one in found]


def test_what_was_pushed_stands_at_the_end_of_a_single_line(row):
    assert places(row, 500) == [(0, 0, 100), (110, 0, 100), (400, 0, 100)]


def test_lines_begin_on_the_left_and_nothing_is_cut_off(row):
    assert places(row, 219) == [(0, 0, 100), (110, 0, 100), (0, 25, 100)]
    assert all(left + width <= 100 for left, _, width in places(row, 100))


@pytest.mark.parametrize(("width", "height"), [(500, 20), (215, 45), (100, 70)])
def test_it_is_as_high_as_its_lines(row, width, height):
    row.resize(width, 10)
    assert row.minimumSizeHint().height() == height
    assert row.minimumSizeHint().width() == 100


def test_columns_share_the_room_that_others_leave(columns):
    assert places(columns, 470) == [(0, 0, 50), (60, 0, 100), (170, 0, 300)]


def test_columns_without_room_go_below(columns):
    assert places(columns, 200) == [(0, 0, 50), (60, 0, 140), (0, 25, 200)]
    assert columns.layout().heightForWidth(200) == 45
