"""Smoothing takes noise out and leaves the walk in."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import make_smoothing_spline
from scipy.signal import find_peaks

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.perception.smooth import cutoff_hz, is_wild, smoothed, smoothing_spline
from tests.perception.walk import LEG_PX, PEAK_KNEE_DEG, knee_flexion_deg, walk


def with_noise(track: PoseTrack, noise_px: float, seed: int = 0) -> PoseTrack:
    rng = np.random.default_rng(seed)
    return PoseTrack(
        track.points_px + rng.normal(0, noise_px, track.points_px.shape), track.confidence
    )


def swing_peaks_deg(flexion_deg):
    frames, _ = find_peaks(flexion_deg, height=45, distance=len(flexion_deg) // 8)
    return flexion_deg[frames]


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("stride_s", [0.8, 1.1])
def test_peak_knee_flexion_is_not_lowered(fps, stride_s):
    times_s = np.arange(0, 6, 1 / fps)
    truth = walk(times_s, stride_s)
    # 1 % of the leg is what BlazePose scatters by from frame to frame.
    peaks = [
        swing_peaks_deg(
            knee_flexion_deg(smoothed(with_noise(truth, 0.01 * LEG_PX, seed), times_s), Side.LEFT)
        ).mean()
        for seed in range(4)
    ]
    unsmoothed = swing_peaks_deg(knee_flexion_deg(truth, Side.LEFT)).mean()
    assert unsmoothed == pytest.approx(PEAK_KNEE_DEG, abs=1.5)
    assert np.mean(peaks) > unsmoothed - 1.0


@pytest.mark.parametrize("fps", [30, 60])
def test_noise_becomes_less(fps):
    times_s = np.arange(0, 6, 1 / fps)
    truth = walk(times_s)
    noisy = with_noise(truth, 4.0)
    right = knee_flexion_deg(truth, Side.LEFT)
    before = np.std(knee_flexion_deg(noisy, Side.LEFT) - right)
    after = np.std(knee_flexion_deg(smoothed(noisy, times_s), Side.LEFT) - right)
    assert after < 0.8 * before


@pytest.mark.parametrize("frequency_hz", [3.0, 12.0, 20.0])
def test_even_frames_are_filtered_as_by_a_butterworth_filter_run_both_ways(frequency_hz):
    times_s = np.arange(0, 4, 1 / 120)
    points = np.zeros((len(times_s), 23, 2))
    points[:, Landmark.NOSE, 0] = np.cos(2 * np.pi * frequency_hz * times_s)
    # Legs of some length, so that the wave is not taken for wild points.
    points[:, Landmark.LEFT_KNEE, 1] = 1000.0
    track = smoothed(PoseTrack(points, np.ones(points.shape[:2])), times_s)
    wave = track.of(Landmark.NOSE)[120:-120, 0]
    assert np.ptp(wave) / 2 == pytest.approx(
        1 / (1 + (frequency_hz / cutoff_hz(120)) ** 4), abs=0.03
    )


def test_the_spline_is_the_one_scipy_finds():
    rng = np.random.default_rng(3)
    times_s = np.cumsum(rng.uniform(0.01, 0.03, 60))
    path, weight = rng.normal(size=(60, 2)), rng.uniform(0.2, 1.0, 60)
    ours = smoothing_spline(path, weight, times_s, 1e-5)
    for axis in (0, 1):
        theirs = make_smoothing_spline(times_s, path[:, axis], weight, 1e-5)(times_s)
        np.testing.assert_allclose(ours[:, axis], theirs, atol=1e-6)


@pytest.mark.parametrize("frames", [1, 2])
def test_a_wild_point_is_taken_out_and_its_place_filled(frames):
    times_s = np.arange(0, 2, 1 / 60)
    truth = walk(times_s)
    points = truth.points_px.copy()
    points[60 : 60 + frames, Landmark.LEFT_ANKLE] += [250.0, -80.0]
    track = smoothed(PoseTrack(points, truth.confidence), times_s)
    miss_px = np.linalg.norm(track.points_px - truth.points_px, axis=-1)[:, Landmark.LEFT_ANKLE]
    assert miss_px.max() < 0.02 * LEG_PX
    assert track.confidence[60, Landmark.LEFT_ANKLE] == pytest.approx(0.5)


@pytest.mark.parametrize(("missing", "is_filled"), [(5, True), (8, False)])
def test_only_gaps_of_at_most_a_tenth_of_a_second_are_filled(missing, is_filled):
    times_s = np.arange(0, 2, 1 / 60)
    truth = walk(times_s)
    points, confidence = truth.points_px.copy(), truth.confidence.copy()
    points[50 : 50 + missing, Landmark.LEFT_KNEE] = np.nan
    confidence[50 : 50 + missing, Landmark.LEFT_KNEE] = 0.0
    filled = smoothed(PoseTrack(points, confidence), times_s).of(Landmark.LEFT_KNEE)
    assert np.isfinite(filled[50 : 50 + missing]).all() == is_filled
    if is_filled:
        np.testing.assert_allclose(filled, truth.of(Landmark.LEFT_KNEE), atol=0.02 * LEG_PX)


def test_frames_of_uneven_length_keep_the_walk():
    rng = np.random.default_rng(2)
    times_s = np.cumsum(rng.uniform(0.010, 0.024, 200))
    truth = walk(times_s)
    track = smoothed(truth, times_s)
    miss_px = np.linalg.norm(track.points_px - truth.points_px, axis=-1)
    assert np.nanpercentile(miss_px, 99) < 0.01 * LEG_PX


def test_a_steady_walk_holds_no_wild_points():
    times_s = np.arange(0, 3, 1 / 30)
    path = walk(times_s).of(Landmark.RIGHT_BIG_TOE)
    assert not is_wild(path, np.ones(len(path)), times_s, LEG_PX).any()


def test_a_missing_person_stays_missing():
    times_s = np.arange(0, 2, 1 / 60)
    truth = walk(times_s)
    points, confidence = truth.points_px.copy(), truth.confidence.copy()
    points[40:80], confidence[40:80] = np.nan, 0.0
    track = smoothed(PoseTrack(points, confidence), times_s)
    assert np.flatnonzero(~track.is_seen).tolist() == list(range(40, 80))
