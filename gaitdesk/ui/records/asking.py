"""A dialog that asks for a few things and does something with them in a job of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.progress import Job
from gaitdesk.i18n import tr
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.theme import em
from gaitdesk.ui.worker import JobWorker


class AskingDialog(QDialog):
    """Asks, works, and closes when the work is done; what went wrong is said in place.

    A passphrase takes a good half second to be looked at, so that it cannot be guessed fast;
    the window answers meanwhile.

    Attributes:
        message: What went wrong.
        form: Holds the fields.
        accept_button, cancel_button: At its foot.
    """

    def __init__(
        self, title: str, accept: str, last_resort: LastResort, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._last_resort = last_resort
        self._worker: JobWorker | None = None
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        self.message = Message()
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setHorizontalSpacing(em(self, 1))
        self.form.setVerticalSpacing(em(self, 0.6))
        self._working = QProgressBar()
        self._working.setRange(0, 0)
        self._working.setTextVisible(False)
        self._working.setAccessibleName(tr("Working"))
        self._working.hide()
        buttons = QDialogButtonBox()
        self.accept_button = QPushButton(accept)
        self.accept_button.setProperty("primary", True)
        self.accept_button.clicked.connect(self.begin)
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        buttons.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(heading)
        layout.addWidget(self.message)
        layout.addLayout(self.form)
        layout.addWidget(self._working)
        # Height to spare goes here, and not around the heading.
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.setMinimumWidth(em(self, 34))
        # Only a button that has its dialog can answer Enter there.
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.accept_button.setDefault(True)

    def explain(self, words: str) -> QLabel:
        """Add a paragraph below what is there already."""
        label = QLabel(words)
        label.setWordWrap(True)
        self.form.addRow(label)
        return label

    @property
    def is_working(self) -> bool:
        """Whether its job is running."""
        return self._worker is not None

    def begin(self) -> None:
        """Do what was asked for; a dialog that asks says how."""
        raise NotImplementedError

    def work(self, job: Job[Any], succeeded: Callable[[Any], None]) -> None:
        """Run a job; the dialog closes when it succeeds, and stays when it fails."""
        if self._worker is not None:
            return
        self.message.hide()
        worker = JobWorker(job, self)
        worker.succeeded.connect(lambda result: self._on_succeeded(succeeded, result))
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_finished)
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        self._show_working()
        worker.start()

    def done(self, result: int) -> None:
        if self._worker is not None:
            # What it does is short and whole; it is not left half done.
            self._worker.wait()
        super().done(result)

    def _show_working(self) -> None:
        is_working = self.is_working
        self._working.setVisible(is_working)
        self.accept_button.setEnabled(not is_working)

    def _on_succeeded(self, succeeded: Callable[[Any], None], result: object) -> None:
        self.accept()
        succeeded(result)

    def _on_failed(self, error: Exception) -> None:
        if is_mendable(error):
            self.message.say(str(error), "error", can_close=False)
        else:
            self.message.say(tr("This could not be done because of a defect in GaitDesk."), "error")
            self._last_resort.show_error(error)
        self.adjustSize()
        self.on_failed()

    def on_failed(self) -> None:
        """Let the person at the desk try again; fields that are typed anew are emptied."""

    def _on_finished(self) -> None:
        self._worker = None
        self._show_working()
