from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.recording import Sync, SyncSource, Video
from gaitdesk.ui.viewer.axis import TimeAxis


def video(fps, frames=60):
    return Video(Path("x.mp4"), np.arange(frames) / fps, 64, 48)


def axis(offset_s=0.3, fps=(60.0, 25.0), drift=0.0):
    sync = Sync(0, 1, offset_s, 1.0, SyncSource.MOTION, drift)
    return TimeAxis((video(fps[0]), video(fps[1])), sync)


@given(
    st.floats(-0.8, 0.8),
    st.sampled_from([24.0, 25.0, 59.94, 120.0]),
    st.floats(-2.0, 2.0),
    st.integers(0, 59),
    st.sampled_from([0, 1]),
)
def test_a_frame_is_shown_at_its_own_moment(offset_s, fps, drift, frame, slot):
    one = axis(offset_s, (60.0, fps), drift)
    moment = one.time_of(slot, frame)
    assert one.nearest(slot, moment).frame == frame
    assert one.latest(slot, moment).frame == frame


@given(st.floats(0.0, 0.85), st.sampled_from([25.0, 30.0, 60.0]))
def test_the_films_are_never_further_apart_than_half_a_frame(moment, fps):
    one = axis(0.1, (60.0, fps))
    shown = one.nearest(1, moment)
    assert shown.is_within
    assert abs(one.time_of(1, shown.frame) - moment) <= 0.5 / fps + 1e-6


def test_a_film_that_has_not_begun_shows_its_first_frame():
    one = axis(offset_s=-0.5)
    shown = one.nearest(1, 0.1)
    assert shown.frame == 0
    assert not shown.is_within
    assert one.nearest(1, 0.5).is_within


def test_a_film_that_has_ended_shows_its_last_frame():
    shown = axis(offset_s=0.3).nearest(0, 1.5)
    assert shown.frame == 59
    assert not shown.is_within


def test_the_axis_reaches_from_the_first_frame_of_any_film_to_the_last():
    one = axis(offset_s=0.3)
    assert one.start_s == pytest.approx(-0.3)
    assert one.end_s == pytest.approx(59 / 25 - 0.3)


def test_stepping_on_and_back_comes_to_the_same_moment():
    one = axis()
    moment = one.time_of(0, 20)
    assert one.stepped(0, one.stepped(0, moment, 1), -1) == pytest.approx(moment)
    assert one.nearest(0, one.stepped(0, moment, 3)).frame == 23


def test_stepping_goes_on_in_the_other_film_where_one_has_ended():
    one = axis()
    end = one.time_of(0, 59)
    beyond = end
    for _ in range(200):
        beyond = one.stepped(0, beyond, 1)
    assert beyond == pytest.approx(one.end_s)
    assert one.nearest(1, beyond).frame == 59


def test_stepping_follows_uneven_times():
    times_s = np.array([0.0, 0.02, 0.09, 0.1, 0.2])
    one = TimeAxis((Video(Path("x.mp4"), times_s, 64, 48),))
    moments = [0.0]
    for _ in range(6):
        moments.append(one.stepped(0, moments[-1], 1))
    assert moments == pytest.approx([0.0, 0.02, 0.09, 0.1, 0.2, 0.2, 0.2])


def played(one, direction=1, start_s=None):
    """Frames shown beat by beat, shape (beats, films)."""
    moment = one.start_s if start_s is None else start_s
    shown = []
    while moment is not None:
        beat_s = one.beat_s(moment)
        shown.append([one.nearest(slot, beat_s).frame for slot in range(len(one.videos))])
        moment = one.next_beat_s(moment, direction)
    return np.array(shown)


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("offset_s", [0.0, 0.1837, -0.3042])
def test_films_of_one_rate_change_together_and_leave_no_frame_out(offset_s, direction):
    one = axis(offset_s, (60.0, 60.0))
    shown = played(one, direction, one.start_s if direction > 0 else one.end_s)
    for slot in range(2):
        assert (np.abs(np.diff(shown[:, slot])) <= 1).all()
        assert set(shown[:, slot]) >= set(range(1, 59))
    both = [one.nearest(1, one.time_of(0, frame)).is_within for frame in range(60)]
    assert len(shown) <= 60 + both.count(False) + 2


def test_the_quicker_film_sets_the_beat():
    one = axis(0.0, (60.0, 25.0))
    assert one.next_beat_s(0.0, 1) == pytest.approx(1 / 60)
    assert one.next_beat_s(0.035, 1) == pytest.approx(3 / 60)
    assert one.beat_s(0.049) == pytest.approx(2 / 60)
    assert one.next_beat_s(one.end_s + 1, 1) is None


def test_a_film_that_has_ended_no_longer_sets_the_beat():
    one = axis(0.0, (60.0, 25.0))
    assert one.next_beat_s(1.51, 1) == pytest.approx(1.52)
    assert one.beat_s(1.53) == pytest.approx(1.52)


def test_another_offset_moves_the_second_film_alone():
    one = axis(0.3)
    moved = one.with_offset(0.4)
    assert moved.time_of(0, 7) == one.time_of(0, 7)
    assert moved.time_of(1, 7) == pytest.approx(one.time_of(1, 7) - 0.1)
