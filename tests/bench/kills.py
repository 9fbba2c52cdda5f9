"""Two processes edit one visit and are killed with kill -9 at random moments, over and over."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from pathlib import Path

from tests.bench.results import record
from tests.store.kills import kill_editors, kill_maker

EDITORS = 2
ROUNDS_A_STORE = 10


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests bench kills")
    parser.add_argument("--times", type=int, default=200, help="processes killed while editing")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(words)
    chance = random.Random(arguments.seed)
    outcomes, makings = [], []
    with tempfile.TemporaryDirectory() as place:
        for number in range(-(-arguments.times // EDITORS)):
            folder = Path(place) / f"desk-{number // ROUNDS_A_STORE}"
            outcomes.append(kill_editors(folder, chance, EDITORS))
        for number in range(max(1, arguments.times // 10)):
            makings.append(kill_maker(Path(place) / f"made-{number}", chance))
    lost = sum(one.lost for one in outcomes)
    damaged = sum(not one.is_whole for one in outcomes)
    record(
        "kills",
        "Edits and kill -9",
        f"python -m tests bench kills --times {arguments.times}",
        f"""
{EDITORS} processes score cells of one visit as fast as they can, undo, redo and write two entries
at once; each is killed at a random moment, and the store is opened again.

| what | found |
|---|---|
| processes killed while editing | {EDITORS * len(outcomes)} |
| entries confirmed before | {sum(one.confirmed for one in outcomes)} |
| confirmed entries lost | {lost} |
| entries kept whose confirmation was not heard any more | {sum(one.beyond for one in outcomes)} |
| times the store did not open or verify | {damaged} |
| time to open it again, median and longest | {_times([one.reopen_s for one in outcomes])} |
| processes killed while making stores; all opened | {len(makings)} ({sum(makings)} stores) |
""",
    )
    print(f"{lost} lost, {damaged} damaged")
    return int(bool(lost or damaged))


def _times(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} and {1000 * max(seconds):.0f} ms"
