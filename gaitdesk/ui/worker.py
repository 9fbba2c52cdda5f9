"""A long job in a thread of its own, with its progress and its end as signals."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from gaitdesk.domain.progress import Job

SHORTEST_PAUSE_S = 0.04
"""Progress is announced no oftener than this, or a quick job would keep the window busy."""


class JobWorker(QThread):
    """Runs one job; `requestInterruption()` cancels it at its next step.

    Exactly one of `succeeded`, `failed` and `cancelled` follows `start()`.

    Signals:
        progressed: A `Progress`; not every one of a job that reports very often, but every one
            with something found.
        succeeded: What the job returned.
        failed: The exception that ended it: a `GaitDeskError`, or a defect.
        cancelled: It was interrupted and has cleaned up.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, job: Job[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = job

    def run(self) -> None:
        last_s = 0.0
        try:
            try:
                while not self.isInterruptionRequested():
                    step = next(self._job)
                    is_due = time.monotonic() - last_s >= SHORTEST_PAUSE_S
                    if is_due or step.found is not None:
                        last_s = time.monotonic()
                        self.progressed.emit(step)
            finally:
                self._job.close()
        except StopIteration as end:
            self.succeeded.emit(end.value)
        except Exception as error:  # noqa: BLE001 - whoever started the job decides
            self.failed.emit(error)
        else:
            self.cancelled.emit()

    def stop(self) -> None:
        """Interrupt the job and wait until it has cleaned up."""
        self.requestInterruption()
        self.wait()
