"""A signed visit never changes; what is amended becomes a new version, and both stay readable."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.evgs import Score
from gaitdesk.domain.refusals import (
    PassphraseNeeded,
    PassphraseWrong,
    SheetSigned,
    SigningRefused,
)
from gaitdesk.store import guards, journal
from gaitdesk.store.edits import Action, AnalysisFacts, Edit, FilmFacts, Kind
from gaitdesk.store.facts import Meaning
from gaitdesk.store.forms import to_text
from gaitdesk.store.verify import verify
from tests.store.made import (
    HIP,
    KNEE,
    KNEE_KEY,
    PASSPHRASE,
    opened,
    prefilled,
    score,
    score_all,
    scoring,
    sign,
    visit,
)


@pytest.fixture
def ready(store, session, folder):
    """A visit with a film and an analysis, every cell scored, and a passphrase to sign with."""
    store.keys.add(PASSPHRASE)
    store.add_film(session, FilmFacts(0, "ab" * 32, 5, Path("/films/a.mp4"), Plane.SAGITTAL))
    place = Path("analyses") / "one"
    (folder / place).mkdir(parents=True)
    (folder / place / "analysis.json").write_text("{}")
    digest = hashlib.sha256(b"{}").hexdigest()
    store.add_analysis(session, AnalysisFacts(place, (("analysis.json", digest),), "GaitDesk 0"))
    score_all(store, session)
    return session


@pytest.fixture
def signed(store, ready):
    sign(store, ready)
    return ready


def test_a_signature_shows_name_role_time_and_meaning(store, ready):
    sheet = store.sheet(ready)
    made = sign(store, ready, meaning=Meaning.REVIEW)
    (version,) = store.signed_versions(ready)
    (one,) = version.signatures
    assert one.signature == made
    assert (made.name, made.role, made.meaning) == (
        "Dr. A. Reader",
        "Physiotherapist",
        Meaning.REVIEW,
    )
    assert one.at.utcoffset().total_seconds() == 0
    assert (version.number, version.reason, one.rater) == (1, "", "Rater A")
    assert (version.sheet, version.visit) == (sheet, store.visit(ready))
    assert store.signing.in_force(ready) == version
    assert store.sessions()[0].signed == 1
    assert verify(store).is_whole


def test_signing_asks_for_the_passphrase_of_who_signs(store, ready, folder):
    store.keys.add("four black crows", "Rater B")
    with pytest.raises(PassphraseWrong, match="Rater A"):
        store.signing.sign(ready, "four black crows", name="A", role="B")
    with opened(folder, "Rater C") as third, pytest.raises(PassphraseNeeded, match="Rater C"):
        sign(third, ready)
    assert store.signed_versions(ready) == ()
    store.keys.lock()
    sign(store, ready)
    assert len(store.signed_versions(ready)) == 1


def test_what_nobody_has_looked_at_is_not_signed(store, session):
    store.keys.add(PASSPHRASE)
    score(store, session, Score.MARKED)
    with pytest.raises(SigningRefused, match=r"33 item.* still wait"):
        sign(store, session)
    for missing in ({"name": " "}, {"role": ""}):
        with pytest.raises(SigningRefused, match="name and a role"):
            sign(store, session, **missing)


def changes(store, session):
    """Everything that would change what was signed, by name."""
    film, facts = next(iter(store.films(session).items()))
    head = store.visit(session)
    shod = replace(head, conditions=replace(head.conditions, footwear="shoes"))
    held = prefilled().get(*KNEE)
    edit = Edit("Recalculated", Kind.CELL, KNEE_KEY, store.sheet(session).get(*KNEE), None)
    answers = replace(edit.old, proposed=(replace(held.proposed[0], confidence=0.1),))
    return {
        "score": lambda: score(store, session, Score.MARKED),
        "undo": lambda: store.undo(session),
        "comment": lambda: store.record(session, Edit("Write", Kind.COMMENT, "", None, "x")),
        "events": lambda: store.record(session, Edit("Correct", Kind.EVENTS, "0", None, ())),
        "visit": lambda: store.record(session, Edit("Correct", Kind.VISIT, "", head, shod)),
        "film removed": lambda: store.remove_film(session, film),
        "film added": lambda: store.add_film(session, replace(facts, sha256="cd" * 32)),
        "analysis": lambda: store.add_analysis(session, AnalysisFacts(Path("x"), ())),
        "recalculated": lambda: store.record_recalculated(session, [replace(edit, new=answers)]),
        "imported": lambda: store.import_sheet(
            session, prefilled().with_cell(*KNEE, replace(held, proposed=answers.proposed)), "x"
        ),
    }


def test_nothing_that_was_signed_changes(store, signed):
    count = len(store.history(signed))
    deeds = changes(store, signed)
    assert len(deeds) == 10
    for deed in deeds.values():
        with pytest.raises(SheetSigned, match=r"signed by Dr. A. Reader .*open an amendment"):
            deed()
    assert len(store.history(signed)) == count
    assert verify(store).is_whole


def test_how_the_window_was_left_and_where_a_film_lies_are_not_signed(store, signed):
    store.record(signed, Edit("", Kind.NOTE, "layout", None, "stacked"))
    store.move_film(signed, next(iter(store.films(signed))), Path("/elsewhere/b.mp4"))
    assert store.signing.in_force(signed).number == 1
    assert verify(store).is_whole


def test_another_visit_of_the_patient_changes_as_before(store, signed):
    other = visit(store)
    score(store, other, Score.MARKED)
    assert store.sheet(other).get(*KNEE).score is Score.MARKED


def test_an_amendment_makes_a_new_version_and_both_are_read(store, signed, folder):
    first = store.sheet(signed)
    for empty in ("", "  "):
        with pytest.raises(SigningRefused, match="needs its reason"):
            store.signing.amend(signed, empty)
    assert store.signing.amend(signed, "Left knee was read in the wrong cycle") == 2
    assert store.signing.in_force(signed) is None
    assert store.sessions()[0].signed == 0
    with pytest.raises(SigningRefused, match="not signed"):
        store.signing.amend(signed, "again")
    score(store, signed, Score.MARKED)
    sign(store, signed)
    store.close()
    with opened(folder) as again:
        one, two = again.signed_versions(signed)
        assert (one.number, one.reason, one.sheet) == (1, "", first)
        assert (two.number, two.reason) == (2, "Left knee was read in the wrong cycle")
        assert two.sheet == first.with_cell(*KNEE, two.sheet.get(*KNEE))
        assert two.sheet.get(*KNEE).score is Score.MARKED
        assert again.sessions()[0].signed == 2
        with pytest.raises(SheetSigned, match="version 2"):
            score(again, signed, Score.NORMAL)
        assert verify(again).is_whole


def test_a_version_is_signed_by_its_author_and_its_reviewer(store, signed, folder):
    store.keys.add("four black crows", "Rater B")
    with pytest.raises(SigningRefused, match="signed this version already"):
        sign(store, signed)
    with opened(folder, "Rater B") as second:
        second.signing.sign(
            signed, "four black crows", name="Dr. B", role="Consultant", meaning=Meaning.APPROVAL
        )
    (version,) = store.signed_versions(signed)
    assert [one.signature.meaning for one in version.signatures] == [
        Meaning.AUTHORSHIP,
        Meaning.APPROVAL,
    ]
    assert len({one.signature.content for one in version.signatures}) == 1
    assert verify(store).is_whole


def test_a_signature_stays_good_when_its_signer_changes_the_passphrase_or_leaves(store, signed):
    store.keys.add("four black crows", "Rater B")
    store.keys.change(PASSPHRASE, "twelve white swans")
    assert verify(store).is_whole
    store.keys.remove("Rater A")
    assert verify(store).is_whole


def append_unguarded(store, monkeypatch, *drafts):
    """Write entries, well chained, as a program without GaitDesk's guards would."""
    with monkeypatch.context() as patch:
        patch.setattr(guards, "check", lambda *_: None)
        with store.together():
            store._ledger.append(drafts)


