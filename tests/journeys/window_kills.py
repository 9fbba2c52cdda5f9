"""Windows killed in the middle of scoring, and whether anything they had shown as kept is missing.

Each window is a process of its own on a screen nobody looks at. The libraries are loaded once for
all of them, so that a round takes as long as opening a visit.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.evgs import ItemScore
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.store.edits import Entry, Kind, SessionId, cell_key
from gaitdesk.store.store import Store
from gaitdesk.store.verify import verify

READY = "ready"
LONGEST_S = 0.12
MOST_EDITS = 10
PATIENCE_S = 180.0

Told = tuple[str, str]
"""A cell's key, and what the form shows in it once an edit of it is kept."""


@dataclass(frozen=True)
class Outcome:
    """What one kill left.

    Attributes:
        confirmed: Edits that the window had shown as kept.
        lost: Those of them that are not in the journal, in their order.
        beyond: Edits in the journal that were not heard of any more.
        is_whole: Whether the store opened and its chain verified.
        start_s: From the start of the process to the visit being shown.
        reopen_s: To open the store again and verify it.
        is_same_in_window: Whether a window opened afterwards shows what the store holds; None
            where none was opened.
    """

    confirmed: int
    lost: int
    beyond: int
    is_whole: bool
    start_s: float
    reopen_s: float
    is_same_in_window: bool | None = None


def kept_visit(folder: Path, analysis: Analysis) -> SessionId:
    """A data folder with one visit to score."""
    return finish(keep_analysis(analysis, Keeping(folder, day=date(2026, 5, 4))))


def kill_one(
    data: Path,
    session: SessionId,
    environment: Mapping[str, str],
    chance: random.Random,
    *,
    look_again: bool = False,
) -> Outcome:
    """Let a window score, kill it at a random moment, and look at what is left."""
    with Store.open(data) as store:
        before = len(_edits(store, session))
    window = _Window(score_on, data, environment)
    start_s = window.wait(0)
    # Counted in edits as well, so that a slow machine is no easier on the window.
    window.wait(chance.randrange(MOST_EDITS))
    time.sleep(chance.uniform(0.0, LONGEST_S))
    window.kill()
    begun = time.perf_counter()
    with Store.open(data) as store:
        is_whole = verify(store).is_whole
        reopen_s = time.perf_counter() - begun
        kept = [(one.what, shown(one.new)) for one in _edits(store, session)[before:]]
        sheet = store.sheet(session)
    held = {cell_key(*cell): shown(score) for cell, score in sheet.cells.items()}
    is_same = None
    if look_again:
        again = _Window(tell_form, data, environment)
        again.wait(len(held))
        again.kill()
        is_same = dict(again.told) == held
    told = list(window.told)
    found = _in_order(told, kept)
    return Outcome(
        len(told), len(told) - found, len(kept) - found, is_whole, start_s, reopen_s, is_same
    )


def shown(held: ItemScore | None) -> str:
    """What can be seen of a cell's answer."""
    return "" if held is None else f"{held.score} {held.direction} {held.is_confirmed}"


def _edits(store: Store, session: SessionId) -> list[Entry]:
    return [
        one
        for one in store.history(session)
        if one.kind is Kind.CELL and one.action.value != "added"
    ]


def _in_order(told: Sequence[Told], kept: Sequence[Told]) -> int:
    """How many of the edits told stand in the journal, one after the other in the same order."""
    rest = iter(kept)
    return sum(any(one == other for other in rest) for one in told)


class _Window:
    """A process with a window in it.

    Attributes:
        told: What it has said so far, in order.
    """

    def __init__(self, work: object, data: Path, environment: Mapping[str, str]) -> None:
        self.told: list[Told] = []
        self._is_ready = threading.Event()
        self._begun = time.perf_counter()
        way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(way)
        context.set_forkserver_preload(["tests.journeys.at_the_desk", "gaitdesk.ui.viewer.viewer"])
        self._heard, teller = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_shown_on, args=(work, teller, data, dict(environment)), daemon=True
        )
        self._process.start()
        teller.close()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, told: int) -> float:
        """Until its visit is shown, and it has said so much; seconds since it was started."""
        end = time.monotonic() + PATIENCE_S
        while not self._is_ready.is_set() or len(self.told) < told:
            if time.monotonic() > end or not self._reader.is_alive():
                self.kill()
                raise TimeoutError(f"exit code {self._process.exitcode}, said {self.told}")
            time.sleep(0.002)
        return time.perf_counter() - self._begun

    def kill(self) -> None:
        """Kill -9; what it had said before is heard to the end."""
        is_alive = self._process.is_alive()
        self._process.kill()
        self._process.join()
        self._reader.join()
        self._heard.close()
        if not is_alive:
            raise AssertionError(f"a window ended by itself: {self._process.exitcode}")

    def _read(self) -> None:
        try:
            while True:
                told = self._heard.recv()
                if told == READY:
                    self._is_ready.set()
                else:
                    self.told.append(told)
        except (EOFError, OSError):
            return


def _shown_on(work: object, teller: Connection, data: Path, environment: dict[str, str]) -> None:
    """Show the newest visit in a window on some screen, and go on with the work there."""
    os.environ.update(environment)
    faulthandler.enable()
    from tests.journeys.at_the_desk import Person

    person = Person(data)
    person.open_newest()
    teller.send(READY)
    work(person, teller)  # type: ignore[operator]
    person.until(lambda: False)


def score_on(person: object, teller: Connection) -> None:
    """Score cell after cell by key as fast as they are handled, with an undo now and then."""
    from tests.journeys.at_the_desk import CELLS, Person

    assert isinstance(person, Person)
    form = person.window.work.form
    for number in range(10_000):
        place = number % len(CELLS)
        cell = CELLS[place]
        person.go_to(place)
        held = form.cell(*cell).held
        digit = next(
            d for d in (number % 3, (number + 1) % 3) if held.score is None or d != held.score
        )
        person.score(place, digit)
        _tell(teller, form, cell)
        if number % 5 == 4:
            person.undo()
            _tell(teller, form, cell)


def _tell(teller: Connection, form: object, cell: tuple[object, object]) -> None:
    held = form.cell(*cell).held  # type: ignore[attr-defined]
    teller.send((cell_key(*cell), shown(held)))  # type: ignore[arg-type]


def tell_form(person: object, teller: Connection) -> None:
    """Say what every cell of the form shows."""
    from tests.journeys.at_the_desk import CELLS, Person

    assert isinstance(person, Person)
    for cell in CELLS:
        _tell(teller, person.window.work.form, cell)
