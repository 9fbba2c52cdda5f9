"""Body points through time: wild points out, short gaps filled, noise smoothed without lag."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import solveh_banded

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.arrays import BoolArray, FloatArray, IntArray
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.perception.swap import leg_length_px

HIGHEST_CUTOFF_HZ = 12.0
CUTOFF_SHARE = 0.36
"""Cut-off over frame rate for slow films: 10.8 Hz at 30 frames a second."""
LONGEST_FILL_S = 0.1
FILLED_CONFIDENCE = 0.5
FEWEST_POINTS = 6
LEAST_CONFIDENCE = 0.05
WILD_LEGS = 0.1
WILD_SPREADS = 6.0
ROBUST_PASSES = 6


def cutoff_hz(fps: float) -> float:
    """Frequency above which motion is taken for noise.

    12 Hz is what gait laboratories use at 60 frames a second and more; slower films cannot show
    so much, and their noise lies lower.

    Source:
        Second order, zero phase, 12 Hz at 60 frames a second: Ramesh et al. (2023),
        Sensors 23(10), 4839.
    """
    return min(HIGHEST_CUTOFF_HZ, CUTOFF_SHARE * fps)


def smoothed(track: PoseTrack, times_s: FloatArray) -> PoseTrack:
    """The track without wild points, with short gaps filled, smoothed without lag.

    A cubic smoothing spline is used. For evenly spaced frames it answers as a second-order
    Butterworth filter run forwards and backwards, 1 / (1 + (f / cut-off)^4); unlike that filter
    it needs no even spacing and weighs each point by its confidence.

    Args:
        track: Left and right already repaired.
        times_s: Time of each frame, shape (frames,).

    Returns:
        Points inside gaps of at most 0.1 s are filled, with half the confidence of their
        neighbours; longer gaps stay NaN.

    Source:
        Craven & Wahba (1979), Numerische Mathematik 31, 377-403, for the smoothing spline.
    """
    if len(track) < FEWEST_POINTS:
        return track
    points = np.full_like(track.points_px, np.nan)
    confidence = np.zeros_like(track.confidence)
    scale_px = leg_length_px(track)
    for point in range(LANDMARK_COUNT):
        path, sure = track.points_px[:, point], track.confidence[:, point]
        known = np.flatnonzero(np.isfinite(path).all(axis=1) & (sure >= LEAST_CONFIDENCE))
        tame = [
            run[~is_wild(path[run], sure[run], times_s[run], scale_px)]
            for run in _runs(known, times_s)
        ]
        for run in _runs(np.concatenate([*tame, known[:0]]), times_s):
            frames = np.arange(run[0], run[-1] + 1)
            weight = np.interp(frames, run, sure[run])
            weight[~np.isin(frames, run)] *= FILLED_CONFIDENCE
            points[frames, point] = _curve(
                path[run], sure[run], times_s[run], times_s[frames], cutoff_hz(_rate(times_s))
            )
            confidence[frames, point] = weight
    return PoseTrack(points, confidence)


def is_wild(path: FloatArray, sure: FloatArray, times_s: FloatArray, scale_px: float) -> BoolArray:
    """Points of a path that no limb can have reached.

    Args:
        path: Shape (points, 2), none missing.
        sure: Confidence, shape (points,).
        times_s: Shape (points,).
        scale_px: Leg length; the least distance that counts is a tenth of it.

    Returns:
        Shape (points,).
    """
    if len(path) < FEWEST_POINTS:
        return np.zeros(len(path), np.bool_)
    weight = sure.copy()
    least_px = WILD_LEGS * scale_px
    miss_px = np.zeros(len(path))
    for _ in range(ROBUST_PASSES):
        curve = _curve(path, weight, times_s, times_s, cutoff_hz(_rate(times_s)))
        miss_px = np.linalg.norm(path - curve, axis=1)
        if miss_px.max() < least_px / 3:
            break
        # Geman-McClure weights: what is far off soon counts for nothing.
        weight = np.maximum(sure / (1.0 + (miss_px / (0.5 * least_px)) ** 2) ** 2, 1e-4)
    spread_px = 1.4826 * float(np.median(miss_px))
    return np.asarray(miss_px > max(least_px, WILD_SPREADS * spread_px))


def _runs(known: IntArray, times_s: FloatArray) -> list[IntArray]:
    """Known frames, cut where what lies between two is longer than may be filled."""
    # Two known frames enclose a gap longer than the missing frames themselves.
    longest_s = LONGEST_FILL_S + 1.5 / _rate(times_s)
    breaks = np.flatnonzero(np.diff(times_s[known]) > longest_s) + 1
    return [run for run in np.split(known, breaks) if len(run)]


def _rate(times_s: FloatArray) -> float:
    return 1.0 / float(np.median(np.diff(times_s)))


def _curve(
    path: FloatArray,
    sure: FloatArray,
    times_s: FloatArray,
    at_s: FloatArray,
    highest_hz: float,
) -> FloatArray:
    """The smoothed path at other times; straight lines where points are too few."""
    if len(path) < FEWEST_POINTS:
        return np.column_stack([np.interp(at_s, times_s, column) for column in path.T])
    stiffness = _rate(times_s) / (2.0 * np.pi * highest_hz) ** 4
    knots = smoothing_spline(path, sure, times_s, stiffness)
    return np.asarray(CubicSpline(times_s, knots, bc_type="natural")(at_s))


def smoothing_spline(
    path: FloatArray, weight: FloatArray, times_s: FloatArray, stiffness: float
) -> FloatArray:
    """The natural cubic spline of least bending near given points, at those points.

    It makes the sum of weight * distance^2 plus stiffness times the integral of the squared
    second derivative least.

    Args:
        path: Shape (points, axes).
        weight: Shape (points,), positive.
        times_s: Shape (points,), ascending.
        stiffness: Price of bending.

    Source:
        Reinsch (1967), Numerische Mathematik 10, 177-183; the notation is that of Green &
        Silverman (1994), Nonparametric Regression and Generalized Linear Models, section 2.3.
    """
    step = np.diff(times_s)
    up, down = 1.0 / step[:-1], 1.0 / step[1:]
    middle = -(up + down)
    slack = 1.0 / weight
    bent = path[:-2] * up[:, None] + path[1:-1] * middle[:, None] + path[2:] * down[:, None]
    bands = np.zeros((3, len(step) - 1))
    bands[2] = (step[:-1] + step[1:]) / 3.0 + stiffness * (
        slack[:-2] * up**2 + slack[1:-1] * middle**2 + slack[2:] * down**2
    )
    bands[1, 1:] = step[1:-1] / 6.0 + stiffness * (
        slack[1:-2] * middle[:-1] * up[1:] + slack[2:-1] * down[:-1] * middle[1:]
    )
    bands[0, 2:] = stiffness * slack[2:-2] * down[:-2] * up[2:]
    second = solveh_banded(bands, bent)
    pull = np.zeros_like(path)
    pull[:-2] += second * up[:, None]
    pull[1:-1] += second * middle[:, None]
    pull[2:] += second * down[:, None]
    return np.asarray(path - stiffness * slack[:, None] * pull)
