"""Mid-stance and mid-swing as shapes, beside the gait events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import GaitCycle
from gaitdesk.domain.shapes import Dot, Point
from gaitdesk.gait.overlay import rail_x, rail_y
from gaitdesk.i18n import tr
from gaitdesk.perception.overlay import SIDE_COLOURS

SHOWN_S = 0.06
"""How long before and after such a moment its name stands in the picture."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment at which the feet pass each other, told of one limb.

    Attributes:
        side: The limb.
        is_stance: Whether it stands, so that this is its mid-stance; else its mid-swing.
        time_s: Time in the film.
    """

    side: Side
    is_stance: bool
    time_s: float

    @property
    def words(self) -> str:
        """What a clinician calls it."""
        if self.is_stance:
            return tr("Mid-stance, left") if self.side is Side.LEFT else tr("Mid-stance, right")
        return tr("Mid-swing, left") if self.side is Side.LEFT else tr("Mid-swing, right")


def instants_of(cycles: Sequence[GaitCycle], film: int) -> tuple[Instant, ...]:
    """Mid-stance and mid-swing of every cycle of one film, in order of time."""
    found = [
        Instant(cycle.side, is_stance, time_s)
        for cycle in cycles
        if cycle.film == film
        for is_stance, time_s in ((True, cycle.mid_stance_s), (False, cycle.mid_swing_s))
        if time_s is not None
    ]
    return tuple(sorted(found, key=lambda instant: instant.time_s))


def instants_near(instants: Sequence[Instant], time_s: float) -> list[Instant]:
    """Those whose names stand in the picture at a time."""
    return [instant for instant in instants if abs(instant.time_s - time_s) <= SHOWN_S]


def instant_dots(
    instants: Sequence[Instant], duration_s: float, width_px: int, height_px: int, scale: float
) -> tuple[Dot, ...]:
    """A dot on the limb's rail at each moment: within the thick part in stance, else beside it."""
    return tuple(
        Dot(
            Point(
                rail_x(instant.time_s, duration_s, width_px),
                rail_y(instant.side, height_px, scale),
            ),
            SIDE_COLOURS[instant.side],
            4.5 * scale,
        )
        for instant in instants
    )
