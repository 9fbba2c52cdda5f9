"""The row of buttons under the films: playing, stepping, speed, and how the films are laid out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QFontDatabase, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import BreakingRow
from gaitdesk.ui.viewer.glyphs import glyph_size
from gaitdesk.ui.viewer.playback import RATES

_GROUP_GAP = 12
_RATE_WORDS = {0.125: "1/8 ×", 0.25: "1/4 ×", 0.5: "1/2 ×", 1.0: "1 ×", 2.0: "2 ×"}


class _Clock(QWidget):
    """The moment shown; unlike a label it has one size, so that nothing is laid out anew."""

    def __init__(self) -> None:
        super().__init__()
        self._time_s = 0.0
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF())
        self.setFont(font)
        self.setAccessibleName(tr("Time"))
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(_time_words(-100.0)) + 12)

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


class Transport(QWidget):
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
        blocks = BreakingRow(self)
        row = _block(blocks)
        self._buttons: dict[QAction, QToolButton] = {}
        self._add_groups(row, playing)
        self._speed = QComboBox()
        self._speed.setAccessibleName(tr("Speed"))
        self._speed.setToolTip(tr("Speed"))
        for rate in RATES:
            self._speed.addItem(_RATE_WORDS[rate], rate)
        self._speed.setCurrentIndex(RATES.index(1.0))
        self._speed.activated.connect(self._on_speed)
        row.addWidget(self._speed)
        self._clock = _Clock()
        row.addWidget(self._clock)
        row.addStretch(1)
        row = _block(blocks)
        row.addStretch(1)
        self._films: list[QComboBox] = []
        for slot, name in enumerate((tr("Film on the left"), tr("Film on the right"))):
            box = QComboBox()
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.setMinimumWidth(90)
            box.setMaximumWidth(170)
            box.activated.connect(lambda index, slot=slot: self._on_film(slot, index))
            box.hide()
            row.addWidget(box, 1)
            self._films.append(box)
        self._add_groups(row, viewing)

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

    def _add_groups(self, row: QHBoxLayout, groups: Sequence[Sequence[QAction]]) -> None:
        for group in groups:
            for action in group:
                button = QToolButton()
                button.setDefaultAction(action)
                button.setAutoRaise(True)
                button.setIconSize(glyph_size())
                button.setAccessibleName(action.text())
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                row.addWidget(button)
                self._buttons[action] = button
            if group is not groups[-1]:
                row.addSpacing(_GROUP_GAP)

    def _on_speed(self, index: int) -> None:
        self.speed_chosen.emit(float(self._speed.itemData(index)))

    def _on_film(self, slot: int, index: int) -> None:
        self.film_chosen.emit(slot, int(self._films[slot].itemData(index)))


def _block(blocks: BreakingRow) -> QHBoxLayout:
    """A new part of the row, to be filled from the left."""
    block = QWidget()
    row = QHBoxLayout(block)
    row.setContentsMargins(6, 3, 6, 3)
    row.setSpacing(2)
    blocks.addWidget(block)
    return row
