"""What a film shows of the body's motion in a form that another camera shows alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import correlate, find_peaks

from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.domain.pose import PoseTrack

RATE_HZ = 120.0
"""Samples a second of all signals."""

# On the beam walk these two bring two views closest: the quicker the motion, the less of it is
# the camera's tilt, which turns forward motion into up and down.
_SMOOTHING_S = 0.015
_SLOW_S = 0.2
_SIZE_SMOOTHING_S = 0.25
_LONGEST_GAP_S = 0.15
# Below this, in trunk lengths a second, the walking speed is steady and says nothing.
_STEADY_SPEED = 0.4
# An event is known to about two frames of a 60 Hz camera.
_EVENT_WIDTH_S = 0.04
# Strides of a running toddler and of a very slow walker.
_SHORTEST_STRIDE_S, _LONGEST_STRIDE_S = 0.5, 2.4
# Correlation of a walk with itself one stride later; below it nothing repeats.
_REPEATS = 0.4

_PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "big_toe")


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What one film shows of the motion, on an even clock that starts with the film.

    Attributes:
        values: Shape (signals, samples), each of unit power, 0 where unknown; the first is the
            walking speed, which changes slowly.
        is_known: Shape (signals, samples).
    """

    values: FloatArray
    is_known: BoolArray

    def __add__(self, more: Signals) -> Signals:
        return Signals(
            np.concatenate([self.values, more.values]),
            np.concatenate([self.is_known, more.is_known]),
        )

    @property
    def quick(self) -> Signals:
        """All but the walking speed."""
        return Signals(self.values[1:], self.is_known[1:])

    def between(self, start: int, stop: int) -> Signals:
        """The samples from `start` up to, not including, `stop`."""
        return Signals(self.values[:, start:stop], self.is_known[:, start:stop])


def motion_signals(times_s: FloatArray, pose: PoseTrack) -> Signals:
    """Up-and-down speed of each body point, and the walking speed, on an even clock.

    All are in trunk lengths a second at the distance of the moment, which takes the camera out.
    """
    clock_s = np.arange(0.0, times_s[-1] + 1e-9, 1.0 / RATE_HZ) if len(times_s) else np.zeros(0)
    points = (*(landmark(side, part) for side in Side for part in _PARTS), Landmark.NOSE)
    trunk_px, is_sized = _even(times_s, _trunk_px(pose), clock_s)
    values = np.zeros((len(points) + 1, len(clock_s)))
    is_known = np.zeros(values.shape, np.bool_)
    if is_sized.any():
        trunk_px = gaussian_filter1d(trunk_px, _SIZE_SMOOTHING_S * RATE_HZ)
        for i, point in enumerate(points, start=1):
            height_px, is_seen = _even(times_s, pose.of(point)[:, 1], clock_s)
            speed = _change(height_px, _SMOOTHING_S) / trunk_px
            values[i] = speed - gaussian_filter1d(speed, _SLOW_S * RATE_HZ)
            is_known[i] = is_seen & is_sized
        values[0], is_known[0] = _walking_speed(times_s, pose, clock_s, trunk_px, is_sized)
    values[~is_known] = 0.0
    power = np.sqrt((values**2).sum(axis=1) / np.maximum(1, is_known.sum(axis=1)))
    # A steady walking speed must not be blown up to look like a varying one.
    power[0] = max(power[0], _STEADY_SPEED)
    return Signals(values / np.maximum(power, 1e-9)[:, None], is_known)


def stride_of(one: Signals, other: Signals) -> int | None:
    """Samples after which the motion of both films repeats itself; None where it does not."""
    longest = min(one.values.shape[1], other.values.shape[1]) * 2 // 3
    first = round(_SHORTEST_STRIDE_S * RATE_HZ)
    last = min(round(_LONGEST_STRIDE_S * RATE_HZ), longest)
    if last <= first + 2:
        return None
    repeats = np.zeros(last)
    for signals in (one, other):
        for values, is_known in zip(signals.values, signals.is_known, strict=True):
            if is_known.any():
                repeats += _with_itself(values, last) / np.maximum(
                    1.0, _with_itself(is_known.astype(np.float64), last)
                )
    repeats /= max(repeats[0], 1e-9)
    peaks, _ = find_peaks(repeats[first:])
    if not len(peaks):
        return None
    best = int(peaks[np.argmax(repeats[first:][peaks])]) + first
    return best if repeats[best] > _REPEATS else None


