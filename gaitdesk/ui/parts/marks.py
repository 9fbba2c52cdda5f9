"""Small drawings that stand for a score, its state, who gave it, and how sure they are."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from gaitdesk.domain.evgs import ItemScore, Origin, Score, State
from gaitdesk.ui.theme import Theme
from gaitdesk.ui.words import origin_letter

CERTAINTY_STEPS = 5

_DIAMOND = ((0, -1), (1, 0), (0, 1), (-1, 0))


def draw_badge(painter: QPainter, box: QRectF, cell: ItemScore | None, theme: Theme) -> None:
    """The score of a cell: filled with a tick when confirmed, a dashed outline when proposed.

    A diamond with a question mark is left to the reviewer; a dash in a circle cannot be scored.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if cell is not None and cell.state is State.SCORED and cell.score is not None:
        _draw_score(painter, box, cell.score, cell.is_confirmed, theme)
    elif cell is not None and cell.state is State.NOT_SCORABLE:
        _draw_dash(painter, box, cell.is_confirmed, theme)
    else:
        _draw_question(painter, box, theme)
    painter.restore()


def _draw_score(
    painter: QPainter, box: QRectF, score: Score, is_confirmed: bool, theme: Theme
) -> None:
    radius = box.height() * 0.24
    edge = max(1.2, box.height() * 0.07)
    inner = box.adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2)
    if is_confirmed:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.score_ground(score)))
        painter.drawRoundedRect(box, radius, radius)
        painter.setPen(QColor(theme.score_ink(score)))
    else:
        pen = QPen(QColor(theme.score_line(score)), edge)
        pen.setDashPattern([2.2, 1.8])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner, radius, radius)
        painter.setPen(QColor(theme.ink))
    _letter(painter, box, str(int(score)), 0.62, is_bold=True)


def _draw_dash(painter: QPainter, box: QRectF, is_confirmed: bool, theme: Theme) -> None:
    edge = max(1.2, box.height() * 0.07)
    inner = box.adjusted(edge, edge, -edge, -edge)
    pen = QPen(QColor(theme.outline), edge)
    if not is_confirmed:
        pen.setDashPattern([2.2, 1.8])
    painter.setPen(pen)
    painter.setBrush(QColor(theme.hairline) if is_confirmed else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(inner)
    painter.setPen(QPen(QColor(theme.ink), edge * 1.2))
    middle = box.center()
    reach = box.width() * 0.2
    painter.drawLine(middle - QPointF(reach, 0), middle + QPointF(reach, 0))


def _draw_question(painter: QPainter, box: QRectF, theme: Theme) -> None:
    edge = max(1.2, box.height() * 0.07)
    middle, reach = box.center(), box.width() / 2 - edge / 2
    corners = [
        middle + QPointF(reach * math.cos(angle), reach * math.sin(angle))
        for angle in (0, math.pi / 2, math.pi, 3 * math.pi / 2)
    ]
    painter.setPen(QPen(QColor(theme.outline), edge))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF(corners))
    painter.setPen(QColor(theme.ink))
    _letter(painter, box, "?", 0.5, is_bold=True)


def _letter(
    painter: QPainter, box: QRectF, text: str, share: float, *, is_bold: bool = False
) -> None:
    font = QFont(painter.font())
    font.setPixelSize(max(7, round(box.height() * share)))
    font.setBold(is_bold)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def draw_origin(painter: QPainter, box: QRectF, origin: Origin, theme: Theme) -> None:
    """Who gave a score: a square for rules, a hexagon for the network, a disc for a person."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.soft), max(1.0, box.height() * 0.07)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ink = theme.soft
    middle, reach = box.center(), box.width() / 2 - 1
    match origin:
        case Origin.RULES:
            inset = reach * 0.16
            painter.drawRect(box.adjusted(inset + 1, inset + 1, -inset - 1, -inset - 1))
        case Origin.NETWORK | Origin.PHANTOM:
            sides = 6 if origin is Origin.NETWORK else 3
            start = -math.pi / 2
            painter.drawPolygon(
                QPolygonF(
                    [
                        middle
                        + QPointF(
                            reach * math.cos(start + 2 * math.pi * i / sides),
                            reach * math.sin(start + 2 * math.pi * i / sides),
                        )
                        for i in range(sides)
                    ]
                )
            )
        case Origin.REVIEWER:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(middle, reach, reach)
            ink = theme.on_accent
    painter.setPen(QColor(ink))
    _letter(painter, box, origin_letter(origin), 0.58, is_bold=True)
    painter.restore()


def draw_certainty(painter: QPainter, box: QRectF, certainty: float, theme: Theme) -> None:
    """How sure a machine is, as steps that rise; all five when it is at least 90 % sure."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    lit = certainty_steps(certainty)
    gap = max(1.0, box.width() * 0.06)
    width = (box.width() - gap * (CERTAINTY_STEPS - 1)) / CERTAINTY_STEPS
    for step in range(CERTAINTY_STEPS):
        height = box.height() * (0.36 + 0.64 * step / (CERTAINTY_STEPS - 1))
        painter.setBrush(QColor(theme.ink if step < lit else theme.hairline))
        painter.drawRect(
            QRectF(
                box.left() + step * (width + gap), box.bottom() - height, max(1.0, width), height
            )
        )
    painter.restore()


