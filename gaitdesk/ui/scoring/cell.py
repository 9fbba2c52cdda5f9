"""One item of one limb on the form."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.childgait.together import finding
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Item, ItemScore, Origin, Proposal, State
from gaitdesk.domain.measure import Unit
from gaitdesk.i18n import retold, tr
from gaitdesk.report.answers import measured_words, shown_proposal
from gaitdesk.report.words import (
    direction_word,
    item_name,
    measure_words,
    number,
    origin_words,
    reason_words,
    side_word,
)
from gaitdesk.ui.parts.drawn import Drawn
from gaitdesk.ui.parts.marks import (
    draw_badge,
    draw_certainty,
    draw_disagreement,
    draw_origin,
    draw_speech,
    draw_tick,
)
from gaitdesk.ui.scoring.answers import readers_disagree
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import origin_letter, short_reason

TALLEST = 2.6
"""Height of a row where there is room to spare, in letter widths."""
LEAST = 1.95
"""Height of a row where there is none."""
NARROWEST = 0.78
"""So much smaller may a long finding be written before it is cut off."""

_SMALLER_PT = 0.25


class ScoreCell(QWidget):
    """Shows what the form holds for one item of one limb.

    Signals:
        focused: It has the keyboard now; carries the `Cell`.
        pressed: It was clicked; carries the `Cell`.
        opened: It was double-clicked; carries the `Cell`.
    """

    focused = Signal(object)
    pressed = Signal(object)
    opened = Signal(object)

    def __init__(self, side: Side, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side, self.item = side, item
        self._held: ItemScore | None = None
        self._is_hovered = False
        self._drawn = Drawn(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(em(self, TALLEST))
        self.show_score(None)

    @property
    def cell(self) -> Cell:
        """Which cell of the sheet it shows."""
        return self.side, self.item

    @property
    def held(self) -> ItemScore | None:
        """What it shows."""
        return self._held

    def show_score(self, held: ItemScore | None) -> None:
        """Show what the sheet holds."""
        self.take(held)
        self.update()

    def take(self, held: ItemScore | None) -> None:
        """Hold what the sheet holds; whoever says so has it painted."""
        self._held = held
        self.setAccessibleName(spoken(self.side, self.item, held))
        self.setToolTip(tooltip(self.item, held))

    def sizeHint(self) -> QSize:
        return QSize(em(self, 13.5), em(self, 2.0))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 11.4), em(self, LEAST))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.setMaximumHeight(em(self, TALLEST))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        self.focused.emit(self.cell)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._is_hovered = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.pressed.emit(self.cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit(self.cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        is_marked = self.hasFocus() or self._is_hovered
        # Without a ground of its own the drawing is the same in a cell of any height.
        height = self.height() if is_marked else em(self, LEAST)
        self._drawn.paint(
            (self._held, self.hasFocus(), self._is_hovered),
            lambda painter: self._draw(painter, height),
            height,
        )

    def _draw(self, painter: QPainter, height: int) -> None:
        theme, unit = current(), float(em(self))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, unit, height)
        held = self._held
        badge = 1.5 * unit
        box = QRectF(0.35 * unit, (height - badge) / 2, badge, badge)
        draw_badge(painter, box, held, theme)
        right = self._paint_right(painter, self.width() - 0.4 * unit, unit, height)
        left = box.right() + 0.5 * unit
        self._paint_words(painter, QRectF(left, 0, right - left, height))

    def _paint_ground(self, painter: QPainter, unit: float, height: int) -> None:
        theme = current()
        box = QRectF(0, 0, self.width(), height).adjusted(1, 1, -1, -1)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 2.0))
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(box, 0.3 * unit, 0.3 * unit)
        elif self._is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(box, 0.3 * unit, 0.3 * unit)

    def _paint_right(self, painter: QPainter, right: float, unit: float, height: int) -> float:
        """Certainty or tick, origin, comment, from the right end; where they begin."""
        held, theme = self._held, current()
        if held is None:
            return right
        middle = height / 2
        proposal = shown_proposal(held)
        if held.is_confirmed:
            right -= 1.35 * unit
            draw_tick(
                painter, QRectF(right, middle - 0.5 * unit, 1.05 * unit, 1.0 * unit), theme.good
            )
        elif held.state is State.SCORED and proposal is not None:
            right -= 1.35 * unit
            box = QRectF(right, middle - 0.45 * unit, 1.25 * unit, 0.9 * unit)
            draw_certainty(painter, box, proposal.confidence, theme)
        if held.state is State.SCORED or held.is_confirmed:
            right -= 1.35 * unit
            box = QRectF(right, middle - 0.58 * unit, 1.16 * unit, 1.16 * unit)
            draw_origin(painter, box, held.origin, theme)
        if readers_disagree(held):
            right -= 1.4 * unit
            draw_disagreement(
                painter, QRectF(right, middle - 0.62 * unit, 1.24 * unit, 1.24 * unit), theme
            )
        if held.comment:
            right -= 1.3 * unit
            draw_speech(
                painter, QRectF(right, middle - 0.5 * unit, 1.05 * unit, 1.05 * unit), theme.soft
            )
        return right - 0.3 * unit

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        theme = current()
        strong, weak = cell_words(self.item, self._held)
        font, metrics = fitting(self.font(), strong, box.width())
        painter.setFont(font)
        aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        is_settled = self._held is not None and self._held.is_confirmed
        gap = metrics.horizontalAdvance("  ")
        width = metrics.horizontalAdvance(strong)
        has_room = width + gap + metrics.horizontalAdvance(weak) <= box.width()
        shown = metrics.elidedText(strong, Qt.TextElideMode.ElideRight, box.width())
        painter.setPen(QColor(theme.ink if strong and is_settled else theme.soft))
        if self._held is not None and self._held.state is State.SCORED:
            painter.setPen(QColor(theme.ink))
        painter.drawText(box, aligned, shown)
        if weak and has_room:
            painter.setPen(QColor(theme.soft))
            painter.drawText(box.adjusted(width + gap, 0, 0, 0), aligned, weak)


def fitting(font: QFont, words: str, width: float) -> tuple[QFont, QFontMetricsF]:
    """The font, smaller by so much that words fit, but never so much that it looks strange."""
    metrics = QFontMetricsF(font)
    needed = metrics.horizontalAdvance(words)
    if needed <= width:
        return font, metrics
    smaller, usual = QFont(font), font.pointSizeF()
    size, least = usual * width / needed, usual * NARROWEST
    while True:
        smaller.setPointSizeF(max(size, least))
        metrics = QFontMetricsF(smaller)
        if size <= least or metrics.horizontalAdvance(words) <= width:
            return smaller, metrics
        # Letters are drawn in whole pixels, and so are not smaller in the same share.
        size -= _SMALLER_PT


def cell_words(item: Item, held: ItemScore | None) -> tuple[str, str]:
    """What a cell says beside its score: the finding or reason, and what was measured."""
    if held is None:
        return tr("not looked at"), ""
    if held.state is State.SCORED:
        said = direction_word(held.direction) if held.direction is not None else ""
        proposal = shown_proposal(held)
        return said, measured(proposal)
    if readers_disagree(held) and not held.is_confirmed:
        answers = " · ".join(
            f"{origin_letter(proposal.origin)} {_answer(proposal)}"
            for proposal in held.proposed
            if finding(proposal) is not None and proposal.origin is not Origin.PHANTOM
        )
        return tr("{answers} disagree").format(answers=answers), ""
    return short_reason(held.reason) if held.reason is not None else "", _lean(held)


def _answer(proposal: Proposal) -> str:
    """A machine's answer in a few letters; a network that finds atypical knows no degree."""
    if proposal.state is State.SCORED and proposal.score is not None:
        return str(int(proposal.score))
    return "1–2"


