"""What the window shows before a visit is open: what to do, and that films may be dropped."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.theme import current, em


class StartPage(QWidget):
    """Says what to do first, in the order in which it is done.

    Signals:
        open_asked: Somebody wants to choose films.
        demo_asked: Somebody wants to see GaitDesk at work on a made-up child.
        cancel_asked: The demonstration that is being made is not wanted any more.
    """

    open_asked = Signal()
    demo_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.setFixedWidth(em(self, 44))
        self.progress.cancel_asked.connect(self.cancel_asked)
        self.progress.hide()
        title = QLabel(tr("Score a walk"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said = QLabel(
            tr(
                "Two films of a walking child, one from the side and one from the front or back,"
                " become a filled Edinburgh Visual Gait Score that you check, correct and print."
            )
        )
        said.setWordWrap(True)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said.setFixedWidth(em(self, 40))
        said.setMinimumHeight(em(self, 3))
        self._open = QPushButton(tr("Open films …"))
        self._open.setProperty("primary", True)
        self._open.clicked.connect(self.open_asked)
        self._demo = QPushButton(tr("Try it on a made-up child"))
        self._demo.clicked.connect(self.demo_asked)
        self._zone = _DropZone()
        inside = QVBoxLayout(self._zone)
        inside.setSpacing(em(self, 0.9))
        inside.setContentsMargins(*[em(self, 2)] * 4)
        for widget in (title, said):
            inside.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        self._buttons.setMinimumHeight(em(self, 2.6))
        row.addWidget(self._open)
        row.addWidget(self._demo)
        inside.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignHCenter)
        drop = QLabel(tr("or drop the films anywhere on this window"))
        drop.setProperty("role", "soft")
        inside.addWidget(drop, 0, Qt.AlignmentFlag.AlignHCenter)
        steps = QLabel(
            tr(
                "Best: 60 frames a second, camera at hip height and square to the walk, barefoot,"
                " the whole child in the picture, at least two strides."
            )
        )
        steps.setProperty("role", "small")
        steps.setWordWrap(True)
        steps.setAlignment(Qt.AlignmentFlag.AlignCenter)
        steps.setFixedWidth(em(self, 44))
        steps.setMinimumHeight(em(self, 3))
        layout = QVBoxLayout(self)
        gap = em(self, 1.6)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.message)
        layout.addStretch(2)
        layout.addWidget(self._zone, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(em(self, 0.8))
        layout.addWidget(steps, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(em(self, 0.8))
        layout.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def focus_first(self) -> None:
        """Give the keyboard to what is done first."""
        self._open.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def demo_button(self) -> QPushButton:
        """The button that starts the demonstration."""
        return self._demo

    def show_busy(self, is_busy: bool) -> None:
        """Show that the demonstration is being made, or is not any more."""
        self.progress.setVisible(is_busy)
        self._buttons.setEnabled(not is_busy)
        if is_busy:
            self.message.hide()


class _DropZone(QWidget):
    """A dashed frame: things may be dropped here."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(hint.width(), em(self, 46)), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, unit = current(), float(em(self))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.outline), 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), unit, unit)
