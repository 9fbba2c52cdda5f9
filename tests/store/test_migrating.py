"""A store of yesterday opens as it was left, or stays as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing

import pytest

from gaitdesk.domain.errors import (
    GaitDeskError,
    StoreDamaged,
    StoreFull,
    StoreNotWritable,
    StoreTooNew,
)
from gaitdesk.domain.evgs import Score
from gaitdesk.domain.progress import finish
from gaitdesk.store.database import BACKUPS, Database
from gaitdesk.store.schema import MIGRATIONS
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.store.verify import verify, verify_folder
from tests.small_disk import disk_of
from tests.store.earlier import put_back_to
from tests.store.made import HIP, KNEE, PASSPHRASE, opened, score, score_all, sign, visit

FORMS = range(1, len(MIGRATIONS))


def left_by(folder, form):
    """A visit that was edited and undone in a store of an earlier form; its sheet and history."""
    with opened(folder) as store:
        session = visit(store)
        score(store, session, Score.MARKED)
        score(store, session, Score.MODERATE, HIP)
        store.undo(session)
        told = session, store.sheet(session), store.history(session)
    put_back_to(folder, form)
    return told


def form_of(file) -> int:
    with closing(sqlite3.connect(file)) as raw:
        return raw.execute("PRAGMA user_version").fetchone()[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_store_of_yesterday_opens_with_all_it_held(folder, form):
    session, sheet, history = left_by(folder, form)
    assert form_of(folder / STORE_FILE) == form
    with opened(folder) as store:
        assert store.database.form == len(MIGRATIONS)
        assert (store.sheet(session), store.history(session)) == (sheet, history)
        assert store.redo(session).entries[0].new.score is Score.MODERATE
        store.keys.add(PASSPHRASE)
        score_all(store, session)
        sign(store, session)
        assert verify(store).is_whole
    (copy,) = (folder / BACKUPS).iterdir()
    assert form_of(copy) == form


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_made_before_a_migration_opens_where_it_is_put_back(folder, form, tmp_path):
    session, sheet, _ = left_by(folder, form)
    opened(folder).close()
    (copy,) = (folder / BACKUPS).iterdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(copy, elsewhere / STORE_FILE)
    with opened(elsewhere) as store:
        assert store.sheet(session) == sheet
        assert verify(store).is_whole


def test_verifying_a_store_of_yesterday_finds_it_whole(folder):
    left_by(folder, 1)
    assert finish(verify_folder(folder)).is_whole


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DROP TRIGGER journal_keeps_values", "trigger journal_keeps_values is missing"),
        ("ALTER TABLE journal ADD COLUMN reading TEXT", "table journal was changed"),
        ("CREATE TABLE keyholders (id TEXT)", "table keyholders is unknown"),
    ],
)
def test_a_damaged_store_of_yesterday_is_not_migrated(folder, damage, words):
    left_by(folder, 1)
    file = folder / STORE_FILE
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute(damage)
    before = file.read_bytes()
    with pytest.raises(StoreDamaged, match=words):
        Store.open(folder)
    assert file.read_bytes() == before
    assert not (folder / BACKUPS).exists()


def test_a_store_with_a_torn_page_is_not_migrated(folder):
    left_by(folder, 1)
    file = folder / STORE_FILE
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 4] = os.urandom(4096)
    file.write_bytes(content)
    with pytest.raises(StoreDamaged, match="put back the last backup"):
        Store.open(folder)
    assert form_of(file) == 1
    assert file.read_bytes() == bytes(content)


def test_a_full_disk_leaves_a_store_of_yesterday_as_it_was(tmp_path):
    left_by(tmp_path / "desk", 1)
    with disk_of(400, tmp_path / "disk") as disk:
        for one in (tmp_path / "desk").iterdir():
            shutil.copy(one, disk / one.name)
        before = (disk / STORE_FILE).read_bytes()
        free = shutil.disk_usage(disk).free
        (disk / "ballast").write_bytes(bytes(max(0, free - 60_000)))
        with pytest.raises((StoreFull, StoreNotWritable), match=r"full|No space"):
            Store.open(disk)
        assert (disk / STORE_FILE).read_bytes() == before
        assert not [one for one in disk.rglob("*") if one.name.startswith(".")]
        (disk / "ballast").unlink()
        shutil.copy(disk / STORE_FILE, tmp_path / "after")
    assert form_of(tmp_path / "after") == 1


def test_several_who_open_a_store_of_yesterday_at_once_migrate_it_once(folder):
    session, sheet, _ = left_by(folder, 1)
    seen, errors = [], []

    def look() -> None:
        try:
            with opened(folder) as store:
                seen.append(store.sheet(session))
        except GaitDeskError as error:
            errors.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    assert seen == [sheet] * 4
    with opened(folder) as store:
        assert verify(store).is_whole


def test_a_store_that_another_migrates_while_it_is_being_opened_opens(folder, monkeypatch):
    session, sheet, _ = left_by(folder, 1)
    look_at_form = Database._checked_form

    def look_and_lose_the_race(database: Database) -> int:
        form = look_at_form(database)
        monkeypatch.setattr(Database, "_checked_form", look_at_form)
        with opened(folder):
            pass
        return form

    monkeypatch.setattr(Database, "_checked_form", look_and_lose_the_race)
    with opened(folder) as store:
        assert store.sheet(session) == sheet
    assert len(list((folder / BACKUPS).iterdir())) == 1


def test_a_signed_store_of_a_newer_form_is_refused_and_left(folder):
    with opened(folder) as store:
        session = visit(store)
        store.keys.add(PASSPHRASE)
        score_all(store, session)
        sign(store, session)
        assert store.sheet(session).get(*KNEE).is_confirmed
    file = folder / STORE_FILE
    with closing(sqlite3.connect(file)) as raw:
        raw.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = file.read_bytes()
    with pytest.raises(StoreTooNew, match="Update GaitDesk"):
        Store.open(folder)
    assert file.read_bytes() == before
