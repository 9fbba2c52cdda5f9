"""Work of the interface thread in small pieces, between which the window answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget


class Turns(QObject):
    """Does one piece of work a turn, in order; what it did is painted in the turn after.

    Signals:
        finished: Nothing waits any more.
    """

    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], object]] = deque()
        self._is_resting = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    @property
    def is_done(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def add(self, *pieces: Callable[[], object]) -> None:
        """Do these too, after what waits already."""
        self._waiting.extend(pieces)
        if self._waiting:
            self._timer.start()

    def add_next(self, *pieces: Callable[[], object]) -> None:
        """Do these too, before what waits already."""
        self._waiting.extendleft(reversed(pieces))
        self._timer.start()

    def forget(self) -> None:
        """Do nothing of what waits."""
        self._waiting.clear()
        self._timer.stop()

    def finish(self) -> None:
        """Do all that waits at once."""
        while self._waiting:
            self._next()

    def _turn(self) -> None:
        if self._is_resting:
            self._is_resting = False
            return
        self._is_resting = True
        self._next()

    def _next(self) -> None:
        if self._waiting:
            self._waiting.popleft()()
        if not self._waiting and self._timer.isActive():
            self._timer.stop()
            self.finished.emit()


def paint_next_turn(widget: QWidget) -> None:
    """Let what is being done to a widget be painted in a turn of its own."""
    widget.setUpdatesEnabled(False)
    # With no time at all Qt would not wait for a turn.
    QTimer.singleShot(1, widget, lambda: widget.setUpdatesEnabled(True))
