"""The training set: cases that are read blind, what was right, and how far one agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.scoring.comparing import Agreements
from gaitdesk.store.edits import SessionId
from gaitdesk.store.training_cases import Answers, Attempt, Lesson
from gaitdesk.ui.records.agreement_table import AgreementTable
from gaitdesk.ui.records.lesson_table import LessonTable
from gaitdesk.ui.theme import em

MOST_MADE = 30


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How somebody stands in the training set.

    Attributes:
        rater: Who.
        is_self: Whether that is who is at the desk.
        cases: Every case with its title.
        lessons: Of the cases they have finished.
        agreement: With the right answers, over those cases.
        people: Everybody who reads the set, and how many cases each has finished.
    """

    rater: str
    is_self: bool
    cases: tuple[tuple[Attempt, str], ...]
    lessons: Mapping[SessionId, Sequence[Lesson]]
    agreement: Agreements
    people: Mapping[str, int]


class TrainingTab(QWidget):
    """Lists cases, and shows what was right of those that are read.

    Signals:
        opened: The `SessionId` of a case somebody wants to read.
        frame_asked: The `SessionId`, cell and film and frame somebody wants to see.
        person_chosen: Whose progress shall be shown.
        making_asked: How many more cases shall be made of made-up children.
    """

    opened = Signal(object)
    frame_asked = Signal(object, object, int, int)
    person_chosen = Signal(str)
    making_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Progress | None = None
        self._said = QLabel()
        self._said.setWordWrap(True)
        self.person = QComboBox()
        self.person.setAccessibleName(tr("Whose progress"))
        self.person.textActivated.connect(self.person_chosen)
        self.table = _Cases(self)
        self.read_button = QPushButton(tr("Read this case  (Enter)"))
        self.read_button.setProperty("primary", True)
        self.read_button.clicked.connect(self.open_marked)
        self.count = QSpinBox()
        self.count.setRange(1, MOST_MADE)
        self.count.setValue(5)
        self.count.setAccessibleName(tr("How many cases to make"))
        self.make_button = QPushButton(tr("Make cases of made-up children"))
        self.make_button.setToolTip(tr("Each is filmed and analysed; that takes some minutes."))
        self.make_button.clicked.connect(lambda: self.making_asked.emit(self.count.value()))
        self.lessons = LessonTable()
        self.lessons.chosen.connect(self._on_lesson)
        self.agreement = AgreementTable()
        gap = em(self, 0.5)
        self.agreement.setContentsMargins(gap, gap, gap, gap)
        self.below = QTabWidget()
        self.below.addTab(self.lessons, tr("What was right"))
        self.below.addTab(self.agreement, tr("Agreement over the set"))
        self._lay_out()

    def _lay_out(self) -> None:
        gap = em(self, 0.6)
        head = QHBoxLayout()
        head.addWidget(self._said, 1)
        head.addWidget(self.person)
        foot = QHBoxLayout()
        foot.addWidget(self.read_button)
        foot.addStretch(1)
        foot.addWidget(self.count)
        foot.addWidget(self.make_button)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(upper)
        parts.addWidget(self.below)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(parts)

    @property
    def said(self) -> str:
        """What it says of the progress."""
        return self._said.text()

    @property
    def marked(self) -> Attempt | None:
        """The case that is marked."""
        row = self.table.currentRow()
        if self._shown is None or not 0 <= row < len(self._shown.cases):
            return None
        return self._shown.cases[row][0]

    def show_progress(self, shown: Progress) -> None:
        """Show how somebody stands."""
        before = self.marked
        self._shown = shown
        names = dict.fromkeys((shown.rater, *shown.people))
        self.person.clear()
        self.person.addItems(list(names))
        self.person.setCurrentText(shown.rater)
        self.person.setVisible(len(names) > 1)
        done = sum(one.is_finished for one, _ in shown.cases)
        if shown.cases:
            self._said.setText(
                tr("{rater} has read {done} of %n training case(s).", "", len(shown.cases)).format(
                    rater=shown.rater, done=done
                )
            )
        else:
            self._said.setText(
                tr(
                    "No training case yet. Make some of made-up children, whose every score is"
                    " known; or open a visit with a finished consensus and choose Records, Use as"
                    " a training case."
                )
            )
        self.table.show_cases(shown.cases)
        sessions = [one.session for one, _ in shown.cases]
        if before is not None and before.session in sessions:
            self.table.setCurrentCell(sessions.index(before.session), 0)
        elif sessions:
            self.table.setCurrentCell(0, 0)
        self.agreement.show_agreements(shown.agreement)
        self.below.setVisible(done > 0)
        self.on_row()

    def on_row(self) -> None:
        """Show what was right of the case that is marked."""
        one = self.marked
        can_read = one is not None and self._shown is not None and self._shown.is_self
        self.read_button.setEnabled(can_read)
        is_done = one is not None and one.is_finished
        self.read_button.setText(
            tr("Look at this case  (Enter)") if is_done else tr("Read this case  (Enter)")
        )
        held = self._shown.lessons.get(one.session, ()) if self._shown and one else ()
        self.lessons.show_lessons(held)

    def open_marked(self) -> None:
        """Read the case that is marked."""
        if self.marked is not None and self.read_button.isEnabled():
            self.opened.emit(self.marked.session)

    def _on_lesson(self, lesson: Lesson) -> None:
        one = self.marked
        if one is not None and lesson.shown is not None and lesson.shown.evidence is not None:
            place = lesson.shown.evidence
            self.frame_asked.emit(one.session, lesson.cell, place.film, place.frame)


class _Cases(QTableWidget):
    def __init__(self, tab: TrainingTab) -> None:
        super().__init__(0, 3)
        self._tab = tab
        self.setHorizontalHeaderLabels([tr("Case"), tr("Answers from"), tr("State")])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(tr("Training cases"))
        self.currentCellChanged.connect(tab.on_row)
        self.doubleClicked.connect(tab.open_marked)

    def show_cases(self, cases: Sequence[tuple[Attempt, str]]) -> None:
        self.blockSignals(True)
        self.setRowCount(len(cases))
        for row, (one, title) in enumerate(cases):
            for column, words in enumerate((title, _source_words(one.source), _state_words(one))):
                self.setItem(row, column, QTableWidgetItem(words))
            self.setRowHeight(row, em(self, 1.8))
        self.blockSignals(False)
        self.setVisible(bool(cases))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tab.open_marked()
        else:
            super().keyPressEvent(event)


def _source_words(source: Answers) -> str:
    if source is Answers.TRUTH:
        return tr("a made-up child, whose scores are known")
    return tr("a consensus of two readers")


def _state_words(one: Attempt) -> str:
    if one.is_finished:
        return tr("finished")
    return tr("begun") if one.reading is not None else tr("not read yet")
