"""From limbs whose truth is known to an item's calibration, and when it may answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.evgs import Direction, Item, Proposal, Score
from gaitdesk.scoring.calibration import Bend, ItemCalibration
from gaitdesk.scoring.certainty import example_key
from gaitdesk.scoring.circumstances import Aid
from gaitdesk.scoring.criteria import BANDS, SECOND_EDGES, SEEN_RANGES
from gaitdesk.scoring.deciding import decided
from gaitdesk.scoring.fitting import fitted_edges, fitted_line
from gaitdesk.scoring.limbs import LimbReading, limb_reading
from gaitdesk.scoring.measures import Reading

FEWEST_LIMBS = 20
FOLDS = 6
# From so many answers on, what is counted outweighs what they say of themselves.
FEW_ANSWERS = 20.0
# An answer that is hardly surer than its opposite is a guess, however often it was right.
SUREST_GUESS = 0.6
A_LITTLE_LESS = 0.01
# How many times as often as all answers those other than 0 may be wrong.
ABNORMAL_WRONG_SHARE = 6.0
# Above every certainty: the item is never answered.
NEVER = 1.01

AIDS: Mapping[Item, tuple[Aid, ...]] = {
    Item.INITIAL_CONTACT: (Aid.HEEL_FIRST, Aid.TIPPED, Aid.TOES),
    Item.STANCE_DORSIFLEXION: (Aid.DRIFT, Aid.FOOT, Aid.TIPPED, Aid.TOES),
    Item.SWING_DORSIFLEXION: (Aid.FOOT, Aid.TIPPED, Aid.TOES),
    Item.STANCE_KNEE_EXTENSION: (Aid.THIGH, Aid.SHANK),
    Item.TERMINAL_SWING_KNEE: (Aid.THIGH, Aid.SHANK),
    Item.SWING_KNEE_FLEXION: (Aid.THIGH, Aid.SHANK),
}
"""Circumstances by which an item's number is known to be bent."""

SECOND_AIDS: Mapping[Item, tuple[Aid, ...]] = {Item.HEEL_LIFT: (Aid.TIPPED, Aid.TOES)}
"""Likewise for its second number."""

DRIFT_DOUBTS: tuple[float | None, ...] = (None, 0.01, 0.03, 0.1, 0.3)
"""How strongly measures may be held level over the picture, see `limbs.limb_reading`."""

MEASURED: Mapping[Item, float] = {
    **dict.fromkeys(BANDS, 1.0),
    Item.TRUNK_LATERAL_SHIFT: 1.0,
    Item.FOOT_CLEARANCE: 100.0,
}
"""Items whose true measure is known on the scale they are read on, times what makes it so."""

