"""When feet meet and leave the floor, read from where their soles are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.gait import EventKind, GaitCycle, GaitEvent
from gaitdesk.gait.cycles import find_cycles
from gaitdesk.phantom.skeleton import Motion, segment

TOUCHING = 0.005
"""A part of the sole nearer to the floor than this many leg lengths touches it."""

_STANDING_SPEED_SHARE, _LEAST_STANDING_M_S = 0.4, 0.25
_SHORTEST_STANCE_S, _SHORTEST_SWING_S = 0.12, 0.10


@dataclass(frozen=True, slots=True, eq=False)
class Foot:
    """One foot against the floor through a walk along +x.

    Attributes:
        sole_m: Heel pad, ball and toe pad, shape (frames, 3, 3).
        touching_m: Height below which a part of the sole touches the floor.
        is_standing: Whether it bears on the floor, shape (frames,).
    """

    sole_m: FloatArray
    touching_m: float
    is_standing: BoolArray

    @property
    def lowest_m(self) -> FloatArray:
        """Height of its lowest place, shape (frames,)."""
        return np.asarray(self.sole_m[:, :, 2].min(axis=1))


def foot_of(motion: Motion, side: Side) -> Foot:
    """The foot of one limb; a part that touches the floor but slides over it does not stand."""
    sole = motion.sole_m(side)
    touching = TOUCHING * motion.build.leg_length
    dt = float(np.median(np.diff(motion.times_s)))
    pelvis_x = motion.origins_m[:, 0, 0]
    speed = abs(pelvis_x[-1] - pelvis_x[0]) / (motion.times_s[-1] - motion.times_s[0])
    still = max(_STANDING_SPEED_SHARE * speed, _LEAST_STANDING_M_S)
    moved = np.linalg.norm(np.diff(sole[:, :, :2], axis=0), axis=2) / dt
    moved = np.minimum(np.concatenate([moved, moved[-1:]]), np.concatenate([moved[:1], moved]))
    standing = ((sole[:, :, 2] < touching) & (moved < still)).any(axis=1)
    standing = _without_flicker(standing, round(_SHORTEST_SWING_S / dt), False)
    standing = _without_flicker(standing, round(_SHORTEST_STANCE_S / dt), True)
    return Foot(sole, touching, standing)


def _without_flicker(flags: BoolArray, shortest: int, value: bool) -> BoolArray:
    """The flags with inner runs of `value` shorter than `shortest` frames turned over."""
    cleaned = flags.copy()
    edges = np.flatnonzero(np.diff(flags.astype(np.int8))) + 1
    for start, end in pairwise(edges):
        if flags[start] == value and end - start < shortest:
            cleaned[start:end] = not value
    return cleaned


def events_of(motion: Motion) -> tuple[GaitEvent, ...]:
    """Initial contacts and foot offs of both feet, in order of time, between frames."""
    times = motion.times_s
    events = []
    for side in Side:
        foot = foot_of(motion, side)
        turns = np.diff(foot.is_standing.astype(np.int8))
        for before in np.flatnonzero(turns):
            is_contact = turns[before] > 0
            kind = EventKind.INITIAL_CONTACT if is_contact else EventKind.FOOT_OFF
            up, down = (before, before + 1) if is_contact else (before + 1, before)
            high, low = foot.lowest_m[up], foot.lowest_m[down]
            share = (foot.touching_m - low) / (high - low) if high > foot.touching_m else 1.0
            time = times[down] + float(np.clip(share, 0.0, 1.0)) * (times[up] - times[down])
            frame = int(down if is_contact else up)
            events.append(GaitEvent(side, kind, frame, float(time)))
    return tuple(sorted(events, key=lambda event: event.time_s))


def cycles_of(events: tuple[GaitEvent, ...], film: int = 0) -> tuple[GaitCycle, ...]:
    """Cycles in which every event of both feet was seen."""
    return tuple(
        cycle
        for cycle in find_cycles(events, film)
        if cycle.foot_off_s is not None
        and cycle.opposite_foot_off_s is not None
        and cycle.opposite_contact_s is not None
    )


def mid_stance_s(motion: Motion, cycle: GaitCycle) -> float | None:
    """When the swinging ankle passes the standing one."""
    return passing_s(motion, cycle.side.opposite, cycle.start_s, cycle.foot_off_s)


def passing_s(
    motion: Motion, swinging: Side, start_s: float | None, end_s: float | None
) -> float | None:
    """When the ankle of a swinging limb first gets ahead of the other one between two times."""
    if start_s is None or end_s is None:
        return None
    inside = np.flatnonzero((motion.times_s >= start_s) & (motion.times_s <= end_s))
    ahead, behind = (
        motion.origins_m[inside, segment(side, "hindfoot"), 0]
        for side in (swinging, swinging.opposite)
    )
    lead = ahead - behind
    passed = np.flatnonzero((lead[:-1] < 0.0) & (lead[1:] >= 0.0))
    if not len(passed):
        return None
    k = int(passed[0])
    share = lead[k] / (lead[k] - lead[k + 1])
    times = motion.times_s[inside]
    return float(times[k] + share * (times[k + 1] - times[k]))
