"""What a patient's records may be used for, until when they are kept, and who said so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import retold, titled, tr
from gaitdesk.store.consents import usual_last_day
from gaitdesk.store.edits import Entry, Kind, PatientId
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from gaitdesk.ui.exports.consent_words import standing_words
from gaitdesk.ui.exports.decision_fields import DecisionFields, RetentionFields
from gaitdesk.ui.exports.offers import purpose_title
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.theme import em, on_screen


class ConsentDialog(QDialog):
    """Shows what stands decided for one patient, and takes new decisions.

    A decision is never changed: a new one takes its place, and both stay readable.

    Signals:
        decided: Something was recorded.
        erase_asked: The `PatientId` of who shall be erased.
    """

    decided = Signal()
    erase_asked = Signal(object)

    def __init__(
        self,
        store: Callable[[], Store],
        patient: PatientId,
        pseudonym: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Consent and retention"))
        self._store, self.patient = store, patient
        self._standing = {purpose: QLabel() for purpose in Purpose}
        self.message = Message()
        self.decision = DecisionFields()
        self.decision.recorded.connect(self._on_decided)
        self.retention = RetentionFields(self._usual_day())
        self.retention.recorded.connect(self._on_kept)
        self.history = QPlainTextEdit()
        self.history.setReadOnly(True)
        self.history.setAccessibleName(tr("Decisions so far"))
        self.history.setTabChangesFocus(True)
        self.erase_button = QPushButton(tr("Erase the patient …"))
        self.erase_button.setAutoDefault(False)
        self.erase_button.clicked.connect(lambda: self.erase_asked.emit(self.patient))
        self.close_button = QPushButton(tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.close)
        self._lay_out(pseudonym)
        self.show_standing()

    def _lay_out(self, pseudonym: str) -> None:
        gap = em(self, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, em(self, 0.5), 0)
        column.setSpacing(gap)
        column.addWidget(self._standing_card())
        column.addWidget(_card(tr("Record a decision"), self.decision))
        column.addWidget(_card(tr("How long the records are kept"), self.retention))
        self.history.setMinimumHeight(em(self, 8))
        column.addWidget(_card(tr("Decisions so far"), self.history), 1)
        heading = QLabel(tr("Consent and retention of {patient}").format(patient=pseudonym))
        heading.setProperty("role", "heading")
        buttons = QHBoxLayout()
        buttons.addWidget(self.erase_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(heading)
        layout.addWidget(self.message)
        layout.addWidget(scrolling(inside), 1)
        layout.addLayout(buttons)
        self.resize(on_screen(self, 62, 60))

    def _standing_card(self) -> QFrame:
        lines = QWidget()
        rows = QFormLayout(lines)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setHorizontalSpacing(em(self, 1.5))
        for purpose, label in self._standing.items():
            label.setWordWrap(True)
            rows.addRow(purpose_title(purpose), label)
        return _card(tr("What stands decided"), lines)

    def standing(self, purpose: Purpose) -> str:
        """What is shown for a purpose."""
        return self._standing[purpose].text()

    def show_standing(self) -> None:
        """Show what the store says now."""
        store = self._store()
        held = store.consents.of(self.patient)
        for purpose, label in self._standing.items():
            label.setText(standing_words(held.get(purpose)))
        self.retention.show_day(store.consents.kept_until(self.patient))
        lines = [history_line(one) for one in reversed(store.consents.history(self.patient))]
        self.history.setPlainText("\n".join(lines) or tr("Nothing has been recorded yet."))

    def _usual_day(self) -> date | None:
        """The last day that is usual for a child; None while the day of birth is not readable."""
        store = self._store()
        try:
            known = store.identity(self.patient)
        except GaitDeskError:
            return None
        if known is None or known.birth_day is None:
            return None
        return usual_last_day(known.birth_day)

    def _on_decided(self) -> None:
        fields = self.decision
        self._record(
            lambda store: store.consents.record(
                self.patient, fields.purpose, fields.consent, fields.note
            ),
            tr("{purpose}: {decision}").format(
                purpose=purpose_title(fields.purpose), decision=standing_words(fields.consent)
            ),
        )

    def _on_kept(self) -> None:
        day = self.retention.day
        said = (
            tr("No last day is stated any more.")
            if day is None
            else tr("Kept until {day}.").format(day=day.isoformat())
        )
        self._record(
            lambda store: store.consents.keep_until(self.patient, day, self.retention.note), said
        )

    def _record(self, recording: Callable[[Store], None], said: str) -> None:
        try:
            recording(self._store())
        except GaitDeskError as error:
            self.message.say(str(error), "error")
            return
        self.decision.clear_note()
        self.retention.clear_note()
        self.show_standing()
        self.message.say(tr("Recorded. {what}").format(what=said))
        self.decided.emit()


def history_line(entry: Entry) -> str:
    """One decision as a line: when it was recorded, by whom, what, and the note."""
    at = entry.at.astimezone()
    if entry.kind is Kind.RETENTION:
        day: date | None = entry.new
        what = (
            tr("no last day any more")
            if day is None
            else tr("kept until {day}").format(day=day.isoformat())
        )
    else:
        purpose = Purpose(entry.what.partition("/")[2])
        # A decision of the past is told as it was then.
        what = titled(purpose_title(purpose), standing_words(entry.new, date.min))
    note = f" – {retold(entry.reason)}" if entry.reason else ""
    rater = entry.rater or tr("somebody")
    return f"{at:%Y-%m-%d %H:%M}  {rater}  {what}{note}"


def _card(title: str, content: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    heading = QLabel(title)
    heading.setProperty("role", "small")
    layout = QVBoxLayout(card)
    gap = em(card, 0.8)
    layout.setContentsMargins(gap, gap, gap, gap)
    layout.setSpacing(em(card, 0.5))
    layout.addWidget(heading)
    layout.addWidget(content)
    return card
