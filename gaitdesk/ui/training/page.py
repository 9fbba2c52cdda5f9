"""The page on which a network is taught: data, training, result, and what to correct next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.data_tab import DataTab
from gaitdesk.ui.training.next_tab import NextTab
from gaitdesk.ui.training.result_tab import ResultTab
from gaitdesk.ui.training.training_tab import TrainingTab


class TrainingPage(QWidget):
    """Holds the steps of teaching; Escape goes back to where one was, and a training goes on.

    Attributes:
        message, progress: What the jobs of this page say.

    Signals:
        left: Somebody is done here.
        tab_chosen: Another step is in front.
        cancel_asked: The job whose progress is shown is not wanted any more.
    """

    left = Signal()
    tab_chosen = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(tr("Train the network"))
        title.setProperty("role", "title")
        self._state = QLabel()
        self._state.setProperty("role", "soft")
        self.back = QPushButton(tr("Back  (Esc)"))
        self.back.clicked.connect(self.left)
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.hide()
        self.progress.cancel_asked.connect(self.cancel_asked)
        self.tabs = QTabWidget()
        self.data, self.training = DataTab(), TrainingTab()
        self.result, self.next = ResultTab(), NextTab()
        for tab, words in (
            (self.data, tr("1  Data")),
            (self.training, tr("2  Training")),
            (self.result, tr("3  Result")),
            (self.next, tr("Correct next")),
        ):
            self.tabs.addTab(tab, words)
        self.tabs.currentChanged.connect(lambda _: self.tab_chosen.emit())
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self._state, 1, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.back)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addLayout(head)
        layout.addWidget(self.message)
        layout.addWidget(self.progress)
        layout.addWidget(self.tabs, 1)

    def show_tab(self, tab: QWidget) -> None:
        """Put a step in front, with the keyboard in it."""
        self.tabs.setCurrentWidget(tab)
        self.focus_first()

    def focus_first(self) -> None:
        """Put the keyboard where work goes on."""
        front = self.tabs.currentWidget()
        wanted: tuple[QWidget, ...] = ()
        if front is self.data:
            wanted = (self.data.next_button, self.data.look_button)
        elif front is self.training:
            wanted = self.training.first_places
        elif front is self.result:
            wanted = (self.result.list,)
        elif front is self.next:
            wanted = (self.next.table, self.next.again_button)
        can = [one for one in wanted if one.isVisibleTo(self) and one.isEnabled()]
        (can[0] if can else self.tabs.tabBar()).setFocus()

    def show_busy(self, is_busy: bool) -> None:
        """Show that a job of this page is running, or is not any more."""
        self.progress.setVisible(is_busy)
        if is_busy:
            self.message.hide()

    def show_blocked(self, is_blocked: bool) -> None:
        """Let nothing else be begun, or let it."""
        for tab in (self.data, self.training, self.result, self.next):
            tab.show_busy(is_blocked)

    def show_state(self, is_training: bool) -> None:
        """Say whether a training is under way."""
        self._state.setText(tr("a training is under way") if is_training else "")

    def paint(self) -> None:
        """Draw the curves anew in the colours of the theme."""
        self.training.run.paint()
        self.result.paint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
