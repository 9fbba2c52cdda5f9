"""Each item's limits as a table: from a measured value or an option word to a score.

Source:
    Read et al. (2003), J Pediatr Orthop 23(3), 296-301, as restated item by item in the
    EVGS Reference Guide 1.0, Kearns & Jang (2019), American Academy of Orthotists and
    Prosthetists. The guide prints severe knee hyperextension as "<10"; beside "1-10" only
    ">10" is possible, and that is what stands here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gaitdesk.domain.evgs import Direction, Item, Score

_0, _1, _2 = Score.NORMAL, Score.MODERATE, Score.MARKED


@dataclass(frozen=True, slots=True)
class Band:
    """A run of whole degrees that share one score and one option word.

    Attributes:
        lowest, highest: Ends of the run in whole degrees, both included; infinite at the ends.
        score, direction: What a value in it means.
    """

    lowest: float
    highest: float
    score: Score
    direction: Direction


_INF = math.inf

BANDS: Mapping[Item, tuple[Band, ...]] = {
    # Dorsiflexion positive.
    Item.STANCE_DORSIFLEXION: (
        Band(-_INF, -11, _2, Direction.PLANTARFLEXION),
        Band(-10, 4, _1, Direction.REDUCED),
        Band(5, 25, _0, Direction.NORMAL),
        Band(26, 40, _1, Direction.INCREASED),
        Band(41, _INF, _2, Direction.INCREASED),
    ),
    # Valgus positive.
    Item.HINDFOOT_VARUS_VALGUS: (
        Band(-_INF, -11, _2, Direction.VARUS),
        Band(-10, -1, _1, Direction.VARUS),
        Band(0, 5, _0, Direction.NORMAL),
        Band(6, 15, _1, Direction.VALGUS),
        Band(16, _INF, _2, Direction.VALGUS),
    ),
    # External to the knee progression angle positive.
    Item.FOOT_ROTATION: (
        Band(-_INF, -26, _2, Direction.INTERNAL),
        Band(-25, -1, _1, Direction.INTERNAL),
        Band(0, 20, _0, Direction.NORMAL),
        Band(21, 40, _1, Direction.EXTERNAL),
        Band(41, _INF, _2, Direction.EXTERNAL),
    ),
    Item.SWING_DORSIFLEXION: (
        Band(-_INF, -21, _2, Direction.PLANTARFLEXION),
        Band(-20, -6, _1, Direction.PLANTARFLEXION),
        Band(-5, 15, _0, Direction.NORMAL),
        Band(16, 30, _1, Direction.DORSIFLEXION),
        Band(31, _INF, _2, Direction.DORSIFLEXION),
    ),
    # Knee flexion positive.
    Item.STANCE_KNEE_EXTENSION: (
        Band(-_INF, -11, _2, Direction.HYPEREXTENSION),
        Band(-10, -1, _1, Direction.HYPEREXTENSION),
        Band(0, 15, _0, Direction.NORMAL),
        Band(16, 25, _1, Direction.FLEXION),
        Band(26, _INF, _2, Direction.FLEXION),
    ),
    Item.TERMINAL_SWING_KNEE: (
        Band(-_INF, -11, _2, Direction.HYPEREXTENSION),
        Band(-10, 4, _1, Direction.EXTENSION),
        Band(5, 15, _0, Direction.NORMAL),
        Band(16, 30, _1, Direction.FLEXION),
        Band(31, _INF, _2, Direction.FLEXION),
    ),
    Item.SWING_KNEE_FLEXION: (
        Band(-_INF, 34, _2, Direction.REDUCED),
        Band(35, 49, _1, Direction.REDUCED),
        Band(50, 70, _0, Direction.NORMAL),
        Band(71, 85, _1, Direction.INCREASED),
        Band(86, _INF, _2, Direction.INCREASED),
    ),
    # Hip flexion positive, so extension is negative.
    Item.STANCE_HIP_EXTENSION: (
        Band(-_INF, -36, _2, Direction.EXTENSION),
        Band(-35, -21, _1, Direction.EXTENSION),
        Band(-20, 0, _0, Direction.NORMAL),
        Band(1, 15, _1, Direction.FLEXION),
        Band(16, _INF, _2, Direction.FLEXION),
    ),
    Item.SWING_HIP_FLEXION: (
        Band(-_INF, 9, _2, Direction.REDUCED),
        Band(10, 24, _1, Direction.REDUCED),
        Band(25, 45, _0, Direction.NORMAL),
        Band(46, 60, _1, Direction.INCREASED),
        Band(61, _INF, _2, Direction.INCREASED),
    ),
    # Stance side up positive.
    Item.PELVIC_OBLIQUITY: (
        Band(-_INF, -11, _2, Direction.DOWN),
        Band(-10, -1, _1, Direction.DOWN),
        Band(0, 5, _0, Direction.NORMAL),
        Band(6, 15, _1, Direction.UP),
        Band(16, _INF, _2, Direction.UP),
    ),
    # Stance side forward (protraction) positive.
    Item.PELVIC_ROTATION: (
        Band(-_INF, -16, _2, Direction.RETRACTION),
        Band(-15, -6, _1, Direction.RETRACTION),
        Band(-5, 10, _0, Direction.NORMAL),
        Band(11, 20, _1, Direction.PROTRACTION),
        Band(21, _INF, _2, Direction.PROTRACTION),
    ),
    # Forward lean positive; backward lean is never marked.
    Item.TRUNK_SAGITTAL: (
        Band(-_INF, -6, _1, Direction.BACKWARD),
        Band(-5, 5, _0, Direction.NORMAL),
        Band(6, 15, _1, Direction.FORWARD),
        Band(16, _INF, _2, Direction.FORWARD),
    ),
}
"""Items judged by an angle: bands in ascending order that cover every whole degree."""

OPTIONS: Mapping[Item, Mapping[Direction, Score]] = {
    Item.INITIAL_CONTACT: {Direction.HEEL: _0, Direction.FLATFOOT: _1, Direction.TOE: _2},
    Item.HEEL_LIFT: {
        Direction.NORMAL: _0,
        Direction.EARLY: _1,
        Direction.DELAYED: _1,
        Direction.NO_HEEL_CONTACT: _2,
        Direction.NO_FOREFOOT_CONTACT: _2,
    },
    Item.FOOT_CLEARANCE: {
        Direction.FULL: _0,
        Direction.REDUCED: _1,
        Direction.HIGH_STEPS: _1,
        Direction.NONE: _2,
        Direction.REDUCED_AND_HIGH: _2,
    },
    # Whether the kneecap is in the middle, turned but wholly seen, or partly hidden.
    Item.KNEE_PROGRESSION: {
        Direction.NORMAL: _0,
        Direction.INTERNAL: _1,
        Direction.EXTERNAL: _1,
        Direction.INTERNAL_HIDDEN: _2,
        Direction.EXTERNAL_HIDDEN: _2,
    },
    # "Reduced" means that the trunk stays over the swing leg.
    Item.TRUNK_LATERAL_SHIFT: {
        Direction.NORMAL: _0,
        Direction.MODERATE: _1,
        Direction.REDUCED: _1,
        Direction.MARKED: _2,
    },
}
"""Items judged by what is seen: each option word with its score."""


def whole_degrees(value_deg: float) -> int:
    """Nearest whole degree; halves go away from zero, as a goniometer reader rounds."""
    return int(math.copysign(math.floor(abs(value_deg) + 0.5), value_deg))


def band_of(item: Item, value_deg: float) -> Band:
    """The band of a measured angle.

    Raises:
        ValueError: The item is not judged by an angle, or the value is not a number.
    """
    if item not in BANDS:
        raise ValueError(f"{item} is judged by what is seen, not by an angle")
    degrees = whole_degrees(value_deg)
    return next(band for band in BANDS[item] if band.lowest <= degrees <= band.highest)


def score_of(item: Item, answer: float | Direction) -> tuple[Score, Direction]:
    """Score and option word for a measured angle or an observed option.

    Raises:
        ValueError: The answer is of the wrong kind for the item.
    """
    if isinstance(answer, Direction):
        options = OPTIONS.get(item, {})
        if answer not in options:
            raise ValueError(f"{answer} is no option of {item}")
        return options[answer], answer
    band = band_of(item, answer)
    return band.score, band.direction


SEEN_RANGES: Mapping[Item, tuple[tuple[float, Direction], ...]] = {
    # Foot pitch at contact, degrees, toe up positive.
    Item.INITIAL_CONTACT: (
        (-5.0, Direction.TOE),
        (5.0, Direction.FLATFOOT),
        (_INF, Direction.HEEL),
    ),
    # Time of heel lift: 0 as the feet are level, 1 at opposite contact.
    Item.HEEL_LIFT: ((0.0, Direction.EARLY), (1.0, Direction.NORMAL), (_INF, Direction.DELAYED)),
    # Least height of the foot in the middle half of swing, per cent of leg length.
    Item.FOOT_CLEARANCE: (
        (0.55, Direction.NONE),
        (1.35, Direction.REDUCED),
        (_INF, Direction.FULL),
    ),
    # Shift of the trunk towards the standing leg, millimetres; about 25 is normal.
    Item.TRUNK_LATERAL_SHIFT: (
        (10.0, Direction.REDUCED),
        (45.0, Direction.NORMAL),
        (75.0, Direction.MODERATE),
        (_INF, Direction.MARKED),
    ),
}
"""Where a number stands in for what is seen: upper ends in ascending order, with the option.

