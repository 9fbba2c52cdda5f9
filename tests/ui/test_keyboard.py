"""Everything that can be operated can be reached with the Tab key, and says its name."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from gaitdesk.ui.scoring.cell import ScoreCell
from gaitdesk.ui.viewer.film_pane import FilmPane

OPERATED = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    ScoreCell,
    FilmPane,
)
MOST_PRESSES = 400


def operated(page: QWidget) -> list[QWidget]:
    """What can be operated now on a page, without the inner parts of Qt's own widgets."""
    found = []
    for widget in page.findChildren(QWidget):
        inner = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit | QTabBar)
        if not isinstance(widget, OPERATED) or isinstance(widget, QScrollBar) or inner:
            continue
        if widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget.parent().parent(), QAbstractItemView) and widget.parent().objectName():
            continue
        if widget.isVisible() and widget.isEnabled():
            found.append(widget)
    return found


def described(widgets: Iterable[QWidget]) -> set[str]:
    return {
        f"{type(one).__name__} {one.accessibleName() or getattr(one, 'text', str)()}"
        for one in widgets
    }


def reached(window: QWidget) -> set[str]:
    """What gets the keyboard when Tab is pressed again and again.

    In words, because the answers offered are made anew for every item on the way.
    """
    seen: set[str] = set()
    idle = 0
    for _ in range(MOST_PRESSES):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        words = described([focused] if focused is not None else [])
        idle = idle + 1 if words <= seen else 0
        # A date takes several presses: its year, month and day.
        if idle > 8:
            break
        seen |= words
    return seen


@pytest.fixture
def at_work(qtbot, open_window, kept):
    window = open_window(kept[0])
    window.resize(1600, 1000)
    window.open_visit(kept[1])
    qtbot.waitUntil(lambda: window.visit == kept[1] and not window.is_busy)
    return window


def test_the_start_is_worked_without_a_mouse(qtbot, open_window, tmp_path):
    window = open_window(tmp_path / "data")
    assert described(operated(window.start)) <= reached(window)


def test_films_are_put_together_without_a_mouse(qtbot, open_window, tmp_path, analysis):
    window = open_window(tmp_path / "data")
    window.import_films([analysis.films[0].video.path])
    card = window.importing.cards[0]
    qtbot.waitUntil(lambda: card.is_ready)
    assert described(operated(window.importing)) <= reached(window)


def test_a_visit_is_scored_and_its_films_are_played_without_a_mouse(qtbot, at_work):
    for tab in range(at_work.work.tabs.count()):
        at_work.work.tabs.setCurrentIndex(tab)
        at_work.work.tabs.setFocus()
        there = described(operated(at_work.work))
        assert there - reached(at_work) == set()


def test_whatever_can_be_operated_says_its_name(qtbot, at_work):
    def name(widget: QWidget) -> str:
        words = widget.accessibleName() or widget.toolTip()
        if not words and isinstance(widget, QAbstractButton):
            words = widget.text()
        return words

    silent = [
        one for one in operated(at_work.work) if not isinstance(one, QTabBar) and not name(one)
    ]
    assert described(silent) == set()


def test_tab_goes_down_the_answers_to_the_frame_and_the_comment(qtbot, at_work):
    at_work.work.tabs.setCurrentIndex(0)
    panel = at_work.work.item
    panel.options[0].setFocus()
    order = []
    for _ in range(len(panel.options) + 2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    assert order[: len(panel.options) - 1] == list(panel.options[1:])
    assert isinstance(order[-1], QPlainTextEdit)


def test_a_key_leads_from_the_form_to_the_films_and_back_and_another_to_the_panels(at_work):
    work, offered = at_work.work, at_work.actions_offered
    work.form.focus_cell(work.form.focused)
    offered.pane.trigger()
    assert at_work.focusWidget() is work.viewer.panes[work.viewer.lead]
    offered.pane.trigger()
    assert work.form.isAncestorOf(at_work.focusWidget())
    offered.panel.trigger()
    assert at_work.focusWidget() is work.tabs.tabBar()
