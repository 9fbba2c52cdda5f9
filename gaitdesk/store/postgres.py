"""The same store on a PostgreSQL server, for a department that outgrows one machine."""

from __future__ import annotations

import contextlib
import importlib
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from gaitdesk.domain.errors import (
    OptionInvalid,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreNotWritable,
    StoreTooNew,
)
from gaitdesk.domain.os_words import os_words
from gaitdesk.i18n import tr
from gaitdesk.store.database import PATIENCE_S, Database
from gaitdesk.store.schema import APPLICATION_ID

_FIRST = (
    "CREATE TABLE patients (id TEXT PRIMARY KEY NOT NULL, pseudonym TEXT NOT NULL UNIQUE,"
    " erased BIGINT NOT NULL DEFAULT 0)",
    "CREATE TABLE identities (patient TEXT PRIMARY KEY NOT NULL REFERENCES patients (id),"
    " form BIGINT NOT NULL, key_id TEXT, content BYTEA NOT NULL)",
    "CREATE TABLE sessions (id TEXT PRIMARY KEY NOT NULL,"
    " patient TEXT NOT NULL REFERENCES patients (id), visit TEXT NOT NULL,"
    " scored BIGINT NOT NULL DEFAULT 0, confirmed BIGINT NOT NULL DEFAULT 0,"
    " last_entry BIGINT NOT NULL, signed BIGINT NOT NULL DEFAULT 0)",
    "CREATE INDEX sessions_by_patient ON sessions (patient)",
    "CREATE TABLE films (id TEXT PRIMARY KEY NOT NULL,"
    " session TEXT NOT NULL REFERENCES sessions (id), position BIGINT NOT NULL,"
    " sha256 TEXT NOT NULL, facts TEXT NOT NULL)",
    "CREATE INDEX films_by_session ON films (session)",
    "CREATE INDEX films_by_content ON films (sha256)",
    "CREATE TABLE analyses (id TEXT PRIMARY KEY NOT NULL,"
    " session TEXT NOT NULL REFERENCES sessions (id), position BIGINT NOT NULL,"
    " facts TEXT NOT NULL)",
    "CREATE INDEX analyses_by_session ON analyses (session)",
    "CREATE TABLE journal (seq BIGINT PRIMARY KEY NOT NULL,"
    " session TEXT REFERENCES sessions (id) DEFERRABLE INITIALLY DEFERRED,"
    " rater TEXT NOT NULL, at TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,"
    " what TEXT NOT NULL, step BIGINT NOT NULL, target BIGINT, text TEXT NOT NULL,"
    " old TEXT, new TEXT, reason TEXT NOT NULL, form BIGINT NOT NULL,"
    " prev_hash TEXT NOT NULL, hash TEXT NOT NULL, reading TEXT)",
    "CREATE INDEX journal_by_thing ON journal (session, reading, kind, what, seq)",
    "CREATE TABLE head (id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),"
    " count BIGINT NOT NULL, hash TEXT NOT NULL)",
    f"INSERT INTO head (id, count, hash) VALUES (1, 0, '{'0' * 64}')",
    "CREATE TABLE keyholders (id TEXT PRIMARY KEY NOT NULL, sealed BYTEA NOT NULL)",
    """CREATE FUNCTION journal_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NEW.seq IS DISTINCT FROM (SELECT h.count + 1 FROM head h)
OR NEW.prev_hash IS DISTINCT FROM (SELECT h.hash FROM head h) THEN
RAISE EXCEPTION 'an entry of the journal follows the last one'; END IF;
UPDATE head SET count = NEW.seq, hash = NEW.hash; RETURN NEW; END $$""",
    "CREATE TRIGGER journal_goes_on BEFORE INSERT ON journal"
    " FOR EACH ROW EXECUTE FUNCTION journal_goes_on()",
    """CREATE FUNCTION journal_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'an entry of the journal never changes and is never removed'; END $$""",
    "CREATE TRIGGER journal_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON journal"
    " FOR EACH STATEMENT EXECUTE FUNCTION journal_keeps()",
    """CREATE FUNCTION head_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' OR NEW.count IS DISTINCT FROM OLD.count + 1
OR NEW.id IS DISTINCT FROM OLD.id THEN
RAISE EXCEPTION 'the journal only grows'; END IF; RETURN NEW; END $$""",
    "CREATE TRIGGER head_goes_on BEFORE UPDATE OR DELETE ON head"
    " FOR EACH ROW EXECUTE FUNCTION head_goes_on()",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
"""Statements that make form n + 1 of form n on a server; form 0 is an empty schema."""

TABLES = (
    *("patients", "identities", "sessions", "films", "analyses", "journal", "head"),
    *("keyholders", "gaitdesk_form"),
)

_FORM = (
    "CREATE TABLE gaitdesk_form (application BIGINT NOT NULL, form BIGINT NOT NULL)",
    f"INSERT INTO gaitdesk_form (application, form) VALUES ({APPLICATION_ID}, 0)",
)

_PARTS = (
    "SELECT 'column ' || table_name || '.' || column_name, data_type || is_nullable"
    " FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT 'index ' || indexname, replace(indexdef, current_schema() || '.', '')"
    " FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT 'trigger ' || t.tgname, t.tgtype || t.tgenabled || p.prosrc"
    " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace",
)
"""What a schema consists of: name and meaning of each part."""

SERVER_FILE = "server.toml"
"""File in the data folder that names the server: url = "postgresql://gait@server/gaitdesk"."""

_SCRATCH = "gaitdesk_model"
_LOCK = APPLICATION_ID

_MEANT: dict[tuple[str, ...], dict[str, str]] = {}
"""Parts that statements make, once they were tried."""


class PostgresDatabase(Database):
    """One connection to a store on a server, for one thread.

    Writers wait for each other, as on one machine; readers see one moment and wait for nobody.

    Attributes:
        path: A name for people, without the password.
    """

    def __init__(self, url: str, patience_s: float = PATIENCE_S) -> None:
        self._psycopg = _library()
        self._patience_s = patience_s
        self._known = len(MIGRATIONS)
        self._server: Any = None
        self.path = Path("PostgreSQL")
        try:
            told = self._psycopg.conninfo.conninfo_to_dict(url)
        except self._psycopg.Error as error:
            raise StoreNotWritable(self.path, tr("its address is not understood")) from error
        self.path = Path("{} on {}".format(told.get("dbname", "-"), told.get("host", "-")))
        with self._translated():
            self._server = self._psycopg.connect(
                url, autocommit=True, connect_timeout=max(2, round(patience_s))
            )
            self._server.execute(f"SET lock_timeout = {round(1000 * patience_s)}")
            self._server.execute("SET synchronous_commit = on")

    @staticmethod
    def reach(
        url: str,
        patience_s: float = PATIENCE_S,
        migrations: Sequence[Sequence[str]] = MIGRATIONS,
    ) -> PostgresDatabase:
        """The store on a server, made if there is none, brought to the newest form.

        Args:
            url: Address, as "postgresql://gait@server/gaitdesk"; a password is better kept where
                PostgreSQL's own programs look for it than in the address.
            patience_s: How long a write waits for others.
            migrations: Statements from each form to the next.

        Raises:
            StoreTooNew, StoreDamaged, StoreNotWritable, StoreBusy, StoreFull: It cannot be used;
                nothing was changed.
        """
        database = PostgresDatabase(url, patience_s)
        try:
            database._prepare(migrations)
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Let go of the server."""
        if self._server is not None:
            self._server.close()

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Carry out one statement, written as for SQLite; its rows."""
        return list(self.rows(sql, values))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows of one statement."""
        statement, given = _rewritten(sql, values)
        with self._translated():
            cursor = self._server.execute(statement, given or None)
            found = cursor.fetchall() if cursor.description else []
        yield from found

    @property
    def form(self) -> int:
        """Number of migrations the store has been through."""
        return int(self.run("SELECT form FROM gaitdesk_form")[0][0])

    def clear_log(self) -> None:
        """What was erased leaves the server's own log by the server's own rules."""

    def check_readable(self) -> None:
        """The server guards its own pages."""

    def file_problems(self) -> Iterator[str]:
        """The server guards its own files and references."""
        yield from ()

    def strange_parts(self, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> Iterator[str]:
        """What is not as the migrations made it.

        Yields:
            One clause for each column, index or trigger.
        """
        found = self._parts()
        meant = self._meant(migrations)
        for name in sorted(found.keys() | meant.keys()):
            if name not in found:
                yield tr("its part {name} is missing").format(name=name)
            elif name not in meant:
                yield tr("its part {name} is unknown").format(name=name)
            elif found[name] != meant[name]:
                yield tr("its part {name} was changed").format(name=name)

    def _parts(self) -> dict[str, str]:
        return {name: meaning for sql in _PARTS for name, meaning in self.run(sql)}

    def _meant(self, migrations: Sequence[Sequence[str]]) -> dict[str, str]:
        """The parts that the migrations make, in a schema that is thrown away."""
        statements = (*_FORM, *(one for part in migrations for one in part))
        if statements not in _MEANT:
            with self._aside():
                self.run(f"CREATE SCHEMA {_SCRATCH}")
                self.run(f"SET LOCAL search_path = {_SCRATCH}")
                for statement in statements:
                    self.run(statement)
                _MEANT[statements] = self._parts()
        return _MEANT[statements]

    @contextlib.contextmanager
    def _aside(self) -> Iterator[None]:
        is_inside = self._is_in_transaction
        self.run("SAVEPOINT aside" if is_inside else "BEGIN")
        try:
            yield
        finally:
            self._roll_back("ROLLBACK TO aside" if is_inside else "ROLLBACK")

    @property
    def _is_in_transaction(self) -> bool:
        idle = self._psycopg.pq.TransactionStatus.IDLE
        return bool(self._server.info.transaction_status != idle)

    def _roll_back(self, statement: str) -> None:
        with contextlib.suppress(self._psycopg.Error):
            self._server.execute(statement)

    def _begin_reading(self) -> None:
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ")

    def _begin_writing(self) -> None:
        self.run("BEGIN")
        try:
            # One writer at a time, so that each entry follows the last one.
            self.run(f"SELECT pg_advisory_xact_lock({_LOCK})")
        except BaseException:
            self._roll_back("ROLLBACK")
            raise

    def _check_form(self) -> None:
        if self._is_made() and self.form > self._known:
            raise StoreTooNew(self.path, self.form, self._known)

    def _prepare(self, migrations: Sequence[Sequence[str]]) -> None:
        self._known = len(migrations)
        with self.writing():
            if not self._is_made():
                self._check_empty()
                for statement in _FORM:
                    self.run(statement)
            ((application,),) = self.run("SELECT application FROM gaitdesk_form")
            if application != APPLICATION_ID:
                raise StoreDamaged(self.path, tr("it holds something else than a GaitDesk store"))
            form = self.form
            if 0 < form < self._known:
                for strange in self.strange_parts(migrations[:form]):
                    raise StoreDamaged(self.path, strange)
                self._copy(form)
            for number in range(form, self._known):
                for statement in migrations[number]:
                    self.run(statement)
                self.run("UPDATE gaitdesk_form SET form = ?", (number + 1,))
            for strange in self.strange_parts(migrations):
                raise StoreDamaged(self.path, strange)

    def _is_made(self) -> bool:
        return self.run("SELECT to_regclass('gaitdesk_form') IS NOT NULL") == [(True,)]

    def _check_empty(self) -> None:
        sql = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        if self.run(sql) != [(0,)]:
            raise StoreDamaged(self.path, tr("it holds something else than a GaitDesk store"))

    def _copy(self, form: int) -> None:
        """Copy every table aside before a migration, names left out."""
        schema = f"gaitdesk_form{form}_{datetime.now(UTC):%Y%m%d_%H%M%S}"
        self.run(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            if table not in ("identities", "keyholders"):
                self.run(f"CREATE TABLE {schema}.{table} AS TABLE {table}")

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._psycopg.Error as error:
            meant = self._meaning_of(error)
            if meant is None:
                raise
            raise meant from error

    def _meaning_of(self, error: Exception) -> Exception | None:
        """What an error of the server means for a clinician; None for a defect."""
        errors = self._psycopg.errors
        match error:
            case errors.LockNotAvailable() | errors.QueryCanceled() | errors.DeadlockDetected():
                return StoreBusy(self.path, self._patience_s)
            case errors.DiskFull() | errors.OutOfMemory():
                return StoreFull(self.path, 0)
            case errors.DataCorrupted() | errors.IndexCorrupted():
                return StoreDamaged(self.path, _first_line(error))
            case errors.UndefinedTable() | errors.UndefinedColumn():
                return StoreDamaged(self.path, _first_line(error))
            case (
                errors.InsufficientPrivilege()
                | errors.ReadOnlySqlTransaction()
                | self._psycopg.OperationalError()
            ):
                return StoreNotWritable(self.path, _first_line(error))
        return None


def server_url(folder: Path) -> str:
    """Address of the server that a data folder's store lies on; empty where it lies in a file.

    Raises:
        OptionInvalid: The folder's `SERVER_FILE` is not understood.
        StoreNotWritable: It cannot be read.
    """
    file = folder / SERVER_FILE
    try:
        held = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise StoreNotWritable(folder, os_words(error)) from error
    except ValueError as error:
        raise _not_understood(file) from error
    url = held.get("url")
    if not isinstance(url, str) or not url.startswith(("postgresql://", "postgres://")):
        raise _not_understood(file)
    return url


def _not_understood(file: Path) -> OptionInvalid:
    return OptionInvalid(
        tr(
            "{file} is not understood. It holds one line that names the server, as"
            ' url = "postgresql://gait@server/gaitdesk".'
        ).format(file=file)
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _rewritten(sql: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """A statement written for SQLite as psycopg takes it, with its values.

    PostgreSQL compares with nothing by `IS NULL` alone, and finds what is equal by its index only
    with `=`; so `IS ?` becomes one or the other by the value it is given.
    """
    if not values:
        return sql, []
    parts = sql.replace("%", "%%").split("?")
    statement, given = parts[0], []
    for value, part in zip(values, parts[1:], strict=True):
        if statement.endswith(" IS ") and value is None:
            statement += f"NULL{part}"
            continue
        if statement.endswith(" IS "):
            statement = f"{statement[:-4]} = "
        statement += f"%s{part}"
        given.append(value.value if isinstance(value, Enum) else value)
    return statement, given


def _library() -> Any:
    """The database's library, loaded only where a store lies on a server."""
    try:
        return importlib.import_module("psycopg")
    except ImportError as error:
        raise StoreNotWritable(
            Path("PostgreSQL"),
            tr("psycopg is missing; add it with: python3 -m pip install 'gaitdesk[department]'"),
        ) from error
