from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.recording import Video
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.playback import LONGEST_HOLD_S, MOST_BEHIND_S, FrameCount, Playback


class Clock:
    """A wall clock that goes when told."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def playback(qapp, clock):
    one = Playback(clock=clock)
    one.set_axis(TimeAxis((Video(Path("x.mp4"), np.arange(121) / 60, 64, 48),)))
    one.reached = []
    one.time_reached.connect(one.reached.append)
    yield one
    one.pause()


def after(playback, clock, seconds):
    clock.now_s += seconds
    playback.tick()
    return playback.reached[-1]


@pytest.mark.parametrize("rate", [0.125, 0.25, 0.5, 1.0, 2.0])
def test_the_moment_follows_the_wall_clock(playback, clock, rate):
    playback.play(rate)
    assert after(playback, clock, 0.5) == pytest.approx(0.5 * rate)
    assert after(playback, clock, 0.4) == pytest.approx(0.9 * rate)


def test_a_late_tick_leaves_frames_out_and_is_not_late_itself(playback, clock):
    playback.play(1.0)
    assert after(playback, clock, 1.5) == pytest.approx(1.5)


def frames_of(playback):
    return [math.floor(60 * time_s + 1e-4) for time_s in playback.reached]


@pytest.mark.parametrize("rate", [1.0, -1.0, 0.5, 2.0])
def test_a_tick_that_is_a_little_late_leaves_no_frame_out(playback, clock, rate):
    playback.set_time(1.0)
    playback.play(rate)
    gap_s = 1 / 60 / abs(rate)
    for late_s in (0.0, 0.04, 0.0, 0.02, 0.03, 0.0):
        after(playback, clock, gap_s + late_s)
    assert set(np.diff(frames_of(playback)) * np.sign(rate)) == {1}
    assert 0 < playback.behind_s <= MOST_BEHIND_S


def test_what_is_behind_is_made_up_for_without_leaving_a_frame_out(playback, clock):
    playback.play(1.0)
    after(playback, clock, 1 / 60)
    after(playback, clock, 0.06)
    begun_s = playback.behind_s
    assert begun_s == pytest.approx(0.06 - 1 / 60, abs=0.002)
    for _ in range(60):
        after(playback, clock, 0.015)
    assert playback.behind_s == pytest.approx(0.0, abs=1e-9)
    assert set(np.diff(frames_of(playback))) <= {0, 1}
    assert playback.reached[-1] == pytest.approx(clock.now_s - 100.0)


def test_a_machine_that_never_keeps_up_is_never_far_behind(playback, clock):
    playback.play(1.0)
    for tick in range(1, 26):
        assert after(playback, clock, 0.06) >= 0.06 * tick - MOST_BEHIND_S - 1e-9


def test_what_was_behind_is_forgotten_by_who_begins_anew(playback, clock):
    playback.play(1.0)
    after(playback, clock, 0.06)
    assert playback.behind_s > 0
    playback.pause()
    playback.set_time(0.5)
    playback.play(1.0)
    assert after(playback, clock, 0.015) == pytest.approx(0.515)
    assert playback.behind_s == 0.0


def test_playing_is_held_until_its_first_frames_are_there(playback, clock):
    told = []
    playback.held.connect(told.append)
    share = [0.0]
    playback.readiness = lambda: share[0]
    playback.play(1.0)
    assert playback.is_playing
    assert after(playback, clock, 0.4) == 0.0
    share[0] = 0.75
    assert after(playback, clock, 0.4) == 0.0
    assert told == [0.0, 0.75]
    share[0] = 1.0
    assert after(playback, clock, 0.1) == pytest.approx(0.0)
    assert after(playback, clock, 0.25) == pytest.approx(0.25)
    assert told[2:] == [1.0]
    playback.set_speed(0.5)
    share[0] = 0.0
    assert after(playback, clock, 0.5) == pytest.approx(0.5)


def test_playing_begins_all_the_same_when_frames_do_not_come(playback, clock):
    playback.readiness = lambda: 0.5
    playback.play(1.0)
    assert after(playback, clock, 0.9 * LONGEST_HOLD_S) == 0.0
    assert after(playback, clock, 0.2 * LONGEST_HOLD_S) == pytest.approx(0.0)
    assert after(playback, clock, 0.25) == pytest.approx(0.25)


def test_who_pauses_while_it_is_held_stays_where_they_were(playback, clock):
    told = []
    playback.held.connect(told.append)
    playback.readiness = lambda: 0.0
    playback.play(1.0)
    playback.pause()
    assert told == [1.0]
    playback.readiness = None
    clock.now_s += 9.0
    playback.play(1.0)
    assert after(playback, clock, 0.25) == pytest.approx(0.25)


def test_it_stops_at_the_end_and_starts_over(playback, clock):
    playback.play(1.0)
    assert after(playback, clock, 5.0) == pytest.approx(2.0)
    assert not playback.is_playing
    playback.toggle()
    assert after(playback, clock, 0.25) == pytest.approx(0.25)


def test_it_plays_backwards(playback, clock):
    playback.set_time(1.0)
    playback.faster(-1)
    assert playback.rate == -1.0
    assert after(playback, clock, 0.25) == pytest.approx(0.75)


def test_the_same_key_again_is_faster_up_to_double(playback):
    for expected in (1.0, 2.0, 2.0):
        playback.faster(1)
        assert playback.rate == expected
    playback.faster(-1)
    assert playback.rate == -1.0


def test_a_stretch_is_played_again_and_again(playback, clock):
    playback.set_loop((0.5, 1.0))
    playback.set_time(0.5)
    playback.play(1.0)
    assert after(playback, clock, 0.4) == pytest.approx(0.9)
    assert after(playback, clock, 0.25) == pytest.approx(0.65)
    assert playback.is_playing


def test_another_speed_takes_effect_at_once(playback, clock):
    playback.play(1.0)
    after(playback, clock, 0.4)
    playback.set_speed(0.5)
    assert playback.rate == 0.5
    assert after(playback, clock, 0.4) == pytest.approx(0.6)


def test_without_films_nothing_plays(qapp):
    one = Playback()
    one.toggle()
    assert not one.is_playing


@pytest.mark.parametrize(
    ("frames", "direction", "painted", "left_out"),
    [
        ([5, 6, 7, 8], 1, 3, 0),
        ([5, 5, 6, 6, 7], 1, 2, 0),
        ([5, 6, 9, 10], 1, 3, 2),
        ([10, 9, 6], -1, 2, 2),
        ([5, 6, 2, 3], 1, 3, 0),
    ],
)
def test_frames_never_painted_are_counted(frames, direction, painted, left_out):
    count = FrameCount()
    count.begin()
    for frame in frames:
        count.add(0, frame, direction)
    assert (count.painted, count.left_out) == (painted, left_out)


def test_each_film_is_counted_by_itself():
    count = FrameCount()
    count.begin()
    for frame in range(4):
        count.add(0, frame, 1)
        count.add(1, 20 + frame, 1)
    assert (count.painted, count.left_out) == (6, 0)
    count.end()
    count.begin()
    assert (count.painted, count.left_out) == (0, 0)
