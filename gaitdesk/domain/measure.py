"""One measured number with its unit and its error band."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Unit of a measure, as printed."""

    DEGREE = "deg"
    SECOND = "s"
    PERCENT = "pct"
    PIXEL = "px"
    METRE = "m"
    MILLIMETRE = "mm"
    METRE_PER_SECOND = "m/s"
    STEPS_PER_MINUTE = "steps/min"
    LEG_LENGTH = "leg lengths"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that was measured, never one that was assumed.

    Attributes:
        value: The number in `unit`.
        unit: Its unit.
        error: One standard deviation of the measuring method, in `unit`.
    """

    value: float
    unit: Unit
    error: float
