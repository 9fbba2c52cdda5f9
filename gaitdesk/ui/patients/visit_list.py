"""Children with their visits below them, as a list that is walked through by keys or mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Scoresheet, Total
from gaitdesk.i18n import phrase, tr
from gaitdesk.report.answers import is_withheld
from gaitdesk.report.words import side_word
from gaitdesk.store.edits import PatientId, SessionId, SessionSummary
from gaitdesk.ui.parts.marks import draw_tick
from gaitdesk.ui.theme import current
from gaitdesk.ui.words import walked_words

ASKED = 34
"""Cells of a whole form."""

_ENTRY = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Child:
    """A child, above the visits of theirs that are listed.

    Attributes:
        pseudonym: What they are called everywhere.
        visits: How many visits are listed.
        name: Who they are, while names are unlocked; otherwise empty.
    """

    pseudonym: str
    visits: int
    name: str = ""


_Entry = SessionSummary | Child


class VisitList(QListView):
    """The list; a visit is opened by Enter or a click, and ticked by Space or Ctrl and a click.

    Signals:
        tick_asked: The `SessionId` of a visit that shall be ticked, or no longer.
    """

    tick_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegate(VisitDelegate(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        visit = self._visit_at(self.currentIndex())
        if event.key() == Qt.Key.Key_Space and visit is not None:
            self.tick_asked.emit(visit.id)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and visit is not None:
            self.activated.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        visit = self._visit_at(index)
        is_tick = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_tick |= self._is_on_box(index, place)
        if event.button() is Qt.MouseButton.LeftButton and visit is not None and is_tick:
            self.tick_asked.emit(visit.id)
            return
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and visit is not None:
            self.activated.emit(index)

    def _is_on_box(self, index: QModelIndex, place: QPoint) -> bool:
        model = self.model()
        if not index.isValid() or not isinstance(model, VisitModel):
            return False
        visit = index.data(_ENTRY)
        return (
            isinstance(visit, SessionSummary)
            and model.can_tick(visit)
            and place.x() < self.visualRect(index).left() + round(1.9 * self.fontMetrics().height())
        )

    @staticmethod
    def _visit_at(index: QModelIndex) -> SessionSummary | None:
        entry = index.data(_ENTRY) if index.isValid() else None
        return entry if isinstance(entry, SessionSummary) else None


class VisitModel(QAbstractListModel):
    """Children by their newest visit, each followed by its visits, newest first.

    Args:
        sheet: Reads the sheet of a visit; asked for one visit at a time, as they are seen.
    """

    def __init__(
        self, sheet: Callable[[SessionId], Scoresheet] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self._entries: list[_Entry] = []
        self._counts: dict[PatientId, int] = {}
        self._names: Mapping[PatientId, str] = {}
        self.visits: tuple[SessionSummary, ...] = ()
        self.ticked: tuple[SessionId, ...] = ()
        self._totals: dict[tuple[SessionId, datetime], dict[Side, Total]] = {}
        self._waiting: list[SessionSummary] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read_one)

    def show_visits(
        self, found: Sequence[SessionSummary], names: Mapping[PatientId, str] | None = None
    ) -> None:
        """List these visits, with the names of those children that may be shown."""
        children: dict[PatientId, list[SessionSummary]] = {}
        for visit in found:
            children.setdefault(visit.visit.patient, []).append(visit)
        visits = tuple(visit for own in children.values() for visit in own)
        shown = {one: name for one, name in (names or {}).items() if one in children}
        if visits == self.visits and shown == self._names:
            return
        self.beginResetModel()
        self._entries = []
        self._counts = {patient: len(own) for patient, own in children.items()}
        self._names = shown
        for patient, own in children.items():
            self._entries.append(Child(own[0].pseudonym, len(own), shown.get(patient, "")))
            self._entries += own
        self.visits = visits
        self._waiting.clear()
        self.endResetModel()

    def show_ticks(self, ticked: Iterable[SessionId]) -> None:
        """Show which visits are ticked."""
        self.ticked = tuple(ticked)
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, 0))

    def can_tick(self, visit: SessionSummary) -> bool:
        """Whether there is another visit of the child to compare a visit with."""
        return self._counts.get(visit.visit.patient, 0) > 1

    def row_of(self, session: SessionId | None) -> int:
        """Row of a visit; -1 where it is not listed."""
        return next(
            (
                row
                for row, entry in enumerate(self._entries)
                if isinstance(entry, SessionSummary) and entry.id == session
            ),
            -1,
        )

    def totals(self, visit: SessionSummary) -> dict[Side, Total] | None:
        """Totals of both limbs of a visit; None while they have not been read."""
        held = self._totals.get((visit.id, visit.edited_at))
        if held is None and self._sheet is not None and visit not in self._waiting:
            self._waiting.append(visit)
            if not self._timer.isActive():
                self._timer.start(0)
        return held

    def stop(self) -> None:
        """Read no more sheets; the store is being closed."""
        self._timer.stop()
        self._waiting.clear()
        self._sheet = None

    def _read_one(self) -> None:
        """Read one sheet at a time, so that the window is never kept waiting."""
        if not self._waiting or self._sheet is None:
            return
        visit = self._waiting.pop(0)
        sheet = self._sheet(visit.id)
        self._totals[visit.id, visit.edited_at] = {side: sheet.total(side) for side in Side}
        row = self.row_of(visit.id)
        if row >= 0:
            self.dataChanged.emit(self.index(row, 0), self.index(row, 0))
        if self._waiting:
            self._timer.start(0)

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self._entries)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if isinstance(self._entries[index.row()], SessionSummary):
            return super().flags(index)
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        if role == _ENTRY:
            return entry
        if not isinstance(entry, SessionSummary):
            is_text = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            # A long name is cut short in the list.
            is_text |= bool(entry.name) and role == Qt.ItemDataRole.ToolTipRole
            said = (entry.name, entry.pseudonym, child_words(entry)[1])
            return " · ".join(one for one in said if one) if is_text else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            ticked = (tr("ticked for comparing"),) if entry.id in self.ticked else ()
            return " · ".join((*self._who(entry), *title_words(entry), *ticked))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(entry)
        return None

    def _who(self, visit: SessionSummary) -> tuple[str, ...]:
        """Whose visit it is: the name where it may be shown, and always the pseudonym."""
        name = self._names.get(visit.visit.patient)
        return (name, visit.pseudonym) if name else (visit.pseudonym,)

    def _tooltip(self, visit: SessionSummary) -> str:
        lines = [phrase((*self._who(visit), title_words(visit)[0]))]
        lines.append(
            tr("{confirmed} of {asked} confirmed, {scored} scored").format(
                confirmed=visit.confirmed, asked=ASKED, scored=visit.scored
            )
        )
        for side, total in (self.totals(visit) or {}).items():
            lines.append(
                tr("{side}: {points} of {possible} possible, {scored}/{items} scored").format(
                    side=side_word(side),
                    points=total.points,
                    possible=total.possible,
                    scored=total.scored,
                    items=total.items,
                )
            )
        if visit.visit.conditions.note:
            lines.append(visit.visit.conditions.note)
        lines += visit.films
        local = visit.edited_at.astimezone()
        lines.append(
            tr("last changed {when} by {rater}").format(
                when=f"{local:%Y-%m-%d %H:%M}", rater=visit.edited_by or tr("somebody")
            )
        )
        return "\n".join(lines)


class VisitDelegate(QStyledItemDelegate):
    """Two lines a visit: day and totals, then conditions and state of the review.

    A child has one line, or two where their name is shown above the pseudonym.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        height = option.fontMetrics.height()
        entry = index.data(_ENTRY)
        lines = 2.9 if isinstance(entry, SessionSummary) else 3.1 if entry.name else 2.0
        return QSize(10 * height, round(lines * height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry = index.data(_ENTRY)
        painter.save()
        height = option.fontMetrics.height()
        if isinstance(entry, SessionSummary):
            self._paint_visit(painter, option, entry, index.model())
        else:
            box: QRect = option.rect.adjusted(height // 2, height // 2, -height // 2, 0)
            font = QFont(option.font)
            font.setBold(True)
            ink, soft = current().ink, current().soft
            self._paint_line(painter, option, box, box.top(), child_words(entry), ink, font)
            if entry.name:
                below = box.top() + round(1.15 * height)
                self._paint_line(painter, option, box, below, (entry.pseudonym, ""), soft)
        painter.restore()

    def _paint_visit(
        self, painter: QPainter, option: QStyleOptionViewItem, visit: SessionSummary, model: object
    ) -> None:
        theme, box = current(), option.rect
        height = option.fontMetrics.height()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_chosen or is_hovered:
            painter.fillRect(box, QColor(theme.hover))
        if is_chosen:
            painter.fillRect(QRect(box.topLeft(), QSize(3, box.height())), QColor(theme.accent))
        inner = box.adjusted(round(1.9 * height), height // 3, -height // 2, -height // 3)
        totals = None
        if isinstance(model, VisitModel):
            if model.can_tick(visit):
                self._paint_box(painter, option, visit.id in model.ticked)
            totals = model.totals(visit)
        upper = visit.visit.day.isoformat(), total_words(totals)
        lower = walked_words(visit.visit.conditions), state_words(visit)
        self._paint_line(painter, option, inner, inner.top(), upper, theme.ink)
        below = inner.top() + round(1.15 * height)
        self._paint_line(painter, option, inner, below, lower, theme.soft)
        painter.setPen(QColor(theme.hairline))
        painter.drawLine(box.bottomLeft(), box.bottomRight())

    @staticmethod
    def _paint_box(painter: QPainter, option: QStyleOptionViewItem, is_ticked: bool) -> None:
        theme, height = current(), option.fontMetrics.height()
        size = round(0.85 * height)
        box = QRect(
            option.rect.left() + round(0.6 * height),
            option.rect.top() + height // 3 + (height - size) // 2,
            size,
            size,
        )
        painter.setPen(QPen(QColor(theme.accent if is_ticked else theme.outline), 1.2))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(box, 2, 2)
        if is_ticked:
            draw_tick(painter, box.toRectF(), theme.accent)

    @staticmethod
    def _paint_line(
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRect,
        top: int,
        words: tuple[str, str],
        colour: str,
        font: QFont | None = None,
    ) -> None:
        line = QRect(QPoint(box.left(), top), QSize(box.width(), option.fontMetrics.height()))
        painter.setFont(option.font)
        metrics = painter.fontMetrics()
        right = metrics.horizontalAdvance(words[1])
        painter.setPen(QColor(current().soft))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, words[1])
        painter.setFont(font or option.font)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colour))
        room = box.width() - (right + 2 * metrics.averageCharWidth() if right else 0)
        shown = metrics.elidedText(words[0], Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, shown)


def child_words(child: Child) -> tuple[str, str]:
    """A child, by name where it may be shown, and how many visits are listed."""
    return child.name or child.pseudonym, tr("%n visit(s)", "", child.visits)


def title_words(visit: SessionSummary) -> tuple[str, str]:
    """Day and conditions of a visit, and how far its review is."""
    said = (visit.visit.day.isoformat(), walked_words(visit.visit.conditions))
    return phrase(said), state_words(visit)


def state_words(visit: SessionSummary) -> str:
    """How far the review of a visit is."""
    if visit.confirmed >= ASKED:
        return tr("✓ confirmed")
    if not visit.scored and not visit.confirmed:
        return tr("not scored")
    return f"{visit.confirmed}/{ASKED}"


def total_words(totals: dict[Side, Total] | None) -> str:
    """Totals of both limbs in a line; a limb with too few scores has none."""
    if totals is None:
        return ""
    parts = []
    for side, total in totals.items():
        letter = tr("L", "left limb") if side is Side.LEFT else tr("R", "right limb")
        words = "–" if is_withheld(total) else f"{total.points}/{total.possible}"
        parts.append(f"{letter} {words}")
    return "   ".join(parts)
