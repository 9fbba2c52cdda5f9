"""A process that is killed loses nothing that it had confirmed."""

from __future__ import annotations

import random

from gaitdesk.store.edits import cell_key
from gaitdesk.store.store import Store
from gaitdesk.store.verify import verify
from tests.store.editor import Editor, edit
from tests.store.kills import follows, kill_editors, kill_maker
from tests.store.made import CELLS, visit

TIMES = 10
"""Rounds in which two processes are killed."""


def test_two_editors_killed_at_random_moments_lose_nothing_confirmed(folder):
    chance = random.Random(7)
    outcomes = [kill_editors(folder, chance, 2) for _ in range(TIMES)]
    assert sum(one.lost for one in outcomes) == 0
    assert all(one.is_whole for one in outcomes)
    assert sum(one.confirmed for one in outcomes) >= 2 * TIMES
    # Two processes were killed, so that at most two steps of two entries were not heard of.
    assert max(one.beyond for one in outcomes) <= 4


def test_a_store_that_was_being_made_opens(tmp_path):
    chance = random.Random(8)
    assert sum(kill_maker(tmp_path / str(one), chance) for one in range(3)) >= 3


def test_two_processes_edit_one_visit_at_the_same_time_without_loss(folder):
    with Store.open(folder) as store:
        session = visit(store)
    keys = [cell_key(*cell) for cell in CELLS]
    editors = [Editor(edit, folder, session, f"Rater {one}", keys[one::2]) for one in range(2)]
    for one in editors:
        one.wait(confirmed=12)
    for one in editors:
        assert one.kill()
    with Store.open(folder) as store:
        history = store.history(session)
        assert verify(store).is_whole
        assert follows(store, session)
    by = {one.rater: [] for one in history}
    for entry in history:
        by[entry.rater].append(entry.id)
    for number, one in enumerate(editors):
        own = by[f"Rater {number}"]
        assert one.confirmed == own[: len(one.confirmed)]
        assert len(one.confirmed) >= 12
    first, second = by["Rater 0"], by["Rater 1"]
    assert first[0] < second[-1]
    assert second[0] < first[-1]
