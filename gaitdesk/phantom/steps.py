"""When and where the feet meet the floor: the plan of a walk, before any joint moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.evgs import Direction
from gaitdesk.gait.norms import GRAVITY_M_S2
from gaitdesk.phantom.patterns import Limb, Limbs
from gaitdesk.phantom.skeleton import Build

# Free walking scaled to the leg. Source: Schwartz et al. (2008), J Biomech 41:1639-1650.
CADENCE_FACTOR = 0.565
STEP_LENGTH_FACTOR = 0.760
STEP_WIDTH_M = 0.085
_NORMAL_HIP_RANGE_DEG = 44.0

# When the heel begins to leave the floor, as a fraction of the cycle; it is seen to have left
# some hundredths later. Opposite foot level is near 0.30, opposite contact at 0.50.
_LIFT: Mapping[Direction, float] = {
    Direction.NORMAL: 0.365,
    Direction.EARLY: 0.17,
    Direction.DELAYED: 0.515,
    Direction.NO_HEEL_CONTACT: 0.0,
    Direction.NO_FOREFOOT_CONTACT: 1.0,
}
_PAD_DOWN, _HEEL_DOWN = 0.075, 0.055

VARYING = (
    "stance_dorsiflexion_deg",
    "swing_dorsiflexion_deg",
    "hindfoot_valgus_deg",
    "foot_rotation_deg",
    "knee_progression_deg",
    "stance_knee_deg",
    "terminal_swing_knee_deg",
    "swing_knee_deg",
    "stance_hip_deg",
    "swing_hip_deg",
    "pelvic_obliquity_deg",
    "pelvic_rotation_deg",
    "trunk_lean_deg",
    "trunk_shift_mm",
)
"""Fields of `Limb` that differ from stride to stride."""

_STRIDE_SD: Mapping[str, float] = {
    "stance_dorsiflexion_deg": 0.7,
    "swing_dorsiflexion_deg": 0.9,
    "hindfoot_valgus_deg": 0.3,
    "foot_rotation_deg": 0.9,
    "knee_progression_deg": 0.7,
    "stance_knee_deg": 0.7,
    "terminal_swing_knee_deg": 0.9,
    "swing_knee_deg": 1.2,
    "stance_hip_deg": 0.7,
    "swing_hip_deg": 1.0,
    "pelvic_obliquity_deg": 0.4,
    "pelvic_rotation_deg": 0.6,
    "trunk_lean_deg": 0.3,
    "trunk_shift_mm": 2.0,
}
_STEP_TIME_SD, _STEP_LENGTH_SD = 0.012, 0.015


@dataclass(frozen=True, slots=True)
class Stride:
    """One cycle of one limb as planned.

    Attributes:
        side: The limb.
        step: Its contact's number among all contacts of both feet, from 0.
        start_s, end_s: Initial contact and the next one.
        foot_off_s: Foot off in between.
        heel_down_s, pad_down_s: When heel and toe pad come down; after `foot_off_s` for never.
        heel_lift_s: When the heel begins to leave.
        limb: What the limb does in this very stride.
    """

    side: Side
    step: int
    start_s: float
    end_s: float
    foot_off_s: float
    heel_down_s: float
    pad_down_s: float
    heel_lift_s: float
    limb: Limb

    @property
    def duration_s(self) -> float:
        """Stride time."""
        return self.end_s - self.start_s

    @property
    def mid_stance_s(self) -> float:
        """About when the swinging foot passes: the middle of single support."""
        return self.start_s + 0.3 * self.duration_s


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A walk's steps.

    Attributes:
        strides: Of each limb, in order of time, without gaps, wider than the walk.
        step_lengths_m: Planned heel-to-heel advance of each contact over the one before, of
            both feet in turn; shape (contacts,), the first is 0.
        step_sides: Index of the side (left 0, right 1) of each contact, shape (contacts,).
        step_width_m: Between the lines of the two heels.
        speed_m_s: Planned walking speed.
    """

    strides: Mapping[Side, tuple[Stride, ...]]
    step_lengths_m: FloatArray
    step_sides: IntArray
    step_width_m: float
    speed_m_s: float


def planned(
    build: Build, limbs: Limbs, duration_s: float, seed: int, variability: float = 1.0
) -> Plan:
    """Steps for a walk.

    Args:
        build: The child.
        limbs: What each limb does.
        duration_s: Length of the walk.
        seed: Of the stride-to-stride variability.
        variability: 0 for strides all alike, 1 for as much as children vary.
    """
    rng = np.random.default_rng([seed, 2])
    reach = np.mean([_reach(build, limb) for limb in limbs.values()])
    quickness = float(np.clip(reach, 0.4, 1.0)) ** 0.4
    cadence_hz = CADENCE_FACTOR * np.sqrt(GRAVITY_M_S2 / build.leg_length) * quickness
    step_s, step_m = 1.0 / cadence_hz, STEP_LENGTH_FACTOR * build.leg_length * reach
    count = int(np.ceil(duration_s / step_s)) + 7
    step_times = step_s * (1.0 + variability * _STEP_TIME_SD * rng.standard_normal(count))
    start = -step_s * (3.0 + rng.random())
    contacts = start + np.concatenate([[0.0], np.cumsum(step_times)[:-1]])
    lengths = step_m * (1.0 + variability * _STEP_LENGTH_SD * rng.standard_normal(count))
    lengths[0] = 0.0
    first = int(rng.random() < 0.5)
    sides = (np.arange(count) + first) % 2
    strides: dict[Side, tuple[Stride, ...]] = {}
    for index, side in enumerate(Side):
        own = np.flatnonzero(sides == index)
        plain = [
            _stride(side, int(k), contacts[k], contacts[k + 2], limbs[side])
            for k in own
            if k + 2 < count
        ]
        strides[side] = _varied(plain, duration_s, rng, variability)
    return Plan(
        strides, lengths, sides.astype(np.int64), _step_width_m(build, limbs), step_m / step_s
    )


