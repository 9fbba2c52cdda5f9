"""A patient is erased only after their pseudonym was typed; who is due stands in a list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import NotErased
from gaitdesk.jobs.copying import copy_films_in
from gaitdesk.store.consents import today
from gaitdesk.store.edits import Identity, Kind
from gaitdesk.store.verify import verify
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.exports import erase_dialog
from gaitdesk.ui.exports.due_dialog import DueDialog, due_words
from gaitdesk.ui.exports.erase_dialog import EraseDialog
from tests.store.made import PASSPHRASE


@pytest.fixture
def patient(visit):
    return visit.visit.patient


@pytest.fixture
def opened(show, store, visit, patient):
    return lambda: show(EraseDialog(lambda: store, patient, visit.pseudonym, LastResort()))


def sure(dialog, pseudonym: str) -> None:
    dialog.reason.setText("the family asked for it")
    dialog.typed.setText(pseudonym)


def test_what_goes_and_what_stays_is_said_first(opened, store, visit):
    said = opened().explained.text()
    assert "1 visit" in said
    assert "1 folder" in said
    assert "2 film(s) outside" in said or "2 films outside" in said
    finish(copy_films_in(visit.id, store.folder, "Dr. Lin"))
    assert "copied into GaitDesk" in opened().explained.text()


def test_it_takes_the_pseudonym_and_a_reason(opened, visit):
    dialog = opened()
    assert not dialog.erase_button.isEnabled()
    dialog.typed.setText(visit.pseudonym)
    assert not dialog.erase_button.isEnabled()
    dialog.reason.setText("asked for")
    assert dialog.erase_button.isEnabled()
    dialog.typed.setText(visit.pseudonym.lower() + " ")
    assert not dialog.erase_button.isEnabled()


def test_an_erased_patient_is_in_no_list_and_the_journal_says_why(
    qtbot, opened, store, visit, patient
):
    store.keys.add(PASSPHRASE)
    store.set_identity(patient, Identity("Ada Moss"))
    dialog = opened()
    sure(dialog, visit.pseudonym)
    with qtbot.waitSignals([dialog.about_to_erase, dialog.erased], timeout=90_000, order="strict"):
        dialog.erase_button.click()
    assert store.sessions() == ()
    assert store.patients() == ()
    rows = store.database.run("SELECT reason FROM journal WHERE kind = ?", (Kind.ERASURE,))
    assert rows == [("the family asked for it",)]
    assert verify(store).is_whole
    assert "is erased" in dialog.message.text
    # Films that were only referred to are the clinic's own.
    assert len(dialog.told.toPlainText().splitlines()) == 2


def test_what_could_not_be_removed_is_told_and_can_be_tried_again(
    qtbot, opened, visit, monkeypatch, tmp_path
):
    def failing(*_):
        raise NotErased(tmp_path / "film.mp4", "in use")
        yield

    dialog = opened()
    sure(dialog, visit.pseudonym)
    monkeypatch.setattr(erase_dialog, "erase_patient", failing)
    with qtbot.waitSignal(dialog.erased, timeout=90_000):
        dialog.erase_button.click()
    assert "erase the patient again" in dialog.message.text
    assert dialog.erase_button.isEnabled()


def test_who_is_past_their_last_day_stands_in_the_list(qtbot, show, store, visit, patient):
    soon = store.add_patient("C-20")
    later = store.add_patient("C-21")
    store.consents.keep_until(patient, today() - timedelta(days=3))
    store.consents.keep_until(soon, today() + timedelta(days=30))
    store.consents.keep_until(later, date(2050, 1, 1))
    dialog = show(DueDialog(lambda: store))
    names = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
    assert names == [visit.pseudonym, "C-20"]
    assert dialog.table.item(0, 2).text() == "for 3 days"
    assert "1 patient" in dialog.said
    with qtbot.waitSignal(dialog.erase_asked) as asked:
        dialog.erase_button.click()
    assert asked.args == [patient]
    store.consents.keep_until(patient, date(2051, 1, 1), "still in care")
    dialog.show_due()
    assert dialog.table.rowCount() == 1


def test_where_nobody_is_due_nothing_can_be_erased(show, store):
    dialog = show(DueDialog(lambda: store))
    assert dialog.table.rowCount() == 0
    assert not dialog.erase_button.isEnabled()
    assert "none will be" in dialog.said


@pytest.mark.parametrize(
    ("days", "words"), [(1, "for 1 day"), (0, "today is the last day"), (-2, "in 2 days")]
)
def test_days_are_told_from_today(days, words):
    assert due_words(days) == words
