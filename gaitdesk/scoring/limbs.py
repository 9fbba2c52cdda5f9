"""What the readings of one limb's cycles come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.scoring.circumstances import Aid
from gaitdesk.scoring.measures import Reading

# Values further than this many standard deviations of a limb's cycles from their median stray.
STRAY = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class LimbReading:
    """One item of one limb, over its cycles and before calibration.

    Attributes:
        value: What would be measured where the camera looks straight at the child.
        second: Median of the second number; NaN where the item has none.
        aids: How the limb is seen, typically; what is not known is left out.
        cycles: How many cycles it rests on.
        deciding: Index of the reading that shows it best.
    """

    value: float
    second: float
    aids: Mapping[Aid, float]
    cycles: int
    deciding: int


def limb_reading(readings: Sequence[Reading], drift_doubt: float | None) -> LimbReading:
    """The readings of one item of one limb taken together.

    What is seen of a knee or foot that is turned changes from one edge of the picture to the
    other. So a line is laid through the cycles over their places in the picture, and read where
    the camera looks straight at the child; how far it may tilt is a matter of the measure's own
    scatter.

    Args:
        readings: At least one.
        drift_doubt: How strongly the line is held level, in squared picture widths; None takes
            the median of the cycles.
    """
    values = _without_strays(np.array([reading.value for reading in readings]))
    places = np.array([reading.place for reading in readings])
    from_middle = places - places.mean()
    if drift_doubt is None:
        value, drift = float(np.median(values)), 0.0
        apart = np.abs(values - value)
    else:
        drift = float(from_middle @ values / (from_middle @ from_middle + drift_doubt))
        value = float(values.mean() - drift * places.mean())
        apart = np.abs(values - values.mean() - drift * from_middle)
    seconds = np.array([reading.second for reading in readings])
    seconds = seconds[np.isfinite(seconds)]
    aids = {aid: _typical(readings, aid) for aid in Aid if aid is not Aid.DRIFT}
    return LimbReading(
        value=value,
        second=float(np.median(seconds)) if len(seconds) else float("nan"),
        aids={Aid.DRIFT: drift, **{aid: one for aid, one in aids.items() if np.isfinite(one)}},
        cycles=len(readings),
        deciding=int(np.argmin(apart)),
    )


def _without_strays(values: FloatArray) -> FloatArray:
    """The values, with one far from all others drawn in: an event was found too early or late."""
    if len(values) < 4:
        return values
    middle = float(np.median(values))
    reach = STRAY * 1.4826 * float(np.median(np.abs(values - middle)))
    return np.clip(values, middle - reach, middle + reach)


def _typical(readings: Sequence[Reading], aid: Aid) -> float:
    known = [reading.aids[aid] for reading in readings if aid in reading.aids]
    return float(np.median(known)) if known else float("nan")