def deviations(signals: Signals, stride: int) -> Signals:
    """How the motion differs from that one stride before and one after.

    What every stride shares drops out, and with it what makes a wrong stride look right.
    """
    values, is_known = signals.values, signals.is_known
    total, count = np.zeros(values.shape), np.zeros(values.shape)
    for here, there in (
        (slice(stride, None), slice(-stride)),
        (slice(-stride), slice(stride, None)),
    ):
        total[:, here] += values[:, there]
        count[:, here] += is_known[:, there]
    is_compared = is_known & (count > 0)
    differ = np.where(is_compared, values - total / np.maximum(1.0, count), 0.0)
    return Signals(differ, is_compared)


def _with_itself(values: FloatArray, lags: int) -> FloatArray:
    return np.asarray(correlate(values, values, method="fft")[len(values) - 1 :][:lags])


def _walking_speed(
    times_s: FloatArray,
    pose: PoseTrack,
    clock_s: FloatArray,
    trunk_px: FloatArray,
    is_sized: BoolArray,
) -> tuple[FloatArray, BoolArray]:
    """Change of walking speed: across the picture, or towards the camera, whichever is more.

    The trunk's size is one over the distance, so the change of one over it is the speed.
    """
    hips_px = pose.points_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 0].mean(axis=1)
    across_px, is_seen = _even(times_s, hips_px, clock_s)
    is_seen &= is_sized
    if not is_seen.any():
        return np.zeros(len(clock_s)), is_seen
    typical_px = float(np.median(trunk_px[is_seen]))
    across = _change(across_px, _SIZE_SMOOTHING_S) / trunk_px
    # A camera stands about eight trunk lengths off; only its constancy matters here.
    towards = 8.0 * _change(typical_px / trunk_px, _SIZE_SMOOTHING_S)
    speed = max((across, towards), key=lambda s: float(np.median(np.abs(s[is_seen]))))
    mean = float(speed[is_seen].mean())
    return (speed - mean) * (1.0 if mean >= 0 else -1.0), is_seen


def _trunk_px(pose: PoseTrack) -> FloatArray:
    middles = [
        pose.points_px[:, [landmark(side, part) for side in Side]].mean(axis=1)
        for part in ("shoulder", "hip")
    ]
    length = np.linalg.norm(middles[0] - middles[1], axis=1)
    return np.asarray(np.where(length > 1.0, length, np.nan))


def _even(
    times_s: FloatArray, path: FloatArray, clock_s: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """A path on an even clock, and where it is known: no longer gap around, and seen at all."""
    is_seen = np.isfinite(path)
    if is_seen.sum() < 2:
        return np.zeros(len(clock_s)), np.zeros(len(clock_s), np.bool_)
    seen_s = times_s[is_seen]
    after = np.clip(np.searchsorted(seen_s, clock_s), 1, len(seen_s) - 1)
    is_known = seen_s[after] - seen_s[after - 1] <= _LONGEST_GAP_S
    is_known &= (clock_s >= seen_s[0]) & (clock_s <= seen_s[-1])
    return np.asarray(np.interp(clock_s, seen_s, path[is_seen]), np.float64), is_known


def _change(path: FloatArray, smoothing_s: float) -> FloatArray:
    """Change a second."""
    slope = gaussian_filter1d(path, smoothing_s * RATE_HZ, order=1)
    return np.asarray(slope * RATE_HZ, np.float64)


def event_signals(signals: Signals, events: Sequence[GaitEvent]) -> Signals:
    """A bump at each event, one signal for each side and kind."""
    clock_s = np.arange(signals.values.shape[1]) / RATE_HZ
    rows = []
    for side in Side:
        for kind in EventKind:
            times_s = [e.time_s for e in events if e.side is side and e.kind is kind]
            bumps = (np.exp(-0.5 * ((clock_s - t) / _EVENT_WIDTH_S) ** 2) for t in times_s)
            rows.append(reduce(add, bumps, np.zeros(len(clock_s))))
    values = np.array(rows)
    values -= values.mean(axis=1, keepdims=True)
    times_s = [e.time_s for e in events]
    is_known = (clock_s >= min(times_s) - 0.3) & (clock_s <= max(times_s) + 0.3)
    values[:, ~is_known] = 0.0
    power = np.sqrt((values**2).sum(axis=1) / max(1, int(is_known.sum())))
    # Few against many body points, and freer of what a single point suffers.
    weight = 2.0 / np.maximum(power, 1e-9)
    return Signals(values * weight[:, None], np.repeat(is_known[None], len(values), axis=0))
