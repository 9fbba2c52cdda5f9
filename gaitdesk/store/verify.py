"""Whether a store is as it was left: the chain of its journal, its tables, and its file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from gaitdesk.domain.errors import OptionInvalid, StoreDamaged
from gaitdesk.domain.progress import Job, Progress, finish
from gaitdesk.i18n import tr
from gaitdesk.store import erasing, identities, journal, keyring, records, signing, strays
from gaitdesk.store.database import Database
from gaitdesk.store.edits import EntryId, Kind, SessionId
from gaitdesk.store.forms import from_text
from gaitdesk.store.journal import Head, Row
from gaitdesk.store.postgres import PostgresDatabase, server_url
from gaitdesk.store.schema import DERIVED, MIGRATIONS
from gaitdesk.store.side import SideUnreadable, read_side
from gaitdesk.store.store import SIDE_BEGUN_ANEW, STORE_FILE, Store

_EVERY = 500


@dataclass(frozen=True, slots=True)
class BadEntry:
    """The first entry that is not as it was left.

    Attributes:
        id: Its place in the journal.
        at: Time it states, ISO 8601; empty where the entry is missing.
        session: Visit it states, None where it states none.
    """

    id: EntryId
    at: str = ""
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about a store.

    Attributes:
        entries: Entries of the journal that are as they were left, from the first on.
        problems: What is wrong, one sentence each; none where the store is whole.
        first_bad: The first entry that was changed, removed or put in, where there is one.
        notes: What is good to know besides.
    """

    entries: int
    problems: tuple[str, ...] = ()
    first_bad: BadEntry | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything is as it was left."""
        return not self.problems


def verify(store: Store) -> Verdict:
    """Whether an open store is as it was left; see `verifying`."""
    return finish(verifying(store.folder, store.database))


def verify_folder(folder: Path) -> Job[Verdict]:
    """Whether the store of a data folder is as it was left, even if it no longer opens.

    Yields:
        Every some hundred entries.

    Raises:
        OptionInvalid: There is no store in the folder.
        StoreTooNew, StoreNotWritable, StoreBusy: It cannot be looked at.
    """
    url = server_url(folder)
    if url:
        with closing(PostgresDatabase.reach(url)) as server:
            return (yield from verifying(folder, server))
    file = folder / STORE_FILE
    if not file.exists():
        if _side_says(folder) is None:
            raise OptionInvalid(
                tr("There is no store in {folder}; name its folder with --data-folder.").format(
                    folder=folder
                )
            )
        return Verdict(0, (tr("The store's file {name} is missing.").format(name=file.name),))
    try:
        database = _examined(file)
    except StoreDamaged as error:
        return Verdict(0, (_sentence(error.reason),))
    with closing(database):
        return (yield from verifying(folder, database))


def _examined(file: Path) -> Database:
    database = Database.look(file)
    if database.form == len(MIGRATIONS):
        return database
    # The tables of an earlier form are not described here any more; a copy is kept of them.
    database.close()
    return Database.open(file)


def lines(verdict: Verdict) -> list[str]:
    """What a terminal shows of a verdict."""
    told = [f"! {problem}" for problem in verdict.problems]
    bad = verdict.first_bad
    if bad is not None:
        told.append(
            tr("First bad entry: {number}; time {time}; visit {session}").format(
                number=bad.id, time=bad.at or "-", session=bad.session or "-"
            )
        )
    whole = tr("%n entries, each as it was written, and none is missing.", "", verdict.entries)
    sound = tr("%n entries before it are as they were written.", "", verdict.entries)
    if verdict.is_whole:
        told.append(whole)
    elif bad is not None:
        told.append(sound)
    if not verdict.is_whole:
        told.append(
            tr("Nothing was changed. Keep a copy of the folder, and put back the last backup.")
        )
    return told + list(verdict.notes)


def verifying(folder: Path, database: Database) -> Job[Verdict]:
    """Whether a store is as it was left.

    The chain finds an entry that was changed, put in, taken out or moved; the length noted in the
    file and beside it finds entries missing at the end; replaying the journal finds tables that
    were changed behind its back. Somebody who computes every hash anew, in the file and beside
    it, is found by a signature alone.

    Yields:
        Every some hundred entries.
    """
    yield Progress(0, None, tr("Reading the store's file"))
    # Before the journal, which may go on growing: the side record is never ahead of it.
    side = _side_says(folder)
    found = _Findings()
    with database.reading(), closing(Database(Path(":memory:"))) as model:
        for statement in (one for statements in MIGRATIONS for one in statements):
            model.run(statement)
        found.take(_file_problems(database))
        end = yield from _walk(database, model, found)
        if found.first_bad is None:
            found.take(_length_problems(database, end, side, found))
        if found.first_bad is None:
            found.take(_table_problems(database, model))
            found.take(_identity_problems(database))
            found.take(_key_problems(database))
            found.take(signing.problems(folder, database))
            found.notes += erasing.leftovers(database, folder)
            found.notes += strays.told(database, folder)
    if side is None and end.length > 1:
        found.notes.append(
            tr("There is no side record: entries cut off at the end would show only in the file.")
        )
    return Verdict(end.length, tuple(found.problems), found.first_bad, tuple(found.notes))


@dataclass(slots=True)
class _Findings:
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first_bad: BadEntry | None = None

    def take(self, problems: Iterable[str]) -> None:
        """What a part says, up to where the file cannot be read on."""
        try:
            self.problems += problems
        except StoreDamaged as error:
            self.problems.append(_sentence(error.reason))


def _file_problems(database: Database) -> Iterator[str]:
    for strange in database.strange_parts():
        yield _sentence(strange)
    yield from database.file_problems()


def _walk(database: Database, model: Database, found: _Findings) -> Job[Head]:
    """Follow the chain to its first bad entry, replaying it into `model`; the last good end."""
    end = Head(0, journal.NO_HASH)
    rows = database.rows(f"SELECT {journal.COLUMNS} FROM journal ORDER BY seq")
    try:
        for row in map(Row._make, rows):
            wrong = _wrong_with(row, end)
            if wrong:
                found.first_bad = _bad(row, end)
                found.problems.append(wrong)
                return end
            records.apply(model, row)
            end = Head(row.seq, row.hash)
            if (row.kind, row.what) == (Kind.STORE, SIDE_BEGUN_ANEW):
                found.notes.append(_begun_anew(row))
            if not row.seq % _EVERY:
                yield Progress(row.seq, None, tr("Following the journal"))
    except StoreDamaged as error:
        found.first_bad = BadEntry(EntryId(end.length + 1))
        found.problems.append(
            tr("Entry {number} cannot be read: {reason}.").format(
                number=end.length + 1, reason=error.reason
            )
        )
    except (ValueError, TypeError, KeyError, sqlite3.IntegrityError):
        # The hash is right and the content is not: it was never written by GaitDesk.
        found.first_bad = BadEntry(EntryId(end.length + 1))
        found.problems.append(
            tr("Entry {number} is no entry of GaitDesk.").format(number=end.length + 1)
        )
    return end


def _wrong_with(row: Row, end: Head) -> str | None:
    """What is wrong with an entry that should follow `end`; None where nothing is."""
    expected = end.length + 1
    if not journal.is_whole(row):
        return tr("Entry {number} was changed after it was written.").format(number=row.seq)
    if row.seq != expected:
        return tr("Entry {number} is missing: {found} follows {last}.").format(
            number=expected, found=row.seq, last=end.length
        )
    if row.prev_hash != end.hash:
        return tr("Entry {number} does not follow entry {last}: one of them was exchanged.").format(
            number=row.seq, last=end.length
        )
    return None


def _bad(row: Row, end: Head) -> BadEntry:
    if row.seq != end.length + 1 and journal.is_whole(row):
        return BadEntry(EntryId(end.length + 1))
    session = None if row.session is None else SessionId(str(row.session))
    return BadEntry(EntryId(row.seq), str(row.at), session)


def _side_says(folder: Path) -> Head | SideUnreadable | None:
    try:
        return read_side(folder)
    except SideUnreadable as error:
        return error


def _length_problems(
    database: Database, end: Head, side: Head | SideUnreadable | None, found: _Findings
) -> Iterator[str]:
    """Whether entries are missing at the end."""
    noted = journal.head(database)
    longest = noted
    if isinstance(side, SideUnreadable):
        yield tr(
            "The side record of the journal's length, {name}, is unreadable. When you know why,"
            " delete it; a new one is begun, and the journal says so."
        ).format(name=side)
    elif side is not None:
        longest = max(noted, side)
    if longest.length > end.length:
        found.first_bad = BadEntry(EntryId(end.length + 1))
        yield tr(
            "Entry {first} and all up to {last} are missing at the end of the journal. An earlier"
            " copy of the store may have been put back."
        ).format(first=end.length + 1, last=longest.length)
    elif noted != end:
        found.first_bad = BadEntry(EntryId(noted.length + 1))
        yield tr("The journal holds {found} entries and its own record says {noted}.").format(
            found=end.length, noted=noted.length
        )
    elif isinstance(side, Head) and side.length:
        held = database.run("SELECT hash FROM journal WHERE seq = ?", (side.length,))
        if held != [(side.hash,)]:
            found.first_bad = BadEntry(EntryId(side.length))
            yield tr(
                "Entry {number} is not the one that was noted beside the store: the journal was"
                " written anew."
            ).format(number=side.length)


def _table_problems(database: Database, model: Database) -> Iterator[str]:
    """Whether each table says what the journal says."""
    for table in DERIVED:
        sql = f"SELECT * FROM {table} ORDER BY id"
        if database.run(sql) != model.run(sql):
            yield tr("The table {table} was changed behind the journal's back.").format(table=table)


def _identity_problems(database: Database) -> Iterator[str]:
    """Whether each identity is the one the journal speaks of."""
    said = {
        what: json.loads(row.new or "null")
        for what, row in journal.current(database, None, Kind.IDENTITY).items()
    }
    held = {str(patient): kept.content for patient, kept in identities.contents(database).items()}
    for patient in sorted(said.keys() | held.keys()):
        content = held.get(patient)
        if not isinstance(content, bytes) or said.get(patient) != identities.checksum(content):
            yield tr("The identity of patient {patient} is not the one that was kept.").format(
                patient=patient
            )


def _key_problems(database: Database) -> Iterator[str]:
    """Whether each holder's sealed keys are those the journal speaks of."""
    said = {
        what: from_text(Kind.KEY, row.new)
        for what, row in journal.current(database, None, Kind.KEY).items()
    }
    held = dict(database.run("SELECT id, sealed FROM keyholders"))
    for name in sorted(said.keys() | held.keys()):
        holder = said.get(name)
        if holder is None or holder.sealed != keyring.checksum(held.get(name)):
            yield tr("The passphrase of {rater} is not the one that was kept.").format(
                rater=holder.rater if holder is not None else name
            )


def _begun_anew(row: Row) -> str:
    return tr(
        "At {time} the side record was missing and was begun anew; entries cut off before that"
        " would not be missed."
    ).format(time=row.at)


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
