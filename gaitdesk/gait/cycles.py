"""Gait cycles from events, and angles over the cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import AngleTrack, CycleCurve, EventKind, GaitCycle, GaitEvent, Variable
from gaitdesk.gait.events import LONGEST_STRIDE_S, SHORTEST_STRIDE_S

CYCLE_PCT = np.arange(101.0)
LARGEST_GAP_PCT = 6.0
# A stride this much longer or shorter than usual holds a missed or a false contact.
LARGEST_CHANGE = 1.45
# So far may an event lie beyond the frames of its pass.
EDGE_S = 0.05


def find_cycles(events: Sequence[GaitEvent], film: int) -> tuple[GaitCycle, ...]:
    """Cycles of both feet from the events of one pass, in order of time.

    Args:
        events: Events of one pass of one film.
        film: Index of the film in the analysis, noted in each cycle.
    """
    cycles = []
    strides_s = [
        end.time_s - start.time_s
        for side in Side
        for start, end in pairwise(_times(events, side, EventKind.INITIAL_CONTACT))
    ]
    # Of an even number the shorter middle one: a missed contact doubles a stride.
    usual_s = float(np.quantile(strides_s, 0.5, method="lower")) if strides_s else 0.0
    for side in Side:
        contacts = _times(events, side, EventKind.INITIAL_CONTACT)
        for start, end in pairwise(contacts):
            stride_s = end.time_s - start.time_s
            if not SHORTEST_STRIDE_S <= stride_s <= LONGEST_STRIDE_S:
                continue
            if not 1 / LARGEST_CHANGE <= stride_s / usual_s <= LARGEST_CHANGE:
                continue
            inside = [e for e in events if start.time_s < e.time_s < end.time_s]
            cycles.append(
                GaitCycle(
                    side=side,
                    film=film,
                    start_s=start.time_s,
                    end_s=end.time_s,
                    foot_off_s=_first(inside, side, EventKind.FOOT_OFF),
                    opposite_foot_off_s=_first(inside, side.opposite, EventKind.FOOT_OFF),
                    opposite_contact_s=_first(inside, side.opposite, EventKind.INITIAL_CONTACT),
                    confidence=min(start.confidence, end.confidence),
                )
            )
    return tuple(sorted(cycles, key=lambda cycle: cycle.start_s))


def _times(events: Iterable[GaitEvent], side: Side, kind: EventKind) -> list[GaitEvent]:
    return [event for event in events if event.side is side and event.kind is kind]


def _first(events: Iterable[GaitEvent], side: Side, kind: EventKind) -> float | None:
    return next((event.time_s for event in _times(events, side, kind)), None)


def over_cycle(values: FloatArray, times_s: FloatArray, cycle: GaitCycle) -> FloatArray:
    """A signal at 0, 1, ... 100 % of one cycle, shape (101,).

    Places further than 6 % of the cycle from a known frame stay NaN.
    """
    known = np.isfinite(values)
    at = cycle.start_s + CYCLE_PCT / 100.0 * cycle.duration_s
    if known.sum() < 2:
        return np.full(101, np.nan)
    result = np.interp(at, times_s[known], values[known], left=np.nan, right=np.nan)
    right = np.clip(np.searchsorted(times_s[known], at), 1, known.sum() - 1)
    apart = np.minimum(np.abs(times_s[known][right] - at), np.abs(at - times_s[known][right - 1]))
    result[apart > LARGEST_GAP_PCT / 100.0 * cycle.duration_s] = np.nan
    return np.asarray(result)


def cycle_curve(
    variable: Variable, side: Side, curves: Sequence[FloatArray], foot_off_pct: Sequence[float]
) -> CycleCurve | None:
    """Mean and spread of one angle over several cycles; None without a single whole one.

    Args:
        variable: The angle the curves show.
        side: The limb they belong to.
        curves: Each of shape (101,), NaN where unknown.
        foot_off_pct: Foot off of the cycles in which it was found.
    """
    whole = [curve for curve in curves if np.isfinite(curve).mean() > 0.9]
    if not whole:
        return None
    stack = np.array(whole)
    known = np.isfinite(stack)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, stack, 0.0).sum(axis=0) / count
    spread = np.sqrt(
        (np.where(known, stack - mean, 0.0) ** 2).sum(axis=0) / np.maximum(count - 1, 1)
    )
    mean[~known.any(axis=0)] = np.nan
    return CycleCurve(variable, side, mean, spread, len(whole), _mean(foot_off_pct))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


SAGITTAL_CURVES = (
    Variable.TRUNK_FORWARD_LEAN,
    Variable.HIP_FLEXION,
    Variable.KNEE_FLEXION,
    Variable.ANKLE_DORSIFLEXION,
)
"""Angles seen from the side, drawn over the cycles of the limb near the camera."""
CORONAL_CURVES = (Variable.PELVIC_OBLIQUITY, Variable.TRUNK_LATERAL_LEAN)
"""Angles seen from front or behind, drawn over the cycles of both limbs."""


def is_near(film: FilmAnalysis, cycle: GaitCycle) -> bool:
    """Whether the limb of a cycle of a film was the one near the camera, in one pass."""
    times_s = film.video.times_s
    return any(
        one.view.near_side is cycle.side
        and times_s[one.first_frame] - EDGE_S <= cycle.start_s
        and cycle.end_s <= times_s[one.last_frame] + EDGE_S
        for one in film.passes
    )


def on_clock(cycle: GaitCycle, film: int, clock: Callable[[float], float]) -> GaitCycle:
    """A cycle in the time of another film.

    Args:
        cycle: The cycle.
        film: Index of the other film.
        clock: Time in the other film of a time in the cycle's own.
    """

    def there(time_s: float | None) -> float | None:
        return None if time_s is None else clock(time_s)

    return replace(
        cycle,
        film=film,
        start_s=clock(cycle.start_s),
        end_s=clock(cycle.end_s),
        foot_off_s=there(cycle.foot_off_s),
        opposite_foot_off_s=there(cycle.opposite_foot_off_s),
        opposite_contact_s=there(cycle.opposite_contact_s),
        mid_stance_s=there(cycle.mid_stance_s),
        mid_swing_s=there(cycle.mid_swing_s),
    )


def limb_curves(
    variables: Sequence[Variable],
    cycles: Sequence[GaitCycle],
    angles: Sequence[tuple[FloatArray, Sequence[AngleTrack]]],
) -> tuple[CycleCurve, ...]:
    """Mean curves of each limb over the cycles given.

    Args:
        variables: The angles.
        cycles: Cycles in which they can be seen.
        angles: For each film, its presentation times and its projected angles.
    """
    made = []
    for side in Side:
        own = [cycle for cycle in cycles if cycle.side is side]
        offs, stances, swings = (
            [
                cycle.pct(time_s)
                for cycle, time_s in zip(own, times, strict=True)
                if time_s is not None
            ]
            for times in (
                [cycle.foot_off_s for cycle in own],
                [cycle.mid_stance_s for cycle in own],
                [cycle.mid_swing_s for cycle in own],
            )
        )
        for variable in variables:
            curves = []
            for cycle in own:
                times_s, tracks = angles[cycle.film]
                for track in tracks:
                    if track.variable is variable and track.side is side and track.is_projected:
                        curves.append(over_cycle(track.values, times_s, cycle))
            curve = cycle_curve(variable, side, curves, offs)
            if curve is not None:
                middles = _mean(stances), _mean(swings)
                made.append(replace(curve, mid_stance_pct=middles[0], mid_swing_pct=middles[1]))
    return tuple(made)


def cycles_drawn(curves: Iterable[CycleCurve]) -> dict[Side, int]:
    """How many cycles of each limb went into its curves: those seen from the side, where it was."""
    drawn: dict[Side, int] = {}
    for curve in sorted(curves, key=lambda one: (one.variable in SAGITTAL_CURVES, one.cycles)):
        drawn[curve.side] = curve.cycles
    return drawn
