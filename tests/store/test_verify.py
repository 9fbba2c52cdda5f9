"""Whatever was done to a store behind its back is found, and the first bad entry named."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import GaitDeskError, OptionInvalid, StoreDamaged
from gaitdesk.domain.evgs import Score
from gaitdesk.domain.progress import finish
from gaitdesk.store import journal
from gaitdesk.store.edits import Edit, FilmFacts, Identity, Kind
from gaitdesk.store.journal import Row
from gaitdesk.store.side import SIDE_FILE
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.store.verify import verify, verify_folder
from tests.store.flips import Flipped
from tests.store.made import HIP, KNEE, PASSPHRASE, opened, score, visit


@pytest.fixture
def kept(folder):
    """A store with two visits, edits, an undo and a name, left in one file; its bad place 40."""
    with opened(folder) as store:
        session = visit(store)
        for value in (Score.MARKED, Score.MODERATE, Score.NORMAL):
            score(store, session, value)
            score(store, session, value, HIP)
        store.undo(session)
        store.keys.add(PASSPHRASE)
        store.set_identity(store.visit(session).patient, Identity("Anna"))
        visit(store, "C-13")
    return folder


def found(folder):
    return finish(verify_folder(folder))


def behind_its_back(folder, *statements, keep_triggers=False):
    """Change the file as somebody with SQLite at hand would."""
    with closing(sqlite3.connect(folder / STORE_FILE, isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        triggers = triggers.fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(*statement) if isinstance(statement, tuple) else raw.execute(statement)
        if not keep_triggers:
            for _, sql in triggers:
                raw.execute(sql)


def test_a_store_as_it_was_left_is_whole(kept):
    verdict = found(kept)
    assert verdict.is_whole
    assert verdict.entries > 80
    assert verdict.notes == ()
    with Store.open(kept) as store:
        assert verify(store) == verdict


@pytest.mark.parametrize(
    "change",
    [
        "new = replace(new, 'flexion', 'normal')",
        "reason = 'as agreed'",
        "rater = 'Rater B'",
        "at = '2020-01-01T00:00:00.000000+00:00'",
        "what = 'right/KEX'",
        "action = 'undo'",
        "text = ''",
        "old = NULL",
        "session = NULL",
        "hash = prev_hash",
    ],
)
def test_a_changed_entry_is_named(kept, change):
    behind_its_back(kept, f"UPDATE journal SET {change} WHERE seq = 40")
    verdict = found(kept)
    assert verdict.first_bad.id == 40
    assert verdict.entries == 39
    with closing(sqlite3.connect(kept / STORE_FILE)) as raw:
        place = raw.execute("SELECT at, session FROM journal WHERE seq = 40").fetchone()
    assert (verdict.first_bad.at, verdict.first_bad.session) == place
    assert "Entry 40" in verdict.problems[-1]


def test_a_change_with_a_hash_of_its_own_breaks_the_chain_after_it(kept):
    with closing(sqlite3.connect(kept / STORE_FILE)) as raw:
        sql = f"SELECT {journal.COLUMNS} FROM journal WHERE seq = 40"
        row = Row(*raw.execute(sql).fetchone())._replace(rater="Rater B")
    behind_its_back(
        kept,
        ("UPDATE journal SET rater = ?, hash = ? WHERE seq = 40", (row.rater, journal.digest(row))),
    )
    assert found(kept).first_bad.id == 41


def test_a_missing_entry_is_named(kept):
    behind_its_back(kept, "DELETE FROM journal WHERE seq = 40")
    assert found(kept).first_bad.id == 40


def test_entries_that_changed_places_are_found(kept):
    behind_its_back(
        kept,
        "UPDATE journal SET seq = 0 WHERE seq = 40",
        "UPDATE journal SET seq = 40 WHERE seq = 41",
        "UPDATE journal SET seq = 41 WHERE seq = 0",
    )
    assert found(kept).first_bad.id == 40


def test_entries_cut_off_at_the_end_are_missed_even_if_the_file_agrees(kept):
    count = found(kept).entries
    behind_its_back(kept, "DELETE FROM journal WHERE seq > 70")
    verdict = found(kept)
    assert verdict.first_bad.id == 71
    assert f"Entry 71 and all up to {count}" in verdict.problems[-1]
    behind_its_back(
        kept,
        "UPDATE head SET count = 70, hash = (SELECT hash FROM journal WHERE seq = 70)",
    )
    assert found(kept).first_bad.id == 71
    (kept / SIDE_FILE).unlink()
    assert "no side record" in found(kept).notes[0]


def test_a_journal_written_anew_is_found_by_what_was_noted_beside_it(kept):
    with closing(sqlite3.connect(kept / STORE_FILE)) as raw:
        sql = f"SELECT {journal.COLUMNS} FROM journal ORDER BY seq"
        rows = [Row(*one) for one in raw.execute(sql)]
    changes, last = [], journal.NO_HASH
    for row in rows:
        row = row._replace(rater="Rater B", prev_hash=last)
        last = journal.digest(row)
        changes.append(
            (
                "UPDATE journal SET rater = ?, prev_hash = ?, hash = ? WHERE seq = ?",
                (row.rater, row.prev_hash, last, row.seq),
            )
        )
    behind_its_back(kept, *changes, ("UPDATE head SET hash = ?", (last,)))
    (problem,) = found(kept).problems
    assert "written anew" in problem


def test_an_earlier_copy_put_back_is_found_and_stays_found(kept):
    copy = kept / "copy"
    shutil.copy(kept / STORE_FILE, copy)
    with Store.open(kept) as store:
        visit(store, "C-14")
        count = verify(store).entries
    copy.replace(kept / STORE_FILE)
    assert found(kept).first_bad is not None
    with Store.open(kept) as store:
        while verify(store).entries <= count:
            visit(store, "C-15")
    assert "written anew" in found(kept).problems[0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sessions SET scored = 1",
        "UPDATE sessions SET visit = replace(visit, '8.5', '4.5')",
        "UPDATE patients SET pseudonym = 'C-99' WHERE pseudonym = 'C-13'",
        "DELETE FROM films",
        "UPDATE identities SET content = CAST('Emma' AS BLOB)",
        "UPDATE keyholders SET sealed = CAST('mine' AS BLOB)",
        "DELETE FROM keyholders",
        "DELETE FROM identities",
        "UPDATE head SET count = count + 1",
        "UPDATE head SET hash = 'x'",
        "DELETE FROM head",
    ],
)
def test_tables_changed_behind_the_journals_back_are_found(kept, change, tmp_path):
    with Store.open(kept) as store:
        store.add_film(store.sessions()[0].id, FilmFacts(0, "ab" * 32, 5, tmp_path, Plane.SAGITTAL))
    assert found(kept).is_whole
    behind_its_back(kept, change)
    assert not found(kept).is_whole


def test_a_missing_guard_is_found_and_the_store_refused(kept):
    behind_its_back(kept, "UPDATE journal SET rater = 'x' WHERE seq = 40", keep_triggers=True)
    assert found(kept).first_bad.id == 40
    with pytest.raises(StoreDamaged, match="trigger head_goes_on is missing"):
        Store.open(kept)


def test_the_guards_forbid_what_they_can(store, session):
    for statement in (
        "UPDATE journal SET rater = ''",
        "DELETE FROM journal",
        "UPDATE head SET count = 1",
        "DELETE FROM head",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="journal"):
            store.database.run(statement)
    assert verify(store).is_whole


def test_a_side_record_that_was_lost_is_begun_anew_and_said(kept):
    (kept / SIDE_FILE).unlink()
    with Store.open(kept) as store:
        verdict = verify(store)
    assert verdict.is_whole
    assert "begun anew" in verdict.notes[0]
    (kept / SIDE_FILE).write_text("7 entries")
    assert "unreadable" in found(kept).problems[0]


def test_an_edit_is_kept_where_its_end_cannot_be_noted(kept):
    (kept / SIDE_FILE).unlink()
    (kept / SIDE_FILE).mkdir()
    with opened(kept) as store:
        session = store.sessions("C-12")[0].id
        entry = score(store, session, Score.MARKED)
        assert store.history(session)[-1].id == entry
    assert "unreadable" in found(kept).problems[0]


def test_a_store_that_vanished_is_not_begun_anew(kept):
    (kept / STORE_FILE).write_bytes(b"")
    with pytest.raises(StoreDamaged, match="entries were kept in it"):
        Store.open(kept)
    assert not found(kept).is_whole
    (kept / STORE_FILE).unlink()
    with pytest.raises(StoreDamaged, match="entries were kept in it"):
        Store.open(kept)
    assert not found(kept).is_whole
    assert not (kept / STORE_FILE).exists()
    (kept / SIDE_FILE).unlink()
    with pytest.raises(OptionInvalid, match="no store"):
        found(kept)


def flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


def told(folder) -> object:
    """All that can be read of a store, or that it was refused or found bad."""
    try:
        if not found(folder).is_whole:
            return "found"
        with Store.open(folder) as store:
            return [(one, store.history(one.id), store.sheet(one.id)) for one in store.sessions()]
    except GaitDeskError:
        return "found"


def test_every_byte_of_an_entry_is_guarded(kept):
    with Store.open(kept, rater="Rater A") as store:
        session = store.sessions("C-12")[0].id
        store.record(session, Edit("Write", Kind.COMMENT, "", None, "a word nobody else says"))
    content = (kept / STORE_FILE).read_bytes()
    with closing(sqlite3.connect(kept / STORE_FILE)) as raw:
        row = raw.execute("SELECT * FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    texts = [one.encode() for one in row if isinstance(one, str) and one]
    start = content.index(b"".join(texts[:5]))
    end = content.index(texts[-1], start) + len(texts[-1])
    assert end - start > 200
    chance = random.Random(1)
    for place in range(start, end, 7):
        (kept / STORE_FILE).write_bytes(flipped(content, place, chance.randrange(8)))
        assert found(kept).first_bad.id == row[0], place - start
    # The lengths of its fields, its number and its own length stand before them.
    for place in range(start - 22, start):
        (kept / STORE_FILE).write_bytes(flipped(content, place, chance.randrange(8)))
        assert told(kept) == "found", place - start


def test_every_bit_of_every_field_of_an_entry_is_in_its_hash(kept):
    with closing(sqlite3.connect(kept / STORE_FILE)) as raw:
        sql = f"SELECT {journal.COLUMNS} FROM journal ORDER BY seq DESC LIMIT 6"
        rows = [Row(*one) for one in raw.execute(sql)]
    changes = 0
    for row in rows:
        assert journal.is_whole(row)
        for name, value in row._asdict().items():
            for changed in altered(value):
                assert not journal.is_whole(row._replace(**{name: changed})), (row.seq, name)
                changes += 1
    assert changes > 8 * 6 * 300


def altered(value: object) -> list[object]:
    """A field with each one of its bits the other way round."""
    if isinstance(value, int):
        return [value ^ 1 << bit for bit in range(63)]
    if not isinstance(value, str):
        return ["", 0]
    content = value.encode()
    every = (
        flipped(content, place, bit).decode("utf-8", "surrogateescape")
        for place in range(len(content))
        for bit in range(8)
    )
    return [*every, None, value + " "]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A store of a few entries whose bytes are flipped."""
    try:
        return Flipped(tmp_path_factory.mktemp("flips") / "desk")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite was built without dbstat, which tells where the journal lies")


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_flipped_anywhere_in_the_journals_pages_is_found(small, share, bit):
    place = small.places[int(share * len(small.places))]
    assert small.becomes(place, bit) == "found", place


