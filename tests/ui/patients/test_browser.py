"""The list of visits: newest first, found by words, opened by key or mouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.patient import Conditions
from gaitdesk.store.edits import PatientId, SessionId, SessionSummary, Visit
from gaitdesk.ui.patients.browser import BrowserPanel, detail_words, title_words

ONE = SessionSummary(
    SessionId("one"),
    "Child-0417",
    Visit(PatientId("p"), date(2026, 5, 4), conditions=Conditions("Barefoot", "Walker")),
    ("side.mp4", "front.mp4"),
    28,
    3,
    datetime(2026, 5, 4, 10, tzinfo=UTC),
    "rater",
)
TWO = replace(ONE, id=SessionId("two"), pseudonym="Child-0009", confirmed=34)


@pytest.fixture
def panel(qtbot, appearance):
    def find(words):
        return [one for one in (ONE, TWO) if words in one.pseudonym]

    panel = BrowserPanel(find)
    qtbot.addWidget(panel)
    panel.resize(260, 500)
    panel.show()
    panel.refresh()
    return panel


def test_typing_finds_and_clearing_shows_all(qtbot, panel):
    qtbot.keyClicks(panel.search, "0009")
    qtbot.waitUntil(lambda: panel.visits == (TWO,))
    panel.search.clear()
    qtbot.waitUntil(lambda: panel.visits == (ONE, TWO))


def test_a_visit_is_opened_from_the_search_by_keyboard_alone(qtbot, panel):
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.opened) as opened:
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert opened.args == [ONE.id]


def test_a_visit_is_opened_by_mouse(qtbot, panel):
    place = panel.list.visualRect(panel.list.model().index(1, 0)).center()
    with qtbot.waitSignal(panel.opened) as opened:
        qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [TWO.id]


def test_the_open_visit_is_marked(panel):
    panel.mark(TWO.id)
    assert panel.list.currentIndex().row() == 1
    panel.mark(None)
    assert not panel.list.currentIndex().isValid()


def test_a_visit_says_how_far_its_review_is():
    assert title_words(ONE) == ("Child-0417", "3/34")
    assert "✓" in title_words(TWO)[1]
    assert title_words(replace(ONE, scored=0, confirmed=0))[1] == "not scored"
    assert detail_words(ONE)[0] == "2026-05-04, Barefoot, Walker"
