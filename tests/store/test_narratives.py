"""What is written of a visit is kept part by part, undone as one step, and signed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from gaitdesk.domain.background import Background, Gmfcs, Referral
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions, Sex
from gaitdesk.store.edits import Edit, Identity, Kind, PatientId, SessionId, Visit
from gaitdesk.store.forms import from_text, to_text
from gaitdesk.store.narratives import narrative, narrative_edits, narrative_in, plain_comment
from tests.store.made import opened, visit

WORDS = Narrative("Crouch gait", "knees flexed", "", "repeat in orthoses")


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "desk", "Ann") as store:
        yield store


def test_what_is_written_is_one_step_and_undone_as_one(store):
    session = visit(store)
    store.record_many(session, narrative_edits(Narrative(), WORDS))
    assert narrative(store, session) == WORDS
    later = replace(WORDS, pattern="", recommendations="two lines\n of advice  ")
    store.record_many(session, narrative_edits(WORDS, later))
    assert narrative(store, session).recommendations == "two lines\n of advice"
    assert narrative(store, session).pattern == ""
    store.undo(session)
    assert narrative(store, session) == WORDS
    store.undo(session)
    assert narrative(store, session) == Narrative()


def test_nothing_changed_is_no_edit():
    assert narrative_edits(WORDS, replace(WORDS, findings=" knees flexed\n")) == ()


def test_an_earlier_comment_is_no_part_of_it(store):
    session = visit(store)
    store.record(session, Edit("Comment", Kind.COMMENT, "", None, "came late"))
    store.record_many(session, narrative_edits(Narrative(), WORDS))
    comments = store.values(session, Kind.COMMENT)
    assert plain_comment(comments) == "came late"
    assert narrative_in(comments) == WORDS


def test_a_head_from_before_these_were_recorded_reads_as_nothing_recorded(store):
    earlier = {
        "patient": "p",
        "day": "2025-05-04",
        "age_years": 7.4,
        "height_m": 1.22,
        "conditions": {"footwear": "Barefoot", "aid": "", "note": ""},
    }
    read = from_text(Kind.VISIT, json.dumps(earlier))
    assert read == Visit(
        PatientId("p"), date(2025, 5, 4), 7.4, 1.22, Conditions("Barefoot", "", "")
    )
    assert (read.sex, read.background, read.referral) == (None, Background(), Referral())


def test_a_head_of_before_is_corrected_and_put_back(store):
    session = visit(store)
    before = store.visit(session)
    known = Background("Spastic cerebral palsy", gmfcs=Gmfcs.II)
    after = replace(before, sex=Sex.MALE, weight_kg=27.5, background=known)
    store.record(session, Edit("Correct", Kind.VISIT, "", before, after))
    assert store.visit(session) == after
    assert [one.id for one in store.sessions("spastic")] == [session]
    store.undo(session)
    assert store.visit(session) == before


def test_an_identity_from_before_has_no_referrer():
    first, second = SessionId("one"), SessionId("two")
    known = Identity("Moss, Ada").referred(first, "Dr. Hart").referred(second, "Dr. Low")
    assert (known.referrer(first), known.referrer(second)) == ("Dr. Hart", "Dr. Low")
    assert known.referred(first, "Dr. Low").referrer(first) == "Dr. Low"
    assert known.referred(first, "").referred(second, "") == Identity("Moss, Ada")


def test_the_form_of_a_head_holds_every_field():
    held = json.loads(to_text(Kind.VISIT, Visit(PatientId("p"), date(2026, 5, 4))))
    assert {"sex", "weight_kg", "measured_on", "background", "referral"} <= held.keys()
