"""The person filmed, and the conditions of the walk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patient:
    """The person filmed; a pseudonym by default.

    Attributes:
        pseudonym: What the analysis and its files are known by.
        age_years: Age at the visit; None where not given.
        height_m: Standing height; None where not given.
    """

    pseudonym: str = ""
    age_years: float | None = None
    height_m: float | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What changes how a walk looks; empty text where not stated.

    Attributes:
        footwear: Barefoot, shoes, orthosis.
        aid: Walking frame, crutches, none.
        note: Anything else.
    """

    footwear: str = ""
    aid: str = ""
    note: str = ""
