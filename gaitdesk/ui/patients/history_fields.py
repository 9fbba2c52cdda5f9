"""What is known of a child before it walks, as fields: its body, its history, who asks what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.background import (
    FMS_DISTANCES_M,
    Background,
    Fms,
    Gmfcs,
    Referral,
    Topography,
)
from gaitdesk.domain.patient import Conditions, Patient, Sex
from gaitdesk.i18n import tr
from gaitdesk.report.background_words import (
    ASSISTANCE,
    COOPERATION,
    DIAGNOSES,
    ORTHOSES,
    fms_word,
    gmfcs_word,
    sex_word,
    topography_word,
)
from gaitdesk.ui.parts.columns import Columns
from gaitdesk.ui.patients.optional import (
    Field,
    changed_in,
    chosen_one,
    chosen_words,
    day_field,
    day_in,
    day_problem,
    editable,
    metres_of,
    named,
    one_of,
    optional_number,
    show_metres,
    show_one,
    show_words,
    value_of,
)
from gaitdesk.ui.patients.treatment_rows import TreatmentRows
from gaitdesk.ui.theme import em

LEAST_PAIR = 21
"""Least width of a field with its name, in letter widths."""

_LEG_SHARES = (0.35, 0.65)
"""Leg length as a share of the height; the usual is about 0.46 to 0.55."""


class HistoryFields(QWidget):
    """Body, conditions, history and referral; everything may be left empty.

    Args:
        width: Of the fields' names, screen points.

    Signals:
        changed: Something was typed or chosen.
    """

    changed = Signal()

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        unrecorded = tr("not recorded")
        self.sex = one_of(Sex, sex_word, unrecorded)
        self.weight = optional_number(0.9, 250.0, 0.5, 1, tr(" kg"))
        self.legs = tuple(optional_number(14.9, 130.0, 0.5, 1, tr(" cm")) for _ in range(2))
        self.measured_on = day_field()
        self.orthosis = editable(ORTHOSES)
        self.assistance = editable(ASSISTANCE)
        self.cooperation = editable(COOPERATION)
        self.room = QLineEdit()
        self.diagnosis = editable(DIAGNOSES)
        self.topography = one_of(Topography, topography_word, unrecorded)
        self.gmfcs = one_of(Gmfcs, gmfcs_word, unrecorded)
        self.fms = tuple(one_of(Fms, fms_word, unrecorded) for _ in FMS_DISTANCES_M)
        self.treatments = TreatmentRows()
        self.question = QPlainTextEdit()
        self.question.setTabChangesFocus(True)
        self.question.setFixedHeight(em(self, 4.2))
        self.referred_on = day_field()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.5))
        self._add(
            layout,
            tr("Body"),
            (
                (tr("Sex"), self.sex),
                (tr("Weight"), self.weight),
                (tr("Left leg"), self.legs[0]),
                (tr("Right leg"), self.legs[1]),
                (tr("Measured on"), self.measured_on),
            ),
        )
        self.measured_on.setToolTip(tr("Only where that was not the day of the visit."))
        for leg in self.legs:
            leg.setToolTip(tr("From the front of the pelvis (ASIS) to the inner ankle."))
        self._add(
            layout,
            tr("The walk"),
            (
                (tr("Orthosis"), self.orthosis),
                (tr("Assistance"), self.assistance),
                (tr("Cooperation"), self.cooperation),
                (tr("Room"), self.room),
            ),
        )
        fms = tuple(
            (fms_name(metres), box) for metres, box in zip(FMS_DISTANCES_M, self.fms, strict=True)
        )
        self._add(
            layout,
            tr("Diagnosis and function"),
            (
                (tr("Diagnosis"), self.diagnosis),
                (tr("Topography"), self.topography),
                (tr("GMFCS level"), self.gmfcs),
                *fms,
            ),
        )
        gap = em(self, 0.7)
        layout.addWidget(_heading(tr("Operations and injections before this visit")))
        layout.addWidget(self.treatments)
        layout.addWidget(_heading(tr("Referral")))
        layout.addWidget(named(tr("Question"), self.question, self._width, gap))
        self._add(layout, "", ((tr("Referred on"), self.referred_on),))
        who = QLabel(
            tr("Who referred the child is kept sealed with its name: Records, Name of the child.")
        )
        who.setProperty("role", "small")
        who.setWordWrap(True)
        layout.addWidget(who)

    def _add(self, layout: QVBoxLayout, heading: str, pairs: Sequence[tuple[str, QWidget]]) -> None:
        if heading:
            layout.addWidget(_heading(heading))
        columns = Columns(em(self, 0.9))
        for name, field in pairs:
            if isinstance(field, QComboBox):
                # The longest of its words may be cut; the list shows them whole.
                policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
                field.setSizeAdjustPolicy(policy)
                field.setMinimumContentsLength(6)
            pair = named(name, field, self._width, em(self, 0.7))
            columns.add_column(pair, em(self, LEAST_PAIR), 1)
        layout.addLayout(columns)

    def _connect(self) -> None:
        for field in self.by_name.values():
            changed_in(field).connect(self.changed)
        self.treatments.changed.connect(self.changed)
        self.treatments.rows_changed.connect(self._order)

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields but the treatments, by what each is called in a file."""
        return {
            "sex": self.sex,
            "weight": self.weight,
            "leg length left": self.legs[0],
            "leg length right": self.legs[1],
            "measured on": self.measured_on,
            "orthosis": self.orthosis,
            "assistance": self.assistance,
            "cooperation": self.cooperation,
            "room": self.room,
            "diagnosis": self.diagnosis,
            "topography": self.topography,
            "gmfcs": self.gmfcs,
            **{
                f"fms {metres} m": box
                for metres, box in zip(FMS_DISTANCES_M, self.fms, strict=True)
            },
            "question": self.question,
            "referred on": self.referred_on,
        }

    def _order(self) -> None:
        """Let the tabulator reach the treatments between what stands above and below them."""
        order = (self.fms[-1], *self.treatments.in_order, self.question, self.referred_on)
        for one, following in pairwise(order):
            QWidget.setTabOrder(one, following)

    def problem(self, visit: date, height_m: float | None) -> str:
        """What is wrong with what was typed, in a sentence that says what to do; empty for nothing.

        Args:
            visit: The day of the visit.
            height_m: Of the child; None where not given.
        """
        return (
            day_problem(tr("Measured on"), self.measured_on, visit)
            or self._leg_problem(height_m)
            or self.treatments.problem(visit)
            or day_problem(tr("Referred on"), self.referred_on, visit)
        )

    def _leg_problem(self, height_m: float | None) -> str:
        if height_m is None:
            return ""
        least, most = _LEG_SHARES
        for leg in self.legs:
            length_m = metres_of(leg)
            if length_m is not None and not least <= length_m / height_m <= most:
                return tr(
                    "A leg of {leg} cm does not go with a height of {height} cm: check both."
                ).format(leg=f"{100 * length_m:g}", height=f"{100 * height_m:g}")
        return ""

    def with_body(self, child: Patient) -> Patient:
        """A child with the sex and measures that were entered."""
        return Patient(
            child.pseudonym,
            child.age_years,
            child.height_m,
            chosen_one(self.sex, Sex),
            value_of(self.weight),
            metres_of(self.legs[0]),
            metres_of(self.legs[1]),
            day_in(self.measured_on),
        )

    def with_circumstances(self, walked: Conditions) -> Conditions:
        """Conditions with those that were entered here."""
        return Conditions(
            walked.footwear,
            walked.aid,
            walked.note,
            self.room.text().strip(),
            chosen_words(self.orthosis),
            chosen_words(self.assistance),
            chosen_words(self.cooperation),
        )

    @property
    def background(self) -> Background:
        """Diagnosis, function and treatments."""
        near, school, far = (chosen_one(box, Fms) for box in self.fms)
        return Background(
            chosen_words(self.diagnosis),
            chosen_one(self.topography, Topography),
            chosen_one(self.gmfcs, Gmfcs),
            near,
            school,
            far,
            self.treatments.treatments,
        )

    @property
    def referral(self) -> Referral:
        """What the visit is to answer."""
        return Referral(self.question.toPlainText().strip(), day_in(self.referred_on))

    def show_body(self, child: Patient) -> None:
        """Show sex and measures."""
        show_one(self.sex, child.sex)
        self.weight.setValue(child.weight_kg or self.weight.minimum())
        show_metres(self.legs[0], child.leg_length_left_m)
        show_metres(self.legs[1], child.leg_length_right_m)
        day = child.measured_on
        self.measured_on.setText("" if day is None else day.isoformat())

    def show_circumstances(self, walked: Conditions) -> None:
        """Show how the child walked."""
        show_words(self.orthosis, walked.orthosis)
        show_words(self.assistance, walked.assistance)
        show_words(self.cooperation, walked.cooperation)
        self.room.setText(walked.room)

    def show_background(self, known: Background) -> None:
        """Show diagnosis, function and treatments."""
        show_words(self.diagnosis, known.diagnosis)
        show_one(self.topography, known.topography)
        show_one(self.gmfcs, known.gmfcs)
        for box, rating in zip(self.fms, known.fms, strict=True):
            show_one(box, rating)
        self.treatments.show_treatments(known.treatments)

    def show_referral(self, asked: Referral) -> None:
        """Show what the visit is to answer."""
        self.question.setPlainText(asked.question)
        self.referred_on.setText("" if asked.day is None else asked.day.isoformat())

    def clear(self) -> None:
        """Empty every field."""
        self.show_body(Patient())
        self.show_circumstances(Conditions())
        self.show_background(Background())
        self.show_referral(Referral())


def fms_name(metres: int) -> str:
    """The name of the scale at a distance."""
    return tr("FMS, {metres} m").format(metres=metres)


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "soft")
    return label
