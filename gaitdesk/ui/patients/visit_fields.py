"""The head of a visit as fields: who walks, when and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QDateEdit,
    QDoubleSpinBox,
    QFrame,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.background import Background, Referral
from gaitdesk.domain.coding import JsonValue
from gaitdesk.domain.patient import Conditions, Patient, Sex
from gaitdesk.i18n import noted, sentences, tr
from gaitdesk.store.edits import Visit
from gaitdesk.store.erasing import PSEUDONYM
from gaitdesk.ui.parts.columns import Columns
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.patients.history_fields import LEAST_PAIR, HistoryFields, fms_name
from gaitdesk.ui.patients.optional import (
    Field,
    changed_in,
    chosen_words,
    editable,
    metres_of,
    named,
    optional_number,
    show_words,
    type_into,
    typed_in,
    value_of,
)
from gaitdesk.ui.patients.patient_field import KnownChild, PatientField
from gaitdesk.ui.theme import em

_TREATMENTS = "treatments"


class VisitFields(QFrame):
    """Who walks, when and how; everything may be left empty.

    Args:
        is_whole: Whether all fields are shown at once, and not the first few alone.

    Attributes:
        more: Shows and hides the other fields.
        history: The other fields: body, history, referral.

    Signals:
        changed: Something was typed, chosen or filled in.
        problem_changed: What is wrong with what was typed, in a sentence; empty for nothing.
    """

    changed = Signal()
    problem_changed = Signal(str)

    def __init__(self, *, is_whole: bool = False) -> None:
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
        self._carried: tuple[Sex | None, Background] = (None, Background())
        self._problem = ""
        self._hint = QLabel()
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        self.message = Message()
        self.more = QToolButton()
        self.more.setText(tr("Body, diagnosis, treatments and referral"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setAutoRaise(True)
        self._lay_out()
        self.more.clicked.connect(lambda: self.show_more(is_shown=self.history.isHidden()))
        self.show_more(is_shown=is_whole)
        self.history.changed.connect(self._check)
        self.history.changed.connect(self.changed)
        for field in self._by_name.values():
            changed_in(field).connect(self.changed)
        self._height.valueChanged.connect(self._check)
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
        names = (
            *(name for name, _ in pairs),
            *(note, tr("Measured on"), tr("Cooperation"), tr("GMFCS level"), tr("Referred on")),
            fms_name(500),
        )
        width = max(self.fontMetrics().horizontalAdvance(one) for one in names)
        self.history = HistoryFields(width)
        fields = Columns(em(self, 0.9))
        for name, field in pairs:
            pair = named(name, field, width, em(self, 0.7))
            fields.add_column(pair, em(self, LEAST_PAIR), 1)
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
        layout.addWidget(named(note, about, width, em(self, 0.7)))
        layout.addWidget(self.more)
        layout.addWidget(self.history)
        layout.addWidget(self.message)
        layout.addStretch(1)
        self._note.setAccessibleName(note)

    def show_more(self, *, is_shown: bool) -> None:
        """Show all fields, or the first few alone."""
        arrow = Qt.ArrowType.DownArrow if is_shown else Qt.ArrowType.RightArrow
        self.more.setArrowType(arrow)
        self.history.setVisible(is_shown)

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
        show_words(self._footwear, visit.conditions.footwear)
        show_words(self._aid, visit.conditions.aid)
        self._note.setText(visit.conditions.note)
        self.history.show_body(visit.child(pseudonym))
        self.history.show_circumstances(visit.conditions)
        self.history.show_background(visit.background)
        self.history.show_referral(visit.referral)

    @property
    def typed(self) -> dict[str, JsonValue]:
        """What stands in the fields, as it was typed, by their names in a file."""
        fields = self._by_name | self.history.by_name
        found: dict[str, JsonValue] = {name: typed_in(field) for name, field in fields.items()}
        return found | {_TREATMENTS: self.history.treatments.typed}

    def type_in(self, words: Mapping[str, JsonValue]) -> None:
        """Let the fields hold what `typed` told of them; what is not told of stays."""
        for name, field in (self._by_name | self.history.by_name).items():
            if name in words:
                type_into(field, str(words[name]))
        self.history.treatments.type_in(words.get(_TREATMENTS, ()))

    @property
    def _by_name(self) -> dict[str, Field]:
        # The child and the day first: what is known of the child then is filled in by them.
        return {
            PSEUDONYM: self.patient_field.edit,
            "day": self._day,
            "age": self._age,
            "height": self._height,
            "footwear": self._footwear,
            "aid": self._aid,
            "note": self._note,
        }

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
        if not self._is_kept and self._carry(child):
            hints.append(
                tr("Sex, diagnosis and treatments are those of the last visit: check them.")
            )
        self._check()
        self._hint.setText(sentences(hints))

    def _carry(self, child: KnownChild | None) -> bool:
        """Fill in what does not change with a child's growth; whether anything was."""
        empty = (None, Background())
        known = empty if child is None else (child.sex, child.lasting)
        if (self.history.with_body(Patient()).sex, self.history.background) == self._carried:
            self.history.show_body(replace(self.history.with_body(Patient()), sex=known[0]))
            self.history.show_background(known[1])
            self._carried = known
        return known == self._carried != empty

    def _check(self) -> None:
        """See whether what was typed can be."""
        day = date.fromisoformat(self.day)
        problem = self.history.problem(day, metres_of(self._height))
        if problem == self._problem:
            return
        self._problem = problem
        if problem:
            self.show_more(is_shown=True)
            self.message.say(problem, "error", can_close=False)
        else:
            self.message.hide()
        self.problem_changed.emit(problem)

    @property
    def problem(self) -> str:
        """What is wrong with what was typed, in a sentence; empty for nothing."""
        return self._problem

    @property
    def hint(self) -> str:
        """What it says of the age and the height."""
        return self._hint.text()

    @property
    def patient(self) -> Patient:
        """The child with its age and height, as far as they are given."""
        pseudonym = self.patient_field.pseudonym
        child = Patient(pseudonym, value_of(self._age), metres_of(self._height))
        return self.history.with_body(child)

    @property
    def conditions(self) -> Conditions:
        """How the child walks."""
        walked = Conditions(
            chosen_words(self._footwear), chosen_words(self._aid), self._note.text().strip()
        )
        return self.history.with_circumstances(walked)

    @property
    def background(self) -> Background:
        """What is known of the child before it walks."""
        return self.history.background

    @property
    def referral(self) -> Referral:
        """What the visit is to answer."""
        return self.history.referral

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
        self.history.clear()
        self._carried = (None, Background())
