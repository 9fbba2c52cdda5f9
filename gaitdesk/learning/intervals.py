"""How sure a number is that rests on some patients: the same number over patients drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.arrays import FloatArray

RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its interval.

    Attributes:
        value: As measured; NaN where it cannot be.
        low, high: Between them lie 95 % of what other patients would have given.
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")


def draws(patients: Sequence[str], resamples: int = RESAMPLES, seed: int = 0) -> FloatArray:
    """How often each case counts in each draw: patients are drawn, with all of their cases.

    Args:
        patients: Whose each case is, shape (cases,).
        resamples: Draws.
        seed: Of what is drawn.

    Returns:
        Shape (resamples, cases).

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13 (percentile interval);
        Davison & Hinkley (1997), Bootstrap Methods and their Application, sec. 3.8 (clusters).
    """
    names, places = np.unique(np.asarray(patients), return_inverse=True)
    if not len(names):
        return np.zeros((resamples, 0))
    rng = np.random.default_rng([seed, 29])
    counts = rng.multinomial(len(names), np.full(len(names), 1.0 / len(names)), resamples)
    return counts[:, places].astype(np.float64)


def interval(values: FloatArray, level: float = LEVEL) -> tuple[float, float]:
    """The middle share of some values; NaN where fewer than half of them are numbers.

    Args:
        values: One a draw, NaN where it could not be worked out, shape (resamples,).
        level: The share.
    """
    known = values[np.isfinite(values)]
    if not len(known) or 2 * len(known) < len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)
