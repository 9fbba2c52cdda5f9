"""What is typed to export a visit, and what is said of it."""

from __future__ import annotations

import getpass
import json
from datetime import date

import pytest

from gaitdesk import cli
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import exporting, training_labels
from gaitdesk.jobs.exporting import VisitOrder, export_report
from gaitdesk.jobs.reporting import Printed
from gaitdesk.jobs.stationery import Stationery, keep_stationery
from gaitdesk.report.pdf import PageSize
from gaitdesk.store import vault
from gaitdesk.store.edits import Identity
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from tests.jobs.kept_visit import consent, filmed, kept
from tests.jobs.test_casing import NoFaces
from tests.store.made import PASSPHRASE, opened, visit


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(vault, "WORK", 2)

    def report_pdf(*_args, **_given):
        return Printed(b"%PDF", "ab" * 32)
        yield

    monkeypatch.setattr(exporting, "report_pdf", report_pdf)
    return tmp_path / "desk"


@pytest.fixture
def typed(desk, tmp_path, capsys):
    """Types `gaitdesk export` and these words; the exit code, and what was said."""

    def run(*words):
        code = cli.main(
            ["export", *words, "--data-folder", str(desk), "--out", str(tmp_path / "out.json")]
        )
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


def test_a_visit_is_named_by_its_pseudonym_and_day(typed, desk, tmp_path):
    analysis = filmed(tmp_path / "films")
    session = kept(analysis, desk)
    with Store.open(desk) as store:
        consent(store, session, Purpose.CARE)
    assert typed("fhir", "--patient", "C-12") == (0, f"{tmp_path / 'out.json'}\n")
    kept(analysis, desk, day=date(2026, 3, 11))
    code, said = typed("fhir", "--patient", "C-12")
    assert code == 2
    assert "--day 2026-03-04 --visit" in said
    assert "--day 2026-03-11 --visit" in said
    assert typed("fhir", "--patient", "C-12", "--day", "2026-03-04")[0] == 0
    assert "no such visit" in typed("fhir", "--patient", "C-12", "--day", "2020-01-01")[1]
    assert "not yesterday" in typed("fhir", "--patient", "C-12", "--day", "yesterday")[1]


def test_without_consent_nothing_is_written_and_the_reason_is_said(typed, desk, tmp_path):
    kept(filmed(tmp_path / "films"), desk)
    code, said = typed("dicom", "--patient", "C-12")
    assert code == 1
    assert "no consent is recorded" in said
    assert not (tmp_path / "out.json").exists()


def test_a_name_needs_the_passphrase(typed, desk, tmp_path, monkeypatch):
    session = kept(filmed(tmp_path / "films"), desk)
    with Store.open(desk) as store:
        consent(store, session, Purpose.CARE)
        store.keys.add(PASSPHRASE)
        store.keys.unlock(PASSPHRASE)
        store.set_identity(store.visit(session).patient, Identity("Moss, Ada"))
    monkeypatch.setattr(getpass, "getpass", lambda asked: "nine brown herons")
    assert typed("fhir", "--patient", "C-12", "--names")[0] == 1
    assert not (tmp_path / "out.json").exists()
    monkeypatch.setattr(getpass, "getpass", lambda asked: PASSPHRASE)
    assert typed("fhir", "--patient", "C-12", "--names")[0] == 0
    patient = json.loads((tmp_path / "out.json").read_text("utf-8"))["entry"][1]["resource"]
    assert patient["name"][0]["family"] == "Moss"


def test_a_kind_must_be_named(capsys):
    assert cli.main(["export"]) == 2
    assert "gaitdesk export --help" in capsys.readouterr().err


def test_tables_for_research_say_who_was_left_out(typed, desk, tmp_path):
    with opened(desk) as store:
        consent(store, visit(store, "C-12"), Purpose.RESEARCH)
        visit(store, "C-13")
    code, said = typed("research")
    assert code == 0
    assert "Visits: 1, of 1 patient(s)." in said
    assert "1 visit was left out:" in said
    assert "C-13, 2026-03-04: no consent is recorded" in said
    assert (tmp_path / "out.json" / "research-wide.csv").is_file()


def test_a_case_is_for_what_was_consented_to(typed, desk):
    with opened(desk) as store:
        visit(store, "C-12")
    code, said = typed("case", "--patient", "C-12", "--for", "training")
    assert code == 1
    assert "the training of readers and networks" in said


def test_a_report_is_set_as_typed_or_as_kept_and_a_bad_logo_stops_nothing(
    desk, tmp_path, monkeypatch, capsys
):
    seen = []

    def report_pdf(_, setup, standing):
        seen.append((setup, standing))
        return Printed(b"%PDF", "ab" * 32)
        yield

    monkeypatch.setattr(exporting, "report_pdf", report_pdf)
    session = kept(filmed(tmp_path / "films"), desk)
    with Store.open(desk) as store:
        consent(store, session, Purpose.CARE)
    keep_stationery(desk, Stationery(PageSize.LETTER, "", "Northfield", ("Mill Lane",)))
    out = tmp_path / "report.pdf"
    words = ["export", "pdf", "--patient", "C-12", "--data-folder", str(desk), "--out", str(out)]
    assert cli.main(words) == 0
    more = ["--paper", "a4", "--report-language", "zh_CN", "--address", "One", "--address", "Two"]
    assert cli.main([*words, *more, "--logo", str(tmp_path / "gone.png")]) == 0
    assert "gone.png cannot be used" in capsys.readouterr().err
    (first, standing), (second, _) = seen
    assert standing.session == session
    assert (first.page_size, first.letterhead.clinic) == (PageSize.LETTER, "Northfield")
    assert (second.page_size, second.language) == (PageSize.A4, "zh_CN")
    assert (second.letterhead.clinic, second.letterhead.lines) == ("Northfield", ("One", "Two"))
    assert out.read_bytes() == b"%PDF"


def test_verify_says_who_exported_a_file(desk, tmp_path, capsys):
    session = kept(filmed(tmp_path / "films"), desk)
    with Store.open(desk, rater="Rater A") as store:
        consent(store, session, Purpose.CARE)
    out = tmp_path / "report.pdf"
    finish(export_report(VisitOrder(session, out, desk, "Rater A")))
    verify = ["verify", "--data-folder", str(desk), "--exported"]
    assert cli.main([*verify, str(out)]) == 0
    assert "C-12, 2026-03-04, by Rater A" in capsys.readouterr().out
    assert cli.main([*verify, "abababababababab"]) == 0
    out.write_bytes(b"another")
    assert cli.main([*verify, str(out)]) == 1
    assert "nothing like this was exported from here" in capsys.readouterr().out


def test_training_data_is_typed_like_a_case(typed, desk, tmp_path, monkeypatch):
    monkeypatch.setattr(training_labels, "face_detector", NoFaces)
    session = kept(filmed(tmp_path / "films"), desk)
    assert "no consent is recorded" in typed("labels", "--patient", "C-12")[1]
    with Store.open(desk) as store:
        consent(store, session, Purpose.TRAINING)
    code, said = typed("labels", "--patient", "C-12")
    assert (code, "export all frames" in said) == (1, True)
    code, said = typed("labels", "--patient", "C-12", "--all-frames")
    assert code == 0
    assert "0 of them corrected by a person." in said
    assert (tmp_path / "out.json" / "annotations.coco.json").is_file()
    code, said = typed("challenge", "--patient", "C-12")
    assert code == 0
    assert "Known there as " in said
    assert "holds such a set already" in typed("challenge", "--patient", "C-12")[1]
