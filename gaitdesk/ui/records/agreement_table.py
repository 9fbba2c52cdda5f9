"""How far two readers agree, item by item and in total, as a table."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import titled, tr
from gaitdesk.report.words import item_name
from gaitdesk.scoring.comparing import Agreements, Comparison, ItemAgreement
from gaitdesk.scoring.reliability import Icc
from gaitdesk.ui.records.words import number_words, share_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.words import capital, numbered_name


class AgreementTable(QWidget):
    """Shows every pair of readers; a list chooses which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Agreements | None = None
        self.pairs = QComboBox()
        self.pairs.setAccessibleName(tr("Pair of readers"))
        self.pairs.currentIndexChanged.connect(self._show_pair)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self.table = _made_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.6))
        layout.addWidget(self.pairs)
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)

    @property
    def said(self) -> str:
        """What it says of the totals."""
        return self._said.text()

    def show_agreements(self, found: Agreements) -> None:
        """Show how far readers agree."""
        self._found = found
        self.pairs.blockSignals(True)
        self.pairs.clear()
        for pair in found.pairs:
            self.pairs.addItem(
                tr("{first} and {second}").format(first=pair.first, second=pair.second)
            )
        self.pairs.blockSignals(False)
        self.pairs.setVisible(len(found.pairs) > 1)
        self.table.setVisible(bool(found.pairs))
        self._show_pair()

    def _show_pair(self) -> None:
        found, number = self._found, self.pairs.currentIndex()
        if found is None or not 0 <= number < len(found.pairs):
            self._said.setText(tr("No visit was read by two readers yet."))
            self.table.setRowCount(0)
            return
        pair = found.pairs[number]
        self._said.setText(_total_words(pair, found))
        rows = [(numbered_name(item), item_name(item), one) for item, one in pair.items.items()]
        rows.append((tr("All items"), tr("All items"), pair.all_items))
        self.table.setRowCount(len(rows))
        for row, (name, tip, one) in enumerate(rows):
            self._fill_row(row, name, tip, one, is_last=row == len(rows) - 1)

    def _fill_row(
        self, row: int, name: str, tip: str, one: ItemAgreement, *, is_last: bool
    ) -> None:
        held = one.agreement
        words = (
            name,
            str(held.count),
            share_words(held.exact),
            share_words(held.within_one),
            number_words(held.kappa()),
            number_words(held.linear_kappa),
            number_words(held.weighted_kappa),
        )
        for column, text in enumerate(words):
            entry = QTableWidgetItem(text)
            if column:
                entry.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            else:
                entry.setToolTip(tip)
            if is_last:
                font = entry.font()
                font.setBold(True)
                entry.setFont(font)
            self.table.setItem(row, column, entry)
        self.table.setRowHeight(row, em(self, 1.7))


def _made_table() -> QTableWidget:
    table = QTableWidget(0, 7)
    table.setHorizontalHeaderLabels(
        [
            tr("Item"),
            tr("Limbs"),
            capital(tr("alike")),
            capital(tr("within 1")),
            "κ",
            tr("κ linear"),
            tr("κ quadratic"),
        ]
    )
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    head = table.horizontalHeader()
    head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    head.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for column in range(1, 7):
        table.setColumnWidth(column, em(table, 6))
    first = table.horizontalHeaderItem(0)
    if first is not None:
        first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.setAccessibleName(tr("Agreement of each item"))
    return table


def _total_words(pair: Comparison, found: Agreements) -> str:
    totals = pair.totals
    low, high = totals.limits_of_agreement
    lines = [
        titled("<b>" + tr("Totals of limbs") + "</b>", icc_words(totals.icc)),
        tr("{second} less {first}: {mean} points on average, 95 % from {low} to {high}").format(
            first=pair.first,
            second=pair.second,
            mean=number_words(totals.mean_difference),
            low=number_words(low),
            high=number_words(high),
        ),
    ]
    if len(found.readers) > 2:
        lines.append(tr("All readers together: {icc}").format(icc=icc_words(found.icc)))
    lines.append(
        "<small>"
        + tr("Limbs that both have scored are counted; – stands where nothing can be said.")
        + "</small>"
    )
    return "<br>".join(lines)


def icc_words(icc: Icc) -> str:
    """The intraclass correlation with its interval, if known, and how many limbs it rests on."""
    if not math.isfinite(icc.low + icc.high):
        return tr("ICC(2,1) {value}, {count} limbs").format(
            value=number_words(icc.value), count=icc.targets
        )
    return tr("ICC(2,1) {value} (95 %: {low} to {high}), {count} limbs").format(
        value=number_words(icc.value),
        low=number_words(icc.low),
        high=number_words(icc.high),
        count=icc.targets,
    )
