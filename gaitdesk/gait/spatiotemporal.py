"""Cadence, times and lengths of steps; from pixels to metres where the child's height is known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import (
    EventKind,
    GaitCycle,
    GaitEvent,
    Parameter,
    Pass,
    Spatiotemporal,
)
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.direction import leg_length_px, middle

# Hip to ankle joint, as a share of standing height: rises from about 0.42 at 3 to 0.46 at 17.
HIP_TO_ANKLE_TO_HEIGHT = 0.445
HIP_TO_ANKLE_SPREAD = 0.02
LONGEST_STEP_S = 1.3
LEAST_TRAVEL_M = 0.5


def metres_per_px(pose: PoseTrack, one: Pass, height_m: float) -> float:
    """Scale of a sagittal pass from the child's height; NaN where no leg was seen.

    The child walks along one line across the picture, so one scale serves the whole pass.
    """
    return HIP_TO_ANKLE_TO_HEIGHT * height_m / leg_length_px(pose, one.first_frame, one.last_frame)


def mm_per_px_by_frame(pose: PoseTrack, height_m: float) -> FloatArray:
    """Scale of a coronal film in every frame, shape (frames,), NaN where nobody is seen.

    A child who walks towards the camera grows; hip height over the ankles gives the scale.
    """
    hip, ankle = middle(pose, "hip"), middle(pose, "ankle")
    tall = np.abs(ankle[:, 1] - hip[:, 1])
    # The raised ankle of the swing leg shortens the middle by about 6 % of the leg.
    return np.asarray(1000.0 * 0.94 * HIP_TO_ANKLE_TO_HEIGHT * height_m / np.maximum(tall, 1.0))


def spatiotemporal(
    cycles: Sequence[GaitCycle],
    events: Sequence[GaitEvent],
    pose: PoseTrack,
    times_s: FloatArray,
    one: Pass,
    height_m: float | None,
) -> tuple[Spatiotemporal, ...]:
    """Spatiotemporal parameters of one sagittal pass.

    Args:
        cycles: Cycles of the pass, both limbs.
        events: Events of the pass, both limbs.
        pose: The patient in the film.
        times_s: Presentation times of the film, shape (frames,).
        one: The pass.
        height_m: The child's standing height; lengths and speed are left out without it.

    Returns:
        What could be measured, each with its error; empty without a single step.
    """
    frame_s = float(np.median(np.diff(times_s)))
    found: list[Spatiotemporal] = []

    def add(
        parameter: Parameter, side: Side | None, values: Sequence[float], unit: Unit, error: float
    ) -> None:
        if len(values):
            mean = float(np.mean(values))
            found.append(Spatiotemporal(parameter, side, Measure(mean, unit, error)))

    contacts = [event for event in events if event.kind is EventKind.INITIAL_CONTACT]
    steps = [
        (a, b)
        for a, b in pairwise(contacts)
        if a.side is not b.side and b.time_s - a.time_s <= LONGEST_STEP_S
    ]
    if steps:
        step_s = [b.time_s - a.time_s for a, b in steps]
        cadence = 60.0 / float(np.mean(step_s))
        error = cadence * frame_s / (float(np.mean(step_s)) * len(step_s))
        add(Parameter.CADENCE, None, [cadence], Unit.STEPS_PER_MINUTE, error)
    for side in Side:
        own = [cycle for cycle in cycles if cycle.side is side]
        add(Parameter.STRIDE_TIME, side, [c.duration_s for c in own], Unit.SECOND, frame_s)
        stance = [c.pct(c.foot_off_s) for c in own if c.foot_off_s is not None]
        stride_s = float(np.mean([c.duration_s for c in own])) if own else 1.0
        pct_error = 100.0 * 1.5 * frame_s / stride_s
        add(Parameter.STANCE, side, stance, Unit.PERCENT, pct_error)
        add(Parameter.SWING, side, [100.0 - pct for pct in stance], Unit.PERCENT, pct_error)
        single = [
            c.pct(c.opposite_contact_s) - c.pct(c.opposite_foot_off_s)
            for c in own
            if c.opposite_contact_s is not None
            and c.opposite_foot_off_s is not None
            and c.opposite_contact_s > c.opposite_foot_off_s
        ]
        add(Parameter.SINGLE_SUPPORT, side, single, Unit.PERCENT, pct_error)
        double = [
            c.pct(c.opposite_foot_off_s) + c.pct(c.foot_off_s) - c.pct(c.opposite_contact_s)
            for c in own
            if c.opposite_contact_s is not None
            and c.opposite_foot_off_s is not None
            and c.foot_off_s is not None
            and c.opposite_foot_off_s < c.opposite_contact_s < c.foot_off_s
        ]
        add(Parameter.DOUBLE_SUPPORT, side, double, Unit.PERCENT, 1.4 * pct_error)
        taken = [b.time_s - a.time_s for a, b in steps if b.side is side]
        add(Parameter.STEP_TIME, side, taken, Unit.SECOND, frame_s)
    if height_m is not None:
        scale = metres_per_px(pose, one, height_m)
        if np.isfinite(scale):
            found += _lengths(steps, cycles, pose, times_s, one, scale)
    return tuple(found)


def _lengths(
    steps: Sequence[tuple[GaitEvent, GaitEvent]],
    cycles: Sequence[GaitCycle],
    pose: PoseTrack,
    times_s: FloatArray,
    one: Pass,
    scale: float,
) -> list[Spatiotemporal]:
    found = []
    share = HIP_TO_ANKLE_SPREAD / HIP_TO_ANKLE_TO_HEIGHT
    frames = slice(one.first_frame, one.last_frame + 1)
    hip_m = one.direction * middle(pose, "hip")[frames, 0] * scale
    known = np.isfinite(hip_m)
    if known.sum() < 3 or np.ptp(hip_m[known]) < LEAST_TRAVEL_M:
        # A treadmill, or a camera that follows: the picture shows no distances.
        return []
    # Whole strides only: the pelvis surges within each.
    spans = [(c.start_s, c.end_s) for c in cycles]
    at = times_s[frames][known]
    speeds = [
        (np.interp(b, at, hip_m[known]) - np.interp(a, at, hip_m[known])) / (b - a)
        for a, b in spans
    ]
    if speeds:
        speed = float(np.mean(speeds))
        found.append(
            Spatiotemporal(
                Parameter.SPEED, None, Measure(speed, Unit.METRE_PER_SECOND, share * speed)
            )
        )
    for side in Side:
        step_m = [
            scale * one.direction * (_heel_x(pose, b) - _heel_x(pose, a))
            for a, b in steps
            if b.side is side
        ]
        stride_m = []
        for cycle in cycles:
            if cycle.side is side:
                path = pose.of(landmark(side, "heel"))[:, 0]
                seen = np.isfinite(path)
                ends = np.interp([cycle.start_s, cycle.end_s], times_s[seen], path[seen])
                stride_m.append(scale * one.direction * float(ends[1] - ends[0]))
        for parameter, lengths in (
            (Parameter.STEP_LENGTH, step_m),
            (Parameter.STRIDE_LENGTH, stride_m),
        ):
            known_m = [length for length in lengths if np.isfinite(length)]
            if known_m:
                mean = float(np.mean(known_m))
                found.append(
                    Spatiotemporal(parameter, side, Measure(mean, Unit.METRE, share * abs(mean)))
                )
    return found


def _heel_x(pose: PoseTrack, event: GaitEvent) -> float:
    """Where the heel stands after a contact: median over the next frames, pixels."""
    path = pose.of(landmark(event.side, "heel"))[event.frame : event.frame + 4, 0]
    known = path[np.isfinite(path)]
    return float(np.median(known)) if len(known) else float("nan")


def pooled(parts: Sequence[Spatiotemporal]) -> tuple[Spatiotemporal, ...]:
    """Mean over several passes, parameter by parameter and limb by limb."""
    groups: dict[tuple[Parameter, Side | None], list[Measure]] = {}
    for part in parts:
        groups.setdefault((part.parameter, part.side), []).append(part.measure)
    return tuple(
        Spatiotemporal(
            parameter,
            side,
            Measure(
                float(np.mean([m.value for m in measures])),
                measures[0].unit,
                float(np.mean([m.error for m in measures]) / np.sqrt(len(measures))),
            ),
        )
        for (parameter, side), measures in groups.items()
    )
