"""A file that cannot be used is refused in one sentence, and stays as it was."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from gaitdesk.domain.errors import (
    GaitDeskError,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreNotWritable,
    StoreTooNew,
)
from gaitdesk.domain.evgs import Score
from gaitdesk.store.database import BACKUPS, Database
from gaitdesk.store.schema import MIGRATIONS
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.store.verify import verify
from tests.small_disk import disk_of
from tests.store.made import KNEE, prefilled, score, scoring, visit


@pytest.fixture
def file(folder):
    """A store with a visit in it, closed."""
    with Store.open(folder) as store:
        score(store, visit(store), Score.MARKED)
    return folder / STORE_FILE


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def refused(folder: Path, kind: type[GaitDeskError], words: str) -> None:
    before = bytes_of(folder)
    with pytest.raises(kind, match=words) as refusal:
        Store.open(folder)
    assert str(folder) in str(refusal.value)
    assert bytes_of(folder) == before


def raw(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_store_of_a_newer_form_is_refused(file):
    raw(file, "PRAGMA user_version = 99")
    refused(file.parent, StoreTooNew, "newer GaitDesk .form 99.*Update GaitDesk")


def test_a_store_of_another_program_is_refused(file):
    raw(file, "PRAGMA application_id = 7")
    refused(file.parent, StoreDamaged, "something else than a GaitDesk store")
    file.unlink()
    (file.parent / "journal.head").unlink()
    raw(file, "CREATE TABLE recipes (name TEXT)")
    refused(file.parent, StoreDamaged, "something else than a GaitDesk store")


def test_a_store_without_the_number_of_its_form_is_refused(file):
    raw(file, "PRAGMA user_version = 0")
    refused(file.parent, StoreDamaged, "version of its form is not stated")


@pytest.mark.parametrize("content", [b"PK\x03\x04 a film", b"SQLite format 3\x00", b"x" * 100_000])
def test_a_file_that_is_no_database_is_refused(folder, content):
    folder.mkdir()
    (folder / STORE_FILE).write_bytes(content)
    refused(folder, StoreDamaged, "it is no database")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    refused(file.parent, StoreDamaged, "damaged: .*put back the last backup")


def test_pages_that_hold_something_else_are_told_before_anybody_reads_them(store, folder):
    store.add_patient("C-12")
    store.database.check_readable()
    store.close()
    file = folder / STORE_FILE
    content = bytearray(file.read_bytes())
    content[5000:9000] = b"x" * 4000
    file.write_bytes(content)
    with pytest.raises(StoreDamaged, match="put back the last backup"):
        read_through(folder)
    assert file.read_bytes() == content


def read_through(folder):
    with Store.open(folder) as store:
        store.database.check_readable()


def test_a_list_of_visits_that_is_no_list_is_told(file):
    raw(file, "UPDATE sessions SET visit = 'x'")
    with Store.open(file.parent) as store, pytest.raises(StoreDamaged, match="list of visits"):
        store.sessions()


@pytest.fixture
def nobody():
    """Somebody without rights, and a folder of their own to look into."""
    place = Path(tempfile.mkdtemp(prefix="gaitdesk-"))
    place.chmod(0o755)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield place / "desk"
    finally:
        if is_root:
            os.seteuid(0)
        for one in place.rglob("*"):
            one.chmod(0o755)
        place.chmod(0o755)
        shutil.rmtree(place)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights work otherwise on Windows")
@pytest.mark.parametrize("what", ["folder of the store", "file of the store", "no store yet"])
def test_a_place_without_write_access_is_told_and_left(nobody, what):
    own = os.geteuid()
    os.seteuid(os.getuid())
    if what == "no store yet":
        nobody.mkdir()
    else:
        with Store.open(nobody) as store:
            visit(store)
    (nobody / STORE_FILE if what == "file of the store" else nobody).chmod(0o555)
    if what == "file of the store":
        nobody.chmod(0o777)
    os.seteuid(own)
    before = bytes_of(nobody)
    with pytest.raises(StoreNotWritable, match=r"Nothing can be kept in .*Ask for write access"):
        Store.open(nobody)
    assert bytes_of(nobody) == before


def test_a_file_in_place_of_the_folder_is_told(folder):
    folder.write_text("notes")
    with pytest.raises(StoreNotWritable, match="Nothing can be kept in"):
        Store.open(folder)
    assert folder.read_text() == "notes"


def test_a_full_disk_loses_the_one_edit_that_was_refused(store, session):
    ((pages,),) = store.database.run("PRAGMA page_count")
    store.database.run(f"PRAGMA max_page_count = {pages}")
    numbers = itertools.count()
    before = store.history(session)

    def fill() -> None:
        while True:
            score(store, session, Score(next(numbers) % 3))

    with pytest.raises(StoreFull, match=r"disk is full .*all before it were"):
        fill()
    confirmed = next(numbers) - 1
    after = store.history(session)
    assert after[: len(before)] == before
    assert len(after) == len(before) + confirmed
    store.database.run("PRAGMA max_page_count = 100000")
    score(store, session, Score.MARKED)
    assert store.sheet(session).get(*KNEE).score is Score.MARKED
    assert verify(store).is_whole


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 800 kB."""
    with disk_of(800, tmp_path / "disk") as place:
        yield place


