"""A child known here is found while one types, and what is known of it fills the fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gaitdesk.domain.patient import Conditions
from gaitdesk.store.edits import SessionId
from gaitdesk.ui.patients.patient_field import PatientField, known_children
from gaitdesk.ui.patients.visit_dialog import VisitDialog
from gaitdesk.ui.patients.visit_fields import VisitFields
from tests.ui.patients.test_browser import ONE

FIRST = replace(ONE, visit=replace(ONE.visit, day=date(2025, 5, 4), age_years=7.4, height_m=1.22))
LAST = replace(
    ONE,
    id=SessionId("last"),
    visit=replace(ONE.visit, day=date(2026, 5, 4), age_years=8.4, height_m=1.29),
)
(CHILD,) = known_children([FIRST, LAST])


@pytest.fixture
def fields(qtbot, appearance):
    fields = VisitFields()
    qtbot.addWidget(fields)
    fields.show_children([CHILD])
    return fields


def test_a_child_is_known_by_its_last_visit():
    assert (CHILD.visits, CHILD.last_day, CHILD.height_m) == (2, date(2026, 5, 4), 1.29)


def test_the_age_grows_and_the_height_is_measured_anew():
    assert CHILD.age_on(date(2026, 11, 4)) == pytest.approx(8.9)
    assert CHILD.height_on(date(2026, 6, 4)) == pytest.approx(1.29)
    assert CHILD.height_on(date(2026, 11, 4)) is None


def test_typing_tells_a_known_child_from_a_new_one(qtbot, appearance):
    field = PatientField()
    qtbot.addWidget(field)
    field.show_children([CHILD])
    qtbot.keyClicks(field.edit, "child-0417")
    assert field.pseudonym == "Child-0417"
    assert "2 visit" in field.hint
    qtbot.keyClicks(field.edit, "x")
    assert field.child is None
    assert "new child" in field.hint


def test_part_of_a_name_completes_to_the_whole(qtbot, appearance):
    field = PatientField()
    qtbot.addWidget(field)
    field.show_children([CHILD])
    qtbot.keyClicks(field.edit, "417")
    assert field.edit.completer().currentCompletion() == "Child-0417"


def test_a_known_child_fills_age_but_no_stale_height(fields):
    fields._day.setDate(date(2026, 11, 4))
    fields.patient_field.edit.setText("Child-0417")
    assert fields.patient.age_years == pytest.approx(8.9)
    assert fields.patient.height_m is None
    assert "129 cm" in fields.hint


def test_what_was_typed_is_never_overwritten(fields):
    fields._age.setValue(9.5)
    fields.patient_field.edit.setText("Child-0417")
    assert fields.patient.age_years == pytest.approx(9.5)


def test_another_child_takes_what_was_filled_in_away(fields):
    fields.patient_field.edit.setText("Child-0417")
    fields.patient_field.edit.setText("Child-0418")
    assert fields.patient.age_years is None


def test_the_dialog_says_where_the_visit_moves(qtbot, appearance):
    dialog = VisitDialog(LAST, [CHILD])
    qtbot.addWidget(dialog)
    dialog.fields.patient_field.edit.setText("Child-0009")
    assert "from Child-0417 to Child-0009" in dialog.said
    dialog.fields.patient_field.edit.clear()
    assert not dialog.keep_button.isEnabled()


def test_a_visit_moves_to_another_child_and_undo_brings_it_back(qtbot, visit_window, kept):
    session = kept[1]
    before = visit_window.browser.visits[0].pseudonym
    visit_window.details_action.trigger()
    dialog = visit_window.details
    assert dialog.fields.conditions != Conditions()
    dialog.fields.patient_field.edit.setText("Child-9999")
    dialog._on_kept()
    qtbot.waitUntil(
        lambda: visit_window.browser.visits[0].pseudonym == "Child-9999", timeout=150_000
    )
    qtbot.waitUntil(lambda: not visit_window.is_busy, timeout=150_000)
    assert "Child-9999" in visit_window.windowTitle()
    visit_window.undo()
    qtbot.waitUntil(
        lambda: not visit_window.is_busy and before in visit_window.windowTitle(), timeout=150_000
    )
    assert visit_window.browser.visits[0].id == session
