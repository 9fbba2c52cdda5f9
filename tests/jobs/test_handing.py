"""What leaves the desk is in the journal, and what cannot be noted there does not leave."""

from __future__ import annotations

import hashlib

import pytest

from gaitdesk.domain.errors import StoreFull
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import casing, exporting
from gaitdesk.jobs.casing import CaseOrder, export_case
from gaitdesk.jobs.exporting import VisitOrder, export_fhir
from gaitdesk.jobs.reporting import Printed
from gaitdesk.jobs.research import export_research
from gaitdesk.store.exports import Exports
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store
from tests.jobs.kept_visit import RATER, consent, filmed, kept
from tests.jobs.test_casing import NoFaces

FORMS = ("fhir", "case", "zip", "research")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    def report_pdf(*_args, **_given):
        return Printed(b"%PDF", "ab" * 32)
        yield

    monkeypatch.setattr(exporting, "report_pdf", report_pdf)
    monkeypatch.setattr(casing, "face_detector", NoFaces)
    return tmp_path / "desk"


@pytest.fixture
def session(tmp_path, desk):
    session = kept(filmed(tmp_path / "films"), desk)
    with Store.open(desk, rater=RATER) as store:
        for purpose in Purpose:
            consent(store, session, purpose)
    return session


@pytest.fixture
def export(tmp_path, desk, session):
    """Makes one of the exports below this folder."""
    out = tmp_path / "out"
    jobs = {
        "fhir": lambda: export_fhir(VisitOrder(session, out / "visit.json", desk, RATER)),
        "case": lambda: export_case(CaseOrder(session, out / "case", desk, RATER)),
        "zip": lambda: export_case(CaseOrder(session, out / "case.zip", desk, RATER)),
        "research": lambda: export_research(out / "tables", desk, RATER),
    }
    return lambda form: jobs[form]()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("fhir", (ExportForm.FHIR, Leaving.PSEUDONYMOUS, Purpose.CARE)),
        ("case", (ExportForm.CASE, Leaving.DEIDENTIFIED, Purpose.RESEARCH)),
        ("zip", (ExportForm.CASE, Leaving.DEIDENTIFIED, Purpose.RESEARCH)),
        ("research", (ExportForm.RESEARCH, Leaving.PSEUDONYMOUS, Purpose.RESEARCH)),
    ],
)
def test_an_export_is_in_the_journal_with_the_content_of_its_files(
    export, desk, session, tmp_path, form, said
):
    finish(export(form))
    with Store.open(desk, rater=RATER) as store:
        (entry,) = store.exports.of(session)
    assert (entry.new.form, entry.new.leaving, entry.new.purpose) == said
    files = [one for one in (tmp_path / "out").rglob("*") if one.is_file()]
    digests = {hashlib.sha256(one.read_bytes()).hexdigest() for one in files}
    assert set(entry.new.sha256) == digests
    assert entry.rater == RATER


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_noted_does_not_leave(export, tmp_path, monkeypatch, form):
    def full(*_):
        raise StoreFull(tmp_path, 0)

    monkeypatch.setattr(Exports, "note_export", full)
    with pytest.raises(StoreFull):
        finish(export(form))
    assert [one for one in tmp_path.rglob("out/*") if one.is_file()] == []


@pytest.mark.parametrize(("form", "after"), [("fhir", 1), ("case", 3), ("zip", 3), ("research", 1)])
def test_an_export_that_is_cancelled_leaves_no_file_and_no_entry(
    export, desk, session, tmp_path, form, after
):
    job = export(form)
    for _ in range(after):
        next(job)
    job.close()
    assert [one for one in tmp_path.rglob("out/*") if one.is_file()] == []
    with Store.open(desk, rater=RATER) as store:
        assert store.exports.of(session) == ()
