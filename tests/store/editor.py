"""Processes that edit a visit, or make stores, until they are killed."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from gaitdesk.domain.evgs import Score
from gaitdesk.store.edits import Edit, EntryId, Kind, SessionId, cell_of
from gaitdesk.store.store import Store
from tests.store.made import scoring

READY = "ready"


class Editor:
    """A running process.

    Attributes:
        confirmed: What it has said to be kept, in order.
    """

    def __init__(self, work: Callable[..., None], *arguments: object) -> None:
        self.confirmed: list[int] = []
        self._is_ready = threading.Event()
        way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(way)
        # The libraries are loaded once for all editors.
        context.set_forkserver_preload(["__main__", __name__])
        self._heard, told = context.Pipe(duplex=False)
        self._process = context.Process(target=work, args=(told, *arguments), daemon=True)
        self._process.start()
        told.close()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, confirmed: int = 0) -> None:
        """Until it is about to begin, or has confirmed so much."""
        end = time.monotonic() + 120.0
        while not self._is_ready.is_set() or len(self.confirmed) < confirmed:
            if time.monotonic() > end or not self._reader.is_alive():
                self.kill()
                raise TimeoutError
            time.sleep(0.005)

    def kill(self) -> bool:
        """Kill -9; what it had told before is read to the end. Whether it was still at it."""
        was_alive = self._process.is_alive()
        self._process.kill()
        self._process.join()
        self._reader.join()
        self._heard.close()
        return was_alive

    def _read(self) -> None:
        try:
            while True:
                told = self._heard.recv()
                if told == READY:
                    self._is_ready.set()
                else:
                    self.confirmed.append(told)
        except (EOFError, OSError):
            self._is_ready.set()


def edit(
    told: Connection, folder: Path, session: SessionId, rater: str, cells: Sequence[str]
) -> None:
    """Score cells in turn; undo, redo and write two entries at once now and then."""
    with Store.open(folder, rater=rater, patience_s=60.0) as store:
        told.send(READY)
        for number in itertools.count():
            for entry in _confirmed(store, session, cells, number):
                told.send(entry)


def make_stores(told: Connection, folder: Path) -> None:
    """Make one store after another."""
    told.send(READY)
    for number in itertools.count():
        with Store.open(folder / str(number)):
            told.send(number)


def _confirmed(
    store: Store, session: SessionId, cells: Sequence[str], number: int
) -> tuple[EntryId, ...]:
    if number % 7 >= 5:
        step = store.undo(session) if number % 7 == 5 else store.redo(session)
        return () if step is None else tuple(one.id for one in step.entries)
    score = scoring(store, session, Score(number % 3), cell_of(cells[number % len(cells)]))
    if number % 5 < 4:
        return (store.record(session, score),)
    # One step of two entries: both are kept, or neither.
    before = store.value(session, Kind.COMMENT, store.rater)
    words = Edit("Write", Kind.COMMENT, store.rater, before, f"note {number}")
    return store.record_many(session, (score, words))
