"""A visit leaves the desk for another system: with consent, and with the form in force."""

from __future__ import annotations

import importlib.util
import io
import json
from dataclasses import replace
from datetime import date

import pydicom
import pypdf
import pytest

from gaitdesk.domain.errors import ExchangeLibraryMissing
from gaitdesk.domain.evgs import Score
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import BlindReading, ConsentMissing, NamesLocked
from gaitdesk.jobs import exporting, visit_files
from gaitdesk.jobs.exporting import VisitOrder, export_dicom, export_fhir, visit_record
from gaitdesk.jobs.reporting import Printed, standing_analysis
from gaitdesk.jobs.visit_files import FileOrder, export_results
from gaitdesk.report.visit_record import Status
from gaitdesk.store import vault
from gaitdesk.store.edits import Edit, Identity, Kind, cell_key
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault
from tests.jobs.kept_visit import RATER, consent, filmed, kept
from tests.store.made import KNEE, PASSPHRASE, said, score_all, sign


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(vault, "WORK", 2)
    return tmp_path / "desk"


@pytest.fixture
def session(tmp_path, desk):
    return kept(filmed(tmp_path / "films"), desk)


@pytest.fixture
def store(desk, session):
    with Store.open(desk, rater=RATER) as store:
        store.keys.add(PASSPHRASE)
        yield store


@pytest.fixture
def order(tmp_path, desk, session):
    return lambda name="visit.dcm", **given: VisitOrder(
        session, tmp_path / "out" / name, desk, RATER, **given
    )


@pytest.fixture
def _printed_at_once(monkeypatch):
    def report_pdf(*_args, **_given):
        return Printed(b"%PDF", "ab" * 32)
        yield

    monkeypatch.setattr(exporting, "report_pdf", report_pdf)


def test_the_report_of_a_visit_lies_in_the_file(store, session, order):
    consent(store, session, Purpose.CARE)
    found = pydicom.dcmread(finish(export_dicom(order())))
    pdf = found.EncapsulatedDocument[: found.EncapsulatedDocumentLength]
    assert "C-12" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert (found.PatientID, found.StudyDate) == ("C-12", "20260304")


@pytest.mark.parametrize("export", [export_dicom, export_fhir])
def test_nothing_is_written_without_consent(store, session, order, export):
    for is_given in (None, False):
        if is_given is not None:
            consent(store, session, Purpose.CARE, is_given)
        with pytest.raises(ConsentMissing, match=r"C-12.*care"):
            finish(export(order()))
    assert not order().out.parent.exists()


@pytest.mark.usefixtures("_printed_at_once")
def test_the_signed_form_is_what_is_sent(store, session, order):
    consent(store, session, Purpose.CARE)
    assert finish(visit_record(order())).status is Status.DRAFT
    score_all(store, session, Score.MARKED)
    sign(store, session)
    record = finish(visit_record(order()))
    assert (record.status, record.version) == (Status.SIGNED, 1)
    assert [one.name for one in record.signoffs] == ["Dr. A. Reader"]
    assert record.analysis.scoresheet.cells[KNEE].score is Score.MARKED
    store.signing.amend(session, "the film of another child")
    assert finish(visit_record(order())).status is Status.DRAFT
    sign(store, session)
    assert finish(visit_record(order())).status is Status.AMENDED
    report = json.loads(finish(export_fhir(order("visit.json"))).read_text("utf-8"))
    assert report["entry"][0]["resource"]["status"] == "amended"


@pytest.mark.usefixtures("_printed_at_once")
def test_a_name_leaves_only_when_it_is_unlocked_and_asked_for(store, session, order, desk):
    consent(store, session, Purpose.CARE)
    store.keys.unlock(PASSPHRASE)
    patient = store.visit(session).patient
    store.set_identity(patient, Identity("Moss, Ada", date(2017, 9, 1), "H-7"))
    unlocked = store.vault
    assert finish(visit_record(order(vault=unlocked))).named is None
    named = finish(visit_record(order(vault=unlocked, is_named=True)))
    assert named.named.family_and_given == ("Moss", "Ada")
    assert named.identifier == "H-7"
    with pytest.raises(NamesLocked):
        finish(visit_record(order(vault=Vault(), is_named=True)))


def test_who_reads_blind_cannot_look_by_exporting(store, session, order, desk):
    consent(store, session, Purpose.CARE)
    store.readings.assign(session, "Rater B")
    blind = VisitOrder(session, order().out, desk, "Rater B")
    with pytest.raises(BlindReading):
        finish(export_fhir(blind))


def test_a_missing_library_is_told_before_any_work(store, order, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExchangeLibraryMissing):
        next(export_dicom(order()))


def test_results_hold_the_form_in_force_like_every_other_file(
    store, session, desk, tmp_path, monkeypatch
):
    written = []

    def write_results(analysis, out, **given):
        written.append((analysis.scoresheet.get(*KNEE).score, given["standing"]))
        return ()
        yield

    monkeypatch.setattr(visit_files, "write_results", write_results)
    consent(store, session, Purpose.CARE)
    score_all(store, session, Score.NORMAL)
    shown = replace(standing_analysis(store, session), scoresheet=store.sheet(session))
    order = FileOrder(session, tmp_path / "out", desk, RATER)
    reading = store.readings.assign(session, "Rater B", is_blind=False)
    with Store.open(desk, rater="Rater B") as second:
        before = second.sheet(session, reading).get(*KNEE)
        edit = Edit("Score", Kind.CELL, cell_key(*KNEE), before, said(before, Score.MARKED))
        second.record(session, edit, reading)
        for cell in (one for one in second.sheet(session).cells if one != KNEE):
            held = second.sheet(session, reading).get(*cell)
            given = Edit("Score", Kind.CELL, cell_key(*cell), held, said(held, Score.NORMAL))
            second.record(session, given, reading)
        second.readings.finish(session, reading)
    finish(export_results(order, shown))
    agreed = store.readings.begin_consensus(session, reading)
    for cell in store.readings.open_cells(session, agreed):
        store.readings.settle_by(session, agreed, cell, reading, "seen again together")
    store.readings.finish(session, agreed)
    finish(export_results(order, shown))
    assert [score for score, _ in written] == [Score.NORMAL, Score.MARKED]
    sign(store, session, reading=agreed)
    finish(export_results(order, shown))
    score, standing = written[-1]
    assert score is Score.MARKED
    assert standing.is_in_force
    assert standing.versions


def test_no_results_of_a_visit_that_is_yet_to_be_read_blind(store, session, desk, tmp_path):
    consent(store, session, Purpose.CARE)
    store.readings.assign(session, "Rater B")
    shown = standing_analysis(store, session)
    with pytest.raises(BlindReading):
        finish(export_results(FileOrder(session, tmp_path / "out", desk, "Rater B"), shown))
    assert not (tmp_path / "out").exists()
