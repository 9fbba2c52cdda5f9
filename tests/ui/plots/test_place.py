"""A moment of the films and its place in the gait cycle belong together both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import GaitCycle
from gaitdesk.ui.plots.place import place_near, places_at

CYCLES = (
    GaitCycle(Side.LEFT, 0, 0.1, 1.1),
    GaitCycle(Side.LEFT, 0, 1.1, 2.2),
    GaitCycle(Side.RIGHT, 0, 0.6, 1.7),
    GaitCycle(Side.RIGHT, 2, 5.0, 6.0),
)


@given(st.floats(0.11, 2.19))
def test_there_and_back(time_s):
    for side, place in places_at(CYCLES, {0: time_s}).items():
        assert place.time_s == pytest.approx(time_s)
        back = place_near(CYCLES, side, place.pct, {0: time_s})
        assert back.time_s == pytest.approx(time_s, abs=1e-6)


def test_a_limb_between_cycles_has_no_place():
    assert Side.RIGHT not in places_at(CYCLES, {0: 0.2})


def test_only_films_that_are_shown_count():
    assert places_at(CYCLES, {2: 5.5})[Side.RIGHT].pct == pytest.approx(50)
    assert places_at(CYCLES, {1: 5.5}) == {}


def test_the_nearest_cycle_is_taken():
    assert place_near(CYCLES, Side.LEFT, 10.0, {0: 2.0}).time_s == pytest.approx(1.21)
    assert place_near(CYCLES, Side.RIGHT, 10.0, {0: 9.0}).cycle.film == 0


def test_without_cycles_there_is_no_moment():
    assert place_near((), Side.LEFT, 10.0, {0: 1.0}) is None
