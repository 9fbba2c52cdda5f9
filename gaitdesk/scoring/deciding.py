"""From the readings of one limb to the answer they ask for, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gaitdesk.domain.evgs import Direction, Item, Score
from gaitdesk.scoring.calibration import Bend, ItemCalibration
from gaitdesk.scoring.certainty import chances_of, supported, with_second
from gaitdesk.scoring.circumstances import Aid
from gaitdesk.scoring.criteria import SECOND_EDGES
from gaitdesk.scoring.limbs import LimbReading, limb_reading
from gaitdesk.scoring.measures import Reading

# Share of cycle-to-cycle scatter in the error of a limb, so that more cycles help a little.
SCATTER_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one item of one limb.

    Attributes:
        value: What was measured, calibrated, in the item's unit.
        error: One standard deviation of it.
        score, direction: The likeliest answer.
        certainty: The chance that the score is right.
        deciding: Index of the reading that shows it best.
    """

    value: float
    error: float
    score: Score
    direction: Direction
    certainty: float
    deciding: int


def decided(item: Item, readings: Sequence[Reading], calibration: ItemCalibration) -> Decision:
    """The likeliest answer for one item of one limb.

    Args:
        item: The item.
        readings: Of its cycles, at least one.
        calibration: Of the item, for the keypoints the readings rest on.
    """
    limb = limb_reading(readings, calibration.drift_doubt)
    measured = limb.value * calibration.gain + calibration.offset
    value = measured + bent(limb.aids, calibration.aids)
    # What decides an item that is judged by what is seen need not be a number for people.
    shown = measured if calibration.edges else value
    error = _error(limb, calibration, calibration.error)
    chances = chances_of(item, value, error, calibration.edges)
    if math.isfinite(limb.second):
        edge = calibration.second_edge
        chances = with_second(
            item,
            chances,
            limb.second + bent(limb.aids, calibration.second_aids),
            _of_cycles(limb, calibration, calibration.second_error),
            SECOND_EDGES[item] if edge is None else edge,
        )
    by_score = {score: sum(p for (s, _), p in chances.items() if s is score) for score in Score}
    score = max(by_score, key=lambda s: by_score[s])
    direction = max((key for key in chances if key[0] is score), key=lambda key: chances[key])[1]
    certainty = supported(by_score[score], score, direction, calibration.examples)
    return Decision(shown, error, score, direction, certainty, limb.deciding)


def bent(aids: Mapping[Aid, float], bends: Mapping[Aid, Bend]) -> float:
    """What the circumstances of a limb add to its number; unknown ones count as usual."""
    return sum(bend.slope * (aids.get(aid, bend.usual) - bend.usual) for aid, bend in bends.items())


def _error(limb: LimbReading, calibration: ItemCalibration, typical: float) -> float:
    """Error of a limb's calibrated number: that of its cycles, and of the line itself.

    A line is known worst far from the examples it was laid through.
    """
    error = _of_cycles(limb, calibration, typical)
    if not calibration.limbs:
        return error
    beside = 1.0
    if calibration.spread > 0:
        beside += ((limb.value - calibration.centre) / calibration.spread) ** 2
    return error * math.sqrt(1.0 + beside / calibration.limbs)


def _of_cycles(limb: LimbReading, calibration: ItemCalibration, typical: float) -> float:
    scatter = SCATTER_SHARE * calibration.cycles / limb.cycles
    return typical * math.sqrt(1.0 - SCATTER_SHARE + scatter)
