"""Who said what of each item, where they differ first; and what is settled between them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.evgs import Cell, ItemScore, Score, Scoresheet
from gaitdesk.i18n import sentences, tr
from gaitdesk.report.answers import proposal_words
from gaitdesk.report.words import item_name, side_word
from gaitdesk.ui.records.words import NOTHING, said_words
from gaitdesk.ui.scoring.answers import CELLS
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import numbered_name

_SCORE_KEYS = {Qt.Key.Key_0: Score.NORMAL, Qt.Key.Key_1: Score.MODERATE, Qt.Key.Key_2: Score.MARKED}


@dataclass(frozen=True, slots=True, eq=False)
class TwoReaders:
    """Two readers of a visit, and what has been settled between them.

    Attributes:
        first, second: Their names.
        first_sheet, second_sheet: What each said.
        machine: The visit's own form, whose machines' answers stand beside theirs.
        settled: The consensus as it stands; None where none was begun.
        is_settling: Whether who is at the desk settles it now.
    """

    first: str
    second: str
    first_sheet: Scoresheet
    second_sheet: Scoresheet
    machine: Scoresheet
    settled: Scoresheet | None = None
    is_settling: bool = False

    def differs(self, cell: Cell) -> bool:
        """Whether they said different things of a cell, or one of them nothing."""
        return _answer(self.first_sheet.get(*cell)) != _answer(self.second_sheet.get(*cell))

    @property
    def in_order(self) -> tuple[Cell, ...]:
        """All 34 cells, those they differ on first."""
        return tuple(sorted(CELLS, key=lambda cell: not self.differs(cell)))


class ReadersPanel(QWidget):
    """Shows two readers' answers side by side, and takes the adjudicator's decisions.

    Left takes the first reader's word, Right the second's, 0, 1, 2 and N give another one, R goes
    to the reason, Enter to the next item that is open.

    Signals:
        cell_chosen: The `Cell` that is looked at.
        word_taken: The `Cell`, and whether it is the first reader's word that shall stand.
        score_asked: The `Score` somebody wants to give the cell instead.
        reason_wanted: The cell cannot be scored; which reason is to be asked.
        reason_typed: Why the next decision is made, in the adjudicator's words.
        form_asked: The keyboard should go back to the form.
    """

    cell_chosen = Signal(object)
    word_taken = Signal(object, bool)
    score_asked = Signal(object)
    reason_wanted = Signal()
    reason_typed = Signal(str)
    form_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: TwoReaders | None = None
        self._cells: tuple[Cell, ...] = ()
        self._title = QLabel()
        self._title.setWordWrap(True)
        self.table = _Table(self)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Reason for the next decision (R)"))
        self.reason.setAccessibleName(tr("Reason for the next decision"))
        self.reason.textChanged.connect(self.reason_typed)
        self.reason.returnPressed.connect(self.table.setFocus)
        self.first_button = QPushButton()
        self.second_button = QPushButton()
        self.first_button.clicked.connect(lambda: self.take(is_first=True))
        self.second_button.clicked.connect(lambda: self.take(is_first=False))
        self._deciding = QWidget()
        row = QHBoxLayout(self._deciding)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.first_button)
        row.addWidget(self.second_button)
        row.addWidget(self.reason, 1)
        layout = QVBoxLayout(self)
        gap = em(self, 0.5)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(self._title)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._deciding)

    @property
    def title(self) -> str:
        """What it says of the two."""
        return self._title.text()

    @property
    def cell(self) -> Cell | None:
        """The cell that is looked at."""
        row = self.table.currentRow()
        return self._cells[row] if 0 <= row < len(self._cells) else None

    def show_readers(self, shown: TwoReaders | None) -> None:
        """Show two readers; None shows none, as to who reads blind."""
        cell = self.cell
        is_same_order = (
            shown is not None and self._shown is not None and self._shown.in_order == shown.in_order
        )
        self._shown = shown
        self._cells = () if shown is None else shown.in_order
        self.table.blockSignals(True)
        self._fill()
        if cell in self._cells and is_same_order:
            self.table.setCurrentCell(self._cells.index(cell), 0)
        elif self._cells:
            self.table.setCurrentCell(0, 0)
        self.table.blockSignals(False)

    def take(self, *, is_first: bool) -> None:
        """Let one reader's word stand for the cell that is looked at."""
        if self._shown is not None and self._shown.is_settling and self.cell is not None:
            self.word_taken.emit(self.cell, is_first)

    def go_to_next_open(self, *, is_first: bool = False) -> None:
        """Go to the next cell that is still to be settled, or to the first of all."""
        open_rows = [row for row, cell in enumerate(self._cells) if self._is_open(cell)]
        here = -1 if is_first else self.table.currentRow()
        later = [row for row in open_rows if row > here]
        if open_rows:
            self.table.setCurrentCell((later or open_rows)[0], 0)

    def answer_key(self, event: QKeyEvent) -> bool:
        """Answer a key of the list; whether it meant anything here."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.form_asked.emit()
            return True
        if self._shown is None or not self._shown.is_settling or event.modifiers():
            return False
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.take(is_first=key == Qt.Key.Key_Left)
        elif key in _SCORE_KEYS:
            self.score_asked.emit(_SCORE_KEYS[key])
        elif key == Qt.Key.Key_N:
            self.reason_wanted.emit()
        elif key == Qt.Key.Key_R:
            self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_to_next_open()
        else:
            return False
        return True

    def on_row(self) -> None:
        """Tell which cell is looked at now."""
        if self.cell is not None:
            self.cell_chosen.emit(self.cell)

    def _is_open(self, cell: Cell) -> bool:
        shown = self._shown
        if shown is None or shown.settled is None:
            return False
        held = shown.settled.get(*cell)
        return held is not None and not held.is_confirmed

    def _fill(self) -> None:
        shown = self._shown
        if shown is None:
            self.table.setRowCount(0)
            return
        apart = sum(shown.differs(cell) for cell in self._cells)
        self._title.setText(_title_words(shown, apart))
        has_settled = shown.settled is not None
        heads = [tr("Item"), tr("Limb"), shown.first, shown.second, tr("Machine")]
        if has_settled:
            heads.append(tr("Consensus"))
        self.table.setColumnCount(len(heads))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.setRowCount(len(self._cells))
        for row, cell in enumerate(self._cells):
            self._fill_row(row, cell, shown)
        self._deciding.setVisible(shown.is_settling)
        self.first_button.setText(tr("←  as {reader}").format(reader=shown.first))
        self.second_button.setText(tr("as {reader}  →").format(reader=shown.second))

    def _fill_row(self, row: int, cell: Cell, shown: TwoReaders) -> None:
        side, item = cell
        words = [
            numbered_name(item),
            side_word(side),
            said_words(shown.first_sheet.get(*cell)),
            said_words(shown.second_sheet.get(*cell)),
            _machine_words(shown.machine.get(*cell)),
        ]
        if shown.settled is not None:
            held = shown.settled.get(*cell)
            is_open = held is not None and not held.is_confirmed
            words.append(tr("to be settled") if is_open else said_words(held))
        theme, differs = current(), shown.differs(cell)
        for column, text in enumerate(words):
            entry = QTableWidgetItem(text)
            entry.setToolTip(item_name(item) if not column else text)
            if differs:
                entry.setBackground(QColor(theme.warning))
                entry.setForeground(QColor(theme.on_warning))
            if column == len(words) - 1 and shown.settled is not None:
                font = entry.font()
                font.setBold(True)
                entry.setFont(font)
            self.table.setItem(row, column, entry)
        self.table.setRowHeight(row, em(self, 1.8))


class _Table(QTableWidget):
    """The list of items; its keys decide."""

    def __init__(self, panel: ReadersPanel) -> None:
        super().__init__(0, 5)
        self._panel = panel
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (0, 1):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(tr("What each reader said"))
        self.currentCellChanged.connect(panel.on_row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._panel.answer_key(event):
            super().keyPressEvent(event)


def _title_words(shown: TwoReaders, apart: int) -> str:
    said = tr("%n of 34 answers differ between {first} and {second}.", "", apart).format(
        first=shown.first, second=shown.second
    )
    if shown.is_settling:
        how = tr("Left or Right takes a reader's word; 0, 1, 2 or N gives another.")
        said = sentences((said, how))
    return said


def _machine_words(held: ItemScore | None) -> str:
    said = [proposal_words(one) for one in held.proposed] if held is not None else []
    return " · ".join(one for one in said if one) or NOTHING


def _answer(held: ItemScore | None) -> object:
    """What counts as the same answer; that an item cannot be scored may have two reasons."""
    if held is None:
        return None
    return held.score, held.direction
