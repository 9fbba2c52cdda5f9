"""Whose visit it is, when it was and how the child walked: corrected, and undone like any edit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.store.edits import SessionSummary
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.patients.patient_field import KnownChild
from gaitdesk.ui.patients.visit_fields import VisitFields
from gaitdesk.ui.theme import em, on_screen


class VisitDialog(QDialog):
    """Offers the head of a visit for correction.

    Signals:
        corrected: The child's pseudonym, known or new, is kept with what `fields` now hold.
    """

    corrected = Signal()

    def __init__(
        self,
        visit: SessionSummary,
        children: Sequence[KnownChild],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.visit = visit
        self.setWindowTitle(tr("Child, day and conditions"))
        self.fields = VisitFields(is_whole=True)
        self.fields.show_children(children)
        self.fields.show_visit(visit.pseudonym, visit.visit)
        self.fields.patient_field.edit.textChanged.connect(self._on_patient)
        self.fields.problem_changed.connect(self._on_patient)
        self.message = Message()
        self._is_refused = False
        self._said = QLabel()
        self._said.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.keep_button = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.keep_button.setProperty("primary", True)
        self.keep_button.setText(tr("Keep"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        buttons.accepted.connect(self._on_kept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(scrolling(self.fields), 1)
        layout.addWidget(self._said)
        layout.addWidget(self.message)
        layout.addWidget(buttons)
        self.resize(on_screen(self, 64, 58))
        self._on_patient()

    @property
    def said(self) -> str:
        """What it says will happen."""
        return self._said.text()

    def _on_patient(self) -> None:
        name = self.fields.patient.pseudonym
        self.keep_button.setEnabled(bool(name) and not self.fields.problem)
        if self.fields.problem:
            words = self.fields.problem
        elif not name:
            words = tr("A visit belongs to a child: type a pseudonym.")
        elif name == self.visit.pseudonym:
            words = tr("Undo takes the change back while the visit is open.")
        else:
            words = tr(
                "The visit moves from {old} to {new}, with its films and scores. Undo takes it"
                " back while the visit is open."
            ).format(old=self.visit.pseudonym, new=name)
        self._said.setText(words)

    def refuse(self, why: str) -> None:
        """Say why what was typed could not be kept; it stays, to be kept once more."""
        self._is_refused = True
        self.message.say(why, "error", can_close=False)

    def _on_kept(self) -> None:
        self._is_refused = False
        self.message.hide()
        self.corrected.emit()
        if not self._is_refused:
            self.accept()
