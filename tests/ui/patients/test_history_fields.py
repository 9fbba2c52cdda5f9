"""What is known of a child is shown, typed, refused where it cannot be, and carried on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gaitdesk.domain.background import Background, Gmfcs, Treatment, TreatmentKind
from gaitdesk.domain.patient import Sex
from gaitdesk.store.edits import SessionId, Visit
from gaitdesk.ui.patients.patient_field import known_children
from gaitdesk.ui.patients.treatment_rows import TreatmentRows
from gaitdesk.ui.patients.visit_dialog import VisitDialog
from gaitdesk.ui.patients.visit_fields import VisitFields
from tests.report import made
from tests.ui.patients.test_browser import ONE

TOLD = made.told(made.analysis(frames=4))
VISIT = Visit.of(
    ONE.visit.patient,
    date(2026, 5, 4),
    TOLD.patient,
    TOLD.conditions,
    TOLD.background,
    TOLD.referral,
)
LAST = replace(ONE, id=SessionId("last"), visit=VISIT)


@pytest.fixture
def dialog(qtbot, appearance):
    dialog = VisitDialog(LAST, [])
    qtbot.addWidget(dialog)
    return dialog


def test_what_is_shown_and_left_alone_is_what_is_kept(dialog):
    fields = dialog.fields
    assert replace(fields.patient, pseudonym="Child-0417") == TOLD.patient
    assert fields.conditions == TOLD.conditions
    assert (fields.background, fields.referral) == (TOLD.background, TOLD.referral)


def test_in_chinese_the_same_is_kept(qtbot, appearance, chinese):
    dialog = VisitDialog(LAST, [])
    qtbot.addWidget(dialog)
    assert dialog.fields.history.diagnosis.currentText() == "痉挛型脑性瘫痪"
    assert dialog.fields.background == TOLD.background
    assert dialog.fields.conditions == TOLD.conditions


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda h: h.measured_on.setText("28.4."), "Measured on: type a day as year-month-day"),
        (lambda h: h.measured_on.setText("2026-05-05"), "2026-05-05 is after the visit"),
        (lambda h: h.referred_on.setText("2027-01-01"), "Referred on: 2027-01-01 is after"),
        (lambda h: h.legs[0].setValue(120.0), "A leg of 120 cm does not go with a height of 129"),
        (lambda h: h.treatments.rows[0].when.setText("spring"), "Operation: type the day, the"),
        (lambda h: h.treatments.rows[1].when.setText("2026-06"), "Botulinum toxin: 2026-06 is"),
    ],
)
def test_what_cannot_be_is_said_and_not_kept(dialog, spoil, said):
    assert dialog.keep_button.isEnabled()
    spoil(dialog.fields.history)
    assert said in dialog.said
    assert dialog.fields.message.text == dialog.said
    assert not dialog.keep_button.isEnabled()
    dialog.fields.show_visit("Child-0417", VISIT)
    assert dialog.keep_button.isEnabled()


def test_treatments_are_added_and_taken_away(qtbot, appearance):
    rows = TreatmentRows()
    qtbot.addWidget(rows)
    rows.add_surgery.click()
    rows.add_toxin.click()
    assert rows.treatments == ()
    rows.rows[0].what.setEditText("Hamstring lengthening")
    rows.rows[1].when.setText("2024")
    assert rows.treatments == (
        Treatment(TreatmentKind.SURGERY, "Hamstring lengthening"),
        Treatment(TreatmentKind.BOTULINUM_TOXIN, when="2024"),
    )
    rows.rows[0].remove_button.click()
    assert rows.treatments == (Treatment(TreatmentKind.BOTULINUM_TOXIN, when="2024"),)


def test_what_is_offered_follows_the_kind_and_what_was_typed_stays(qtbot, appearance):
    rows = TreatmentRows()
    qtbot.addWidget(rows)
    rows.show_treatments([Treatment(TreatmentKind.SURGERY, "my own words")])
    (row,) = rows.rows
    row.kind.setCurrentIndex(1)
    assert row.what.findData("Hip adductors") > 0
    assert rows.treatments == (Treatment(TreatmentKind.BOTULINUM_TOXIN, "my own words"),)


def test_the_tabulator_goes_through_the_fields_as_they_stand(dialog):
    history = dialog.fields.history
    wanted = [
        dialog.fields.more,
        history.sex,
        history.weight,
        *history.legs,
        history.orthosis,
        history.room,
        history.diagnosis,
        history.gmfcs,
        history.fms[2],
        *(row.what for row in history.treatments.rows),
        history.treatments.add_surgery,
        history.question,
        history.referred_on,
        dialog.keep_button,
    ]
    chain, widget = [], dialog.fields.more
    while widget not in chain:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    places = [chain.index(one) for one in wanted]
    assert places == sorted(places)


def test_the_wheel_scrolls_the_page_and_changes_no_field(dialog):
    history = dialog.fields.history
    boxes = (history.sex, history.gmfcs, history.weight, history.treatments.rows[0].side)
    for box in boxes:
        turn = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(box, turn)
    assert replace(dialog.fields.patient, pseudonym="Child-0417") == TOLD.patient
    assert dialog.fields.background == TOLD.background


def test_a_new_visit_carries_on_what_lasts_and_asks_function_anew(qtbot, appearance):
    fields = VisitFields()
    qtbot.addWidget(fields)
    fields.show_children(known_children([LAST]))
    fields.patient_field.edit.setText(LAST.pseudonym)
    assert fields.patient.sex is Sex.FEMALE
    assert fields.background == replace(
        TOLD.background, gmfcs=None, fms_5_m=None, fms_50_m=None, fms_500_m=None
    )
    assert fields.referral.question == ""
    assert "check them" in fields.hint
    fields.patient_field.edit.setText("Child-0009")
    assert (fields.patient.sex, fields.background) == (None, Background())


def test_what_was_typed_of_a_child_is_never_overwritten(qtbot, appearance):
    fields = VisitFields()
    qtbot.addWidget(fields)
    fields.show_children(known_children([LAST]))
    fields.history.gmfcs.setCurrentIndex(3)
    fields.patient_field.edit.setText(LAST.pseudonym)
    assert fields.background == Background(gmfcs=Gmfcs.III)


def test_the_first_fields_stand_alone_until_more_are_asked_for(qtbot, appearance):
    fields = VisitFields()
    qtbot.addWidget(fields)
    assert fields.history.isHidden()
    fields.more.click()
    assert not fields.history.isHidden()
    fields.more.click()
    assert fields.history.isHidden()


def test_a_problem_is_never_out_of_sight(qtbot, appearance):
    fields = VisitFields()
    qtbot.addWidget(fields)
    fields.history.referred_on.setText("soon")
    assert not fields.history.isHidden()
    assert "Referred on" in fields.message.text
    fields.clear()
    assert fields.problem == ""
