"""What a patient agreed to is recorded with day, person and note, and nothing is ever changed."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QDate

from gaitdesk.domain.errors import StoreFull
from gaitdesk.store.consents import Consents
from gaitdesk.store.edits import Identity
from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.ui.exports.consent_dialog import ConsentDialog
from gaitdesk.ui.exports.consent_words import standing_words
from tests.store.made import PASSPHRASE
from tests.ui.exports.conftest import DAY, GIVEN


@pytest.fixture
def patient(visit):
    return visit.visit.patient


@pytest.fixture
def opened(show, store, visit, patient):
    return lambda: show(ConsentDialog(lambda: store, patient, visit.pseudonym))


def chosen(box, value) -> None:
    box.setCurrentIndex(box.findData(value))


def test_a_decision_is_told_in_chinese_with_chinese_signs(opened, store, patient, chinese):
    store.consents.record(patient, Purpose.CARE, GIVEN)
    (line,) = opened().history.toPlainText().splitlines()
    assert "：✓ " in line
    assert ": " not in line


def test_nothing_is_decided_at_first(opened):
    dialog = opened()
    assert {dialog.standing(one) for one in Purpose} == {"✕ none recorded"}
    assert "Nothing has been recorded yet" in dialog.history.toPlainText()
    assert not dialog.retention.is_stated.isChecked()


def test_a_decision_is_recorded_with_day_person_and_note(qtbot, opened, store, patient):
    dialog = opened()
    fields = dialog.decision
    chosen(fields.purposes, Purpose.RESEARCH.value)
    chosen(fields.givers, Giver.GUARDIAN.value)
    fields.on_day.setDate(QDate(2026, 2, 3))
    fields.ends.setChecked(True)
    fields.last_day.setDate(QDate(2030, 2, 3))
    fields.note_field.setText("form B")
    with qtbot.waitSignal(dialog.decided):
        fields.button.click()
    kept = Consent(True, date(2026, 2, 3), Giver.GUARDIAN, date(2030, 2, 3))
    assert store.consents.of(patient) == {Purpose.RESEARCH: kept}
    said = "✓ given on 2026-02-03 by a guardian, holds until 2030-02-03"
    assert dialog.standing(Purpose.RESEARCH) == said
    (line,) = dialog.history.toPlainText().splitlines()
    assert "Dr. Lin" in line
    assert line.endswith("form B")
    assert fields.note_field.text() == ""


def test_a_withdrawal_takes_its_place_and_both_stay_readable(opened, store, patient):
    store.consents.record(patient, Purpose.CARE, GIVEN)
    dialog = opened()
    chosen(dialog.decision.decisions, False)
    assert not dialog.decision.ends.isEnabled()
    dialog.decision.button.click()
    assert dialog.standing(Purpose.CARE).startswith("✕ refused or withdrawn on")
    assert not store.consents.is_given(patient, Purpose.CARE)
    newest, oldest = dialog.history.toPlainText().splitlines()
    assert "✕" in newest
    assert "✓ given on 2026-01-05" in oldest


def test_no_decision_of_tomorrow_can_be_recorded(opened):
    field = opened().decision.on_day
    field.setDate(QDate.currentDate().addDays(5))
    assert field.date() == QDate.currentDate()


def test_the_last_day_is_recorded_and_taken_back(opened, store, patient):
    dialog = opened()
    dialog.retention.is_stated.setChecked(True)
    dialog.retention.last_day.setDate(QDate(2040, 6, 30))
    dialog.retention.button.click()
    assert store.consents.kept_until(patient) == date(2040, 6, 30)
    dialog.retention.is_stated.setChecked(False)
    dialog.retention.button.click()
    assert store.consents.kept_until(patient) is None
    assert "kept until 2040-06-30" in dialog.history.toPlainText()


def test_the_usual_last_day_is_offered_where_the_birthday_is_known(opened, store, patient):
    assert not opened().retention.usual_button.isVisible()
    store.keys.add(PASSPHRASE)
    store.set_identity(patient, Identity("Ada Moss", date(2017, 9, 1)))
    dialog = opened()
    dialog.retention.usual_button.click()
    assert dialog.retention.day == date(2042, 8, 31)


def test_what_could_not_be_kept_is_told(opened, monkeypatch, tmp_path):
    def full(*_):
        raise StoreFull(tmp_path, 0)

    dialog = opened()
    monkeypatch.setattr(Consents, "record", full)
    dialog.decision.button.click()
    assert "disk is full" in dialog.message.text
    assert dialog.standing(Purpose.CARE) == "✕ none recorded"


def test_consent_that_has_run_out_is_told_as_such():
    ended = Consent(True, DAY, Giver.PARENT, date(2026, 6, 1))
    assert standing_words(ended, date(2026, 6, 1)).startswith("✓")
    assert standing_words(ended, date(2026, 6, 2)) == "✕ expired on 2026-06-01"
