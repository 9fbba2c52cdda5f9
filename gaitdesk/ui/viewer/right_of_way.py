"""While the window paints a frame, threads that fetch others ahead of it stand aside."""

from __future__ import annotations

import threading
import time

LONGEST_S = 0.012
"""Nobody stands aside for longer; of 60 frames a second each has 17 ms."""


class RightOfWay:
    """Whose turn it is where there is little processor: the window's, or that of others as well.

    What is painted now is due now; what is fetched ahead is due later. A thread that works beside
    the painting takes a core from it, or Python itself, for a few milliseconds at a time, and a
    frame has no more than those.
    """

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self._until_s = 0.0

    def take(self) -> None:
        """The window is about to paint."""
        self._until_s = time.monotonic() + LONGEST_S
        self._free.clear()

    def give_back(self) -> None:
        """It has painted."""
        self._free.set()

    @property
    def is_taken(self) -> bool:
        """Whether others stand aside."""
        return not self._free.is_set() and time.monotonic() < self._until_s

    def stand_aside(self) -> None:
        """Wait while the window paints."""
        if self.is_taken:
            self._free.wait(max(0.0, self._until_s - time.monotonic()))
