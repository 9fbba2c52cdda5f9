"""The picture on a film's card: who is in it, who is chosen, and how following goes on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.marks import draw_tick
from gaitdesk.ui.parts.picture import Picture
from gaitdesk.ui.theme import current, em

Box = tuple[float, float, float, float]

MOST_CHOICES = 9
"""As many people as there are digits to choose them by."""

_PLATE = QColor(17, 19, 23, 215)
_ON_PLATE = QColor(255, 255, 255)
_OTHER = QColor(255, 255, 255)
_TAKEN = QColor(86, 180, 233)


class PersonPicture(Picture):
    """Shows a picture of a film; where it shows several people, one can be chosen.

    A click on a person or the digit beside them chooses; the same again, or Backspace, takes the
    choice back.

    Signals:
        chosen: Number of the person chosen, from 0; None where the choice was taken back.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: tuple[Box, ...] = ()
        self._choice: int | None = None
        self._likely: int | None = None
        self._hovered: int | None = None
        self.setMouseTracking(True)

    def show_people(self, boxes: Sequence[Box], likely: int | None, choice: int | None) -> None:
        """Show who is in the picture.

        Args:
            boxes: Left, top, right and bottom of each person, as shares of the picture.
            likely: Who would be taken if nobody chose.
            choice: Who is chosen.
        """
        self._boxes = tuple(boxes[:MOST_CHOICES])
        self._likely, self._choice = likely, choice
        self._hovered = None
        can_choose = self.can_choose
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_choose else Qt.FocusPolicy.NoFocus)
        self.setToolTip(tr("Click on the child, or press its number") if can_choose else "")
        self.setAccessibleName(self._spoken())
        self.update()

    @property
    def can_choose(self) -> bool:
        """Whether there is more than one person to choose from."""
        return len(self._boxes) > 1

    @property
    def choice(self) -> int | None:
        """Who is chosen, from 0."""
        return self._choice

    def middle_of(self, number: int) -> QPointF:
        """Where a person stands in the widget."""
        return self._placed(self._boxes[number]).center()

    def _spoken(self) -> str:
        if not self.can_choose:
            return tr("Picture of the film")
        if self._choice is None:
            return tr("%n people; press a number to choose the child", "", len(self._boxes))
        return tr("Person {number} of {count} is the child").format(
            number=self._choice + 1, count=len(self._boxes)
        )

    def _placed(self, box: Box) -> QRectF:
        whole = self.picture_box
        left, top, right, bottom = box
        return QRectF(
            whole.left() + left * whole.width(),
            whole.top() + top * whole.height(),
            (right - left) * whole.width(),
            (bottom - top) * whole.height(),
        )

    def _at(self, place: QPointF) -> int | None:
        """The smallest person at a place: whoever stands in front of others can be hit."""
        hit = [i for i, box in enumerate(self._boxes) if self._grown(box).contains(place)]
        return min(hit, key=lambda i: self._placed(self._boxes[i]).width(), default=None)

    def _grown(self, box: Box) -> QRectF:
        reach = 0.4 * em(self)
        return self._placed(box).adjusted(-reach, -reach, reach, reach)

    def _choose(self, number: int | None) -> None:
        self._choice = None if number == self._choice else number
        self.setAccessibleName(self._spoken())
        self.update()
        self.chosen.emit(self._choice)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position()) if self.can_choose else None
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(number)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position()) if self.can_choose else None
        if number != self._hovered:
            self._hovered = number
            shape = (
                Qt.CursorShape.ArrowCursor if number is None else Qt.CursorShape.PointingHandCursor
            )
            self.setCursor(shape)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - Qt.Key.Key_1
        if self.can_choose and 0 <= number < len(self._boxes):
            if number != self._choice:
                self._choose(number)
        elif self._choice is not None and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._choose(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.can_choose:
            for number, box in enumerate(self._boxes):
                self._paint_person(painter, number, self._grown(box))
        if self.hasFocus():
            painter.setPen(QPen(QColor(current().focus), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_person(self, painter: QPainter, number: int, box: QRectF) -> None:
        """A frame with a number: full and ticked for the one chosen, dashed for the others."""
        is_chosen = number == self._choice
        is_taken = is_chosen or (self._choice is None and number == self._likely)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_PLATE, 4.0))
        painter.drawRoundedRect(box, 3, 3)
        pen = QPen(_TAKEN if is_taken else _OTHER, 2.5 if number == self._hovered else 1.6)
        if not is_chosen:
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.drawRoundedRect(box, 3, 3)
        unit = float(em(self))
        width = 2.5 * unit if is_chosen else 1.4 * unit
        left = min(max(0.0, box.left()), self.width() - width)
        plate = QRectF(left, max(0.0, box.top() - 1.3 * unit), width, 1.4 * unit)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(_ON_PLATE)
        digit = QRectF(plate.left(), plate.top(), 1.4 * unit, plate.height())
        painter.drawText(digit, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        if is_chosen:
            tick = QRectF(digit.right(), plate.top() + 0.25 * unit, unit, 0.9 * unit)
            draw_tick(painter, tick, _TAKEN.name())
