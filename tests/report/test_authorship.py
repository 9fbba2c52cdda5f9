"""Who answers for a report: signatures, versions, and what became of each machine's answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pypdf import PdfReader

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    State,
)
from gaitdesk.report.authorship import fate, moment_words
from gaitdesk.report.pdf import write_pdf
from gaitdesk.report.standing import Decision, Standing, Version
from gaitdesk.report.visit_record import NamedPatient, Signoff
from tests.report import made

AT = datetime(2026, 3, 4, 10, 15, tzinfo=timezone(timedelta(hours=1)))
ANN = Decision("Ann", AT)
SIGNED = Version(1, "", (Signoff("Dr. A. Reader", "Physiotherapist", "authorship", AT),), "cd" * 32)
AMENDED = Version(
    2, "film of another child", (Signoff("Dr. B. Lee", "Surgeon", "review", AT),), "ef" * 32
)


def proposed(score=Score.MODERATE, direction=Direction.FLEXION):
    return Proposal(Origin.RULES, "rules 1", State.SCORED, score, direction, confidence=0.8)


def cell(score, direction, *proposals, origin=Origin.REVIEWER, is_confirmed=True):
    return ItemScore(
        State.SCORED, origin, score, direction, None, proposals, is_confirmed=is_confirmed
    )


def printed(tmp_path, standing, sheet=None):
    analysis = made.analysis(frames=4)
    if sheet is not None:
        analysis = replace(analysis, scoresheet=sheet)
    write_pdf(analysis, tmp_path / "report.pdf", standing=standing)
    pages = PdfReader(tmp_path / "report.pdf").pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


@pytest.mark.parametrize(
    ("held", "decision", "said"),
    [
        (
            cell(
                Score.MODERATE,
                Direction.FLEXION,
                proposed(),
                origin=Origin.RULES,
                is_confirmed=False,
            ),
            None,
            "proposed, confirmed by nobody",
        ),
        (
            cell(Score.MODERATE, Direction.FLEXION, proposed(), origin=Origin.RULES),
            ANN,
            "1 flexion: accepted, Ann, 2026-03-04 10:15 +01:00",
        ),
        (
            cell(Score.MARKED, Direction.FLEXION, proposed()),
            replace(ANN, reason="slow motion"),
            "2 flexion: changed, Ann, 2026-03-04 10:15 +01:00 (slow motion)",
        ),
        (
            cell(Score.MODERATE, Direction.EXTENSION, proposed()),
            None,
            "1 extension: changed",
        ),
        (
            cell(
                Score.NORMAL,
                Direction.NORMAL,
                Proposal(
                    Origin.RULES, "r", State.REVIEWER_DECIDES, reason=Reason.NOT_FROM_KEYPOINTS
                ),
            ),
            None,
            "0 normal: decided by a reviewer",
        ),
        (cell(Score.NORMAL, Direction.NORMAL), None, "0 normal: given by a reviewer"),
    ],
)
def test_what_became_of_a_machines_answer(held, decision, said):
    assert fate(held, decision).replace("\N{NO-BREAK SPACE}", " ") == said


def test_times_tell_their_zone():
    assert moment_words(AT.astimezone(UTC)) == "2026-03-04 09:15 +00:00"


def test_a_signed_report_shows_who_signed_and_is_no_draft(tmp_path):
    standing = Standing("s", versions=(SIGNED,), is_in_force=True)
    pages = printed(tmp_path, standing)
    assert not any("DRAFT" in page for page in pages)
    assert all("Signed by Dr. A. Reader, version 1" in page for page in pages)
    text = " ".join(pages)
    row = "1 Dr. A. Reader Physiotherapist authorship 2026-03-04 10:15 +01:00"
    assert row in text
    assert "cd" * 32 in text


def test_an_amended_report_shows_both_versions_and_the_reason(tmp_path):
    standing = Standing("s", versions=(SIGNED, AMENDED), is_in_force=True)
    text = " ".join(printed(tmp_path, standing))
    assert "Signed by Dr. B. Lee, version 2" in text
    assert "1 Dr. A. Reader Physiotherapist authorship" in text
    assert "2 Dr. B. Lee Surgeon review" in text
    assert "Version 2 amends the one before: film of another child" in text


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (
            Standing("s", versions=(SIGNED,), amending="wrong limb"),
            "Draft of an amendment: version 1 stays signed",
        ),
        (
            Standing("s", versions=(SIGNED,)),
            "Draft: not the form that was signed as version 1",
        ),
        (
            Standing("s", versions=(SIGNED,), is_in_force=True, problems=("Signature 1/1 broke.",)),
            "Draft: a signature of this visit does not hold",
        ),
    ],
)
def test_what_nobody_answers_for_now_is_a_draft_again(tmp_path, standing, said):
    pages = printed(tmp_path, standing)
    assert all("DRAFT" in page and said in page for page in pages)
    text = " ".join(pages)
    assert "Dr. A. Reader Physiotherapist" in text
    assert all(one in text for one in (*standing.problems, standing.amending or ""))


def test_who_scored_stands_with_each_score(tmp_path):
    sheet = made.scoresheet(4)
    place = Side.LEFT, Item.HEEL_LIFT
    confirmed = replace(sheet.get(*place), is_confirmed=True)
    standing = Standing("s", decisions={place: ANN})
    text = " ".join(printed(tmp_path, standing, sheet.with_cell(*place, confirmed)))
    assert "rules: 0 normal 0 normal: accepted, Ann, 2026-03-04 10:15 +01:00" in text
    assert text.count("proposed, confirmed by nobody") == 33
    assert "No person has confirmed" in " ".join(printed(tmp_path, Standing("s"), sheet))


def test_names_stand_on_each_page_and_sealed_ones_are_said_to_be(tmp_path):
    named = Standing("s", named=NamedPatient("Moss, Ada", AT.date(), "H-7"))
    pages = printed(tmp_path, named)
    assert all("Moss, Ada · born 2026-03-04 · no. H-7 · Child-0417" in page for page in pages)
    sealed = printed(tmp_path, Standing("s", is_sealed=True))
    assert "sealed; unlock names to print it" in sealed[0]
    assert all("Child-0417" in page for page in sealed)
