"""What the tables of a comparison share: a read-only table, and a heading per limb and visit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem

from gaitdesk.domain.anatomy import Side
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.words import side_word
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import capital


class ComparisonTable(QTableWidget):
    """A first column of names, then for each limb one column a visit; rows can be walked through.

    Args:
        name: What it shows, for screen readers.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setMinimumSectionSize(em(self, 6.5))
        header.setHighlightSections(False)

    def begin(self, visits: Sequence[ComparedVisit], sides: Sequence[Side | None]) -> None:
        """Make the columns anew and take all rows away.

        Args:
            visits: One column each.
            sides: Repeated for each of these; None stands for the walk as a whole.
        """
        self.clear()
        self.setRowCount(0)
        self.setColumnCount(1 + len(sides) * len(visits))
        theme = current()
        self.setHorizontalHeaderItem(0, QTableWidgetItem(""))
        for group, side in enumerate(sides):
            for place, visit in enumerate(visits):
                words = visit.title
                if side is not None:
                    words = f"{capital(side_word(side))}\n{visit.title}"
                heading = QTableWidgetItem(words)
                heading.setToolTip(words.replace("\n", ", "))
                if side is not None:
                    heading.setForeground(QColor(theme.side(side)))
                self.setHorizontalHeaderItem(1 + group * len(visits) + place, heading)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, em(self, 16))

    def add_row(self, height: float = 2.0) -> int:
        """A new last row, so many letter widths high."""
        row = self.rowCount()
        self.insertRow(row)
        self.setRowHeight(row, em(self, height))
        return row

    def put(self, row: int, column: int, words: str, *, is_bold: bool = False) -> QTableWidgetItem:
        """Words in a place."""
        item = QTableWidgetItem(words)
        item.setToolTip(words)
        if is_bold:
            font = QFont(self.font())
            font.setBold(True)
            item.setFont(font)
        self.setItem(row, column, item)
        return item
