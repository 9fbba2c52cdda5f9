"""A page of tabs says what its jobs say, and Escape goes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gaitdesk.ui.parts.tabbed_page import TabbedPage


@pytest.fixture
def page(qtbot):
    made = TabbedPage("Records")
    qtbot.addWidget(made)
    made.chosen = []
    made.tab_chosen.connect(lambda: made.chosen.append(made.tabs.currentIndex()))
    made.add_tabs((QLabel("one"), "First"), (QLabel("two"), "Second"))
    made.show()
    return made


def test_the_first_tab_is_in_front_and_a_choice_is_announced_once(page):
    assert page.chosen == []
    assert page.tabs.currentWidget().text() == "one"
    page.tabs.setCurrentIndex(1)
    assert page.chosen == [1]


def test_escape_and_the_button_go_back(qtbot, page):
    with qtbot.waitSignal(page.left):
        QTest.keyClick(page, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.left):
        page.back.click()


def test_a_job_that_begins_takes_the_last_message_away(page):
    page.message.say("It failed.", "error")
    page.show_busy(True)
    assert page.progress.isVisible()
    assert not page.message.isVisible()
    page.show_busy(False)
    assert not page.progress.isVisible()
