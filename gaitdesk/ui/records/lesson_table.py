"""What a trainee said of each item, what is right, what was measured, and where to see it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.evgs import Item, Proposal
from gaitdesk.domain.measure import Unit
from gaitdesk.i18n import tr
from gaitdesk.report.answers import measured_words
from gaitdesk.report.words import item_name, side_word
from gaitdesk.store.training_cases import Lesson
from gaitdesk.ui.records.words import NOTHING, said_words
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import numbered_name


class LessonTable(QWidget):
    """Lists lessons, those that were wrong first; Enter shows the deciding frame.

    Signals:
        chosen: The `Lesson` whose deciding frame somebody wants to see.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lessons: tuple[Lesson, ...] = ()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self.table = _Table(self)
        layout = QVBoxLayout(self)
        gap = em(self, 0.5)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)

    @property
    def said(self) -> str:
        """What it says above the list."""
        return self._said.text()

    def show_lessons(self, lessons: Sequence[Lesson]) -> None:
        """Show what is to be learnt of a case; none where it is yet to be read."""
        self.lessons = tuple(lessons)
        right = sum(one.is_right for one in lessons)
        if lessons:
            self._said.setText(
                tr(
                    "{right} of %n score(s) right. Enter shows the deciding frame.",
                    "",
                    len(lessons),
                ).format(right=right)
            )
        else:
            self._said.setText(tr("The answers are shown once the case has been read to its end."))
        self.table.setRowCount(len(lessons))
        for row, one in enumerate(lessons):
            self._fill_row(row, one)

    def choose_marked(self) -> None:
        """Ask for the deciding frame of the lesson that is marked."""
        row = self.table.currentRow()
        if 0 <= row < len(self.lessons):
            self.chosen.emit(self.lessons[row])

    def _fill_row(self, row: int, one: Lesson) -> None:
        side, item = one.cell
        theme = current()
        words = (
            "✓" if one.is_right else "✗",
            numbered_name(item),
            side_word(side),
            said_words(one.given),
            said_words(one.right),
            _measured(item, one.shown),
            _frame_words(one.shown),
        )
        for column, text in enumerate(words):
            entry = QTableWidgetItem(text)
            entry.setToolTip(item_name(item) if column == 1 else text)
            if not one.is_right:
                entry.setBackground(QColor(theme.warning))
                entry.setForeground(QColor(theme.on_warning))
            self.table.setItem(row, column, entry)
        self.table.setRowHeight(row, em(self, 1.8))


class _Table(QTableWidget):
    def __init__(self, panel: LessonTable) -> None:
        super().__init__(0, 7)
        self._panel = panel
        self.setHorizontalHeaderLabels(
            [
                "",
                tr("Item"),
                tr("Limb"),
                tr("You said"),
                tr("Right answer"),
                tr("Measured"),
                tr("Deciding frame"),
            ]
        )
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (0, 1, 2):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(tr("What was right"))
        self.doubleClicked.connect(panel.choose_marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._panel.choose_marked()
        else:
            super().keyPressEvent(event)


def _measured(item: Item, shown: Proposal | None) -> str:
    # A bare number without a unit is the reader's own scale and teaches nothing.
    if shown is None or shown.measure is None or shown.measure.unit is Unit.NONE:
        return NOTHING
    return measured_words(item, shown.measure)


def _frame_words(shown: Proposal | None) -> str:
    if shown is None or shown.evidence is None:
        return NOTHING
    return tr("film {film}, frame {frame}").format(
        film=shown.evidence.film + 1, frame=shown.evidence.frame + 1
    )
