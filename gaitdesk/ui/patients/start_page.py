"""What the window shows before a visit is open: what to do, and that films may be dropped."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import BreakingRow
from gaitdesk.ui.parts.left_off import LeftOffList
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.theme import current, em


class StartPage(QWidget):
    """Says what to do first, in the order in which it is done.

    Attributes:
        left_off: New visits that were begun and not analysed.

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
        self.left_off = LeftOffList()
        self.progress = ProgressPanel()
        self.progress.setMaximumWidth(em(self, 44))
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
        self._open = QPushButton(tr("Open films …"))
        self._open.setProperty("primary", True)
        self._open.clicked.connect(self.open_asked)
        self._demo = QPushButton(tr("Try it on a made-up child"))
        self._demo.clicked.connect(self.demo_asked)
        self._zone = _DropZone()
        inside = QVBoxLayout(self._zone)
        inside.setSpacing(em(self, 0.9))
        inside.setContentsMargins(*[em(self, 1.6)] * 4)
        self._buttons = QWidget()
        row = BreakingRow(self._buttons, em(self, 0.5), is_centred=True)
        row.addWidget(self._open)
        row.addWidget(self._demo)
        drop = QLabel(tr("or drop the films anywhere on this window"))
        drop.setProperty("role", "soft")
        drop.setWordWrap(True)
        drop.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (title, said, self._buttons, drop):
            inside.addWidget(widget)
        steps = QLabel(
            tr(
                "Best: 60 frames a second, camera at hip height and square to the walk, barefoot,"
                " the whole child in the picture, at least two strides."
            )
        )
        steps.setProperty("role", "small")
        steps.setWordWrap(True)
        steps.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        gap = em(self, 1.6)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.message)
        layout.addWidget(self.left_off)
        layout.addStretch(2)
        column = QWidget()
        column.setMaximumWidth(em(self, 46))
        middle = QVBoxLayout(column)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(em(self, 1.2))
        for part in (self._zone, steps, self.progress):
            middle.addWidget(part)
        beside = QHBoxLayout()
        beside.addStretch(1)
        beside.addWidget(column, 100)
        beside.addStretch(1)
        layout.addLayout(beside)
        layout.addStretch(3)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(whole))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 24), em(self, 16))

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
        self.left_off.setEnabled(not is_busy)
        if is_busy:
            self.message.hide()


class _DropZone(QWidget):
    """A dashed frame: things may be dropped here."""

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, unit = current(), float(em(self))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.outline), 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), unit, unit)
