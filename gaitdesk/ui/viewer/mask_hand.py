"""What every way of correcting a mask by hand announces."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class MaskHand(QObject):
    """One way of correcting masks, for all films; tools work with it and a panel shows it.

    Signals:
        changed: How it is done.
        looked: Another frame is shown than before, or other findings.
        left: Nobody wants to do it any more.
        wanted: A model is to follow the mask from what was said of it.
    """

    changed = Signal()
    looked = Signal()
    left = Signal()
    wanted = Signal()
