"""A window killed in the middle of scoring loses nothing it has shown as kept."""

from __future__ import annotations

import random

from tests.journeys.at_the_desk import film
from tests.journeys.window_kills import kept_visit, kill_one

TIMES = 3


def test_windows_killed_while_scoring_lose_nothing_confirmed(tmp_path, x_screen):
    chance = random.Random(5)
    (tmp_path / "films").mkdir()
    session = kept_visit(tmp_path / "data", film(tmp_path / "films"))
    outcomes = [
        kill_one(tmp_path / "data", session, x_screen, chance, look_again=number == TIMES - 1)
        for number in range(TIMES)
    ]
    assert sum(one.lost for one in outcomes) == 0
    assert all(one.is_whole for one in outcomes)
    assert sum(one.confirmed for one in outcomes) >= TIMES
    # Killed between keeping an edit and showing it, a window has at most that one unheard.
    assert max(one.beyond for one in outcomes) <= 1
    assert outcomes[-1].is_same_in_window is True
