"""Where in a film the child walks, which way, and from which view the camera sees it."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d

from gaitdesk.domain.anatomy import Landmark, Plane, Side, landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray, IntArray
from gaitdesk.domain.gait import Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import View

SHORTEST_PASS_S = 0.6
LONGEST_GAP_S = 0.5
# A slow child with crutches still covers about half a leg length a second.
SLOWEST_WALK_LEG_LENGTHS_S = 0.25
# Seen further aside than this, angles are not proposed as scores. From the front the width of
# the shoulders says little near a true view, so more is allowed.
MOST_ASIDE_SAGITTAL_DEG, MOST_ASIDE_CORONAL_DEG = 30.0, 50.0
# Shoulder joint centres apart, as a share of the distance from hips to shoulders.
SHOULDER_WIDTH_TO_TRUNK = 0.72


def middle(pose: PoseTrack, part: str) -> FloatArray:
    """Path of the midpoint between the left and right `part`, shape (frames, 2), pixels."""
    both = pose.of(landmark(Side.LEFT, part)) + pose.of(landmark(Side.RIGHT, part))
    return np.asarray(both / 2.0)


def leg_length_px(pose: PoseTrack, first: int = 0, last: int | None = None) -> float:
    """Hip to knee to ankle in the picture, of the leg seen longest; NaN where never seen.

    The upper quartile over the frames is taken: out-of-plane limbs look shorter, never longer.
    """
    frames = slice(first, None if last is None else last + 1)
    lengths = [
        np.linalg.norm(pose.of(landmark(side, "hip")) - pose.of(landmark(side, "knee")), axis=1)
        + np.linalg.norm(pose.of(landmark(side, "knee")) - pose.of(landmark(side, "ankle")), axis=1)
        for side in Side
    ]
    seen = np.concatenate([length[frames] for length in lengths])
    seen = seen[np.isfinite(seen)]
    return float(np.quantile(seen, 0.75)) if len(seen) else float("nan")


def trunk_length_px(pose: PoseTrack) -> FloatArray:
    """Midpoint of the hips to midpoint of the shoulders in every frame, shape (frames,)."""
    return np.asarray(np.linalg.norm(middle(pose, "shoulder") - middle(pose, "hip"), axis=1))


def turn_deg(pose: PoseTrack, first: int, last: int) -> float:
    """How far the child is turned from a true side view towards the camera, degrees.

    0 is a side view, +90 the chest straight at the camera, -90 the back; from the width of the
    shoulders in the picture. NaN where the trunk was not seen.
    """
    frames = slice(first, last + 1)
    left, right = pose.of(Landmark.LEFT_SHOULDER)[frames], pose.of(Landmark.RIGHT_SHOULDER)[frames]
    trunk = trunk_length_px(pose)[frames]
    ratio = (left[:, 0] - right[:, 0]) / trunk
    ratio = ratio[np.isfinite(ratio)]
    if not len(ratio):
        return float("nan")
    share = float(np.median(ratio)) / SHOULDER_WIDTH_TO_TRUNK
    return float(np.degrees(np.arcsin(np.clip(share, -1.0, 1.0))))


def find_passes(pose: PoseTrack, times_s: FloatArray, plane: Plane) -> tuple[Pass, ...]:
    """The walks across the picture, in order of time.

    Args:
        pose: The patient, shape (frames, ...).
        times_s: Presentation times, shape (frames,).
        plane: The plane the film was recorded for.

    Returns:
        One pass for each stretch of at least 0.6 s in one direction; empty where the patient
        does not walk.
    """
    passes = []
    for first, last in _stretches(pose.is_seen, times_s):
        if plane is Plane.SAGITTAL:
            passes += _sagittal(pose, times_s, first, last)
        else:
            passes += _coronal(pose, times_s, first, last)
    return tuple(passes)


def _stretches(is_seen: BoolArray, times_s: FloatArray) -> list[tuple[int, int]]:
    """First and last frame of each stretch without a long gap in which the patient is seen."""
    seen = np.flatnonzero(is_seen)
    if not len(seen):
        return []
    breaks = np.flatnonzero(np.diff(times_s[seen]) > LONGEST_GAP_S)
    firsts, lasts = np.r_[0, breaks + 1], np.r_[breaks, len(seen) - 1]
    return [(int(seen[a]), int(seen[b])) for a, b in zip(firsts, lasts, strict=True)]


def _runs(signs: IntArray) -> list[tuple[int, int, int]]:
    """Runs of equal sign as (first, last, sign)."""
    edges = np.flatnonzero(np.diff(signs)) + 1
    firsts, lasts = np.r_[0, edges], np.r_[edges - 1, len(signs) - 1]
    return [(int(a), int(b), int(signs[a])) for a, b in zip(firsts, lasts, strict=True)]


def _filled(values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    if not known.any():
        return np.zeros_like(values)
    at = np.arange(len(values))
    return np.interp(at, at[known], values[known])


def _sagittal(pose: PoseTrack, times_s: FloatArray, first: int, last: int) -> list[Pass]:
    frames = slice(first, last + 1)
    times = times_s[frames]
    length = leg_length_px(pose, first, last)
    if len(times) < 3 or not np.isfinite(length) or length <= 0:
        return []
    window = max(3, round(0.5 / float(np.median(np.diff(times)))))
    hip_x = uniform_filter1d(_filled(middle(pose, "hip")[frames, 0]), window, mode="nearest")
    speed = np.gradient(hip_x, times) / length
    signs = np.where(np.abs(speed) > SLOWEST_WALK_LEG_LENGTHS_S, np.sign(speed), 0).astype(np.int64)
    if not signs.any():
        # A treadmill, or a camera that follows: the feet tell which way.
        pointing = [
            pose.of(landmark(side, "big_toe"))[frames, 0]
            - pose.of(landmark(side, "heel"))[frames, 0]
            for side in Side
        ]
        mean = np.nanmedian(np.concatenate(pointing)) if np.isfinite(pointing).any() else 0.0
        steps = np.ptp(_filled(_stride_px(pose)[frames])) / length
        if abs(mean) < 0.05 * length or steps < 0.5:
            return []
        signs[:] = int(np.sign(mean))
    passes = []
    for a, b, sign in _runs(signs):
        if sign == 0 or times[b] - times[a] < SHORTEST_PASS_S:
            continue
        view = View.SAGITTAL_RIGHT if sign > 0 else View.SAGITTAL_LEFT
        aside = abs(turn_deg(pose, first + a, first + b))
        confidence = _confidence(aside, MOST_ASIDE_SAGITTAL_DEG)
        passes.append(Pass(view, first + a, first + b, sign, confidence))
    return passes


def _stride_px(pose: PoseTrack) -> FloatArray:
    ankles = pose.of(Landmark.LEFT_ANKLE) - pose.of(Landmark.RIGHT_ANKLE)
    return np.asarray(ankles[:, 0])


def _coronal(pose: PoseTrack, times_s: FloatArray, first: int, last: int) -> list[Pass]:
    frames = slice(first, last + 1)
    times = times_s[frames]
    if len(times) < 3:
        return []
    window = max(3, round(0.5 / float(np.median(np.diff(times)))))
    widths = [
        pose.of(landmark(Side.LEFT, part))[frames, 0]
        - pose.of(landmark(Side.RIGHT, part))[frames, 0]
        for part in ("shoulder", "hip")
    ]
    known = [np.where(np.isfinite(width), width, 0.0) for width in widths]
    across = np.where(np.isfinite(widths).any(axis=0), known[0] + known[1], np.nan)
    facing = uniform_filter1d(_filled(across), window, mode="nearest")
    signs = np.where(facing >= 0, 1, -1).astype(np.int64)
    passes = []
    for a, b, sign in _runs(signs):
        if times[b] - times[a] < SHORTEST_PASS_S:
            continue
        view = View.CORONAL_FRONT if sign > 0 else View.CORONAL_BACK
        aside = 90.0 - abs(turn_deg(pose, first + a, first + b))
        confidence = _confidence(aside, MOST_ASIDE_CORONAL_DEG)
        passes.append(Pass(view, first + a, first + b, 0, confidence))
    return passes


def _confidence(aside_deg: float, most_deg: float) -> float:
    """1 in a true view, a half where it is too far aside to score; a half where unknown."""
    if not np.isfinite(aside_deg):
        return 0.5
    return float(np.clip(1.0 - 0.5 * aside_deg / most_deg, 0.0, 1.0))
