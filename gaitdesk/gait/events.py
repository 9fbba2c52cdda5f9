"""Initial contact and foot off of both limbs, seen from the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import EventKind, GaitEvent, Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Video
from gaitdesk.gait.direction import leg_length_px, middle
from gaitdesk.gait.landing import (
    FARTHEST_S,
    LASTING_S,
    LASTING_SHARE,
    landing_s,
)

SHORTEST_STRIDE_S = 0.4
LONGEST_STRIDE_S = 2.6
# How far a foot must swing, in leg lengths, to have made a step.
SMALLEST_SWING = 0.12
SMALLEST_SHARE = 0.45
# Speed of a foot that stands, as a share of walking speed: 0.5 m/s of an adult at own pace is
# 0.4; and never less than this, in leg lengths a second.
STANDING_SPEED_SHARE = 0.45
LEAST_STANDING_SPEED = 0.15
DISAGREEMENT_S = 0.06
# How much earlier than contact a foot is farthest ahead, on average over gait patterns.
EARLY_S = 0.028


def find_events(
    pose: PoseTrack, times_s: FloatArray, one: Pass, is_camera_fixed: bool = True
) -> tuple[GaitEvent, ...]:
    """Gait events of both limbs in one sagittal pass, in order of time.

    Candidates are the foot's extremes against the pelvis. Where the camera stands still, a
    contact is put where the slower of heel and toe comes to rest on the floor, and a foot off
    half-way between the extreme and the moment at which the toe sets off; a foot's extreme comes
    early in a normal walk and late in crouch. Where they disagree by more than 60 ms the mean is
    taken and the confidence lowered.

    Args:
        pose: The patient.
        times_s: Presentation times, shape (frames,).
        one: The pass, from the side.
        is_camera_fixed: Whether foot speed in the picture is speed over the floor.

    Source:
        Zeni, Richards & Higginson (2008), Gait & Posture 27(4), 710-714, for the extremes;
        Ghoussayni et al. (2004), Gait & Posture 20(3), 266-272, for the speeds.
    """
    length = leg_length_px(pose, one.first_frame, one.last_frame)
    if not np.isfinite(length) or length <= 0:
        return ()
    events: list[GaitEvent] = []
    for side in Side:
        events += _of_side(pose, times_s, one, side, length, is_camera_fixed)
    return tuple(sorted(events, key=lambda event: event.time_s))


def ahead_of_pelvis(pose: PoseTrack, one: Pass, side: Side, part: str) -> FloatArray:
    """How far a point of the foot is ahead of the pelvis in a pass, pixels, shape (frames,)."""
    frames = slice(one.first_frame, one.last_frame + 1)
    lead = pose.of(landmark(side, part))[frames, 0] - middle(pose, "hip")[frames, 0]
    return np.asarray(one.direction * lead)


def _of_side(
    pose: PoseTrack,
    times_s: FloatArray,
    one: Pass,
    side: Side,
    length: float,
    is_camera_fixed: bool,
) -> list[GaitEvent]:
    times = times_s[one.first_frame : one.last_frame + 1]
    heel_px = _interpolated(ahead_of_pelvis(pose, one, side, "heel"))
    toe_px = _interpolated(ahead_of_pelvis(pose, one, side, "big_toe"))
    if heel_px is None or toe_px is None:
        return []
    heel, toe = heel_px / length, toe_px / length
    contacts = _extremes((heel + toe) / 2.0, heel, times)
    offs = _extremes(-(heel + toe) / 2.0, -toe, times)
    found = _alternating(
        [(t, EventKind.INITIAL_CONTACT) for t in contacts]
        + [(t, EventKind.FOOT_OFF) for t in offs],
        times,
        (heel + toe) / 2.0,
    )
    moving = _moving_foot(pose, times_s, one, side, length) if is_camera_fixed else None
    events = []
    for time, kind in found:
        is_contact = kind is EventKind.INITIAL_CONTACT
        expected = time + EARLY_S if is_contact else time
        agreed, confidence = expected, 0.6
        if moving is None:
            checked = None
        elif is_contact:
            feet = (moving.heel, moving.toe)
            checked = landing_s(feet, times, expected, moving.walking_speed)
        else:
            checked = _setting_off_s(moving, times, time)
        if checked is not None:
            apart = abs(checked - expected)
            trusts_rest = is_contact and apart <= DISAGREEMENT_S
            agreed = checked if trusts_rest else (expected + checked) / 2.0
            confidence = 1.0 if apart <= DISAGREEMENT_S else max(0.2, 1.0 - 6.0 * apart)
        frame = one.first_frame + int(np.argmin(np.abs(times - agreed)))
        seen = float(pose.confidence[frame, landmark(side, "ankle")])
        events.append(
            GaitEvent(side, kind, frame, float(agreed), confidence * min(1.0, seen * 1.5))
        )
    return events


def _interpolated(values: FloatArray) -> FloatArray | None:
    known = np.isfinite(values)
    if known.sum() < 5:
        return None
    at = np.arange(len(values))
    return np.interp(at, at[known], values[known])


def _extremes(swing: FloatArray, exact: FloatArray, times: FloatArray) -> list[float]:
    """Times of the peaks of `exact` that belong to the swings in `swing`, between frames."""
    gap = float(np.median(np.diff(times)))
    distance = max(1, round(SHORTEST_STRIDE_S / gap))
    peaks, found_by = find_peaks(swing, prominence=SMALLEST_SWING, distance=distance)
    if len(peaks):
        # A foot that was lost for a moment seems to make a small step of its own.
        sizes = found_by["prominences"]
        peaks = peaks[sizes >= SMALLEST_SHARE * np.median(sizes)]
    reach = max(1, round(0.12 / gap))
    found = []
    for peak in peaks:
        first, last = max(0, peak - reach), min(len(exact) - 1, peak + reach)
        best = first + int(np.argmax(exact[first : last + 1]))
        if best in (first, last):
            best = int(peak)
        found.append(_between_frames(exact, times, best))
    return found


def _between_frames(values: FloatArray, times: FloatArray, peak: int) -> float:
    """Time of the top of the parabola through a peak and its neighbours."""
    if peak in (0, len(values) - 1):
        return float(times[peak])
    before, top, after = values[peak - 1 : peak + 2]
    bend = before - 2.0 * top + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    at = peak + float(np.clip(shift, -0.5, 0.5))
    return float(np.interp(at, np.arange(len(times)), times))


def _alternating(
    events: Sequence[tuple[float, EventKind]], times: FloatArray, lead: FloatArray
) -> list[tuple[float, EventKind]]:
    """Contacts and foot offs in turn; of two of a kind in a row the more extreme stays."""
    kept: list[tuple[float, EventKind]] = []
    for time, kind in sorted(events):
        if kept and kept[-1][1] is kind:
            sign = 1.0 if kind is EventKind.INITIAL_CONTACT else -1.0
            before = sign * float(np.interp(kept[-1][0], times, lead))
            now = sign * float(np.interp(time, times, lead))
            if now > before:
                kept[-1] = (time, kind)
            continue
        kept.append((time, kind))
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class _MovingFoot:
    """A foot in one pass, lengths in leg lengths.

    Attributes:
        heel, toe: Paths of heel and big toe, each of shape (frames of the pass, 2), without gaps.
        walking_speed: Of the pelvis, leg lengths a second.
    """

    heel: FloatArray
    toe: FloatArray
    walking_speed: float


def _moving_foot(
    pose: PoseTrack, times_s: FloatArray, one: Pass, side: Side, length: float
) -> _MovingFoot | None:
    """The foot in the picture; None where heel, toe or hips are not seen."""
    frames = slice(one.first_frame, one.last_frame + 1)
    times = times_s[frames]
    hip_x = _interpolated(middle(pose, "hip")[frames, 0])
    paths = []
    for part in ("heel", "big_toe"):
        path = pose.of(landmark(side, part))[frames]
        x, y = _interpolated(path[:, 0]), _interpolated(path[:, 1])
        if x is None or y is None:
            return None
        paths.append(np.stack([x, y], axis=1) / length)
    if hip_x is None:
        return None
    walking = abs(hip_x[-1] - hip_x[0]) / (times[-1] - times[0]) / length
    slowest = LEAST_STANDING_SPEED / STANDING_SPEED_SHARE
    return _MovingFoot(paths[0], paths[1], max(float(walking), slowest))


def _setting_off_s(foot: _MovingFoot, times: FloatArray, near_s: float) -> float | None:
    """When the toe sets off near a candidate, between frames; None where it does not."""
    toe = foot.toe
    speed = np.hypot(np.gradient(toe[:, 0], times), np.gradient(toe[:, 1], times))
    unrest = speed / (STANDING_SPEED_SHARE * foot.walking_speed)
    moving = unrest > 1.0
    edges = np.flatnonzero(~moving[:-1] & moving[1:])
    ahead = max(2, round(LASTING_S / float(np.median(np.diff(times)))))
    # A foot that only stirs has not left.
    lasts = [np.mean(moving[edge + 1 : edge + 1 + ahead]) > LASTING_SHARE for edge in edges]
    edges = edges[np.array(lasts, np.bool_)]
    if not len(edges):
        return None
    share = (1.0 - unrest[edges]) / (unrest[edges + 1] - unrest[edges])
    at = times[edges] + share * (times[edges + 1] - times[edges])
    nearest = int(np.argmin(np.abs(at - near_s)))
    return float(at[nearest]) if abs(at[nearest] - near_s) <= FARTHEST_S else None


def transferred(
    events: Sequence[GaitEvent], to_film: Video, shift: Sequence[float] | FloatArray
) -> tuple[GaitEvent, ...]:
    """Events of one film at the frames of another.

    Args:
        events: Events of the first film.
        to_film: The other film.
        shift: Time of each event on the other film's axis, seconds, shape (events,).

    Returns:
        The events that fall inside the other film.
    """
    moved = []
    for event, time in zip(events, shift, strict=True):
        if 0.0 <= time <= to_film.duration_s:
            frame = to_film.frame_at(float(time))
            moved.append(GaitEvent(event.side, event.kind, frame, float(time), event.confidence))
    return tuple(moved)
