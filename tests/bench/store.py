"""What the window waits for: an edit, an undo, a form, a list of visits, a store that opens."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gaitdesk.domain.evgs import Score
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.store.verify import verify
from tests.bench.results import record
from tests.store.made import CELLS, score, scoring, visit

EDITS = 300
"""Of one visit: every cell scored nine times."""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests bench store")
    parser.add_argument("--visits", type=int, default=1000)
    visits = parser.parse_args(words).visits
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with Store.open(folder) as store, store.together():
            for number in range(visits):
                session = visit(store, f"C-{number % (visits // 3 or 1)}")
        with Store.open(folder) as store:
            edits = []
            for number in range(EDITS):
                edit = scoring(store, session, Score(number % 3), CELLS[number % len(CELLS)])
                edits.append(_ms(lambda edit=edit: store.record(session, edit)))
            undos = [_ms(lambda: store.undo(session)) for _ in range(50)]
        rows = [
            ("one edit, on the disk when it returns", edits),
            ("undo, on the disk when it returns", undos),
            ("opening the store", [_ms(lambda: Store.open(folder).close()) for _ in range(20)]),
        ]
        with Store.open(folder) as store:
            rows += [
                ("the form as it stands", _times(lambda: store.sheet(session))),
                (
                    f"what can be undone after {EDITS} edits",
                    _times(lambda: store.undo_stack(session)),
                ),
                (f"all {visits} visits", _times(lambda: store.sessions())),
                (
                    f"visits found by two words among {visits}",
                    _times(lambda: store.sessions("c-7 bare")),
                ),
            ]
            score(store, session, Score.MARKED)
            begun = time.process_time()
            verdict = verify(store)
            verify_s = time.process_time() - begun
        size_mb = (folder / STORE_FILE).stat().st_size / 1e6
    table = "\n".join(_row(name, measured) for name, measured in rows)
    record(
        "store",
        "What the window waits for from the store",
        f"python -m tests bench store --visits {visits}",
        f"""
Milliseconds; other work runs on this machine (see its load), so look at the processor's time too.
The store holds {visits} visits and {verdict.entries} entries, {size_mb:.0f} MB; verifying it takes
{verify_s:.1f} s of the processor.

| what | median | 95 % | longest | processor alone, median |
|---|---|---|---|---|
{table}
""",
    )
    return int(not verdict.is_whole)


def _row(name: str, measured: list[tuple[float, float]]) -> str:
    wall, processor = np.array(measured).T
    return (
        f"| {name} | {np.median(wall):.1f} | {np.percentile(wall, 95):.1f} | {wall.max():.1f} |"
        f" {np.median(processor):.1f} |"
    )


def _times(work: Callable[[], object]) -> list[tuple[float, float]]:
    return [_ms(work) for _ in range(10)]


def _ms(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of this process on the processor."""
    begun, begun_processor = time.perf_counter(), time.process_time()
    work()
    return 1000.0 * (time.perf_counter() - begun), 1000.0 * (time.process_time() - begun_processor)