def certainty_steps(certainty: float) -> int:
    """How many of five steps are lit: one below 50 %, all from 90 % on."""
    return 1 + sum(certainty >= limit for limit in (0.5, 0.65, 0.8, 0.9))


def draw_disagreement(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """Two readers say different things: a sign for "not equal" in an octagon."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, reach = box.center(), box.height() / 2
    corners = [
        middle + QPointF(reach * math.cos(angle), reach * math.sin(angle))
        for angle in (math.pi / 8 + math.pi / 4 * i for i in range(8))
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.moderate))
    painter.drawPolygon(QPolygonF(corners))
    painter.setPen(QPen(QColor(theme.on_moderate), max(1.3, box.height() * 0.11)))
    wide, high = 0.45 * reach, 0.22 * reach
    for down in (-high, high):
        painter.drawLine(middle + QPointF(-wide, down), middle + QPointF(wide, down))
    painter.drawLine(
        middle + QPointF(-0.3 * reach, 0.6 * reach), middle + QPointF(0.3 * reach, -0.6 * reach)
    )
    painter.restore()


def draw_chance(
    painter: QPainter,
    box: QRectF,
    chance: float,
    spread: float,
    is_atypical: bool | None,
    theme: Theme,
) -> None:
    """How likely something is atypical: a marker on a scale from typical to atypical.

    A disc stands for typical, a triangle for atypical, a diamond where that cannot be told; the
    band around it is one standard deviation over the clips.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, size = box.center().y(), 0.42 * box.height()
    painter.setPen(QPen(QColor(theme.outline), max(1.0, 0.08 * box.height())))
    painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
    for share in (0.0, 0.5, 1.0):
        x = box.left() + share * box.width()
        painter.drawLine(QPointF(x, middle - 0.6 * size), QPointF(x, middle + 0.6 * size))
    low, high = max(0.0, chance - spread), min(1.0, chance + spread)
    band = QRectF(
        box.left() + low * box.width(), middle - 0.3 * size, (high - low) * box.width(), 0.6 * size
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.outline))
    painter.drawRect(band)
    place = QPointF(box.left() + chance * box.width(), middle)
    painter.setPen(QPen(QColor(theme.surface), 1.0))
    if is_atypical:
        painter.setBrush(QColor(theme.marked_line))
        painter.drawPolygon(
            QPolygonF(
                [
                    place + QPointF(-size, 0.8 * size),
                    place + QPointF(0, -size),
                    place + QPointF(size, 0.8 * size),
                ]
            )
        )
    elif is_atypical is not None:
        painter.setBrush(QColor(theme.normal_line))
        painter.drawEllipse(place, 0.85 * size, 0.85 * size)
    else:
        painter.setBrush(QColor(theme.moderate))
        painter.drawPolygon(QPolygonF([place + QPointF(x * size, y * size) for x, y in _DIAMOND]))
    painter.restore()


def draw_tick(painter: QPainter, box: QRectF, colour: str) -> None:
    """A tick: a person has confirmed it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), max(1.6, box.height() * 0.14))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(box.topLeft() + QPointF(box.width() * 0.16, box.height() * 0.55))
    path.lineTo(box.topLeft() + QPointF(box.width() * 0.42, box.height() * 0.8))
    path.lineTo(box.topLeft() + QPointF(box.width() * 0.86, box.height() * 0.24))
    painter.drawPath(path)
    painter.restore()


def draw_speech(painter: QPainter, box: QRectF, colour: str) -> None:
    """A speech bubble: there is a comment."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), max(1.0, box.height() * 0.09)))
    body = QRectF(box.left(), box.top() + box.height() * 0.12, box.width(), box.height() * 0.58)
    path = QPainterPath()
    path.addRoundedRect(body, box.height() * 0.14, box.height() * 0.14)
    painter.drawPath(path)
    foot = body.bottomLeft() + QPointF(box.width() * 0.28, 0)
    painter.drawPolyline(
        [foot, foot + QPointF(0, box.height() * 0.22), foot + QPointF(box.width() * 0.24, 0)]
    )
    painter.restore()
