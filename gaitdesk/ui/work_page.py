"""One visit under review: films, the item in question, curves, and the form."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Direction, Item, Score, Scoresheet
from gaitdesk.i18n import tr
from gaitdesk.report.answers import shown_proposal
from gaitdesk.report.words import side_word
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.scoring.form import ScoreForm
from gaitdesk.ui.scoring.item_panel import ItemPanel
from gaitdesk.ui.scoring.totals_panel import TotalsPanel
from gaitdesk.ui.theme import em
from gaitdesk.ui.words import short_name


class WorkPage(QWidget):
    """Shows an analysis and its sheet; announces every edit.

    Signals:
        edited: A sentence for the undo list, and the `Scoresheet` that the reviewer wants.
        said: A sentence for the status line.
    """

    edited = Signal(str, object)
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = ScoreForm()
        self.item = ItemPanel()
        self.totals = TotalsPanel()
        self.message = Message()
        self._waiting = QLabel()
        self._accept = QPushButton()
        self._next = QPushButton(tr("Next that waits  (U)"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.item, tr("Item"))
        self.tabs.addTab(self.totals, tr("Totals"))
        self.films = QVBoxLayout()
        self.films.setContentsMargins(0, 0, 0, 0)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        gap = em(self, 0.5)
        films = QWidget()
        films.setLayout(self.films)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(films)
        left.addWidget(self.tabs)
        left.setStretchFactor(0, 3)
        left.setStretchFactor(1, 2)
        left.setChildrenCollapsible(False)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self.form, 1)
        row = QHBoxLayout()
        row.addWidget(self._waiting, 1)
        row.addWidget(self._accept)
        row.addWidget(self._next)
        column.addLayout(row)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(gap)
        left.setHandleWidth(gap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.message)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.form.edited.connect(self.edited)
        self.form.cell_focused.connect(self._on_focused)
        self.form.comment_asked.connect(self._on_comment_asked)
        self.form.said.connect(self.said)
        self.item.score_chosen.connect(self._on_score_chosen)
        self.item.reason_asked.connect(self._on_reason_asked)
        self.item.commented.connect(self._on_commented)
        self.item.left.connect(self._on_item_left)
        self._accept.clicked.connect(self.form.accept_confident)
        self._next.clicked.connect(self.form.go_to_next_open)

    def show_analysis(self, analysis: Analysis, sheet: Scoresheet) -> None:
        """Show a visit from its beginning."""
        self.message.hide()
        self.show_sheet(sheet)
        first = answers.open_cells(sheet)
        self.form.focus_cell(first[0] if first else answers.CELLS[0])

    def show_sheet(self, sheet: Scoresheet) -> None:
        """Show the sheet after an edit."""
        self.form.show_sheet(sheet)
        self.item.show_cell(self.form.focused, sheet)
        self.totals.show_sheet(sheet)
        waiting = len(answers.open_cells(sheet))
        self._waiting.setText(
            tr("%n item(s) wait for you", "", waiting) if waiting else tr("Everything is confirmed")
        )
        confident = len(answers.confident_cells(sheet))
        self._accept.setText(tr("Accept %n confident  (A)", "", confident))
        self._accept.setEnabled(confident > 0)
        self._next.setEnabled(waiting > 0)

    def _on_focused(self, cell: Cell) -> None:
        self.item.show_cell(cell, self.form.sheet)

    def _on_comment_asked(self, cell: Cell) -> None:
        self.tabs.setCurrentWidget(self.item)
        self.item.write_comment()

    def _on_score_chosen(self, side: Side, item: Item, score: Score, direction: Direction) -> None:
        self.form.give_score(side, item, score, direction)
        self.form.focus_cell((side, item))

    def _on_reason_asked(self) -> None:
        self.form.focus_cell(self.item.cell)
        self.form.ask_reason()

    def _on_commented(self, side: Side, item: Item, words: str) -> None:
        text = tr("Comment on {item}, {side}").format(item=short_name(item), side=side_word(side))
        self.edited.emit(text, answers.with_comment(self.form.sheet, side, item, words))

    def _on_item_left(self) -> None:
        self.form.focus_cell(self.item.cell)


def deciding_frame(sheet: Scoresheet, cell: Cell) -> tuple[int, int] | None:
    """Film and frame in which an item can be seen; None where the machine names none."""
    held = sheet.get(*cell)
    proposal = shown_proposal(held) if held is not None else None
    if proposal is None or proposal.evidence is None:
        return None
    return proposal.evidence.film, proposal.evidence.frame
