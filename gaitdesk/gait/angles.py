"""Angles in the picture, with the sign conventions of clinical gait analysis.

Pixels have y downwards; inside the formulas X points in the walking direction and Y upwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.gait import AngleTrack, Pass, Variable
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import View
from gaitdesk.gait.direction import leg_length_px, middle
from gaitdesk.gait.floor import floor_y_px

# Mean tilt of the pelvis of 82 children at free speed (Schwartz et al. 2008).
NORMAL_PELVIC_TILT_DEG = 11.9
# Toe joints to the tip of the big toe, as a share of the foot's length.
TOES_TO_FOOT = 0.2
# The toes lie on the floor while their tip is lower than this, in leg lengths.
TOES_LIE_BELOW = 0.04
# Heel and toe rest below this speed, leg lengths a second.
RESTING_SPEED = 0.35
# A foot tipped further than this is not flat, whatever the camera's height; and where its toes
# tell how far it is turned, further than this from what is expected then.
MOST_TILTED_FLAT_DEG = 10.0
MOST_UNEXPECTED_TILT_DEG = 3.5
# The small toe's place behind and beside the big one, as shares of the length from heel to big
# toe.
SMALL_TOE_BEHIND, SMALL_TOE_BESIDE = 0.13, 0.26
# Turned further than this, a foot shows nothing more of itself.
MOST_TURNED_DEG = 60.0
# Focal length of a camera that sees 4 m of the walkway from 4.6 m, in picture widths.
FOCAL_TO_WIDTH = 1.1
FEWEST_FLAT = 5
SHORTEST_FLAT_S = 0.06
STANCES_APART_S = 0.2


def wrapped_deg(angle_deg: FloatArray) -> FloatArray:
    """The same angles between -180 and 180."""
    return np.asarray((angle_deg + 180.0) % 360.0 - 180.0)


def _from_down_deg(start: FloatArray, end: FloatArray, direction: int) -> FloatArray:
    """Tilt of the segment from `start` down to `end`, forward positive, shape (frames,)."""
    step = end - start
    return np.asarray(np.degrees(np.arctan2(direction * step[:, 0], step[:, 1])))


def thigh_deg(pose: PoseTrack, side: Side, direction: int) -> FloatArray:
    """Thigh against the vertical, knee forward positive, shape (frames,)."""
    return _from_down_deg(
        pose.of(landmark(side, "hip")), pose.of(landmark(side, "knee")), direction
    )


def shank_deg(pose: PoseTrack, side: Side, direction: int) -> FloatArray:
    """Shank against the vertical, ankle forward positive, shape (frames,)."""
    return _from_down_deg(
        pose.of(landmark(side, "knee")), pose.of(landmark(side, "ankle")), direction
    )


def knee_flexion_deg(pose: PoseTrack, side: Side, direction: int) -> FloatArray:
    """Knee flexion, shape (frames,); negative when hyperextended.

    The angle is signed. The unsigned angle between three points would show recurvatum as flexion.
    """
    return wrapped_deg(thigh_deg(pose, side, direction) - shank_deg(pose, side, direction))


def trunk_lean_deg(pose: PoseTrack, direction: int) -> FloatArray:
    """Trunk against the vertical, forward lean positive, shape (frames,)."""
    step = middle(pose, "shoulder") - middle(pose, "hip")
    return np.asarray(np.degrees(np.arctan2(direction * step[:, 0], -step[:, 1])))


def foot_pitch_deg(pose: PoseTrack, side: Side, direction: int) -> FloatArray:
    """Line from heel to big toe against the horizontal, toe up positive, shape (frames,)."""
    step = pose.of(landmark(side, "big_toe")) - pose.of(landmark(side, "heel"))
    return np.asarray(np.degrees(np.arctan2(-step[:, 1], direction * step[:, 0])))


def hindfoot_pitch_deg(pose: PoseTrack, one: Pass, side: Side) -> FloatArray:
    """Hindfoot against the horizontal in one sagittal pass, toe up positive, shape (frames,).

    While the toes lie on the floor the foot bends at their joints, and the line from heel to big
    toe is flatter than the hindfoot. There the line is taken to the toe joints instead, a fifth
    of the foot's length behind the tip.
    """
    frames = slice(one.first_frame, one.last_frame + 1)
    step = pose.of(landmark(side, "big_toe"))[frames] - pose.of(landmark(side, "heel"))[frames]
    ahead, up = one.direction * step[:, 0], -step[:, 1]
    lengths = np.hypot(ahead, up)
    if not np.isfinite(lengths).any():
        return np.full(len(step), np.nan)
    toes = TOES_TO_FOOT * float(np.nanquantile(lengths, 0.7))
    leg = leg_length_px(pose, one.first_frame, one.last_frame)
    height = floor_y_px(pose, one, side)[frames] - pose.of(landmark(side, "big_toe"))[frames, 1]
    lying = np.clip(1.5 - height / (TOES_LIE_BELOW * leg), 0.0, 1.0)
    # A foot whose toes point down bends; one whose toes point up does not.
    lying = np.where(np.isfinite(lying) & (up < 0), lying, 0.0)
    return np.asarray(np.degrees(np.arctan2(up, ahead - lying * toes)))


@dataclass(frozen=True, slots=True, eq=False)
class FootSight:
    """How one foot is seen through a pass.

    Attributes:
        flat_deg: Foot pitch it shows, or would show, while flat, shape (frames of the pass,).
        turn_deg: How far it is turned out of the picture, shape (frames of the pass,); 0 where
            that is not known.
    """

    flat_deg: FloatArray
    turn_deg: FloatArray


def foot_sight(
    pitch_deg: FloatArray,
    pose: PoseTrack,
    times_s: FloatArray,
    one: Pass,
    side: Side,
    sole_deg: float,
    width_px: float | None = None,
) -> FootSight:
    """How a foot is seen: what is flat for it, and how far it is turned.

    A camera above the floor sees the toes of an outward turned foot lower than its heel though
    the sole is flat, and the more so the further the foot is from the middle of the picture. So
    every stance in which heel and toe rest is its own reference; between them it changes in
    proportion. A heel that is raised a little looks much the same. Where the small toe is seen,
    it tells how far the foot is turned, and so how far its sole should look tipped: a stance
    that is tipped otherwise is no reference, and a foot that never stands flat is judged by what
    is expected. Without a small toe such a foot keeps the reference of its keypoints.

    Args:
        pitch_deg: Pitch of the foot in the pass, shape (frames of the pass,).
        pose: The patient through the film.
        times_s: Presentation times of the film, shape (frames,).
        one: The pass.
        side: The limb.
        sole_deg: Pitch the keypoints usually show while the sole is flat.
        width_px: Of the picture; None where it is not known, and then small toes say nothing.
    """
    frames = slice(one.first_frame, one.last_frame + 1)
    times = times_s[frames]
    unknown = FootSight(np.full(len(times), sole_deg), np.zeros(len(times)))
    if len(times) < FEWEST_FLAT:
        return unknown
    leg = leg_length_px(pose, one.first_frame, one.last_frame)
    is_still = {}
    with np.errstate(invalid="ignore"):
        for part in ("heel", "big_toe"):
            path = pose.of(landmark(side, part))[frames]
            speed = np.hypot(np.gradient(path[:, 0], times), np.gradient(path[:, 1], times))
            is_still[part] = speed < RESTING_SPEED * leg
    turn_deg = np.full(len(times), np.nan)
    if width_px is not None:
        turn_deg = foot_turn_deg(pose, one, side, leg)
    middles, references, turned_s, turns = [], [], [], []
    for stance in _stretches(np.flatnonzero(is_still["big_toe"]), times):
        known = turn_deg[stance][np.isfinite(turn_deg[stance])]
        turn = float(np.median(known)) if len(known) >= FEWEST_FLAT else None
        tip, most = 0.0, MOST_TILTED_FLAT_DEG
        if turn is not None and width_px is not None:
            turned_s.append(float(np.mean(times[stance])))
            turns.append(turn)
            tip, most = tipped_sole_deg(turn, leg, width_px), MOST_UNEXPECTED_TILT_DEG
        apart = np.abs(pitch_deg[stance] - sole_deg - tip)
        flat = stance[is_still["heel"][stance] & (apart < most)]
        if len(flat) >= FEWEST_FLAT and times[flat[-1]] - times[flat[0]] >= SHORTEST_FLAT_S:
            middles.append(float(np.mean(times[flat])))
            references.append(float(np.median(pitch_deg[flat])))
        elif turn is not None:
            middles.append(float(np.mean(times[stance])))
            references.append(sole_deg + tip)
    return FootSight(
        np.interp(times, middles, references) if middles else unknown.flat_deg,
        np.interp(times, turned_s, turns) if turns else unknown.turn_deg,
    )


def _towards(tilt_deg: FloatArray, turn_deg: FloatArray) -> FloatArray:
    """Tilt of a segment as seen along a plane that is turned out of the picture."""
    share = np.cos(np.radians(np.clip(turn_deg, -MOST_TURNED_DEG, MOST_TURNED_DEG)))
    tilt = np.radians(tilt_deg)
    return np.asarray(np.degrees(np.arctan2(np.sin(tilt) * share, np.cos(tilt))))


def _stretches(frames: IntArray, times: FloatArray) -> list[IntArray]:
    """Frames that follow each other without a long gap, long enough to be a stance."""
    if len(frames) < FEWEST_FLAT:
        return []
    parts = np.split(frames, np.flatnonzero(np.diff(times[frames]) > STANCES_APART_S) + 1)
    return [part for part in parts if len(part) >= FEWEST_FLAT]


def foot_turn_deg(pose: PoseTrack, one: Pass, side: Side, leg_px: float) -> FloatArray:
    """How far the near foot is turned outwards, by its toes, shape (frames of the pass,).

    Its small toe falls behind the big one as it turns.

    Returns:
        Degrees, NaN where the toes are not seen or the foot points out of the picture.
    """
    frames = slice(one.first_frame, one.last_frame + 1)
    heel, big, small = (
        one.direction * pose.of(landmark(side, part))[frames, 0]
        for part in ("heel", "big_toe", "small_toe")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = np.where(big - heel > 0.05 * leg_px, (small - big) / (big - heel), np.nan)
    return np.degrees(np.arctan(-(ahead + SMALL_TOE_BEHIND) / SMALL_TOE_BESIDE))


def tipped_sole_deg(turn_deg: float, leg_px: float, width_px: float) -> float:
    """How far a flat sole looks tipped when the foot is turned, toe up positive.

    The camera stands about a leg's length above the floor, so it looks down on the foot by about
    the angle under which it sees the leg.
    """
    down_deg = float(np.degrees(np.arctan(leg_px / (FOCAL_TO_WIDTH * width_px))))
    return float(-np.tan(np.radians(turn_deg)) * down_deg)


def sagittal_angles(
    pose: PoseTrack,
    times_s: FloatArray,
    passes: Sequence[Pass],
    sole_deg: float = 0.0,
    width_px: float | None = None,
) -> tuple[AngleTrack, ...]:
    """Hip, knee, ankle, foot and trunk angles of both limbs, as seen from the side.

    Hip flexion is that of the thigh against a pelvis of normal tilt: the pelvis' own tilt shows
    in no body point.

    Args:
        pose: The patient.
        times_s: Presentation times, shape (frames,).
        passes: Walks across the picture; angles are NaN outside them.
        sole_deg: Foot pitch that the keypoints usually show while the sole is flat.
        width_px: Of the picture, see `foot_sight`.
    """
    tracks: dict[tuple[Variable, Side], FloatArray] = {}
    for one in passes:
        frames = slice(one.first_frame, one.last_frame + 1)
        part = PoseTrack(pose.points_px[frames], pose.confidence[frames])
        for side in Side:
            pitch = hindfoot_pitch_deg(pose, one, side)
            foot = foot_sight(pitch, pose, times_s, one, side, sole_deg, width_px)
            pitch = pitch - foot.flat_deg
            shank = shank_deg(part, side, one.direction)
            found = {
                Variable.HIP_FLEXION: NORMAL_PELVIC_TILT_DEG + thigh_deg(part, side, one.direction),
                Variable.KNEE_FLEXION: knee_flexion_deg(part, side, one.direction),
                Variable.ANKLE_DORSIFLEXION: wrapped_deg(pitch - _towards(shank, foot.turn_deg)),
                Variable.FOOT_PITCH: wrapped_deg(pitch),
                Variable.TRUNK_FORWARD_LEAN: trunk_lean_deg(part, one.direction),
            }
            for variable, values in found.items():
                track = tracks.setdefault((variable, side), np.full(len(pose), np.nan))
                track[frames] = values
    return tuple(AngleTrack(variable, side, v) for (variable, side), v in tracks.items())


def coronal_angles(
    pose: PoseTrack, passes: Sequence[Pass], mm_per_px: FloatArray | None
) -> tuple[AngleTrack, ...]:
    """Pelvic obliquity, trunk lean and shift, and turn of thighs and feet, seen from front or back.

    Obliquity, lean and shift are given once for each side as "this side up" and "towards this
    side". The shift is that of the shoulders' midpoint from the line midway between the two
    feet's tracks.

    Args:
        pose: The patient.
        passes: Walks towards or away from the camera; angles are NaN outside them.
        mm_per_px: Scale in every frame, shape (frames,); None where the child's size is unknown,
            and then there is no trunk shift.
    """
    tracks: dict[tuple[Variable, Side], FloatArray] = {}
    for one in passes:
        frames = slice(one.first_frame, one.last_frame + 1)
        part = PoseTrack(pose.points_px[frames], pose.confidence[frames])
        # Image direction that is the child's left.
        left = 1.0 if one.view is View.CORONAL_FRONT else -1.0
        hips = part.of(landmark(Side.LEFT, "hip")) - part.of(landmark(Side.RIGHT, "hip"))
        left_up_deg = np.degrees(np.arctan2(-hips[:, 1], np.abs(hips[:, 0])))
        step = middle(part, "shoulder") - middle(part, "hip")
        lean_left_deg = np.degrees(np.arctan2(left * step[:, 0], -step[:, 1]))
        for side, sign in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
            found = {
                Variable.PELVIC_OBLIQUITY: sign * left_up_deg,
                Variable.TRUNK_LATERAL_LEAN: sign * lean_left_deg,
            }
            if mm_per_px is not None:
                aside = left * (middle(part, "shoulder")[:, 0] - walking_line_px(part))
                found[Variable.TRUNK_SHIFT] = sign * aside * mm_per_px[frames]
            for variable, values in found.items():
                track = tracks.setdefault((variable, side), np.full(len(pose), np.nan))
                track[frames] = values
    return tuple(AngleTrack(variable, side, v) for (variable, side), v in tracks.items())


def walking_line_px(pose: PoseTrack) -> FloatArray:
    """Sideways place of the line midway between the feet's tracks, shape (frames,), pixels.

    Seen along the walkway it drifts smoothly as the child comes nearer: a cubic through the
    ankles of the whole pass.
    """
    frames = np.arange(len(pose), dtype=np.float64)
    across = middle(pose, "ankle")[:, 0]
    known = np.isfinite(across)
    if known.sum() < 8:
        return np.full(len(pose), np.nan)
    at = frames / max(1.0, frames[-1])
    fit = np.polynomial.Polynomial.fit(at[known], across[known], 3)
    return np.asarray(fit(at))


def track_of(tracks: Sequence[AngleTrack], variable: Variable, side: Side) -> FloatArray | None:
    """The values of one projected angle; None where it was not measured."""
    for track in tracks:
        if track.variable is variable and track.side is side and track.is_projected:
            return track.values
    return None
