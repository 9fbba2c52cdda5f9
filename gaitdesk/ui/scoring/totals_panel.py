"""Totals by region and plane, and the change since the patient's last visit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.i18n import tr
from gaitdesk.report.answers import both_limbs
from gaitdesk.report.change import caveats, change
from gaitdesk.report.words import side_word
from gaitdesk.ui.scoring.totals import groups, part_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.words import capital


class TotalsPanel(QWidget):
    """Shows what the scores add up to, and what that means against an earlier visit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: Scoresheet | None = None
        self._before_words = ""
        self._table = QTableWidget(0, 4)
        self._table.setHorizontalHeaderLabels(
            ["", *(capital(side_word(side)) for side in Side), tr("Left + right")]
        )
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setMinimumSectionSize(1)
        self._table.setShowGrid(False)
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._table.setTabKeyNavigation(False)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self._table.setAccessibleName(tr("Totals"))
        self._change = QLabel()
        self._change.setWordWrap(True)
        self._change.setTextFormat(Qt.TextFormat.RichText)
        layout = QVBoxLayout(self)
        gap = em(self, 0.7)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap // 2)
        layout.addWidget(self._change)
        layout.addWidget(self._table, 1)

    def show_before(self, before: Scoresheet | None, words: str) -> None:
        """Compare with an earlier visit, named by `words`; None compares with nothing.

        Where there is none to compare with, `words` may say why.
        """
        self._before, self._before_words = before, words

    def show_sheet(self, sheet: Scoresheet) -> None:
        """Show the totals of a sheet."""
        parts = list(groups())
        self._table.setRowCount(len(parts))
        for row, (name, items) in enumerate(parts):
            totals = [*(sheet.total(side, items) for side in Side), both_limbs(sheet, items)]
            cells = [name, *(part_words(total) for total in totals)]
            for column, words in enumerate(cells):
                entry = QTableWidgetItem(words)
                if row == len(parts) - 1:
                    font = entry.font()
                    font.setBold(True)
                    entry.setFont(font)
                self._table.setItem(row, column, entry)
            self._table.setRowHeight(row, em(self, 1.5))
        self._change.setText(self._change_words(sheet))

    @property
    def change_words(self) -> str:
        """What it says of the change since the earlier visit."""
        return self._change.text()

    def _change_words(self, sheet: Scoresheet) -> str:
        if self._before is None:
            first = tr("This is the first visit of this patient that is kept here.")
            return self._before_words or first
        lines = [
            tr("Against {visit}, over the items scored in both:").format(visit=self._before_words)
        ]
        for side in Side:
            found = change(side, self._before, sheet)
            if not found.items:
                lines.append(
                    tr("{side}: no item was scored in both visits.").format(
                        side=capital(side_word(side))
                    )
                )
                continue
            lines.append(
                tr(
                    "<b>{side}</b> {before} → {now} points over %n item(s): {meaning}",
                    "",
                    found.items,
                ).format(
                    side=capital(side_word(side)),
                    before=found.before,
                    now=found.now,
                    meaning=found.words,
                )
            )
        lines += [f"<small>{said}</small>" for said in caveats(self._before, sheet)]
        return "<br>".join(lines)