def test_no_flipped_byte_of_the_file_changes_anything_in_silence(kept):
    content = (kept / STORE_FILE).read_bytes()
    before = told(kept)
    assert before != "found"
    chance = random.Random(2)
    # The header of the file and of each page, and places everywhere.
    places = [*range(16, 100, 3), *range(4096, len(content), 8192)]
    places += [chance.randrange(len(content)) for _ in range(25)]
    silent = 0
    for place in places:
        for left in kept.glob(f"{STORE_FILE}-*"):
            left.unlink()
        (kept / STORE_FILE).write_bytes(flipped(content, place, chance.randrange(8)))
        after = told(kept)
        if after != "found":
            assert after == before, place
            silent += 1
    assert silent < len(places) / 2


def test_a_flipped_byte_in_what_is_not_yet_merged_is_found(folder):
    store = Store.open(folder, rater="Rater A")
    session = visit(store)
    score(store, session, Score.MARKED, KNEE)
    crashed = folder / "crashed"
    crashed.mkdir()
    for name in (STORE_FILE, f"{STORE_FILE}-wal", SIDE_FILE):
        shutil.copy(folder / name, crashed / name)
    store.close()
    content = (crashed / f"{STORE_FILE}-wal").read_bytes()
    original = (crashed / STORE_FILE).read_bytes()
    assert found(crashed).is_whole
    chance = random.Random(3)
    for _ in range(10):
        (crashed / STORE_FILE).write_bytes(original)
        (crashed / f"{STORE_FILE}-shm").unlink(missing_ok=True)
        place = chance.randrange(32, len(content))
        (crashed / f"{STORE_FILE}-wal").write_bytes(flipped(content, place, 0))
        assert told(crashed) == "found"
