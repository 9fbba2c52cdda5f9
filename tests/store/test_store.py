"""Edits are kept, undone and found again after a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gaitdesk.domain.errors import EditedElsewhere
from gaitdesk.domain.evgs import Origin, Score
from gaitdesk.domain.patient import Conditions
from gaitdesk.store.edits import Action, Edit, Identity, Kind
from gaitdesk.store.store import Store
from tests.store.made import (
    CELLS,
    HIP,
    KNEE,
    KNEE_KEY,
    PASSPHRASE,
    prefilled,
    proposal,
    said,
    score,
    scoring,
    visit,
)


def test_a_score_stands_after_a_restart(store, session, folder):
    score(store, session, Score.MARKED)
    sheet = store.sheet(session)
    store.close()
    with Store.open(folder) as again:
        assert again.sheet(session) == sheet
    assert sheet.get(*KNEE) == said(prefilled().get(*KNEE), Score.MARKED)


def test_one_edit_leaves_every_other_cell(store, session):
    score(store, session, Score.MARKED)
    sheet = store.sheet(session)
    assert {cell for cell in CELLS if sheet.get(*cell) != prefilled().get(*cell)} == {KNEE}


def test_undo_across_a_restart_is_one_more_entry(store, session, folder):
    score(store, session, Score.MARKED)
    score(store, session, Score.MODERATE, HIP)
    before = store.history(session)
    store.close()
    with Store.open(folder, rater="Rater A") as again:
        step = again.undo(session)
        assert step.text == "Score HEX 1"
        assert again.sheet(session).get(*HIP) == prefilled().get(*HIP)
        assert again.history(session)[:-1] == before
        assert again.history(session)[-1].action is Action.UNDO
        assert again.redo(session).entries[0].new.score is Score.MODERATE
        assert [one.text for one in again.undo_stack(session).undoable] == [
            "Score KEX 2",
            "Score HEX 1",
        ]


def test_many_edits_at_once_are_one_step(store, session):
    edits = [scoring(store, session, Score.MODERATE, cell) for cell in CELLS]
    assert len(store.record_many(session, edits)) == 34
    assert len(store.undo_stack(session).undoable) == 1
    store.undo(session)
    assert store.sheet(session) == prefilled()


def test_a_correction_never_drops_what_a_machine_said(store, session):
    edit = scoring(store, session, Score.MARKED)
    count = len(store.history(session))
    for proposed in ((), (proposal(Score.MARKED),)):
        with pytest.raises(ValueError, match="every machine's answer"):
            store.record(session, replace(edit, new=replace(edit.new, proposed=proposed)))
    with pytest.raises(ValueError, match="every machine's answer"):
        store.record(session, replace(edit, new=None))
    assert len(store.history(session)) == count
    network = proposal(Score.MODERATE, "network 1", Origin.NETWORK)
    store.record(session, replace(edit, new=replace(edit.new, proposed=(proposal(), network))))
    assert store.sheet(session).get(*KNEE).proposed == (proposal(), network)


def test_nothing_is_overwritten_that_was_not_seen(store, session, folder):
    edit = scoring(store, session, Score.MARKED)
    with Store.open(folder, rater="Rater B") as other:
        score(other, session, Score.MODERATE)
    with pytest.raises(EditedElsewhere, match="left/KEX was changed by Rater B"):
        store.record(session, edit)
    assert store.value(session, Kind.CELL, KNEE_KEY).score is Score.MODERATE


def test_undo_takes_back_ones_own_steps_and_nobody_elses(store, session, folder):
    score(store, session, Score.MARKED)
    with Store.open(folder, rater="Rater B") as other:
        assert other.undo(session) is None
        score(other, session, Score.MODERATE)
    with pytest.raises(EditedElsewhere, match="Rater B"):
        store.undo(session)
    assert store.sheet(session).get(*KNEE).score is Score.MODERATE


def test_several_calls_are_kept_together_or_not_at_all(store, session):
    count = len(store.history(session))

    def half_done() -> None:
        with store.together():
            score(store, session, Score.MARKED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert len(store.history(session)) == count
    assert store.sheet(session) == prefilled()


def test_a_visit_is_found_by_every_word_in_its_head(store, session, folder):
    other = visit(store, "C-13", date(2025, 1, 1))
    store.keys.add(PASSPHRASE)
    store.set_identity(store.visit(other).patient, Identity("Müller, Anna", record_number="77"))
    assert [one.id for one in store.sessions()] == [session, other]
    for words in ("c-13", "2025-01", "MÜLLER 77", "barefoot anna"):
        assert [one.id for one in store.sessions(words)] == [other]
    assert store.sessions("barefoot nobody") == ()
    score(store, session, Score.MARKED)
    (found,) = store.sessions("C-12")
    assert (found.scored, found.confirmed, found.edited_by) == (34, 1, "Rater A")


def test_the_head_of_a_visit_is_corrected_like_anything_else(store, session):
    old = store.visit(session)
    new = replace(old, conditions=Conditions("orthosis", "frame", "tired"))
    store.record(session, Edit("Correct conditions", Kind.VISIT, "", old, new))
    assert store.sessions("orthosis")[0].visit == new
    store.undo(session)
    assert store.visit(session) == old
    assert store.sessions("orthosis") == ()


def test_a_pseudonym_is_one_patient(store):
    assert store.add_patient("C-1") == store.add_patient("C-1")
    made_up = store.add_patient(), store.add_patient()
    assert len({*made_up}) == 2
    assert [one.visits for one in store.patients()] == [0, 0, 0]


def test_how_the_window_was_left_is_kept_and_never_undone(store, session):
    score(store, session, Score.MARKED)
    store.record(session, Edit("", Kind.NOTE, "layout", None, {"films": "stacked"}))
    assert store.undo(session).entries[0].what == KNEE_KEY
    assert store.value(session, Kind.NOTE, "layout") == {"films": "stacked"}
