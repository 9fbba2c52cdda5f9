"""Clicking on the child, and on what is not the child, by mouse and by key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from gaitdesk.domain.correction import MaskClick
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import noted
from gaitdesk.store.corrections import new_correction
from gaitdesk.ui.theme import text_scale
from gaitdesk.ui.viewer.clicking import Clicking
from gaitdesk.ui.viewer.mask_tool import Answer, MaskTool

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.film_pane import FilmPane

_CHILD, _OTHER = QColor(46, 160, 67), QColor(207, 34, 46)
_BRIGHT, _DARK = QColor(255, 255, 255), QColor(20, 22, 26, 210)
_RADIUS = 9.0
_FILL = 0.25


class ClickTool(MaskTool):
    """The left button says "this is the child", the right one "this is not"; keys say either."""

    _step_px = 10.0

    def __init__(self, pane: FilmPane, clicking: Clicking) -> None:
        super().__init__(pane, clicking, _FILL)
        self.clicking = clicking
        self._clicks: tuple[MaskClick, ...] = ()

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
        self._place = None
        self._say(self._video_place(event.position()), event.button() is buttons[0])
        return True

    def hover(self, place: QPointF) -> Qt.CursorShape | None:
        if self._is_inside(self._video_place(place)) and self._can_click():
            return Qt.CursorShape.CrossCursor
        return Qt.CursorShape.ForbiddenCursor

    def _answers(self) -> dict[int, Answer]:
        other = not self.clicking.is_patient
        return {Qt.Key.Key_X: lambda: self.clicking.set_patient(other)}

    def _do_here(self) -> None:
        if self._place is not None:
            self._say(self._place, self.clicking.is_patient)

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

    # What is seen.

    def paint(self, painter: QPainter, room: QRectF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = _RADIUS * text_scale(self.pane)
        for one in self.clicks:
            centre = QPointF(*self.pane.framing.to_pane(*one.place_px))
            _paint_click(painter, centre, radius, is_patient=one.is_patient)
        if self._place is not None:
            centre = QPointF(*self.pane.framing.to_pane(*self._place))
            _paint_cross(painter, centre, 2 * radius, is_patient=self.clicking.is_patient)
        painter.restore()


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
