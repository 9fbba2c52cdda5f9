"""Pointing at the person who is the patient, by mouse and by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from gaitdesk.domain.correction import PersonChoice
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import text_scale
from gaitdesk.ui.viewer.layers import mask_outline
from gaitdesk.ui.viewer.tools import Tool

if TYPE_CHECKING:
    from gaitdesk.perception.present import Present
    from gaitdesk.ui.viewer.film_pane import FilmPane

_OTHER, _OWN = QColor(255, 214, 74), QColor(235, 238, 242)
_PLATE, _INK = QColor(20, 22, 26, 225), QColor(20, 22, 26)
_VEIL = QColor(17, 19, 23, 90)
_NUMBER_PX, _WORDS_PX = 15, 13


class PersonPicking(QObject):
    """Picking a person, for all films.

    Signals:
        chosen: The `PersonChoice` pointed at.
        kept: The person pointed at is the patient already.
        looked: Another frame is shown, whose people are wanted.
        left: Nobody is to be picked any more.
    """

    chosen = Signal(object)
    kept = Signal()
    looked = Signal()
    left = Signal()


class PersonTool(Tool):
    """Shows everyone in the frame, numbered from left to right, and lets one of them be picked."""

    def __init__(self, pane: FilmPane, picking: PersonPicking) -> None:
        super().__init__(pane)
        self.picking = picking
        self._people: tuple[Present, ...] = ()
        self._frame: int | None = None
        self._hover: int | None = None

    def show_people(self, frame: int, people: tuple[Present, ...]) -> None:
        """Show who is in a frame, for as long as that frame is shown."""
        if frame == self.pane.shown_frame:
            self._frame, self._people, self._hover = frame, people, None
            self.pane.update()

    @property
    def people(self) -> tuple[Present, ...]:
        """Everyone in the frame shown, from left to right; nobody while they are looked for."""
        return self._people if self._frame == self.pane.shown_frame else ()

    @property
    def patient(self) -> int | None:
        """Which of them is followed; None where the patient is not among them."""
        film, frame = self.pane.film, self.pane.shown_frame
        if film is None or frame is None or frame >= len(film.pose):
            return None
        points = film.pose.points_px[frame]
        return next((i for i, one in enumerate(self.people) if one.is_at(points)), None)

    def pick(self, number: int) -> None:
        """Say that one of them is the patient, counted from 0."""
        if not 0 <= number < len(self.people) or not self.pane.can_correct:
            return
        if number == self.patient:
            self.picking.kept.emit()
            return
        frame = self.pane.shown_frame
        assert frame is not None
        place = self.people[number].place_px
        self.picking.chosen.emit(PersonChoice(self.pane.film_index, frame, place))

    def press(self, event: QMouseEvent) -> bool:
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        found = self._at(event.position())
        if found is None:
            return False
        self.pick(found)
        return True

    def hover(self, place: QPointF) -> Qt.CursorShape | None:
        found = self._at(place)
        if found != self._hover:
            self._hover = found
            self.pane.update()
        return None if found is None else Qt.CursorShape.PointingHandCursor

    def wants(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape or self._number(event) is not None

    def key(self, event: QKeyEvent) -> bool:
        number = self._number(event)
        if event.key() == Qt.Key.Key_Escape:
            self.picking.left.emit()
        elif number is not None:
            self.pick(number)
        else:
            return False
        return True

    @staticmethod
    def _number(event: QKeyEvent) -> int | None:
        plain = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        is_digit = Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9
        return event.key() - Qt.Key.Key_1 if is_digit and event.modifiers() in plain else None

    def leave(self) -> None:
        if self._hover is not None:
            self._hover = None
            self.pane.update()

    def frame_changed(self) -> None:
        self._hover = None
        self.picking.looked.emit()

    def findings_changed(self) -> None:
        self._frame = None
        self.picking.looked.emit()

    def _at(self, place: QPointF) -> int | None:
        """Who stands at a place of the pane: by their outline, or else the nearest around them."""
        x, y = self.pane.framing.to_video(place.x(), place.y())
        best: tuple[float, int] | None = None
        for number, one in enumerate(self.people):
            left, top, right, bottom = _box(one)
            if not (left <= x <= right and top <= y <= bottom):
                continue
            away = float(np.hypot(x - one.place_px.x, y - one.place_px.y))
            if _is_on(one, x, y):
                away -= one.size_px
            if best is None or away < best[0]:
                best = away, number
        return None if best is None else best[1]

    # What is seen.

    def paint(self, painter: QPainter, room: QRectF) -> None:
        people, patient = self.people, self.patient
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outlines = [self._outline(one) for one in people]
        if people:
            # All but the people steps back.
            ground = QPainterPath()
            ground.addRect(QRectF(self.pane.rect()))
            for outline in outlines:
                ground = ground.subtracted(outline)
            painter.fillPath(ground, _VEIL)
        for number, outline in enumerate(outlines):
            is_own, is_near = number == patient, number == self._hover
            colour = _OWN if is_own else _OTHER
            style = Qt.PenStyle.DotLine if is_own else Qt.PenStyle.SolidLine
            if is_near:
                painter.fillPath(outline, QColor(colour.red(), colour.green(), colour.blue(), 70))
            for line, width in ((_PLATE, 5.0), (colour, 3.5 if is_near else 2.0)):
                painter.setPen(
                    QPen(line, width, style if line is colour else Qt.PenStyle.SolidLine)
                )
                painter.drawPath(outline)
        taken: list[QRectF] = []
        for number, one in enumerate(people):
            is_own = number == patient
            taken.append(self._paint_number(painter, number, one, room, taken, is_own=is_own))
        painter.restore()

    def _paint_number(
        self,
        painter: QPainter,
        number: int,
        one: Present,
        room: QRectF,
        taken: list[QRectF],
        *,
        is_own: bool,
    ) -> QRectF:
        """A plate above somebody: their number, and whether they are followed; where it stands."""
        left, top, right, _ = _box(one)
        x, y = self.pane.framing.to_pane((left + right) / 2, top)
        words = tr("followed now") if is_own else ""
        bold, plain = QFont(painter.font()), QFont(painter.font())
        text = text_scale(self.pane)
        bold.setPixelSize(round(_NUMBER_PX * text))
        bold.setBold(True)
        plain.setPixelSize(round(_WORDS_PX * text))
        metrics, wide = QFontMetricsF(bold), QFontMetricsF(plain).horizontalAdvance(words)
        height = metrics.height() + 6
        disc = max(height, metrics.horizontalAdvance(str(number + 1)) + 12)
        width = disc + (wide + 14 if words else 0)
        plate = QRectF(x - width / 2, y - height - 8, width, height)
        if plate.top() < room.top():
            # Beside the head rather than over the face.
            plate.moveLeft(self.pane.framing.to_pane(right, top)[0] + 6)
        plate.moveLeft(min(max(plate.left(), room.left()), room.right() - width))
        plate.moveTop(min(max(plate.top(), room.top()), room.bottom() - height))
        for other in taken:
            if plate.intersects(other.adjusted(-4, -4, 4, 4)):
                plate.moveTop(other.bottom() + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, height / 2, height / 2)
        circle = QRectF(plate.left(), plate.top(), disc, height)
        painter.setBrush(_OWN if is_own else _OTHER)
        painter.drawRoundedRect(circle.adjusted(2, 2, -2, -2), height / 2, height / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(bold)
        painter.setPen(_INK)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        if words:
            painter.setFont(plain)
            painter.setPen(_OWN)
            beside = plate.adjusted(disc + 2, 0, -10, 0)
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, words)
        return plate

    def _outline(self, one: Present) -> QPainterPath:
        """Somebody's outline in the pane; their box where there is none."""
        framing = self.pane.framing
        corner = np.array([framing.left, framing.top])
        path = QPainterPath()
        for edge in mask_outline(one.mask) if one.mask is not None else ():
            places = (corner + framing.scale * edge).tolist()
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in places]))
            path.closeSubpath()
        if path.isEmpty():
            left, top, right, bottom = _box(one)
            start = QPointF(*framing.to_pane(left, top))
            path.addRoundedRect(QRectF(start, QPointF(*framing.to_pane(right, bottom))), 8, 8)
        return path


def _box(one: Present) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of somebody, pixels of the film."""
    if one.mask is not None:
        mask = one.mask
        return mask.left, mask.top, mask.left + mask.width, mask.top + mask.height
    known = one.points_px[np.isfinite(one.points_px).all(axis=1)]
    (left, top), (right, bottom) = known.min(axis=0).tolist(), known.max(axis=0).tolist()
    return left, top, right, bottom


def _is_on(one: Present, x: float, y: float) -> bool:
    mask = one.mask
    if mask is None:
        return False
    column, row = int(x) - mask.left, int(y) - mask.top
    if not (0 <= column < mask.width and 0 <= row < mask.height):
        return False
    return bool(mask.box()[row, column])
