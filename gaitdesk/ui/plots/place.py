"""Where in its gait cycles a moment of the films lies, and the other way round."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import GaitCycle


@dataclass(frozen=True, slots=True)
class Place:
    """A moment in a cycle.

    Attributes:
        cycle: The cycle.
        pct: How much of it has gone by, 0 to 100.
    """

    cycle: GaitCycle
    pct: float

    @property
    def time_s(self) -> float:
        """The moment, in the film of the cycle."""
        return self.cycle.start_s + self.pct / 100.0 * self.cycle.duration_s


def places_at(cycles: Iterable[GaitCycle], times_s: Mapping[int, float]) -> dict[Side, Place]:
    """The cycle of each limb that is under way at a moment.

    Args:
        cycles: Gait cycles of any films.
        times_s: The moment in each film that is shown, by the film's index.

    Returns:
        For each limb the cycle with the highest confidence; a limb between cycles is left out.
    """
    found: dict[Side, Place] = {}
    for cycle in sorted(cycles, key=lambda one: one.confidence):
        time_s = times_s.get(cycle.film)
        if time_s is not None and cycle.start_s <= time_s <= cycle.end_s:
            found[cycle.side] = Place(cycle, cycle.pct(time_s))
    return found


def place_near(
    cycles: Sequence[GaitCycle], side: Side, pct: float, times_s: Mapping[int, float]
) -> Place | None:
    """The moment of a limb's cycle nearest to what is shown; None where the limb has no cycle."""
    inside = min(100.0, max(0.0, pct))
    own = [Place(cycle, inside) for cycle in cycles if cycle.side is side]

    def away_s(place: Place) -> float:
        time_s = times_s.get(place.cycle.film)
        return math.inf if time_s is None else abs(place.time_s - time_s)

    return min(own, key=away_s, default=None)
