"""What two films show alike, laid over each other: how high each foot is lifted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray

# Shares of the trunk's length; a foot is hardly lifted higher.
LOWEST, HIGHEST = -0.15, 0.75
_RATE_HZ = 100.0
_LONGEST_GAP_S = 0.12
_SHORTEST_SHARED_S = 0.5
_FLOOR_S = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class FootLift:
    """How high each foot is lifted through a film, as seen from any side.

    Attributes:
        times_s: Presentation times of the film, shape (frames,).
        heights: How much nearer to the hips each ankle is than at its farthest around then, in
            trunk lengths, shape (frames,), NaN where unknown.
    """

    times_s: FloatArray
    heights: dict[Side, FloatArray]


def foot_lift(film: FilmAnalysis) -> FootLift:
    """How high each foot is lifted; the camera's distance and tilt are taken out."""
    pose, times_s = film.pose, film.video.times_s
    middles = [
        pose.points_px[:, [landmark(side, part) for side in Side]].mean(axis=1)
        for part in ("shoulder", "hip")
    ]
    trunk = np.linalg.norm(middles[0] - middles[1], axis=1)
    known = np.isfinite(trunk) & (trunk > 2.0)
    if known.sum() < 2:
        empty = np.full(len(times_s), np.nan)
        return FootLift(times_s, dict.fromkeys(Side, empty))
    trunk = np.interp(times_s, times_s[known], trunk[known])
    reach = max(1, round(_FLOOR_S * (film.video.fps or 30.0)))
    heights = {}
    for side in Side:
        # Below the hips, for seen from the front the floor itself moves down the picture.
        below = (pose.of(landmark(side, "ankle"))[:, 1] - middles[1][:, 1]) / trunk
        heights[side] = _greatest_around(below, reach) - below
    return FootLift(times_s, heights)


def _greatest_around(values: FloatArray, reach: int) -> FloatArray:
    """Greatest value within so many frames before and after, shape (frames,)."""
    known = np.where(np.isfinite(values), values, -np.inf)
    padded = np.pad(known, reach, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(windows.max(axis=1))


def likeness(one: FootLift, other: FootLift, offset_s: float, drift: float = 0.0) -> float:
    """How alike two films are where both show the feet, -1 to 1; NaN where they share too little.

    Args:
        one: The sagittal film.
        other: The coronal film.
        offset_s: Time in the coronal film of the sagittal film's time 0.
        drift: Clock drift of the coronal film, seconds a second.
    """
    clock_s = np.arange(one.times_s[0], one.times_s[-1], 1.0 / _RATE_HZ)
    pairs = []
    for side in Side:
        first = _at(one.times_s, one.heights[side], clock_s)
        second = _at(other.times_s, other.heights[side], clock_s * (1.0 + drift) + offset_s)
        known = np.isfinite(first) & np.isfinite(second)
        pairs.append((first[known], second[known]))
    first, second = (np.concatenate(values) for values in zip(*pairs, strict=True))
    if len(first) < 2 * _SHORTEST_SHARED_S * _RATE_HZ:
        return float("nan")
    first, second = first - first.mean(), second - second.mean()
    power = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / power if power > 1e-9 else float("nan")


def _at(times_s: FloatArray, values: FloatArray, wanted_s: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(wanted_s), np.nan)
    seen_s = times_s[known]
    after = np.clip(np.searchsorted(seen_s, wanted_s), 1, len(seen_s) - 1)
    found = np.interp(wanted_s, seen_s, values[known], left=np.nan, right=np.nan)
    found[seen_s[after] - seen_s[after - 1] > _LONGEST_GAP_S] = np.nan
    return np.asarray(found)
