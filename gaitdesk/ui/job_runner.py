"""Long work of the window, one job at a time, with its progress on a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.turns import Turns
from gaitdesk.ui.worker import JobWorker


class JobPage(Protocol):
    """A page that shows how far a job is, and what went wrong.

    Attributes:
        message: Where an error is said.
        progress: Where progress is shown.
    """

    message: Message
    progress: ProgressPanel

    def show_busy(self, is_busy: bool) -> None:
        """Show that a job is running, or is not any more."""


class JobRunner(QObject):
    """Runs one job at a time in a `JobWorker`.

    Attributes:
        title: What the job that runs, or ran last, is called.
        then: What its result entails, piece by piece; the job is over when all is done.

    Signals:
        begun: A job is about to run.
        ended: It is over, and the page has been told.
    """

    begun = Signal()
    ended = Signal()

    def __init__(self, last_resort: LastResort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last_resort = last_resort
        self._worker: JobWorker | None = None
        self.title = ""
        self.then = Turns(self)

    @property
    def is_busy(self) -> bool:
        """Whether a job is running."""
        return self._worker is not None

    def run(
        self,
        job: Job[Any],
        title: str,
        page: JobPage,
        succeeded: Callable[[Any], None],
        *,
        progressed: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> None:
        """Run a job.

        Args:
            job: What is to be done.
            title: What it is called, above its progress.
            page: Shows how far it is.
            succeeded: Is given its result.
            progressed: Hears of every step, besides the page.
            cancelled: Hears that it was stopped.
        """
        self.title = title
        page.progress.begin(title)
        page.show_busy(True)
        worker = JobWorker(job, self)
        worker.progressed.connect(page.progress.show_progress)
        if progressed is not None:
            worker.progressed.connect(progressed)
        worker.succeeded.connect(succeeded)
        if cancelled is not None:
            worker.cancelled.connect(cancelled)
        worker.failed.connect(lambda error: self._on_failed(page, error))
        worker.ended.connect(lambda: self._on_ended(page))
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        self.begun.emit()
        worker.start()

    def cancel(self) -> None:
        """Stop the job that is running at its next step."""
        if self._worker is not None:
            self._worker.requestInterruption()

    def stop(self) -> None:
        """Stop the job that is running, and wait for it; for the end of the window."""
        self.then.forget()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()

    def _on_failed(self, page: JobPage, error: Exception) -> None:
        if is_mendable(error):
            page.message.say(str(error), "error")
        else:
            page.message.say(
                tr("The work stopped because of a defect in GaitDesk; nothing was changed."),
                "error",
            )
            self._last_resort.show_error(error)

    def _on_ended(self, page: JobPage) -> None:
        if self.then.is_done:
            self._finish(page)
        else:
            self.then.add(lambda: self._finish(page))

    def _finish(self, page: JobPage) -> None:
        self._worker = None
        page.show_busy(False)
        self.ended.emit()
