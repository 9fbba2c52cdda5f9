"""How sure an answer is: the chance of each option, and what the examples behind it support."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gaitdesk.domain.evgs import Direction, Item, Score
from gaitdesk.scoring.criteria import ranges_of

Chances = dict[tuple[Score, Direction], float]


def chances_of(item: Item, value: float, error: float, edges: Sequence[float] = ()) -> Chances:
    """The chance of each answer when the truth lies around `value` with a normal error.

    Args:
        item: The item.
        value: What was measured, calibrated.
        error: One standard deviation.
        edges: See `criteria.ranges_of`.
    """
    chances: Chances = {}
    for low, high, score, direction in ranges_of(item, edges):
        share = _below(high, value, error) - _below(low, value, error)
        chances[score, direction] = chances.get((score, direction), 0.0) + share
    return chances


def _below(limit: float, value: float, error: float) -> float:
    if math.isinf(limit):
        return 0.0 if limit < 0 else 1.0
    return 0.5 * (1.0 + math.erf((limit - value) / (math.sqrt(2.0) * max(error, 1e-6))))


def with_second(item: Item, chances: Chances, second: float, error: float, edge: float) -> Chances:
    """The chances once the item's second number is known too.

    Heel lift: the flattest foot pitch says whether the heel came down at all. Clearance: the
    greatest height says whether the step was high.

    Args:
        item: The item.
        chances: What its first number says.
        second: Its second number.
        error: One standard deviation of it.
        edge: Where it changes the option.
    """
    if item is Item.HEEL_LIFT:
        never = _below(edge, second, error)
        mixed = {key: (1.0 - never) * p for key, p in chances.items()}
        mixed[Score.MARKED, Direction.NO_HEEL_CONTACT] = never
        return mixed
    if item is Item.FOOT_CLEARANCE:
        # A foot that clears the floor anywhere in mid-swing scuffs, it does not drag.
        drags = _below(ranges_of(item)[1][1], second, error)
        none, reduced = (
            (Score.MARKED, Direction.NONE),
            (Score.MODERATE, Direction.REDUCED),
        )
        dragged = chances.get(none, 0.0)
        chances = {
            **chances,
            none: drags * dragged,
            reduced: chances.get(reduced, 0.0) + (1.0 - drags) * dragged,
        }
        high = 1.0 - _below(edge, second, error)
        mixed = {}
        for (score, direction), p in chances.items():
            raised = {
                Direction.FULL: (Score.MODERATE, Direction.HIGH_STEPS),
                Direction.REDUCED: (Score.MARKED, Direction.REDUCED_AND_HIGH),
            }.get(direction, (score, direction))
            mixed[score, direction] = mixed.get((score, direction), 0.0) + (1.0 - high) * p
            mixed[raised] = mixed.get(raised, 0.0) + high * p
        return mixed
    return chances


def example_key(score: Score, direction: Direction) -> str:
    """How an answer is named among the examples of a calibration, as "1 early"."""
    return f"{int(score)} {direction.value}"


def supported(
    certainty: float, score: Score, direction: Direction, examples: Mapping[str, int]
) -> float:
    """The certainty, but no more than so many examples of the answer can support.

    That an answer can be told at all is known from examples alone. After n of them, all read
    right, the next one is right with a chance of (n + 1) in (n + 2).

    Args:
        certainty: What the measure says.
        score: The answer's score.
        direction: The answer's option.
        examples: How many limbs of the calibration truly had each answer, by `example_key`;
            empty where nothing rests on examples.

    Source:
        Laplace (1774), Mémoire sur la probabilité des causes: the rule of succession.
    """
    if not examples:
        return certainty
    count = examples.get(example_key(score, direction), 0)
    return certainty * (count + 1.0) / (count + 2.0)