_BEYOND: Mapping[Item, Callable[[Direction], bool]] = {
    Item.HEEL_LIFT: lambda option: option is not Direction.NO_HEEL_CONTACT,
    Item.FOOT_CLEARANCE: lambda option: (
        option in (Direction.HIGH_STEPS, Direction.REDUCED_AND_HIGH)
    ),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One item of one limb, as it was read and as it truly was.

    Attributes:
        child: Whose limb; both limbs of a child stay together.
        readings: Of its cycles, at least one.
        truth: The true answer.
    """

    child: int
    readings: tuple[Reading, ...]
    truth: Proposal


def item_calibration(item: Item, examples: Sequence[Example], aim: float) -> ItemCalibration:
    """The calibration of one item, with the certainty from which it answers.

    The certainty is chosen on examples that the calibration was not fitted to, each sixth of the
    children in turn, so that the share of wrong answers stays below what is aimed at.

    Args:
        item: The item.
        examples: Limbs as the reader would judge them.
        aim: Share of the answers given that are to be right.

    Raises:
        ValueError: Too few examples.
    """
    if len(examples) < FEWEST_LIMBS:
        raise ValueError(f"{len(examples)} limbs are too few to calibrate {item} from")
    normal, abnormal = _least_certainties(item, examples, aim)
    fitted = _fitted(item, examples)
    return replace(fitted, least_certainty=normal, least_abnormal_certainty=abnormal)


def _fitted(item: Item, examples: Sequence[Example]) -> ItemCalibration:
    chosen = _measured(item, examples) if item in MEASURED else _seen(item, examples)
    values = np.array([limb_reading(e.readings, chosen.drift_doubt).value for e in examples])
    options = Counter(
        example_key(e.truth.score, e.truth.direction)
        for e in examples
        if e.truth.score is not None and e.truth.direction is not None
    )
    chosen = replace(
        chosen,
        limbs=len(examples),
        cycles=float(np.median([len(e.readings) for e in examples])),
        centre=float(np.mean(values)),
        spread=float(np.std(values)),
        examples=dict(sorted(options.items())),
    )
    return _with_second(item, chosen, examples) if item in SECOND_EDGES else chosen


def _measured(item: Item, examples: Sequence[Example]) -> ItemCalibration:
    """The line of an item whose true number is known."""
    true = np.array(
        [MEASURED[item] * e.truth.measure.value if e.truth.measure else np.nan for e in examples]
    )
    best: ItemCalibration | None = None
    for doubt in DRIFT_DOUBTS:
        limbs = [limb_reading(e.readings, doubt) for e in examples]
        names = _known_aids(limbs, AIDS.get(item, ()))
        usual, bends = _apart(limbs, names)
        line = fitted_line([limb.value for limb in limbs], true, bends)
        if best is None or line.error < best.error:
            aids = _bends(names, usual, line.slopes)
            best = ItemCalibration(line.gain, line.offset, line.error, aids=aids, drift_doubt=doubt)
    assert best is not None
    return best


def _seen(item: Item, examples: Sequence[Example]) -> ItemCalibration:
    """The edges of an item judged by what is seen."""
    options = [option for _, option in SEEN_RANGES[item]]
    own = [e for e in examples if e.truth.direction in options]
    limbs = [limb_reading(e.readings, None) for e in own]
    names = _known_aids(limbs, AIDS.get(item, ()))
    usual, bends = _apart(limbs, names)
    found = fitted_edges(
        [limb.value for limb in limbs],
        [options.index(e.truth.direction) for e in own if e.truth.direction is not None],
        [edge for edge, _ in SEEN_RANGES[item][:-1]],
        bends,
    )
    aids = _bends(names, usual, found.slopes)
    return ItemCalibration(error=found.error, edges=found.edges, aids=aids)


def _with_second(
    item: Item, fitted: ItemCalibration, examples: Sequence[Example]
) -> ItemCalibration:
    """The calibration with the edge of the item's second number."""
    is_beyond = _BEYOND[item]
    pairs = [
        (limb_reading(e.readings, None), int(is_beyond(e.truth.direction)))
        for e in examples
        if e.truth.direction is not None
    ]
    pairs = [(limb, rank) for limb, rank in pairs if np.isfinite(limb.second)]
    limbs = [limb for limb, _ in pairs]
    names = _known_aids(limbs, SECOND_AIDS.get(item, ()))
    usual, bends = _apart(limbs, names)
    found = fitted_edges(
        [limb.second for limb in limbs],
        [rank for _, rank in pairs],
        [SECOND_EDGES[item]],
        bends,
    )
    return replace(
        fitted,
        second_edge=found.edges[0],
        second_error=found.error,
        second_aids=_bends(names, usual, found.slopes),
    )


def _known_aids(limbs: Sequence[LimbReading], names: Sequence[Aid]) -> tuple[Aid, ...]:
    """The circumstances that are known of at least half of the limbs."""
    return tuple(aid for aid in names if 2 * sum(aid in one.aids for one in limbs) >= len(limbs))


def _apart(limbs: Sequence[LimbReading], names: Sequence[Aid]) -> tuple[FloatArray, FloatArray]:
    """Usual circumstances, shape (aids,), and each limb's less those, shape (limbs, aids)."""
    table = np.array([[limb.aids.get(aid, np.nan) for aid in names] for limb in limbs])
    table = table.reshape(len(limbs), len(names))
    known = np.isfinite(table)
    usual = np.where(known, table, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return usual, np.where(known, table - usual, 0.0)


def _bends(names: Sequence[Aid], usual: FloatArray, slopes: FloatArray) -> dict[Aid, Bend]:
    return {aid: Bend(float(u), float(s)) for aid, u, s in zip(names, usual, slopes, strict=True)}


def _least_certainties(
    item: Item, examples: Sequence[Example], aim: float
) -> tuple[float, float | None]:
    """The least certainties from which the answers to children not fitted to meet the aim.

    Answers of 0 are many and mostly right. So that the others do not hide among them, these may
    by themselves not be wrong more than a few times as often, where there are enough to count.

    Returns:
        For an answer of 0 or any answer, and for one other than 0 where that has its own.
    """
    children = sorted({e.child for e in examples})
    fold_of = {child: number % FOLDS for number, child in enumerate(children)}
    certainties, is_right, is_normal = [], [], []
    for fold in range(FOLDS):
        held = [e for e in examples if fold_of[e.child] == fold]
        fitted = _fitted(item, [e for e in examples if fold_of[e.child] != fold])
        for e in held:
            decision = decided(item, e.readings, fitted)
            certainties.append(decision.certainty)
            is_right.append(decision.score is e.truth.score)
            is_normal.append(decision.score is Score.NORMAL)
    sure, right = np.array(certainties), np.array(is_right)
    normal = np.array(is_normal, np.bool_)
    least = _nearest(sure, right, aim)
    if (~normal).sum() < FEW_ANSWERS:
        return least, None
    own_aim = 1.0 - ABNORMAL_WRONG_SHARE * (1.0 - aim)
    return least, max(least, threshold(sure[~normal], right[~normal], own_aim))


def _nearest(certainties: FloatArray, is_right: BoolArray, aim: float) -> float:
    """The threshold for the aim, or for a little less before nothing is ever answered."""
    strict = threshold(certainties, is_right, aim)
    return strict if strict < NEVER else threshold(certainties, is_right, aim - A_LITTLE_LESS)


def threshold(
    certainties: FloatArray, is_right: Sequence[bool] | FloatArray | BoolArray, aim: float
) -> float:
    """The least certainty from which answers are right often enough.

    How often that is, is counted; while there are few answers to count, what they say of
    themselves counts as well. Half a wrong answer more is added, so that few answers do not pass
    for many.

    Args:
        certainties: Of each answer, shape (answers,).
        is_right: Whether it was right, shape (answers,).
        aim: Share that is to be right.

    Returns:
        A certainty, or one above all certainties where no part of the answers meets the aim.
    """
    order = np.argsort(-certainties, kind="stable")
    ordered = certainties[order]
    count = np.arange(1.0, len(order) + 1.0)
    seen = np.cumsum(~np.asarray(is_right, np.bool_)[order])
    told = np.cumsum(1.0 - ordered)
    trust = count / (count + FEW_ANSWERS)
    wrong = trust * seen + (1.0 - trust) * told + 0.5
    meets = (wrong / (count + 1.0) <= 1.0 - aim) & (seen / count <= 1.0 - aim)
    meets &= ordered >= SUREST_GUESS
    # Answers of one certainty go together.
    ends = np.r_[ordered[1:] < ordered[:-1], True]
    passing = np.flatnonzero(meets & ends)
    if not len(passing):
        return NEVER
    last = int(passing[-1])
    if last + 1 == len(ordered):
        return max(SUREST_GUESS, float(ordered[last]))
    return max(SUREST_GUESS, float((ordered[last] + ordered[last + 1]) / 2.0))
