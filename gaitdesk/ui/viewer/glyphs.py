"""The player's small pictures, drawn so that they follow theme and scaling."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPen, QPixmap, QPolygonF

_SIZE = 20
_RATIO = 3.0


class Glyph(StrEnum):
    """What a button shows."""

    PLAY = "play"
    PAUSE = "pause"
    BACK = "back"
    STEP_ON = "step_on"
    STEP_BACK = "step_back"
    EVENT_ON = "event_on"
    EVENT_BACK = "event_back"
    TO_START = "to_start"
    TO_END = "to_end"
    LOOP = "loop"
    SIDE_BY_SIDE = "side_by_side"
    STACKED = "stacked"
    ONE_LARGE = "one_large"
    FLOATING = "floating"
    FULL_SCREEN = "full_screen"
    OVERLAYS = "overlays"
    SYNC = "sync"
    FOLLOW = "follow"
    JOINT = "joint"
    BRUSH = "brush"
    CLICK = "click"
    PERSON = "person"


def glyph_icon(glyph: Glyph, palette: QPalette) -> QIcon:
    """A button's picture in the colours of a palette."""
    icon = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText).rgba()
        icon.addPixmap(QPixmap.fromImage(_drawn(glyph, colour)), mode)
    return icon


def draw_glyphs(palette: QPalette) -> None:
    """Draw all pictures of a palette before buttons need them."""
    for glyph in Glyph:
        glyph_icon(glyph, palette)


def glyph_size(text: float = 1.0) -> QSize:
    """Size of a button's picture, screen points, beside letters `text` times their usual size."""
    return QSize(round(_SIZE * text), round(_SIZE * text))