The score itself gives no numbers for these; they are choices of this program, and a reviewer
sees the number beside the option.
"""

SECOND_EDGES: Mapping[Item, float] = {
    # Foot pitch at its flattest in early stance, below which the heel never came down, degrees.
    Item.HEEL_LIFT: -10.0,
    # Greatest height of the foot in the middle half of swing, above which the step is high,
    # per cent of leg length.
    Item.FOOT_CLEARANCE: 8.8,
}
"""Where an item's second number changes its option; choices of this program as well."""


def edges_of(item: Item) -> tuple[float, ...]:
    """Where the options of an item judged by what is seen meet, ascending."""
    return tuple(end for end, _ in SEEN_RANGES[item][:-1])


def ranges_of(
    item: Item, edges: Sequence[float] = ()
) -> tuple[tuple[float, float, Score, Direction], ...]:
    """Lower end, upper end, score and option of each run of values, without gaps.

    Bands of whole degrees meet half-way between the last degree of one and the first of the next.

    Args:
        item: The item.
        edges: Where runs meet instead, in ascending order, for an item judged by what is seen.

    Raises:
        ValueError: The item cannot be read from a number.
    """
    if item in BANDS:
        bands = BANDS[item]
        ends = [(a.highest + b.lowest) / 2.0 for a, b in pairwise(bands)] + [_INF]
        answers = [(band.score, band.direction) for band in bands]
    elif item in SEEN_RANGES:
        ends = [*edges, _INF] if edges else [end for end, _ in SEEN_RANGES[item]]
        answers = [(OPTIONS[item][option], option) for _, option in SEEN_RANGES[item]]
    else:
        raise ValueError(f"{item} cannot be read from a number")
    starts = [-_INF, *ends[:-1]]
    return tuple(
        (low, high, score, direction)
        for low, high, (score, direction) in zip(starts, ends, answers, strict=True)
    )
