"""A new visit that was begun is there again: after going elsewhere, and after a kill."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QWidget

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.background import TreatmentKind
from gaitdesk.domain.errors import DiskFull
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import begun_visits
from gaitdesk.jobs.begun_visits import begun_visits as left_off
from gaitdesk.jobs.erasing import erase_patient
from gaitdesk.store.store import Store
from gaitdesk.ui.patients.begun import Beginning
from gaitdesk.ui.patients.import_page import ImportPage
from gaitdesk.ui.patients.optional import type_into
from gaitdesk.ui.patients.start_page import StartPage
from gaitdesk.ui.patients.visit_fields import VisitFields
from tests.jobs.glances import Walker, glance

NAME, NOTE, ASKED = "Kite-07", "tired after school", "more crouch since spring?"
ADVERSE_DAY = "31.5.24"
"""No day as it is to be typed; it stays as it is all the same."""


@pytest.fixture
def paths(analysis):
    return [film.video.path for film in analysis.films]


def kept(window):
    return left_off(window.desk.folder, window.desk.rater)


def fill_in(fields):
    """Type into fields of every kind."""
    fields.patient_field.edit.setText(NAME)
    for field, words in (
        (fields._day, "2026-02-03"),
        (fields._age, "7.5"),
        (fields._footwear, "Barefoot"),
        (fields._aid, "an aunt's hand"),
        (fields._note, NOTE),
        (fields.history.gmfcs, "II"),
        (fields.history.measured_on, ADVERSE_DAY),
        (fields.history.question, ASKED),
    ):
        type_into(field, words)
    fields.history.treatments.add_toxin.click()
    (row,) = fields.history.treatments.rows
    type_into(row.what, "Soleus")
    type_into(row.when, "last spring")


def test_fields_hold_again_whatever_was_typed_into_them(qtbot, appearance):
    typed, other = VisitFields(), VisitFields()
    for fields in (typed, other):
        qtbot.addWidget(fields)
    fill_in(typed)
    other.type_in(typed.typed)
    assert other.typed == typed.typed
    assert other.day == "2026-02-03"
    assert other.patient.age_years == 7.5
    assert other.conditions.note == NOTE
    assert other.history.measured_on.text() == ADVERSE_DAY
    (row,) = other.history.treatments.rows
    assert row.chosen_kind is TreatmentKind.BOTULINUM_TOXIN
    assert row.when.text() == "last spring"
    other.clear()
    assert other.typed == VisitFields().typed


def test_what_was_begun_is_there_again_without_a_word_from_the_window_before(
    qtbot, open_window, tmp_path, paths, looked
):
    looked[0] = glance(Walker(), Walker((800, 330), (805, 330), colour=3))
    window = open_window(tmp_path / "data")
    window.import_films(paths)
    first = window.importing.cards[0]
    qtbot.waitUntil(lambda: first.picture.can_choose)
    qtbot.keyClick(first.picture, Qt.Key.Key_2)
    assert first.child_at is not None
    window.importing.cards[1].choose_plane(Plane.SAGITTAL)
    fill_in(window.importing.fields)
    chosen, typed = window.importing.choices, window.importing.fields.typed
    qtbot.waitUntil(
        lambda: [(one.films, dict(one.fields)) for one in kept(window)] == [(chosen, typed)]
    )
    # The window before is not closed, and is told nothing: as far as the next one knows, killed.
    again = open_window(tmp_path / "data")
    (offer,) = again.start.left_off.offers
    assert NAME in offer.words.text()
    assert paths[0].name in offer.words.text()
    qtbot.mouseClick(offer.go_on, Qt.MouseButton.LeftButton)
    assert again.importing.fields.typed == typed
    qtbot.waitUntil(lambda: again.importing.cards[0].child_at is not None)
    assert again.importing.choices == chosen


def test_going_elsewhere_keeps_what_was_typed_and_offers_it(qtbot, window, paths):
    window.import_films(paths[:1])
    window.importing.fields._note.setText(NOTE)
    window.front.bring(window.records_page)
    window.records_page.left.emit()
    assert window.pages.currentWidget() is window.importing, "behind another page it stays"
    window.show_start()
    assert not window.importing.is_begun
    (offer,) = window.start.left_off.offers
    qtbot.mouseClick(offer.go_on, Qt.MouseButton.LeftButton)
    assert window.importing.fields.conditions.note == NOTE
    assert [card.path for card in window.importing.cards] == paths[:1]
    assert len(kept(window)) == 1


def test_the_window_closes_unasked_once_all_that_was_typed_is_kept(window, paths, monkeypatch):
    window.import_films(paths[:1])
    window.importing.fields.patient_field.edit.setText(NAME)

    def keep(*_):
        raise DiskFull(paths[0], 0)

    with monkeypatch.context() as patched:
        patched.setattr(begun_visits, "keep", keep)
        window.quitting.go()
        assert window.isVisible()
        assert NAME in window.leaving.dialog.words.toPlainText()
        window.leaving.dialog.reject()
    window.quitting.go()
    assert not window.isVisible()
    assert [one.pseudonym for one in kept(window)] == [NAME]


@pytest.fixture
def beginning(qtbot, appearance, tmp_path):
    """The first page and that of a new visit, without all else of a window."""
    whole = QWidget()
    qtbot.addWidget(whole)
    page, start = ImportPage(parent=whole), StartPage(whole)
    desk = SimpleNamespace(folder=tmp_path, rater="ann")
    yield Beginning(desk, page, start, whole, lambda: page.message.isHidden())
    page.stop()


def test_what_was_left_off_can_be_thrown_away(beginning, paths):
    page, offers = beginning._page, beginning._start.left_off
    page.add_films(paths[:1])
    beginning.leave()
    page.clear()
    beginning.offer()
    page.message.say("not now")
    offers.offers[0].discard.click()
    assert len(left_off(beginning._desk.folder, "ann")) == 1
    page.message.hide()
    offers.offers[0].discard.click()
    assert left_off(beginning._desk.folder, "ann") == ()
    assert offers.offers == ()
    assert offers.isHidden()


def test_a_page_that_was_emptied_and_one_that_was_analysed_leave_nothing(beginning, paths):
    page, folder = beginning._page, beginning._desk.folder
    for end in (lambda: page.cards[0].removed.emit(), beginning.finish):
        page.add_films(paths[:1])
        assert beginning.settle() == ()
        assert len(left_off(folder, "ann")) == 1
        end()
        assert beginning.settle() == ()
        assert left_off(folder, "ann") == ()


def test_it_is_offered_to_nobody_else_and_goes_with_the_child(tmp_path):
    data = tmp_path / "data"
    begun_visits.keep(data, begun_visits.new_name(), "ann", (), {"pseudonym": NAME.lower()})
    begun_visits.keep(data, begun_visits.new_name(), "ann", (), {"pseudonym": "other"})
    assert left_off(data, "bob") == ()
    with Store.open(data) as store:
        patient = store.add_patient(NAME)
    finish(erase_patient(patient, "asked for", data))
    assert [one.pseudonym for one in left_off(data, "ann")] == ["other"]


def test_a_day_that_makes_no_sense_is_today(qtbot, appearance):
    fields = VisitFields()
    qtbot.addWidget(fields)
    fields.type_in({"day": "soon", "age": "old", "gmfcs": "XII"})
    assert fields.day == QDate.currentDate().toString(Qt.DateFormat.ISODate)
    assert fields.patient.age_years is None
    assert fields.background.gmfcs is None
