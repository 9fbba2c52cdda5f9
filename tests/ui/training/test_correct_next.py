"""The list of what to correct next holds the desk's own visits, and opens them."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt

from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.store.store import Store


def _list(qtbot, window):
    window.teaching.show()
    page = window.teaching.page
    page.show_tab(page.next)
    qtbot.waitUntil(lambda: not window.teaching.is_working, timeout=150_000)
    return page.next


def test_a_visit_without_consent_to_training_is_not_listed(qtbot, open_window, kept):
    folder, _ = kept
    tab = _list(qtbot, open_window(folder))
    assert tab.cases == ()
    assert "No visit waits" in tab.empty.text()


def test_enter_opens_the_visit_that_is_listed(qtbot, open_window, kept):
    folder, session = kept
    with Store.open(folder) as store:
        given = Consent(True, date(2026, 1, 5), Giver.PARENT)
        store.consents.record(store.visit(session).patient, Purpose.TRAINING, given)
    window = open_window(folder)
    tab = _list(qtbot, window)
    assert [one.case for one in tab.cases] == [session]
    assert window.focusWidget() is not None
    qtbot.keyClick(tab.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.visit == session and not window.is_busy, timeout=150_000)
    assert window.pages.currentWidget() is window.work
