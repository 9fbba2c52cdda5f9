"""Nothing leaves the desk without consent, and every decision is in the journal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gaitdesk.domain.refusals import ConsentMissing
from gaitdesk.store.consents import usual_last_day
from gaitdesk.store.edits import Kind
from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.store.verify import verify
from tests.store.made import visit

DAY = date(2026, 3, 4)
GIVEN = Consent(True, DAY, Giver.PARENT)


@pytest.fixture
def patient(store, session):
    return store.visit(session).patient


@pytest.mark.parametrize("purpose", Purpose)
def test_without_a_word_nothing_leaves_the_desk(store, session, purpose):
    with pytest.raises(ConsentMissing, match=r"C-12: nothing leaves .* no consent is recorded"):
        store.consents.check(session, purpose)


def test_consent_covers_what_it_was_given_for(store, session, patient):
    store.consents.record(patient, Purpose.RESEARCH, GIVEN)
    store.consents.check(session, Purpose.RESEARCH)
    for other in (Purpose.CARE, Purpose.TRAINING):
        with pytest.raises(ConsentMissing):
            store.consents.check(session, other)
    assert store.consents.of(patient) == {Purpose.RESEARCH: GIVEN}
    assert verify(store).is_whole


def test_consent_of_one_patient_is_not_anothers(store, session, patient):
    store.consents.record(patient, Purpose.CARE, GIVEN)
    with pytest.raises(ConsentMissing, match="C-13"):
        store.consents.check(visit(store, "C-13"), Purpose.CARE)


def test_a_withdrawal_takes_the_place_of_consent_and_both_stay_in_the_journal(
    store, session, patient
):
    gone = Consent(False, DAY + timedelta(9), Giver.PATIENT)
    store.consents.record(patient, Purpose.RESEARCH, GIVEN)
    store.consents.record(patient, Purpose.RESEARCH, gone, "asked for it by telephone")
    with pytest.raises(ConsentMissing, match="withdrawn on 2026-03-13"):
        store.consents.check(session, Purpose.RESEARCH)
    rows = store.database.run("SELECT rater, reason FROM journal WHERE kind = ?", (Kind.CONSENT,))
    assert rows == [("Rater A", ""), ("Rater A", "asked for it by telephone")]


def test_every_decision_of_one_patient_can_be_read_with_who_recorded_it_and_why(
    store, session, patient
):
    other = store.visit(visit(store, "C-13")).patient
    store.consents.record(other, Purpose.CARE, GIVEN)
    store.consents.record(patient, Purpose.RESEARCH, GIVEN, "form B")
    store.consents.keep_until(patient, DAY, "asked for")
    refused = Consent(False, DAY, Giver.PATIENT)
    store.consents.record(patient, Purpose.RESEARCH, refused)
    history = store.consents.history(patient)
    assert [one.new for one in history] == [GIVEN, DAY, refused]
    assert [one.reason for one in history] == ["form B", "asked for", ""]
    assert {one.rater for one in history} == {"Rater A"}


def test_consent_holds_to_the_end_of_its_last_day(store, session, patient):
    until = Consent(True, DAY, Giver.GUARDIAN, expires=date(2027, 1, 31))
    store.consents.record(patient, Purpose.CARE, until)
    store.consents.check(session, Purpose.CARE, date(2027, 1, 31))
    with pytest.raises(ConsentMissing, match="expired on 2027-01-31"):
        store.consents.check(session, Purpose.CARE, date(2027, 2, 1))
    assert store.consents.is_given(patient, Purpose.CARE, date(2027, 1, 31))
    assert not store.consents.is_given(patient, Purpose.CARE, date(2027, 2, 1))


def test_a_visit_that_is_not_there_has_no_consent(store):
    with pytest.raises(KeyError):
        store.consents.check("nothing", Purpose.CARE)


def test_records_are_overdue_after_their_last_day(store, session, patient):
    other = store.visit(visit(store, "C-13")).patient
    assert store.consents.kept_until(patient) is None
    store.consents.keep_until(patient, date(2030, 6, 1))
    store.consents.keep_until(other, date(2029, 6, 1))
    assert store.consents.overdue(date(2029, 6, 1)) == ()
    assert store.consents.overdue(date(2030, 6, 2)) == (other, patient)
    store.consents.keep_until(other, None, "moved to another clinic")
    assert store.consents.kept_until(other) is None
    assert store.consents.overdue(date(2031, 1, 1)) == (patient,)


@pytest.mark.parametrize(
    ("born", "last"),
    [
        (date(2018, 5, 9), date(2043, 5, 8)),
        (date(2020, 2, 29), date(2045, 2, 28)),
        (date(2018, 1, 1), date(2042, 12, 31)),
    ],
)
def test_a_childs_records_are_usually_kept_to_the_eve_of_the_25th_birthday(born, last):
    assert usual_last_day(born) == last
