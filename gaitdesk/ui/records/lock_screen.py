"""What lies over a locked window: nothing of a patient, and a field for the passphrase."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.records.passphrase_fields import PassphraseEdit
from gaitdesk.ui.theme import current, em


class Cover(QWidget):
    """Lies over the whole of one window, whatever its size; it lets no click through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        window.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() in (
            QEvent.Type.Resize,
            QEvent.Type.ChildAdded,
            QEvent.Type.LayoutRequest,
        ):
            self._fit()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().window)

    def _fit(self) -> None:
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())
            self.raise_()


class LockScreen(Cover):
    """Asks for the passphrase of who is at the desk, or of somebody else who has one.

    Args:
        window: What it lies over.
        holders: Everybody who has a passphrase, who is at the desk first.
        can_skip: Whether it may be left without a passphrase, with names still locked.
        working: What goes on meanwhile, or empty.

    Signals:
        tried: The name and the passphrase that was typed.
        skipped: Somebody goes on without names.
    """

    tried = Signal(str, str)
    skipped = Signal()

    def __init__(
        self,
        window: QWidget,
        holders: Sequence[str],
        *,
        can_skip: bool = False,
        working: str = "",
    ) -> None:
        super().__init__(window)
        card = QFrame()
        card.setProperty("card", True)
        title = QLabel(tr("GaitDesk is locked") if not can_skip else tr("Names are locked"))
        title.setProperty("role", "title")
        said = QLabel(
            tr("Nothing was closed; everything is where it was.")
            if not can_skip
            else tr("Patients' names open with your passphrase; all else is shown without it.")
        )
        said.setProperty("role", "soft")
        said.setWordWrap(True)
        self._working = QLabel(working)
        self._working.setWordWrap(True)
        self.who = QComboBox()
        self.who.setAccessibleName(tr("Who unlocks"))
        self.who.addItems(list(holders))
        self.who.setEnabled(len(holders) > 1)
        self.who.currentIndexChanged.connect(self._on_who)
        self.passphrase = PassphraseEdit(tr("Passphrase"))
        self.passphrase.setPlaceholderText(tr("Passphrase"))
        self.passphrase.returnPressed.connect(self._on_tried)
        self.unlock_button = QPushButton(tr("Unlock"))
        self.unlock_button.setProperty("primary", True)
        self.unlock_button.clicked.connect(self._on_tried)
        self.skip_button = QPushButton(tr("Go on without names"))
        self.skip_button.clicked.connect(self.skipped)
        self.message = Message()
        row = QHBoxLayout()
        row.addWidget(self.passphrase, 1)
        row.addWidget(self.unlock_button)
        column = QVBoxLayout(card)
        gap = em(self, 1.4)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(em(self, 0.8))
        for widget in (title, said, self._working, self.who):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.message)
        column.addWidget(self.skip_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.setMaximumWidth(em(self, 30))
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(card, 3)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(line)
        layout.addStretch(3)
        # Not before they have a parent: they would be windows for a moment.
        self._working.setVisible(bool(working))
        self.skip_button.setVisible(can_skip)
        self.setFocusProxy(self.passphrase)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        stops = [
            one
            for one in (self.who, self.passphrase, self.unlock_button, self.skip_button)
            if one.isEnabled() and one.isVisibleTo(self)
        ]
        here = next((place for place, one in enumerate(stops) if one.hasFocus()), -1)
        stops[(here + (1 if is_next else -1)) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def show_working(self, words: str) -> None:
        """Say what goes on behind it."""
        self._working.setText(words)
        self._working.setVisible(bool(words))

    def show_trying(self, is_trying: bool) -> None:
        """Show that the passphrase is being tried."""
        for widget in (self.passphrase, self.unlock_button):
            widget.setEnabled(not is_trying)
        self.unlock_button.setText(tr("Trying …") if is_trying else tr("Unlock"))

    def refuse(self, words: str) -> None:
        """Say why it stays locked, and let the passphrase be typed again."""
        self.message.say(words, "error", can_close=False)
        self.passphrase.clear()
        self.passphrase.setFocus()

    def _on_who(self) -> None:
        self.passphrase.clear()
        self.passphrase.setFocus()

    def _on_tried(self) -> None:
        self.tried.emit(self.who.currentText(), self.passphrase.text())
