"""Everything that leaves the desk says what goes along; what may not leave is blocked, and why."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import time

import pydicom
import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import JointMove
from gaitdesk.domain.errors import OutputNotWritable
from gaitdesk.domain.progress import Progress
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import training_labels
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.edits import Identity
from gaitdesk.store.facts import Consent, ExportForm, Giver, Leaving, Purpose
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.exports import dialog as dialog_module
from gaitdesk.ui.exports.dialog import ExportDialog
from gaitdesk.ui.exports.offers import OFFERS
from gaitdesk.ui.exports.order import Left
from tests.jobs.test_casing import NoFaces
from tests.store.made import PASSPHRASE
from tests.ui.exports.conftest import DAY

BY_FORM = {one.form: one for one in OFFERS}


def pressed(dialog, words: str) -> None:
    button = next(
        one for one in dialog.message.findChildren(QPushButton) if one.text().startswith(words)
    )
    button.click()


def done(qtbot, dialog) -> None:
    dialog.export_button.click()
    qtbot.waitUntil(lambda: not dialog.is_working, timeout=90_000)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda one: one.form.value)
def test_without_consent_nothing_can_be_exported_and_the_reason_is_said(dialog, offer):
    dialog.choose(offer.form)
    assert not dialog.export_button.isEnabled()
    assert dialog.obstacle.text == dialog.message.text
    if offer.form is ExportForm.RESEARCH:
        assert "No patient has agreed to research" in dialog.message.text
    else:
        assert "no consent is recorded" in dialog.message.text
        assert dialog.choices.consent.text() == "✕ none recorded"


def test_a_refusal_is_told_with_its_day(dialog, store, visit):
    refused = Consent(False, DAY, Giver.PATIENT)
    store.consents.record(visit.visit.patient, Purpose.CARE, refused)
    dialog.look_again()
    assert "nothing leaves the desk for care" in dialog.message.text
    assert "withdrawn on 2026-01-05" in dialog.message.text
    assert not dialog.export_button.isEnabled()


def test_consent_for_one_purpose_opens_what_is_for_that_purpose_alone(dialog, agree):
    agree(Purpose.RESEARCH)
    dialog.choose(ExportForm.CASE)
    assert dialog.obstacle is None
    dialog.choices.purposes.setCurrentIndex(1)
    assert "training" in dialog.obstacle.text
    dialog.choose(ExportForm.REPORT)
    assert "care" in dialog.obstacle.text
    dialog.choose(ExportForm.RESEARCH)
    assert dialog.obstacle is None
    assert dialog.choices.consent.text().startswith("1 of 1 patient")


def test_who_is_offered_the_way_to_consent_asks_for_it(qtbot, dialog):
    with qtbot.waitSignal(dialog.mend_asked) as asked:
        pressed(dialog, "Consent")
    assert asked.args == ["consent"]


def test_who_reads_blind_can_export_nothing_of_the_visit(kept, show, settings, agree, visit, store):
    agree()
    store.readings.assign(visit.id, "Dr. Blind")
    with Store.open(kept[0], rater="Dr. Blind") as blind:
        dialog = show(ExportDialog(lambda: blind, visit, settings, LastResort()))
        for form in (ExportForm.REPORT, ExportForm.CSV, ExportForm.CASE):
            dialog.choose(form)
            assert "reads this visit blind" in dialog.message.text
            assert not dialog.export_button.isEnabled()


def test_a_library_that_is_missing_is_named_with_what_installs_it(dialog, agree, monkeypatch):
    agree()
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "pydicom" else found(name)
    )
    dialog.choose(ExportForm.DICOM)
    assert "pip install 'gaitdesk[exchange]'" in dialog.message.text
    assert not dialog.export_button.isEnabled()
    dialog.choose(ExportForm.FHIR)
    assert dialog.export_button.isEnabled()


def test_a_film_that_was_moved_blocks_what_shows_films_and_nothing_else(
    dialog, store, visit, agree, tmp_path
):
    agree()
    (film, *_) = store.films(visit.id)
    store.move_film(visit.id, film, tmp_path / "gone.mp4")
    dialog.choose(ExportForm.CASE)
    assert "gone.mp4" in dialog.message.text
    dialog.choose(ExportForm.CSV)
    assert dialog.export_button.isEnabled()


@pytest.mark.parametrize("offer", OFFERS, ids=lambda one: one.form.value)
def test_what_leaves_is_said_before_it_leaves(dialog, agree, offer):
    agree()
    dialog.choose(offer.form)
    assert dialog.choices.leaving is offer.leaving
    dialog.choices.name.setChecked(True)
    named = Leaving.IDENTIFIED if offer.can_name else offer.leaving
    assert dialog.choices.leaving is named
    assert dialog.choices.name.isVisible() == offer.can_name


def test_a_name_leaves_only_once_it_is_kept_and_unlocked(dialog, store, visit, agree):
    agree()
    dialog.choose(ExportForm.FHIR)
    dialog.choices.name.setChecked(True)
    assert "has no passphrase yet" in dialog.message.text
    store.keys.add(PASSPHRASE)
    dialog.look_again()
    assert "No name of this patient is kept" in dialog.message.text
    store.set_identity(visit.visit.patient, Identity("Ada Moss"))
    store.vault.lock()
    dialog.look_again()
    assert "Names are locked" in dialog.message.text
    assert not dialog.export_button.isEnabled()
    store.keys.unlock(PASSPHRASE)
    dialog.look_again()
    assert dialog.export_button.isEnabled()


@pytest.mark.parametrize("form", [ExportForm.CSV, ExportForm.JSON, ExportForm.COCO])
def test_a_file_is_written_where_it_was_asked_for_and_noted(
    qtbot, dialog, store, visit, agree, form
):
    agree()
    dialog.choose(form)
    done(qtbot, dialog)
    place = dialog.left.place
    assert place.parent.name == "out"
    assert visit.pseudonym in place.name
    text = place.read_text("utf-8")
    assert "heel lift" in text.lower() if form is ExportForm.CSV else json.loads(text)
    # The films' own names may be a child's.
    assert "side.mp4" not in text
    (entry,) = store.exports.of(visit.id)
    assert (entry.new.form, entry.new.purpose) == (form, Purpose.CARE)
    assert entry.rater == "Dr. Lin"
    assert "noted in the journal" in dialog.message.text


@pytest.fixture
def no_faces(monkeypatch):
    monkeypatch.setattr(training_labels, "face_detector", NoFaces)


def test_only_training_data_can_be_of_corrected_frames_alone(dialog, agree):
    agree()
    for offer in OFFERS:
        dialog.choose(offer.form)
        is_asked = dialog.choices.corrected_alone.isVisible()
        assert is_asked == (offer.form is ExportForm.LABELS)
    dialog.choose(ExportForm.LABELS)
    assert dialog.choices.corrected_alone.isChecked()
    assert dialog.choices.out.name == "labels"


def test_corrected_frames_leave_as_training_data(qtbot, dialog, store, visit, agree, no_faces):
    agree()
    dialog.choose(ExportForm.LABELS)
    done(qtbot, dialog)
    assert "Nothing was corrected" in dialog.message.text
    move = JointMove(0, Landmark.LEFT_KNEE, 4, Point(40.0, 40.0), 3, 5)
    record_correction(store, visit.id, new_correction("x", move))
    done(qtbot, dialog)
    assert "3 labelled frames, 3 of them corrected by a person." in dialog.told.text()
    held = json.loads((dialog.left.place / "annotations.coco.json").read_text("utf-8"))
    assert [one["frame"] for one in held["images"]] == [3, 4, 5]
    dialog.choices.corrected_alone.setChecked(False)
    done(qtbot, dialog)
    held = json.loads((dialog.left.place / "annotations.coco.json").read_text("utf-8"))
    assert len(held["images"]) > 3


def test_the_layout_of_the_challenge_leaves_with_a_number_for_the_child(
    qtbot, dialog, agree, no_faces
):
    agree()
    dialog.choose(ExportForm.CHALLENGE)
    done(qtbot, dialog)
    place = dialog.left.place
    ((entry,), (child,)) = (
        json.loads((place / "track1_train.json").read_text("utf-8")),
        tuple((place / "dataset").iterdir()),
    )
    assert child.name == f"{entry['patient_id']:04d}"
    assert child.name in dialog.told.text()


def test_the_research_table_says_how_many_it_holds(qtbot, dialog, agree):
    agree(Purpose.RESEARCH)
    dialog.choose(ExportForm.RESEARCH)
    done(qtbot, dialog)
    assert "1 visit of 1 patient." in dialog.told.text()
    assert {one.name for one in dialog.left.place.iterdir()} == {
        "research-long.csv",
        "research-wide.csv",
    }


def test_with_no_visit_open_only_the_research_table_can_be_made(show, store, settings, agree):
    agree()
    dialog = show(ExportDialog(lambda: store, None, settings, LastResort()))
    assert dialog.offer.form is ExportForm.RESEARCH
    assert dialog.export_button.isEnabled()
    dialog.choose(ExportForm.REPORT)
    assert "No visit is open" in dialog.message.text


def test_a_file_that_is_there_is_replaced_only_when_that_is_said(qtbot, dialog, agree, monkeypatch):
    agree()
    dialog.choose(ExportForm.CSV)
    out = dialog.choices.out
    out.parent.mkdir()
    out.write_text("mine")
    asked = []

    def answer(*words):
        asked.append(words[-1])
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", answer)
    dialog.export_button.click()
    assert not dialog.is_working
    assert out.name in asked[0]
    assert out.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_noted(
    qtbot, dialog, store, visit, agree, tmp_path
):
    agree()
    dialog.choose(ExportForm.CSV)
    (tmp_path / "notes").write_text("a file")
    dialog.choices.place.setText(str(tmp_path / "notes" / "scores.csv"))
    done(qtbot, dialog)
    assert "notes" in dialog.message.text
    assert store.exports.of(visit.id) == ()
    assert dialog.left is None


def slowly(out):
    """A job that writes a little, and takes its time."""

    def job(order):
        draft = out / "draft"
        draft.parent.mkdir(exist_ok=True)
        draft.write_text("half")
        try:
            for step in range(10_000):
                yield Progress(step, 10_000, "Hiding heads")
                time.sleep(0.005)
        finally:
            draft.unlink()
        return Left(order.out)

    return job


def test_an_export_is_stopped_by_its_button_and_leaves_nothing(
    qtbot, dialog, agree, monkeypatch, tmp_path
):
    agree()
    monkeypatch.setattr(dialog_module, "carrying_out", slowly(tmp_path / "out"))
    dialog.choose(ExportForm.CASE)
    dialog.export_button.click()
    qtbot.waitUntil(lambda: dialog.progress.text == "Hiding heads", timeout=120_000)
    assert not dialog.list.isEnabled()
    dialog.progress.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(lambda: not dialog.is_working, timeout=120_000)
    assert list((tmp_path / "out").iterdir()) == []
    assert "nothing left the desk" in dialog.told.text()


def test_closing_stops_what_is_under_way(qtbot, dialog, agree, monkeypatch, tmp_path):
    agree()
    monkeypatch.setattr(dialog_module, "carrying_out", slowly(tmp_path / "out"))
    dialog.choose(ExportForm.CASE)
    dialog.export_button.click()
    qtbot.waitUntil(lambda: (tmp_path / "out" / "draft").exists(), timeout=120_000)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_failure_is_told_in_place(qtbot, dialog, agree, monkeypatch, tmp_path):
    agree()

    def failing(order):
        yield Progress(0, None, "")
        raise OutputNotWritable(order.out, "the stick was pulled out")

    monkeypatch.setattr(dialog_module, "carrying_out", failing)
    dialog.choose(ExportForm.CSV)
    done(qtbot, dialog)
    assert "the stick was pulled out" in dialog.message.text
    assert dialog.export_button.isEnabled()


def test_all_of_it_is_done_by_key(qtbot, dialog, agree):
    agree()
    dialog.list.setFocus()
    for _ in range(list(BY_FORM).index(ExportForm.CSV)):
        qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.offer.form is ExportForm.CSV
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.left is not None, timeout=90_000)
    assert dialog.left.place.is_file()


@pytest.mark.parametrize("form", [ExportForm.REPORT, ExportForm.DICOM, ExportForm.FHIR])
def test_a_report_is_written_by_key_alone(qtbot, dialog, store, visit, agree, form):
    agree()
    dialog.list.setFocus()
    for _ in range(list(BY_FORM).index(form)):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Down)
    assert dialog.offer.form is form
    while dialog.focusWidget() is not dialog.choices.place:
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    out = dialog.choices.out.with_name(f"by key{BY_FORM[form].ending}")
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(dialog.focusWidget(), str(out))
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.is_working and dialog.left is not None, timeout=200_000)
    assert dialog.left.place == out
    content = out.read_bytes()
    if form is ExportForm.REPORT:
        pdf = content
    elif form is ExportForm.DICOM:
        held = pydicom.dcmread(io.BytesIO(content))
        pdf = held.EncapsulatedDocument[: held.EncapsulatedDocumentLength]
        assert held.PatientID == visit.pseudonym
    else:
        entries = [one["resource"] for one in json.loads(content)["entry"]]
        kinds = [one["resourceType"] for one in entries]
        assert kinds[0] == "DiagnosticReport"
        assert "Observation" in kinds
        (attached,) = entries[0]["presentedForm"]
        pdf = base64.b64decode(attached["data"])
    words = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert visit.pseudonym in words
    (entry,) = store.exports.of(visit.id)
    assert entry.new.form is form
    assert hashlib.sha256(content).hexdigest() in str(entry.new.sha256)
