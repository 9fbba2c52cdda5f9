"""The SQLite file: opened safely, migrated with a copy first, its errors put into sentences."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gaitdesk.domain.errors import (
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreNotWritable,
    StoreTooNew,
)
from gaitdesk.domain.os_words import os_words
from gaitdesk.i18n import tr
from gaitdesk.store.schema import APPLICATION_ID, MIGRATIONS

PATIENCE_S = 5.0
"""How long a write waits for another process before it gives up."""

BACKUPS = "backups"
LITTLE_ROOM_BYTES = 1_000_000

_BETWEEN_TRIES_S = (0.0005, 0.004)
_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\x00"


class Database:
    """One connection to the store's file, for one thread.

    Every commit reaches the disk before `writing` ends: what was confirmed survives the end of
    the process at any moment, and of the computer where its disk keeps its word.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self.path = path
        self._patience_s = patience_s
        self._known = len(MIGRATIONS)
        with self._translated():
            self._connection = sqlite3.connect(path, timeout=patience_s, isolation_level=None)
        self._held_as: Path | None = _held(path)
        # A damaged text must reach whoever compares it with its hash.
        self._connection.text_factory = _text

    @staticmethod
    def open(
        path: Path,
        patience_s: float = PATIENCE_S,
        migrations: Sequence[Sequence[str]] = MIGRATIONS,
    ) -> Database:
        """The store's file, made if there is none, brought to the newest form if it is older.

        Args:
            path: The file; its folder is made.
            patience_s: How long a write waits for another process.
            migrations: Statements from each form to the next.

        Raises:
            StoreTooNew, StoreDamaged, StoreNotWritable, StoreBusy, StoreFull: It cannot be used;
                nothing was changed.
        """
        database = _opened(path, len(migrations), "r+b", patience_s)
        try:
            database._prepare(migrations)
        except BaseException:
            database.close()
            raise
        return database

    @staticmethod
    def look(path: Path) -> Database:
        """The file as it is, for those who examine it; nothing is made, migrated or refused.

        Raises:
            StoreTooNew, StoreDamaged, StoreNotWritable: It is no store that could be examined.
        """
        database = _opened(path, len(MIGRATIONS), "rb", PATIENCE_S)
        try:
            database._checked_form()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Let go of the file; the last process to do so leaves it as one file."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        with _HOLDING:
            if self._held_as is not None:
                _HOLD_COUNTS[self._held_as] -= 1
                self._held_as = None

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Carry out one statement; its rows."""
        with self._translated():
            return self._connection.execute(sql, values).fetchall()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows of one statement, one by one, up to the first that cannot be read."""
        with self._translated():
            cursor = self._connection.execute(sql, values)
        while True:
            with self._translated():
                row = cursor.fetchone()
            if row is None:
                return
            yield row

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A change that is kept whole at the end of the block, or not at all.

        A block inside another is kept when the outer one is.
        """
        is_outer = not self._is_in_transaction
        if is_outer:
            self._begin_writing()
        else:
            self.run("SAVEPOINT inside")
        try:
            self._check_form()
            yield
            self.run("COMMIT" if is_outer else "RELEASE inside")
        except BaseException:
            self._roll_back("ROLLBACK" if is_outer else "ROLLBACK TO inside")
            raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads that see the same moment; not inside `writing`."""
        self._begin_reading()
        try:
            yield
        finally:
            self._roll_back("ROLLBACK")

    def clear_log(self) -> None:
        """Let the write-ahead log hold nothing any more of what was erased.

        Where another program reads at this moment, it is cleared when the last one lets go.
        """
        with contextlib.suppress(StoreBusy):
            self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def check_readable(self) -> None:
        """Read every page: half a second for a hundred megabytes on two busy cores.

        Raises:
            StoreDamaged: One holds something else than was written.
        """
        for (words,) in self.run("PRAGMA quick_check(1)"):
            if words != "ok":
                raise StoreDamaged(self.path, words)

    @property
    def form(self) -> int:
        """Number of migrations the file has been through."""
        return int(self.run("PRAGMA user_version")[0][0])

    def file_problems(self) -> Iterator[str]:
        """What is wrong with the file itself.

        Yields:
            One sentence for each torn page and each row that belongs to nothing.
        """
        for (words,) in self.run("PRAGMA integrity_check(5)"):
            if words != "ok":
                yield tr("The file is damaged: {reason}.").format(reason=words)
        for table, row, parent, _ in self.run("PRAGMA foreign_key_check"):
            yield tr("Row {row} of {table} belongs to no row of {parent}.").format(
                row=row, table=table, parent=parent
            )

    @property
    def _is_in_transaction(self) -> bool:
        return self._connection.in_transaction

    def _roll_back(self, statement: str) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute(statement)

    def _begin_reading(self) -> None:
        self.run("BEGIN")

    def _begin_writing(self) -> None:
        # SQLite's own waiting sleeps for ever longer, so that a busy neighbour always wins.
        end = time.monotonic() + self._patience_s
        self.run("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self.run("BEGIN IMMEDIATE")
                    return
                except StoreBusy:
                    if time.monotonic() >= end:
                        raise
                    time.sleep(random.uniform(*_BETWEEN_TRIES_S))
        finally:
            self.run(f"PRAGMA busy_timeout = {round(1000 * self._patience_s)}")

    def _check_form(self) -> None:
        """A newer GaitDesk may have migrated the file while this one had it open."""
        form = self.form
        if form > self._known:
            raise StoreTooNew(self.path, form, self._known)

    def _prepare(self, migrations: Sequence[Sequence[str]]) -> None:
        self._known = len(migrations)
        for pragma in (
            "foreign_keys = ON",
            "synchronous = FULL",
            "fullfsync = ON",  # macOS answers fsync before the disk has the bytes
            "cell_size_check = ON",
            "trusted_schema = OFF",
            "secure_delete = ON",  # a name that is erased is overwritten
        ):
            self.run(f"PRAGMA {pragma}")
        form = self._checked_form()
        self._begin_wal()
        if form < self._known:
            if form:
                self._make_ready(form, migrations[:form])
            self._migrate(migrations)
        else:
            with self.writing():
                # A file or folder without write access answers here, not at the first edit.
                self.run("DELETE FROM head WHERE 0")
        for strange in self.strange_parts(migrations):
            raise StoreDamaged(self.path, strange)

    def _checked_form(self) -> int:
        # One moment for all three: another program may be making the store right now.
        with self.reading():
            tables = self.run("SELECT count(*) FROM sqlite_schema")[0][0]
            application = int(self.run("PRAGMA application_id")[0][0])
            form = self.form
        if form > self._known and application in (APPLICATION_ID, 0):
            raise StoreTooNew(self.path, form, self._known)
        if (application, form, tables) == (0, 0, 0):
            return 0
        if application != APPLICATION_ID:
            raise StoreDamaged(self.path, tr("it holds something else than a GaitDesk store"))
        if form < 1:
            raise StoreDamaged(self.path, tr("the version of its form is not stated"))
        return form

    def _begin_wal(self) -> None:
        # SQLite does not wait by itself when another process changes the mode at the same time.
        end = time.monotonic() + self._patience_s
        while True:
            try:
                mode = self.run("PRAGMA journal_mode = WAL")[0][0]
            except StoreBusy:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
                continue
            if mode != "wal":
                raise StoreNotWritable(
                    self.path.parent, tr("this kind of disk cannot be shared by programs safely")
                )
            return

    def _migrate(self, migrations: Sequence[Sequence[str]]) -> None:
        with self.writing():
            for number in range(self.form, len(migrations)):
                for statement in migrations[number]:
                    self.run(statement)
                self.run(f"PRAGMA user_version = {number + 1}")
            self.run(f"PRAGMA application_id = {APPLICATION_ID}")

    def _make_ready(self, form: int, migrations: Sequence[Sequence[str]]) -> None:
        """Check and copy the file as it was, unless another program has migrated it meanwhile."""
        with self.reading():
            if self.form == form:
                self._check_sound(migrations)
                self._back_up(form)

    def _check_sound(self, migrations: Sequence[Sequence[str]]) -> None:
        """A store that is damaged is left as it is, rather than migrated and then refused."""
        for strange in self.strange_parts(migrations):
            raise StoreDamaged(self.path, strange)
        self.check_readable()

    def _back_up(self, form: int) -> None:
        folder = self.path.parent / BACKUPS
        name = f"{self.path.stem}-form{form}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z{self.path.suffix}"
        draft = folder / f".{name}"
        try:
            folder.mkdir(exist_ok=True)
            with self._translated(), contextlib.closing(sqlite3.connect(draft)) as copy:
                self._connection.backup(copy)
            draft.replace(folder / name)
        except OSError as error:
            raise StoreNotWritable(folder, os_words(error)) from error
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)

    def strange_parts(self, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> Iterator[str]:
        """What is not as the migrations made it: a trigger that is missing guards nothing.

        Yields:
            One clause for each table, index or trigger.
        """
        parts = (
            "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'"
        )
        with contextlib.closing(sqlite3.connect(":memory:")) as model:
            for statement in (one for statements in migrations for one in statements):
                model.execute(statement)
            meant = dict(model.execute(parts).fetchall())
        found = dict(self.run(parts))
        for name in sorted(found.keys() | meant.keys()):
            if name not in found:
                yield tr("its part {name} is missing").format(name=name)
            elif name not in meant:
                yield tr("its part {name} is unknown").format(name=name)
            elif found[name] != meant[name]:
                yield tr("its part {name} was changed").format(name=name)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            meant = self._meaning(error)
            if meant is None:
                raise
            raise meant from error

    def _meaning(self, error: sqlite3.DatabaseError) -> Exception | None:
        """What an error of SQLite means for a clinician; None for a defect."""
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            return None
        match code & 0xFF:
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
                return StoreBusy(self.path, self._patience_s)
            case sqlite3.SQLITE_FULL:
                return StoreFull(self.path, _free_bytes(self.path))
            case sqlite3.SQLITE_IOERR if _free_bytes(self.path) < LITTLE_ROOM_BYTES:
                return StoreFull(self.path, _free_bytes(self.path))
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_FORMAT:
                return StoreDamaged(self.path, str(error))
            case sqlite3.SQLITE_ERROR if "file format" in str(error):
                return StoreDamaged(self.path, str(error))
            case (
                sqlite3.SQLITE_READONLY
                | sqlite3.SQLITE_PERM
                | sqlite3.SQLITE_CANTOPEN
                | sqlite3.SQLITE_IOERR
            ):
                return StoreNotWritable(self.path.parent, str(error))
        return None


_HOLDING = threading.RLock()
_HOLD_COUNTS: Counter[Path] = Counter()
"""How many connections this process has to each file.

Where one is open already, nothing but SQLite may open the file: POSIX lets go of all locks that a
process has on a file as soon as it closes the file once, and another process would then take away
the write-ahead log under the connection, with every edit that is yet to come.
"""


def _held(path: Path) -> Path:
    place = path.resolve()
    with _HOLDING:
        _HOLD_COUNTS[place] += 1
    return place


def _opened(path: Path, known: int, mode: str, patience_s: float) -> Database:
    """A connection to a file that has been looked at first, unless this process has it open."""
    with _HOLDING:
        if not _HOLD_COUNTS[path.resolve()]:
            _check_file(path, known, mode)
        return Database(path, patience_s)


def _check_file(path: Path, known: int, mode: str) -> None:
    """Refuse what is no store, a newer one, or not to be written, before anything touches it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            return
        with path.open(mode) as file:
            header: bytes = file.read(_HEADER_BYTES)
    except OSError as error:
        raise StoreNotWritable(path.parent, os_words(error)) from error
    if not header:
        return
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise StoreDamaged(path, tr("it is no database"))
    form = int.from_bytes(header[60:64], "big")
    application = int.from_bytes(header[68:72], "big")
    if application == APPLICATION_ID and form > known:
        raise StoreTooNew(path, form, known)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _free_bytes(path: Path) -> int:
    return shutil.disk_usage(path.parent).free
