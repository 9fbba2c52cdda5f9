from __future__ import annotations

import pytest

from gaitdesk.ui.viewer.head_start import AHEAD_S, head_start

PLENTY = 10_000


def test_where_frames_come_in_time_a_moment_of_the_walk_is_enough():
    assert head_start(600, 60.0, 400.0, PLENTY) == AHEAD_S * 60
    assert head_start(600, 120.0, 400.0, PLENTY) == AHEAD_S * 120
    assert head_start(600, 60.0, 0.0, PLENTY) == AHEAD_S * 60


@pytest.mark.parametrize("fetched_per_s", [10.0, 25.0, 50.0, 75.0])
def test_where_they_come_too_slowly_none_is_missing_when_it_is_due(fetched_per_s):
    to_play, played_per_s = 900, 60.0
    needed = head_start(to_play, played_per_s, fetched_per_s, PLENTY)
    left = 0.6 * fetched_per_s
    for frame in range(needed, to_play):
        came_s = (frame - needed) / left
        assert came_s <= frame / played_per_s


def test_nothing_is_waited_for_that_is_not_played_or_finds_no_room():
    assert head_start(40, 60.0, 400.0, PLENTY) == 40
    assert head_start(900, 60.0, 5.0, 70) == 70
    assert head_start(0, 60.0, 5.0, 70) == 0
