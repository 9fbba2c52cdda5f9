"""One training at a time in a process of its own, as the window sees it."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject, Signal

from gaitdesk.domain.progress import Progress
from gaitdesk.i18n import tr
from gaitdesk.jobs.teaching import Reins, teach
from gaitdesk.jobs.training_folders import note_epoch, settle
from gaitdesk.jobs.training_news import Ended, EpochEnded
from gaitdesk.jobs.training_order import TrainingOrder
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.worker import JobWorker


class TrainingRun(QObject):
    """Starts a training, hands its news on, and holds its reins.

    Signals:
        told: News of it.
        ended: It is over and has brought an `Ended`, which may say that it was cancelled.
        failed: It could not go on; the sentence says what to do.
        stopped: No training runs any more, whatever became of it.
    """

    told = Signal(object)
    ended = Signal(object)
    failed = Signal(str)
    stopped = Signal()

    def __init__(self, last_resort: LastResort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last_resort = last_resort
        self._worker: JobWorker | None = None
        self._order: TrainingOrder | None = None
        self.reins = Reins()

    @property
    def is_running(self) -> bool:
        """Whether a training is under way."""
        return self._worker is not None

    @property
    def order(self) -> TrainingOrder | None:
        """What was asked of it last."""
        return self._order

    def begin(self, order: TrainingOrder) -> None:
        """Start a training, or let one go on from its folder."""
        self._order, self.reins = order, Reins()
        worker = JobWorker(teach(order, self.reins), self)
        worker.progressed.connect(self._on_progress)
        worker.succeeded.connect(self._on_ended)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_finished)
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        worker.start()

    def stop(self) -> None:
        """Stop it and wait until its state is kept; for the end of the window."""
        if self._worker is not None:
            # One that waits would not hear that it is interrupted.
            self.reins.cancel()
            self._worker.leave()
            self._worker = None

    def _on_progress(self, step: Progress) -> None:
        if step.found is None:
            return
        if isinstance(step.found, EpochEnded) and self._order is not None:
            # The curves of another day are worth less than a training that goes on.
            with contextlib.suppress(OSError):
                note_epoch(self._order.out, step.found)
        self.told.emit(step.found)

    def _on_ended(self, ended: Ended) -> None:
        if ended.model and self._order is not None:
            settle(self._order.out)
        self.ended.emit(ended)

    def _on_failed(self, error: Exception) -> None:
        if is_mendable(error):
            self.failed.emit(str(error))
        else:
            self.failed.emit(
                tr(
                    "The training stopped because of a defect in GaitDesk; what it had reached is"
                    " kept, and it can go on."
                )
            )
            self._last_resort.show_error(error)

    def _on_finished(self) -> None:
        self._worker = None
        self.stopped.emit()
