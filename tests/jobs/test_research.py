"""Tables for research: who has consented, what machines said, and what became of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.background import months_before
from gaitdesk.domain.evgs import Item, Reason, Score
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import NothingToExport
from gaitdesk.jobs.research import export_research
from gaitdesk.report.research import LONG_COLUMNS, WIDE_COLUMNS
from gaitdesk.store import vault
from gaitdesk.store.edits import Edit, Kind, Visit
from gaitdesk.store.facts import Purpose
from tests.jobs.kept_visit import RATER, consent, filmed, kept
from tests.report import made
from tests.store.made import KNEE, PASSPHRASE, opened, score, score_all, sign, visit

SECOND_DAY = date(2026, 9, 4)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(vault, "WORK", 2)
    return tmp_path / "desk"


@pytest.fixture
def store(desk):
    with opened(desk, RATER) as store:
        yield store


def rows(path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_only_visits_of_patients_who_consented_are_told(store, desk, tmp_path):
    consented, withdrawn = visit(store, "C-12"), visit(store, "C-13")
    visit(store, "C-14")
    later = visit(store, "C-12", SECOND_DAY)
    score(store, later, Score.MARKED)
    consent(store, consented, Purpose.RESEARCH)
    consent(store, withdrawn, Purpose.RESEARCH)
    consent(store, withdrawn, Purpose.RESEARCH, is_given=False)
    made = finish(export_research(tmp_path / "out", desk, RATER))
    assert (made.visits, made.patients) == (2, 1)
    assert [one[:4] for one in made.left_out] == ["C-13", "C-14"]
    long, wide = map(rows, made.files)
    assert [(one["pseudonym"], one["visit"], one["days"]) for one in wide] == [
        ("C-12", "1", "0"),
        ("C-12", "2", "184"),
    ]
    assert len(long) == 2 * 34
    assert all(len(one) == len(LONG_COLUMNS) for one in long)
    assert all(len(one) == len(WIDE_COLUMNS) for one in wide)
    assert "2026" not in made.files[0].read_text("utf-8") + made.files[1].read_text("utf-8")


def test_a_correction_stands_beside_what_was_proposed_and_who_made_it(store, desk, tmp_path):
    session = visit(store)
    consent(store, session, Purpose.RESEARCH)
    score(store, session, Score.MARKED)
    made = finish(export_research(tmp_path / "out", desk, RATER))
    long, (wide,) = map(rows, made.files)
    (knee,) = [one for one in long if (one["limb"], one["code"]) == ("left", "KEX")]
    assert (knee["rules_score"], knee["score"], knee["correction"]) == ("0", "2", "changed")
    assert (knee["who"], knee["rules_reader"], knee["measured"]) == (RATER, "rules 1", "12.5")
    assert {one["correction"] for one in long if one is not knee} == {"none"}
    assert {one["who"] for one in long if one is not knee} == {""}
    assert (wide["left_KEX_score"], wide["left_KEX_rules"]) == ("2", "0")
    assert (wide["left_total"], wide["right_total"], wide["readers"]) == ("2", "0", RATER)


def test_what_is_signed_is_told_as_it_was_signed(store, desk, tmp_path):
    session = visit(store)
    consent(store, session, Purpose.RESEARCH)
    store.keys.add(PASSPHRASE)
    score_all(store, session, Score.NORMAL)
    sign(store, session)
    (wide,) = rows(finish(export_research(tmp_path / "out", desk, RATER)).files[1])
    assert (wide["status"], wide["version"]) == ("signed", "1")
    assert wide["left_KEX_correction"] == "accepted"


def test_an_item_without_a_score_is_empty_and_never_nought(desk, tmp_path):
    session = kept(filmed(tmp_path / "films"), desk)
    with opened(desk, RATER) as store:
        consent(store, session, Purpose.RESEARCH)
    made = finish(export_research(tmp_path / "out", desk, RATER))
    long, (wide,) = map(rows, made.files)
    (foot,) = [one for one in long if (one["limb"], one["code"]) == ("left", "FRT")]
    assert (foot["score"], foot["rules_score"]) == ("", "")
    assert foot["reason"] == foot["rules_reason"] == Reason.NOT_FROM_KEYPOINTS
    assert wide[f"{Side.LEFT}_{Item.FOOT_ROTATION}_score"] == ""
    (leans,) = [one for one in long if (one["limb"], one["code"]) == ("left", "KPS")]
    assert (leans["score"], leans["rules_score"], leans["rules_leaning"]) == ("", "", "1")
    assert wide["models"].startswith("BlazePose full 0.10.21")
    assert "tired" not in made.files[0].read_text("utf-8")


def test_who_reads_blind_gets_no_row_of_that_visit(store, desk, tmp_path):
    session = visit(store)
    consent(store, session, Purpose.RESEARCH)
    score(store, session, Score.MARKED, KNEE)
    store.readings.assign(session, "Rater B")
    with pytest.raises(NothingToExport, match="C-12"):
        finish(export_research(tmp_path / "out", desk, "Rater B"))
    assert not (tmp_path / "out").exists()


def test_of_a_child_stands_what_was_chosen_and_nothing_that_was_typed(store, desk, tmp_path):
    session = visit(store)
    consent(store, session, Purpose.RESEARCH)
    told, before = made.told(made.analysis(frames=4)), store.visit(session)
    after = Visit.of(
        before.patient,
        before.day,
        told.patient,
        replace(told.conditions, assistance="held by her aunt Eve"),
        told.background,
        told.referral,
    )
    store.record(session, Edit("Correct", Kind.VISIT, "", before, after))
    tables = finish(export_research(tmp_path / "out", desk, RATER))
    (wide,) = rows(tables.files[1])
    assert (wide["sex"], wide["weight_kg"], wide["leg_length_left_m"]) == (
        "female",
        "27.4",
        "0.652",
    )
    assert (wide["diagnosis"], wide["topography"]) == ("Spastic cerebral palsy", "diplegia")
    assert [wide[name] for name in ("gmfcs", "fms_5_m", "fms_50_m", "fms_500_m")] == [*"2651"]
    assert (wide["operations"], wide["injections"]) == ("2", "1")
    assert (wide["operation_months"], wide["injection_months"]) == (
        str(months_before("2023-11-14", before.day)),
        str(months_before("2022-06", before.day)),
    )
    assert (wide["orthosis"], wide["assistance"]) == ("Hinged ankle-foot orthosis", "")
    text = "".join(file.read_text("utf-8") for file in tables.files)
    for typed in ("Eve", "Hart", "Moss", "2023", "Gait room"):
        assert typed not in text
