"""Many different children at once: who they are, how they walk, and how they are filmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.evgs import Direction, Item, Score
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.patterns import (
    NUMBER_FIELDS,
    OPTION_FIELDS,
    PATTERNS,
    Limb,
    Limbs,
    at_severity,
    with_numbers,
)
from gaitdesk.phantom.reading import kneecap_option, shift_option
from gaitdesk.phantom.skeleton import Build, Motion
from gaitdesk.phantom.walker import there_and_back
from gaitdesk.scoring.criteria import BANDS, score_of

PREVALENCE: Mapping[Item, float] = MappingProxyType(
    dict(
        zip(
            Item,
            (
                *(0.45, 0.54, 0.23, 0.59, 0.37, 0.10, 0.26, 0.71, 0.23),
                *(0.46, 0.21, 0.22, 0.14, 0.28, 0.63, 0.34, 0.16),
            ),
            strict=True,
        )
    )
)
"""Share of limbs that do not score 0, in order of the form.

Source:
    ChildGait-Video challenge, 188 public training limbs.
"""

ALIKE: Mapping[Item, float] = MappingProxyType(
    {
        Item.HINDFOOT_VARUS_VALGUS: 0.87,
        Item.FOOT_ROTATION: 0.67,
        Item.KNEE_PROGRESSION: 0.79,
        Item.PELVIC_OBLIQUITY: 0.73,
        Item.PELVIC_ROTATION: 0.89,
        Item.TRUNK_LATERAL_SHIFT: 0.81,
    }
)
"""Share of those children whose two limbs are both typical or both not, for items that go with no
one pattern. The same source."""

# Values that stand for what is seen: typical; atypical moderate; atypical marked. Drawn evenly
# within each range.
_Range = tuple[float, float]
_VALUES: Mapping[Item, tuple[tuple[_Range, ...], tuple[_Range, ...], tuple[_Range, ...]]] = {
    Item.HINDFOOT_VARUS_VALGUS: (
        ((0.8, 4.6),),
        ((7.0, 14.0), (7.0, 14.0), (-9.0, -2.0)),
        ((17.0, 20.0), (-15.0, -12.0)),
    ),
    Item.FOOT_ROTATION: (
        ((2.0, 18.0),),
        ((23.0, 37.0), (-22.0, -3.0)),
        ((43.0, 47.0), (-32.0, -28.0)),
    ),
    Item.KNEE_PROGRESSION: (
        ((-6.0, 6.0),),
        ((-23.0, -10.5), (-23.0, -10.5), (10.5, 23.0)),
        ((-33.0, -27.5), (27.5, 31.0)),
    ),
    Item.PELVIC_OBLIQUITY: (
        ((0.8, 4.6),),
        ((-9.0, -2.0), (7.0, 12.0)),
        ((-13.5, -12.0),),
    ),
    Item.PELVIC_ROTATION: (
        ((-4.0, 8.5),),
        ((-14.0, -7.0), (-14.0, -7.0), (12.0, 18.0)),
        ((-20.0, -17.0), (22.0, 24.0)),
    ),
    Item.TRUNK_LATERAL_SHIFT: (
        ((15.0, 38.0),),
        ((50.0, 70.0), (50.0, 70.0), (-4.0, 6.0)),
        ((82.0, 100.0),),
    ),
}
_MARKED_SHARE = 0.28
_MARKED_PART = 0.33

_CANDIDATES_EACH, _FEWEST_CANDIDATES = 10, 400
_SHARES = (0.70, 0.15, 0.15)

_JITTER_DEG: Mapping[str, float] = {
    "stance_dorsiflexion_deg": 2.5,
    "swing_dorsiflexion_deg": 2.5,
    "stance_knee_deg": 2.0,
    "terminal_swing_knee_deg": 2.5,
    "swing_knee_deg": 3.0,
    "stance_hip_deg": 2.5,
    "swing_hip_deg": 3.0,
    "foot_off_pct": 0.6,
}


class Split(StrEnum):
    """What a subject may be used for; all films of a child are in one."""

    TRAIN = "train"
    VALIDATION = "val"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    """One child of a cohort.

    Attributes:
        name: As its folder is called.
        split: What it may be used for.
        age_years, is_girl, body_seed: Its body, see `build_of`.
        pattern: Name of the pattern it started from.
        limbs: What its limbs do.
        motion_seed: Of the stride-to-stride variability.
        look_seed, room_seed, camera_seed: Of appearance, surroundings and cameras.
        fps: Of both films.
        offset_s: How much later the coronal film begins than the sagittal one.
        drift_ms_per_s: How much faster the coronal camera's clock runs.
        oblique_deg: How far the sagittal camera stands off the perpendicular.
    """

    name: str
    split: Split
    age_years: float
    is_girl: bool
    body_seed: int
    pattern: str
    limbs: Limbs
    motion_seed: int
    look_seed: int
    room_seed: int
    camera_seed: int
    fps: float
    offset_s: float
    drift_ms_per_s: float
    oblique_deg: float

    @property
    def build(self) -> Build:
        """The child's body."""
        return build_of(self.age_years, self.body_seed, self.is_girl)

    def motion(self) -> Motion:
        """The child's walk there and back."""
        return there_and_back(self.build, self.limbs, seed=self.motion_seed)


