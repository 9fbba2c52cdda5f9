"""How far two readers agree on scores: shares, kappa, weighted kappa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.arrays import FloatArray, IntArray

SCORES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Two readers' scores of the same limbs.

    Attributes:
        confusion: Counts, rows by the first reader's score, columns by the second's,
            shape (scores, scores); the scores are in their order, the best first.
    """

    confusion: IntArray

    @staticmethod
    def of(first: Sequence[int], second: Sequence[int]) -> Agreement:
        """From two readers' scores, 0 to 2, in the same order.

        Raises:
            ValueError: The lists differ in length.
        """
        counts = np.zeros((SCORES, SCORES), np.int64)
        for a, b in zip(first, second, strict=True):
            counts[a, b] += 1
        return Agreement(counts)

    @property
    def count(self) -> int:
        """Limbs scored by both."""
        return int(self.confusion.sum())

    @property
    def exact(self) -> float:
        """Share scored alike; NaN without limbs."""
        return self._share(np.eye(len(self.confusion)))

    @property
    def within_one(self) -> float:
        """Share scored alike or one apart; NaN without limbs."""
        return self._share((self._apart() <= 1).astype(np.float64))

    def _share(self, counted: FloatArray) -> float:
        if not self.count:
            return float("nan")
        return float((self.confusion * counted).sum() / self.count)

    def kappa(self, weights: FloatArray | None = None) -> float:
        """Cohen's kappa; NaN where both readers always give one and the same score.

        Args:
            weights: What each disagreement costs, shape (scores, scores), 0 on the diagonal;
                every disagreement costs 1 without it.

        Source:
            Cohen (1968), Psychological Bulletin 70(4), 213-220.
        """
        cost = 1.0 - np.eye(len(self.confusion)) if weights is None else weights
        if not self.count:
            return float("nan")
        seen = self.confusion / self.count
        by_chance = np.outer(seen.sum(axis=1), seen.sum(axis=0))
        expected = float((cost * by_chance).sum())
        return float(1.0 - (cost * seen).sum() / expected) if expected > 0 else float("nan")

    @property
    def linear_kappa(self) -> float:
        """Kappa with linear weights: two apart costs twice as much as one apart."""
        return self.kappa(self._apart())

    @property
    def weighted_kappa(self) -> float:
        """Kappa with quadratic weights: two apart costs four times as much as one apart."""
        return self.kappa(self._apart() ** 2)

    def _apart(self) -> FloatArray:
        ranks = np.arange(len(self.confusion), dtype=np.float64)
        return np.abs(ranks[:, None] - ranks[None, :])
