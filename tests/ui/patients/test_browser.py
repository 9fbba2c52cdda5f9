"""The list of visits: by child, found by words, opened by key or mouse, ticked to be compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QPoint, Qt

from gaitdesk.domain.evgs import Score
from gaitdesk.domain.patient import Conditions
from gaitdesk.store.edits import PatientId, SessionId, SessionSummary, Visit
from gaitdesk.ui.patients.browser import BrowserPanel
from gaitdesk.ui.patients.visit_list import title_words
from tests.report import made

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
TWO = replace(ONE, id=SessionId("two"), confirmed=34)
OTHER = replace(
    ONE,
    id=SessionId("other"),
    pseudonym="Child-0009",
    visit=replace(ONE.visit, patient=PatientId("q"), day=date(2026, 5, 1)),
)
FOURTH = replace(OTHER, id=SessionId("fourth"))


@pytest.fixture
def names():
    """Names that may be shown now, by patient."""
    return {}


@pytest.fixture
def panel(qtbot, appearance, names):
    def find(words):
        return [one for one in (ONE, OTHER, TWO, FOURTH) if words in one.pseudonym]

    panel = BrowserPanel(find, lambda _: made.all_scored(Score.MODERATE), lambda: names)
    qtbot.addWidget(panel)
    panel.resize(300, 500)
    panel.show()
    panel.refresh()
    return panel


def row_of(panel, visit):
    return panel.list.model().index(panel.list.model().row_of(visit.id), 0)


def test_visits_of_a_child_stand_together(panel):
    assert panel.visits == (ONE, TWO, OTHER, FOURTH)


def test_a_name_that_may_be_shown_stands_above_the_pseudonym(panel, names):
    model, role = panel.list.model(), Qt.ItemDataRole.DisplayRole
    assert model.data(model.index(0, 0), role) == "Child-0417 · 2 visits"
    height = panel.list.visualRect(model.index(0, 0)).height()
    panel.toggle_tick(ONE.id)
    panel.list.setCurrentIndex(row_of(panel, TWO))
    names |= {ONE.visit.patient: "Anna Beispiel", PatientId("somebody else"): "Nobody"}
    panel.refresh()
    assert model.data(model.index(0, 0), role) == "Anna Beispiel · Child-0417 · 2 visits"
    assert panel.list.visualRect(model.index(0, 0)).height() > height
    assert "Anna Beispiel · Child-0417" in model.data(row_of(panel, ONE), role)
    tip = model.data(row_of(panel, ONE), Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Anna Beispiel, Child-0417, 2026-05-04")
    assert "Beispiel" not in model.data(row_of(panel, OTHER), role)
    assert panel.ticked == (ONE.id,)
    assert panel.visits == (ONE, TWO, OTHER, FOURTH)


def test_no_name_is_left_once_names_are_locked(panel, names):
    model = panel.list.model()
    names[ONE.visit.patient] = "Anna Beispiel"
    panel.refresh()
    shown = panel.list.grab().toImage()
    names.clear()
    panel.refresh()
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    said = [model.data(model.index(row, 0), role) for row in range(6) for role in roles]
    assert not [words for words in said if words and "Beispiel" in words]
    assert panel.list.grab().toImage() != shown


def test_typing_finds_and_clearing_shows_all(qtbot, panel):
    qtbot.keyClicks(panel.search, "0009")
    qtbot.waitUntil(lambda: panel.visits == (OTHER, FOURTH))
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(panel.visits) == 4)


def test_words_that_nothing_matches_say_what_to_do(qtbot, panel):
    qtbot.keyClicks(panel.search, "nobody")
    qtbot.waitUntil(lambda: panel.visits == ())
    assert "nobody" in panel.said


def test_a_visit_is_opened_from_the_search_by_keyboard_alone(qtbot, panel):
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.opened) as opened:
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert opened.args == [ONE.id]


def test_arrows_go_from_the_last_visit_of_a_child_to_the_first_of_the_next(qtbot, panel):
    panel.list.setCurrentIndex(row_of(panel, TWO))
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert panel.list.currentIndex() == row_of(panel, OTHER)


def test_a_visit_is_opened_by_one_click(qtbot, panel):
    place = panel.list.visualRect(row_of(panel, TWO)).center()
    opened = []
    panel.opened.connect(opened.append)
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [TWO.id]


def test_space_ticks_and_the_button_compares(qtbot, panel):
    for visit in (ONE, TWO):
        panel.list.setCurrentIndex(row_of(panel, visit))
        qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert panel.ticked == (ONE.id, TWO.id)
    with qtbot.waitSignal(panel.compared) as compared:
        qtbot.mouseClick(panel.compare_button, Qt.MouseButton.LeftButton)
    assert compared.args == [(ONE.id, TWO.id)]


def test_a_click_on_the_box_ticks_and_opens_nothing(qtbot, panel):
    opened = []
    panel.opened.connect(opened.append)
    box = panel.list.visualRect(row_of(panel, ONE))
    place = QPoint(box.left() + 10, box.top() + 10)
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (panel.ticked, opened) == ((ONE.id,), [])


def test_visits_of_two_children_are_never_ticked_together(panel):
    panel.toggle_tick(ONE.id)
    panel.toggle_tick(OTHER.id)
    assert panel.ticked == (OTHER.id,)


def test_the_open_visit_is_marked(panel):
    panel.mark(TWO.id)
    assert panel.list.currentIndex() == row_of(panel, TWO)
    panel.mark(None)
    assert not panel.list.currentIndex().isValid()


def test_totals_come_when_a_visit_is_seen(qtbot, panel):
    model = panel.list.model()
    qtbot.waitUntil(lambda: model.totals(ONE) is not None)
    assert {total.points for total in model.totals(ONE).values()} == {17}
    assert "17 of 34" in model.data(row_of(panel, ONE), Qt.ItemDataRole.ToolTipRole)


def test_a_visit_says_how_far_its_review_is():
    assert title_words(ONE) == ("2026-05-04, Barefoot, Walker", "3/34")
    assert "✓" in title_words(TWO)[1]
    assert title_words(replace(ONE, scored=0, confirmed=0))[1] == "not scored"


def test_that_a_child_held_on_to_nothing_goes_without_saying():
    walked = replace(ONE.visit, conditions=Conditions("Barefoot", "None"))
    assert title_words(replace(ONE, visit=walked))[0] == "2026-05-04, Barefoot"


def test_the_menu_offers_what_can_be_done(panel):
    texts = [one.text() for one in panel.menu_for(ONE).actions() if one.isEnabled()]
    assert any("visit before" in text for text in texts)
    assert any("conditions" in text for text in texts)


def test_the_list_follows_the_review_and_escape_leaves_it(qtbot, visit_window):
    visit_window.resize(1000, 800)
    visit_window.search_visits()
    assert visit_window.browser.visits[0].confirmed == 0
    visit_window.work.form.accept_confident()
    qtbot.waitUntil(lambda: visit_window.browser.visits[0].confirmed > 20, timeout=120_000)
    qtbot.keyClick(visit_window.browser.search, Qt.Key.Key_Escape)
    assert not visit_window.browser.isVisible()