def plan_cohort(
    subjects: int, seed: int = 0, prevalence: Mapping[Item, float] = PREVALENCE
) -> tuple[SubjectPlan, ...]:
    """Plan a cohort in which each item is atypical about as often as among real patients.

    From many drawn children those are taken, one by one, that bring the shares of the 17 items
    nearest to those wanted; each split is filled in turn and so comes near to them by itself. The
    same seed gives the same cohort.

    Args:
        subjects: How many children.
        seed: Of everything drawn.
        prevalence: Share of limbs wanted that do not score 0; items depend on each other, so that
            not every wish can be met, see `prevalence_of`.
    """
    rng = np.random.default_rng([seed, 3])
    count = max(_FEWEST_CANDIDATES, _CANDIDATES_EACH * subjects)
    drawn = [_drawn_child(rng, prevalence) for _ in range(count)]
    scores = np.array([_nominal(limbs) for _, limbs in drawn])
    splits = _splits(subjects)
    taken = np.zeros(count, np.bool_)
    sums = {split: np.zeros((2, len(Item))) for split in Split}
    sizes = dict.fromkeys(Split, 0)
    plans = []
    for number, split in enumerate(splits):
        best = _nearest(scores, taken, sums[split], sizes[split], prevalence)
        taken[best] = True
        sums[split] += scores[best]
        sizes[split] += 1
        pattern, limbs = drawn[best]
        plans.append(_subject(number, split, pattern, limbs, rng))
    return tuple(plans)


def expected_scores(limb: Limb) -> dict[Item, Score]:
    """What a limb is asked to score; the truth is what its finished walk does score."""
    found = {}
    for item in Item:
        if item in OPTION_FIELDS:
            answer: float | Direction = getattr(limb, OPTION_FIELDS[item])
        else:
            value = float(getattr(limb, NUMBER_FIELDS[item]))
            answer = value
            if item is Item.KNEE_PROGRESSION:
                answer = kneecap_option(value)
            elif item is Item.TRUNK_LATERAL_SHIFT:
                answer = shift_option(value)
            elif item not in BANDS:
                raise ValueError(f"{item} has neither bands nor options")
        found[item] = score_of(item, answer)[0]
    return found


def _nominal(limbs: Limbs) -> FloatArray:
    """Share of a child's two limbs that is atypical, and marked, for each item, shape (2, 17)."""
    scores = np.array([[int(s) for s in expected_scores(limbs[side]).values()] for side in Side])
    return np.stack([(scores > 0).mean(axis=0), (scores > 1).mean(axis=0)])


def _nearest(
    scores: FloatArray,
    taken: BoolArray,
    so_far: FloatArray,
    size: int,
    prevalence: Mapping[Item, float],
) -> int:
    """The child that leaves the shares of a split nearest to what they are to be."""
    wanted = np.array([prevalence[item] for item in Item])
    shares = (so_far + scores) / (size + 1)
    off = ((shares[:, 0] - wanted) ** 2).sum(axis=1)
    off += 0.3 * ((shares[:, 1] - _MARKED_PART * wanted) ** 2).sum(axis=1)
    off[taken] = np.inf
    return int(np.argmin(off))


def _splits(subjects: int) -> list[Split]:
    """A split for each subject, interleaved so that any first part of a cohort has all three."""
    filled = np.zeros(len(_SHARES))
    splits = []
    for number in range(subjects):
        behind = np.array(_SHARES) * (number + 1) - filled
        chosen = int(np.argmax(behind))
        filled[chosen] += 1
        splits.append(list(Split)[chosen])
    return splits


def _drawn_child(
    rng: np.random.Generator, prevalence: Mapping[Item, float]
) -> tuple[str, dict[Side, Limb]]:
    """A pattern, its severity on both sides, and what varies independently of it."""
    names = list(PATTERNS)
    pattern = PATTERNS[names[int(rng.integers(len(names)))]]
    affected = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
    severity = float(rng.uniform(0.3, 1.0)) if rng.random() < 0.8 else float(rng.uniform(0.0, 0.3))
    other = pattern.affected if pattern.sound is None else pattern.sound
    differs = float(np.clip(severity + rng.normal(0.0, 0.12), 0.0, 1.0))
    limbs = {
        affected: at_severity(pattern.affected, severity),
        affected.opposite: at_severity(other, differs if pattern.is_bilateral else severity),
    }
    limbs = _with_own_ways(limbs, rng, prevalence)
    limbs = {side: _jittered(limbs[side], rng) for side in Side}
    return pattern.name, {side: _lifted(limbs[side], limbs[side.opposite]) for side in Side}


