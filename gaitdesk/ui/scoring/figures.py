"""What is seen in a child for each answer of the items that are not judged by an angle.

Every figure stands in a field of `WIDTH` x `HEIGHT` units, y down, with the floor at `FLOOR`. Seen
from the side the child walks to the right, as on the dials. The limb that is judged is tinted in
its own colour, the other one is an outline; a thick line in the floor is where the foot touches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item
from gaitdesk.ui.theme import Theme

WIDTH, HEIGHT, FLOOR = 100.0, 84.0, 74.0

Paint = Callable[["Brush", Direction], None]


@dataclass(frozen=True, slots=True)
class Brush:
    """Paints parts of figures in the colours of the theme.

    Attributes:
        painter: Where to; in the units of the figures.
        theme: The colours.
        side: The limb that is judged.
    """

    painter: QPainter
    theme: Theme
    side: Side

    def limb(self, path: QPainterPath, *, is_judged: bool = True) -> None:
        """A part of the body; filled in the colour of its limb where it is judged."""
        self.painter.setPen(_pen(self.theme.ink if is_judged else self.theme.outline, 2.0))
        # One path of one colour: smooth outlines are what takes time.
        ground, tint = self.theme.surface, self.theme.side(self.side)
        self.painter.setBrush(_tinted(ground, tint) if is_judged else Qt.BrushStyle.NoBrush)
        self.painter.drawPath(path)

    def floor(self) -> None:
        """The floor from one edge to the other."""
        self.painter.setPen(_pen(self.theme.soft, 1.6))
        self.painter.drawLine(QPointF(0, FLOOR), QPointF(WIDTH, FLOOR))

    def touched(self, path: QPainterPath) -> None:
        """A thick line in the floor where a part of the body stands on it."""
        strip = QPainterPath()
        strip.addRect(0, FLOOR - 1.8, WIDTH, 3.0)
        touched = path.intersected(strip).boundingRect()
        if touched.isEmpty():
            return
        self.painter.setPen(_pen(self.theme.side(self.side), 5.0, cap=Qt.PenCapStyle.FlatCap))
        middle, reach = touched.center().x(), max(4.0, touched.width() / 2)
        below = FLOOR + 4.0
        self.painter.drawLine(QPointF(middle - reach, below), QPointF(middle + reach, below))

    def gap(self, x: float, top: float, bottom: float = FLOOR) -> None:
        """An arrow with two heads, as high as a gap."""
        self.painter.setPen(_pen(self.theme.side(self.side), 2.0))
        self.painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        reach = min(4.0, (bottom - top) / 2.5)
        for y, down in ((top, reach), (bottom, -reach)):
            for across in (-reach * 0.8, reach * 0.8):
                self.painter.drawLine(QPointF(x, y), QPointF(x + across, y + down))

    def dotted(self, path: QPainterPath) -> None:
        """A line of reference, or the way a foot took."""
        pen = _pen(self.theme.soft, 1.8)
        pen.setDashPattern([0.1, 2.4])
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(path)


def field_width(item: Item) -> float:
    """How much of the width of the field, around its middle, an item's figures need."""
    return 70.0 if item is Item.TRUNK_LATERAL_SHIFT else WIDTH


def draw_figure(
    painter: QPainter, box: QRectF, item: Item, direction: Direction, side: Side, theme: Theme
) -> None:
    """Draw what is seen for one answer, as large as a box allows.

    Raises:
        KeyError: The item is judged by an angle.
    """
    paint = _PAINTS[item]
    painter.save()
    wide = field_width(item)
    share = min(box.width() / wide, box.height() / HEIGHT)
    painter.translate(box.center().x() - share * WIDTH / 2, box.center().y() - share * HEIGHT / 2)
    painter.scale(share, share)
    if side is Side.LEFT and item in MIRRORED:
        painter.translate(WIDTH, 0)
        painter.scale(-1, 1)
    painter.setClipRect(QRectF((WIDTH - wide) / 2, 0, wide, HEIGHT), Qt.ClipOperation.IntersectClip)
    paint(Brush(painter, theme, side), direction)
    painter.restore()


