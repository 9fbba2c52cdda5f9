"""Readings of all visits: those that wait for who is at the desk first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import phrase, tr
from gaitdesk.store import training_cases
from gaitdesk.store.edits import ReadingId, SessionId
from gaitdesk.store.facts import ReadingFacts, Role
from gaitdesk.store.store import Store
from gaitdesk.ui.records.words import NOTHING
from gaitdesk.ui.theme import em
from gaitdesk.ui.words import whose


class State(IntEnum):
    """How a reading stands, those with something to be done first."""

    WAITS_FOR_ME = 0
    TO_BE_SETTLED = 1
    WAITS_FOR_OTHERS = 2
    DONE = 3


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading as the list shows it.

    Attributes:
        session, reading: Which one.
        title: Child and day; the child's name too while names are unlocked.
        first: Who scored the visit's own sheet.
        facts: What the reading is.
        state: How it stands for who is at the desk.
        is_training: Whether the visit is a training case.
    """

    session: SessionId
    reading: ReadingId
    title: str
    first: str
    facts: ReadingFacts
    state: State
    is_training: bool = False


def reading_rows(store: Store) -> tuple[ReadingRow, ...]:
    """Every reading of the store as it stands for who is at the desk."""
    taught = training_cases.sources(store)
    known = store.readable_identities()
    rows = []
    for summary in store.sessions():
        found = store.readings.of(summary.id)
        is_hidden = store.readings.blind(summary.id) is not None
        has_consensus = any(one.role is Role.CONSENSUS for one in found.values())
        person = known.get(summary.visit.patient)
        child = whose(summary.pseudonym, "" if person is None else person.name)
        first = NOTHING if is_hidden else store.readings.first_reader(summary.id) or NOTHING
        for reading, facts in found.items():
            rows.append(
                ReadingRow(
                    summary.id,
                    reading,
                    phrase((child, summary.visit.day.isoformat())),
                    first,
                    facts,
                    _state(facts, store.rater, has_consensus or summary.id in taught),
                    summary.id in taught,
                )
            )
    return tuple(sorted(rows, key=lambda row: row.state))


def _state(facts: ReadingFacts, rater: str, is_settled: bool) -> State:
    if not facts.is_finished:
        return State.WAITS_FOR_ME if facts.reader == rater else State.WAITS_FOR_OTHERS
    if facts.role is Role.SECOND and not is_settled:
        return State.TO_BE_SETTLED
    return State.DONE


class ReadingsTab(QWidget):
    """Lists readings; Enter opens the one that is marked.

    Signals:
        opened: The `ReadingRow` somebody wants to read, compare or see.
    """

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ReadingRow, ...] = ()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self.table = _List(self)
        self.open_button = QPushButton(tr("Open  (Enter)"))
        self.open_button.setProperty("primary", True)
        self.open_button.clicked.connect(self.open_marked)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        self.show_rows(())

    @property
    def said(self) -> str:
        """What it says above the list."""
        return self._said.text()

    def show_rows(self, rows: Sequence[ReadingRow]) -> None:
        """List readings; the one that was marked stays so where it is still listed."""
        place = self.table.currentRow()
        marked = self.rows[place].reading if 0 <= place < len(self.rows) else None
        self.rows = tuple(rows)
        waiting = sum(row.state is State.WAITS_FOR_ME for row in rows)
        if rows:
            self._said.setText(tr("%n reading(s) wait for you.", "", waiting))
        else:
            self._said.setText(
                tr(
                    "No visit was given to a second reader yet. Open a visit and choose Records,"
                    " Have the visit read once more."
                )
            )
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, words in enumerate(_row_words(row)):
                self.table.setItem(number, column, QTableWidgetItem(words))
            self.table.setRowHeight(number, em(self, 2))
        self.table.setVisible(bool(rows))
        self.open_button.setEnabled(bool(rows))
        if rows:
            kept = [row.reading for row in rows]
            self.table.setCurrentCell(kept.index(marked) if marked in kept else 0, 0)

    def open_marked(self) -> None:
        """Open the reading that is marked."""
        row = self.table.currentRow()
        if 0 <= row < len(self.rows):
            self.opened.emit(self.rows[row])


class _List(QTableWidget):
    def __init__(self, tab: ReadingsTab) -> None:
        super().__init__(0, 5)
        self._tab = tab
        self.setHorizontalHeaderLabels(
            [tr("Visit"), tr("First reader"), tr("Reader"), tr("How"), tr("State")]
        )
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(tr("Readings"))
        self.doubleClicked.connect(tab.open_marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tab.open_marked()
        else:
            super().keyPressEvent(event)


def _row_words(row: ReadingRow) -> tuple[str, ...]:
    if row.facts.role is Role.CONSENSUS:
        how = tr("consensus")
    elif row.is_training:
        how = tr("training")
    else:
        how = tr("blind") if row.facts.is_blind else tr("open")
    return row.title, row.first, row.facts.reader, how, _state_words(row)


def _state_words(row: ReadingRow) -> str:
    match row.state:
        case State.WAITS_FOR_ME:
            is_consensus = row.facts.role is Role.CONSENSUS
            return tr("waits for you to settle it") if is_consensus else tr("waits for you")
        case State.TO_BE_SETTLED:
            return tr("finished; compare and settle")
        case State.WAITS_FOR_OTHERS:
            return tr("waits for {reader}").format(reader=row.facts.reader)
        case State.DONE:
            return tr("finished")
