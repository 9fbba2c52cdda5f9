"""Two answers for one item: what was given here, and what somebody else has kept meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gaitdesk.domain.evgs import Cell, ItemScore
from gaitdesk.store.edits import Action, Entry, EntryId, Kind, cell_of


@dataclass(frozen=True, slots=True)
class Clash:
    """One item that two windows answered differently.

    Attributes:
        cell: Limb and item.
        mine: What this window gave, or wanted to give.
        theirs: What stands there now.
        rater: Who gave that; empty where nobody is known.
        at: When; None where that is not known.
    """

    cell: Cell
    mine: ItemScore | None
    theirs: ItemScore | None
    rater: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class News:
    """What was kept elsewhere since a visit was last looked at.

    Attributes:
        entries: The edits, oldest first.
        clashes: Items among them that this window had answered otherwise.
    """

    entries: tuple[Entry, ...] = ()
    clashes: tuple[Clash, ...] = ()

    @property
    def has_corrections(self) -> bool:
        """Whether more was edited than scores: events, joints, or the head of the visit."""
        return any(entry.kind not in (Kind.CELL, Kind.COMMENT) for entry in self.entries)


def others_edits(
    history: Iterable[Entry], since: EntryId | None, own: frozenset[EntryId]
) -> tuple[Entry, ...]:
    """Edits of a visit after an entry that this window did not make itself."""
    return tuple(
        entry
        for entry in history
        if (since is None or entry.id > since)
        and entry.id not in own
        and entry.reading is None
        and entry.action in (Action.EDIT, Action.UNDO, Action.REDO)
        and entry.kind is not Kind.NOTE
    )


def last_about(history: Iterable[Entry], cell: Cell) -> Entry | None:
    """The last edit of one item by a person."""
    found = None
    for entry in history:
        if (
            entry.kind is Kind.CELL
            and entry.reading is None
            and entry.action is not Action.RECALCULATED
            and cell_of(entry.what) == cell
        ):
            found = entry
    return found
