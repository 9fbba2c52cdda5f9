"""Lines and edges fitted to what was measured and what was true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from gaitdesk.domain.arrays import FloatArray, IntArray

FEWEST = 10
# How strongly the weight of a circumstance is drawn to zero, in examples.
AIDS_DOUBT = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """True = gain * measured + offset + slopes @ (aids - their means), and what remains.

    Attributes:
        gain, offset: Of the measured number.
        slopes: Of each circumstance, shape (aids,).
        error: A robust standard deviation of what remains.
    """

    gain: float
    offset: float
    slopes: FloatArray
    error: float


def fitted_line(
    measured: Sequence[float] | FloatArray,
    true: Sequence[float] | FloatArray,
    aids: FloatArray | None = None,
) -> Line:
    """The line of true against measured and its circumstances, outliers held back.

    Args:
        measured: One number a limb, shape (limbs,).
        true: The truth, shape (limbs,).
        aids: Circumstances less their means, shape (limbs, aids).

    Raises:
        ValueError: Fewer than ten limbs.
    """
    x, y = np.asarray(measured, np.float64), np.asarray(true, np.float64)
    z = np.zeros((len(x), 0)) if aids is None else np.asarray(aids, np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y, z = x[known], y[known], z[known]
    if len(x) < FEWEST:
        raise ValueError(f"{len(x)} limbs are too few to calibrate from")
    sizes = np.std(z, axis=0) + 1e-9
    columns = np.column_stack([x, np.ones(len(x)), z / sizes])
    doubt = np.diag(np.r_[0.0, 0.0, np.full(z.shape[1], AIDS_DOUBT)])
    weights: FloatArray = np.ones(len(x))
    found = np.zeros(columns.shape[1])
    for _ in range(20):
        weighted = columns.T * weights
        found = np.linalg.solve(weighted @ columns + doubt, weighted @ y)
        rest = y - columns @ found
        scale = 1.4826 * float(np.median(np.abs(rest))) + 1e-9
        # Huber's weights: full trust within 1.5 standard deviations.
        weights = np.minimum(1.0, 1.5 * scale / np.maximum(np.abs(rest), 1e-9))
    rest = np.abs(y - columns @ found)
    # The larger of what the 90th and the 97th per cent ask for: tails are heavier than normal.
    within = max(np.quantile(rest, 0.9) / 1.645, np.quantile(rest, 0.97) / 2.17)
    # The line was fitted to these very limbs; the next one lies further from it.
    used = len(x) - columns.shape[1]
    within *= np.sqrt(len(x) / max(1, used))
    return Line(float(found[0]), float(found[1]), found[2:] / sizes, float(within))


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Where ordered options meet on a measured scale, and how sharply.

    Attributes:
        edges: Ascending, shape (options - 1,).
        slopes: What each circumstance adds to the measured number, shape (aids,).
        error: Standard deviation of the measuring error, in the measured unit.
    """

    edges: tuple[float, ...]
    slopes: FloatArray
    error: float


def fitted_edges(
    measured: Sequence[float] | FloatArray,
    rank: Sequence[int] | IntArray,
    start: Sequence[float],
    aids: FloatArray | None = None,
) -> Edges:
    """Where ordered options meet on a measured scale: an ordinal probit.

    Args:
        measured: One number a limb, shape (limbs,).
        rank: The true option of each, counted from the lowest, shape (limbs,).
        start: First guess of the edges, ascending; an edge without examples on both of its sides
            keeps its distance to the next one.
        aids: Circumstances less their means, shape (limbs, aids).

    Source:
        McCullagh (1980), J R Stat Soc B 42(2), 109-142.
    """
    x, k = np.asarray(measured, np.float64), np.asarray(rank)
    z = np.zeros((len(x), 0)) if aids is None else np.asarray(aids, np.float64)
    known = np.isfinite(x)
    x, k, z = x[known], k[known], z[known]
    guess = np.asarray(start, np.float64)
    gaps = np.diff(guess, prepend=guess[0])
    spread = float(np.std(x)) or 1.0
    sizes = np.std(z, axis=0) + 1e-9
    scaled = z / sizes * spread

    def parts(p: FloatArray) -> tuple[FloatArray, float, FloatArray]:
        inner = p[1 : len(guess)]
        edges = p[0] + np.cumsum(np.r_[0.0, np.exp(inner) * gaps[1:]])
        return edges, float(np.exp(p[len(guess)])), p[len(guess) + 1 :]

    def surprise(p: FloatArray) -> float:
        edges, error, slopes = parts(p)
        ends = np.r_[-np.inf, edges, np.inf]
        at = x + scaled @ slopes
        chance = ndtr((ends[k + 1] - at) / error) - ndtr((ends[k] - at) / error)
        # A faint wish for the guess keeps edges in place that no example speaks of.
        wish = 0.05 * float(np.sum(p[1 : len(guess)] ** 2))
        wish += 0.002 * ((p[0] - guess[0]) / spread) ** 2
        # Options that happen to lie apart in one cohort do not make a faultless measure.
        wish += 2.0 * float(p[len(guess)] - np.log(0.15 * spread)) ** 2
        wish += 0.5 * AIDS_DOUBT * float(np.sum(slopes**2))
        # One example in a thousand may have gone astray; more must show in the error.
        return float(wish - np.log(0.001 + 0.999 * chance).sum())

    # On this scale the surprise has one valley but for the wishes; two starts are for safety.
    best = min(
        (
            minimize(
                surprise,
                np.r_[
                    guess[0], np.zeros(len(guess) - 1), np.log(share * spread), np.zeros(z.shape[1])
                ],
                method="L-BFGS-B",
                options={"maxiter": 500},
            )
            for share in (0.3, 1.0)
        ),
        key=lambda found: float(found.fun),
    )
    edges, error, slopes = parts(best.x)
    return Edges(tuple(float(edge) for edge in edges), slopes * spread / sizes, error)
