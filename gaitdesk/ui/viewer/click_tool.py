"""Clicking on the child, and on what is not the child, by mouse and by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QPolygonF

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.correction import MaskClick
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import noted
from gaitdesk.perception.overlay import MASK_COLOUR
from gaitdesk.store.corrections import new_correction
from gaitdesk.ui.theme import text_scale
from gaitdesk.ui.viewer.clicking import Clicking
from gaitdesk.ui.viewer.layers import mask_outline
from gaitdesk.ui.viewer.shape_painter import qt_colour
from gaitdesk.ui.viewer.tools import Tool

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.film_pane import FilmPane

_CHILD, _OTHER = QColor(46, 160, 67), QColor(207, 34, 46)
_BRIGHT, _DARK = QColor(255, 255, 255), QColor(20, 22, 26, 210)
_RADIUS = 9.0
_STEP_PX, _FINE_STEP_PX = 10.0, 1.0
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CLICK_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class ClickTool(Tool):
    """The left button says "this is the child", the right one "this is not"; keys say either."""

    takes_all = True
    draws_mask = True

    def __init__(self, pane: FilmPane, clicking: Clicking) -> None:
        super().__init__(pane)
        self.clicking = clicking
        self._clicks: tuple[MaskClick, ...] = ()
        self._cross: tuple[float, float] | None = None
        self._drawn: tuple[FrameMask, tuple[FloatArray, ...]] | None = None

    def show_clicks(self, clicks: Iterable[MaskClick]) -> None:
        """Mark what was clicked in the film."""
        self._clicks = tuple(clicks)
        self.pane.update()

    @property
    def all_clicks(self) -> tuple[MaskClick, ...]:
        """What was clicked in the film."""
        return self._clicks

    @property
    def clicks(self) -> tuple[MaskClick, ...]:
        """What was clicked in the frame shown."""
        frame = self.pane.shown_frame
        return tuple(one for one in self._clicks if one.frame == frame)

    # Mouse and keys.

    def press(self, event: QMouseEvent) -> bool:
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if event.button() not in buttons:
            return False
        place = event.position()
        self._cross = None
        is_left = event.button() is buttons[0]
        self._say(self.pane.framing.to_video(place.x(), place.y()), is_left)
        return True

    def hover(self, place: QPointF) -> Qt.CursorShape | None:
        is_inside = self._is_inside(self.pane.framing.to_video(place.x(), place.y()))
        if is_inside and self._can_click():
            return Qt.CursorShape.CrossCursor
        return Qt.CursorShape.ForbiddenCursor

    def wants(self, event: QKeyEvent) -> bool:
        return self._answer_to(event) is not None

    def key(self, event: QKeyEvent) -> bool:
        answer = self._answer_to(event)
        if answer is None:
            return False
        answer()
        self.pane.update()
        return True

    def _answer_to(self, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key does; None where it is not this tool's."""
        key, modifiers = event.key(), event.modifiers()
        is_fine = modifiers == Qt.KeyboardModifier.ShiftModifier
        if key in _ARROWS and (is_fine or modifiers in _PLAIN):
            return lambda: self._move_cross(*_ARROWS[key], is_fine=is_fine)
        if key in _CLICK_KEYS and modifiers == Qt.KeyboardModifier.ControlModifier:
            return self.clicking.wanted.emit if key != Qt.Key.Key_Space else None
        if modifiers not in _PLAIN:
            return None
        if key in _CLICK_KEYS:
            return self._click_cross
        answers: dict[int, Callable[[], None]] = {
            Qt.Key.Key_X: lambda: self.clicking.set_patient(not self.clicking.is_patient),
            Qt.Key.Key_Escape: self.clicking.left.emit,
        }
        return answers.get(key)

    def _move_cross(self, across: int, down: int, *, is_fine: bool) -> None:
        film = self.pane.film
        if film is None:
            return
        x, y = self._cross or self._middle()
        step = _FINE_STEP_PX if is_fine else _STEP_PX
        self._cross = (
            min(max(x + across * step, 0.0), film.video.width - 1.0),
            min(max(y + down * step, 0.0), film.video.height - 1.0),
        )

    def _click_cross(self) -> None:
        if self.pane.film is None:
            return
        if self._cross is None:
            self._cross = self._middle()
            return
        self._say(self._cross, self.clicking.is_patient)

    def _middle(self) -> tuple[float, float]:
        film, mask = self.pane.film, self._mask()
        assert film is not None
        if mask is None:
            return film.video.width / 2, film.video.height / 2
        return mask.left + mask.width / 2, mask.top + mask.height / 2

    def _say(self, place: tuple[float, float], is_patient: bool) -> None:
        frame = self.pane.shown_frame
        if frame is None or not self._can_click() or not self._is_inside(place):
            return
        at = Point(round(place[0], 2), round(place[1], 2))
        click = MaskClick(self.pane.film_index, frame, at, is_patient)
        self.pane.corrected.emit(new_correction(click_words(click), click))

    def _can_click(self) -> bool:
        film, frame = self.pane.film, self.pane.shown_frame
        if film is None or frame is None or not self.pane.can_correct:
            return False
        return self.clicking.is_of_use and frame < film.video.frame_count

    def _is_inside(self, place: tuple[float, float]) -> bool:
        film = self.pane.film
        if film is None:
            return False
        return 0 <= place[0] < film.video.width and 0 <= place[1] < film.video.height

    def frame_changed(self) -> None:
        self.clicking.looked.emit()

    def findings_changed(self) -> None:
        self.clicking.looked.emit()

    # What is seen.

    def _mask(self) -> FrameMask | None:
        film, frame = self.pane.shown_film, self.pane.shown_frame
        if film is None or film.mask is None or frame is None or frame >= len(film.mask):
            return None
        return film.mask.frames[frame]

    def paint(self, painter: QPainter, room: QRectF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mask = self._mask()
        if mask is not None:
            self._paint_mask(painter, mask)
        radius = _RADIUS * text_scale(self.pane)
        for one in self.clicks:
            centre = QPointF(*self.pane.framing.to_pane(*one.place_px))
            _paint_click(painter, centre, radius, is_patient=one.is_patient)
        if self._cross is not None:
            centre = QPointF(*self.pane.framing.to_pane(*self._cross))
            _paint_cross(painter, centre, 2 * radius, is_patient=self.clicking.is_patient)
        painter.restore()

    def _paint_mask(self, painter: QPainter, mask: FrameMask) -> None:
        if self._drawn is None or self._drawn[0] is not mask:
            self._drawn = mask, mask_outline(mask)
        framing = self.pane.framing
        corner = np.array([framing.left, framing.top])
        path = QPainterPath()
        for edge in self._drawn[1]:
            places = (corner + framing.scale * edge).tolist()
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in places]))
            path.closeSubpath()
        painter.setPen(QPen(qt_colour(MASK_COLOUR, 0.95), 1.5))
        painter.setBrush(qt_colour(MASK_COLOUR, 0.25))
        painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def click_words(click: MaskClick) -> str:
    """What a click is called."""
    words = (
        noted("Click: this is the child, frame {frame}")
        if click.is_patient
        else noted("Click: this is not the child, frame {frame}")
    )
    return words.format(frame=click.frame + 1)


