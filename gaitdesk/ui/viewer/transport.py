"""The row of buttons under the films: playing, stepping, speed, and how the films are laid out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QToolButton,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import BreakingRow, Lines
from gaitdesk.ui.theme import em, text_scale
from gaitdesk.ui.viewer.glyphs import glyph_size
from gaitdesk.ui.viewer.playback import RATES

_GROUP_GAP = 0.45
"""Between groups of buttons, in letter widths."""
_GLYPHS = 0.25
"""Pictures of buttons, large as they are, grow less than the text: to this power of its size."""
_FILM_WIDTH = 9
"""Of the choice of a film, in letter widths."""
_RATE_WORDS = {0.125: "1/8 ×", 0.25: "1/4 ×", 0.5: "1/2 ×", 1.0: "1 ×", 2.0: "2 ×"}


class _Clock(QWidget):
    """The moment shown; unlike a label it has one size, so that nothing is laid out anew."""

    def __init__(self) -> None:
        super().__init__()
        self._time_s = 0.0
        self.setAccessibleName(tr("Time"))
        words = self.fontMetrics().horizontalAdvance(_time_words(-10.0))
        self.setFixedSize(words + 12, self.fontMetrics().height() + 4)

    def show_time(self, time_s: float) -> None:
        """Show a moment."""
        self._time_s = time_s
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(0, 0, -6, 0), flags, _time_words(self._time_s))
        painter.end()


def _time_words(time_s: float) -> str:
    return tr("{seconds} s", "clock").format(seconds=f"{time_s:.3f}")


class Transport(Lines):
    """Buttons for actions given to it, a choice of speed, and the moment shown.

    Args:
        playing: Actions on the left, in groups.
        viewing: Actions on the right, in groups.

    Signals:
        speed_chosen: Speed of playing.
        film_chosen: Slot, and index of the film to show there.
    """

    speed_chosen = Signal(float)
    film_chosen = Signal(int, int)

    def __init__(
        self,
        playing: Sequence[Sequence[QAction]],
        viewing: Sequence[Sequence[QAction]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._row = BreakingRow(self, em(self, _GROUP_GAP))
        self._buttons: dict[QAction, QToolButton] = {}
        self._add_groups(playing)
        self._speed = QComboBox()
        self._speed.setAccessibleName(tr("Speed"))
        self._speed.setToolTip(tr("Speed"))
        for rate in RATES:
            self._speed.addItem(_RATE_WORDS[rate], rate)
        self._speed.setCurrentIndex(RATES.index(1.0))
        self._speed.activated.connect(self._on_speed)
        self._row.addWidget(self._speed)
        self._clock = _Clock()
        self._row.addWidget(self._clock)
        self._row.push_right()
        self._films: list[QComboBox] = []
        for slot, name in enumerate((tr("Film on the left"), tr("Film on the right"))):
            box = QComboBox()
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setFixedWidth(em(self, _FILM_WIDTH))
            box.activated.connect(lambda index, slot=slot: self._on_film(slot, index))
            box.hide()
            self._row.addWidget(box)
            self._films.append(box)
        self._add_groups(viewing)

    def button(self, action: QAction) -> QToolButton:
        """The button of an action."""
        return self._buttons[action]

    def show_time(self, time_s: float) -> None:
        """Show the moment on the real-time axis."""
        self._clock.show_time(time_s)

    def show_speed(self, speed: float) -> None:
        """Show the speed chosen."""
        self._speed.setCurrentIndex(self._speed.findData(speed))

    def show_dropped(self, dropped: int) -> None:
        """Say how many frames could not be shown in time since playing began."""
        words = tr("Time on the axis of the sagittal film")
        if dropped:
            words += "\n" + tr("%n frame(s) could not be shown in time", "", dropped)
        self._clock.setToolTip(words)

    def show_choices(self, slot: int, films: Sequence[tuple[int, str]], chosen: int) -> None:
        """Offer films for a slot; with fewer than two there is nothing to choose."""
        box = self._films[slot]
        blocker = QSignalBlocker(box)
        box.clear()
        for index, name in films:
            box.addItem(name, index)
        box.setCurrentIndex(box.findData(chosen))
        box.setVisible(len(films) > 1)
        blocker.unblock()

    def _add_groups(self, groups: Sequence[Sequence[QAction]]) -> None:
        for group in groups:
            block = QWidget()
            row = QHBoxLayout(block)
            row.setContentsMargins(0, em(self, 0.2), 0, em(self, 0.2))
            row.setSpacing(1)
            for action in group:
                button = QToolButton()
                button.setDefaultAction(action)
                button.setAutoRaise(True)
                button.setIconSize(glyph_size(text_scale(self) ** _GLYPHS))
                button.setAccessibleName(action.text())
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                row.addWidget(button)
                self._buttons[action] = button
            self._row.addWidget(block)

    def _on_speed(self, index: int) -> None:
        self.speed_chosen.emit(float(self._speed.itemData(index)))

    def _on_film(self, slot: int, index: int) -> None:
        self.film_chosen.emit(slot, int(self._films[slot].itemData(index)))
