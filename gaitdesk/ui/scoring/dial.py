"""An item's limits around the joint they are about, with the measured angle and its error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.i18n import tr
from gaitdesk.report.answers import measured_words
from gaitdesk.report.words import number
from gaitdesk.scoring.criteria import BANDS
from gaitdesk.ui.parts.drawn import Drawn
from gaitdesk.ui.theme import Theme, current, em

MARGIN_DEG = 14.0
"""How far the outermost bands are drawn beyond their last limit."""
NUMBERS = (0.7, 0.92)
"""Between these shares of the radius the numbers of the bands stand."""
FIXED_SHARE = 0.5
"""Length of the segment that stands still, of the one that moves."""


@dataclass(frozen=True, slots=True)
class Posture:
    """How an angle lies in the drawing; angles counter-clockwise from the right.

    Attributes:
        zero_deg: Where the moving segment points at 0.
        turn: +1 where positive values turn it counter-clockwise, -1 where clockwise.
        fixed_deg: Where the segment it is measured against points; None where there is none.
        follows_side: Whether the drawing is mirrored for the right limb.
        widened: How many times wider than true the angles are drawn, so that they can be seen.
        caption: From where the drawing is seen.
    """

    zero_deg: float
    turn: int
    fixed_deg: float | None
    caption: str
    follows_side: bool = False
    widened: float = 1.0


def posture(item: Item) -> Posture:
    """How the angle of an item lies in the drawing.

    Raises:
        ValueError: The item is not judged by an angle.
    """
    side, behind, above = tr("from the side"), tr("from behind"), tr("from above")
    match item:
        case Item.STANCE_DORSIFLEXION | Item.SWING_DORSIFLEXION:
            return Posture(0.0, 1, 90.0, side)
        case Item.STANCE_KNEE_EXTENSION | Item.TERMINAL_SWING_KNEE | Item.SWING_KNEE_FLEXION:
            return Posture(-90.0, -1, 90.0, side)
        case Item.STANCE_HIP_EXTENSION | Item.SWING_HIP_FLEXION:
            return Posture(-90.0, 1, 90.0, side)
        case Item.TRUNK_SAGITTAL:
            return Posture(90.0, -1, -90.0, side, widened=2.0)
        case Item.HINDFOOT_VARUS_VALGUS:
            return Posture(-90.0, -1, 90.0, behind, follows_side=True, widened=2.0)
        case Item.FOOT_ROTATION:
            return Posture(90.0, 1, None, above, follows_side=True)
        case Item.PELVIC_OBLIQUITY:
            return Posture(180.0, -1, None, behind, follows_side=True, widened=2.0)
        case Item.PELVIC_ROTATION:
            return Posture(180.0, -1, None, above, follows_side=True, widened=2.0)
        case _:
            raise ValueError(f"{item} is judged by what is seen, not by an angle")


@dataclass(frozen=True, slots=True)
class Sector:
    """One band as it is drawn.

    Attributes:
        low, high: Its ends, degrees of the item, both finite.
        score: What a value in it means.
    """

    low: float
    high: float
    score: Score


def sectors(item: Item) -> tuple[Sector, ...]:
    """The bands of an item without gaps, cut off beyond their last limits."""
    bands = BANDS[item]
    ends = [(a.highest + b.lowest) / 2 for a, b in pairwise(bands)]
    lows = [ends[0] - MARGIN_DEG, *ends]
    highs = [*ends, ends[-1] + MARGIN_DEG]
    return tuple(
        Sector(low, high, band.score) for low, high, band in zip(lows, highs, bands, strict=True)
    )


class Dial(QWidget):
    """Shows where a measured angle lies among the limits of its item."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: Item | None = None
        self._side = Side.LEFT
        self._measure: Measure | None = None
        self._drawn = Drawn(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(em(self, 15), em(self, 14))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 11), em(self, 10))

    def show_item(self, side: Side, item: Item, measure: Measure | None) -> None:
        """Show an item's limits; it is empty for items that are not judged by an angle."""
        self._side = side
        self._item = item if item in BANDS else None
        is_angle = measure is not None and measure.unit is Unit.DEGREE
        self._measure = measure if is_angle else None
        self.setVisible(self._item is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._item is not None:
            self._drawn.paint((self._side, self._item, self._measure), self._draw)

    def _draw(self, painter: QPainter) -> None:
        assert self._item is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _Drawing(painter, self.rect().toRectF(), self._item, self._side, self.font()).draw(
            self._measure
        )


class _Drawing:
    """One drawing of a dial: where things lie, then the things."""

    def __init__(self, painter: QPainter, box: QRectF, item: Item, side: Side, font: QFont) -> None:
        self.painter, self.item = painter, item
        self.side = side
        self.theme: Theme = current()
        self.sectors = sectors(item)
        self.posture = posture(item)
        self.small = QFont(font)
        self.small.setPointSizeF(font.pointSizeF() * 0.85)
        self.letters = QFontMetricsF(self.small)
        self._lay_out(box)

    def _lay_out(self, box: QRectF) -> None:
        """Choose joint and radius so that sectors, labels and fixed segment fill the box."""
        room = 1.5 * self.letters.height()
        caption = 1.2 * self.letters.height()
        inside = box.adjusted(room, room * 0.8, -room, -room * 0.8 - caption)
        lowest, highest = self.sectors[0].low, self.sectors[-1].high
        steps = [lowest + (highest - lowest) * i / 40 for i in range(41)]
        reach = [QPointF(0, 0), *(self._unit(value) for value in steps)]
        if self.posture.fixed_deg is not None:
            reach.append(_at(self.posture.fixed_deg) * FIXED_SHARE)
        xs, ys = [p.x() for p in reach], [p.y() for p in reach]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        self.radius = min(inside.width() / max(width, 0.2), inside.height() / max(height, 0.2))
        self.joint = QPointF(
            inside.center().x() - (max(xs) + min(xs)) / 2 * self.radius,
            inside.center().y() - (max(ys) + min(ys)) / 2 * self.radius,
        )
        self.box = box

    def _angle(self, value: float) -> float:
        """Where a value points in the drawing, degrees counter-clockwise from the right."""
        held = self.posture
        angle = held.zero_deg + held.turn * held.widened * value
        if held.follows_side and self.side is Side.RIGHT:
            angle = 180.0 - angle
        return angle

    def _unit(self, value: float) -> QPointF:
        return _at(self._angle(value))

    def draw(self, measure: Measure | None) -> None:
        """Draw the bands and their limits, the segments, and what was measured."""
        for sector in self.sectors:
            self._draw_sector(sector)
        for sector in self.sectors[1:]:
            self._draw_limit(sector.low)
        self._draw_zero()
        self._draw_fixed()
        if measure is not None and math.isfinite(measure.value):
            self._draw_measured(measure)
        self._draw_caption()

    def _wedge(self, low: float, high: float, inner: float, outer: float) -> QPainterPath:
        """The part of a ring between two values, radii as shares of the dial's."""
        start, end = self._angle(low), self._angle(high)
        path = QPainterPath()
        big, little = outer * self.radius, inner * self.radius
        path.arcMoveTo(_square(self.joint, big), start)
        path.arcTo(_square(self.joint, big), start, end - start)
        path.arcTo(_square(self.joint, little), end, start - end)
        path.closeSubpath()
        return path

    def _draw_sector(self, sector: Sector) -> None:
        ground = QColor(self.theme.score_ground(sector.score))
        if sector.score is Score.NORMAL:
            ground = QColor(self.theme.band)
        self.painter.setPen(QPen(QColor(self.theme.surface), 2.0))
        self.painter.setBrush(ground)
        self.painter.drawPath(self._wedge(sector.low, sector.high, 0.62, 1.0))
        middle = self._unit((sector.low + sector.high) / 2) * (0.81 * self.radius) + self.joint
        ink = self.theme.ink
        if sector.score is not Score.NORMAL:
            ink = self.theme.score_ink(sector.score)
        spread = abs(self._angle(sector.high) - self._angle(sector.low))
        if math.radians(spread) * 0.81 * self.radius > 1.1 * self.letters.averageCharWidth():
            self.painter.setFont(self.small)
            self.painter.setPen(QColor(ink))
            self._text(middle, str(int(sector.score)))

    def _draw_limit(self, value: float) -> None:
        """The limit between two bands; written as the whole degree the upper band begins with."""
        whole = math.floor(value + 0.5)
        self.painter.setFont(self.small)
        self.painter.setPen(QColor(self.theme.soft))
        away = 0.8 * self.letters.height() / max(1.0, self.radius)
        self._text(self._unit(value) * ((1.0 + away) * self.radius) + self.joint, number(whole))

    def _draw_zero(self) -> None:
        if not self.sectors[0].low < 0 < self.sectors[-1].high:
            return
        pen = QPen(QColor(self.theme.outline), 1.0, Qt.PenStyle.DotLine)
        self.painter.setPen(pen)
        self.painter.drawLine(self.joint, self.joint + self._unit(0.0) * (0.6 * self.radius))

    def _draw_fixed(self) -> None:
        held = self.posture
        self.painter.setPen(_thick(self.theme.outline, 0.06 * self.radius))
        if held.fixed_deg is not None:
            self.painter.drawLine(
                self.joint, self.joint + _at(held.fixed_deg) * (FIXED_SHARE * self.radius)
            )
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(self.theme.outline))
        self.painter.drawEllipse(self.joint, 0.05 * self.radius, 0.05 * self.radius)

    def _draw_measured(self, measure: Measure) -> None:
        lowest, highest = self.sectors[0].low, self.sectors[-1].high
        value = min(highest, max(lowest, measure.value))
        if math.isfinite(measure.error) and measure.error > 0:
            low = min(highest, max(lowest, measure.value - measure.error))
            high = min(highest, max(lowest, measure.value + measure.error))
            shade = QColor(self.theme.side(self.side))
            shade.setAlphaF(0.28)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(shade)
            self.painter.drawPath(self._wedge(low, high, 0.06, 0.6))
            self.painter.setBrush(QColor(self.theme.side(self.side)))
            self.painter.drawPath(self._wedge(low, high, 0.54, 0.6))
        # The number of the band stands in its middle, so the needle is broken there.
        for start, inner, outer in ((0.0, 0.6, NUMBERS[0]), (NUMBERS[1], NUMBERS[1], 1.0)):
            for at, colour, width in (
                (inner, self.theme.surface, 0.09),
                (start, self.theme.side(self.side), 0.045),
            ):
                pen = QPen(QColor(colour), max(2.0, width * self.radius))
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                self.painter.setPen(pen)
                ends = [self.joint + self._unit(value) * (r * self.radius) for r in (at, outer)]
                self.painter.drawLine(*ends)

    def _draw_caption(self) -> None:
        said = self.posture.caption
        if self.posture.widened > 1:
            said = tr("{view}, angles drawn {times} times as wide").format(
                view=said, times=number(self.posture.widened)
            )
        self.painter.setFont(self.small)
        self.painter.setPen(QColor(self.theme.soft))
        aligned = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
        self.painter.drawText(self.box, aligned | Qt.TextFlag.TextWordWrap, said)

    def _text(self, middle: QPointF, said: str) -> None:
        width, height = self.letters.horizontalAdvance(said) + 4, self.letters.height()
        box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)


def _at(angle_deg: float) -> QPointF:
    """Unit vector of an angle, y down."""
    return QPointF(math.cos(math.radians(angle_deg)), -math.sin(math.radians(angle_deg)))


def _square(middle: QPointF, radius: float) -> QRectF:
    return QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)


def _thick(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), max(2.0, width))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def described(item: Item, measure: Measure | None) -> str:
    """The drawing in words, for those who cannot see it."""
    if measure is None:
        return tr("No angle was measured.")
    return tr("Measured: {value}").format(value=measured_words(item, measure))
