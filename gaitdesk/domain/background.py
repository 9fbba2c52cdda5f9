"""What is known of a child before it walks: diagnosis, function, treatments, and who asks what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Topography(StrEnum):
    """Limbs that a motor disorder concerns."""

    MONOPLEGIA_LEFT = "monoplegia_left"
    MONOPLEGIA_RIGHT = "monoplegia_right"
    HEMIPLEGIA_LEFT = "hemiplegia_left"
    HEMIPLEGIA_RIGHT = "hemiplegia_right"
    DIPLEGIA = "diplegia"
    TRIPLEGIA = "triplegia"
    QUADRIPLEGIA = "quadriplegia"


class Gmfcs(IntEnum):
    """Level of the Gross Motor Function Classification System, expanded and revised.

    Source:
        Palisano et al. (2008), Dev Med Child Neurol 50(10), 744-750.
    """

    I = 1  # noqa: E741 - the levels are Roman numerals
    II = 2
    III = 3
    IV = 4
    V = 5


class Fms(StrEnum):
    """Rating of the Functional Mobility Scale at one distance.

    Source:
        Graham et al. (2004), J Pediatr Orthop 24(5), 514-520.
    """

    WHEELCHAIR = "1"
    WALKER = "2"
    CRUTCHES = "3"
    STICKS = "4"
    LEVEL = "5"  # independent on level surfaces
    ALL_SURFACES = "6"  # independent on all surfaces
    CRAWLING = "C"
    NOT_APPLICABLE = "N"  # the child does not cover the distance


FMS_DISTANCES_M = (5, 50, 500)
"""The distances the scale is rated at: at home, at school, in the community."""


class TreatmentKind(StrEnum):
    """What was done to a child before."""

    SURGERY = "surgery"
    BOTULINUM_TOXIN = "botulinum_toxin"


class Sides(StrEnum):
    """Where something was done."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


_PARTIAL_DAY = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?")
_FIRST_YEAR = 1900


def is_partial_day(words: str) -> bool:
    """Whether words are a day, a month or a year that the calendar has: 2024-05-31, 2024-05, 2024.

    Operations of years ago are often known by their year alone.
    """
    return first_day(words) is not None


def first_day(words: str) -> date | None:
    """The first day that a partial day may mean; None where it is no such."""
    found = _PARTIAL_DAY.fullmatch(words)
    if found is None or not words.isascii() or int(found["year"]) < _FIRST_YEAR:
        return None
    try:
        return date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
    except ValueError:
        return None


def months_before(words: str, day: date) -> int | None:
    """Whole months from a partial day to a day; None where not even its month is known."""
    then = first_day(words)
    if then is None or len(words) < len("2024-05"):
        return None
    months = 12 * (day.year - then.year) + day.month - then.month
    is_short = len(words) == len("2024-05-31") and day.day < then.day
    return months - is_short


@dataclass(frozen=True, slots=True)
class Treatment:
    """One operation, or one session of injections.

    Attributes:
        kind: Which of them.
        what: What was operated on, or which muscles were injected; empty where not stated.
        side: Where; None where not stated.
        when: A day, a month or a year as `is_partial_day` takes it; empty where not stated.

    Raises:
        ValueError: `when` is none of these.
    """

    kind: TreatmentKind
    what: str = ""
    side: Sides | None = None
    when: str = ""

    def __post_init__(self) -> None:
        if self.when and not is_partial_day(self.when):
            raise ValueError(f"{self.when!r} is no day, month or year")


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a child at a visit, apart from how it walks; all of it may be missing.

    Attributes:
        diagnosis: In the clinic's words.
        topography: Limbs concerned.
        gmfcs: Gross motor function.
        fms_5_m, fms_50_m, fms_500_m: Mobility at each distance.
        treatments: Operations and injections before the visit, in the order they were entered.
    """

    diagnosis: str = ""
    topography: Topography | None = None
    gmfcs: Gmfcs | None = None
    fms_5_m: Fms | None = None
    fms_50_m: Fms | None = None
    fms_500_m: Fms | None = None
    treatments: tuple[Treatment, ...] = ()

    @property
    def fms(self) -> tuple[Fms | None, Fms | None, Fms | None]:
        """Mobility at 5, 50 and 500 m."""
        return self.fms_5_m, self.fms_50_m, self.fms_500_m


@dataclass(frozen=True, slots=True)
class Referral:
    """What the visit is to answer. Who asks is kept with the patient's name, and not here.

    Attributes:
        question: In the words of who referred the child.
        day: When they did; None where not stated.
    """

    question: str = ""
    day: date | None = None
