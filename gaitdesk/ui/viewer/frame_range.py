"""Two frames, and all between them, as they are chosen below the films."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from gaitdesk.i18n import tr


class FrameRange(QWidget):
    """Chooses a first and a last frame of a film; either may be the smaller one.

    It is given what each of the two is called where no name is seen beside it.

    Attributes:
        first, last: The frames, from 1.

    Signals:
        changed: Somebody, or something, chose others.
    """

    changed = Signal()

    def __init__(self, first: str, last: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.last = QSpinBox(), QSpinBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        to = QLabel(tr("to", "from one frame to another"))
        for part in (self.first, to, self.last):
            row.addWidget(part)
        for box, name in ((self.first, first), (self.last, last)):
            box.setAccessibleName(name)
            box.setMinimum(1)
            box.valueChanged.connect(self.changed)

    @property
    def span(self) -> tuple[int, int]:
        """First and last frame, from 0."""
        first, last = sorted((self.first.value() - 1, self.last.value() - 1))
        return first, last

    @property
    def count(self) -> int:
        """How many frames there are to choose from."""
        return self.last.maximum()

    def choose(self, first: int, last: int) -> None:
        """Take these frames, from 0."""
        self.offer(self.count, (first, last))
        self.changed.emit()

    def offer(self, count: int, span: tuple[int, int] | None = None) -> None:
        """Say how many frames there are, and which are chosen; this announces nothing.

        Args:
            count: Of the film.
            span: First and last frame, from 0; None leaves those that were chosen.
        """
        blockers = [QSignalBlocker(box) for box in (self.first, self.last)]
        for box in (self.first, self.last):
            box.setMaximum(max(1, count))
        if span is not None:
            self.first.setValue(span[0] + 1)
            self.last.setValue(span[1] + 1)
        del blockers
