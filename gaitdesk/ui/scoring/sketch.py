"""The answers of an item judged by what is seen, each as a drawing with its score and word."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item, ItemScore, State
from gaitdesk.i18n import clauses, sentences, tr
from gaitdesk.report.words import direction_word
from gaitdesk.scoring.criteria import OPTIONS
from gaitdesk.ui.parts.drawn import Drawn
from gaitdesk.ui.parts.marks import draw_badge
from gaitdesk.ui.scoring.figures import HEIGHT, draw_figure, field_width
from gaitdesk.ui.theme import current, em

ROWS: Mapping[Item, tuple[tuple[Direction | None, ...], ...]] = MappingProxyType(
    {
        Item.INITIAL_CONTACT: ((Direction.HEEL, Direction.FLATFOOT, Direction.TOE),),
        Item.HEEL_LIFT: (
            (Direction.EARLY, Direction.NORMAL, Direction.DELAYED),
            (Direction.NO_HEEL_CONTACT, None, Direction.NO_FOREFOOT_CONTACT),
        ),
        Item.FOOT_CLEARANCE: (
            (Direction.FULL, Direction.REDUCED, Direction.HIGH_STEPS),
            (None, Direction.NONE, Direction.REDUCED_AND_HIGH),
        ),
        Item.KNEE_PROGRESSION: (
            (Direction.INTERNAL, Direction.NORMAL, Direction.EXTERNAL),
            (Direction.INTERNAL_HIDDEN, None, Direction.EXTERNAL_HIDDEN),
        ),
        Item.TRUNK_LATERAL_SHIFT: (
            (Direction.REDUCED, Direction.NORMAL, Direction.MODERATE, Direction.MARKED),
        ),
    }
)
"""Where the answers stand; in a second row what scores 2 stands under what it is more of."""


def view_of(item: Item) -> str:
    """From where an item's drawings are seen."""
    match item:
        case Item.KNEE_PROGRESSION:
            return tr("from the front")
        case Item.TRUNK_LATERAL_SHIFT:
            return tr("from behind")
        case _:
            return tr("from the side")


def given_answer(held: ItemScore | None) -> Direction | None:
    """The answer a cell holds, proposed or confirmed."""
    return held.direction if held is not None and held.state is State.SCORED else None


def sketched(item: Item, held: ItemScore | None) -> str:
    """The drawings in words, for those who cannot see them."""
    answers = clauses(
        f"{int(score)} {direction_word(direction)}" for direction, score in OPTIONS[item].items()
    )
    said = tr("Drawings {view}: {answers}.").format(view=view_of(item), answers=answers)
    given = given_answer(held)
    if held is None or given is None:
        return said
    word = direction_word(given)
    if held.is_confirmed:
        return sentences((said, tr("Confirmed: {answer}.").format(answer=word)))
    return sentences((said, tr("Proposed: {answer}.").format(answer=word)))


class Sketch(QWidget):
    """Shows what is seen for each answer of an item, and which of them is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: Item | None = None
        self._side = Side.LEFT
        self._held: ItemScore | None = None
        self._drawn = Drawn(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(em(self, 17), em(self, 8.0 * self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 12), em(self, 7.0 * self._rows))

    @property
    def _rows(self) -> int:
        return len(ROWS[self._item]) if self._item is not None else 1

    def show_item(self, side: Side, item: Item, held: ItemScore | None) -> None:
        """Show an item's answers; it is empty for items that are judged by an angle."""
        self._side, self._held = side, held
        self._item = item if item in ROWS else None
        self.setVisible(self._item is not None)
        if self._item is not None:
            self.setAccessibleName(sketched(item, held))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._item is not None:
            self._drawn.paint((self._side, self._item, self._held), self._draw)

    def _draw(self, painter: QPainter) -> None:
        assert self._item is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_answers(
            painter, self.rect().toRectF(), self._side, self._item, self._held, self.font()
        )


def draw_answers(
    painter: QPainter, box: QRectF, side: Side, item: Item, held: ItemScore | None, font: QFont
) -> None:
    """Draw every answer of an item in its place, and below them from where they are seen."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.85)
    letters = QFontMetricsF(small)
    painter.setFont(small)
    rows = ROWS[item]
    gap = 0.3 * letters.height()
    caption = 1.25 * letters.height()
    columns = len(rows[0])
    width = (box.width() - (columns - 1) * gap) / columns
    words = [_words_height(row, letters, width - gap) for row in rows]
    fixed = 2.0 * letters.height()
    room = box.height() - caption - gap * len(rows) - sum(words) - fixed * len(rows)
    picture = max(letters.height(), min(room / len(rows), width * HEIGHT / field_width(item)))
    top = box.top()
    for row, high in zip(rows, words, strict=True):
        height = picture + fixed + high
        for across, direction in enumerate(row):
            if direction is not None:
                left = box.left() + across * (width + gap)
                place = QRectF(left, top, width, height)
                _draw_answer(painter, place, high, side, item, direction, held)
        top += height + gap
    painter.setPen(QColor(current().soft))
    under = QRectF(box.left(), top, box.width(), caption)
    painter.drawText(
        under, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, view_of(item)
    )


def _words_height(row: tuple[Direction | None, ...], letters: QFontMetricsF, width: float) -> float:
    """How high the option words of a row stand, broken into lines."""
    room = QRectF(0, 0, width, 20 * letters.height())
    wraps = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    said = (direction_word(one) for one in row if one is not None)
    return max(letters.boundingRect(room, wraps, words).height() for words in said)


def _draw_answer(
    painter: QPainter,
    box: QRectF,
    words: float,
    side: Side,
    item: Item,
    direction: Direction,
    held: ItemScore | None,
) -> None:
    """One answer: its score above, its drawing, its word below, and a frame where it is given."""
    theme = current()
    letters = QFontMetricsF(painter.font())
    line = letters.height()
    is_given = direction is given_answer(held)
    score = OPTIONS[item][direction]
    if is_given and held is not None:
        frame = QPen(QColor(theme.focus), max(2.0, 0.14 * line))
        if not held.is_confirmed:
            frame.setDashPattern([2.2, 1.8])
        painter.setPen(frame)
        painter.setBrush(QColor(theme.chosen))
        inset = frame.widthF() / 2
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 0.4 * line, 0.4 * line)
    size = 1.35 * line
    badge = QRectF(box.center().x() - size / 2, box.top() + 0.2 * line, size, size)
    if is_given:
        draw_badge(painter, badge, held, theme)
    else:
        bold = QFont(painter.font())
        bold.setBold(True)
        painter.save()
        painter.setFont(bold)
        painter.setPen(QColor(theme.ink))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(int(score)))
        painter.restore()
    top, bottom = badge.bottom() + 0.1 * line, box.bottom() - words - 0.25 * line
    inset = 0.3 * line
    picture = QRectF(box.left() + inset, top, box.width() - 2 * inset, bottom - top)
    draw_figure(painter, picture, item, direction, side, theme)
    said = QRectF(box.left() + 0.15 * line, bottom, box.width() - 0.3 * line, words)
    painter.setPen(QColor(theme.ink if is_given else theme.soft))
    aligned = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(said, aligned, direction_word(direction))
