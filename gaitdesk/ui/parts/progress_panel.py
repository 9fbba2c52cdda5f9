"""How far a job has come, how long it still takes, and a button that stops it."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gaitdesk.domain.progress import Progress
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em

STEPS = 1000


class TimeLeft:
    """Estimates the time a job still takes from how fast it has been lately."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()
        self._seen: list[tuple[float, float]] = []

    def after(self, share: float, now_s: float | None = None) -> float | None:
        """Seconds left when `share` (0 to 1) is done; None while it is too early to tell."""
        now_s = time.monotonic() if now_s is None else now_s
        self._seen.append((now_s, share))
        while len(self._seen) > 2 and now_s - self._seen[0][0] > 20.0:
            self._seen.pop(0)
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        if last_s - first_s < 2.0 or last - first < 0.01:
            return None
        return (1.0 - share) * (last_s - first_s) / (last - first)


def seconds_words(seconds: float | None) -> str:
    """A duration as one says it while waiting."""
    if seconds is None:
        return ""
    if seconds < 10:
        return tr("a few seconds left")
    if seconds < 90:
        return tr("about {seconds} s left").format(seconds=10 * round(seconds / 10))
    return tr("about {minutes} min left").format(minutes=max(2, round(seconds / 60)))


class ProgressPanel(QWidget):
    """Shows one job; it says at once that it is stopping when asked to.

    Args:
        is_slim: Whether it takes a single line, beside work that goes on.

    Signals:
        cancel_asked: The button was pressed.
    """

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None, *, is_slim: bool = False) -> None:
        super().__init__(parent)
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._text = QLabel()
        self._left = QLabel()
        self._left.setProperty("role", "soft")
        self._left.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._button = QPushButton(tr("Cancel"))
        self._button.clicked.connect(self._on_cancel)
        self._time = TimeLeft()
        if is_slim:
            self._lay_out_slim()
        else:
            self._lay_out()

    def _lay_out_slim(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(em(self, 0.8))
        line.addWidget(self._title)
        line.addWidget(self._text)
        line.addWidget(self._bar, 1)
        line.addWidget(self._left)
        line.addWidget(self._button)

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        words.addWidget(self._text, 1)
        words.addWidget(self._left)
        line = QHBoxLayout()
        line.setSpacing(em(self, 0.8))
        line.addWidget(self._bar, 1)
        line.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._title)
        layout.addLayout(words)
        layout.addLayout(line)

    def begin(self, title: str) -> None:
        """Show a job that has just started."""
        self._title.setText(title)
        self._text.setText(tr("Starting"))
        self._left.clear()
        self._bar.setRange(0, 0)
        self._button.setEnabled(True)
        self._time = TimeLeft()

    def show_progress(self, step: Progress) -> None:
        """Show how far the job has come."""
        if not self._button.isEnabled():
            return
        self._text.setText(step.text)
        if not step.total:
            self._bar.setRange(0, 0)
            self._left.clear()
            return
        share = min(1.0, step.done / step.total)
        self._bar.setRange(0, STEPS)
        self._bar.setValue(round(STEPS * share))
        self._left.setText(seconds_words(self._time.after(share)))

    @property
    def text(self) -> str:
        """What it says is being done."""
        return self._text.text()

    def _on_cancel(self) -> None:
        self._button.setEnabled(False)
        self._text.setText(tr("Stopping …"))
        self._left.clear()
        self.cancel_asked.emit()
