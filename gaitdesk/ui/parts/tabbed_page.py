"""A page of tabs, with a title above them and what the jobs begun on it say."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.theme import em


class TabbedPage(QWidget):
    """Holds tabs; Escape goes back to where one was.

    Args:
        title: What the page is about.

    Attributes:
        beside: A few words beside the title.
        back: Goes back.
        message, progress: What the jobs of this page say.
        tabs: The tabs.

    Signals:
        left: Somebody is done here.
        tab_chosen: Another tab is in front.
        cancel_asked: The job whose progress is shown is not wanted any more.
    """

    left = Signal()
    tab_chosen = Signal()
    cancel_asked = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        self.beside = QLabel()
        self.beside.setProperty("role", "soft")
        self.back = QPushButton(tr("Back  (Esc)"))
        self.back.clicked.connect(self.left)
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.hide()
        self.progress.cancel_asked.connect(self.cancel_asked)
        self.tabs = QTabWidget()
        self.tabs.currentChanged.connect(lambda _: self.tab_chosen.emit())
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addWidget(self.beside, 1, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.back)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addLayout(head)
        layout.addWidget(self.message)
        layout.addWidget(self.progress)
        layout.addWidget(self.tabs, 1)

    def add_tabs(self, *tabs: tuple[QWidget, str]) -> None:
        """Add tabs with what stands on them; the first one is in front, and nobody chose it."""
        self.tabs.blockSignals(True)
        for tab, words in tabs:
            self.tabs.addTab(tab, words)
        self.tabs.blockSignals(False)

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
