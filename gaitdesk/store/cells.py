"""What may become of a cell of the form: a person's word and a machine's answer never mix."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from gaitdesk.domain.coding import encode
from gaitdesk.domain.evgs import ItemScore, Origin, Proposal, Scoresheet


def is_persons(cell: ItemScore) -> bool:
    """Whether a person has said or confirmed what a cell holds."""
    return cell.is_confirmed or cell.origin is Origin.REVIEWER


def persons_sheet(sheet: Scoresheet) -> Scoresheet:
    """What persons have said in a form; a machine's answer that nobody confirmed is left out."""
    held = {place: cell for place, cell in sheet.cells.items() if is_persons(cell)}
    return Scoresheet(MappingProxyType(held))


def answered_anew(held: ItemScore | None, fresh: ItemScore) -> ItemScore:
    """A cell after machines have answered again.

    A reader's later answer takes the place of its earlier one; what a person has said or
    confirmed, and every comment, stays.

    Args:
        held: What the cell holds; None where nothing.
        fresh: The cell as the machines would fill it now.
    """
    if held is None:
        return fresh
    proposed = _merged(held.proposed, fresh.proposed)
    if is_persons(held):
        return replace(held, proposed=proposed)
    return replace(fresh, proposed=proposed, comment=held.comment)


def _merged(earlier: tuple[Proposal, ...], later: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    answers = {(one.origin, one.reader): one for one in (*earlier, *later)}
    return tuple(answers.values())


def check_edit(old: ItemScore | None, new: ItemScore | None) -> None:
    """A person's edit may add machines' answers; it never drops or changes one.

    Raises:
        ValueError: It would.
    """
    kept = [encode(one) for one in old.proposed] if old else []
    given = [encode(one) for one in new.proposed] if new else []
    if given[: len(kept)] != kept:
        raise ValueError("a correction must keep every machine's answer as it was")


def check_recalculation(old: ItemScore | None, new: ItemScore | None) -> None:
    """A machine's later answer takes the place of that reader's earlier one, and of no other.

    Raises:
        ValueError: A reader's answer would be dropped, or a person's word or comment changed.
    """
    if old is None:
        return
    readers = {(one.origin, one.reader) for one in old.proposed}
    if new is None or not readers <= {(one.origin, one.reader) for one in new.proposed}:
        raise ValueError("a recalculation must answer for every reader that has answered")
    if is_persons(old) and _without_answers(new) != _without_answers(old):
        raise ValueError("a recalculation must leave what a person has said")
    if old.comment != new.comment:
        raise ValueError("a recalculation must leave the comment")


def is_same_word(one: ItemScore | None, other: ItemScore | None) -> bool:
    """Whether a person's part of two cells is the same, whatever machines say meanwhile."""
    return bool(_word(one) == _word(other))


def put_back(value: ItemScore | None, now: ItemScore | None) -> ItemScore | None:
    """What undoing leaves: the cell as it was then, with the machines' answers of today.

    Args:
        value: The cell then.
        now: The cell now.
    """
    if value is None or now is None:
        return value
    if not is_persons(value):
        for earlier in value.proposed:
            if _answer(ItemScore.from_proposal(earlier)) == _answer(value):
                for later in now.proposed:
                    if (later.origin, later.reader) == (earlier.origin, earlier.reader):
                        fresh = ItemScore.from_proposal(later)
                        return replace(fresh, proposed=now.proposed, comment=value.comment)
    return replace(value, proposed=now.proposed)


def _word(cell: ItemScore | None) -> Any:
    if cell is None:
        return None
    return _without_answers(cell) if is_persons(cell) else ("machine", cell.comment)


def _without_answers(cell: ItemScore) -> Any:
    return encode(replace(cell, proposed=()))


def _answer(cell: ItemScore) -> tuple[Any, ...]:
    return cell.state, cell.origin, cell.score, cell.direction, cell.reason
