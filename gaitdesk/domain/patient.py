"""The person filmed, and the conditions of the walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """Sex as the clinic records it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


POSSIBLE: Mapping[str, tuple[float, float]] = {
    "weight_kg": (1.0, 250.0),
    "leg_length_left_m": (0.15, 1.3),
    "leg_length_right_m": (0.15, 1.3),
}
"""Least and greatest value of a person's measures; beyond them lies a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Patient:
    """The person filmed; a pseudonym by default.

    Attributes:
        pseudonym: What the analysis and its files are known by.
        age_years: Age at the visit; None where not given.
        height_m: Standing height; None where not given.
        sex: None where not given.
        weight_kg: None where not given.
        leg_length_left_m, leg_length_right_m: From the front of the pelvis (ASIS) to the inner
            ankle; None where not given.
        measured_on: Day on which height, weight and leg lengths were taken, where that is not
            the day of the visit; None where it is, or where that is not known.

    Raises:
        ValueError: A weight or a leg length is not that of a person.
    """

    pseudonym: str = ""
    age_years: float | None = None
    height_m: float | None = None
    sex: Sex | None = None
    weight_kg: float | None = None
    leg_length_left_m: float | None = None
    leg_length_right_m: float | None = None
    measured_on: date | None = None

    def __post_init__(self) -> None:
        check_possible(self)


def check_possible(held: object) -> None:
    """Refuse measures that no person has.

    Raises:
        ValueError: One of the fields named in `POSSIBLE` is out of its range.
    """
    for name, (lowest, highest) in POSSIBLE.items():
        value: float | None = getattr(held, name)
        if value is not None and not lowest <= value <= highest:
            raise ValueError(f"{name} is {value:g}, not between {lowest:g} and {highest:g}")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What changes how a walk looks; empty text where not stated.

    Attributes:
        footwear: Barefoot, shoes, orthosis.
        aid: Walking frame, crutches, none.
        note: Anything else.
        room: Where the walk was filmed.
        orthosis: Which orthosis was worn, on which side; "None" for none.
        assistance: Who helped and how; "None" for nobody.
        cooperation: How the child took part.
    """

    footwear: str = ""
    aid: str = ""
    note: str = ""
    room: str = ""
    orthosis: str = ""
    assistance: str = ""
    cooperation: str = ""
