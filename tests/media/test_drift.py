from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.media.drift import fitted_line, measured_drift
from gaitdesk.media.motion import motion_signals
from tests.media.two_cameras import shifted_pair


def drift_of(duration_s: float, ms_per_s: float = 0.0, seed: int = 0, noise_px: float = 1.0):
    one, (times_s, track) = shifted_pair(
        0.3, duration_s=duration_s, fps=(60.0, 50.0), unevenness=0.05, noise_px=noise_px, seed=seed
    )
    rate = 1.0 + ms_per_s / 1000.0
    middle_s = (duration_s / 2.0 + 0.3) * rate - duration_s / 2.0
    return measured_drift(motion_signals(*one), motion_signals(times_s * rate, track), middle_s)


@pytest.mark.parametrize("duration_s", [2.2, 4.0, 8.0])
def test_a_short_walk_has_an_error_and_claims_no_drift(duration_s):
    drift = drift_of(duration_s)
    assert drift.error_ms_per_s is not None
    assert drift.error_ms_per_s > 1000.0 * 0.015 / duration_s
    assert drift.ms_per_s == 0.0
    assert drift.offset_s == pytest.approx(0.3), "the offset stays what it was"
    assert drift.shared_s == pytest.approx(duration_s - 0.3, abs=0.05)


def test_a_longer_walk_tells_more():
    errors = [drift_of(seconds).error_ms_per_s for seconds in (3.0, 8.0, 24.0)]
    assert errors == sorted(errors, reverse=True)


def test_a_drift_is_taken_only_where_it_stands_out_from_its_error():
    small, large = drift_of(24.0, 0.5), drift_of(24.0, 6.0)
    assert small.ms_per_s == 0.0
    assert large.ms_per_s == pytest.approx(6.0, abs=3.0 * large.error_ms_per_s)


def test_too_short_a_walk_tells_nothing_of_the_clocks():
    assert drift_of(1.2).error_ms_per_s is None


def test_the_error_of_a_line_covers_its_slope():
    rng = np.random.default_rng(3)
    times_s = np.arange(0.0, 8.0, 1.0)
    lines = [fitted_line(times_s, 0.01 * rng.standard_normal(8)) for _ in range(300)]
    assert np.mean([abs(line.slope) < 3.0 * line.error for line in lines]) > 0.9
    straight = fitted_line(times_s, 0.3 + 0.002 * times_s)
    assert straight.slope == pytest.approx(0.002)
    assert straight.start_s == pytest.approx(0.3)
