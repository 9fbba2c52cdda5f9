"""Why a network that is not known to be as good shall be put into use all the same."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.theme import em, on_screen


class ReasonDialog(QDialog):
    """Says what speaks against a network, and takes a typed reason.

    Signals:
        given: The reason.
    """

    given = Signal(str)

    def __init__(self, against: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Put into use all the same?"))
        self.message = Message()
        self.message.say(against, "warning", can_close=False)
        label = QLabel(tr("&Reason"))
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName(tr("Reason"))
        label.setBuddy(self.reason)
        about = QLabel(tr("It is kept with your name and the time, beside what speaks against it."))
        about.setProperty("role", "soft")
        about.setWordWrap(True)
        self.use_button = QPushButton(tr("Put into use"))
        self.use_button.setEnabled(False)
        self.use_button.setAutoDefault(False)
        self.use_button.clicked.connect(self._on_used)
        self.leave_button = QPushButton(tr("Keep the one in use"))
        self.leave_button.setProperty("primary", True)
        self.leave_button.setDefault(True)
        self.leave_button.clicked.connect(self.reject)
        self.reason.textChanged.connect(self._on_typed)
        buttons = QHBoxLayout()
        buttons.addWidget(about, 1)
        buttons.addWidget(self.use_button)
        buttons.addWidget(self.leave_button)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(self.message)
        layout.addWidget(label)
        layout.addWidget(self.reason, 1)
        layout.addLayout(buttons)
        self.resize(on_screen(self, 46, 22))
        self.reason.setFocus()

    @property
    def typed(self) -> str:
        """The reason, without what surrounds it."""
        return self.reason.toPlainText().strip()

    def _on_typed(self) -> None:
        self.use_button.setEnabled(bool(self.typed))

    def _on_used(self) -> None:
        reason = self.typed
        self.accept()
        self.given.emit(reason)
