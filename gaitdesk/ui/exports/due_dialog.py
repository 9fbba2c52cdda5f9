"""Patients whose records should be erased by now, or soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import sentences, tr
from gaitdesk.store.consents import today
from gaitdesk.store.edits import PatientId
from gaitdesk.store.store import Store
from gaitdesk.ui.theme import em, on_screen

SOON_DAYS = 90
"""So many days ahead a patient is listed already."""


class DueDialog(QDialog):
    """Lists patients by the last day on which their records are kept.

    Signals:
        erase_asked: The `PatientId` of who shall be erased.
        longer_asked: The `PatientId` of whose records shall be kept longer.
    """

    erase_asked = Signal(object)
    longer_asked = Signal(object)

    def __init__(self, store: Callable[[], Store], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Due for erasing"))
        self._store = store
        self._patients: tuple[PatientId, ...] = ()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels(
            [tr("Patient"), tr("Kept until"), tr("Due"), tr("Visits")]
        )
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(tr("Due for erasing"))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._on_selected)
        self.erase_button = QPushButton(tr("Erase …"))
        self.erase_button.clicked.connect(lambda: self._ask(self.erase_asked))
        self.longer_button = QPushButton(tr("Keep longer …"))
        self.longer_button.clicked.connect(lambda: self._ask(self.longer_asked))
        self.close_button = QPushButton(tr("Close"))
        self.close_button.clicked.connect(self.close)
        for button in (self.erase_button, self.longer_button, self.close_button):
            button.setAutoDefault(False)
        self._lay_out()
        self.show_due()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.erase_button)
        buttons.addWidget(self.longer_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.resize(on_screen(self, 54, 30))

    @property
    def chosen(self) -> PatientId | None:
        """The patient whose row is chosen."""
        rows = {one.row() for one in self.table.selectedIndexes()}
        return self._patients[rows.pop()] if rows else None

    @property
    def said(self) -> str:
        """What stands above the list."""
        return self._said.text()

    def show_due(self) -> None:
        """List who is due now."""
        store, now = self._store(), today()
        known = {one.id: one for one in store.patients()}
        found = store.consents.overdue(now + timedelta(days=SOON_DAYS))
        self._patients = tuple(one for one in found if one in known)
        self.table.setRowCount(len(self._patients))
        for row, patient in enumerate(self._patients):
            last = store.consents.kept_until(patient) or now
            cells = (
                known[patient].pseudonym,
                last.isoformat(),
                due_words((now - last).days),
                str(known[patient].visits),
            )
            for column, words in enumerate(cells):
                self.table.setItem(row, column, QTableWidgetItem(words))
        late = len(store.consents.overdue(now))
        self._said.setText(
            sentences(
                (
                    tr("The records of %n patient(s) are past their last day.", "", late),
                    tr("Nothing is erased by itself: erase, or keep longer and say why."),
                )
            )
            if self._patients
            else tr(
                "No records are past their last day, and none will be in the next %n day(s).",
                "",
                SOON_DAYS,
            )
        )
        if self._patients:
            self.table.selectRow(0)
        self._on_selected()

    def _on_selected(self) -> None:
        for button in (self.erase_button, self.longer_button):
            button.setEnabled(self.chosen is not None)

    def _ask(self, signal: SignalInstance) -> None:
        if self.chosen is not None:
            signal.emit(self.chosen)


def due_words(days: int) -> str:
    """How long ago the last day was, or how far ahead it is."""
    if days > 0:
        return tr("for %n day(s)", "", days)
    return tr("in %n day(s)", "", -days) if days else tr("today is the last day")
