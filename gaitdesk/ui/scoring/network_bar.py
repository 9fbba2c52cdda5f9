"""One line above the form about the network: offered, reading, or for demonstration only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.progress import Progress
from gaitdesk.i18n import tr
from gaitdesk.ui.parts.progress_panel import STEPS, TimeLeft, seconds_words
from gaitdesk.ui.theme import em


class NetworkBar(QFrame):
    """Says how it stands with the network; hidden where there is nothing to say.

    Signals:
        read_asked: The network shall read this visit.
        cancel_asked: It shall stop reading.
    """

    read_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(em(self, 0.4))
        self._button = QPushButton()
        self._button.clicked.connect(self._on_clicked)
        self._is_reading = False
        self._time = TimeLeft()
        gap = em(self, 0.5)
        row = QHBoxLayout()
        row.setSpacing(gap)
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap // 2, gap // 2, gap // 2)
        layout.addLayout(row)
        layout.addWidget(self._bar)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    @property
    def button(self) -> QPushButton:
        """What can be done about it."""
        return self._button

    def show_nothing(self) -> None:
        """There is nothing to say."""
        self._is_reading = False
        self.hide()

    def show_offer(self) -> None:
        """The network can read this visit and has not."""
        self._say(tr("The network has not read this visit."), "note", tr("Read by the network"))

    def show_reading(self) -> None:
        """The network is reading; the form can be worked on meanwhile."""
        self._say(tr("The network is reading"), "note", tr("Cancel"))
        self._is_reading = True
        self._time = TimeLeft()
        self._bar.setRange(0, 0)
        self._bar.show()

    def show_progress(self, step: Progress) -> None:
        """Show how far it has read."""
        if not self._is_reading or not self._button.isEnabled():
            return
        left = ""
        if step.total:
            share = min(1.0, step.done / step.total)
            self._bar.setRange(0, STEPS)
            self._bar.setValue(round(STEPS * share))
            left = seconds_words(self._time.after(share))
        said = tr("The network is reading; you can go on. {what}").format(what=step.text)
        self._words.setText(f"{said} · {left}" if left else said)

    def show_problem(self, words: str) -> None:
        """The network could not read."""
        self._say(words, "error", tr("Try again"))

    def show_demonstration(self, reader: str) -> None:
        """The answers are those of a network that must not be used on patients."""
        words = tr("Network {name}: for demonstration, not for clinical use.").format(name=reader)
        self._say(words, "warning", "")

    def _say(self, words: str, tone: str, button: str) -> None:
        self._is_reading = False
        self._bar.hide()
        self._sign.setText({"note": "⬡", "warning": "⚠", "error": "✕"}[tone])
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._button.setEnabled(True)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            style = self.style()
            for widget in (self, self._sign, self._words):
                style.unpolish(widget)
                style.polish(widget)
        self.show()

    def _on_clicked(self) -> None:
        if self._is_reading:
            self._button.setEnabled(False)
            self._words.setText(tr("Stopping …"))
            self.cancel_asked.emit()
        else:
            self.read_asked.emit()
