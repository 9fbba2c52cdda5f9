"""A child walking along the walkway: from what each limb does to a motion that the floor allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.gait import Variable
from gaitdesk.phantom.gaitcurves import normal_deg
from gaitdesk.phantom.leg import hindfoot_roll, toe_pitch
from gaitdesk.phantom.patterns import NUMBER_FIELDS, Limb, Limbs
from gaitdesk.phantom.reading import measured
from gaitdesk.phantom.settling import Pelvis, Settled, Task, settle
from gaitdesk.phantom.skeleton import (
    SEGMENT_COUNT,
    STANDING_TILT_DEG,
    Build,
    Motion,
    Segment,
    at_times,
    hang_together,
    one_after_the_other,
    segment,
    turned_round,
)
from gaitdesk.phantom.steps import Plan, between_sides, planned
from gaitdesk.phantom.timeline import Corrections, LegTimeline, leg_timeline
from gaitdesk.phantom.upright import (
    set_upper_body,
    trunk_counter_rotation,
    trunk_rotations,
    turn_x,
    turn_y,
    turn_z,
)

SETTLING_HZ = 60.0
# A stride that is cut off by the end of what is settled has no aim; such ends are left out.
_MARGIN_FRAMES = 30
_CLOSE_DEG, _CLOSE_MM = 0.08, 0.4
_SWAY_SHARE = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """One walk along the walkway.

    Attributes:
        motion: Where the body is; the middle of the walk lies at x = 0.
        limbs: What each limb was asked to do.
        plan: The steps as planned.
        seed: Of the stride-to-stride variability.
    """

    motion: Motion
    limbs: Limbs
    plan: Plan
    seed: int


def walk(
    build: Build,
    limbs: Mapping[Side, Limb],
    *,
    seed: int = 0,
    duration_s: float = 5.0,
    fps: float = SETTLING_HZ,
    variability: float = 1.0,
    corrections: int = 3,
) -> Walk:
    """Let a child walk.

    Args:
        build: The child's body.
        limbs: What each limb does.
        seed: Of the stride-to-stride variability; the same seed gives the same walk.
        duration_s: Length of the walk, which begins and ends in mid-stride.
        fps: Frames a second of the motion.
        variability: 0 for strides all alike, 1 for as much as children vary.
        corrections: How often the finished motion is measured and what it is asked for moved by
            what it missed.
    """
    plan = planned(build, limbs, duration_s, seed, variability)
    last = round(duration_s * SETTLING_HZ)
    times_s = np.arange(-_MARGIN_FRAMES, last + _MARGIN_FRAMES + 1) / SETTLING_HZ
    kept = slice(_MARGIN_FRAMES, _MARGIN_FRAMES + last + 1)
    moved: dict[tuple[Side, Item], float] = {}
    settled: Settled | None = None
    for attempt in range(corrections + 1):
        whole, settled = _moved(build, limbs, plan, times_s, moved, settled)
        motion = _excerpt(whole, kept)
        if attempt == corrections or not _correct(motion, limbs, moved):
            break
    if fps != SETTLING_HZ:
        motion = at_times(motion, np.arange(round(duration_s * fps) + 1) / fps)
    return Walk(motion, dict(limbs), plan, seed)


def there_and_back(
    build: Build,
    limbs: Mapping[Side, Limb],
    *,
    seed: int = 0,
    distance_m: float = 5.0,
    fps: float = SETTLING_HZ,
    corrections: int = 3,
) -> Motion:
    """Two walks of one child along the walkway, towards +x and back, with a pause between.

    A camera beside the walkway sees one limb near in the first and the other in the second; one
    at its end sees the front in the first and the back in the second.

    Args:
        build: The child's body.
        limbs: What each limb does.
        seed: Of the stride-to-stride variability.
        distance_m: How far each walk goes.
        fps: Frames a second of the motion.
        corrections: See `walk`; with none the walk is less exactly what was asked for, and what
            it is must be measured on it.
    """
    duration_s = crossing_s(build, limbs, distance_m)
    walks = [
        walk(
            build,
            limbs,
            seed=2 * seed + k,
            duration_s=duration_s,
            fps=fps,
            corrections=corrections,
        ).motion
        for k in (0, 1)
    ]
    return one_after_the_other([walks[0], turned_round(walks[1])])


def crossing_s(build: Build, limbs: Mapping[Side, Limb], distance_m: float) -> float:
    """About how long a child takes to walk a distance, to the tenth of a second."""
    speed = planned(build, limbs, 1.0, 0, 0.0).speed_m_s
    return float(np.clip(np.ceil(10.0 * distance_m / (0.95 * speed)) / 10.0, 3.0, 20.0))


def _excerpt(motion: Motion, kept: slice) -> Motion:
    """The frames kept, with the middle of the way at x = 0."""
    path = motion.origins_m[kept, Segment.PELVIS, 0]
    middle = np.array([(path[0] + path[-1]) / 2.0, 0.0, 0.0])
    return Motion(
        motion.build,
        motion.times_s[kept],
        motion.origins_m[kept] - middle,
        motion.rotations[kept],
    )


def _correct(motion: Motion, limbs: Limbs, moved: dict[tuple[Side, Item], float]) -> bool:
    """Move what is asked by what the motion missed; whether anything had to be moved."""
    is_off = False
    found = measured(motion)
    for (side, item), value in found.items():
        if item not in NUMBER_FIELDS or _is_outweighed(limbs, side, item):
            continue
        missed = getattr(limbs[side], NUMBER_FIELDS[item]) - value
        close = _CLOSE_MM if item is Item.TRUNK_LATERAL_SHIFT else _CLOSE_DEG
        if abs(missed) > close:
            limit = 30.0 if item is Item.TRUNK_LATERAL_SHIFT else 4.0
            total = moved.get((side, item), 0.0) + missed
            moved[side, item] = float(np.clip(total, -limit, limit))
            is_off = True
    return is_off


def _is_outweighed(limbs: Limbs, side: Side, item: Item) -> bool:
    """Whether the other limb's stance decides how far the trunk leans in this one's."""
    if item is not Item.TRUNK_SAGITTAL:
        return False
    own, other = limbs[side].trunk_lean_deg, limbs[side.opposite].trunk_lean_deg
    return abs(own) < abs(other) - 1.0


def _moved(
    build: Build,
    limbs: Limbs,
    plan: Plan,
    times_s: FloatArray,
    corrections: Corrections,
    start: Settled | None,
) -> tuple[Motion, Settled]:
    legs = tuple(leg_timeline(build, plan, side, times_s, corrections) for side in Side)
    task = Task(
        build, plan, times_s, _pelvis(build, plan, times_s, corrections, legs), (legs[0], legs[1])
    )
    settled = settle(task, start, rounds=30 if start is None else 8)
    return _motion(task, settled, limbs, corrections), settled


def _waves(
    plan: Plan,
    item: Item,
    times_s: FloatArray,
    corrections: Corrections,
    right_sign: float,
    normal: FloatArray | None = None,
) -> FloatArray:
    """A midline segment's curve through what is asked at both limbs' mid-stances."""
    asked = between_sides(plan, NUMBER_FIELDS[item], times_s, right_sign)
    points = sorted(
        (
            stride.mid_stance_s,
            (1.0 if side is Side.LEFT else right_sign) * corrections.get((side, item), 0.0),
        )
        for side in Side
        for stride in plan.strides[side]
    )
    at, moves = np.array(points).T
    curve = asked + PchipInterpolator(at, moves)(np.clip(times_s, at[0], at[-1]))
    if normal is not None:
        # A normal child's own wave on top, made to vanish at the mid-stances.
        there = np.interp(at, times_s, normal)
        curve = curve + normal - PchipInterpolator(at, there)(np.clip(times_s, at[0], at[-1]))
    return np.asarray(curve)


def _pelvis(
    build: Build,
    plan: Plan,
    times_s: FloatArray,
    corrections: Corrections,
    legs: tuple[LegTimeline, ...],
) -> Pelvis:
    phase = legs[0].phase
    obliquity = _waves(
        plan,
        Item.PELVIC_OBLIQUITY,
        times_s,
        corrections,
        -1.0,
        0.8 * normal_deg(Variable.PELVIC_OBLIQUITY, phase),
    )
    rotation = _waves(
        plan,
        Item.PELVIC_ROTATION,
        times_s,
        corrections,
        -1.0,
        0.9 * normal_deg(Variable.PELVIC_ROTATION, phase),
    )
    shift_mm = _waves(plan, Item.TRUNK_LATERAL_SHIFT, times_s, {}, -1.0)
    # The pelvis goes part of the way with the trunk, and never beyond the standing foot.
    widest = 0.75 * plan.step_width_m
    sway = widest * np.tanh(_SWAY_SHARE * shift_mm / 1000.0 / widest)
    contacts_s, places = _pelvis_places(build, plan)
    ahead = np.interp(times_s, contacts_s, places)
    return Pelvis(np.deg2rad(obliquity), np.deg2rad(rotation), sway, ahead)


def _pelvis_places(build: Build, plan: Plan) -> tuple[FloatArray, FloatArray]:
    """When the pelvis passes over each standing ankle, and where that is."""
    heel_x = np.cumsum(plan.step_lengths_m)
    points = sorted(
        (stride.mid_stance_s, heel_x[stride.step] + 0.7 * build.heel_back)
        for strides in plan.strides.values()
        for stride in strides
    )
    at, place = np.array(points).T
    return at, place


def _motion(task: Task, settled: Settled, limbs: Limbs, corrections: Corrections) -> Motion:
    build, plan, times_s = task.build, task.plan, task.times_s
    u = settled.unknowns
    frames = len(times_s)
    rotations = np.broadcast_to(np.eye(3), (frames, SEGMENT_COUNT, 3, 3)).copy()
    pelvis_m = u[:, :3].copy()
    pelvis = (
        turn_z(-task.pelvis.rotation)
        @ turn_x(task.pelvis.obliquity)
        @ turn_y(u[:, 3] - np.deg2rad(STANDING_TILT_DEG))
    )
    rotations[:, Segment.PELVIS] = pelvis
    for index, leg in enumerate(task.legs):
        thigh, knee, pitch, lean = (u[:, 4 + 4 * index + k] for k in range(4))
        plane = turn_z(leg.knee_yaw) @ turn_x(lean)
        rotations[:, segment(leg.side, "thigh")] = plane @ turn_y(-thigh)
        rotations[:, segment(leg.side, "shank")] = plane @ turn_y(knee - thigh)
        yaw = turn_z(leg.foot_yaw)
        roll = hindfoot_roll(leg.side, lean, leg.valgus)
        rotations[:, segment(leg.side, "hindfoot")] = yaw @ turn_y(-pitch) @ turn_x(roll)
        rotations[:, segment(leg.side, "toes")] = yaw @ turn_y(-toe_pitch(pitch, leg.bent)[0])
    lean = np.deg2rad(_waves(plan, Item.TRUNK_SAGITTAL, times_s, corrections, 1.0))
    shift = _waves(plan, Item.TRUNK_LATERAL_SHIFT, times_s, corrections, -1.0) / 1000.0
    phases = {leg.side: leg.phase for leg in task.legs}
    trunk = trunk_rotations(
        build,
        pelvis_m,
        pelvis,
        lean,
        shift,
        trunk_counter_rotation(phases[Side.LEFT]),
    )
    set_upper_body(rotations, trunk, phases, limbs)
    return hang_together(build, times_s, pelvis_m, rotations)
