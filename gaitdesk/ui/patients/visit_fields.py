"""The head of a visit as fields: who walks, when and how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.i18n import noted, retold, tr
from gaitdesk.store.edits import Visit
from gaitdesk.ui.parts.columns import Columns
from gaitdesk.ui.patients.patient_field import KnownChild, PatientField
from gaitdesk.ui.theme import em

_LEAST_PAIR = 21
"""Least width of a field with its name, in letter widths."""
_FIELD_HEIGHT = 2.0


class VisitFields(QFrame):
    """Who walks, when and how; everything may be left empty."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.patient_field = PatientField()
        self.patient_field.child_changed.connect(self._on_child)
        self._is_kept = False
        self._filled: dict[QDoubleSpinBox, float] = {}
        self._day = QDateEdit(QDate.currentDate())
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("yyyy-MM-dd")
        self._day.dateChanged.connect(self._on_child)
        self._age = optional_number(0.5, 25.0, 0.5, 1, tr(" years"))
        self._height = optional_number(59.0, 220.0, 1.0, 0, tr(" cm"))
        self._footwear = editable(
            (noted("Barefoot"), noted("Shoes"), noted("Orthosis"), noted("Shoes and orthosis"))
        )
        self._aid = editable(
            (noted("None"), noted("Walker"), noted("Crutches"), noted("Held by the hand"))
        )
        self._note = QLineEdit()
        self._hint = QLabel()
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        self._lay_out()
        self._on_child()

    def _lay_out(self) -> None:
        pairs: tuple[tuple[str, QWidget], ...] = (
            (tr("Pseudonym"), self.patient_field),
            (tr("Day of the visit"), self._day),
            (tr("Age"), self._age),
            (tr("Height"), self._height),
            (tr("Footwear"), self._footwear),
            (tr("Walking aid"), self._aid),
        )
        note = tr("Note")
        # All fields begin under each other, in two columns and in one.
        names = (*(name for name, _ in pairs), note)
        width = max(self.fontMetrics().horizontalAdvance(one) for one in names)
        fields = Columns(em(self, 0.9))
        for name, field in pairs:
            pair = _pair(name, field, width, em(self, 0.7))
            fields.add_column(pair, em(self, _LEAST_PAIR), 1)
        below = QVBoxLayout()
        below.setSpacing(em(self, 0.25))
        below.addWidget(self._note)
        below.addWidget(self._hint)
        about = QWidget()
        about.setLayout(below)
        below.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        gap = em(self, 0.9)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.5))
        layout.addLayout(fields)
        layout.addWidget(_pair(note, about, width, em(self, 0.7)))
        self._note.setAccessibleName(note)

    def show_children(self, children: Sequence[KnownChild]) -> None:
        """Offer children of whom visits are kept."""
        self.patient_field.show_children(children)

    def show_visit(self, pseudonym: str, visit: Visit) -> None:
        """Show what is kept of a visit; nothing is filled in from other visits."""
        self._is_kept = True
        self.patient_field.set_pseudonym(pseudonym)
        self._day.setDate(QDate(visit.day.year, visit.day.month, visit.day.day))
        self._age.setValue(visit.age_years or self._age.minimum())
        self._height.setValue(100.0 * (visit.height_m or 0.0))
        for box, words in (
            (self._footwear, visit.conditions.footwear),
            (self._aid, visit.conditions.aid),
        ):
            place = box.findData(words) if words else 0
            box.setCurrentIndex(place)
            if place < 0:
                box.setEditText(words)
        self._note.setText(visit.conditions.note)

    def _on_child(self) -> None:
        """Fill in what follows from the child's last visit, where nobody has typed anything."""
        child, day = self.patient_field.child, date.fromisoformat(self.day)
        hints = [tr("The height turns pixels into metres; the age chooses the norms.")]
        wanted: dict[QDoubleSpinBox, float | None] = {self._age: None, self._height: None}
        if child is not None and not self._is_kept:
            height_m = child.height_on(day)
            wanted = {
                self._age: child.age_on(day),
                self._height: None if height_m is None else 100.0 * height_m,
            }
            if wanted[self._age] is not None:
                hints.append(tr("The age follows from the last visit."))
            if height_m is not None:
                hints.append(tr("The height is that of the last visit."))
            elif child.height_m is not None:
                hints.append(
                    tr("{height} cm on {day}: children grow, so measure again.").format(
                        height=f"{100.0 * child.height_m:.0f}", day=child.last_day.isoformat()
                    )
                )
        for box, value in wanted.items():
            is_untouched = value_of(box) is None or value_of(box) == self._filled.get(box)
            if not self._is_kept and is_untouched:
                box.setValue(box.minimum() if value is None else value)
                self._filled[box] = box.value()
        self._hint.setText(" ".join(hints))

    @property
    def hint(self) -> str:
        """What it says of the age and the height."""
        return self._hint.text()

    @property
    def patient(self) -> Patient:
        """The child with its age and height, as far as they are given."""
        height_cm = value_of(self._height)
        return Patient(
            self.patient_field.pseudonym,
            value_of(self._age),
            None if height_cm is None else height_cm / 100.0,
        )

    @property
    def conditions(self) -> Conditions:
        """How the child walks."""
        return Conditions(
            _chosen(self._footwear),
            _chosen(self._aid),
            self._note.text().strip(),
        )

    @property
    def day(self) -> str:
        """Day of the visit, ISO 8601."""
        return str(self._day.date().toString(Qt.DateFormat.ISODate))

    def clear(self) -> None:
        """Empty every field."""
        self.patient_field.clear()
        self._day.setDate(QDate.currentDate())
        self._age.setValue(self._age.minimum())
        self._height.setValue(self._height.minimum())
        self._footwear.setCurrentText("")
        self._aid.setCurrentText("")
        self._note.clear()


def _pair(words: str, field: QWidget, width: int, gap: int) -> QWidget:
    """A field with its name beside its upper edge."""
    pair = QWidget()
    label = QLabel(words)
    label.setBuddy(field)
    field.setAccessibleName(words)
    label.setFixedWidth(width)
    label.setMinimumHeight(em(label, _FIELD_HEIGHT))
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(gap)
    row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    return pair


def optional_number(
    lowest: float, highest: float, step: float, decimals: int, suffix: str
) -> QDoubleSpinBox:
    """A number that may be left out: its lowest value stands for "not given"."""
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setRange(lowest, highest)
    box.setSingleStep(step)
    box.setSuffix(suffix)
    box.setSpecialValueText(tr("not given"))
    box.setValue(lowest)
    return box


def value_of(box: QDoubleSpinBox) -> float | None:
    """What was given; None where it was left out."""
    return None if box.value() <= box.minimum() else box.value()


def editable(words: Sequence[str]) -> QComboBox:
    """A list to choose from, or to type anything else into."""
    box = QComboBox()
    box.setEditable(True)
    box.addItem("")
    for word in words:
        box.addItem(retold(word), word)
    return box


def _chosen(box: QComboBox) -> str:
    """What was typed; of what was chosen from the list, the word that is kept."""
    typed = box.currentText().strip()
    index = box.findText(typed, Qt.MatchFlag.MatchFixedString)
    return str(box.itemData(index)) if index > 0 else typed
