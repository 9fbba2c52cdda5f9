"""The square that follows a child through a pass: smooth, upright, feet and head inside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import Pass

SMOOTHING_S = 0.5
"""Half the width of the smoothing; about a stride in all, so that sway and bounce stay visible."""

LEAST_CONFIDENCE = 0.3
# From the eyes to the crown, and from ankles to soles, as shares of eyes to soles.
_CROWN_SHARE = 0.08
_LEAST_HEIGHT_PX = 16.0

_HEAD = (
    Landmark.NOSE,
    Landmark.LEFT_EYE,
    Landmark.RIGHT_EYE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
)
_FEET = tuple(
    landmark(side, part) for side in Side for part in ("ankle", "heel", "big_toe", "small_toe")
)
_TRUNK = tuple(landmark(side, part) for side in Side for part in ("hip", "shoulder"))


def squares_of(film: FilmAnalysis, subject_share: float) -> FloatArray:
    """The square around the child in every frame of every pass.

    Height comes from the mask, and from the body points where there is none; place sideways
    from the trunk. All are smoothed over about a stride, so that the picture follows the walk
    but not the steps.

    Args:
        film: The film with its passes.
        subject_share: Height of the child as a share of the square's side.

    Returns:
        Left, top and side in whole film pixels, shape (frames, 3); the square may reach out of
        the picture. NaN outside passes, and in passes in which nobody is seen.
    """
    squares = np.full((film.video.frame_count, 3), np.nan)
    for one in film.passes:
        part = slice(one.first_frame, one.last_frame + 1)
        squares[part] = _of_pass(film, one, subject_share)
    return squares


def _of_pass(film: FilmAnalysis, one: Pass, subject_share: float) -> FloatArray:
    part = slice(one.first_frame, one.last_frame + 1)
    times_s = film.video.times_s[part]
    middle, top, bottom = _extents(film, part)
    if not (np.isfinite(middle).any() and np.isfinite(bottom - top).any()):
        return np.full((len(times_s), 3), np.nan)
    middle, top, bottom = (_smoothed(path, times_s) for path in (middle, top, bottom))
    side = np.maximum(bottom - top, _LEAST_HEIGHT_PX) / subject_share
    left = middle - side / 2.0
    squares: FloatArray = np.stack([left, (top + bottom) / 2.0 - side / 2.0, side], axis=1)
    return squares.round()


def _extents(film: FilmAnalysis, part: slice) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sideways middle, top and bottom of the child in each frame, pixels, NaN where unknown."""
    points = np.where(
        (film.pose.confidence[part] >= LEAST_CONFIDENCE)[..., None],
        film.pose.points_px[part],
        np.nan,
    )
    middle = _ignoring_nan(np.nanmean, points[:, _TRUNK, 0])
    eyes = _ignoring_nan(np.nanmin, points[:, _HEAD, 1])
    soles = _ignoring_nan(np.nanmax, points[:, _FEET, 1])
    crown = eyes - _CROWN_SHARE * (soles - eyes)
    if film.mask is None:
        return middle, crown, soles
    boxes = film.mask.boxes_px()[part]
    reach = 0.15 * (soles - crown)
    # A mask that leaks into floor or furniture must not shrink the child.
    top = np.fmax(boxes[:, 1], crown - reach)
    bottom = np.fmin(boxes[:, 3], soles + reach)
    top, bottom = (
        np.where(np.isfinite(own), own, other) for own, other in ((top, crown), (bottom, soles))
    )
    centre = (boxes[:, 0] + boxes[:, 2]) / 2.0
    return np.where(np.isfinite(middle), middle, centre), top, bottom


def _ignoring_nan(reduce: Callable[..., FloatArray], values: FloatArray) -> FloatArray:
    """`reduce` along the rows, NaN for rows that hold nothing else."""
    known = np.isfinite(values).any(axis=1)
    reduced = np.full(len(values), np.nan)
    if known.any():
        reduced[known] = reduce(values[known], axis=1)
    return reduced


def _smoothed(path: FloatArray, times_s: FloatArray) -> FloatArray:
    """A path fitted by a straight line around each moment, weighted towards it; no gaps.

    A line rather than a mean keeps pace with a child that walks, also at both ends.

    Source:
        Cleveland (1979), J Am Stat Assoc 74, 829-836: local regression with tricube weights.
    """
    known = np.isfinite(path)
    filled = np.interp(times_s, times_s[known], path[known])
    smooth = np.empty_like(filled)
    starts = np.searchsorted(times_s, times_s - SMOOTHING_S)
    ends = np.searchsorted(times_s, times_s + SMOOTHING_S, side="right")
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        away = times_s[start:end] - times_s[i]
        weights = (1.0 - np.minimum(np.abs(away) / (1.001 * SMOOTHING_S), 1.0) ** 3) ** 3
        mean_t = np.average(away, weights=weights)
        mean_y = np.average(filled[start:end], weights=weights)
        spread = np.sum(weights * (away - mean_t) ** 2)
        tilt = np.sum(weights * (away - mean_t) * (filled[start:end] - mean_y))
        smooth[i] = mean_y - mean_t * tilt / spread if spread > 0 else mean_y
    return smooth
