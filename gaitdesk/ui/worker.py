"""A long job in a thread of its own, with its progress and its end as signals."""

from __future__ import annotations

import logging
import time
import traceback
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from gaitdesk.domain.progress import Job
from gaitdesk.ui.errors import details_of, is_mendable

SHORTEST_PAUSE_S = 0.04
"""Progress is announced no oftener than this, or a quick job would keep the window busy."""

_log = logging.getLogger(__name__)


class JobWorker(QThread):
    """Runs one job; `requestInterruption()` cancels it at its next step.

    Exactly one of `succeeded`, `failed` and `cancelled` follows `start()`, and then `ended`;
    after `leave()`, none of them. All of them are announced by the thread the worker was made in.

    Args:
        job: What it runs.
        parent: Whose job it is; the job is left when that goes.

    Signals:
        progressed: A `Progress`; not every one of a job that reports very often, but every one
            with something found.
        succeeded: What the job returned.
        failed: The exception that ended it: a `GaitDeskError`, or a defect.
        cancelled: It was interrupted and has cleaned up.
        ended: The thread is over, whatever became of the job.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()
    _happened = Signal(str, object)

    def __init__(self, job: Job[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = job
        self._is_left = False
        # By way of the worker itself: what was sent cannot be called back, but it can be dropped.
        self._happened.connect(self._on_happened)
        self.finished.connect(self._on_finished)
        if parent is not None:
            # Qt ends the program over a thread that is taken down while it runs.
            parent.destroyed.connect(self.leave)

    def run(self) -> None:
        last_s = 0.0
        try:
            try:
                while not self.isInterruptionRequested():
                    step = next(self._job)
                    is_due = time.monotonic() - last_s >= SHORTEST_PAUSE_S
                    if is_due or step.found is not None:
                        last_s = time.monotonic()
                        self._happened.emit("progressed", step)
            finally:
                self._job.close()
        except StopIteration as end:
            self._happened.emit("succeeded", end.value)
        except Exception as error:  # noqa: BLE001 - whoever started the job decides
            # What the job was working with is let go of here, and not where the error is shown.
            traceback.clear_frames(error.__traceback__)
            self._happened.emit("failed", error)
            if self._is_left and not is_mendable(error):
                _log.warning("a job that nobody waited for failed\n%s", details_of(error))
        else:
            self._happened.emit("cancelled", None)

    def stop(self) -> None:
        """Interrupt the job and wait until it has cleaned up."""
        self.requestInterruption()
        self.wait()

    def leave(self) -> None:
        """Interrupt the job, wait until it has cleaned up, and announce nothing any more."""
        self._is_left = True
        self.stop()

    def _on_happened(self, what: str, told: object) -> None:
        if self._is_left:
            return
        match what:
            case "progressed":
                self.progressed.emit(told)
            case "succeeded":
                self.succeeded.emit(told)
            case "failed":
                self.failed.emit(told)
            case _:
                self.cancelled.emit()

    def _on_finished(self) -> None:
        if not self._is_left:
            self.ended.emit()


def leave_jobs(above: QObject) -> None:
    """Leave every job of a window and of all that belongs to it."""
    for worker in above.findChildren(JobWorker):
        worker.leave()
