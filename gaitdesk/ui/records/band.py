"""The band above the form: who signed the sheet, who reads it, and what comes next."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gaitdesk.ui.records.standing import Standing, Step, step_words
from gaitdesk.ui.theme import em

_SIGNS = {"note": "ⓘ", "good": "✓", "warning": "⚠"}


class StandingBand(QFrame):
    """Shows how the sheet stands; hidden for an ordinary draft.

    Signals:
        asked: The `Step` whose button was pressed.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Standing | None = None
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._why = QLabel()
        self._why.setWordWrap(True)
        self._why.hide()
        self.buttons: dict[Step, QPushButton] = {}
        self._row = QHBoxLayout()
        self._row.setSpacing(em(self, 0.5))
        self._row.addWidget(self._sign)
        self._row.addWidget(self._text, 1)
        for step in Step:
            button = QPushButton(step_words(step))
            button.clicked.connect(partial(self.asked.emit, step))
            button.hide()
            self.buttons[step] = button
            self._row.addWidget(button)
        layout = QVBoxLayout(self)
        gap = em(self, 0.4)
        layout.setContentsMargins(2 * gap, gap, 2 * gap, gap)
        layout.setSpacing(gap)
        layout.addLayout(self._row)
        layout.addWidget(self._why)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._text.text()

    @property
    def why(self) -> str:
        """Why the last key changed nothing; empty where none was pressed."""
        return self._why.text() if self._why.isVisibleTo(self) else ""

    def show_standing(self, now: Standing) -> None:
        """Say how the sheet stands."""
        if now == self._shown:
            return
        self._shown = now
        self._sign.setText(_SIGNS[now.tone])
        self._text.setText(now.words)
        self._text.setAccessibleName(now.words)
        self._why.hide()
        for step, button in self.buttons.items():
            button.setVisible(step in now.steps)
        self._wear("warning" if now.tone == "warning" else "note")
        self.setVisible(bool(now.words))

    def say_why(self) -> None:
        """Say why nothing changes, after somebody tried."""
        if self._shown is None or not self._shown.why:
            return
        self._why.setText(self._shown.why)
        self._why.setAccessibleName(self._shown.why)
        self._why.show()
        self._wear("warning")

    def _wear(self, tone: str) -> None:
        self.setProperty("tone", tone)
        style = self.style()
        for widget in (self, self._sign, self._text, self._why):
            style.unpolish(widget)
            style.polish(widget)
