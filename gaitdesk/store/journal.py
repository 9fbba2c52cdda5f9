"""The append-only journal: entries chained by hash, read back only when their hash is right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from gaitdesk.domain.coding import FormInvalid
from gaitdesk.domain.errors import StoreDamaged, StoreTooNew
from gaitdesk.i18n import tr
from gaitdesk.store.database import Database
from gaitdesk.store.edits import Action, Entry, EntryId, Kind, ReadingId, SessionId
from gaitdesk.store.forms import FORM, canonical_json, from_text, storable

NO_HASH = "0" * 64
"""What the first entry follows."""

END = 2**62
"""A place after every entry."""


class Row(NamedTuple):
    """One entry as it is kept; the fields are the columns of the table, in order.

    Attributes:
        old, new: Canonical JSON, None where there is no value.
        form: Version of the forms of `old` and `new`.
        prev_hash: Hash of the entry before.
        hash: SHA-256 of this entry with `prev_hash`, lower-case hexadecimal.
        reading: The reading whose sheet it belongs to; None for the visit's own.
    """

    seq: int
    session: str | None
    rater: str
    at: str
    action: str
    kind: str
    what: str
    step: int
    target: int | None
    text: str
    old: str | None
    new: str | None
    reason: str
    form: int
    prev_hash: str
    hash: str
    reading: str | None = None


COLUMNS = ", ".join(Row._fields)


class Head(NamedTuple):
    """The end of the journal.

    Attributes:
        length: Number of entries.
        hash: Hash of the last.
    """

    length: int
    hash: str


def digest(row: Row) -> str:
    """The hash of an entry: SHA-256 of its fields as canonical JSON.

    Fields that hold nothing are left out, so that a column added later leaves the hashes of
    earlier entries as they are.
    """
    held = {
        name: value for name, value in row._asdict().items() if name != "hash" and value is not None
    }
    return hashlib.sha256(canonical_json(held).encode("ascii")).hexdigest()


def head(database: Database) -> Head:
    """The end of the journal, as its own record says."""
    rows = database.run("SELECT count, hash FROM head")
    if len(rows) != 1:
        raise StoreDamaged(database.path, tr("the record of the journal's length is missing"))
    count, last = rows[0]
    if not isinstance(count, int) or not isinstance(last, str):
        raise StoreDamaged(database.path, tr("the record of the journal's length is unreadable"))
    return Head(count, last)


def draft(
    action: Action,
    kind: Kind,
    what: str,
    *,
    session: SessionId | None = None,
    text: str = "",
    old: str | None = None,
    new: str | None = None,
    reason: str = "",
    target: int | None = None,
    reading: ReadingId | None = None,
) -> Row:
    """An entry that has no place in the journal yet."""
    return Row(
        seq=0,
        session=session,
        rater="",
        at="",
        action=action.value,
        kind=kind.value,
        what=storable(what),
        step=0,
        target=target,
        text=storable(text),
        old=old,
        new=new,
        reason=storable(reason),
        form=FORM,
        prev_hash="",
        hash="",
        reading=reading,
    )


def append(database: Database, drafts: Iterable[Row], rater: str) -> list[Row]:
    """Put entries at the end of the journal as one step; inside `Database.writing`.

    Returns:
        The entries as they now stand.
    """
    end = head(database)
    first = end.length + 1
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    rows = []
    for one in drafts:
        row = one._replace(seq=end.length + 1, rater=rater, at=at, step=first, prev_hash=end.hash)
        row = row._replace(hash=digest(row))
        insert(database, row)
        rows.append(row)
        end = Head(row.seq, row.hash)
    return rows


def insert(database: Database, row: Row) -> None:
    """Write one row as it is."""
    places = ", ".join("?" * len(row))
    database.run(f"INSERT INTO journal ({COLUMNS}) VALUES ({places})", row)


def rows_where(database: Database, condition: str, values: tuple[object, ...]) -> Iterator[Row]:
    """Entries in their order, each checked against its hash.

    Raises:
        StoreDamaged: An entry is not as it was written.
        StoreTooNew: A newer GaitDesk wrote a value of an unknown form.
    """
    sql = f"SELECT {COLUMNS} FROM journal WHERE {condition} ORDER BY seq"
    for row in map(Row._make, database.rows(sql, values)):
        if not is_whole(row):
            raise StoreDamaged(
                database.path,
                tr("entry {number} of the journal was changed; gaitdesk verify tells more").format(
                    number=row.seq
                ),
            )
        if row.form > FORM:
            raise StoreTooNew(database.path, row.form, FORM)
        yield row


def is_whole(row: Row) -> bool:
    """Whether an entry has the hash it was written with."""
    try:
        return digest(row) == row.hash
    except (TypeError, ValueError):
        return False


def entry(database: Database, row: Row) -> Entry:
    """An entry with its values.

    Raises:
        StoreDamaged: A value is of another form than its kind.
    """
    try:
        kind = Kind(row.kind)
        return Entry(
            id=EntryId(row.seq),
            session=None if row.session is None else SessionId(row.session),
            rater=row.rater,
            at=datetime.fromisoformat(row.at),
            action=Action(row.action),
            kind=kind,
            what=row.what,
            text=row.text,
            old=from_text(kind, row.old),
            new=from_text(kind, row.new),
            reason=row.reason,
            step=EntryId(row.step),
            target=None if row.target is None else EntryId(row.target),
            reading=None if row.reading is None else ReadingId(row.reading),
        )
    except (FormInvalid, ValueError) as error:
        raise StoreDamaged(
            database.path,
            tr("entry {number} of the journal is not understood ({detail})").format(
                number=row.seq, detail=error
            ),
        ) from error


def current(
    database: Database,
    session: SessionId | None,
    kind: Kind,
    reading: ReadingId | None = None,
    up_to: int = END,
) -> dict[str, Row]:
    """For each thing of a kind, the last entry about it.

    What was taken away is left out.

    Args:
        database: The store.
        session: The visit; None for what belongs to none.
        kind: Which things.
        reading: Whose sheet; None takes the visit's own.
        up_to: The last entry to be looked at, for how things stood then.
    """
    condition = (
        "seq IN (SELECT max(seq) FROM journal"
        " WHERE session IS ? AND reading IS ? AND kind = ? AND seq <= ? GROUP BY what)"
    )
    rows = rows_where(database, condition, (session, reading, kind.value, up_to))
    return {row.what: row for row in rows if row.new is not None}


def latest(
    database: Database,
    session: SessionId | None,
    kind: Kind,
    what: str,
    reading: ReadingId | None = None,
) -> Row | None:
    """The last entry about one thing; None where there never was one."""
    condition = (
        "seq = (SELECT max(seq) FROM journal"
        " WHERE session IS ? AND reading IS ? AND kind = ? AND what = ?)"
    )
    return next(rows_where(database, condition, (session, reading, kind.value, what)), None)


def latest_up_to(database: Database, kind: Kind, what: str, up_to: int) -> Row | None:
    """The last value up to some entry of a thing that belongs to no visit; None for none."""
    condition = (
        "seq = (SELECT max(seq) FROM journal WHERE session IS NULL AND reading IS NULL"
        " AND kind = ? AND what = ? AND new IS NOT NULL AND seq <= ?)"
    )
    return next(rows_where(database, condition, (kind.value, what, up_to)), None)


def moment(text: str) -> datetime:
    """The time an entry states, UTC."""
    return datetime.fromisoformat(text)
