"""How visits, and changes between them, are told apart: by colour, by dash and by shape."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.report.change import Way
from gaitdesk.ui.theme import Theme, current, em

MOST_VISITS = 4
"""More cannot be told apart, nor do their columns fit."""

_LIGHT = ("#51606C", "#0067A5", "#AE4500", "#7B2D82")
_DARK = ("#A9B6C1", "#6DB9F2", "#F5A163", "#D78CDD")
_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)


def visit_colour(place: int) -> str:
    """Colour of the visit in a place from 0, as "#rrggbb"."""
    return (_DARK if current().is_dark else _LIGHT)[place % MOST_VISITS]


def visit_pen(place: int, width: float = 2.0) -> QPen:
    """The line that stands for a visit in curves and bars."""
    pen = QPen(QColor(visit_colour(place)), width, _DASHES[place % MOST_VISITS])
    pen.setCosmetic(True)
    return pen


class VisitLine(QWidget):
    """A short piece of a visit's line, for legends."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(em(self, 2.6), em(self, 1.2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(visit_pen(self._place, 3.0))
        middle = self.height() // 2
        painter.drawLine(0, middle, self.width(), middle)


def way_colour(went: Way, theme: Theme) -> str:
    """Colour of a change; its shape says the same."""
    match went:
        case Way.BETTER:
            return theme.good
        case Way.WORSE:
            return theme.marked_line
        case Way.SAME:
            return theme.outline
        case Way.OTHERWISE:
            return theme.ink


def draw_way(painter: QPainter, box: QRectF, went: Way, theme: Theme) -> None:
    """A change of an item: full triangle up for worse, open one down for better, = for same."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(way_colour(went, theme))
    pen = QPen(colour, max(1.4, box.height() * 0.12))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    left, right, top, bottom = box.left(), box.right(), box.top(), box.bottom()
    middle = box.center()
    match went:
        case Way.WORSE:
            painter.setBrush(colour)
            painter.drawPolygon(
                QPolygonF([QPointF(left, bottom), QPointF(right, bottom), QPointF(middle.x(), top)])
            )
        case Way.BETTER:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(
                QPolygonF([QPointF(left, top), QPointF(right, top), QPointF(middle.x(), bottom)])
            )
        case Way.SAME:
            for y in (middle.y() - box.height() * 0.16, middle.y() + box.height() * 0.16):
                painter.drawLine(
                    QPointF(left + box.width() * 0.2, y), QPointF(right - box.width() * 0.2, y)
                )
        case Way.OTHERWISE:
            for end, back in ((left, 1.0), (right, -1.0)):
                tip = QPointF(end, middle.y())
                reach = back * box.width() * 0.3
                painter.drawLine(QPointF(left, middle.y()), QPointF(right, middle.y()))
                for up in (-1.0, 1.0):
                    painter.drawLine(tip, tip + QPointF(reach, up * box.height() * 0.28))
    painter.restore()
