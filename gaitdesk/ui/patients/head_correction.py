"""Whose visit it is, its day and conditions: offered for correction, and kept."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.store.edits import SessionId
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.patients.visit_dialog import VisitDialog
from gaitdesk.ui.review import Review


class HeadCorrection(QObject):
    """Offers the head of a visit for correction, be it open or not.

    Args:
        desk: Where heads are kept.
        review: The visit that is open.
        window: The dialog opens before it.

    Attributes:
        dialog: The one that was opened last.

    Signals:
        kept: The dialog was answered; the list of visits may read otherwise now.
    """

    kept = Signal()

    def __init__(self, desk: Desk, review: Review, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._review, self._window = desk, review, window
        self.dialog: VisitDialog | None = None

    def ask(self, session: SessionId) -> None:
        """Offer the head of a visit for correction."""
        visit = next((one for one in self._desk.find("") if one.id == session), None)
        if visit is None:
            return
        self.dialog = VisitDialog(visit, self._desk.children(), self._window)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.corrected.connect(self._on_corrected)
        self.dialog.open()

    def _on_corrected(self) -> None:
        dialog = self.sender()
        if not isinstance(dialog, VisitDialog):
            return
        visit, fields = dialog.visit, dialog.fields
        try:
            edit = self._desk.head_edit(
                visit,
                fields.patient,
                date.fromisoformat(fields.day),
                fields.conditions,
                fields.background,
                fields.referral,
            )
            if edit.new == edit.old:
                return
            if self._review.visit is not None and self._review.visit.session == visit.id:
                self._review.correct_head(edit)
            else:
                self._desk.correct(visit.id, edit)
        except GaitDeskError as error:
            dialog.refuse(str(error))
            return
        self.kept.emit()
