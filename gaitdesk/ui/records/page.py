"""The page of the records: readings, agreement, training, and the check of the journal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.records.agreement_tab import AgreementTab
from gaitdesk.ui.records.check_tab import CheckTab
from gaitdesk.ui.records.readings_tab import ReadingsTab
from gaitdesk.ui.records.training_tab import TrainingTab
from gaitdesk.ui.theme import em


class RecordsPage(QWidget):
    """Holds what concerns many visits at once; Escape goes back to where one was.

    Attributes:
        message, progress: What the jobs of this page say.

    Signals:
        left: Somebody is done here.
        tab_chosen: Another tab is in front.
        cancel_asked: The job whose progress is shown is not wanted any more.
    """

    left = Signal()
    tab_chosen = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(tr("Records"))
        title.setProperty("role", "title")
        self._who = QLabel()
        self._who.setProperty("role", "soft")
        self.back = QPushButton(tr("Back  (Esc)"))
        self.back.clicked.connect(self.left)
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.hide()
        self.progress.cancel_asked.connect(self.cancel_asked)
        self.tabs = QTabWidget()
        self.readings = ReadingsTab()
        self.agreement = AgreementTab()
        self.training = TrainingTab()
        self.check = CheckTab()
        for tab, words in (
            (self.readings, tr("Readings")),
            (self.agreement, tr("Agreement")),
            (self.training, tr("Training set")),
            (self.check, tr("Check the records")),
        ):
            self.tabs.addTab(tab, words)
        self.tabs.currentChanged.connect(lambda _: self.tab_chosen.emit())
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self._who, 1, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.back)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addLayout(head)
        layout.addWidget(self.message)
        layout.addWidget(self.progress)
        layout.addWidget(self.tabs, 1)

    def show_who(self, rater: str) -> None:
        """Say who is at the desk."""
        self._who.setText(tr("at the desk: {rater}").format(rater=rater))

    def show_busy(self, is_busy: bool) -> None:
        """Show that a job of this page is running, or is not any more."""
        self.progress.setVisible(is_busy)
        if is_busy:
            self.message.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
