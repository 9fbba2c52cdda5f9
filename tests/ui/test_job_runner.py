"""One job at a time; it is over once what its result entails is done."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from gaitdesk.domain.progress import Progress
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel

PATIENCE_MS = 120_000


class Page(QWidget):
    """Notes whether a job is running."""

    def __init__(self):
        super().__init__()
        self.message, self.progress = Message(self), ProgressPanel()
        self.progress.setParent(self)
        self.is_busy = False

    def show_busy(self, is_busy):
        self.is_busy = is_busy


def counting():
    yield Progress(0, 1, "")
    return 34


@pytest.fixture
def page(qtbot, appearance):
    page = Page()
    qtbot.addWidget(page)
    return page


def test_a_job_is_over_when_all_is_done_that_follows_from_it(qtbot, page):
    jobs, done = JobRunner(LastResort(), page), []

    def succeeded(found):
        jobs.then.add(lambda: done.append((found, jobs.is_busy)), lambda: done.append(page.is_busy))

    with qtbot.waitSignal(jobs.ended, timeout=PATIENCE_MS):
        jobs.run(counting(), "Counting", page, succeeded)
    assert done == [(34, True), True]
    assert not jobs.is_busy
    assert not page.is_busy


def test_what_follows_is_not_done_once_the_window_closes(qtbot, page):
    jobs, done = JobRunner(LastResort(), page), []

    def succeeded(found):
        jobs.then.add(lambda: done.append(found))
        jobs.stop()

    jobs.run(counting(), "Counting", page, succeeded)
    qtbot.waitUntil(lambda: not jobs.is_busy, timeout=PATIENCE_MS)
    assert jobs.then.is_done
    assert done == []
