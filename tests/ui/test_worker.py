"""Jobs in a thread: their progress and their one end, and cleaning up when they are stopped."""

from __future__ import annotations

import threading

import pytest
import shiboken6
from PySide6.QtCore import QObject

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.progress import Progress
from gaitdesk.ui.worker import JobWorker, leave_jobs


def counting(steps):
    """A job that counts."""
    for step in range(steps):
        yield Progress(step, steps, f"step {step}")
    return steps


def endless(cleaned):
    """A job that ends when it is stopped, and notes that it has cleaned up."""
    try:
        while True:
            yield Progress(0, None, "")
    finally:
        cleaned.append(True)


def failing(error):
    """A job that fails after its first step."""
    yield Progress(0, 1, "")
    raise error


@pytest.fixture
def heard():
    """Connects to every end of a worker; lists what was heard."""

    def listen(worker):
        said = []
        worker.succeeded.connect(lambda value: said.append(("succeeded", value)))
        worker.failed.connect(lambda error: said.append(("failed", error)))
        worker.cancelled.connect(lambda: said.append(("cancelled", None)))
        return said

    return listen


def run(qtbot, worker):
    with qtbot.waitSignal(worker.finished):
        worker.start()
    worker.wait()


def test_a_job_that_ends_gives_its_result(qtbot, heard):
    worker = JobWorker(counting(5))
    said = heard(worker)
    run(qtbot, worker)
    qtbot.waitUntil(lambda: said == [("succeeded", 5)])


def test_progress_is_announced_but_not_in_a_flood(qtbot):
    worker = JobWorker(counting(20_000))
    seen = []
    worker.progressed.connect(seen.append)
    run(qtbot, worker)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0] == Progress(0, 20_000, "step 0")
    assert len(seen) < 2_000


@pytest.mark.parametrize("error", [GaitDeskError("mend it"), RuntimeError("out of memory")])
def test_a_job_that_fails_hands_its_error_on(qtbot, heard, error):
    worker = JobWorker(failing(error))
    said = heard(worker)
    run(qtbot, worker)
    qtbot.waitUntil(lambda: said == [("failed", error)])


def test_an_interrupted_job_cleans_up_in_its_own_thread(qtbot, heard):
    cleaned = []

    def endless():
        try:
            while True:
                yield Progress(0, None, "")
        finally:
            cleaned.append(threading.get_ident())

    worker = JobWorker(endless())
    said = heard(worker)
    with qtbot.waitSignal(worker.progressed):
        worker.start()
    worker.stop()
    assert worker.isFinished()
    qtbot.waitUntil(lambda: said == [("cancelled", None)])
    assert cleaned != [threading.get_ident()]


def test_a_job_that_fails_while_it_cleans_up_says_so(qtbot, heard):
    def unclean():
        try:
            while True:
                yield Progress(0, None, "")
        finally:
            raise OSError("no")

    worker = JobWorker(unclean())
    said = heard(worker)
    with qtbot.waitSignal(worker.progressed):
        worker.start()
    worker.stop()
    qtbot.waitUntil(lambda: len(said) == 1)
    assert said[0][0] == "failed"


def test_nothing_found_is_left_out_however_fast_the_job_is(qtbot):
    def finding():
        for step in range(50):
            yield Progress(step, 50, "", found=step if step % 10 == 0 else None)

    worker = JobWorker(finding())
    heard = []
    worker.progressed.connect(lambda step: heard.append(step.found))
    with qtbot.waitSignal(worker.succeeded):
        worker.start()
    worker.wait()
    assert [one for one in heard if one is not None] == [0, 10, 20, 30, 40]


def test_the_end_of_the_thread_is_announced_after_what_became_of_the_job(qtbot, heard):
    worker = JobWorker(counting(3))
    said = heard(worker)
    worker.ended.connect(lambda: said.append(("ended", None)))
    with qtbot.waitSignal(worker.ended):
        worker.start()
    assert said == [("succeeded", 3), ("ended", None)]


@pytest.mark.parametrize("job", [counting(1), failing(RuntimeError("out of memory"))])
def test_nothing_is_heard_of_a_job_that_was_left_although_it_had_ended(qtbot, heard, job):
    worker = JobWorker(job)
    said = heard(worker)
    worker.progressed.connect(lambda step: said.append(("progressed", step)))
    worker.ended.connect(lambda: said.append(("ended", None)))
    worker.start()
    # All it has to say is on its way by now, and has not arrived.
    worker.wait()
    worker.leave()
    over = JobWorker(counting(1))
    with qtbot.waitSignal(over.ended):
        over.start()
    over.wait()
    assert said == []


def test_a_window_leaves_every_job_of_what_belongs_to_it(qtbot, heard):
    window, cleaned = QObject(), []
    workers = [JobWorker(endless(cleaned), one) for one in (window, QObject(window))]
    said = [heard(worker) for worker in workers]
    with qtbot.waitSignals([worker.progressed for worker in workers]):
        for worker in workers:
            worker.start()
    leave_jobs(window)
    assert all(worker.isFinished() for worker in workers)
    assert cleaned == [True, True]
    over = JobWorker(counting(1))
    with qtbot.waitSignal(over.ended):
        over.start()
    over.wait()
    assert said == [[], []]


@pytest.mark.parametrize("is_below", [False, True], ids=["its own", "of a part of it"])
def test_a_job_is_left_when_what_it_belongs_to_is_taken_down(qtbot, is_below):
    window, cleaned = QObject(), []
    worker = JobWorker(endless(cleaned), QObject(window) if is_below else window)
    with qtbot.waitSignal(worker.progressed):
        worker.start()
    shiboken6.delete(window)
    assert cleaned == [True]
    assert not shiboken6.isValid(worker)
