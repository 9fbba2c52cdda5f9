"""A window that is closed from outside keeps what is being written, or stays."""

from __future__ import annotations

import signal
from unittest import mock

import pytest
from PySide6.QtGui import QSessionManager

from gaitdesk.ui.ending import SIGNALS, Ending
from tests.ui.test_leaving import WORDS, full, kept_comment, write

__all__ = ["full"]


@pytest.fixture
def ending(qapp, visit_window):
    before = [signal.getsignal(one) for one in SIGNALS]
    made = Ending(qapp, lambda: visit_window)
    yield made
    made.stop()
    made.deleteLater()
    assert [signal.getsignal(one) for one in SIGNALS] == before


@pytest.fixture
def session():
    """A session that ends, as the system tells of it."""
    made = mock.Mock(spec=QSessionManager)
    made.allowsInteraction.return_value = True
    return made


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_closes_the_window_and_keeps_what_is_being_written(
    qtbot, visit_window, kept, ending, number
):
    write(qtbot, visit_window)
    signal.raise_signal(number)
    qtbot.waitUntil(lambda: not visit_window.isVisible())
    assert kept_comment(kept) == WORDS


def test_a_signal_does_not_close_the_window_over_words_that_cannot_be_kept(
    qtbot, visit_window, kept, ending, full
):
    write(qtbot, visit_window)
    signal.raise_signal(signal.SIGTERM)
    qtbot.waitUntil(lambda: visit_window.leaving.dialog is not None)
    assert visit_window.isVisible()
    signal.raise_signal(signal.SIGTERM)
    full.clear()
    visit_window.leaving.dialog.again_button.click()
    qtbot.waitUntil(lambda: not visit_window.isVisible())
    assert kept_comment(kept) == WORDS


def test_a_session_that_ends_finds_everything_kept(qtbot, visit_window, kept, ending, session):
    write(qtbot, visit_window)
    ending.keep_for(session)
    assert kept_comment(kept) == WORDS
    session.cancel.assert_not_called()
    assert visit_window.isVisible()


def test_a_session_waits_for_words_that_cannot_be_kept(qtbot, visit_window, ending, full, session):
    write(qtbot, visit_window)
    ending.keep_for(session)
    session.cancel.assert_called_once_with()
    assert WORDS in visit_window.leaving.dialog.words.toPlainText()
    visit_window.leaving.dialog.leave_button.click()
    assert not visit_window.isVisible()
