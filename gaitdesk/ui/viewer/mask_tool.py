"""What the brush and clicks have in common: keys that move a place, and the mask drawn below it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPen, QPolygonF

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.mask import FrameMask
from gaitdesk.perception.overlay import MASK_COLOUR
from gaitdesk.ui.viewer.layers import mask_outline
from gaitdesk.ui.viewer.mask_hand import MaskHand
from gaitdesk.ui.viewer.shape_painter import qt_colour
from gaitdesk.ui.viewer.tools import Tool

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.film_pane import FilmPane

Answer = Callable[[], None]

_EDGE = 0.95
_FINE_STEP_PX = 1.0
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class MaskTool(Tool):
    """Works on the patient's mask at a place that arrows move; Space or Enter does it there.

    Ctrl+Enter asks a model to follow the mask, and Esc leaves.

    Args:
        pane: The pane it works on.
        hand: What announces it.
        fill: How much the mask hides of the picture, 0 to 1.
    """

    takes_all = True
    draws_mask = True

    def __init__(self, pane: FilmPane, hand: MaskHand, fill: float) -> None:
        super().__init__(pane)
        self._hand = hand
        self._fill = fill
        self._place: tuple[float, float] | None = None
        self._drawn: tuple[FrameMask, tuple[FloatArray, ...]] | None = None

    # What each way of it says for itself.

    @property
    @abstractmethod
    def _step_px(self) -> float:
        """How far an arrow moves the place; Shift moves it by one pixel."""

    @abstractmethod
    def _do_here(self) -> None:
        """Do at the place what this tool does."""

    @abstractmethod
    def _answers(self) -> dict[int, Answer]:
        """What other keys do."""

    # Keys.

    def wants(self, event: QKeyEvent) -> bool:
        return self._answer_to(event) is not None

    def key(self, event: QKeyEvent) -> bool:
        answer = self._answer_to(event)
        if answer is None:
            return False
        answer()
        self.pane.update()
        return True

    def _answer_to(self, event: QKeyEvent) -> Answer | None:
        """What a key does; None where it is not this tool's."""
        key, modifiers = event.key(), event.modifiers()
        is_fine = modifiers == Qt.KeyboardModifier.ShiftModifier
        if key in _ARROWS and (is_fine or modifiers in _PLAIN):
            return lambda: self._step(*_ARROWS[key], is_fine=is_fine)
        without_keypad = modifiers & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ENTER and without_keypad == Qt.KeyboardModifier.ControlModifier:
            return self._hand.wanted.emit
        if modifiers not in _PLAIN:
            return None
        if key in (Qt.Key.Key_Space, *_ENTER):
            return self._put_down
        return {Qt.Key.Key_Escape: self._hand.left.emit, **self._answers()}.get(key)

    def _step(self, across: int, down: int, *, is_fine: bool) -> None:
        film = self.pane.film
        if film is None:
            return
        x, y = self._place or self._middle()
        step = _FINE_STEP_PX if is_fine else self._step_px
        self._place = (
            min(max(x + across * step, 0.0), film.video.width - 1.0),
            min(max(y + down * step, 0.0), film.video.height - 1.0),
        )

    def _put_down(self) -> None:
        """Do it at the place; the first time, show where that is."""
        if self.pane.film is None:
            return
        if self._place is None:
            self._place = self._middle()
            return
        self._do_here()

    def _middle(self) -> tuple[float, float]:
        film, mask = self.pane.film, self._mask()
        assert film is not None
        if mask is None:
            return film.video.width / 2, film.video.height / 2
        return mask.left + mask.width / 2, mask.top + mask.height / 2

    # Frames, findings and what is seen.

    def frame_changed(self) -> None:
        self._hand.looked.emit()

    def findings_changed(self) -> None:
        self._hand.looked.emit()

    def _video_place(self, place: QPointF) -> tuple[float, float]:
        return self.pane.framing.to_video(place.x(), place.y())

    def _mask(self) -> FrameMask | None:
        """The mask of the frame shown."""
        frame = self.pane.shown_frame
        return None if frame is None else self._mask_found(frame)

    def _mask_found(self, frame: int) -> FrameMask | None:
        film = self.pane.shown_film
        if film is None or film.mask is None or frame >= len(film.mask):
            return None
        return film.mask.frames[frame]

    def paint_under(self, painter: QPainter) -> None:
        """The mask as it would be, below the names of events and angles."""
        mask = self._mask()
        if mask is None:
            return
        if self._drawn is None or self._drawn[0] is not mask:
            self._drawn = mask, mask_outline(mask)
        framing = self.pane.framing
        corner = np.array([framing.left, framing.top])
        path = QPainterPath()
        for edge in self._drawn[1]:
            places = (corner + framing.scale * edge).tolist()
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in places]))
            path.closeSubpath()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(qt_colour(MASK_COLOUR, _EDGE), 1.5))
        painter.setBrush(qt_colour(MASK_COLOUR, self._fill))
        painter.drawPath(path)
        painter.restore()
