"""A walk seen from the side, made by formula, as a keypoint model would give it."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.pose import PoseTrack

LEG_PX = 400.0
THIGH_PX, SHANK_PX, FOOT_PX, TRUNK_PX = 0.52 * LEG_PX, 0.48 * LEG_PX, 0.28 * LEG_PX, 250.0
SPEED_LEGS_PER_S = 1.3
PEAK_KNEE_DEG = 63.0


def knee_deg(phase: FloatArray) -> FloatArray:
    """Knee flexion over the cycle: a wave in stance and the swing peak of 63 degrees."""

    def wave(middle: float, width: float) -> FloatArray:
        off = (phase - middle + 0.5) % 1.0 - 0.5
        return np.exp(-((off / width) ** 2))

    return 5.0 + 12.0 * wave(0.13, 0.08) + (PEAK_KNEE_DEG - 5.0) * wave(0.72, 0.11)


def walk(times_s: FloatArray, stride_s: float = 1.1) -> PoseTrack:
    """A walk to image right, without noise; the left leg is near the camera."""
    points = np.full((len(times_s), LANDMARK_COUNT, 2), np.nan)
    pelvis = np.column_stack(
        [200.0 + SPEED_LEGS_PER_S * LEG_PX * times_s, np.full(len(times_s), 500.0)]
    )
    for side, start in ((Side.LEFT, 0.0), (Side.RIGHT, 0.5)):
        phase = (times_s / stride_s + start) % 1.0
        thigh = np.radians(7.0 + 21.0 * np.cos(2 * np.pi * (phase + 0.03)))
        shank = thigh - np.radians(knee_deg(phase))
        foot = np.minimum(shank * 0.8, 0.0) - np.radians(2.0)
        hip = pelvis + (0.02 * LEG_PX * np.cos(2 * np.pi * phase))[:, None] * [1.0, 0.0]
        knee = hip + THIGH_PX * np.column_stack([np.sin(thigh), np.cos(thigh)])
        ankle = knee + SHANK_PX * np.column_stack([np.sin(shank), np.cos(shank)])
        along = np.column_stack([np.cos(foot), -np.sin(foot)])
        down = np.column_stack([np.sin(foot), np.cos(foot)])
        shoulder = pelvis - [0.0, TRUNK_PX]
        swing = 0.5 * LEG_PX * np.column_stack([-np.sin(thigh), np.cos(thigh)])
        for part, place in {
            "hip": hip,
            "knee": knee,
            "ankle": ankle,
            "heel": ankle + 20.0 * down - 0.25 * FOOT_PX * along,
            "big_toe": ankle + 26.0 * down + 0.75 * FOOT_PX * along,
            "shoulder": shoulder,
            "elbow": shoulder + 0.5 * swing,
            "wrist": shoulder + swing,
        }.items():
            points[:, landmark(side, part)] = place
    points[:, Landmark.NOSE] = pelvis + np.array([30.0, -TRUNK_PX - 70.0])
    return PoseTrack(points, np.isfinite(points).all(axis=-1).astype(float))


def seen_badly(
    track: PoseTrack, rng: np.random.Generator, noise_px: float = 3.0, hidden_legs: float = 0.1
) -> PoseTrack:
    """With noise, and the far leg's points drawn to the near leg's while that hides it."""
    points, confidence = track.points_px.copy(), track.confidence.copy()
    for part in ("knee", "ankle", "heel", "big_toe"):
        near, far = landmark(Side.LEFT, part), landmark(Side.RIGHT, part)
        apart = points[:, far] - points[:, near]
        hidden = np.linalg.norm(apart, axis=1) < hidden_legs * LEG_PX
        points[hidden, far] -= 0.8 * apart[hidden]
        confidence[hidden, far] = 0.6
    points += rng.normal(0.0, noise_px, points.shape)
    return PoseTrack(points, confidence)


def knee_flexion_deg(track: PoseTrack, side: Side) -> FloatArray:
    """Knee flexion in every frame, degrees, for a walk to image right."""
    hip, knee, ankle = (track.of(landmark(side, part)) for part in ("hip", "knee", "ankle"))
    thigh = np.arctan2(*(knee - hip).T)
    shank = np.arctan2(*(ankle - knee).T)
    return np.degrees(thigh - shank)
