"""A stick child walking past one camera and towards another, by formula."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.pose import PoseTrack

LEG_M = 0.62


def stride_phase(times_s: FloatArray, stride_s: float, unevenness: float, seed: int) -> FloatArray:
    """Strides completed at each time, with strides that differ in length as a child's do."""
    rng = np.random.default_rng(seed)
    count = int((times_s[-1] - times_s[0]) / stride_s * 1.5) + 8
    ends = np.cumsum(stride_s * (1 + unevenness * rng.standard_normal(2 * count)) / 2)
    return np.interp(times_s, times_s[0] + ends - ends[0], np.arange(2 * count) / 2)


def walk_m(
    times_s: FloatArray,
    *,
    stride_s: float = 0.95,
    unevenness: float = 0.04,
    seed: int = 0,
    rests: bool = False,
) -> FloatArray:
    """Body points in the world, metres: x onwards, y to the child's left, z up.

    Args:
        times_s: When.
        stride_s: Mean stride time.
        unevenness: Standard deviation of step time and of step height, as a share of the mean.
        seed: Which of many such walks.
        rests: Whether the child stands still at first and sets off after a second.
    """
    moving = np.clip(times_s - times_s[0] - 1.0, 0.0, None) if rests else times_s - times_s[0]
    phase = stride_phase(times_s[0] + moving, stride_s, unevenness, seed)
    vigour = np.clip(np.gradient(moving, times_s), 0, 1)
    rng = np.random.default_rng(seed + 1)
    heights = 1 + 1.5 * unevenness * rng.standard_normal((2, int(phase[-1]) + 3))
    onwards = phase * 1.0
    points = np.full((len(times_s), LANDMARK_COUNT, 3), np.nan)

    def put(point: Landmark, x: FloatArray, y: float, z: FloatArray) -> None:
        points[:, point] = np.stack([onwards + x, np.full(len(x), y), z], axis=1)

    bob = 0.02 * np.cos(4 * np.pi * phase) * vigour
    put(Landmark.NOSE, np.full(len(phase), 0.08), 0.0, 1.12 + bob)
    for number, (side, sign) in enumerate(((Side.LEFT, 1.0), (Side.RIGHT, -1.0))):
        own = phase + 0.5 * number
        step = heights[number][np.floor(own).astype(int)]
        cycle = own % 1.0
        swing = np.clip((cycle - 0.6) / 0.4, 0, 1)
        thigh = np.radians(5 + 25 * np.cos(2 * np.pi * own)) * vigour
        knee = np.radians(8 + 55 * step * np.sin(np.pi * swing) ** 2) * vigour
        hip_z = LEG_M + bob + sign * 0.012 * np.sin(2 * np.pi * phase) * vigour
        knee_x, knee_z = 0.3 * np.sin(thigh), hip_z - 0.3 * np.cos(thigh)
        ankle_x = knee_x + 0.3 * np.sin(thigh - knee)
        ankle_z = knee_z - 0.3 * np.cos(thigh - knee)
        arm = -np.radians(20 * np.cos(2 * np.pi * own)) * vigour
        put(landmark(side, "hip"), 0 * phase, sign * 0.08, hip_z)
        put(landmark(side, "knee"), knee_x, sign * 0.08, knee_z)
        put(landmark(side, "ankle"), ankle_x, sign * 0.08, ankle_z)
        put(landmark(side, "heel"), ankle_x - 0.04, sign * 0.08, ankle_z - 0.04)
        put(landmark(side, "big_toe"), ankle_x + 0.12, sign * 0.09, ankle_z - 0.03)
        put(landmark(side, "shoulder"), 0 * phase, sign * 0.14, 0.98 + bob)
        put(landmark(side, "elbow"), 0.18 * np.sin(arm), sign * 0.17, 0.98 - 0.18 * np.cos(arm))
        wrist_x = 0.18 * np.sin(arm) + 0.17 * np.sin(arm + 0.4)
        wrist_z = 0.98 - 0.18 * np.cos(arm) - 0.17 * np.cos(arm + 0.4)
        put(landmark(side, "wrist"), wrist_x, sign * 0.18, wrist_z + bob)
    return points


def seen(points_m: FloatArray, plane: str, noise_px: float = 0.0, seed: int = 0) -> PoseTrack:
    """The walk as a 1280 x 720 camera sees it.

    Args:
        points_m: From `walk_m`.
        plane: "side" for a camera 5 m to the child's left, half-way along; "front" for one 2 m
            behind the end of the walk, 1.2 m high.
        noise_px: Standard deviation of the detector's error.
        seed: Of that error.
    """
    x, y, z = np.moveaxis(points_m, 2, 0)
    length = np.nanmax(x)
    if plane == "side":
        depth, across, down = 5.0 - y, x - length / 2, 0.9 - z
    else:
        depth, across, down = length + 2.0 - x, y, 1.2 - z
    points_px = np.stack([640 + 900 * across / depth, 360 + 900 * down / depth], axis=2)
    rng = np.random.default_rng(seed)
    points_px = points_px + noise_px * rng.standard_normal(points_px.shape)
    return PoseTrack(points_px, np.isfinite(points_px).all(axis=2) * 0.9)


def shifted_pair(
    offset_s: float, *, duration_s: float = 6.0, fps: tuple[float, float] = (60.0, 60.0), **walk
) -> tuple[tuple[FloatArray, PoseTrack], tuple[FloatArray, PoseTrack]]:
    """Both films of one walk: times and track of the side view, then of the front view.

    The front camera's clock shows `offset_s` when the side camera's shows 0.
    """
    noise_px = walk.pop("noise_px", 0.0)
    fine_s = np.arange(0.0, duration_s + abs(offset_s) + 1.0, 1 / 480)
    points = walk_m(fine_s, **walk)
    films = []
    for number, (plane, start_s) in enumerate(
        (("side", max(0.0, offset_s)), ("front", max(0.0, -offset_s)))
    ):
        times_s = np.arange(0.0, duration_s, 1 / fps[number])
        rows = np.round((times_s + start_s) * 480).astype(int)
        films.append((times_s, seen(points[rows], plane, noise_px, seed=7 + number)))
    return films[0], films[1]
