"""How well the motion in two films agrees at every offset between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import correlate

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.media.motion import RATE_HZ, Signals


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How well two films agree at every offset.

    Attributes:
        offsets_s: Time in the second film of the first film's time 0.
        likeness: Correlation of all signals where both are known, -1 to 1.
        overlap_s: Length of walk that both then show.
    """

    offsets_s: FloatArray
    likeness: FloatArray
    overlap_s: FloatArray


def agreement(first: Signals, second: Signals) -> Agreement:
    """Correlation over all signals at every offset, of what both know alone."""
    lengths = first.values.shape[1], second.values.shape[1]
    if min(lengths) == 0:
        return Agreement(np.zeros(0), np.zeros(0), np.zeros(0))
    shared = np.zeros(sum(lengths) - 1)
    powers = np.zeros((2, len(shared)))
    known = np.zeros(len(shared))
    usable = first.is_known.any(axis=1) & second.is_known.any(axis=1)
    for i in np.flatnonzero(usable):
        a, b = first.values[i], second.values[i]
        a_known, b_known = first.is_known[i].astype(float), second.is_known[i].astype(float)
        shared += correlate(b, a, method="fft")
        powers[0] += correlate(b_known, a**2, method="fft")
        powers[1] += correlate(b**2, a_known, method="fft")
        known += correlate(b_known, a_known, method="fft")
    floor = 1e-6 * max(1.0, float(powers.max()))
    return Agreement(
        offsets_s=np.arange(1 - lengths[0], lengths[1]) / RATE_HZ,
        likeness=shared / np.sqrt(np.maximum(powers[0], floor) * np.maximum(powers[1], floor)),
        overlap_s=np.round(known / max(1, int(usable.sum())) / RATE_HZ, 6),
    )


def between_samples(values: FloatArray, peak: int) -> float:
    """Where between the samples the top of a parabola through a peak lies, -0.5 to 0.5."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, top, after = values[peak - 1 : peak + 2]
    bend = before - 2.0 * top + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0
