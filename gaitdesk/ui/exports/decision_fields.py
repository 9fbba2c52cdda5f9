"""Fields in which a decision on consent, or on how long records are kept, is recorded."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.ui.exports.consent_words import giver_words
from gaitdesk.ui.exports.offers import purpose_title
from gaitdesk.ui.theme import em


class DecisionFields(QWidget):
    """Asks for one decision on consent.

    Signals:
        recorded: The button was pressed; what was decided stands in the attributes.
    """

    recorded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.purposes = QComboBox()
        for purpose in Purpose:
            self.purposes.addItem(purpose_title(purpose), purpose.value)
        self.decisions = QComboBox()
        self.decisions.addItem(tr("Consent is given"), True)
        self.decisions.addItem(tr("Consent is refused or withdrawn"), False)
        self.decisions.currentIndexChanged.connect(self._on_decision)
        self.givers = QComboBox()
        for giver in Giver:
            words = giver_words(giver)
            self.givers.addItem(words[:1].upper() + words[1:], giver.value)
        self.givers.setCurrentIndex(list(Giver).index(Giver.PARENT))
        self.on_day = _day_field(tr("On"))
        self.on_day.setMaximumDate(QDate.currentDate())
        self.ends = QCheckBox(tr("holds until"))
        self.last_day = _day_field(self.ends.text())
        self.last_day.setDate(QDate.currentDate().addYears(1))
        self.last_day.setEnabled(False)
        self.ends.toggled.connect(self.last_day.setEnabled)
        self.note_field = _note_field(tr("e.g. form B signed, in the paper file; no names"))
        self.button = QPushButton(tr("Record this decision"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.recorded)
        self._lay_out()

    def _lay_out(self) -> None:
        days = QHBoxLayout()
        days.setSpacing(em(self, 0.8))
        days.addWidget(self.on_day)
        days.addWidget(self.ends)
        days.addWidget(self.last_day)
        days.addStretch(1)
        form = _form(self)
        for words, field in (
            (tr("What for"), self.purposes),
            (tr("Decision"), self.decisions),
            (tr("By"), self.givers),
            (tr("On"), days),
            (tr("Note"), self.note_field),
        ):
            form.addRow(words, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addLayout(_at_the_end(self.button))

    @property
    def purpose(self) -> Purpose:
        """What it is about."""
        return Purpose(self.purposes.currentData())

    @property
    def consent(self) -> Consent:
        """What was decided."""
        is_given = bool(self.decisions.currentData())
        expires = _python(self.last_day) if is_given and self.ends.isChecked() else None
        return Consent(is_given, _python(self.on_day), Giver(self.givers.currentData()), expires)

    @property
    def note(self) -> str:
        """What was noted of it."""
        return self.note_field.text().strip()

    def clear_note(self) -> None:
        """Empty the note: it belonged to the decision before."""
        self.note_field.clear()

    def _on_decision(self) -> None:
        is_given = bool(self.decisions.currentData())
        self.ends.setEnabled(is_given)
        self.last_day.setEnabled(is_given and self.ends.isChecked())


class RetentionFields(QWidget):
    """Asks for the last day on which records are kept.

    Args:
        usual: The day that is usual for this patient; None where that cannot be told.

    Signals:
        recorded: The button was pressed.
    """

    recorded = Signal()

    def __init__(self, usual: date | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual = usual
        self.is_stated = QCheckBox(tr("Keep until"))
        self.last_day = _day_field(self.is_stated.text())
        self.last_day.setEnabled(False)
        self.is_stated.toggled.connect(self.last_day.setEnabled)
        self.usual_button = QPushButton()
        self.usual_button.setAutoDefault(False)
        self.usual_button.setProperty("flat", True)
        if usual is not None:
            words = tr("Eve of the 25th birthday, {day}").format(day=usual.isoformat())
            self.usual_button.setText(words)
            self.usual_button.clicked.connect(lambda: self.show_day(usual))
        self.usual_button.setVisible(usual is not None)
        self.note_field = _note_field(tr("e.g. a study goes on until then; no names"))
        self.button = QPushButton(tr("Record this day"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.recorded)
        said = QLabel(
            tr(
                "After that day the patient stands in the list of those who are due for erasing."
                " Nothing is erased by itself. Children's records are commonly kept to the eve of"
                " their 25th birthday."
            )
        )
        said.setWordWrap(True)
        said.setProperty("role", "soft")
        row = QHBoxLayout()
        row.setSpacing(em(self, 0.8))
        row.addWidget(self.is_stated)
        row.addWidget(self.last_day)
        row.addWidget(self.usual_button)
        row.addStretch(1)
        form = _form(self)
        form.addRow(tr("Note"), self.note_field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(said)
        layout.addLayout(row)
        layout.addLayout(form)
        layout.addLayout(_at_the_end(self.button))

    @property
    def day(self) -> date | None:
        """The last day; None where none is stated."""
        return _python(self.last_day) if self.is_stated.isChecked() else None

    @property
    def note(self) -> str:
        """What was noted of it."""
        return self.note_field.text().strip()

    def clear_note(self) -> None:
        """Empty the note: it belonged to the day before."""
        self.note_field.clear()

    def show_day(self, day: date | None) -> None:
        """Show a last day, or that none is stated."""
        self.is_stated.setChecked(day is not None)
        if day is not None:
            self.last_day.setDate(QDate(day.year, day.month, day.day))


def _form(widget: QWidget) -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(em(widget, 1))
    form.setVerticalSpacing(em(widget, 0.5))
    return form


def _at_the_end(button: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(button)
    return row


def _day_field(name: str) -> QDateEdit:
    field = QDateEdit(QDate.currentDate())
    field.setCalendarPopup(True)
    field.setDisplayFormat("yyyy-MM-dd")
    field.setAccessibleName(name)
    return field


def _note_field(example: str) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(example)
    field.setToolTip(tr("The journal never forgets: write no names."))
    field.setMaxLength(500)
    return field


def _python(field: QDateEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())
