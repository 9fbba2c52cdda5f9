"""How far a number hangs on who reads it: the intraclass correlation of several readers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.arrays import FloatArray

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Icc:
    """ICC(2,1): share of the spread that lies between targets, were any one reader to read.

    Attributes:
        value: 1 where readers always agree, about 0 or below where targets cannot be told
            apart; NaN where nothing can be said.
        low, high: Limits of its confidence interval; NaN where they cannot be given.
        targets: Targets that all readers have read, on which it rests.
        readers: Number of readers.
        left_out: Targets left out, because somebody has not read them.
    """

    value: float
    low: float
    high: float
    targets: int
    readers: int
    left_out: int = 0


def icc_2_1(numbers: FloatArray, confidence: float = 0.95) -> Icc:
    """The intraclass correlation of single readings, absolute agreement, readers at random.

    Args:
        numbers: What each reader said of each target, shape (targets, readers), NaN where
            missing; a target that not all have read is left out and counted.
        confidence: Of the interval.

    Source:
        Shrout & Fleiss (1979), Psychological Bulletin 86(2), 420-428, case 2; the interval as
        in McGraw & Wong (1996), Psychological Methods 1(1), 30-46, table 7.
    """
    is_whole = np.isfinite(numbers).all(axis=1)
    held = numbers[is_whole]
    n, k = held.shape
    left_out = int((~is_whole).sum())
    if n < 2 or k < 2:
        return Icc(_NAN, _NAN, _NAN, n, k, left_out)
    between, readers, rest = _mean_squares(held)
    below = between + (k - 1) * rest + k * (readers - rest) / n
    if below <= 0:
        # Everybody says the same of everything: there is nothing to tell apart.
        return Icc(_NAN, _NAN, _NAN, n, k, left_out)
    value = (between - rest) / below
    low, high = _interval(value, (between, readers, rest), n, k, confidence)
    return Icc(value, low, high, n, k, left_out)


def _mean_squares(numbers: FloatArray) -> tuple[float, float, float]:
    """Mean squares between targets, between readers, and of what is left."""
    n, k = numbers.shape
    mean = numbers.mean()
    of_target, of_reader = numbers.mean(axis=1), numbers.mean(axis=0)
    between = k * float(((of_target - mean) ** 2).sum()) / (n - 1)
    readers = n * float(((of_reader - mean) ** 2).sum()) / (k - 1)
    left = numbers - of_target[:, None] - of_reader[None, :] + mean
    rest = float((left**2).sum()) / ((n - 1) * (k - 1))
    # What rounding leaves of a difference that is nought.
    least = np.finfo(np.float64).eps * float((numbers**2).mean() + 1.0) * n * k
    return between, readers, rest if rest > least else 0.0


def _interval(
    value: float, squares: tuple[float, float, float], n: int, k: int, confidence: float
) -> tuple[float, float]:
    between, readers, rest = squares
    if not rest and not readers:
        return 1.0, 1.0
    # Satterthwaite's degrees of freedom, multiplied through by `rest`, which may be nought.
    of_readers = k * value * readers
    of_rest = (n * (1 + (k - 1) * value) - k * value) * rest
    above = (k - 1) * (n - 1) * (of_readers + of_rest) ** 2
    below = (n - 1) * of_readers**2 + of_rest**2
    if not above or not below:
        return _NAN, _NAN
    # Loaded here: the window imports this module at its start and may never come this far.
    from scipy.special import fdtri

    freedom = above / below
    tail = (1 + confidence) / 2
    # With next to no freedom a quantile may fall below one, and the value out of its interval.
    upper = max(1.0, float(fdtri(n - 1, freedom, tail)))
    lower = max(1.0, float(fdtri(freedom, n - 1, tail)))
    spread = k * readers + (k * n - k - n) * rest
    low = n * (between - upper * rest) / (upper * spread + n * between)
    high = n * (lower * between - rest) / (spread + n * lower * between)
    return low, high
