"""How far readers agree over all visits read twice, or over the one that is open."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.scoring.comparing import Agreements
from gaitdesk.ui.records.agreement_table import AgreementTable
from gaitdesk.ui.theme import em


class AgreementTab(QWidget):
    """Shows agreement; the machine counts as one more reader.

    Signals:
        wanted: Whether only the open visit is to be counted.
    """

    wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        intro = QLabel(
            tr(
                "Visits that were read twice, as each reader had scored before they were brought"
                " to a consensus. Each machine counts as one more reader."
            )
        )
        intro.setWordWrap(True)
        self.every = QPushButton(tr("All visits read twice"))
        self.one = QPushButton(tr("The open visit"))
        for button, is_one in ((self.every, False), (self.one, True)):
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, one=is_one: self.wanted.emit(one))
        self.every.setChecked(True)
        self.found = AgreementTable()
        row = QHBoxLayout()
        row.addWidget(self.every)
        row.addWidget(self.one)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(intro)
        layout.addLayout(row)
        layout.addWidget(self.found, 1)

    def offer_open_visit(self, is_open: bool) -> None:
        """Offer the open visit, where one is."""
        self.one.setEnabled(is_open)

    def show_agreements(self, found: Agreements, *, is_one: bool) -> None:
        """Show how far readers agree."""
        self.every.setChecked(not is_one)
        self.one.setChecked(is_one)
        self.found.show_agreements(found)
