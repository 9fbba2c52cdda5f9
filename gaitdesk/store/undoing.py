"""What can be undone, found by reading the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gaitdesk.store.edits import Action
from gaitdesk.store.journal import Row


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps by their first entry, with the rows of each; the next one to turn is the last.

    Attributes:
        undoable: Steps in force, oldest first.
        redoable: Steps taken back, the one taken back first is first.
    """

    undoable: tuple[tuple[Row, ...], ...]
    redoable: tuple[tuple[Row, ...], ...]


def steps(rows: Iterable[Row]) -> Steps:
    """The steps in force and those taken back, after all edits of one rater in one visit.

    A new edit forgets what was taken back, as everywhere; the journal does not.
    """
    made: dict[int, list[Row]] = {}
    for row in rows:
        made.setdefault(row.step, []).append(row)
    done: list[int] = []
    undone: list[int] = []
    for step, own in made.items():
        action, target = own[0].action, own[0].target
        if action == Action.UNDO and target in done:
            done.remove(target)
            undone.append(target)
        elif action == Action.REDO and target in undone:
            undone.remove(target)
            done.append(target)
        elif action == Action.EDIT:
            done.append(step)
            undone.clear()
    return Steps(
        tuple(tuple(made[step]) for step in done), tuple(tuple(made[step]) for step in undone)
    )
