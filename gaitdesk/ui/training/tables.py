"""Tables of the training page: read, not edited, and left by Tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from gaitdesk.ui.theme import em
from gaitdesk.ui.words import capital

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ReadTable(QTableWidget):
    """Rows of words; numbers stand on the right.

    Args:
        name: What it shows, for who hears it.
        heads: Of its columns.
        words: Columns that hold words, not numbers; the last of them takes the room there is.

    Signals:
        taken: The row that was chosen by Enter or a double click.
    """

    taken = Signal(int)

    def __init__(self, name: str, heads: Sequence[str], words: Sequence[int] = (0,)) -> None:
        super().__init__(0, len(heads))
        self._words = frozenset(words)
        self._is_high = False
        self.setHorizontalHeaderLabels([capital(one) for one in heads])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(name)
        head = self.horizontalHeader()
        for column in range(len(heads)):
            is_wide = column == max(self._words)
            kind = QHeaderView.ResizeMode.Stretch if is_wide else QHeaderView.ResizeMode.Fixed
            head.setSectionResizeMode(column, kind)
            entry = self.horizontalHeaderItem(column)
            if entry is not None:
                entry.setTextAlignment(LEFT if column in self._words else RIGHT)
        head.sectionResized.connect(self._on_section_resized)
        self.doubleClicked.connect(lambda place: self.taken.emit(place.row()))

    def show_rows(
        self,
        rows: Sequence[Sequence[str]],
        tips: Sequence[str] = (),
        bold: Sequence[int] = (),
        *,
        is_high: bool = False,
    ) -> None:
        """Show rows of words.

        Args:
            rows: The words of each row.
            tips: What is said of each when the mouse rests there.
            bold: Rows that stand out.
            is_high: Whether rows take as much height as their words need.
        """
        before = self.currentRow()
        self.blockSignals(True)
        self.setRowCount(len(rows))
        for row, words in enumerate(rows):
            for column, text in enumerate(words):
                entry = QTableWidgetItem(text)
                entry.setTextAlignment(LEFT if column in self._words else RIGHT)
                entry.setToolTip(tips[row] if row < len(tips) else text)
                if row in bold:
                    font = entry.font()
                    font.setBold(True)
                    entry.setFont(font)
                self.setItem(row, column, entry)
            self.setRowHeight(row, em(self, 1.8))
        self._fit_columns(rows)
        if rows:
            self.setCurrentCell(min(max(before, 0), len(rows) - 1), 0)
        self.blockSignals(False)
        self._is_high = is_high
        if is_high:
            self.resizeRowsToContents()

    def _fit_columns(self, rows: Sequence[Sequence[str]]) -> None:
        letters = self.fontMetrics()
        for column in range(self.columnCount()):
            if column == max(self._words):
                continue
            entry = self.horizontalHeaderItem(column)
            words = [row[column] for row in rows] + ([entry.text()] if entry else [])
            widest = max((letters.horizontalAdvance(one) for one in words), default=0)
            self.setColumnWidth(column, widest + em(self, 1.6))

    def _on_section_resized(self) -> None:
        if self._is_high:
            # In another width the words break elsewhere.
            self.resizeRowsToContents()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.taken.emit(self.currentRow())
        else:
            super().keyPressEvent(event)