@cache
def _drawn(glyph: Glyph, rgba: int) -> QImage:
    colour, side = QColor.fromRgba(rgba), round(_SIZE * _RATIO)
    picture = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(_RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    _DRAWINGS[glyph](painter, colour)
    painter.end()
    return picture


def _filled(painter: QPainter, colour: QColor, *corners: tuple[float, float]) -> None:
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _triangle(painter: QPainter, colour: QColor, x: float, way: int, size: float = 5.0) -> None:
    _filled(
        painter,
        colour,
        (x - way * size * 0.8, 10 - size),
        (x + way * size * 0.8, 10.0),
        (x - way * size * 0.8, 10 + size),
    )


def _bar(painter: QPainter, x: float, half: float = 5.0) -> None:
    painter.drawLine(QPointF(x, 10 - half), QPointF(x, 10 + half))


def _play(painter: QPainter, colour: QColor) -> None:
    _triangle(painter, colour, 10.5, 1, 6.0)


def _pause(painter: QPainter, colour: QColor) -> None:
    painter.fillRect(QRectF(5.5, 4.5, 3.2, 11), colour)
    painter.fillRect(QRectF(11.3, 4.5, 3.2, 11), colour)


def _back(painter: QPainter, colour: QColor) -> None:
    _triangle(painter, colour, 9.5, -1, 6.0)


def _step(way: int) -> Callable[[QPainter, QColor], None]:
    def draw(painter: QPainter, colour: QColor) -> None:
        _bar(painter, 10 - way * 4.5)
        _triangle(painter, colour, 10 + way * 2.5, way, 4.5)

    return draw


def _event(way: int) -> Callable[[QPainter, QColor], None]:
    def draw(painter: QPainter, colour: QColor) -> None:
        _triangle(painter, colour, 10 - way * 3.5, way, 4.0)
        middle = 10 + way * 4.5
        _filled(
            painter, colour, (middle, 6.0), (middle + 3, 10.0), (middle, 14.0), (middle - 3, 10)
        )

    return draw


def _end(way: int) -> Callable[[QPainter, QColor], None]:
    def draw(painter: QPainter, colour: QColor) -> None:
        _triangle(painter, colour, 10 - way * 2.0, way, 4.5)
        _bar(painter, 10 + way * 4.5)

    return draw


def _loop(painter: QPainter, colour: QColor) -> None:
    painter.drawArc(QRectF(4, 4.5, 12, 11), 40 * 16, 280 * 16)
    _filled(painter, colour, (13.0, 5.0), (17.2, 6.2), (14.0, 9.2))


def _side_by_side(painter: QPainter, colour: QColor) -> None:
    painter.drawRect(QRectF(2.5, 5, 7, 10))
    painter.drawRect(QRectF(10.5, 5, 7, 10))


def _stacked(painter: QPainter, colour: QColor) -> None:
    painter.drawRect(QRectF(4, 2.5, 12, 7))
    painter.drawRect(QRectF(4, 10.5, 12, 7))


def _one_large(painter: QPainter, colour: QColor) -> None:
    painter.drawRect(QRectF(2.5, 4, 15, 12))
    painter.fillRect(QRectF(11.5, 10.5, 5, 4.5), colour)


def _floating(painter: QPainter, colour: QColor) -> None:
    painter.drawRect(QRectF(2.5, 6.5, 10, 9))
    painter.drawLine(QPointF(10.5, 9.5), QPointF(17, 3))
    painter.drawPolyline([QPointF(12.5, 3), QPointF(17, 3), QPointF(17, 7.5)])


def _full_screen(painter: QPainter, colour: QColor) -> None:
    for x, y in ((3, 4), (17, 4), (17, 16), (3, 16)):
        inward_x, inward_y = (4 if x < 10 else -4), (4 if y < 10 else -4)
        painter.drawPolyline([QPointF(x + inward_x, y), QPointF(x, y), QPointF(x, y + inward_y)])


def _overlays(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(10, 4), 1.8, 1.8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(QPointF(10, 6), QPointF(10, 11))
    painter.drawPolyline([QPointF(5.5, 9.5), QPointF(10, 7.5), QPointF(14.5, 9.5)])
    painter.drawPolyline([QPointF(6.5, 17.5), QPointF(10, 11), QPointF(13.5, 17.5)])


def _sync(painter: QPainter, colour: QColor) -> None:
    painter.drawLine(QPointF(2.5, 6), QPointF(13, 6))
    painter.drawLine(QPointF(7, 14), QPointF(17.5, 14))
    for x, y in ((7.0, 6.0), (12.0, 14.0)):
        _filled(painter, colour, (x, y - 3), (x + 3, y), (x, y + 3), (x - 3, y))


def _follow(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QPointF(8.5, 8.5), 5.5, 5.5)
    painter.drawLine(QPointF(12.8, 12.8), QPointF(17, 17))
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(8.5, 8.5), 1.6, 1.6)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _joint(painter: QPainter, colour: QColor) -> None:
    painter.drawPolyline([QPointF(6.0, 3.0), QPointF(12.5, 9.0), QPointF(8.5, 17.0)])
    _filled(painter, colour, (12.5, 5.4), (16.1, 9.0), (12.5, 12.6), (8.9, 9.0))


def _brush(painter: QPainter, colour: QColor) -> None:
    painter.drawLine(QPointF(16.5, 3.5), QPointF(10.0, 10.0))
    _filled(painter, colour, (8.2, 9.4), (10.6, 11.8), (8.4, 15.0), (3.5, 16.5), (5.2, 11.8))


def _click(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QPointF(6.5, 6.5), 4.0, 4.0)
    painter.drawLine(QPointF(4.5, 6.5), QPointF(8.5, 6.5))
    painter.drawLine(QPointF(6.5, 4.5), QPointF(6.5, 8.5))
    for x in (10.0, 13.6, 17.2):
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, x), 0.9, 0.9)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _person(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(6.5, 6.0), 2.4, 2.4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(13.5, 6.0), 2.4, 2.4)
    painter.drawArc(QRectF(2.5, 10.5, 8, 11), 0, 180 * 16)
    painter.drawArc(QRectF(9.5, 10.5, 8, 11), 0, 180 * 16)


_DRAWINGS: dict[Glyph, Callable[[QPainter, QColor], None]] = {
    Glyph.PLAY: _play,
    Glyph.PAUSE: _pause,
    Glyph.BACK: _back,
    Glyph.STEP_ON: _step(1),
    Glyph.STEP_BACK: _step(-1),
    Glyph.EVENT_ON: _event(1),
    Glyph.EVENT_BACK: _event(-1),
    Glyph.TO_START: _end(-1),
    Glyph.TO_END: _end(1),
    Glyph.LOOP: _loop,
    Glyph.SIDE_BY_SIDE: _side_by_side,
    Glyph.STACKED: _stacked,
    Glyph.ONE_LARGE: _one_large,
    Glyph.FLOATING: _floating,
    Glyph.FULL_SCREEN: _full_screen,
    Glyph.OVERLAYS: _overlays,
    Glyph.SYNC: _sync,
    Glyph.FOLLOW: _follow,
    Glyph.JOINT: _joint,
    Glyph.BRUSH: _brush,
    Glyph.CLICK: _click,
    Glyph.PERSON: _person,
}
