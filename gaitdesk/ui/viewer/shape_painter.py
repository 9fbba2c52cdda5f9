"""Shapes drawn onto a pane: places follow the picture, line widths and letters the screen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from gaitdesk.domain.shapes import Arc, Colour, Dot, Label, Point, Shape, Stroke
from gaitdesk.ui.viewer.framing import Framing

_PLATE = QColor(20, 22, 26, 200)
_LEAST_LUMINANCE = 0.5
_GAP = 2.0


def qt_colour(colour: Colour, opacity: float = 1.0) -> QColor:
    """A shape's colour for Qt."""
    return QColor(colour.red, colour.green, colour.blue, round(255 * opacity))


def paint_shapes(
    painter: QPainter,
    shapes: Iterable[Shape],
    framing: Framing,
    room: QRectF,
    *,
    width_scale: float = 1.0,
    opacity: float = 1.0,
    plates: list[QRectF] | None = None,
) -> None:
    """Draw shapes over a picture, in order, labels last.

    A shape with a place that is not a number is left out. Labels are moved so far that they stay
    inside `room` and off each other.

    Args:
        painter: Draws on the pane, in screen points.
        shapes: What to draw, in pixels of the picture.
        framing: Where the picture lies.
        room: Part of the pane that labels may use.
        width_scale: Screen points for a width of one.
        opacity: Of all of it, 0 to 1.
        plates: Places taken by labels already; those drawn are added.
    """
    taken = [] if plates is None else plates
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    labels: list[Label] = []
    for _, group in groupby(shapes, key=type):
        run = list(group)
        _strokes(painter, run, framing, width_scale)
        _dots(painter, run, framing, width_scale)
        for shape in run:
            if isinstance(shape, Arc):
                _arc(painter, shape, framing, width_scale)
            elif isinstance(shape, Label):
                labels.append(shape)
    for label in labels:
        if label.text.strip() and _is_placed(label.anchor):
            taken.append(_label(painter, label, framing, room, width_scale, taken))
    painter.restore()


def _is_placed(point: Point) -> bool:
    return math.isfinite(point.x) and math.isfinite(point.y)


def _at(point: Point, framing: Framing) -> QPointF:
    return QPointF(*framing.to_pane(point.x, point.y))


def _pen(colour: Colour, width: float) -> QPen:
    pen = QPen(qt_colour(colour), max(1.0, width))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _strokes(painter: QPainter, run: Iterable[Shape], framing: Framing, width_scale: float) -> None:
    """Lines that follow each other; those of one look are drawn in one go, which is far quicker."""
    straight: dict[tuple[Colour, float], list[QLineF]] = {}
    bent: list[Stroke] = []
    for shape in run:
        if not isinstance(shape, Stroke) or len(shape.points) < 2:
            continue
        if not all(_is_placed(point) for point in shape.points):
            continue
        if len(shape.points) > 2:
            bent.append(shape)
            continue
        line = QLineF(_at(shape.points[0], framing), _at(shape.points[1], framing))
        straight.setdefault((shape.colour, shape.width_px), []).append(line)
    for (colour, width), lines in straight.items():
        pen = _pen(colour, width * width_scale)
        # Three times as fast as with round ends, which the joints cover anyway.
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(lines)
    for shape in bent:
        painter.setPen(_pen(shape.colour, shape.width_px * width_scale))
        painter.drawPolyline(QPolygonF([_at(point, framing) for point in shape.points]))


def _dots(painter: QPainter, run: Iterable[Shape], framing: Framing, width_scale: float) -> None:
    """Dots that follow each other; those of one look are drawn in one go."""
    looks: dict[tuple[Colour, float], QPolygonF] = {}
    for shape in run:
        if isinstance(shape, Dot) and _is_placed(shape.centre):
            places = looks.setdefault((shape.colour, shape.radius_px), QPolygonF())
            places.append(_at(shape.centre, framing))
    for (colour, radius), places in looks.items():
        painter.setPen(_pen(colour, 2.0 * radius * width_scale))
        painter.drawPoints(places)


def _arc(painter: QPainter, shape: Arc, framing: Framing, width_scale: float) -> None:
    if not (_is_placed(shape.centre) and math.isfinite(shape.radius_px + shape.start_deg)):
        return
    centre, radius = _at(shape.centre, framing), shape.radius_px * framing.scale
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.setPen(_pen(shape.colour, shape.width_px * width_scale))
    # Qt counts sixteenths of a degree, anticlockwise.
    painter.drawArc(box, round(-16 * shape.start_deg), round(-16 * shape.span_deg))


def _label(
    painter: QPainter,
    label: Label,
    framing: Framing,
    room: QRectF,
    width_scale: float,
    taken: list[QRectF],
) -> QRectF:
    font = QFont(painter.font())
    font.setPixelSize(max(11, round(label.height_px * width_scale)))
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetricsF(font)
    side = 0.35 * metrics.height()
    width, height = metrics.horizontalAdvance(label.text) + 2 * side, metrics.height() + _GAP
    anchor = _at(label.anchor, framing)
    box = _placed(anchor, width, height, side, room, taken)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(box, 3.0, 3.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(font)
    painter.setPen(_legible(label.colour))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label.text)
    return box


def _placed(
    anchor: QPointF, width: float, height: float, away: float, room: QRectF, taken: list[QRectF]
) -> QRectF:
    left = anchor.x() + away
    if left + width > room.right():
        left = anchor.x() - away - width
    left = min(max(left, room.left()), max(room.left(), room.right() - width))
    wished = anchor.y() - height / 2
    tops = [wished]
    for plate in taken:
        tops += [plate.top() - height - _GAP, plate.bottom() + _GAP]
    lowest = max(room.top(), room.bottom() - height)
    boxes = [
        QRectF(left, min(max(top, room.top()), lowest), width, height)
        for top in sorted(tops, key=lambda top: abs(top - wished))
    ]
    free = (box for box in boxes if not any(box.intersects(plate) for plate in taken))
    return next(free, boxes[0])


def _legible(colour: Colour) -> QColor:
    """The colour, lightened where it would drown in the dark plate."""
    luminance = (0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue) / 255.0
    if luminance >= _LEAST_LUMINANCE:
        return qt_colour(colour)
    share = (_LEAST_LUMINANCE - luminance) / (1.0 - luminance)
    red, green, blue = (round(one + (255 - one) * share) for one in colour)
    return QColor(red, green, blue)