def test_a_change_behind_the_guards_is_found(store, signed, monkeypatch):
    edit = scoring(store, signed, Score.MARKED, HIP)
    draft = journal.draft(
        Action.EDIT,
        Kind.CELL,
        edit.what,
        session=signed,
        old=to_text(Kind.CELL, edit.old),
        new=to_text(Kind.CELL, edit.new),
    )
    append_unguarded(store, monkeypatch, draft)
    (problem,) = verify(store).problems
    assert f"Entry {store.latest(signed)} changed visit {signed} after it was signed" in problem


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Dr. X"},
        {"role": "Director"},
        {"meaning": "approval"},
        {"content": "00" * 32},
        {"mark": "00" * 64},
        {"last": 3},
        {"version": 2},
    ],
)
def test_a_signature_somebody_made_up_is_found(store, signed, monkeypatch, change):
    row = guards.signed_entry(store.database, signed)
    false = json.dumps({**json.loads(row.new), **change})
    draft = journal.draft(Action.ADDED, Kind.SIGNATURE, "1/2", session=signed, new=false)
    append_unguarded(store, monkeypatch, draft)
    (problem,) = verify(store).problems
    assert "Signature 1/2 of visit" in problem


def test_a_signed_file_that_was_changed_is_found(store, signed, folder):
    (file,) = (folder / "analyses").rglob("analysis.json")
    file.write_text("{ }")
    (problem,) = verify(store).problems
    assert "analysis.json of the signed visit" in problem


def test_a_refused_signature_leaves_nothing(store, ready):
    before = store.history(ready)
    store.database.run("PRAGMA query_only = ON")
    with pytest.raises((GaitDeskError, sqlite3.Error)):
        sign(store, ready)
    store.database.run("PRAGMA query_only = OFF")
    assert store.history(ready) == before