def _reach(build: Build, limb: Limb) -> float:
    """Step length as a share of a normal child's, from how far hip and ankle let the leg go."""
    hip = (limb.swing_hip_deg - limb.stance_hip_deg) / _NORMAL_HIP_RANGE_DEG
    share = float(np.clip(hip, 0.55, 1.0))
    if limb.heel_lift is Direction.DELAYED:
        # The heel is still down at opposite contact: the body can be ahead of it only by what
        # ankle and knee give.
        behind = np.deg2rad(limb.stance_dorsiflexion_deg - 0.45 * limb.stance_knee_deg)
        allowed = (np.sin(max(behind, 0.05)) + 0.22) / STEP_LENGTH_FACTOR
        share = min(share, float(np.clip(allowed, 0.4, 1.0)))
    return share


def _step_width_m(build: Build, limbs: Limbs) -> float:
    """Distance of the heel lines: wider where knees or feet turn in or legs swing out."""
    scale = build.leg_length / 0.65
    inward = max(
        max(0.0, -limb.knee_progression_deg) * (0.4 + limb.stance_knee_deg / 40.0)
        + 0.5 * max(0.0, -limb.foot_rotation_deg)
        for limb in limbs.values()
    )
    lurch = max(max(0.0, limb.trunk_shift_mm - 30.0) for limb in limbs.values())
    swing_out = max(limb.circumduction_deg for limb in limbs.values())
    extra = min(0.0036 * inward, 0.085) + 0.0003 * lurch + 0.001 * swing_out
    return float(STEP_WIDTH_M * scale**0.5 + extra * scale)


def _stride(side: Side, step: int, start: float, end: float, limb: Limb) -> Stride:
    def at(fraction: float) -> float:
        return float(start + fraction * (end - start))

    off = limb.foot_off_pct / 100.0
    heel_down, pad_down = 0.0, 0.0
    if limb.initial_contact is Direction.HEEL:
        pad_down = _PAD_DOWN
    if limb.initial_contact is Direction.TOE:
        heel_down = _HEEL_DOWN
    if limb.heel_lift is Direction.NO_HEEL_CONTACT:
        heel_down = 2.0
    if limb.heel_lift is Direction.NO_FOREFOOT_CONTACT:
        pad_down = 2.0
    return Stride(
        side,
        step,
        float(start),
        float(end),
        at(off),
        at(heel_down),
        at(pad_down),
        at(min(_LIFT[limb.heel_lift], off)),
        limb,
    )


def _varied(
    strides: list[Stride], duration_s: float, rng: np.random.Generator, variability: float
) -> tuple[Stride, ...]:
    """The strides with their differences, which cancel over the strides seen whole."""
    drawn = np.clip(rng.standard_normal((len(strides), len(VARYING))), -2.0, 2.0)
    whole = [k for k, s in enumerate(strides) if s.start_s >= 0.0 and s.end_s <= duration_s]
    if whole:
        drawn[whole] -= drawn[whole].mean(axis=0)
    sds = np.array([_STRIDE_SD[name] for name in VARYING])
    moved = variability * drawn * sds
    varied = []
    for stride, moves in zip(strides, moved, strict=True):
        changes = {
            name: getattr(stride.limb, name) + float(move)
            for name, move in zip(VARYING, moves, strict=True)
        }
        varied.append(replace(stride, limb=replace(stride.limb, **changes)))
    return tuple(varied)


def through_mid_stance(plan: Plan, side: Side, name: str, times_s: FloatArray) -> FloatArray:
    """A field of `Limb` as it changes from stride to stride, smooth in time, shape (frames,)."""
    strides = plan.strides[side]
    at = np.array([stride.mid_stance_s for stride in strides])
    values = np.array([getattr(stride.limb, name) for stride in strides])
    return np.asarray(PchipInterpolator(at, values)(np.clip(times_s, at[0], at[-1])))


def between_sides(plan: Plan, name: str, times_s: FloatArray, right_sign: float) -> FloatArray:
    """A curve through the left limb's value at its mid-stances and the right's at its own.

    Args:
        plan: The steps.
        name: A field of `Limb`.
        times_s: Shape (frames,).
        right_sign: -1 where the right limb's value counts the other way.
    """
    points = [
        (
            stride.mid_stance_s,
            getattr(stride.limb, name) * (1.0 if side is Side.LEFT else right_sign),
        )
        for side in Side
        for stride in plan.strides[side]
    ]
    at, values = np.array(sorted(points)).T
    return np.asarray(PchipInterpolator(at, values)(np.clip(times_s, at[0], at[-1])))
