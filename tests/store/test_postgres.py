"""A store on a server does what one in a file does."""

from __future__ import annotations

import itertools
import random
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import (
    EditedElsewhere,
    OptionInvalid,
    StoreBusy,
    StoreDamaged,
    StoreNotWritable,
    StoreTooNew,
)
from gaitdesk.domain.evgs import Score
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import SheetSigned
from gaitdesk.store import postgres, schema
from gaitdesk.store.agreeing import agreement
from gaitdesk.store.edits import Edit, FilmFacts, Identity, Kind, cell_key
from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.store.postgres import MIGRATIONS, SERVER_FILE, TABLES, PostgresDatabase, server_url
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.store.verify import verify, verify_folder
from tests.store import server
from tests.store.kills import kill_editors
from tests.store.made import (
    CELLS,
    HIP,
    KNEE,
    PASSPHRASE,
    prefilled,
    said,
    score,
    score_all,
    scoring,
    sign,
    visit,
)

_numbers = itertools.count()


@pytest.fixture(scope="module")
def address():
    with server.running() as url:
        yield url


@pytest.fixture
def raw(address):
    """A connection of the server's master, in a schema of its own for each test."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        schema = f"test{next(_numbers)}"
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"SET search_path = {schema}")
        yield connection


@pytest.fixture
def url(address, raw):
    ((schema,),) = raw.execute("SELECT current_schema()").fetchall()
    return f"{address}&options=-csearch_path%3D{schema}"


@pytest.fixture
def folder(tmp_path, url):
    """A data folder that names the server."""
    (tmp_path / SERVER_FILE).write_text(f'url = "{url}"\n')
    return tmp_path


@pytest.fixture
def store(folder):
    with Store.open(folder, rater="Rater A") as store:
        yield store


def found(folder):
    return finish(verify_folder(folder))


def test_a_score_stands_after_a_restart_and_is_undone(store, session, folder):
    score(store, session, Score.MARKED)
    score(store, session, Score.MODERATE, HIP)
    told = store.sheet(session), store.history(session)
    store.close()
    with Store.open(folder, rater="Rater A") as again:
        assert (again.sheet(session), again.history(session)) == told
        assert again.undo(session).text == "Score HEX 1"
        assert again.sheet(session).get(*HIP) == prefilled().get(*HIP)
        assert again.redo(session).entries[0].new.score is Score.MODERATE
        assert verify(again).is_whole
    assert found(folder).is_whole
    assert not (folder / STORE_FILE).exists()


def test_a_visit_is_found_by_its_head_films_and_name(store, session, tmp_path):
    store.add_film(session, FilmFacts(0, "ab" * 32, 5, tmp_path / "gång 前.mp4", Plane.SAGITTAL))
    store.keys.add(PASSPHRASE)
    store.set_identity(store.visit(session).patient, Identity("Müller, Anna"))
    for words in ("c-12", "BAREFOOT", "前", "müller"):
        assert [one.id for one in store.sessions(words)] == [session]
    store.keys.lock()
    assert store.sessions("müller") == ()
    assert store.sessions()[0].films == ("gång 前.mp4",)
    assert store.patients()[0].visits == 1


def test_nothing_is_overwritten_that_was_not_seen(store, session, folder):
    edit = scoring(store, session, Score.MARKED)
    with Store.open(folder, rater="Rater B") as other:
        score(other, session, Score.MODERATE)
    with pytest.raises(EditedElsewhere, match="Rater B"):
        store.record(session, edit)
    assert store.sheet(session).get(*KNEE).score is Score.MODERATE


def test_calls_together_are_kept_together_or_not_at_all(store, session):
    before = store.history(session)

    def half_done() -> None:
        with store.together():
            score(store, session, Score.MARKED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert store.history(session) == before
    score(store, session, Score.MARKED)
    assert verify(store).is_whole


def test_a_signed_visit_never_changes_and_an_erased_patient_is_gone(store, session):
    store.keys.add(PASSPHRASE)
    patient = store.visit(session).patient
    store.set_identity(patient, Identity("Anna"))
    store.consents.record(patient, Purpose.CARE, Consent(True, date(2026, 1, 1), Giver.PARENT))
    store.consents.keep_until(patient, date(2027, 1, 1))
    assert store.consents.overdue(date(2028, 1, 1)) == (patient,)
    score_all(store, session)
    sign(store, session)
    with pytest.raises(SheetSigned):
        score(store, session, Score.MARKED)
    store.signing.amend(session, "Read again")
    score(store, session, Score.MARKED)
    sign(store, session)
    assert [one.number for one in store.signed_versions(session)] == [1, 2]
    assert verify(store).is_whole
    store.erase_patient(patient, "asked for")
    assert (store.sessions(), store.patients(), store.identity(patient)) == ((), (), None)
    assert store.consents.overdue(date(2028, 1, 1)) == ()
    assert verify(store).is_whole


def test_two_readers_agree_as_they_do_in_a_file(store, session, folder):
    score_all(store, session)
    reading = store.readings.assign(session, "Rater B")
    with Store.open(folder, rater="Rater B") as second:
        assert second.readings.waiting() == ((session, reading),)
        score_second(second, session, reading)
        second.readings.finish(session, reading)
    assert [one.cell for one in store.readings.compare(session, reading)] == [KNEE]
    consensus = store.readings.begin_consensus(session, reading)
    store.readings.settle_by(session, consensus, KNEE, reading)
    store.readings.finish(session, consensus)
    assert store.readings.in_force(session) == consensus
    pair = agreement(store).pairs[0]
    assert pair.all_items.agreement.confusion.tolist() == [[0, 0, 0], [0, 33, 1], [0, 0, 0]]
    assert verify(store).is_whole


def score_second(store, session, reading):
    values = {cell: Score.MARKED if cell == KNEE else Score.MODERATE for cell in CELLS}
    edits = [
        Edit("Score", Kind.CELL, cell_key(*cell), None, said(None, value))
        for cell, value in values.items()
    ]
    store.record_many(session, edits, reading)


def test_many_who_write_at_once_make_one_chain(store, session, folder):
    errors: list[BaseException] = []

    def write(name: str) -> None:
        try:
            with Store.open(folder, rater=name) as own:
                for number in range(8):
                    old = own.value(session, Kind.COMMENT, name)
                    own.record(session, Edit("Write", Kind.COMMENT, name, old, f"{number}"))
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write, args=(f"Rater {n}",)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    assert set(store.values(session, Kind.COMMENT).values()) == {"7"}
    assert sum(one.kind is Kind.COMMENT for one in store.history(session)) == 32
    assert verify(store).is_whole


def test_two_processes_killed_while_they_edit_on_a_server_lose_nothing_confirmed(folder):
    chance = random.Random(7)
    outcomes = [kill_editors(folder, chance, 2) for _ in range(2)]
    assert sum(one.lost for one in outcomes) == 0
    assert all(one.is_whole for one in outcomes)
    assert found(folder).is_whole


def test_a_changed_entry_is_named(store, session, folder, raw):
    score(store, session, Score.MARKED)
    raw.execute("ALTER TABLE journal DISABLE TRIGGER journal_keeps")
    raw.execute("UPDATE journal SET rater = 'Rater B' WHERE seq = 20")
    with pytest.raises(StoreDamaged, match="trigger journal_keeps was changed"):
        Store.open(folder)
    raw.execute("ALTER TABLE journal ENABLE TRIGGER journal_keeps")
    assert found(folder).first_bad.id == 20


def test_entries_cut_off_at_the_end_are_missed(store, session, folder, raw):
    for trigger, table in (("journal_keeps", "journal"), ("head_goes_on", "head")):
        raw.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    raw.execute("DELETE FROM journal WHERE seq > 30")
    raw.execute("UPDATE head SET count = 30, hash = (SELECT hash FROM journal WHERE seq = 30)")
    for trigger, table in (("journal_keeps", "journal"), ("head_goes_on", "head")):
        raw.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
    assert found(folder).first_bad.id == 31


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sessions SET scored = 1",
        "UPDATE patients SET pseudonym = 'C-99'",
        "UPDATE identities SET content = 'x'::bytea",
        "UPDATE keyholders SET sealed = 'x'::bytea",
    ],
)
def test_tables_changed_behind_the_journals_back_are_found(store, session, raw, change):
    store.keys.add(PASSPHRASE)
    store.set_identity(store.visit(session).patient, Identity("Anna"))
    assert verify(store).is_whole
    raw.execute(change)
    assert not verify(store).is_whole


def test_the_server_itself_forbids_what_it_can(store, session, raw):
    import psycopg

    for statement in (
        "UPDATE journal SET rater = ''",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "UPDATE head SET count = 1",
        "DELETE FROM head",
        "INSERT INTO journal SELECT seq + 500, session, rater, at, action, kind, what, step,"
        " target, text, old, new, reason, form, prev_hash, hash, reading FROM journal"
        " WHERE seq = 2",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="journal"):
            raw.execute(statement)
    assert verify(store).is_whole


def test_a_store_of_a_newer_form_is_refused_and_left(store, session, folder, raw):
    raw.execute("UPDATE gaitdesk_form SET form = 99")
    with pytest.raises(StoreTooNew, match="form 99"):
        Store.open(folder)
    with pytest.raises(StoreTooNew):
        score(store, session, Score.MARKED)
    assert raw.execute("SELECT form FROM gaitdesk_form").fetchall() == [(99,)]


def test_a_server_holds_the_columns_that_a_file_holds(store, raw):
    in_file: dict[str, list[str]] = {}
    with closing(sqlite3.connect(":memory:")) as model:
        for statement in (one for part in schema.MIGRATIONS for one in part):
            model.execute(statement)
        for table in (name for name in TABLES if name != "gaitdesk_form"):
            in_file[table] = [row[1] for row in model.execute(f"PRAGMA table_info({table})")]
    for table, columns in in_file.items():
        held = raw.execute(f"SELECT * FROM {table} LIMIT 0").description
        assert [one.name for one in held] == columns, table


def test_somebody_elses_tables_are_left_alone(folder, raw):
    raw.execute("CREATE TABLE recipes (name text)")
    with pytest.raises(StoreDamaged, match="something else than a GaitDesk store"):
        Store.open(folder)
    sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    assert raw.execute(sql).fetchall() == [("recipes",)]


def test_an_older_store_is_copied_and_then_migrated(store, session, url, raw):
    score(store, session, Score.MARKED)
    store.close()
    later = (*MIGRATIONS, ("ALTER TABLE patients ADD COLUMN colour TEXT",))
    with closing(PostgresDatabase.reach(url, migrations=later)) as database:
        assert database.form == len(later)
    sql = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'gaitdesk_form1_%'"
    ((copy,),) = raw.execute(sql).fetchall()
    assert raw.execute(f"SELECT count(*) FROM {copy}.journal").fetchone()[0] > 30
    raw.execute(f"DROP SCHEMA {copy} CASCADE")
    with pytest.raises(StoreTooNew):
        PostgresDatabase.reach(url)


def test_a_migration_that_fails_leaves_the_store_as_it_was(store, session, folder, url):
    broken = (*MIGRATIONS, ("DROP TABLE films", "SELECT 1 / 0"))
    with pytest.raises(postgres._library().Error):
        PostgresDatabase.reach(url, migrations=broken)
    assert store.database.form == len(MIGRATIONS)
    assert found(folder).is_whole


def test_somebody_who_holds_the_store_for_too_long_is_told(store, session, folder, raw):
    edit = scoring(store, session, Score.MARKED)
    with Store.open(folder, patience_s=0.2) as hasty:
        with raw.transaction():
            raw.execute(f"SELECT pg_advisory_xact_lock({postgres._LOCK})")
            with pytest.raises(StoreBusy, match="this change was not kept"):
                hasty.record(session, edit)
            assert hasty.sheet(session) == prefilled()
        hasty.record(session, edit)
    assert store.sheet(session).get(*KNEE) == edit.new


def test_a_server_that_is_not_there_or_lets_nobody_write_is_told(store, session, folder, raw, url):
    raw.execute("CREATE ROLE reader LOGIN")
    raw.execute(
        f"GRANT USAGE ON SCHEMA {raw.execute('SELECT current_schema()').fetchone()[0]} TO reader"
    )
    (folder / SERVER_FILE).write_text(f'url = "{url.replace("gait@", "reader@")}"\n')
    with pytest.raises(StoreNotWritable, match="Ask for write access"):
        Store.open(folder)
    (folder / SERVER_FILE).write_text('url = "postgresql://gait@127.0.0.1:9/nothing"\n')
    with pytest.raises(StoreNotWritable, match=r"nothing on 127\.0\.0\.1"):
        Store.open(folder)
    raw.execute("DROP OWNED BY reader")
    raw.execute("DROP ROLE reader")


def test_a_library_that_is_missing_is_told(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreNotWritable, match=r"pip install 'gaitdesk\[department\]'"):
        Store.open(folder)


@pytest.mark.parametrize("content", ["url = 7", "nothing", "url = 'mysql://x'", ""])
def test_an_address_that_is_not_understood_is_told(tmp_path, content):
    (tmp_path / SERVER_FILE).write_text(content)
    with pytest.raises(OptionInvalid, match="names the server"):
        Store.open(tmp_path)
    assert not (tmp_path / STORE_FILE).exists()


def test_a_folder_without_an_address_keeps_its_store_in_a_file(tmp_path):
    assert server_url(tmp_path) == ""
    with Store.open(tmp_path) as store:
        visit(store)
    assert Path(tmp_path / STORE_FILE).exists()
