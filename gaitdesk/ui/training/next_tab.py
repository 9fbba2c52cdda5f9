"""Which visits to correct next: those of which the machines are least sure, and least agreed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.learning.priorities import NextCase
from gaitdesk.store.edits import SessionId
from gaitdesk.ui.records.words import cell_words, number_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.tables import ReadTable


class NextTab(QWidget):
    """Lists visits; Enter opens the one that is marked.

    Signals:
        opened: The `SessionId` of a visit somebody wants to correct.
        again_asked: The list shall be made anew.
    """

    opened = Signal(object)
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cases: tuple[NextCase, ...] = ()
        about = QLabel(
            tr(
                "Correcting these teaches most: the network is least sure of them, or it and the"
                " rules are least agreed. Doubt is summed over the cells nobody has confirmed."
            )
        )
        about.setWordWrap(True)
        about.setProperty("role", "soft")
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "soft")
        self.table = ReadTable(
            tr("Visits to correct next"),
            [
                tr("Visit"),
                tr("doubt"),
                tr("unsure"),
                tr("disagreed"),
                tr("open", "cells nobody has confirmed"),
                tr("Most in doubt"),
            ],
            (0, 5),
        )
        self.table.taken.connect(self._on_taken)
        self.open_button = QPushButton(tr("Correct this visit  (Enter)"))
        self.open_button.setProperty("primary", True)
        self.open_button.clicked.connect(lambda: self._on_taken(self.table.currentRow()))
        self.again_button = QPushButton(tr("Make the list &anew"))
        self.again_button.clicked.connect(self.again_asked)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.again_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(about)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.show_cases(())

    @property
    def cases(self) -> tuple[NextCase, ...]:
        """The visits, the first one first."""
        return self._cases

    def show_cases(self, cases: Sequence[NextCase]) -> None:
        """Show visits that wait to be corrected."""
        self._cases = tuple(cases)
        self.table.show_rows([_row(one) for one in cases], [_tip(one) for one in cases])
        self.table.setVisible(bool(cases))
        self.open_button.setVisible(bool(cases))
        self.empty.setVisible(not cases)
        self.empty.setText(
            tr(
                "No visit waits to be corrected. Only visits count whose patients' consent covers"
                " training, that are not signed, and that you do not read blind."
            )
        )

    def show_busy(self, is_busy: bool) -> None:
        """Show that something is being worked out, or is not any more."""
        self.again_button.setEnabled(not is_busy)

    def _on_taken(self, row: int) -> None:
        if 0 <= row < len(self._cases):
            self.opened.emit(SessionId(self._cases[row].case))


def _row(one: NextCase) -> tuple[str, ...]:
    if not one.is_read:
        words = tr("Let the network read it first (Ctrl+R), so that its doubt is known.")
        return one.name, "–", "–", "–", str(one.open_cells), words
    return (
        one.name,
        f"{one.doubt:.1f}",
        number_words(one.uncertain),
        number_words(one.disagreeing),
        str(one.open_cells),
        " · ".join(cell_words(cell.cell) for cell in one.most[:3]),
    )


def _tip(one: NextCase) -> str:
    return "\n".join(
        tr("{cell}: unsure {uncertain}, disagreed {disagreeing}").format(
            cell=cell_words(cell.cell),
            uncertain=number_words(cell.uncertain),
            disagreeing=number_words(cell.disagreeing),
        )
        for cell in one.most
    )
