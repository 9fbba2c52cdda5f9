"""The number each item is judged by, read from one gait cycle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.gait import AngleTrack, GaitCycle, Pass, Variable
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.angles import (
    MOST_TURNED_DEG,
    foot_turn_deg,
    hindfoot_pitch_deg,
    tipped_sole_deg,
    track_of,
)
from gaitdesk.gait.direction import leg_length_px, middle
from gaitdesk.gait.floor import resting_y_px
from gaitdesk.gait.landing import landing_s
from gaitdesk.scoring.circumstances import (
    Aid,
    Sight,
    out_of_picture,
    sight_of,
)

# Terminal swing is read at the middle of these last per cents before contact: reading five frames
# early makes a normal knee look 14 degrees more flexed.
TERMINAL_SWING_PCT = (1.0, 5.0)
# The heel has left the floor for good when the foot stays tipped further than this.
HEEL_OFF_DEG = -4.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One item read from one cycle, before calibration.

    Attributes:
        item, side: What was read, of which limb.
        value: In the item's own unit: degrees; see the function that read it.
        second: A further number some items need, NaN elsewhere.
        film: Index of the film.
        frame: Deciding frame.
        time_s: Its time in the film.
        confidence: 0 to 1, of the cycle and the keypoints at the frame.
        is_turned_away: Whether a foot is judged that points out of the picture.
        place: Where the child is in the picture then, see `Sight`; 0 where it does not matter.
        aids: How the limb is seen then; what is not known is left out.
    """

    item: Item
    side: Side
    value: float
    film: int
    frame: int
    time_s: float
    confidence: float
    second: float = float("nan")
    is_turned_away: bool = False
    place: float = 0.0
    aids: Mapping[Aid, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """One pass of one film, as the measures need it.

    Attributes:
        film: Index of the film in the analysis.
        one: The pass.
        pose: The patient through the film.
        times_s: Presentation times, shape (frames,).
        angles: Projected angles.
    """

    film: int
    one: Pass
    pose: PoseTrack
    times_s: FloatArray
    angles: Sequence[AngleTrack]
    width_px: float

    def frames(self, start_s: float | None, end_s: float | None) -> IntArray:
        """Frames of the pass from `start_s` to `end_s`, both included; empty if one is unknown."""
        if start_s is None or end_s is None:
            return np.zeros(0, np.int64)
        inside = np.flatnonzero((self.times_s >= start_s - 1e-9) & (self.times_s <= end_s + 1e-9))
        return inside[(inside >= self.one.first_frame) & (inside <= self.one.last_frame)]

    def angle(self, variable: Variable, side: Side) -> FloatArray:
        """An angle in every frame of the film; all NaN where it was not measured."""
        values = track_of(self.angles, variable, side)
        return np.full(len(self.times_s), np.nan) if values is None else values


Found = tuple[float, int, float]
"""Value, deciding frame, second value."""
_Reader = Callable[["Walk", GaitCycle], Found | None]


FOOT_ITEMS = frozenset(
    {
        Item.INITIAL_CONTACT,
        Item.HEEL_LIFT,
        Item.STANCE_DORSIFLEXION,
        Item.FOOT_CLEARANCE,
        Item.SWING_DORSIFLEXION,
    }
)
# An extreme of a stretch that is seen in less than this share is the edge of a gap.
LEAST_SEEN_SHARE = 0.8
# A foot that looks shorter than this share of its usual length points out of the picture by
# more than about 45 degrees, and then its pitch says nothing.
SHORTEST_FOOT = 0.74
# A foot whose flat looks tipped further than this is turned, or its heel is never down.
MOST_TIPPED_DEG = 6.0
# Heel and toes that come to rest further apart than this do not do so together in any sense.
LONGEST_APART_MS = 60.0
TIPPED_ITEMS = frozenset({Item.INITIAL_CONTACT, Item.STANCE_DORSIFLEXION})


def foot_to_leg(walk: Walk, side: Side) -> float:
    """Median length of a foot in the picture, heel to toe, as a share of the leg.

    NaN where the foot is not seen.
    """
    frames = np.arange(walk.one.first_frame, walk.one.last_frame + 1)
    heel = walk.pose.of(landmark(side, "heel"))[frames]
    toe = walk.pose.of(landmark(side, "big_toe"))[frames]
    reach = np.hypot(*(toe - heel).T)
    reach = reach[np.isfinite(reach)]
    if len(reach) < 3:
        return float("nan")
    leg = leg_length_px(walk.pose, walk.one.first_frame, walk.one.last_frame)
    return float(np.median(reach)) / leg


def tipped_flat_deg(walk: Walk, cycle: GaitCycle) -> float:
    """How far the foot's own reference of flat is tipped in the picture in one cycle's stance.

    Toe up positive. A turned foot and one that stands with its heel a little raised look alike
    then.
    """
    frames = stance(walk, cycle)
    if not len(frames):
        return 0.0
    first = walk.one.first_frame
    seen = hindfoot_pitch_deg(walk.pose, walk.one, cycle.side)[frames - first]
    taken = walk.angle(Variable.FOOT_PITCH, cycle.side)[frames]
    apart = seen - taken
    return float(np.nanmedian(apart)) if np.isfinite(apart).any() else 0.0


def sagittal_readings(
    walk: Walk, cycle: GaitCycle, usual_foot_to_leg: float
) -> tuple[Reading, ...]:
    """Every sagittal item of the near limb in one cycle; what cannot be read is left out.

    Args:
        walk: A pass seen from the side.
        cycle: A cycle of the near limb in it.
        usual_foot_to_leg: See `foot_to_leg`, of a foot that points straight ahead.
    """
    readings = []
    share = foot_to_leg(walk, cycle.side) / usual_foot_to_leg
    unclear = FOOT_ITEMS if share < SHORTEST_FOOT else frozenset()
    tipped = tipped_flat_deg(walk, cycle)
    turned_tip = _turned_tip_deg(walk, cycle)
    if abs(tipped) > MOST_TIPPED_DEG and not np.isfinite(turned_tip):
        unclear |= TIPPED_ITEMS
    sight = sight_of(walk.pose, walk.one, cycle.side, walk.width_px)
    foot = {
        Aid.FOOT: share - 1.0,
        Aid.TIPPED: tipped,
        Aid.TOES: turned_tip,
        Aid.HEEL_FIRST: _heel_first_ms(walk, cycle),
    }
    for item, read in _SAGITTAL.items():
        found = read(walk, cycle)
        if found is None or not np.isfinite(found[0]):
            continue
        value, frame, second = found
        readings.append(
            Reading(
                item=item,
                side=cycle.side,
                value=value,
                film=walk.film,
                frame=frame,
                time_s=float(walk.times_s[frame]),
                confidence=cycle.confidence * _seen(walk, cycle.side, frame),
                is_turned_away=item in unclear,
                second=second,
                place=float(np.nan_to_num(sight.place[frame])),
                aids=_aids(walk, cycle.side, frame, sight, foot),
            )
        )
    return tuple(readings)


def _aids(
    walk: Walk, side: Side, frame: int, sight: Sight, foot: Mapping[Aid, float]
) -> dict[Aid, float]:
    """How the limb is seen in a frame, with what is known of its foot in the cycle."""
    found = {
        **foot,
        Aid.THIGH: out_of_picture(walk.pose, side, "thigh", sight.thigh_px, frame),
        Aid.SHANK: out_of_picture(walk.pose, side, "shank", sight.shank_px, frame),
    }
    return {aid: value for aid, value in found.items() if np.isfinite(value)}


def _turned_tip_deg(walk: Walk, cycle: GaitCycle) -> float:
    """How far the sole should look tipped in stance, by its toes; NaN if those are not seen."""
    frames = stance(walk, cycle)
    leg = leg_length_px(walk.pose, walk.one.first_frame, walk.one.last_frame)
    turns = foot_turn_deg(walk.pose, walk.one, cycle.side, leg)[frames - walk.one.first_frame]
    known = turns[np.isfinite(turns)]
    if len(known) < 3:
        return float("nan")
    turn = float(np.clip(np.median(known), -MOST_TURNED_DEG, MOST_TURNED_DEG))
    return tipped_sole_deg(turn, leg, walk.width_px)


def _heel_first_ms(walk: Walk, cycle: GaitCycle) -> float:
    """How much earlier the heel comes to rest than the toes, milliseconds; NaN if not seen."""
    frames = np.arange(walk.one.first_frame, walk.one.last_frame + 1)
    times = walk.times_s[frames]
    leg = leg_length_px(walk.pose, walk.one.first_frame, walk.one.last_frame)
    speed = _walking_speed(walk, frames) / leg
    paths = [walk.pose.of(landmark(cycle.side, part))[frames] / leg for part in ("heel", "big_toe")]
    known = np.isfinite(paths).all(axis=(0, 2))
    if known.sum() < 8:
        return float("nan")
    late_s = [
        float("nan") if found is None else found - cycle.start_s
        for found in (
            landing_s((path[known],), times[known], cycle.start_s, speed) for path in paths
        )
    ]
    return float(np.clip(1000.0 * (late_s[1] - late_s[0]), -LONGEST_APART_MS, LONGEST_APART_MS))


def _walking_speed(walk: Walk, frames: IntArray) -> float:
    """Pixels a second of the pelvis along the picture; NaN where it is not seen."""
    x = middle(walk.pose, "hip")[frames, 0]
    known = np.flatnonzero(np.isfinite(x))
    if len(known) < 2:
        return float("nan")
    first, last = known[0], known[-1]
    passed_s = walk.times_s[frames[last]] - walk.times_s[frames[first]]
    return float(abs(x[last] - x[first]) / passed_s)


def _seen(walk: Walk, side: Side, frame: int) -> float:
    points = [landmark(side, part) for part in ("hip", "knee", "ankle", "heel", "big_toe")]
    return float(np.min(walk.pose.confidence[frame, points]))


def _extreme(values: FloatArray, frames: IntArray, sign: float) -> Found | None:
    """The greatest (sign +1) or least (-1) of a three-frame median over some frames."""
    if len(frames) < 3:
        return None
    inside = values[frames]
    calm = np.array(
        [np.median(inside[max(0, i - 1) : i + 2]) for i in range(len(inside))], np.float64
    )
    known = np.isfinite(calm)
    if known.sum() < 3 or known.mean() < LEAST_SEEN_SHARE:
        return None
    best = int(np.nanargmax(sign * calm))
    return float(calm[best]), int(frames[best]), float("nan")


def stance(walk: Walk, cycle: GaitCycle) -> IntArray:
    """Frames from initial contact to foot off."""
    return walk.frames(cycle.start_s, cycle.foot_off_s)


def swing(walk: Walk, cycle: GaitCycle) -> IntArray:
    """Frames from foot off to the next contact."""
    return walk.frames(cycle.foot_off_s, cycle.end_s)


def mid_stance_s(walk: Walk, cycle: GaitCycle) -> float | None:
    """When the swinging ankle passes the standing one; None where that is not seen."""
    if cycle.foot_off_s is None:
        return None
    frames = walk.frames(cycle.start_s, cycle.foot_off_s)
    own = walk.pose.of(landmark(cycle.side, "ankle"))[frames, 0]
    other = walk.pose.of(landmark(cycle.side.opposite, "ankle"))[frames, 0]
    lead = walk.one.direction * (other - own)
    crossed = np.flatnonzero((lead[:-1] < 0) & (lead[1:] >= 0))
    if not len(crossed):
        return None
    at = int(crossed[0])
    share = -lead[at] / (lead[at + 1] - lead[at])
    times = walk.times_s[frames]
    return float(times[at] + share * (times[at + 1] - times[at]))


def _initial_contact(walk: Walk, cycle: GaitCycle) -> Found | None:
    """Foot pitch at the first floor contact, toe up positive."""
    pitch = walk.angle(Variable.FOOT_PITCH, cycle.side)
    frame_s = float(np.median(np.diff(walk.times_s)))
    frames = walk.frames(cycle.start_s - 1.5 * frame_s, cycle.start_s + 0.75 * frame_s)
    known = frames[np.isfinite(pitch[frames])]
    if not len(known):
        return None
    deciding = int(known[np.argmin(np.abs(walk.times_s[known] - cycle.start_s))])
    return float(np.median(pitch[known])), deciding, float("nan")


def _heel_lift(walk: Walk, cycle: GaitCycle) -> Found | None:
    """When the heel leaves, 0 as the feet are level and 1 at opposite contact; second: flattest.

    The second value is the foot pitch at its flattest from contact to mid-stance: well below
    zero where the heel never comes down.
    """
    level_s, contact_s = mid_stance_s(walk, cycle), cycle.opposite_contact_s
    frames = stance(walk, cycle)
    if level_s is None or contact_s is None or contact_s <= level_s or len(frames) < 5:
        return None
    pitch = walk.angle(Variable.FOOT_PITCH, cycle.side)[frames]
    times = walk.times_s[frames]
    if not np.isfinite(pitch).all():
        return None
    # Loading and the first half of single support: there the heel is down if it ever is.
    early = pitch[times <= level_s]
    flattest = float(np.quantile(early, 0.75)) if len(early) else float("nan")
    down = np.flatnonzero(pitch > HEEL_OFF_DEG)
    if not len(down):
        return float((times[0] - level_s) / (contact_s - level_s)), int(frames[0]), flattest
    last = int(down[-1])
    if last + 1 >= len(frames):
        lift_s = float(times[-1])
    else:
        share = (pitch[last] - HEEL_OFF_DEG) / (pitch[last] - pitch[last + 1])
        lift_s = float(times[last] + share * (times[last + 1] - times[last]))
    return (lift_s - level_s) / (contact_s - level_s), int(frames[last]), flattest


def _clearance(walk: Walk, cycle: GaitCycle) -> Found | None:
    """Least height of the foot in mid-swing, per cent of leg length; second: the greatest."""
    frames = swing(walk, cycle)
    if len(frames) < 5:
        return None
    length = leg_length_px(walk.pose, walk.one.first_frame, walk.one.last_frame)
    heights = np.array(
        [
            resting_y_px(walk.pose, walk.one, cycle.side, part)
            - walk.pose.of(landmark(cycle.side, part))[:, 1]
            for part in ("heel", "big_toe")
        ]
    ) * (100.0 / length)
    lowest = np.min(heights, axis=0)
    middle = frames[round(0.25 * len(frames)) : max(round(0.75 * len(frames)), 1)]
    least, greatest = _extreme(lowest, middle, -1.0), _extreme(lowest, middle, 1.0)
    if least is None or greatest is None:
        return None
    return least[0], least[1], greatest[0]


def _peak(variable: Variable, part: Callable[[Walk, GaitCycle], IntArray], sign: float) -> _Reader:
    def read(walk: Walk, cycle: GaitCycle) -> Found | None:
        return _extreme(walk.angle(variable, cycle.side), part(walk, cycle), sign)

    return read


def _single_support(walk: Walk, cycle: GaitCycle) -> IntArray:
    start, end = cycle.opposite_foot_off_s, cycle.opposite_contact_s
    if start is None or end is None or end <= start:
        return stance(walk, cycle)
    return walk.frames(start, end)


def _terminal_swing_knee(walk: Walk, cycle: GaitCycle) -> Found | None:
    """Knee flexion three per cent of the cycle before contact, from a line through its frames.

    A knee extends by three degrees a frame then, so the frame that is nearest will not do.
    """
    late, early = TERMINAL_SWING_PCT
    frame_s = float(np.median(np.diff(walk.times_s)))
    start = cycle.end_s - early / 100.0 * cycle.duration_s
    end = cycle.end_s - late / 100.0 * cycle.duration_s
    frames = walk.frames(start - 0.5 * frame_s, end + 0.5 * frame_s)
    values = walk.angle(Variable.KNEE_FLEXION, cycle.side)[frames]
    known = np.isfinite(values)
    if not known.any():
        return None
    times, values = walk.times_s[frames[known]], values[known]
    at = (start + end) / 2.0
    value = float(np.median(values))
    if len(values) >= 3:
        value = float(np.polyval(np.polyfit(times - at, values, 1), 0.0))
    elif len(values) == 2:
        value = float(np.interp(at, times, values))
    return value, int(frames[known][np.argmin(np.abs(times - at))]), float("nan")


def _trunk(walk: Walk, cycle: GaitCycle) -> Found | None:
    values = walk.angle(Variable.TRUNK_FORWARD_LEAN, cycle.side)
    frames = stance(walk, cycle)
    forward, backward = _extreme(values, frames, 1.0), _extreme(values, frames, -1.0)
    if forward is None or backward is None:
        return None
    return forward if forward[0] >= -backward[0] else backward


_SAGITTAL: Mapping[Item, _Reader] = {
    Item.INITIAL_CONTACT: _initial_contact,
    Item.HEEL_LIFT: _heel_lift,
    Item.STANCE_DORSIFLEXION: _peak(Variable.ANKLE_DORSIFLEXION, stance, 1.0),
    Item.FOOT_CLEARANCE: _clearance,
    Item.SWING_DORSIFLEXION: _peak(Variable.ANKLE_DORSIFLEXION, swing, 1.0),
    Item.STANCE_KNEE_EXTENSION: _peak(Variable.KNEE_FLEXION, _single_support, -1.0),
    Item.TERMINAL_SWING_KNEE: _terminal_swing_knee,
    Item.SWING_KNEE_FLEXION: _peak(Variable.KNEE_FLEXION, swing, 1.0),
    Item.STANCE_HIP_EXTENSION: _peak(Variable.HIP_FLEXION, stance, -1.0),
    Item.SWING_HIP_FLEXION: _peak(Variable.HIP_FLEXION, swing, 1.0),
    Item.TRUNK_SAGITTAL: _trunk,
}


def coronal_readings(
    walk: Walk, side: Side, stance_s: tuple[float, float], mid_s: float, confidence: float
) -> tuple[Reading, ...]:
    """Coronal items that keypoints can show, of one limb in one stance.

    Args:
        walk: A pass of a coronal film.
        side: The standing limb.
        stance_s: Its contact and foot off, on the coronal film's axis.
        mid_s: Its mid-stance, likewise.
        confidence: 0 to 1, of the cycle and of the synchronization.
    """
    readings = []
    frame_s = float(np.median(np.diff(walk.times_s)))
    around = walk.frames(mid_s - 2.5 * frame_s, mid_s + 2.5 * frame_s)
    obliquity = walk.angle(Variable.PELVIC_OBLIQUITY, side)[around]
    if np.isfinite(obliquity).sum() >= 3:
        frame = int(around[np.argmin(np.abs(walk.times_s[around] - mid_s))])
        readings.append(
            Reading(
                Item.PELVIC_OBLIQUITY,
                side,
                float(np.nanmedian(obliquity)),
                walk.film,
                frame,
                float(walk.times_s[frame]),
                confidence,
            )
        )
    shift = walk.angle(Variable.TRUNK_SHIFT, side)
    found = _extreme(shift, walk.frames(*stance_s), 1.0)
    if found is not None:
        value = found[0]
        readings.append(
            Reading(
                Item.TRUNK_LATERAL_SHIFT,
                side,
                value,
                walk.film,
                found[1],
                float(walk.times_s[found[1]]),
                confidence,
            )
        )
    return tuple(readings)