def _paint_click(painter: QPainter, centre: QPointF, radius: float, *, is_patient: bool) -> None:
    """A disc with a plus or a minus, and another shape for each, so that no colour is needed."""
    painter.setPen(QPen(_BRIGHT, 2.0))
    painter.setBrush(_CHILD if is_patient else _OTHER)
    if is_patient:
        painter.drawEllipse(centre, radius, radius)
    else:
        half = 0.9 * radius
        painter.drawRect(QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_sign(painter, centre, 0.5 * radius, is_patient=is_patient)


def _paint_sign(painter: QPainter, centre: QPointF, arm: float, *, is_patient: bool) -> None:
    x, y = centre.x(), centre.y()
    painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
    if is_patient:
        painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))


def _paint_cross(painter: QPainter, centre: QPointF, reach: float, *, is_patient: bool) -> None:
    """Where the next key clicks: four arms around the place, which itself stays seen."""
    x, y, gap = centre.x(), centre.y(), 0.35 * reach
    arms = [
        (QPointF(x + gap * h, y + gap * v), QPointF(x + reach * h, y + reach * v))
        for h, v in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    style = Qt.PenStyle.SolidLine if is_patient else Qt.PenStyle.DashLine
    for colour, width in ((_DARK, 4.0), (_BRIGHT, 2.0)):
        painter.setPen(QPen(colour, width, style if colour is _BRIGHT else Qt.PenStyle.SolidLine))
        for begin, end in arms:
            painter.drawLine(begin, end)
    painter.setPen(QPen(_BRIGHT, 1.5))
    _paint_sign(painter, QPointF(x + 0.7 * reach, y + 0.7 * reach), 4.0, is_patient=is_patient)
