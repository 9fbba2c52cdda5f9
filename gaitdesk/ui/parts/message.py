"""A sentence in place: what went wrong, what to know, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em


class Message(QFrame):
    """A sentence on a coloured ground with a sign before it; hidden until it says something.

    Signals:
        answered: Its button was pressed.
    """

    answered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.clicked.connect(self.answered)
        self._close = QPushButton(tr("Close"))
        self._close.setProperty("flat", True)
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        gap = em(self, 0.6)
        layout.setContentsMargins(gap, gap // 2, gap // 2, gap // 2)
        layout.setSpacing(gap)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self.hide()

    @property
    def last_button(self) -> QPushButton:
        """The last of it that Tab comes to."""
        return self._close

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def say(
        self, text: str, tone: str = "note", button: str = "", *, can_close: bool = True
    ) -> None:
        """Say a sentence; `tone` is "note", "warning" or "error"."""
        self._sign.setText({"note": "ⓘ", "warning": "⚠", "error": "✕"}[tone])
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._close.setVisible(can_close)
        self.setProperty("tone", tone)
        style = self.style()
        for widget in (self, self._sign, self._text):
            style.unpolish(widget)
            style.polish(widget)
        self.show()