def test_a_disk_that_fills_up_loses_nothing_confirmed(small_disk):
    with Store.open(small_disk) as store:
        session = visit(store)
        numbers = itertools.count()

        def fill() -> None:
            while True:
                score(store, session, Score(next(numbers) % 3))

        with pytest.raises(StoreFull, match="the disk is full"):
            fill()
        kept = next(numbers) - 1
    subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
    with Store.open(small_disk) as store:
        edits = [one for one in store.history(session) if one.text.startswith("Score")]
        assert len(edits) == kept > 20
        score(store, session, Score.NORMAL)
        assert verify(store).is_whole


def test_a_disk_too_small_for_a_store_is_told(small_disk):
    (small_disk / "ballast").write_bytes(bytes(780_000))
    with pytest.raises(StoreFull, match="the disk is full"):
        Store.open(small_disk)


def test_a_store_on_a_full_disk_is_told_and_opens_as_it_was_when_there_is_room(small_disk):
    with Store.open(small_disk) as store:
        session = visit(store)
        score(store, session, Score.MARKED)
        history = store.history(session)
    before = bytes_of(small_disk)
    (small_disk / "ballast").write_bytes(bytes(shutil.disk_usage(small_disk).free))
    with pytest.raises(StoreFull, match=r"disk is full .*Free some space"):
        Store.open(small_disk)
    (small_disk / "ballast").unlink()
    after = bytes_of(small_disk)
    # What SQLite began beside the file holds nothing yet.
    assert {name: content for name, content in after.items() if content.strip(b"\0")} == before
    with Store.open(small_disk) as store:
        assert store.history(session) == history
        assert verify(store).is_whole


def test_a_program_that_holds_the_store_is_told_after_a_while(store, session, folder):
    file = folder / STORE_FILE
    edit = scoring(store, session, Score.MARKED)
    with (
        Store.open(folder, patience_s=0.05) as hasty,
        closing(sqlite3.connect(file, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match=r"held by another program .*this change was not kept"):
            hasty.record(session, edit)
        with pytest.raises(StoreBusy):
            Store.open(folder, patience_s=0.05)
        assert hasty.sheet(session) == prefilled()
        other.execute("ROLLBACK")
        hasty.record(session, edit)
        assert store.sheet(session).get(*KNEE) == edit.new


def test_a_program_that_lets_go_in_time_is_waited_for(store, session, folder):
    edit = scoring(store, session, Score.MARKED)
    is_held, is_wanted = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(folder / STORE_FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            is_held.set()
            is_wanted.wait()
            time.sleep(0.2)
            other.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait()
    is_wanted.set()
    store.record(session, edit)
    holder.join()
    assert store.sheet(session).get(*KNEE) == edit.new


LATER = (*MIGRATIONS, ("ALTER TABLE patients ADD COLUMN colour TEXT",))


def test_an_older_store_is_copied_and_then_migrated(file):
    with closing(Database.open(file, migrations=LATER)) as later:
        assert later.form == len(LATER)
        assert later.run("SELECT count(colour), count(*) FROM patients") == [(0, 1)]
    (copy,) = (file.parent / BACKUPS).iterdir()
    assert copy.name.startswith(f"gaitdesk-form{len(MIGRATIONS)}-")
    elsewhere = file.parent / "put back"
    elsewhere.mkdir()
    copy.rename(elsewhere / STORE_FILE)
    with Store.open(elsewhere) as store:
        assert store.sheet(store.sessions()[0].id).get(*KNEE).score is Score.MARKED
        assert verify(store).is_whole
    refused(file.parent, StoreTooNew, f"form {len(LATER)}, this one knows up to {len(MIGRATIONS)}")


def test_a_migration_that_fails_leaves_the_store_as_it_was(file):
    broken = (*LATER, ("DROP TABLE head", "SELECT no_such_thing FROM patients"))
    with pytest.raises(sqlite3.OperationalError, match="no_such_thing"):
        Database.open(file, migrations=broken)
    with Store.open(file.parent) as store:
        assert store.database.form == len(MIGRATIONS)
        assert verify(store).is_whole


def test_a_store_migrated_while_it_was_open_is_not_written_in_the_old_form(store, session, folder):
    edit = scoring(store, session, Score.MARKED)
    Database.open(folder / STORE_FILE, migrations=LATER).close()
    with pytest.raises(StoreTooNew, match=f"form {len(LATER)}"):
        store.record(session, edit)
    assert store.sheet(session) == prefilled()


def test_several_who_make_the_store_at_once_make_one(folder):
    made, errors = [], []

    def make() -> None:
        try:
            with Store.open(folder) as store:
                made.append(visit(store, f"C-{threading.get_ident()}"))
        except GaitDeskError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    with Store.open(folder) as store:
        assert {one.id for one in store.sessions()} == set(made)
        assert verify(store).is_whole
        assert verify(store).notes == ()
