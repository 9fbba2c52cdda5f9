"""Walkers made by formula, so that every answer is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Side, landmark
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Video

LEG_PX = 200.0
THIGH_PX = SHANK_PX = 100.0
FOOT_PX = 60.0
FLOOR_Y = 500.0
STANCE = 0.6


@dataclass(frozen=True)
class StickWalk:
    """A side view of a stick child whose feet stand still in stance and swing smoothly between.

    Attributes:
        fps: Frames a second.
        stride_s: Time from contact to contact of one foot.
        direction: +1 to image right, -1 to image left.
        seconds: How long it walks.
    """

    fps: float = 60.0
    stride_s: float = 1.0
    direction: int = 1
    seconds: float = 4.0

    @property
    def times_s(self):
        return np.arange(round(self.seconds * self.fps)) / self.fps

    @property
    def stride_px(self) -> float:
        return 1.2 * LEG_PX

    def phase(self, side: Side):
        return self.times_s / self.stride_s + (0.5 if side is Side.RIGHT else 0.0)

    def contacts_s(self, side: Side):
        start = 0.0 if side is Side.LEFT else 0.5 * self.stride_s
        return np.arange(start, self.seconds, self.stride_s)

    def foot_offs_s(self, side: Side):
        first = STANCE * self.stride_s - (0.0 if side is Side.LEFT else 0.5 * self.stride_s)
        return np.arange(first, self.seconds, self.stride_s)

    def pose(self) -> PoseTrack:
        frames = len(self.times_s)
        points = np.full((frames, LANDMARK_COUNT, 2), np.nan)
        pelvis = self.times_s / self.stride_s * self.stride_px
        hip_y = FLOOR_Y - 0.9 * LEG_PX - 10.0
        for side in Side:
            phase = self.phase(side)
            number, part = np.floor(phase), phase % 1.0
            swing = np.clip((part - STANCE) / (1 - STANCE), 0, 1)
            # Fast from the first moment to the last: what meets the floor stops at once.
            eased = swing - 0.6 * np.sin(2 * np.pi * swing) / (2 * np.pi)
            # The foot meets the floor 0.3 of a stride ahead of the pelvis.
            shift = 0.0 if side is Side.LEFT else 0.5
            heel = (number + eased + STANCE / 2 - shift) * self.stride_px
            lift = 25.0 * np.sin(np.pi * swing) ** 2
            ankle = np.stack([heel + 10.0, FLOOR_Y - 10.0 - lift], axis=1)
            hip = np.stack([pelvis, np.full(frames, hip_y)], axis=1)
            knee = _knee(hip, ankle)
            # Toes up around contact; the heel rises about the toe, which stays on the floor.
            toes_up = 20.0 * np.clip((part - 0.9) / 0.1, 0, 1) + 20.0 * np.clip(
                1 - part / 0.08, 0, 1
            )
            heel_up = 45.0 * np.clip((part - 0.4) / 0.2, 0, 1) * (part < STANCE)
            heel_up += 45.0 * (1 - swing) ** 2 * (part >= STANCE)
            up, down = np.radians(toes_up), np.radians(heel_up)
            flat_toe = np.stack([heel + FOOT_PX, FLOOR_Y - lift], axis=1)
            heel_at = flat_toe - FOOT_PX * np.stack([np.cos(down), np.sin(down)], axis=1)
            toe_at = np.where(
                (toes_up > 0)[:, None],
                heel_at + FOOT_PX * np.stack([np.cos(up), -np.sin(up)], axis=1),
                flat_toe,
            )
            for name, at in (
                ("hip", hip),
                ("knee", knee),
                ("ankle", ankle),
                ("heel", heel_at),
                ("big_toe", toe_at),
            ):
                points[:, landmark(side, name)] = at
            points[:, landmark(side, "shoulder")] = hip - [0.0, 120.0]
        points[..., 0] = 640.0 + self.direction * (points[..., 0] - pelvis.mean())
        confidence = np.where(np.isfinite(points[..., 0]), 0.95, 0.0)
        return PoseTrack(points, confidence)

    def video(self, path) -> Video:
        return Video(path, self.times_s, 1280, 720)


def _knee(hip, ankle):
    """Knee in front of the line from hip to ankle, for equal thigh and shank."""
    step = ankle - hip
    reach = np.linalg.norm(step, axis=1)
    half = np.minimum(reach / 2, THIGH_PX)
    out = np.sqrt(np.maximum(THIGH_PX**2 - half**2, 0.0))
    along = step / reach[:, None]
    forward = np.stack([along[:, 1], -along[:, 0]], axis=1)
    return hip + along * (reach / 2)[:, None] + forward * out[:, None]


def mirrored_in_picture(pose: PoseTrack, width: int = 1280) -> PoseTrack:
    """The same walk filmed as a mirror image, points keeping their names."""
    points = pose.points_px.copy()
    points[..., 0] = width - 1 - points[..., 0]
    return PoseTrack(points, pose.confidence)
