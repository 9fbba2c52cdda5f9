"""A planned limb frame by frame: what its joints aim at and what the floor demands of its foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import BoolArray, FloatArray, IntArray
from gaitdesk.domain.evgs import Direction, Item
from gaitdesk.phantom.gaitcurves import ankle_deg, hip_deg, knee_deg
from gaitdesk.phantom.patterns import Limb
from gaitdesk.phantom.skeleton import Build
from gaitdesk.phantom.steps import Plan, Stride, through_mid_stance

# Heights of the lowest point of the foot in mid-swing, in leg lengths.
FULL_CLEARANCE, HIGHEST_FULL = 0.021, 0.062
REDUCED_CLEARANCE, NO_CLEARANCE = 0.0078, 0.002
HIGH_STEP = 0.115
# A foot that leaves or meets the floor does so at least this fast, metres a second.
_RISE_M_S, _HEEL_RISE_M_S = 0.22, 0.16
_HEEL_UP_M = 0.022
# Least tip of the foot at contact for it to be seen as heel or toe first.
_HEEL_FIRST_DEG, _TOE_FIRST_DEG = 9.0, -6.5
_NO_HEEL_DEG = -8.5


@dataclass(frozen=True, slots=True)
class Bound:
    """An extreme that one joint angle must reach in a run of frames.

    Attributes:
        item: Whose measure it is.
        frames: First and last frame plus one.
        target_deg: What the extreme must be.
        sign: +1 for a greatest value, -1 for a least.
    """

    item: Item
    frames: tuple[int, int]
    target_deg: float
    sign: float


@dataclass(frozen=True, slots=True)
class Instant:
    """A knee angle to be had at a moment between two frames.

    Attributes:
        frame: The frame before; `share` of the way to the next lies the moment.
        share: 0 to 1.
        target_deg: What the angle must be.
    """

    frame: int
    share: float
    target_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class LegTimeline:
    """One limb of a walk, arrays of shape (frames,).

    Attributes:
        side: The limb.
        phase: Fraction of its cycle.
        hip_deg, knee_deg, ankle_deg: What the joints aim at.
        heel_on, pad_on: Whether heel and toe pad rest on the floor.
        step: Number of the contact whose footprint the foot stands on.
        heel_floor_m, pad_floor_m: Least height of heel and toe pad.
        lowest_m: Height the lowest point of the foot must have; NaN where it is free.
        highest_m: Height it must not exceed.
        pitch_least_deg, pitch_most_deg: Limits of the foot's tip, toe up positive.
        foot_yaw, knee_yaw: Turn about the vertical against the walking direction, radians, to
            the child's left positive.
        valgus: Of the hindfoot, radians.
        heel_y_m: Where the heel is to be sideways.
        bent: How far the toes follow the floor rather than the foot, 0 to 1.
        bounds: Extremes to reach.
        instants: Knee angles to be had at moments.
    """

    side: Side
    phase: FloatArray
    hip_deg: FloatArray
    knee_deg: FloatArray
    ankle_deg: FloatArray
    heel_on: BoolArray
    pad_on: BoolArray
    step: IntArray
    heel_floor_m: FloatArray
    pad_floor_m: FloatArray
    lowest_m: FloatArray
    highest_m: FloatArray
    pitch_least_deg: FloatArray
    pitch_most_deg: FloatArray
    foot_yaw: FloatArray
    knee_yaw: FloatArray
    valgus: FloatArray
    heel_y_m: FloatArray
    bent: FloatArray
    bounds: tuple[Bound, ...]
    instants: tuple[Instant, ...]


Corrections = Mapping[tuple[Side, Item], float]
"""What to add to the value asked of an item so that the finished motion shows it."""


def smooth_step(x: FloatArray) -> FloatArray:
    """0 below 0, 1 above 1, smooth to the second derivative between."""
    u = np.clip(x, 0.0, 1.0)
    return np.asarray(u**3 * (10.0 - 15.0 * u + 6.0 * u**2))


def leg_timeline(
    build: Build, plan: Plan, side: Side, times_s: FloatArray, corrections: Corrections
) -> LegTimeline:
    """One limb of the plan at every frame."""
    frames = len(times_s)
    outward = 1.0 if side is Side.LEFT else -1.0
    length = build.leg_length
    arrays = {
        name: np.zeros(frames)
        for name in ("phase", "hip_deg", "knee_deg", "ankle_deg", "heel_floor_m", "pad_floor_m")
    }
    lowest, highest = np.full(frames, np.nan), np.full(frames, np.inf)
    pitch_least, pitch_most = np.full(frames, -np.inf), np.full(frames, np.inf)
    heel_on, pad_on = np.zeros(frames, np.bool_), np.zeros(frames, np.bool_)
    step, bent = np.zeros(frames, np.int64), np.zeros(frames)
    foot_yaw, heel_y = np.zeros(frames), np.zeros(frames)
    line_y = outward * plan.step_width_m / 2.0
    bounds: list[Bound] = []
    instants: list[Instant] = []
    gap = float(times_s[1] - times_s[0])
    strides = plan.strides[side]
    for stride, following in zip(strides, [*strides[1:], strides[-1]], strict=True):
        inside = np.flatnonzero((times_s >= stride.start_s) & (times_s < stride.end_s))
        if not len(inside):
            continue
        t = times_s[inside]
        phase = (t - stride.start_s) / stride.duration_s
        arrays["phase"][inside] = phase
        limb = _corrected(stride.limb, side, corrections)
        # Each stride differs a little from the next and runs into it without a jump.
        next_limb = _corrected(following.limb, side, corrections)
        into_next = smooth_step((phase - 0.86) / 0.14)
        for name, curve in (("hip_deg", hip_deg), ("knee_deg", knee_deg), ("ankle_deg", ankle_deg)):
            own, coming = curve(limb, phase), curve(next_limb, phase)
            arrays[name][inside] = own + into_next * (coming - own)
        step[inside] = stride.step
        in_stance = t < stride.foot_off_s
        heel_on[inside] = in_stance & (t >= stride.heel_down_s) & (t < stride.heel_lift_s)
        pad_on[inside] = in_stance & (t >= stride.pad_down_s)
        if stride.limb.heel_lift is Direction.NO_FOREFOOT_CONTACT:
            heel_on[inside] = in_stance
            pitch_least[inside[in_stance]] = 5.0
        _stance_floor(stride, t, inside, arrays, pitch_least, pitch_most)
        swung = (t - stride.foot_off_s) / (stride.end_s - stride.foot_off_s)
        in_swing = ~in_stance
        _swing_floor(
            stride, following, swung[in_swing], inside[in_swing], arrays, lowest, highest, length
        )
        # Toes lie flat in stance, are held up through early swing or they would catch, and bend
        # again before a contact they make themselves.
        toes = np.where(in_stance, 1.0, 1.0 - 0.5 * smooth_step(swung / 0.9))
        if following.limb.initial_contact is not Direction.HEEL:
            toes = np.maximum(toes, smooth_step(1.0 - (stride.end_s - t) / 0.09))
        bent[inside] = toes
        more = corrections.get((side, Item.FOOT_ROTATION), 0.0)
        turn, next_turn = _foot_yaw_deg(stride.limb) + more, _foot_yaw_deg(following.limb) + more
        passing = smooth_step((swung - 0.1) / 0.75)
        foot_yaw[inside] = outward * np.deg2rad(turn + (next_turn - turn) * passing)
        out = np.sin(np.deg2rad(stride.limb.circumduction_deg)) * length * 0.8
        bow = np.where(in_swing, np.sin(np.pi * smooth_step(swung)), 0.0)
        heel_y[inside] = line_y + outward * out * np.maximum(bow, 0.0) ** 1.5
        # Near contact the next stride's wish counts as well, or the foot would come in flat.
        if stride.start_s >= times_s[0] and stride.foot_off_s <= times_s[-1]:
            bounds += _stance_bounds(limb, inside, phase, in_stance, frames - 1)
        if stride.foot_off_s >= times_s[0] and stride.end_s <= times_s[-1] + gap:
            bounds += _swing_bounds(limb, inside[in_swing])
            at = (stride.end_s - 0.03 * stride.duration_s - times_s[0]) / gap
            frame = int(np.floor(at))
            if 0 <= frame < frames - 1:
                instants.append(Instant(frame, at - frame, limb.terminal_swing_knee_deg))
    knee_yaw = outward * np.deg2rad(
        through_mid_stance(plan, side, "knee_progression_deg", times_s)
        + corrections.get((side, Item.KNEE_PROGRESSION), 0.0)
    )
    valgus = np.deg2rad(
        through_mid_stance(plan, side, "hindfoot_valgus_deg", times_s)
        + corrections.get((side, Item.HINDFOOT_VARUS_VALGUS), 0.0)
    )
    return LegTimeline(
        side=side,
        **arrays,
        heel_on=heel_on,
        pad_on=pad_on,
        step=step,
        lowest_m=lowest,
        highest_m=highest,
        pitch_least_deg=pitch_least,
        pitch_most_deg=pitch_most,
        foot_yaw=foot_yaw,
        knee_yaw=knee_yaw,
        valgus=valgus,
        heel_y_m=heel_y,
        bent=bent,
        bounds=tuple(bounds),
        instants=tuple(instants),
    )


_CORRECTED: Mapping[Item, str] = {
    Item.STANCE_DORSIFLEXION: "stance_dorsiflexion_deg",
    Item.SWING_DORSIFLEXION: "swing_dorsiflexion_deg",
    Item.STANCE_KNEE_EXTENSION: "stance_knee_deg",
    Item.TERMINAL_SWING_KNEE: "terminal_swing_knee_deg",
    Item.SWING_KNEE_FLEXION: "swing_knee_deg",
    Item.STANCE_HIP_EXTENSION: "stance_hip_deg",
    Item.SWING_HIP_FLEXION: "swing_hip_deg",
}


def _corrected(limb: Limb, side: Side, corrections: Corrections) -> Limb:
    changes = {
        name: getattr(limb, name) + corrections.get((side, item), 0.0)
        for item, name in _CORRECTED.items()
    }
    return replace(limb, **changes)


def _foot_yaw_deg(limb: Limb) -> float:
    return limb.knee_progression_deg + limb.foot_rotation_deg


def _stance_floor(
    stride: Stride,
    t: FloatArray,
    inside: IntArray,
    arrays: Mapping[str, FloatArray],
    pitch_least: FloatArray,
    pitch_most: FloatArray,
) -> None:
    """Heights of heel and pad while the foot is in stance but that part of it is not down."""
    in_stance = t < stride.foot_off_s
    up = in_stance & (t >= stride.heel_lift_s)
    rise = np.minimum(_HEEL_RISE_M_S * (t - stride.heel_lift_s), _HEEL_UP_M)
    arrays["heel_floor_m"][inside[up]] = rise[up]
    # The frame of contact itself, unless the stance began before what is settled.
    first = inside[:1] if inside[0] > 0 else inside[:0]
    if stride.limb.initial_contact is Direction.HEEL:
        pitch_least[first] = np.maximum(pitch_least[first], _HEEL_FIRST_DEG)
    if stride.limb.initial_contact is Direction.TOE:
        pitch_most[first] = np.minimum(pitch_most[first], _TOE_FIRST_DEG)
    if stride.limb.heel_lift is Direction.NO_HEEL_CONTACT:
        pitch_most[inside[in_stance]] = np.minimum(pitch_most[inside[in_stance]], _NO_HEEL_DEG)


def _swing_floor(
    stride: Stride,
    following: Stride,
    swung: FloatArray,
    inside: IntArray,
    arrays: Mapping[str, FloatArray],
    lowest: FloatArray,
    highest: FloatArray,
    length: float,
) -> None:
    """Heights of the foot in swing; `swung` runs from 0 at foot off to 1 at contact."""
    if not len(inside):
        return
    span = stride.end_s - stride.foot_off_s
    since, until = swung * span, (1.0 - swung) * span
    option = stride.limb.clearance
    middle = (swung > 0.25) & (swung < 0.75)
    if option is Direction.NONE:
        lowest[inside] = NO_CLEARANCE * length
        return
    cap = {
        Direction.FULL: FULL_CLEARANCE,
        Direction.HIGH_STEPS: FULL_CLEARANCE,
        Direction.REDUCED: REDUCED_CLEARANCE * 0.9,
        Direction.REDUCED_AND_HIGH: REDUCED_CLEARANCE * 0.9,
    }[option] * length
    # Only in mid-swing must the foot be as high as that.
    caps = np.where(middle, cap, np.minimum(cap, 0.012 * length))
    floor = np.minimum(np.minimum(_RISE_M_S * since, _RISE_M_S * until), caps)
    arrays["heel_floor_m"][inside] = floor
    arrays["pad_floor_m"][inside] = floor
    if following.limb.initial_contact is Direction.TOE:
        arrays["heel_floor_m"][inside] = np.minimum(floor + 0.01, _RISE_M_S * until + 0.02)
    if option is Direction.FULL:
        highest[inside[middle]] = HIGHEST_FULL * length
    if option is Direction.REDUCED:
        lowest[inside[middle]] = REDUCED_CLEARANCE * length
    if option is Direction.HIGH_STEPS:
        lowest[inside[(swung > 0.42) & (swung < 0.62)]] = HIGH_STEP * length
    if option is Direction.REDUCED_AND_HIGH:
        lowest[inside[(swung > 0.25) & (swung < 0.32)]] = REDUCED_CLEARANCE * length
        lowest[inside[(swung > 0.58) & (swung < 0.68)]] = HIGH_STEP * length


def _stance_bounds(
    limb: Limb, inside: IntArray, phase: FloatArray, in_stance: BoolArray, last_frame: int
) -> list[Bound]:
    stance = inside[in_stance]
    # Single support, from the opposite foot off to the opposite contact.
    single = inside[(phase >= 0.14) & (phase <= 0.5)]
    if len(stance) < 5 or len(single) < 3 or int(stance[-1]) + 4 > last_frame:
        return []
    whole, alone = (int(stance[0]), int(stance[-1]) + 1), (int(single[0]), int(single[-1]) + 1)
    return [
        Bound(Item.STANCE_DORSIFLEXION, whole, limb.stance_dorsiflexion_deg, 1.0),
        Bound(Item.STANCE_KNEE_EXTENSION, alone, limb.stance_knee_deg, -1.0),
        # The foot is seen to leave a little after it has begun to.
        Bound(Item.STANCE_HIP_EXTENSION, (whole[0], whole[1] + 3), limb.stance_hip_deg, -1.0),
    ]


def _swing_bounds(limb: Limb, swing: IntArray) -> list[Bound]:
    if len(swing) < 5:
        return []
    whole = (int(swing[0]), int(swing[-1]) + 1)
    return [
        Bound(Item.SWING_DORSIFLEXION, whole, limb.swing_dorsiflexion_deg, 1.0),
        Bound(Item.SWING_KNEE_FLEXION, whole, limb.swing_knee_deg, 1.0),
        Bound(Item.SWING_HIP_FLEXION, whole, limb.swing_hip_deg, 1.0),
    ]
