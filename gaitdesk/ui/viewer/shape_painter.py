"""Shapes drawn onto a pane: places follow the picture, line widths and letters the screen."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gaitdesk.domain.shapes import Arc, Colour, Dot, Label, Point, Shape, Stroke
from gaitdesk.ui.theme import letter_scale
from gaitdesk.ui.viewer.framing import Framing

_PLATE = QColor(20, 22, 26, 200)
_LEAST_LUMINANCE = 0.5
_LEAST_LETTERS = 11.0
_GAP = 2.0


def qt_colour(colour: Colour, opacity: float = 1.0) -> QColor:
    """A shape's colour for Qt."""
    return QColor(colour.red, colour.green, colour.blue, round(255 * opacity))


def paint_shapes(
    painter: QPainter,
    shapes: Sequence[Shape],
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
    if not shapes:
        return
    taken = [] if plates is None else plates
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    labels: list[Label] = []
    strokes: list[Stroke] = []
    dots: list[Dot] = []
    for shape in shapes:
        # What follows each other and is of one kind is gathered, and drawn when that ends.
        if strokes and not isinstance(shape, Stroke):
            _strokes(painter, strokes, framing, width_scale)
            strokes = []
        if dots and not isinstance(shape, Dot):
            _dots(painter, dots, framing, width_scale)
            dots = []
        match shape:
            case Stroke():
                strokes.append(shape)
            case Dot():
                dots.append(shape)
            case Arc():
                _arc(painter, shape, framing, width_scale)
            case Label():
                labels.append(shape)
    _strokes(painter, strokes, framing, width_scale)
    _dots(painter, dots, framing, width_scale)
    for label in labels:
        if label.text.strip() and _is_placed(label.anchor):
            taken.append(_label(painter, label, framing, room, width_scale, taken))
    painter.restore()


def _is_placed(point: Point) -> bool:
    return math.isfinite(point.x) and math.isfinite(point.y)


def _at(point: Point, framing: Framing) -> QPointF:
    return QPointF(*framing.to_pane(point.x, point.y))


@functools.lru_cache(maxsize=256)
def _pen(colour: Colour, width: float, cap: Qt.PenCapStyle = Qt.PenCapStyle.RoundCap) -> QPen:
    pen = QPen(qt_colour(colour), max(1.0, width))
    pen.setCapStyle(cap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _strokes(
    painter: QPainter, run: Iterable[Stroke], framing: Framing, width_scale: float
) -> None:
    """Lines that follow each other; those of one look are drawn in one go, which is far quicker."""
    scale, left, top = framing.scale, framing.left, framing.top
    straight: dict[tuple[Colour, float], list[QLineF]] = {}
    bent: list[tuple[Stroke, list[QPointF]]] = []
    for shape in run:
        points = shape.points
        if len(points) < 2 or not math.isfinite(sum(map(sum, points))):
            continue
        if len(points) > 2:
            bent.append((shape, [QPointF(left + scale * x, top + scale * y) for x, y in points]))
            continue
        (x0, y0), (x1, y1) = points
        line = QLineF(left + scale * x0, top + scale * y0, left + scale * x1, top + scale * y1)
        straight.setdefault((shape.colour, shape.width_px), []).append(line)
    for (colour, width), lines in straight.items():
        # Three times as fast as with round ends, which the joints cover anyway.
        painter.setPen(_pen(colour, width * width_scale, Qt.PenCapStyle.FlatCap))
        painter.drawLines(lines)
    for shape, path in bent:
        painter.setPen(_pen(shape.colour, shape.width_px * width_scale))
        painter.drawPolyline(path)


def _dots(painter: QPainter, run: Iterable[Dot], framing: Framing, width_scale: float) -> None:
    """Dots that follow each other; those of one look are drawn in one go."""
    scale, left, top = framing.scale, framing.left, framing.top
    looks: dict[tuple[Colour, float], list[QPointF]] = {}
    for shape in run:
        x, y = shape.centre
        if math.isfinite(x + y):
            place = QPointF(left + scale * x, top + scale * y)
            looks.setdefault((shape.colour, shape.radius_px), []).append(place)
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
    least_px = round(_LEAST_LETTERS * letter_scale())
    size_px = max(least_px, round(label.height_px * width_scale))
    font, letters_width, letters_height = _lettered(painter.font().toString(), size_px, label.text)
    side = 0.35 * letters_height
    width, height = letters_width + 2 * side, letters_height + _GAP
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


@functools.lru_cache(maxsize=512)
def _lettered(base: str, size_px: int, text: str) -> tuple[QFont, float, float]:
    """The font for words on a plate, and how wide and high they are in it."""
    font = QFont()
    font.fromString(base)
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetricsF(font)
    return font, metrics.horizontalAdvance(text), metrics.height()


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
