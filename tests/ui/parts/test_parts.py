"""Small pieces: the time a job still takes, certainty in steps, a message in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gaitdesk.domain.progress import Progress
from gaitdesk.ui.parts.marks import certainty_steps
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel, TimeLeft, seconds_words


def test_time_left_follows_a_steady_job():
    left = TimeLeft()
    said = [left.after(share / 100, 10.0 + share) for share in range(0, 60)]
    assert said[1] is None
    assert said[50] == pytest.approx(50.0)


def test_time_left_follows_a_job_that_slows_down():
    left = TimeLeft()
    for second in range(10):
        left.after(0.05 * second, float(second))
    slow = [left.after(0.5 + 0.005 * second, 10.0 + second) for second in range(30)]
    assert slow[-1] == pytest.approx((1 - 0.645) / 0.005, rel=0.1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (4.0, "a few seconds left"),
        (33.0, "about 30 s left"),
        (100.0, "about 2 min left"),
        (400.0, "about 7 min left"),
    ],
)
def test_durations_are_said_as_one_says_them(seconds, words):
    assert seconds_words(seconds) == words


def test_stopping_is_said_at_once_and_asked_once(qtbot, appearance):
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    panel.begin("Analysing")
    panel.show_progress(Progress(1, 10, "reading"))
    assert panel.text == "reading"
    with qtbot.waitSignal(panel.cancel_asked):
        panel.findChild(QPushButton).click()
    panel.show_progress(Progress(2, 10, "still reading"))
    assert panel.text == "Stopping …"
    assert not panel.findChild(QPushButton).isEnabled()


@pytest.mark.parametrize(
    ("certainty", "steps"), [(0.0, 1), (0.49, 1), (0.5, 2), (0.8, 4), (0.9, 5), (1.0, 5)]
)
def test_certainty_in_steps(certainty, steps):
    assert certainty_steps(certainty) == steps


def test_a_message_says_what_can_be_done(qtbot, appearance):
    message = Message()
    qtbot.addWidget(message)
    assert message.isHidden()
    message.say("The films are gone.", "warning", "Look for them")
    assert not message.isHidden()
    button = next(one for one in message.findChildren(QPushButton) if one.text() == "Look for them")
    with qtbot.waitSignal(message.answered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
