"""Walks in which one item's measure is where it is wanted, as close by an edge of its bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item
from gaitdesk.phantom.patterns import NORMAL, NUMBER_FIELDS, PATTERNS, Limb, with_numbers
from gaitdesk.phantom.reading import (
    KNEECAP_AHEAD_DEG,
    KNEECAP_SEEN_DEG,
    LEAST_SHIFT_MM,
    MARKED_SHIFT_MM,
    MOST_SHIFT_MM,
)
from gaitdesk.scoring.criteria import BANDS

_HIP_RANGE_DEG = 46.0

# Limbs that show a measure as high or as low as this without what a body cannot do; between two
# of them a walk is mixed from both.
_ANCHORS: Mapping[Item, tuple[Limb, ...]] = {
    Item.STANCE_DORSIFLEXION: (
        PATTERNS["true_equinus"].affected,
        NORMAL,
        PATTERNS["crouch"].affected,
        PATTERNS["crouch_severe"].affected,
    ),
    Item.SWING_DORSIFLEXION: (
        PATTERNS["true_equinus"].affected,
        NORMAL,
        PATTERNS["crouch"].affected,
        replace(PATTERNS["crouch_severe"].affected, swing_dorsiflexion_deg=32.0),
    ),
    Item.STANCE_KNEE_EXTENSION: (
        PATTERNS["recurvatum_severe"].affected,
        PATTERNS["recurvatum"].affected,
        NORMAL,
        PATTERNS["crouch"].affected,
    ),
    Item.TERMINAL_SWING_KNEE: (
        replace(PATTERNS["recurvatum_severe"].affected, terminal_swing_knee_deg=-12.0),
        PATTERNS["recurvatum_severe"].affected,
        NORMAL,
        PATTERNS["crouch"].affected,
    ),
    Item.SWING_KNEE_FLEXION: (
        PATTERNS["stiff_knee_severe"].affected,
        PATTERNS["stiff_knee"].affected,
        NORMAL,
        PATTERNS["winters_1_steppage"].affected,
        replace(PATTERNS["winters_1_steppage"].affected, swing_knee_deg=90.0, swing_hip_deg=58.0),
    ),
    Item.STANCE_HIP_EXTENSION: (
        replace(NORMAL, stance_hip_deg=-38.0, swing_hip_deg=-38.0 + _HIP_RANGE_DEG),
        NORMAL,
        PATTERNS["crouch"].affected,
    ),
    Item.SWING_HIP_FLEXION: (
        replace(NORMAL, stance_hip_deg=7.0 - _HIP_RANGE_DEG + 4.0, swing_hip_deg=7.0),
        NORMAL,
        PATTERNS["crouch"].affected,
        PATTERNS["crouch_severe"].affected,
    ),
}


def swept(item: Item, value: float) -> dict[Side, Limb]:
    """Both limbs alike, so that the item's measure is `value`.

    The rest of the walk goes with it as far as a body asks for: a knee that flexes little in
    swing does not clear the floor, a deep crouch dorsiflexes the ankle. Walk it with
    `variability=0` and some corrections more than usual for a measure within 0.1 degree.

    Args:
        item: One of those with a measure.
        value: Degrees, or millimetres of trunk shift.

    Raises:
        ValueError: The item has no measure to sweep.
    """
    if item not in NUMBER_FIELDS:
        raise ValueError(f"{item} has no measure to sweep")
    name = NUMBER_FIELDS[item]
    limb = _mixed(_ANCHORS[item], name, value) if item in _ANCHORS else NORMAL
    limb = with_numbers(limb, {name: value})
    if item is Item.PELVIC_OBLIQUITY and value > NORMAL.pelvic_obliquity_deg:
        # A side that drops in swing must be lifted more by hip, knee and ankle.
        limb = replace(limb, swing_knee_deg=65.0, swing_hip_deg=41.0, swing_dorsiflexion_deg=7.0)
    return dict.fromkeys(Side, limb)


def _mixed(anchors: tuple[Limb, ...], name: str, value: float) -> Limb:
    """The limb between the two anchors on either side of a value."""
    ordered = sorted(anchors, key=lambda limb: float(getattr(limb, name)))
    for low, high in pairwise(ordered):
        first, second = getattr(low, name), getattr(high, name)
        if value <= second or high is ordered[-1]:
            share = min(max((value - first) / (second - first), 0.0), 1.0)
            return _between(low, high, share)
    return ordered[-1]


def _between(low: Limb, high: Limb, share: float) -> Limb:
    """A limb part of the way from one to another; options are those of the nearer."""
    changed: dict[str, Any] = {}
    for field in fields(Limb):
        first, second = getattr(low, field.name), getattr(high, field.name)
        if isinstance(first, Direction):
            changed[field.name] = second if share >= 0.5 else first
        else:
            changed[field.name] = first + share * (second - first)
    return replace(low, **changed)


def edges_of(item: Item) -> tuple[float, ...]:
    """Where an item's score changes, in the unit of its measure, ascending."""
    if item in BANDS:
        return tuple(
            (low.highest + high.lowest) / 2.0
            for low, high in pairwise(BANDS[item])
            if low.score is not high.score
        )
    if item is Item.KNEE_PROGRESSION:
        return (-KNEECAP_SEEN_DEG, -KNEECAP_AHEAD_DEG, KNEECAP_AHEAD_DEG, KNEECAP_SEEN_DEG)
    if item is Item.TRUNK_LATERAL_SHIFT:
        return (LEAST_SHIFT_MM, MOST_SHIFT_MM, MARKED_SHIFT_MM)
    return ()
