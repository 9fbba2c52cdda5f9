"""Python's own housekeeping, kept out of the way of the window."""

from __future__ import annotations

import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer

SWITCH_S = 0.0005
"""So long a thread that works keeps Python to itself while the window waits for it.

A turn of the window hands Python over at every call into Qt and takes it back afterwards: with
Python's own 5 ms, some twenty such calls beside a job make a tenth of a second.
"""
EVERY_MS = 400
YOUNG = 700
"""New objects from which on a look is taken, as Python's own limit is."""
MIDDLE_EVERY = 5
FULL_SHARE = 0.001
"""Share of the time that looking through everything may take."""
LIBRARY = 30
"""So many new modules are a library."""
CROWD_MS = 40
CROWD = 10_000
"""New objects of which some milliseconds' look is taken: libraries bring them by the hundred
thousand, of which a single look takes a twentieth of a second."""


class Housekeeping(QObject):
    """Finds what is no longer needed in the interface thread, in small steps.

    Python would look through everything it holds whenever its count says so, in whichever thread
    it happens: a quarter of a second in which no thread runs, once torch is loaded, and widgets
    taken down outside the interface thread. Here what libraries hold is looked at no more after
    they have loaded, and everything else so seldom that it does not matter.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before = (sys.getswitchinterval(), gc.isenabled())
        self._modules = 0
        self._turns = 0
        self._next_full_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._crowds = QTimer(self)
        self._crowds.setInterval(CROWD_MS)
        self._crowds.timeout.connect(self._look_at_crowd)

    def start(self) -> None:
        """Take over from Python."""
        sys.setswitchinterval(SWITCH_S)
        gc.disable()
        self._set_aside()
        self._timer.start()
        self._crowds.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        if self._timer.isActive():
            self._timer.stop()
            self._crowds.stop()
            interval_s, is_enabled = self._before
            sys.setswitchinterval(interval_s)
            gc.unfreeze()
            if is_enabled:
                gc.enable()

    def look(self) -> None:
        """Take away what is young and no longer needed; now and then look further."""
        self._turns += 1
        if len(sys.modules) > self._modules + LIBRARY:
            self._set_aside()
        began_s = time.monotonic()
        if began_s >= self._next_full_s:
            gc.collect()
            took_s = time.monotonic() - began_s
            self._next_full_s = began_s + took_s / FULL_SHARE
        elif self._turns % MIDDLE_EVERY == 0:
            gc.collect(1)
        elif gc.get_count()[0] > YOUNG:
            gc.collect(0)

    def _look_at_crowd(self) -> None:
        """Look at what is new before there is too much of it to look at in one turn."""
        if gc.get_count()[0] > CROWD:
            if len(sys.modules) > self._modules:
                self._set_aside()
            else:
                gc.collect(0)

    def _set_aside(self) -> None:
        """Look no more at what is held now, most of it by modules."""
        self._modules = len(sys.modules)
        gc.collect(0)
        gc.freeze()
