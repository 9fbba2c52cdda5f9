"""The window scores by key and is killed with kill -9 at random moments, over and over."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from pathlib import Path

from tests.bench.results import record
from tests.journeys.at_the_desk import film
from tests.journeys.screen import has_server, screen
from tests.journeys.window_kills import kept_visit, kill_one

ROUNDS_A_STORE = 25
LOOK_AGAIN_EVERY = 10


def main(words: list[str]) -> int:
    """Kill, record; 1 when a confirmed edit was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests bench windowkills")
    parser.add_argument("--times", type=int, default=200, help="windows killed while scoring")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(words)
    chance = random.Random(arguments.seed)
    outcomes = []
    with tempfile.TemporaryDirectory() as scratch, screen() as environment:
        place = Path(scratch)
        films = place / "films"
        films.mkdir()
        analysis = film(films)
        for number in range(arguments.times):
            data = place / f"desk-{number // ROUNDS_A_STORE}"
            if number % ROUNDS_A_STORE == 0:
                session = kept_visit(data, analysis)
            look_again = number % LOOK_AGAIN_EVERY == LOOK_AGAIN_EVERY - 1
            one = kill_one(data, session, environment, chance, look_again=look_again)
            outcomes.append(one)
            print(
                f"{number + 1}: {one.confirmed} confirmed, {one.lost} lost, {one.beyond} more,"
                f" shown after {one.start_s:.1f} s",
                flush=True,
            )
    lost = sum(one.lost for one in outcomes)
    damaged = sum(not one.is_whole for one in outcomes)
    looked = [one.is_same_in_window for one in outcomes if one.is_same_in_window is not None]
    starts, opens = [one.start_s for one in outcomes], [one.reopen_s for one in outcomes]
    where = "an X server" if has_server() else "Qt's platform without a screen"
    record(
        "windowkills",
        "The window and kill -9",
        f"python -m tests bench windowkills --times {arguments.times}",
        f"""
A window on {where} opens a visit and scores cell after cell by key events as fast as they are
handled, with an undo after every fifth; it is killed at a random moment, and the store is opened.
An edit counts as confirmed once the form shows it as kept.

| what | found |
|---|---|
| windows killed while scoring | {len(outcomes)} |
| edits confirmed before | {sum(one.confirmed for one in outcomes)} |
| confirmed edits lost | {lost} |
| edits kept that were not shown yet | {sum(one.beyond for one in outcomes)} |
| times the store did not open or its chain did not verify | {damaged} |
| windows opened again; all cells as the store has them | {len(looked)}; {sum(looked)} |
| start of a window to its visit shown, median and longest | {_times(starts)} |
| time to open and verify the store, median and longest | {_times(opens)} |
""",
    )
    print(f"{lost} lost, {damaged} damaged, {sum(looked)} of {len(looked)} the same in a window")
    return int(bool(lost or damaged or not all(looked)))


def _times(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} and {1000 * max(seconds):.0f} ms"
