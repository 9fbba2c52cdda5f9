"""The page of the records: readings, agreement, training, and the check of the journal."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.tabbed_page import TabbedPage
from gaitdesk.ui.records.agreement_tab import AgreementTab
from gaitdesk.ui.records.check_tab import CheckTab
from gaitdesk.ui.records.readings_tab import ReadingsTab
from gaitdesk.ui.records.training_tab import TrainingTab


class RecordsPage(TabbedPage):
    """Holds what concerns many visits at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Records"), parent)
        self.readings = ReadingsTab()
        self.agreement = AgreementTab()
        self.training = TrainingTab()
        self.check = CheckTab()
        self.add_tabs(
            (self.readings, tr("Readings")),
            (self.agreement, tr("Agreement")),
            (self.training, tr("Training set")),
            (self.check, tr("Check the records")),
        )

    def show_who(self, rater: str) -> None:
        """Say who is at the desk."""
        self.beside.setText(tr("at the desk: {rater}").format(rater=rater))
