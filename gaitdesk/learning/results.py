"""How good readers are: by item and limb, with intervals over patients drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.evgs import Item
from gaitdesk.learning.intervals import RESAMPLES, Estimate, draws, interval

BINS = 10
"""Of the calibration curve."""

SURE_FROM = tuple(round(float(one), 2) for one in np.arange(0.5, 1.0, 0.05))
"""How sure an answer must be, for the curve of answers given against those that are right."""


class Metric(StrEnum):
    """A number that tells how good answers are; 0 to 1, kappa -1 to 1."""

    ACCURACY = "accuracy"
    BALANCED_ACCURACY = "balanced_accuracy"
    F1 = "f1"
    MACRO_F1 = "macro_f1"
    SENSITIVITY = "sensitivity"
    SPECIFICITY = "specificity"
    KAPPA = "kappa"
    AUROC = "auroc"


@dataclass(frozen=True, slots=True, eq=False)
class ReaderAnswers:
    """What a reader says of some cases.

    Attributes:
        reader: Its name.
        said: 1 for atypical, 0 for typical, NaN where it does not answer, shape (cases, 2, 17).
        chances: Of being atypical, NaN likewise; None where it does not say.
    """

    reader: str
    said: FloatArray
    chances: FloatArray | None = None

    @staticmethod
    def of_chances(reader: str, chances: FloatArray) -> ReaderAnswers:
        """A reader that gives chances and says what is likelier."""
        said = np.where(np.isfinite(chances), (chances > 0.5).astype(np.float64), np.nan)
        return ReaderAnswers(reader, said, chances)


@dataclass(frozen=True, slots=True)
class Row:
    """One item of one limb, or of both.

    Attributes:
        item: The item; None for the mean over items.
        side: The limb; None for both.
        asked: Limbs whose truth is known.
        answered: Of them answered.
        atypical: Of those truly atypical.
        hits, false_alarms, misses, passes: Atypical said rightly and wrongly, typical said
            wrongly and rightly.
        values: Each number with its interval, by name of `Metric`.
    """

    item: Item | None
    side: Side | None
    asked: int
    answered: int
    atypical: int
    hits: int
    false_alarms: int
    misses: int
    passes: int
    values: tuple[tuple[str, Estimate], ...]

    def value(self, metric: Metric) -> Estimate:
        """One of its numbers."""
        return dict(self.values)[metric.value]

    @property
    def coverage(self) -> float:
        """Share answered; NaN where nothing was asked."""
        return self.answered / self.asked if self.asked else float("nan")


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same chance.

    Attributes:
        low, high: Between which chances they lie.
        count: How many there are.
        chance: Their mean chance; NaN without any.
        atypical: Share truly atypical; NaN likewise.
    """

    low: float
    high: float
    count: int
    chance: float
    atypical: float


