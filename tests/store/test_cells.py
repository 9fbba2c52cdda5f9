"""A person's word and a machine's answer never mix."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.evgs import ItemScore, Origin, Score, Scoresheet
from gaitdesk.store.cells import (
    answered_anew,
    check_edit,
    check_recalculation,
    put_back,
)
from gaitdesk.store.edits import Action, Edit, Kind
from tests.report.strategies import cells, proposals
from tests.store.made import (
    KNEE,
    KNEE_KEY,
    PASSPHRASE,
    opened,
    proposal,
    said,
    score,
    score_all,
    sign,
    visit,
)

RULES = proposal(Score.NORMAL)
LATER = proposal(Score.MARKED)
NETWORK = proposal(Score.MODERATE, "network 1", Origin.NETWORK)


def test_a_readers_later_answer_takes_the_place_of_its_earlier_one_only():
    held = replace(ItemScore.from_proposal(RULES), proposed=(RULES, NETWORK), comment="seen")
    anew = answered_anew(held, ItemScore.from_proposal(LATER))
    assert anew.proposed == (LATER, NETWORK)
    assert (anew.score, anew.comment) == (Score.MARKED, "seen")


def test_a_persons_word_stays_when_machines_answer_again():
    held = said(ItemScore.from_proposal(RULES), Score.MODERATE)
    anew = answered_anew(held, ItemScore.from_proposal(LATER))
    assert anew == replace(held, proposed=(LATER,))
    accepted = replace(ItemScore.from_proposal(RULES), is_confirmed=True)
    assert answered_anew(accepted, ItemScore.from_proposal(LATER)).score is Score.NORMAL


prefilled_cells = proposals().map(ItemScore.from_proposal)
some = settings(max_examples=12, deadline=None)


@some
@given(st.none() | cells, prefilled_cells)
def test_answering_anew_is_a_recalculation_the_store_takes(held, fresh):
    anew = answered_anew(held, fresh)
    check_recalculation(held, anew)
    # By their words: a number that is missing (NaN) is not equal to itself.
    assert repr(answered_anew(anew, fresh)) == repr(anew)


@pytest.mark.parametrize(
    "new",
    [
        None,
        replace(said(ItemScore.from_proposal(RULES), Score.MARKED), proposed=(LATER,)),
        replace(said(ItemScore.from_proposal(RULES), Score.MODERATE), proposed=()),
        replace(said(ItemScore.from_proposal(RULES), Score.MODERATE), comment="changed"),
    ],
)
def test_a_recalculation_that_touches_a_persons_word_is_refused(new):
    held = said(ItemScore.from_proposal(RULES), Score.MODERATE)
    with pytest.raises(ValueError, match="a recalculation must"):
        check_recalculation(held, new)


@some
@given(cells, cells)
def test_an_edit_that_keeps_all_answers_is_taken(old, new):
    check_edit(old, replace(new, proposed=(*old.proposed, *new.proposed)))
    if old.proposed:
        with pytest.raises(ValueError, match="every machine's answer"):
            check_edit(old, replace(new, proposed=old.proposed[1:]))


def test_undoing_brings_back_the_machines_answer_of_today():
    then = ItemScore.from_proposal(RULES)
    now = replace(said(then, Score.MODERATE), proposed=(LATER,))
    assert put_back(then, now) == ItemScore.from_proposal(LATER)
    assert put_back(None, now) is None


def test_a_recalculation_is_no_step_of_undo_and_forgets_nothing_taken_back(store, session):
    first = store.sheet(session).get(*KNEE)
    score(store, session, Score.MODERATE)
    store.undo(session)
    fresh = answered_anew(first, ItemScore.from_proposal(LATER))
    store.record_recalculated(session, [Edit("Angles", Kind.CELL, KNEE_KEY, first, fresh)])
    assert store.undo(session) is None
    step = store.redo(session)
    assert step.entries[0].new == replace(said(first, Score.MODERATE), proposed=(LATER,))
    assert store.undo(session).entries[0].new == fresh
    actions = [one.action for one in store.history(session) if one.what == KNEE_KEY]
    assert actions == [
        Action.ADDED,
        Action.EDIT,
        Action.UNDO,
        Action.RECALCULATED,
        Action.REDO,
        Action.UNDO,
    ]
    answers = {one for entry in store.history(session) if entry.new for one in _answers(entry)}
    assert {RULES, LATER} <= answers


def _answers(entry):
    return entry.new.proposed if entry.kind is Kind.CELL else ()


def test_every_score_names_the_model_that_proposed_it_whatever_becomes_of_it(folder):
    first, second = proposal(Score.NORMAL, "childgait 1.2", Origin.NETWORK), RULES
    with opened(folder) as store:
        store.keys.add(PASSPHRASE)
        session = visit(store)
        held = ItemScore.from_proposal(first)
        both = replace(held, proposed=(first, second))
        before = Scoresheet(MappingProxyType({**store.sheet(session).cells, KNEE: both}))
        store.import_sheet(session, before, "Read by machines")
        score_all(store, session, Score.MARKED)
        sign(store, session)
        store.signing.amend(session, "looked at again")
        score(store, session, Score.MODERATE)
        store.undo(session)
    with opened(folder, "Rater B") as store:
        score(store, session, Score.NORMAL)
        kept = store.sheet(session).get(*KNEE)
        assert kept.proposed == (second, first)
        (signed,) = store.signed_versions(session)
        assert signed.sheet.get(*KNEE).proposed == (second, first)
        edits = [one.new for one in store.history(session) if one.what == KNEE_KEY]
        machines = [{one.reader for one in held.proposed} for held in edits[1:]]
        assert len(machines) >= 4
        assert {frozenset(one) for one in machines} == {frozenset({"rules 1", "childgait 1.2"})}


def test_no_edit_changes_which_model_proposed_a_score(store, session):
    held = store.sheet(session).get(*KNEE)
    renamed = tuple(replace(one, reader="another model") for one in held.proposed)
    assert renamed
    forged = replace(held, score=Score.MARKED, is_confirmed=True, proposed=renamed)
    with pytest.raises(ValueError, match=r"propos|machine"):
        store.record(session, Edit("Score", Kind.CELL, KNEE_KEY, held, forged))
    assert store.sheet(session).get(*KNEE) == held
