"""What was begun and left off, each in a line: go on with it, or throw it away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em


class LeftOff(QFrame):
    """One thing that was left off.

    Args:
        words: What it is, in a sentence.
        about: What the signals are given.

    Signals:
        go_on_asked, discard_asked: What it is about.
    """

    go_on_asked = Signal(object)
    discard_asked = Signal(object)

    def __init__(self, words: str, about: object) -> None:
        super().__init__()
        self.about = about
        self.setProperty("tone", "note")
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.go_on = QPushButton(tr("Go on with it"))
        self.go_on.clicked.connect(lambda: self.go_on_asked.emit(self.about))
        self.discard = QPushButton(tr("Throw it away"))
        self.discard.setProperty("flat", True)
        self.discard.clicked.connect(lambda: self.discard_asked.emit(self.about))
        line = QHBoxLayout(self)
        gap = em(self, 0.6)
        line.setContentsMargins(gap, gap // 2, gap // 2, gap // 2)
        line.setSpacing(gap)
        line.addWidget(self.words, 1)
        for button in (self.go_on, self.discard):
            button.setAccessibleDescription(words)
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)


class LeftOffList(QWidget):
    """Everything of a kind that was left off.

    Attributes:
        offers: One a thing.

    Signals:
        go_on_asked, discard_asked: What one of them is about.
    """

    go_on_asked = Signal(object)
    discard_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offers: tuple[LeftOff, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(em(self, 0.4))
        self.hide()

    def show_things(self, things: Sequence[tuple[str, object]]) -> None:
        """Offer these, each a sentence and what it is about, in the place of those before."""
        if [(one.words.text(), one.about) for one in self.offers] == list(things):
            return
        for offer in self.offers:
            self._column.removeWidget(offer)
            offer.hide()
            offer.deleteLater()
        self.offers = tuple(LeftOff(words, about) for words, about in things)
        for offer in self.offers:
            offer.go_on_asked.connect(self.go_on_asked)
            offer.discard_asked.connect(self.discard_asked)
            self._column.addWidget(offer)
        self.setVisible(bool(self.offers))
