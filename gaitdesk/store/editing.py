"""From edits to entries: nothing is overwritten that was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gaitdesk.domain.errors import EditedElsewhere
from gaitdesk.store import cells, journal
from gaitdesk.store.database import Database
from gaitdesk.store.edits import EDITABLE, READ, Action, Edit, Kind, ReadingId, SessionId
from gaitdesk.store.forms import from_text, to_text
from gaitdesk.store.journal import Row


def drafted(
    session: SessionId, edits: Iterable[Edit], action: Action, reading: ReadingId | None = None
) -> list[Row]:
    """Entries for edits, without a place in the journal yet.

    Raises:
        ValueError: A defect: a value of the wrong form, or a machine's answer left out.
    """
    return [_drafted(session, edit, action, reading) for edit in edits]


def _drafted(session: SessionId, edit: Edit, action: Action, reading: ReadingId | None) -> Row:
    if edit.kind not in EDITABLE:
        raise ValueError(f"{edit.kind} is not edited but added")
    if reading is not None and edit.kind not in READ:
        raise ValueError(f"{edit.kind} belongs to the visit and not to one reading of it")
    if edit.kind is Kind.CELL:
        check = cells.check_edit if action is Action.EDIT else cells.check_recalculation
        check(edit.old, edit.new)
    return journal.draft(
        action,
        edit.kind,
        edit.what,
        session=session,
        text=edit.text,
        old=to_text(edit.kind, edit.old),
        new=to_text(edit.kind, edit.new),
        reason=edit.reason,
        reading=reading,
    )


def check_seen(database: Database, drafts: Iterable[Row]) -> None:
    """Every draft's old value is what stands there, or what a draft before it leaves.

    Raises:
        EditedElsewhere: One is not.
    """
    standing = _Standing(database)
    for one in drafts:
        if standing.before(one) != one.old:
            raise _conflict(database, one)
        standing.leave(one, one.new)


def turned(
    database: Database, session: SessionId, rows: Sequence[Row], action: Action
) -> list[Row]:
    """Entries that undo or redo a step.

    Raises:
        EditedElsewhere: What the step left no longer stands there.
    """
    is_undo = action is Action.UNDO
    standing = _Standing(database)
    drafts = []
    for one in reversed(rows) if is_undo else rows:
        now = standing.before(one)
        left, wanted = (one.new, one.old) if is_undo else (one.old, one.new)
        if not _is_same(one.kind, now, left):
            raise _conflict(database, one)
        new = _put_back(one.kind, wanted, now)
        standing.leave(one, new)
        drafts.append(
            journal.draft(
                action,
                Kind(one.kind),
                one.what,
                session=session,
                text=one.text,
                old=now,
                new=new,
                target=one.step,
                reading=None if one.reading is None else ReadingId(one.reading),
            )
        )
    return drafts


class _Standing:
    """What stands for each thing while a step is made."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._left: dict[tuple[str, str], str | None] = {}

    def before(self, one: Row) -> str | None:
        place = one.kind, one.what
        if place not in self._left:
            row = _latest(self._database, one)
            self._left[place] = None if row is None else _as_written_today(row.kind, row.new)
        return self._left[place]

    def leave(self, one: Row, new: str | None) -> None:
        self._left[one.kind, one.what] = new


def _latest(database: Database, one: Row) -> Row | None:
    session = None if one.session is None else SessionId(one.session)
    reading = None if one.reading is None else ReadingId(one.reading)
    return journal.latest(database, session, Kind(one.kind), one.what, reading)


def _as_written_today(kind: str, text: str | None) -> str | None:
    """A value; one that was kept before a field was added states that field now."""
    return to_text(Kind(kind), from_text(Kind(kind), text))


def _conflict(database: Database, one: Row) -> EditedElsewhere:
    last = _latest(database, one)
    name = one.what or one.kind
    if last is None:
        return EditedElsewhere(name, "", "-")
    local = journal.moment(last.at).astimezone()
    return EditedElsewhere(name, last.rater, f"{local:%Y-%m-%d %H:%M:%S}")


def _is_same(kind: str, now: str | None, left: str | None) -> bool:
    if kind != Kind.CELL:
        return now == _as_written_today(kind, left)
    return cells.is_same_word(from_text(Kind.CELL, now), from_text(Kind.CELL, left))


def _put_back(kind: str, wanted: str | None, now: str | None) -> str | None:
    if kind != Kind.CELL:
        return wanted
    return to_text(
        Kind.CELL, cells.put_back(from_text(Kind.CELL, wanted), from_text(Kind.CELL, now))
    )
