"""Borders between parts of a window, moved by key as they are by mouse."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QWidget

from gaitdesk.ui.theme import em

_STEP = 2
"""How far a key moves a border, letter widths."""
_KEYS = {
    "Ctrl+Shift+Left": (Qt.Orientation.Horizontal, -1),
    "Ctrl+Shift+Right": (Qt.Orientation.Horizontal, 1),
    "Ctrl+Shift+Up": (Qt.Orientation.Vertical, -1),
    "Ctrl+Shift+Down": (Qt.Orientation.Vertical, 1),
}


class Borders(QObject):
    """Moves the border of the part that has the keyboard.

    Args:
        window: Whose borders are moved.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        for key, (orientation, sign) in _KEYS.items():
            QShortcut(QKeySequence(key), window, partial(self.move, orientation, sign))

    def move(self, orientation: Qt.Orientation, sign: int) -> None:
        """Move the nearest border in a direction: the one behind the part, or else before it.

        Args:
            orientation: In which direction.
            sign: +1 to the right, or down; -1 to the left, or up.
        """
        part: QWidget | None = self._window.focusWidget()
        while part is not None:
            above = part.parentWidget()
            if isinstance(above, QSplitter) and above.orientation() is orientation:
                shown = [i for i, one in enumerate(_parts(above)) if not one.isHidden()]
                if len(shown) > 1:
                    place = min(shown.index(above.indexOf(part)), len(shown) - 2)
                    _share_anew(above, shown[place], shown[place + 1], sign * em(part, _STEP))
                    return
            part = above


def _parts(splitter: QSplitter) -> list[QWidget]:
    found = (splitter.widget(place) for place in range(splitter.count()))
    return [one for one in found if one is not None]


def _share_anew(parts: QSplitter, first: int, second: int, by: int) -> None:
    """Give so much of one part's room to another one, as far as both keep what they need."""
    sizes = parts.sizes()
    sizes[first], sizes[second] = max(0, sizes[first] + by), max(0, sizes[second] - by)
    parts.setSizes(sizes)
    parts.splitterMoved.emit(parts.sizes()[first], second)
