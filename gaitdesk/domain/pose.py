"""Detected body points of one person through a film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PoseTrack:
    """Body points of one person in every frame of one film.

    Attributes:
        points_px: Shape (frames, 23, 2), x right and y down in the upright picture, NaN where
            missing; the second axis is `Landmark`.
        confidence: Shape (frames, 23), 0 to 1, 0 where missing.
    """

    points_px: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        frames = len(self.points_px)
        if self.points_px.shape != (frames, LANDMARK_COUNT, 2):
            raise ValueError(f"points_px has shape {self.points_px.shape}")
        if self.confidence.shape != (frames, LANDMARK_COUNT):
            raise ValueError(f"confidence has shape {self.confidence.shape}")

    def __len__(self) -> int:
        return len(self.points_px)

    def of(self, point: Landmark) -> FloatArray:
        """Path of one body point, shape (frames, 2)."""
        return self.points_px[:, point]

    @property
    def is_seen(self) -> BoolArray:
        """Whether both hips are known, shape (frames,)."""
        hips = self.points_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
        return np.asarray(np.isfinite(hips).all(axis=(1, 2)))

    @staticmethod
    def empty(frames: int) -> PoseTrack:
        """A track in which nobody was found."""
        return PoseTrack(
            np.full((frames, LANDMARK_COUNT, 2), np.nan), np.zeros((frames, LANDMARK_COUNT))
        )
