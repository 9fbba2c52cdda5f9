"""How a visit stands in the records, as its report tells: signed or not, by whom, after what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from gaitdesk.domain.evgs import Score
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import SheetSigned
from gaitdesk.jobs.exporting import VisitOrder, export_report
from gaitdesk.jobs.handing import provenance_lines
from gaitdesk.jobs.reporting import (
    MOST_EARLIER,
    reading_in_force,
    standing_analysis,
    visit_standing,
)
from gaitdesk.report.pdf import PageSize, Setup
from gaitdesk.store import vault
from gaitdesk.store.edits import Edit, Identity, Kind
from gaitdesk.store.facts import ExportForm, Purpose
from gaitdesk.store.narratives import narrative_edits
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault
from tests.jobs.kept_visit import RATER, consent, filmed, kept
from tests.store.made import CELLS, KNEE, PASSPHRASE, score, score_all, sign


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(vault, "WORK", 2)
    return tmp_path / "desk"


@pytest.fixture
def films(tmp_path):
    return filmed(tmp_path / "films")


@pytest.fixture
def session(films, desk):
    return kept(films, desk)


@pytest.fixture
def store(desk, session):
    with Store.open(desk, rater=RATER) as store:
        store.keys.add(PASSPHRASE)
        yield store


@pytest.fixture
def standing(store, session):
    def read(other=None, **given):
        which = other or session
        reading = reading_in_force(store, which)
        analysis = standing_analysis(store, which, reading)
        return finish(visit_standing(store, which, analysis, reading, **given))

    return read


def test_what_persons_decided_is_known_by_name(store, session, standing):
    assert standing().decisions == {}
    score(store, session, Score.MARKED)
    (said,) = standing().decisions.values()
    assert said.rater == RATER
    store.undo(session)
    assert standing().decisions == {}
    score_all(store, session)
    assert set(standing().decisions) == set(CELLS)
    assert standing().raters == {session: RATER}


def test_signed_amended_and_changed_sheets_are_told_apart(store, session, standing):
    score_all(store, session)
    assert not standing().is_signed
    sign(store, session)
    signed = standing()
    assert signed.is_signed
    assert [by.name for by in signed.versions[0].signoffs] == ["Dr. A. Reader"]
    assert re.fullmatch("[0-9a-f]{64}", signed.versions[0].content)
    analysis = standing_analysis(store, session)
    other = replace(analysis.scoresheet.get(*KNEE), score=Score.MARKED)
    changed = replace(analysis, scoresheet=analysis.scoresheet.with_cell(*KNEE, other))
    assert not finish(visit_standing(store, session, changed, None)).is_signed
    store.signing.amend(session, "wrong limb")
    amending = standing()
    assert (amending.is_signed, amending.amending) == (False, "wrong limb")
    sign(store, session)
    assert [one.reason for one in standing().versions] == ["", "wrong limb"]
    assert standing().is_signed


def test_a_signature_that_does_not_hold_makes_a_draft(store, session, standing, monkeypatch):
    score_all(store, session)
    sign(store, session)
    monkeypatch.setattr(vault, "is_marked", lambda *_: False)
    found = standing()
    assert not found.is_signed
    assert "is not of what was signed" in found.problems[0]


def test_a_name_is_told_only_where_it_is_unlocked(store, session, standing, desk):
    assert standing().named is None
    who = Identity("Moss, Ada", date(2017, 9, 1), "H-7").referred(session, "Dr. Hart, Leeds")
    store.set_identity(store.visit(session).patient, who)
    assert standing().named.name == "Moss, Ada"
    assert standing().named.referrer == "Dr. Hart, Leeds"
    assert standing(is_named=False).named is None
    with Store.open(desk, rater=RATER, vault=Vault()) as locked:
        analysis = standing_analysis(locked, session)
        sealed = finish(visit_standing(locked, session, analysis, None))
    assert (sealed.named, sealed.is_sealed) == (None, True)


def test_earlier_scored_visits_stand_beside_it_the_first_one_first(
    store, session, standing, films, desk
):
    days = [date(2025, month, 1) for month in range(1, MOST_EARLIER + 3)]
    for day in days:
        kept(films, desk, day=day)
    kept(films, desk, day=date(2026, 5, 1))
    kept(films, desk, pseudonym="C-99", day=days[0])
    found = standing()
    assert [one.title for one in found.earlier] == [day.isoformat() for day in days[2:]]
    assert found.left_out == ("2 visits before these are not shown.",)
    assert standing(session).day == date(2026, 3, 4)


def test_a_blind_reader_is_not_shown_the_visits_before(store, session, films, desk):
    kept(films, desk, day=date(2025, 1, 1))
    before = next(one.id for one in store.sessions() if one.visit.day == date(2025, 1, 1))
    store.readings.assign(before, "Rater B")
    with Store.open(desk, rater="Rater B") as theirs:
        analysis = standing_analysis(theirs, session)
        found = finish(visit_standing(theirs, session, analysis, None))
    assert found.earlier == ()
    assert "2025-01-01 is not shown: Rater B reads this visit blind" in found.left_out[0]


def test_the_reviewers_words_are_in_the_report(store, session, standing):
    store.record(session, Edit("Comment", Kind.COMMENT, "", None, "crouch on the right"))
    words = Narrative(recommendations="repeat in orthoses")
    store.record_many(session, narrative_edits(Narrative(), words))
    assert standing().comment == "crouch on the right"
    assert standing_analysis(store, session).narrative == words


def test_what_was_written_is_signed_with_the_form(store, session):
    store.record_many(session, narrative_edits(Narrative(), Narrative(findings="crouch")))
    score_all(store, session)
    sign(store, session)
    (version,) = store.signed_versions(session)
    assert version.narrative == Narrative(findings="crouch")
    with pytest.raises(SheetSigned):
        store.record_many(session, narrative_edits(version.narrative, Narrative()))


def test_who_referred_a_child_is_readable_nowhere_on_the_disk(store, session, desk):
    who = Identity("Moss, Ada").referred(session, "Dr. Hart, Leeds")
    store.set_identity(store.visit(session).patient, who)
    rows = store.database.run("SELECT old, new, text, reason FROM journal")
    assert not any("Hart" in str(cell) for row in rows for cell in row)
    for file in desk.rglob("*"):
        if file.is_file():
            assert b"Hart" not in file.read_bytes(), file.name


def test_a_report_that_left_is_known_by_its_file_and_by_its_pages(store, session, desk, tmp_path):
    consent(store, session, Purpose.CARE)
    score_all(store, session)
    sign(store, session)
    out = tmp_path / "out" / "report.pdf"
    setup = Setup(PageSize.LETTER, "zh_CN")
    finish(export_report(VisitOrder(session, out, desk, RATER, setup=setup)))
    (entry,) = store.exports.of(session)
    assert entry.new.form is ExportForm.REPORT
    reader = pypdf.PdfReader(out)
    shown = re.search("[0-9a-f]{16}", reader.pages[-1].extract_text().rsplit("文档", 1)[1])[0]
    for what in (str(out), shown):
        (line,) = provenance_lines(store, what)
        assert f"Entry {entry.id}: Export the report, C-12, 2026-03-04, by Rater A" in line
    out.write_bytes(out.read_bytes() + b"%")
    assert provenance_lines(store, str(out)) == []
    assert provenance_lines(store, shown[:8]) == []