def _lean(held: ItemScore) -> str:
    """What the machine would say if it had to; empty where it has no idea."""
    proposal = shown_proposal(held)
    is_open = held.state is State.REVIEWER_DECIDES
    if not is_open or proposal is None or proposal.score is None:
        return ""
    return tr("leans to {score}").format(score=int(proposal.score))


def measured(proposal: Proposal | None) -> str:
    """What was measured, without a direction; empty where the number has no unit."""
    if proposal is None or proposal.measure is None or proposal.measure.unit is Unit.NONE:
        return ""
    return measure_words(proposal.measure)


def spoken(side: Side, item: Item, held: ItemScore | None) -> str:
    """A cell in one sentence, for those who cannot see it."""
    place = tr("{item}, {side} limb").format(item=item_name(item), side=side_word(side))
    if held is None:
        return tr("{place}: not looked at").format(place=place)
    words, _ = cell_words(item, held)
    if held.state is not State.SCORED or held.score is None:
        return tr("{place}: no score, {reason}").format(place=place, reason=words)
    state = tr("confirmed") if held.is_confirmed else tr("proposed")
    return tr("{place}: {score} {word}, {state}, {origin}").format(
        place=place,
        score=int(held.score),
        word=words,
        state=state,
        origin=origin_words(held.origin),
    )


def tooltip(item: Item, held: ItemScore | None) -> str:
    """More than a cell has room for."""
    if held is None:
        return ""
    lines = [cell_words(item, held)[0]]
    if held.reason is not None:
        lines = [reason_words(held.reason)]
    for proposal in held.proposed:
        if proposal.measure is not None and proposal.measure.unit is not Unit.NONE:
            lines.append(
                tr("{origin}: {measured}").format(
                    origin=origin_words(proposal.origin),
                    measured=measured_words(item, proposal.measure),
                )
            )
        if proposal.confidence > 0:
            lines.append(tr("{share} % sure").format(share=number(100.0 * proposal.confidence)))
        if proposal.note:
            lines.append(retold(proposal.note))
    if held.comment:
        lines.append(held.comment)
    return "\n".join(line for line in lines if line)
