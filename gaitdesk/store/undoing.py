"""What can be undone, found by reading the journal; and what undoing puts back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gaitdesk.domain.coding import encode
from gaitdesk.domain.evgs import ItemScore, Origin
from gaitdesk.store.edits import Action, Entry, EntryId, Kind, Step, UndoStack


def undo_stack(entries: Iterable[Entry]) -> UndoStack:
    """The steps in force and those taken back, after all entries of one rater in one visit.

    A new edit forgets what was taken back, as everywhere; the journal does not.
    """
    steps: dict[EntryId, list[Entry]] = {}
    for one in entries:
        if one.kind is not Kind.NOTE and one.action in (Action.EDIT, Action.UNDO, Action.REDO):
            steps.setdefault(one.step, []).append(one)
    done: list[EntryId] = []
    undone: list[EntryId] = []
    for step, made in steps.items():
        target = made[0].target
        if made[0].action is Action.EDIT or target is None:
            done.append(step)
            undone.clear()
        elif made[0].action is Action.UNDO:
            done.remove(target)
            undone.append(target)
        else:
            undone.remove(target)
            done.append(target)
    return UndoStack(
        tuple(Step(one, tuple(steps[one])) for one in done),
        tuple(Step(one, tuple(steps[one])) for one in undone),
    )


def check_edit(kind: Kind, old: Any, new: Any) -> None:
    """A person's edit of a cell may add machine answers, and never drops or changes one.

    Raises:
        ValueError: It would.
    """
    if kind is not Kind.CELL or old is None:
        return
    kept = [encode(one) for one in old.proposed]
    given = [] if new is None else [encode(one) for one in new.proposed]
    if given[: len(kept)] != kept:
        raise ValueError("a correction must keep every machine's answer as it was")


def check_recalculation(kind: Kind, old: Any, new: Any) -> None:
    """A machine's later answer takes the place of that reader's earlier one, and of no other.

    What a person has said or confirmed stays; so do comments.

    Raises:
        ValueError: It would not.
    """
    if kind is not Kind.CELL or old is None:
        return
    readers = {(one.origin, one.reader) for one in old.proposed}
    if new is None or not readers <= {(one.origin, one.reader) for one in new.proposed}:
        raise ValueError("a recalculation must answer for every reader that has answered")
    if is_persons(old) and encode(replace(new, proposed=())) != encode(replace(old, proposed=())):
        raise ValueError("a recalculation must leave what a person has said")
    if old.comment != new.comment:
        raise ValueError("a recalculation must leave the comment")


def is_persons(cell: ItemScore) -> bool:
    """Whether a person has said or confirmed what a cell holds."""
    return cell.is_confirmed or cell.origin is Origin.REVIEWER


def is_same(kind: Kind, one: Any, other: Any) -> bool:
    """Whether two values are the same but for what machines have recalculated meanwhile."""
    return bool(_essence(kind, one) == _essence(kind, other))


def _essence(kind: Kind, value: Any) -> Any:
    if kind is not Kind.CELL or value is None:
        return encode(value)
    if not is_persons(value):
        return ("machine", value.comment)
    return encode(replace(value, proposed=()))


def put_back(kind: Kind, value: Any, now: Any) -> Any:
    """The value that undoing or redoing leaves: `value`, with the machines' answers of today.

    Args:
        kind: What it is about.
        value: What stood there then.
        now: What stands there now.
    """
    if kind is not Kind.CELL or value is None or now is None:
        return value
    renewed = replace(value, proposed=now.proposed)
    if is_persons(value):
        return renewed
    for earlier in value.proposed:
        prefilled = ItemScore.from_proposal(earlier)
        if _answer(prefilled) == _answer(value):
            for later in now.proposed:
                if (later.origin, later.reader) == (earlier.origin, earlier.reader):
                    fresh = ItemScore.from_proposal(later)
                    return replace(fresh, proposed=now.proposed, comment=value.comment)
    return renewed


def _answer(cell: ItemScore) -> tuple[Any, ...]:
    return cell.state, cell.origin, cell.score, cell.direction, cell.reason
