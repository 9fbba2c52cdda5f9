"""The form of several visits side by side: every item of both limbs, and which way it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, ItemScore, Region, State
from gaitdesk.i18n import phrase, titled, tr
from gaitdesk.report.answers import is_withheld
from gaitdesk.report.change import Way, change, signed_points, way, way_word
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.words import (
    direction_word,
    item_name,
    reason_words,
    region_name,
    side_word,
)
from gaitdesk.ui.compare.look import draw_way
from gaitdesk.ui.compare.tables import ComparisonTable
from gaitdesk.ui.parts.marks import draw_badge
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import numbered_name, short_reason

_CELL = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one place of the table shows.

    Attributes:
        cell: The item of one limb at one visit.
        went: Which way it went since the baseline; None at the baseline, or where not comparable.
        is_first: Whether it begins the columns of a limb.
    """

    cell: ItemScore | None
    went: Way | None
    is_first: bool


class FormComparison(QWidget):
    """17 rows, and for each limb one column a visit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = ComparisonTable(tr("Scores of all visits"))
        self.table.setItemDelegate(_CellDelegate(self.table))
        self.legend = _Legend()
        layout = QVBoxLayout(self)
        gap = em(self, 0.6)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.legend)

    def show_visits(self, visits: Sequence[ComparedVisit], baseline: int) -> None:
        """Show the forms, and what changed since one of them."""
        table = self.table
        table.begin(visits, tuple(Side))
        for region in Region:
            row = table.add_row(1.7)
            table.put(row, 0, region_name(region), is_bold=True)
            items = tuple(item for item in Item if item.region is region)
            self._put_totals(row, visits, baseline, items)
            for item in items:
                self._put_item(visits, baseline, item)
        row = table.add_row(2.1)
        table.put(row, 0, tr("All items"), is_bold=True)
        self._put_totals(row, visits, baseline, tuple(Item), is_bold=True)

    def _put_item(self, visits: Sequence[ComparedVisit], baseline: int, item: Item) -> None:
        row = self.table.add_row(2.0)
        name = self.table.put(row, 0, numbered_name(item))
        name.setToolTip(item_name(item))
        for group, side in enumerate(Side):
            for place, visit in enumerate(visits):
                cell = visit.sheet.get(side, item)
                went = (
                    None
                    if place == baseline
                    else way(side, item, visits[baseline].sheet, visit.sheet)
                )
                said = _spoken(side, item, visit, cell, went)
                if place != baseline and went is None:
                    said += "\n" + tr("Not compared: one of the two visits has no score.")
                put = self.table.put(row, 1 + group * len(visits) + place, "")
                put.setData(_CELL, _Shown(cell, went, place == 0))
                put.setToolTip(said)
                put.setData(Qt.ItemDataRole.AccessibleTextRole, said)

    def _put_totals(
        self,
        row: int,
        visits: Sequence[ComparedVisit],
        baseline: int,
        items: tuple[Item, ...],
        *,
        is_bold: bool = False,
    ) -> None:
        for group, side in enumerate(Side):
            for place, visit in enumerate(visits):
                words = total_words(visit, side, items)
                if place != baseline:
                    found = change(side, visits[baseline].sheet, visit.sheet, items)
                    if found.items:
                        words += f"   {signed_points(found.points)}"
                entry = self.table.put(row, 1 + group * len(visits) + place, words, is_bold=is_bold)
                if not is_bold:
                    entry.setForeground(QColor(current().soft))


def total_words(visit: ComparedVisit, side: Side, items: tuple[Item, ...]) -> str:
    """Points of a limb as "3 of 8"; "–" where nothing is scored, and no total where too little."""
    total = visit.sheet.total(side, items)
    if not total.scored:
        return "–"
    if len(items) == len(Item) and is_withheld(total):
        return tr("withheld")
    return tr("{points} of {possible}").format(points=total.points, possible=total.possible)


def _spoken(
    side: Side, item: Item, visit: ComparedVisit, cell: ItemScore | None, went: Way | None
) -> str:
    words = [visit.title, _finding(cell)]
    if cell is not None and cell.score is not None:
        words.append(tr("confirmed") if cell.is_confirmed else tr("proposed, not confirmed"))
    if went is not None:
        words.append(way_word(went))
    return titled(phrase((item_name(item), side_word(side))), phrase(words))


def _finding(cell: ItemScore | None) -> str:
    if cell is None:
        return tr("not looked at")
    if cell.score is None:
        return reason_words(cell.reason) if cell.reason is not None else tr("not scored")
    word = direction_word(cell.direction) if cell.direction is not None else ""
    return f"{int(cell.score)} {word}".rstrip()


class _CellDelegate(QStyledItemDelegate):
    """Draws the score as the form draws it, the finding, and the way it went."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        shown = index.data(_CELL)
        if not isinstance(shown, _Shown):
            super().paint(painter, option, index)
            return
        theme = current()
        painter.save()
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.hover))
        elif shown.went in (Way.BETTER, Way.WORSE, Way.OTHERWISE):
            painter.fillRect(option.rect, QColor(theme.raised))
        if shown.is_first:
            painter.setPen(QColor(theme.hairline))
            painter.drawLine(box.topLeft(), box.bottomLeft())
        unit = float(option.fontMetrics.height())
        badge = min(1.15 * unit, box.height() - 4)
        middle = box.center().y()
        draw_badge(
            painter,
            QRectF(box.left() + 0.35 * unit, middle - badge / 2, badge, badge),
            shown.cell,
            theme,
        )
        right = box.right() - 0.3 * unit
        if shown.went is not None:
            size = 0.62 * unit
            right -= size
            draw_way(painter, QRectF(right, middle - size / 2, size, size), shown.went, theme)
            right -= 0.3 * unit
        left = box.left() + 0.6 * unit + badge
        words = _short(shown.cell)
        is_scored = shown.cell is not None and shown.cell.state is State.SCORED
        painter.setFont(option.font)
        painter.setPen(QColor(theme.ink if is_scored else theme.soft))
        room = QRectF(left, box.top(), right - left, box.height())
        elided = option.fontMetrics.elidedText(
            words, Qt.TextElideMode.ElideRight, max(0, int(room.width()))
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        painter.restore()


def _short(cell: ItemScore | None) -> str:
    if cell is None:
        return tr("not looked at")
    if cell.score is not None and cell.direction is not None:
        return direction_word(cell.direction)
    return short_reason(cell.reason) if cell.reason is not None else ""


class _Legend(QWidget):
    """Says what the signs beside the scores mean."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(em(self, 1.6))
        self.setAccessibleName(
            tr("Triangle up: worse; triangle down: better; arrows: other direction; =: same")
        )

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        theme, unit = current(), float(em(self))
        left = 0.2 * unit
        for went in (Way.WORSE, Way.BETTER, Way.OTHERWISE, Way.SAME):
            size = 0.75 * unit
            draw_way(painter, QRectF(left, (self.height() - size) / 2, size, size), went, theme)
            left += size + 0.4 * unit
            words = way_word(went)
            painter.setPen(QColor(theme.soft))
            width = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(
                QRectF(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, words
            )
            left += width + 1.4 * unit