def _tinted(ground: str, tint: str, share: float = 0.3) -> QColor:
    """A ground under a thin coat of another colour."""
    below, above = QColor(ground), QColor(tint)

    def mixed(one: float, other: float) -> float:
        return (1 - share) * one + share * other

    return QColor.fromRgbF(
        mixed(below.redF(), above.redF()),
        mixed(below.greenF(), above.greenF()),
        mixed(below.blueF(), above.blueF()),
    )


def _pen(colour: str, width: float, cap: Qt.PenCapStyle = Qt.PenCapStyle.RoundCap) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(cap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _lower_leg(pitch_deg: float, lean_deg: float, *, toes_deg: float = 0.0) -> QPainterPath:
    """Shank and foot seen from the side, the ankle at (0, 0).

    Args:
        pitch_deg: Of the foot against the floor, toes up positive.
        lean_deg: Of the shank, knee forward positive.
        toes_deg: How far the toes are bent upwards against the foot.
    """
    foot = QPainterPath(QPointF(-6, -5))
    foot.cubicTo(-6, 0, -13, 3, -12, 9)
    foot.quadTo(-11, 13, -6, 13)
    foot.quadTo(3, 10.5, 12, 12)
    foot.quadTo(21, 14, 23, 10)
    foot.lineTo(21, 6)
    foot.quadTo(12, 3, 7, -5)
    foot.closeSubpath()
    toes = QPainterPath(QPointF(18, 13))
    toes.lineTo(29, 13)
    toes.quadTo(33.5, 12, 32, 9)
    toes.quadTo(28, 6, 19, 5)
    toes.closeSubpath()
    bent = QTransform().translate(19.5, 10).rotate(-toes_deg).translate(-19.5, -10)
    foot = QTransform().rotate(-pitch_deg).map(foot.united(bent.map(toes)))
    shank = QPainterPath(QPointF(-6, 1))
    shank.cubicTo(-7, -12, -14, -22, -10, -44)
    shank.lineTo(-9, -90)
    shank.lineTo(9, -90)
    shank.lineTo(8, -44)
    shank.quadTo(7, -18, 7, 1)
    shank.closeSubpath()
    ankle = QPainterPath()
    ankle.addEllipse(QPointF(0.5, 0), 6.8, 6.8)
    return QTransform().rotate(lean_deg).map(shank).united(ankle).united(foot)


def _placed(path: QPainterPath, x: float, *, above: float = 0.0, size: float = 1.0) -> QPainterPath:
    """A path with its (0, 0) at a place across, its lowest point so far above the floor."""
    path = QTransform.fromScale(size, size).map(path)
    return path.translated(x, FLOOR - above - path.boundingRect().bottom())


def _initial_contact(brush: Brush, direction: Direction) -> None:
    match direction:
        case Direction.HEEL:
            leg = _lower_leg(24, -16)
        case Direction.FLATFOOT:
            leg = _lower_leg(0, -7)
        case _:
            leg = _lower_leg(-32, 6, toes_deg=26)
    foot = _placed(leg, 42, size=1.25)
    brush.limb(foot)
    brush.floor()
    brush.touched(foot)


def _heel_lift(brush: Brush, direction: Direction) -> None:
    size = 0.82
    risen = _lower_leg(-26, 24, toes_deg=26)
    other: QPainterPath | None = None
    match direction:
        case Direction.NORMAL:
            foot = _placed(risen, 22, size=size)
            other = _placed(_lower_leg(14, -6), 70, above=11, size=size)
        case Direction.EARLY:
            foot = _placed(risen, 62, size=size)
            other = _placed(_lower_leg(-28, 50), 24, above=9, size=size)
        case Direction.DELAYED:
            foot = _placed(_lower_leg(-12, 30, toes_deg=12), 22, size=size)
            other = _placed(_lower_leg(0, -10), 70, size=size)
        case Direction.NO_HEEL_CONTACT:
            foot = _placed(_lower_leg(-30, 6, toes_deg=30), 40, size=1.1)
        case _:
            foot = _placed(_lower_leg(20, 12), 40, size=1.1)
    if other is not None:
        brush.limb(other, is_judged=False)
    brush.limb(foot)
    brush.floor()
    brush.touched(foot)


def _foot_clearance(brush: Brush, direction: Direction) -> None:
    brush.floor()
    match direction:
        case Direction.FULL:
            _draw_swing(brush, _lower_leg(4, 16), 38, above=15)
        case Direction.REDUCED:
            _draw_swing(brush, _lower_leg(-6, 20), 38, above=5)
        case Direction.HIGH_STEPS:
            _draw_high(brush)
        case Direction.NONE:
            foot = _placed(_lower_leg(-16, 22), 38)
            brush.limb(foot)
            brush.touched(foot)
        case _:
            low = _placed(_lower_leg(-10, 26), 15, above=4, size=0.62)
            brush.limb(low)
            brush.gap(low.boundingRect().right() - 7, FLOOR - 4)
            _draw_high(brush, x=64, size=0.8)


def _draw_swing(brush: Brush, leg: QPainterPath, x: float, *, above: float) -> None:
    brush.limb(_placed(leg, x, above=above))
    brush.gap(x + 44, FLOOR - above)


def _draw_high(brush: Brush, *, x: float = 50, size: float = 1.0) -> None:
    """A foot lifted high, with the knee in view and the thigh nearly level."""
    above = 36.0
    ankle_y = FLOOR - above - 13 * size
    knee = QPointF(x + 2, ankle_y - 26 * size)
    clip = QPainterPath()
    clip.addRect(0, knee.y(), WIDTH, HEIGHT)
    shank = _placed(_lower_leg(0, 4), x, above=above, size=size).intersected(clip)
    thigh = QPainterPath()
    reach = 11 * size
    thigh.addPolygon(
        QPolygonF(
            [
                knee + QPointF(0, -reach),
                knee + QPointF(0, reach),
                knee + QPointF(-80, reach + 8),
                knee + QPointF(-80, -reach - 20),
            ]
        )
    )
    thigh.closeSubpath()
    joint = QPainterPath()
    joint.addEllipse(knee, reach, reach)
    brush.limb(shank.united(thigh).united(joint))
    brush.gap(x + 12 * size, FLOOR - above)


def _knee_progression(brush: Brush, direction: Direction) -> None:
    """A right limb seen from the front, the other one beside it."""
    across, width = {
        Direction.NORMAL: (0.0, 10.5),
        Direction.INTERNAL: (7.5, 8.5),
        Direction.EXTERNAL: (-7.5, 8.5),
        Direction.INTERNAL_HIDDEN: (16.5, 8.5),
        Direction.EXTERNAL_HIDDEN: (-16.5, 8.5),
    }[direction]
    brush.limb(_front_leg(0.0).translated(77, 0), is_judged=False)
    leg = _front_leg(0.6 * across).translated(32, 0)
    brush.limb(leg)
    kneecap = QPainterPath()
    kneecap.addEllipse(QPointF(32 + across, 30), width, 12)
    colour = QColor(brush.theme.side(brush.side))
    brush.painter.setPen(_pen(brush.theme.surface, 1.4))
    brush.painter.setBrush(colour)
    brush.painter.drawPath(kneecap.intersected(leg))
    brush.painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.painter.setPen(_pen(brush.theme.ink, 2.0))
    brush.painter.drawPath(leg)
    brush.floor()


def _front_leg(toes_x: float) -> QPainterPath:
    """A leg from the front from mid-thigh to the floor, its knee at (0, 30)."""
    leg = QPainterPath(QPointF(-21, -5))
    leg.cubicTo(-20, 8, -15, 18, -18, 30)
    leg.cubicTo(-19, 42, -13, 52, -8, 66)
    leg.lineTo(8, 66)
    leg.cubicTo(13, 52, 19, 42, 18, 30)
    leg.cubicTo(15, 18, 20, 8, 21, -5)
    leg.closeSubpath()
    foot = QPainterPath(QPointF(-8, 62))
    foot.cubicTo(-10 + toes_x, 66, -13 + toes_x, FLOOR, -10 + toes_x, FLOOR)
    foot.lineTo(10 + toes_x, FLOOR)
    foot.cubicTo(13 + toes_x, FLOOR, 10 + toes_x, 66, 8, 62)
    foot.closeSubpath()
    return leg.united(foot)


def _trunk_shift(brush: Brush, direction: Direction) -> None:
    """A child standing on the right limb, seen from behind; the dotted line stands over it."""
    shift = {
        Direction.NORMAL: 3.0,
        Direction.MODERATE: 10.0,
        Direction.REDUCED: -7.0,
        Direction.MARKED: 18.0,
    }[direction]
    hips, foot_x = QPointF(46, 43), 54.0
    upright = QPainterPath(QPointF(hips.x(), 1))
    upright.lineTo(hips.x(), FLOOR)
    brush.dotted(upright)
    brush.limb(_tube([QPointF(40, 46), QPointF(38, 58), QPointF(39, 67)], 6.5), is_judged=False)
    brush.limb(_tube([QPointF(52, 46), QPointF(54, 60), QPointF(foot_x, FLOOR - 3)], 7.0))
    tilt = QTransform().translate(hips.x(), hips.y()).shear(-shift / 26, 0)
    trunk = QPainterPath(QPointF(-11, 5))
    trunk.cubicTo(-7, -6, -9, -12, -13, -21)
    trunk.quadTo(-13, -25, -6, -26)
    trunk.lineTo(6, -26)
    trunk.quadTo(13, -25, 13, -21)
    trunk.cubicTo(9, -12, 7, -6, 11, 5)
    trunk.quadTo(0, 9, -11, 5)
    trunk.closeSubpath()
    # The trunk leans over the pelvis, which keeps its place.
    bent = tilt.map(trunk)
    head = QPainterPath()
    head.addEllipse(QPointF(hips.x() + 1.15 * shift, hips.y() - 34), 6.5, 7.5)
    for out in (-1, 1):
        shoulder = QPointF(hips.x() + 0.8 * shift + 12 * out, hips.y() - 21)
        arm = [shoulder, shoulder + QPointF(5 * out, 11), shoulder + QPointF(4 * out, 22)]
        brush.limb(_tube(arm, 4.0), is_judged=False)
    brush.limb(bent.united(head))
    brush.floor()
    stance = QPainterPath()
    stance.addRect(foot_x - 4, FLOOR - 1, 8, 1)
    brush.touched(stance)


def _tube(points: list[QPointF], width: float) -> QPainterPath:
    """A limb of even width along points."""
    joined = QPainterPath()
    for start, end in pairwise(points):
        along = end - start
        length = (along.x() ** 2 + along.y() ** 2) ** 0.5
        across = QPointF(-along.y(), along.x()) * (width / 2 / length)
        piece = QPainterPath()
        piece.addPolygon(QPolygonF([start + across, end + across, end - across, start - across]))
        piece.closeSubpath()
        joined = joined.united(piece)
    for point in points:
        joint = QPainterPath()
        joint.addEllipse(point, width / 2, width / 2)
        joined = joined.united(joint)
    return joined


_PAINTS: Mapping[Item, Paint] = MappingProxyType(
    {
        Item.INITIAL_CONTACT: _initial_contact,
        Item.HEEL_LIFT: _heel_lift,
        Item.FOOT_CLEARANCE: _foot_clearance,
        Item.KNEE_PROGRESSION: _knee_progression,
        Item.TRUNK_LATERAL_SHIFT: _trunk_shift,
    }
)

MIRRORED = frozenset({Item.KNEE_PROGRESSION, Item.TRUNK_LATERAL_SHIFT})
"""Items seen from the front or from behind, whose figures differ between the limbs."""
