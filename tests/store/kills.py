"""Editing processes killed at random moments, and whether anything confirmed is missing after."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.store.edits import Kind, SessionId, cell_key
from gaitdesk.store.store import Store
from gaitdesk.store.verify import verify
from tests.store.editor import Editor, edit, make_stores
from tests.store.made import CELLS, visit

LONGEST_S = 0.05
MOST_ENTRIES = 12


@dataclass(frozen=True)
class Outcome:
    """What the kills of one round left.

    Attributes:
        confirmed: Entries that the killed processes had said were kept.
        lost: Those of them that are not in the journal.
        beyond: Entries kept whose confirmation was not heard.
        is_whole: Whether the store verified, and its entries follow from one another.
        reopen_s: Time to open it again.
    """

    confirmed: int
    lost: int
    beyond: int
    is_whole: bool
    reopen_s: float


def kill_editors(folder: Path, chance: random.Random, editors: int) -> Outcome:
    """Let processes edit one visit, kill them at random moments, and look at what is left."""
    with Store.open(folder) as store:
        session = visit(store)
    keys = [cell_key(*cell) for cell in CELLS]
    running = [
        Editor(edit, folder, session, f"Rater {number}", keys[number::editors])
        for number in range(editors)
    ]
    for one in running:
        # Counted in entries as well, so that a slow machine is no easier on the store.
        one.wait(confirmed=chance.randrange(MOST_ENTRIES))
        time.sleep(chance.uniform(0.0, LONGEST_S))
        if not one.kill():
            raise AssertionError("an editor ended by itself")
    confirmed = {entry for one in running for entry in one.confirmed}
    begun = time.perf_counter()
    with Store.open(folder) as store:
        reopen_s = time.perf_counter() - begun
        kept = {one.id for one in store.history(session) if one.rater.startswith("Rater ")}
        is_whole = verify(store).is_whole and follows(store, session)
    return Outcome(len(confirmed), len(confirmed - kept), len(kept - confirmed), is_whole, reopen_s)


def kill_maker(folder: Path, chance: random.Random) -> int:
    """Kill a process that makes stores; all of them open then. How many there are."""
    maker = Editor(make_stores, folder)
    maker.wait(confirmed=1)
    time.sleep(chance.uniform(0.0, LONGEST_S))
    maker.kill()
    made = list(folder.iterdir()) if folder.exists() else []
    for one in made:
        with Store.open(one) as store:
            if not verify(store).is_whole:
                raise AssertionError(one)
    if len(made) < len(maker.confirmed):
        raise AssertionError(maker.confirmed)
    return len(made)


def follows(store: Store, session: SessionId) -> bool:
    """Whether each old value is what the entry before about the same thing left, to the end."""
    stands: dict[tuple[Kind, str], object] = {}
    for one in store.history(session):
        if stands.get((one.kind, one.what)) != one.old:
            return False
        stands[one.kind, one.what] = one.new
    cells = {what: value for (kind, what), value in stands.items() if kind is Kind.CELL}
    return cells == {cell_key(*cell): held for cell, held in store.sheet(session).cells.items()}
