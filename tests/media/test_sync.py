from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Sync, SyncSource, Video
from gaitdesk.media.sync import clock_hint_s, propose_sync, stated_sync
from tests.bench.beam_reference import FPS, seen_by
from tests.media.two_cameras import shifted_pair


def film(times_s: np.ndarray, recorded_at: str = "") -> Video:
    return Video(Path("walk.mp4"), times_s, 1280, 720, recorded_at=recorded_at)


def proposed(one, other, **options) -> Sync:
    return propose_sync(0, 1, film(one[0]), one[1], film(other[0]), other[1], **options)


@pytest.mark.parametrize("offset_s", [-1.7, -0.31, 0.0, 0.9, 2.13])
@pytest.mark.parametrize("fps", [(60.0, 60.0), (60.0, 25.0)])
def test_the_offset_of_two_films_is_found_to_a_frame(offset_s, fps):
    one, other = shifted_pair(offset_s, fps=fps, unevenness=0.06, noise_px=0.7)
    sync = proposed(one, other)
    assert sync.offset_s == pytest.approx(offset_s, abs=1 / 60)
    assert sync.source is SyncSource.MOTION
    assert sync.confidence > 0.4
    assert sync.drift_ms_per_s == 0.0


def test_a_walk_that_repeats_itself_exactly_gives_little_confidence():
    one, other = shifted_pair(0.8, unevenness=0.0, noise_px=1.0)
    sync = proposed(one, other)
    stride_s = 0.95
    astray_s = (sync.offset_s - 0.8 + stride_s / 2) % stride_s - stride_s / 2
    assert abs(astray_s) < 1 / 30, "right up to a whole number of strides"
    assert sync.confidence < 0.5


def test_setting_off_tells_one_stride_from_the_next():
    one, other = shifted_pair(0.4, unevenness=0.0, rests=True, noise_px=0.5)
    sync = proposed(one, other)
    assert sync.offset_s == pytest.approx(0.4, abs=1 / 60)
    assert sync.confidence > 0.6


def test_confidence_falls_with_the_quality_of_the_points():
    confidences = [
        proposed(*shifted_pair(0.4, unevenness=0.06, noise_px=noise)).confidence
        for noise in (0.5, 4.0, 40.0)
    ]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[-1] < 0.3


def test_films_of_different_walks_give_little_confidence():
    one, _ = shifted_pair(0.0, stride_s=0.9, unevenness=0.05, seed=1)
    _, other = shifted_pair(0.0, stride_s=1.25, unevenness=0.05, seed=50)
    assert proposed(one, other).confidence < 0.5


def test_drift_is_told_where_the_walk_is_long():
    one, (times_s, track) = shifted_pair(
        0.4, duration_s=24.0, unevenness=0.06, rests=True, noise_px=0.7
    )
    sync = proposed(one, (times_s * 1.003, track))
    assert sync.drift_ms_per_s == pytest.approx(3.0, abs=1.0)
    for time_s in (2.0, 12.0, 22.0):
        assert sync.to_coronal(time_s) == pytest.approx((time_s + 0.4) * 1.003, abs=1 / 60)


def test_swapping_the_films_turns_the_offset_round():
    one, other = shifted_pair(0.7, unevenness=0.06, noise_px=0.5)
    forth, back = proposed(one, other), proposed(other, one)
    assert forth.offset_s == pytest.approx(-back.offset_s, abs=1e-6)


def test_gaps_in_the_points_are_left_out():
    one, (times_s, track) = shifted_pair(0.7, unevenness=0.06, noise_px=0.5)
    points_px = track.points_px.copy()
    points_px[100:160] = np.nan
    sync = proposed(one, (times_s, PoseTrack(points_px, track.confidence)))
    assert sync.offset_s == pytest.approx(0.7, abs=1 / 60)


def test_events_tell_where_no_body_is_seen():
    contacts_s = np.array([0.3, 0.85, 1.38, 1.97, 2.44, 3.02, 3.6])

    def events(shift_s: float) -> list[GaitEvent]:
        return [
            GaitEvent(list(Side)[i % 2], EventKind.INITIAL_CONTACT, 0, float(t + shift_s))
            for i, t in enumerate(contacts_s)
        ]

    times_s = np.arange(0, 5, 1 / 60)
    nobody = (times_s, PoseTrack.empty(len(times_s)))
    sync = proposed(nobody, nobody, sagittal_events=events(0.0), coronal_events=events(0.64))
    assert sync.offset_s == pytest.approx(0.64, abs=1 / 60)
    assert sync.source is SyncSource.EVENTS


def test_without_anybody_the_clocks_are_asked_and_then_nothing_is_claimed():
    times_s = np.arange(0, 5, 1 / 60)
    nobody = PoseTrack.empty(len(times_s))
    early, late = (film(times_s, f"2024-05-03T10:20:3{s}.000000Z") for s in (0, 2))
    asked = propose_sync(0, 1, late, nobody, early, nobody)
    assert (asked.source, asked.offset_s, asked.confidence) == (SyncSource.CLOCK, 2.0, 0.1)
    silent = propose_sync(0, 1, film(times_s), nobody, film(times_s), nobody)
    assert (silent.source, silent.offset_s, silent.confidence) == (SyncSource.NONE, 0.0, 0.0)


@pytest.mark.parametrize("stated", ["", "yesterday", "2024-05-03T11:20:30Z", "2024-05-03T10:20:30"])
def test_a_clock_that_cannot_be_right_gives_no_hint(stated):
    times_s = np.arange(0, 5, 1 / 60)
    assert clock_hint_s(film(times_s, "2024-05-03T10:20:30Z"), film(times_s, stated)) is None


def test_films_too_short_to_compare_are_not_related():
    one, other = shifted_pair(0.0, duration_s=0.5)
    assert proposed(one, other).source is SyncSource.NONE


def test_the_word_of_the_user_is_taken():
    assert stated_sync(1, 0, -0.25) == Sync(1, 0, -0.25, 1.0, SyncSource.USER)


@pytest.mark.parametrize("dropped", range(-40, 41, 10))
def test_the_beam_walk_is_placed_to_a_frame(dropped, films):
    folder = films / "pose2sim_beam"
    side, front = seen_by("cam03", folder), seen_by("cam02", folder)
    first, second = max(0, dropped), max(0, -dropped)

    def cut(track: PoseTrack, frames: int) -> tuple[np.ndarray, PoseTrack]:
        rest = PoseTrack(track.points_px[frames:], track.confidence[frames:])
        return np.arange(len(rest)) / FPS, rest

    sync = proposed(cut(side, first), cut(front, second))
    assert sync.offset_s == pytest.approx(dropped / FPS, abs=1 / FPS)
