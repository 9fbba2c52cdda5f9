from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.ui.viewer.fetch_order import FetchOrder, Room

ROOM = Room(frames=100, behind=30, slides=14)
FILM = FetchOrder(400, ROOM, at=200, reach=60)


def fetched(order, kept, most=1000):
    """Runs fetched one after another until there are enough, and what is kept then."""
    kept, runs = set(kept), []
    while (run := order.next_run(kept.__contains__)) is not None and len(runs) < most:
        runs.append(run)
        kept.update(run)
    return runs, kept


def test_a_film_that_stands_is_fetched_ahead_then_behind_as_far_as_there_is_room():
    runs, kept = fetched(FILM, ())
    assert runs[0].start == 200
    assert kept == set(range(170, 270))
    assert FILM.next_run(kept.__contains__) is None


def test_a_film_that_plays_is_fetched_so_far_ahead_and_nothing_behind_it():
    runs, kept = fetched(replace(FILM, is_playing=True), ())
    assert min(kept) == 200
    assert 60 <= len(kept) <= 70
    assert all(len(run) <= 8 for run in runs[1:])


def test_a_film_that_plays_is_short_of_frames_where_half_of_those_ahead_are_not_there():
    playing = replace(FILM, is_playing=True)
    assert playing.is_short(range(200, 229).__contains__)
    assert not playing.is_short(range(200, 230).__contains__)
    assert not FILM.is_short(range(200, 202).__contains__)
    assert not replace(playing, at=390).is_short(range(390, 400).__contains__)
    back = replace(playing, direction=-1)
    assert back.is_short(range(172, 201).__contains__)
    assert not back.is_short(range(171, 201).__contains__)
    loop = replace(playing, loop=range(190, 215))
    assert loop.is_short(range(200, 215).__contains__)
    assert not loop.is_short(range(190, 215).__contains__)


def test_backwards_the_frames_before_are_wanted_and_each_run_is_decoded_onwards():
    runs, kept = fetched(replace(FILM, is_playing=True, direction=-1), ())
    assert max(kept) == 200
    assert 60 <= len(kept) <= 70
    assert all(run.step == 1 for run in runs)


def test_the_beginning_of_a_loop_is_wanted_before_its_end_is_reached():
    order = replace(FILM, is_playing=True, loop=range(190, 215))
    assert [frame for part in order.to_come() for frame in part] == [
        *range(200, 215),
        *range(190, 200),
    ]
    back = replace(order, direction=-1)
    assert [frame for part in back.to_come() for frame in part] == [
        *range(200, 189, -1),
        *range(214, 200, -1),
    ]
    assert not order.is_straight_on


def test_a_film_that_fits_is_wanted_whole():
    order = FetchOrder(90, ROOM, at=40)
    assert order.fits
    assert fetched(order, ())[1] == set(range(90))


@given(
    st.integers(0, 399),
    st.sampled_from((-1, 1)),
    st.sampled_from((FILM.count, 90, 203)),
    st.sets(st.integers(0, 399), max_size=120),
    st.booleans(),
)
def test_while_playing_is_held_all_it_waits_for_is_fetched(at, direction, count, kept, has_loop):
    at %= count
    order = replace(FILM, count=count, at=at, direction=direction, is_playing=True)
    if has_loop:
        order = replace(order, loop=range(max(0, at - 20), min(count, at + 25)))
    order = replace(order, reach=order.sure_ahead)
    to_come = [frame for part in order.to_come() for frame in part]
    assert 1 <= order.sure_ahead <= len(to_come)
    assert set(to_come[: order.sure_ahead]) <= fetched(order, kept)[1]


@given(st.integers(0, 399), st.sampled_from((-1, 1)), st.booleans())
def test_what_is_fetched_is_wanted_and_not_there_yet(at, direction, is_playing):
    order = replace(FILM, at=at, direction=direction, is_playing=is_playing)
    kept = set(range(max(0, at - 3), at + 5))
    run = order.next_run(kept.__contains__)
    if run is not None:
        assert not kept & set(run)
        assert all(order.is_wanted(frame) for frame in run)
    assert len({*order.ahead(), *range(at, -1 if direction > 0 else 400, -direction)}) == 400


@pytest.mark.parametrize("pane_px", [None, (200, 150), (2560, 1440)])
def test_memory_is_shared_out_within_its_limit(pane_px):
    room = Room.shared_out(320_000_000, (1280, 720), pane_px)
    slide_bytes = 0 if pane_px is None else 4 * pane_px[0] * pane_px[1]
    assert room.frames * 3 * 1280 * 720 + room.slides * slide_bytes <= 320_000_000
    assert 0 < room.behind < room.frames / 2
    assert room.weight_behind > 1.0