def _can_clear(limb: Limb) -> bool:
    """Whether hip, knee and ankle of a swinging limb allow the foot to clear the floor."""
    return limb.swing_knee_deg + 1.2 * limb.swing_dorsiflexion_deg + 0.4 * limb.swing_hip_deg > 66.0


def _lifted(limb: Limb, standing: Limb) -> Limb:
    """The limb, lifted more where the pelvis drops on its side while the other one stands."""
    drop = standing.pelvic_obliquity_deg - 3.0
    if drop <= 0.0 or limb.clearance is not Direction.FULL:
        return limb
    return replace(
        limb,
        swing_knee_deg=min(limb.swing_knee_deg + drop, max(limb.swing_knee_deg, 68.0)),
        swing_hip_deg=min(limb.swing_hip_deg + drop, max(limb.swing_hip_deg, 43.0)),
        swing_dorsiflexion_deg=min(
            limb.swing_dorsiflexion_deg + 0.5 * drop, max(limb.swing_dorsiflexion_deg, 12.0)
        ),
    )


def _with_own_ways(
    limbs: dict[Side, Limb], rng: np.random.Generator, prevalence: Mapping[Item, float]
) -> dict[Side, Limb]:
    """The limbs with hindfoot, rotation, pelvis and trunk as children have them in any pattern."""
    changes: dict[Side, dict[str, float]] = {side: {} for side in Side}
    for item, values in _VALUES.items():
        if rng.random() < 0.35:
            continue
        atypical = rng.random() < prevalence[item]
        marked = rng.random() < _MARKED_SHARE
        first = _value(values, atypical, marked, rng)
        for index, side in enumerate(Side):
            value = first
            if index and rng.random() > ALIKE[item]:
                value = _value(values, not atypical, marked, rng)
            elif index:
                value = first + float(rng.normal(0.0, 0.5))
            changes[side][NUMBER_FIELDS[item]] = value
    if rng.random() < 0.5:
        # The trunk is one: it leans alike over both limbs, but for a degree.
        lean = float(rng.choice([0.0, 0.0, 8.0, 11.0, 18.0, -8.0]) + rng.normal(0.0, 1.2))
        for side in Side:
            changes[side]["trunk_lean_deg"] = lean + float(rng.normal(0.0, 0.5))
    return {side: with_numbers(limbs[side], changes[side]) for side in Side}


def _value(
    values: tuple[tuple[_Range, ...], tuple[_Range, ...], tuple[_Range, ...]],
    atypical: bool,
    marked: bool,
    rng: np.random.Generator,
) -> float:
    ranges = values[0] if not atypical else values[2] if marked else values[1]
    low, high = ranges[int(rng.integers(len(ranges)))]
    return float(rng.uniform(low, high))


def _jittered(limb: Limb, rng: np.random.Generator) -> Limb:
    """The limb with differences as they are between children of one pattern."""
    moved = {
        name: float(getattr(limb, name) + sd * np.clip(rng.standard_normal(), -2.0, 2.0))
        for name, sd in _JITTER_DEG.items()
    }
    changed = with_numbers(limb, moved)
    if limb.clearance is Direction.REDUCED:
        # Who drags a foot most may never lift it clear, and many others just manage to.
        clears = rng.random()
        if clears < 0.12:
            changed = replace(changed, clearance=Direction.NONE)
        elif clears > 0.35 and _can_clear(changed):
            changed = replace(changed, clearance=Direction.FULL)
    if changed.swing_dorsiflexion_deg < -9.0 and rng.random() < 0.15:
        changed = replace(changed, swing_dorsiflexion_deg=float(rng.uniform(-25.0, -22.0)))
    return changed


def _subject(
    number: int, split: Split, pattern: str, limbs: Limbs, rng: np.random.Generator
) -> SubjectPlan:
    seeds = [int(seed) for seed in rng.integers(0, 2**31 - 1, 5)]
    return SubjectPlan(
        name=f"P{number + 1:04d}",
        split=split,
        age_years=float(np.round(rng.uniform(3.5, 16.5), 1)),
        is_girl=bool(rng.random() < 0.5),
        body_seed=seeds[0],
        pattern=pattern,
        limbs=MappingProxyType(dict(limbs)),
        motion_seed=seeds[1],
        look_seed=seeds[2],
        room_seed=seeds[3],
        camera_seed=seeds[4],
        fps=float(rng.choice([60.0, 60.0, 60.0, 50.0, 30.0])),
        offset_s=float(np.round(rng.uniform(-1.2, 1.2), 3)),
        drift_ms_per_s=float(np.round(rng.normal(0.0, 0.15), 3)),
        oblique_deg=float(np.round(np.clip(rng.normal(0.0, 4.0), -10.0, 10.0), 1)),
    )


def prevalence_of(plans: Sequence[SubjectPlan]) -> dict[Item, float]:
    """Share of limbs that are asked to score 1 or 2, for each item."""
    shares = np.mean([_nominal(plan.limbs)[0] for plan in plans], axis=0)
    return dict(zip(Item, (float(share) for share in shares), strict=True))
