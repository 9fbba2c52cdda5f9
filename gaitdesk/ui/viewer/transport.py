"""The row of buttons under the films: playing, stepping, speed, and how the films are laid out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QToolButton,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import BreakingRow, Lines
from gaitdesk.ui.theme import em, text_scale
from gaitdesk.ui.viewer.folding import Fold
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

    Where a single line has no room for all of them, those that lay the films out fold into one
    button with a menu, and then the tools that correct.

    Args:
        playing: Actions on the left, in groups.
        viewing: Actions on the right, in groups: what is seen, tools, layouts and windows.

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
        for group in playing:
            self._add_group(group)
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
        self._offered: dict[int, tuple[tuple[int, str], ...]] = {}
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
        seen, tools, *layouts = viewing
        self._add_group(seen)
        held = [self._add_group(tools)]
        correcting = self._add_fold(tr("Correct the findings"), tools, held, is_switch=True)
        held = [self._add_group(group) for group in layouts]
        laying_out = self._add_fold(
            tr("Layout of the films"), [action for group in layouts for action in group], held
        )
        self._folds = (laying_out, correcting)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self._fold()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fold()

    def _fold(self) -> None:
        """Fold no more than makes the lines fewer."""
        width, fewest = self.width(), 0
        best = 0
        for count in range(len(self._folds) + 1):
            self._show_folds(count)
            lines = self._row.line_count(width)
            if not count or lines < fewest:
                best, fewest = count, lines
        self._show_folds(best)

    def _show_folds(self, count: int) -> None:
        for number, one in enumerate(self._folds):
            one.fold(number < count)

    def _add_fold(
        self,
        name: str,
        actions: Sequence[QAction],
        blocks: Sequence[QWidget],
        *,
        is_switch: bool = False,
    ) -> Fold:
        one = Fold(name, actions, blocks, is_switch=is_switch)
        one.setIconSize(glyph_size(text_scale(self) ** _GLYPHS))
        self._row.addWidget(one)
        return one

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
        box, offered = self._films[slot], tuple(films)
        if self._offered.get(slot) == offered and (not films or box.currentData() == chosen):
            return
        self._offered[slot] = offered
        blocker = QSignalBlocker(box)
        box.clear()
        for index, name in films:
            box.addItem(name, index)
        box.setCurrentIndex(box.findData(chosen))
        box.setVisible(len(films) > 1)
        blocker.unblock()
        self._fold()

    def _add_group(self, group: Sequence[QAction]) -> QWidget:
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
        return block

    def _on_speed(self, index: int) -> None:
        self.speed_chosen.emit(float(self._speed.itemData(index)))

    def _on_film(self, slot: int, index: int) -> None:
        self.film_chosen.emit(slot, int(self._films[slot].itemData(index)))