@dataclass(frozen=True, slots=True)
class Cut:
    """What becomes of answers when only sure ones are given.

    Attributes:
        sure_from: How likely the answer must be.
        coverage: Share of limbs answered.
        accuracy: Share of those answers that is right; NaN without any.
    """

    sure_from: float
    coverage: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class ReaderResult:
    """How good one reader is.

    Attributes:
        reader: Its name.
        rows: Each item of both limbs together, of the left and of the right.
        mean: Over items, both limbs together; each number over the items that have it.
        bins: Calibration curve over all items; empty where it gives no chances.
        ece: Expected calibration error; NaN likewise.
        brier: Mean squared distance of chances from the truth; NaN likewise.
        cuts: See `Cut`; empty likewise.
    """

    reader: str
    rows: tuple[Row, ...]
    mean: Row
    bins: tuple[Bin, ...] = ()
    ece: float = float("nan")
    brier: float = float("nan")
    cuts: tuple[Cut, ...] = ()

    def row(self, item: Item, side: Side | None = None) -> Row:
        """One of its rows."""
        return next(one for one in self.rows if one.item is item and one.side is side)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Readers side by side on the same cases.

    Attributes:
        patients, cases: How many.
        results: One for each reader.
        part: Of the data, as "test".
    """

    patients: int
    cases: int
    results: tuple[ReaderResult, ...]
    part: str = ""

    def of(self, reader: str) -> ReaderResult:
        """What is known of one reader."""
        return next(one for one in self.results if one.reader == reader)


def result_of(
    answers: ReaderAnswers,
    scores: FloatArray,
    patients: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> ReaderResult:
    """How good a reader is on some cases.

    Args:
        answers: What it says.
        scores: The truth: 0, 1, 2 or NaN, shape (cases, 2, 17).
        patients: Whose each case is.
        resamples: Draws of patients.
        seed: Of what is drawn.
    """
    weights = draws(patients, resamples, seed)
    rows, drawn = [], []
    for column, item in enumerate(Item):
        for side in (None, *Side):
            limbs = slice(None) if side is None else slice(*_place(side))
            values, each = _numbers(answers, scores, weights, column, limbs)
            rows.append(_row(item, side, answers, scores, column, limbs, values, each))
            if side is None:
                drawn.append((values, each))
    mean = _mean([row for row in rows if row.side is None], drawn)
    if answers.chances is None:
        return ReaderResult(answers.reader, tuple(rows), mean)
    known = np.isfinite(scores) & np.isfinite(answers.chances)
    truth, chances = scores[known] >= 1, answers.chances[known]
    bins = calibration_curve(truth, chances)
    asked = int(np.isfinite(scores).sum())
    brier = float(((chances - truth) ** 2).mean()) if len(chances) else float("nan")
    return ReaderResult(
        answers.reader,
        tuple(rows),
        mean,
        bins,
        calibration_error(bins),
        brier,
        abstain_curve(truth, chances, asked),
    )


def calibration_curve(truth: BoolArray, chances: FloatArray, bins: int = BINS) -> tuple[Bin, ...]:
    """Chances beside how often they came true, in bins of equal width.

    Args:
        truth: Whether each limb is atypical, shape (limbs,).
        chances: How likely it was said to be, shape (limbs,).
        bins: How many.
    """
    place = np.minimum((chances * bins).astype(np.int64), bins - 1)
    found = []
    for number in range(bins):
        own = place == number
        count = int(own.sum())
        chance = float(chances[own].mean()) if count else float("nan")
        atypical = float(truth[own].mean()) if count else float("nan")
        found.append(Bin(number / bins, (number + 1) / bins, count, chance, atypical))
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far chances are from how often they come true, mean over answers; NaN without any.

    Source:
        Naeini, Cooper & Hauskrecht (2015), AAAI, 2901-2907.
    """
    total = sum(one.count for one in bins)
    if not total:
        return float("nan")
    return sum(one.count * abs(one.chance - one.atypical) for one in bins if one.count) / total


def abstain_curve(truth: BoolArray, chances: FloatArray, asked: int) -> tuple[Cut, ...]:
    """How many answers are left, and how many of those are right, the surer they must be.

    Args:
        truth: Whether each limb is atypical, shape (limbs,).
        chances: How likely it was said to be, shape (limbs,).
        asked: Limbs whose truth is known, those without an answer included.
    """
    sure = np.maximum(chances, 1.0 - chances)
    right = (chances > 0.5) == truth
    found = []
    for least in SURE_FROM:
        given = sure >= least
        accuracy = float(right[given].mean()) if given.any() else float("nan")
        coverage = float(given.sum()) / asked if asked else float("nan")
        found.append(Cut(least, coverage, accuracy))
    return tuple(found)


def majority_answers(learned_from: FloatArray, cases: int) -> ReaderAnswers:
    """What a reader says who looks at nothing: for each item what most limbs had.

    Args:
        learned_from: Scores of the patients learned from, shape (cases, 2, 17).
        cases: How many cases it is asked about.
    """
    known = np.isfinite(learned_from).sum(axis=(0, 1))
    share = (learned_from >= 1).sum(axis=(0, 1)) / np.maximum(known, 1)
    chances = np.broadcast_to(share, (cases, len(Side), len(Item))).copy()
    return ReaderAnswers.of_chances("majority", chances)


def _place(side: Side) -> tuple[int, int]:
    first = list(Side).index(side)
    return first, first + 1


_Values = dict[Metric, float]
_Drawn = dict[Metric, FloatArray]


