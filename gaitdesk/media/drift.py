"""Drift between the clocks of two films, with what it is known to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.media.agreement import agreement, between_samples
from gaitdesk.media.motion import RATE_HZ, Signals

SHORTEST_WINDOW_S, LONGEST_WINDOW_S = 0.5, 4.0
"""A window holds at least a step; longer ones say no more than two of them."""

_WINDOWS_IN_WALK = 4.0
_SEARCH_S = 0.1
_FEWEST_WINDOWS = 5
_LEAST_LIKENESS = 0.3
# What a window can be placed to at best: its signals are sampled every 8 ms.
_PLACING_S = 0.002
# Two views of one motion differ by so much more at one end of a walk than at the other.
_VIEWS_S = 0.015
# One-sided: three and one standard deviation of a normal distribution.
_SURELY, _TYPICALLY = 0.99865, 0.84134


@dataclass(frozen=True, slots=True)
class Drift:
    """How the offset of two films changes along the walk they share.

    Attributes:
        offset_s: Time in the second film of the first film's time 0.
        ms_per_s: What the second clock gains on the first; 0 where that is within its error.
        error_ms_per_s: One standard deviation of it; None where the walk is too short to tell.
        shared_s: Length of film that both show.
    """

    offset_s: float
    ms_per_s: float
    error_ms_per_s: float | None
    shared_s: float


def measured_drift(first: Signals, second: Signals, offset_s: float) -> Drift:
    """Drift from the offset found anew in windows along the walk, by a line through them.

    Windows last a quarter of what is shared, from 0.5 to 4 s, and overlap by half, so that every
    second one counts. The drift is taken where it exceeds its error three times, by Student's
    distribution: few windows may lie on a line by chance.

    Args:
        first: Motion in the film that gives the clock.
        second: Motion in the other one.
        offset_s: The offset over the whole walk.
    """
    shift = round(offset_s * RATE_HZ)
    start = max(0, -shift)
    stop = min(first.values.shape[1], second.values.shape[1] - shift)
    shared_s = max(0.0, (stop - start) / RATE_HZ)
    none = Drift(offset_s, 0.0, None, shared_s)
    width = round(
        float(np.clip(shared_s / _WINDOWS_IN_WALK, SHORTEST_WINDOW_S, LONGEST_WINDOW_S)) * RATE_HZ
    )
    times_s, offsets_s = _windows(first, second, shift, range(start, stop - width + 1, width // 2))
    if len(times_s) < _FEWEST_WINDOWS:
        return none
    line = fitted_line(times_s, offsets_s)
    views = _VIEWS_S / shared_s
    error, least = (
        float(np.hypot(student.ppf(share, line.freedom) * line.error, norm.ppf(share) * views))
        for share in (_TYPICALLY, _SURELY)
    )
    if abs(line.slope) < least:
        return Drift(offset_s, 0.0, 1000.0 * error, shared_s)
    return Drift(line.start_s, 1000.0 * line.slope, 1000.0 * error, shared_s)


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line through the offsets of windows that overlap by half.

    Attributes:
        slope: Seconds a second.
        start_s: Offset at time 0.
        error: Standard error of the slope, from the windows' scatter.
        freedom: Degrees of freedom of that error.
    """

    slope: float
    start_s: float
    error: float
    freedom: float


def fitted_line(times_s: FloatArray, offsets_s: FloatArray) -> Line:
    """The line through the offsets found in windows; at least three windows.

    Args:
        times_s: Middle of each window, shape (windows,).
        offsets_s: Offset found in each, shape (windows,).
    """
    slope, start_s = np.polyfit(times_s, offsets_s, 1)
    counted = (len(times_s) + 1) / 2.0
    freedom = max(1.0, counted - 2.0)
    rest_s = offsets_s - (slope * times_s + start_s)
    scatter_s = np.hypot(np.sqrt(float((rest_s**2).mean()) * counted / freedom), _PLACING_S)
    error = float(scatter_s / (np.std(times_s) * np.sqrt(counted)))
    return Line(float(slope), float(start_s), error, freedom)


def _windows(
    first: Signals, second: Signals, shift: int, begins: range
) -> tuple[FloatArray, FloatArray]:
    """Middle of each window that both films fill with like motion, and its own offset."""
    if not begins:
        return np.zeros(0), np.zeros(0)
    width, reach = 2 * begins.step, round(_SEARCH_S * RATE_HZ)
    times_s, offsets_s = [], []
    for begin in begins:
        left = max(0, begin + shift - reach)
        part = agreement(
            first.quick.between(begin, begin + width),
            second.quick.between(left, begin + shift + width + reach),
        )
        local_s = part.offsets_s + (left - begin) / RATE_HZ
        is_near = (np.abs(local_s - shift / RATE_HZ) <= _SEARCH_S) & (
            part.overlap_s >= width / RATE_HZ / 2
        )
        if not is_near.any():
            continue
        best = int(np.argmax(np.where(is_near, part.likeness, -2.0)))
        if part.likeness[best] > _LEAST_LIKENESS and is_near[max(0, best - 1) : best + 2].all():
            times_s.append((begin + width / 2) / RATE_HZ)
            offsets_s.append(local_s[best] + between_samples(part.likeness, best) / RATE_HZ)
    return np.array(times_s), np.array(offsets_s)
