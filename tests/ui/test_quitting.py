"""Before the window closes over what would have to begin anew, it asks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.progress import Progress


@pytest.fixture
def working(qtbot, window):
    """A window in which something is being worked out until it is stopped."""

    def job():
        for step in range(10**9):
            yield Progress(step % 100, 100, "looking")

    window.jobs.run(job(), "Analysing the films", window.start, lambda _: None)
    qtbot.waitUntil(lambda: window.is_busy)
    return window


def test_an_idle_window_closes_at_once(window):
    window.quitting.go()
    assert not window.isVisible()


def test_work_that_is_running_is_named_and_goes_on(qtbot, working):
    working.quitting.go()
    question = working.quitting.question
    assert "“Analysing the films” is not finished" in question.text()
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert working.quitting.question is None
    assert working.isVisible()
    assert working.is_busy


def test_going_back_is_what_enter_does(qtbot, working):
    working.quitting.go()
    assert working.quitting.question.defaultButton() is working.quitting.stay_button
    qtbot.keyClick(working.quitting.stay_button, Qt.Key.Key_Return)
    assert working.isVisible()


def test_closed_all_the_same_the_work_stops(qtbot, working):
    working.quitting.go()
    working.quitting.close_button.click()
    assert not working.isVisible()
    assert not working.is_busy


def test_asked_again_there_is_still_one_question(working):
    working.quitting.go()
    first = working.quitting.question
    working.quitting.go()
    assert working.quitting.question is first


def test_the_end_of_the_session_is_not_held_up(working):
    working.close()
    assert not working.isVisible()


def test_the_menu_asks(window, working):
    action = next(one for one in window.actions() if one.shortcut().toString() == "Ctrl+Q")
    action.trigger()
    assert working.quitting.question is not None