def _numbers(
    answers: ReaderAnswers, scores: FloatArray, weights: FloatArray, column: int, limbs: slice
) -> tuple[_Values, _Drawn]:
    """All numbers of one item: as they are, and in each draw."""
    said, truth = answers.said[:, limbs, column], scores[:, limbs, column]
    known = np.isfinite(said) & np.isfinite(truth)
    yes, atypical = known & (said > 0.5), known & (truth >= 1)
    counted = np.stack(
        [
            (yes & atypical).sum(axis=1),
            (yes & ~atypical).sum(axis=1),
            (~yes & atypical).sum(axis=1),
            (known & ~yes & ~atypical).sum(axis=1),
        ],
        axis=1,
    ).astype(np.float64)
    every = np.concatenate([np.ones((1, len(truth))), weights])
    found = _from_counts(*(every @ counted).T)
    chances = None if answers.chances is None else answers.chances[:, limbs, column]
    if chances is None:
        found[Metric.AUROC] = np.full(len(every), np.nan)
    else:
        found[Metric.AUROC] = _weighted_auroc(chances, truth, every)
    return (
        {metric: float(values[0]) for metric, values in found.items()},
        {metric: values[1:] for metric, values in found.items()},
    )


def _from_counts(
    hits: FloatArray, false_alarms: FloatArray, misses: FloatArray, passes: FloatArray
) -> _Drawn:
    count = hits + false_alarms + misses + passes
    sensitivity = _ratio(hits, hits + misses)
    specificity = _ratio(passes, passes + false_alarms)
    f1 = _ratio(2 * hits, 2 * hits + false_alarms + misses)
    other_f1 = _ratio(2 * passes, 2 * passes + false_alarms + misses)
    accuracy = _ratio(hits + passes, count)
    by_chance = _ratio(
        (hits + false_alarms) * (hits + misses) + (passes + misses) * (passes + false_alarms),
        count**2,
    )
    return {
        Metric.ACCURACY: accuracy,
        Metric.BALANCED_ACCURACY: 0.5 * (sensitivity + specificity),
        Metric.F1: f1,
        Metric.MACRO_F1: 0.5 * (f1 + other_f1),
        Metric.SENSITIVITY: sensitivity,
        Metric.SPECIFICITY: specificity,
        # Cohen (1960), Educ Psychol Meas 20, 37-46.
        Metric.KAPPA: _ratio(accuracy - by_chance, 1.0 - by_chance),
    }


def _weighted_auroc(chances: FloatArray, truth: FloatArray, every: FloatArray) -> FloatArray:
    """Area under the curve in each draw, where a case may count several times, shape (draws,)."""
    known = np.isfinite(chances) & np.isfinite(truth)
    case = np.broadcast_to(np.arange(len(truth))[:, None], truth.shape)
    above, below = known & (truth >= 1), known & (truth < 1)
    order = 0.5 * (1.0 + np.sign(chances[above][:, None] - chances[below][None, :]))
    high, low = every[:, case[above]], every[:, case[below]]
    total = ((high @ order) * low).sum(axis=1)
    return _ratio(total, high.sum(axis=1) * low.sum(axis=1))


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    is_there = np.asarray(whole) > 1e-12
    return np.where(is_there, part / np.where(is_there, whole, 1.0), np.nan)


def _row(
    item: Item,
    side: Side | None,
    answers: ReaderAnswers,
    scores: FloatArray,
    column: int,
    limbs: slice,
    values: _Values,
    drawn: _Drawn,
) -> Row:
    said, truth = answers.said[:, limbs, column], scores[:, limbs, column]
    asked = np.isfinite(truth)
    known = asked & np.isfinite(said)
    yes, atypical = known & (said > 0.5), known & (truth >= 1)
    return Row(
        item,
        side,
        int(asked.sum()),
        int(known.sum()),
        int(atypical.sum()),
        int((yes & atypical).sum()),
        int((yes & ~atypical).sum()),
        int((~yes & atypical).sum()),
        int((known & ~yes & ~atypical).sum()),
        tuple(
            (metric.value, Estimate(values[metric], *interval(drawn[metric]))) for metric in Metric
        ),
    )


def _mean(rows: Sequence[Row], drawn: Sequence[tuple[_Values, _Drawn]]) -> Row:
    values = []
    for metric in Metric:
        each = np.stack([held[metric] for _, held in drawn])
        known = np.isfinite(each)
        counts = known.sum(axis=0).astype(np.float64)
        means = _ratio(np.where(known, each, 0.0).sum(axis=0), counts)
        own = [held[metric] for held, _ in drawn if np.isfinite(held[metric])]
        value = float(np.mean(own)) if own else float("nan")
        values.append((metric.value, Estimate(value, *interval(means))))
    return Row(
        None,
        None,
        sum(one.asked for one in rows),
        sum(one.answered for one in rows),
        sum(one.atypical for one in rows),
        sum(one.hits for one in rows),
        sum(one.false_alarms for one in rows),
        sum(one.misses for one in rows),
        sum(one.passes for one in rows),
        tuple(values),
    )
