"""Cameras beside and at the end of the walkway, as real ones would see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from gaitdesk.domain.arrays import FloatArray

WALKWAY_M = 8.0
"""Length of the walkway; it runs along x and its middle is the world's origin.

Source:
    The recording protocol of the ChildGait-Video set (8 m walkway; side camera on its middle 4 m).
"""

SEEN_FROM_THE_SIDE_M = 4.0


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera that stands still.

    Attributes:
        position_m: Of the lens in the world.
        pan_deg: Direction it looks in, from the walking direction (x) towards the left (y).
        tilt_deg: Upwards positive.
        roll_deg: The camera turned clockwise about its line of sight, as its user sees it.
        focal_px: Focal length in pixels.
        width, height: Size of the picture, pixels.
        distortion: Radial, of the second power of the distance over the focal length; negative
            bows straight lines outwards (barrel).
        shift_px: Where the line of sight meets the picture, from its middle.
    """

    position_m: tuple[float, float, float]
    pan_deg: float
    tilt_deg: float = 0.0
    roll_deg: float = 0.0
    focal_px: float = 1300.0
    width: int = 1280
    height: int = 720
    distortion: float = 0.0
    shift_px: tuple[float, float] = (0.0, 0.0)

    @property
    def middle_px(self) -> FloatArray:
        """Where the line of sight meets the picture, shape (2,)."""
        across, down = self.shift_px
        return np.array([(self.width - 1) / 2 + across, (self.height - 1) / 2 + down])

    @property
    def axes(self) -> FloatArray:
        """Rows: the picture's right, its down, and the line of sight, in the world."""
        pan, tilt, roll = np.deg2rad([self.pan_deg, self.tilt_deg, self.roll_deg])
        ahead = np.array([np.cos(pan) * np.cos(tilt), np.sin(pan) * np.cos(tilt), np.sin(tilt)])
        right = np.array([np.sin(pan), -np.cos(pan), 0.0])
        down = np.cross(ahead, right)
        turned = np.cos(roll) * right + np.sin(roll) * down
        return np.stack([turned, np.cross(ahead, turned), ahead])

    def project(self, points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where points of the world fall in the picture, and how far in front they are.

        Args:
            points_m: Shape (..., 3).

        Returns:
            Pixels, x right and y down, (0, 0) the middle of the first pixel, shape (..., 2),
            NaN behind the camera; and the distance along the line of sight in metres, shape
            (...,).
        """
        seen = (np.asarray(points_m, np.float64) - np.array(self.position_m)) @ self.axes.T
        depth = seen[..., 2]
        safe = np.where(depth > 0.05, depth, np.nan)
        plane = seen[..., :2] / safe[..., None]
        squared = (plane * plane).sum(axis=-1, keepdims=True)
        return self.middle_px + self.focal_px * plane * (1.0 + self.distortion * squared), depth

    def rays(self, pixels: FloatArray) -> FloatArray:
        """World directions of pixels of shape (..., 2); unit distance along the line of sight."""
        bent = (np.asarray(pixels, np.float64) - self.middle_px) / self.focal_px
        plane = bent.copy()
        for _ in range(6):
            squared = (plane * plane).sum(axis=-1, keepdims=True)
            plane = bent / (1.0 + self.distortion * squared)
        rays: FloatArray = (
            np.concatenate([plane, np.ones_like(plane[..., :1])], axis=-1) @ self.axes
        )
        return rays

    def metres_per_px(self, distance_m: float) -> float:
        """Size of a pixel at a distance along the line of sight."""
        return distance_m / self.focal_px

    def cut(self, left: float, top: float, width: int, height: int, scale: float) -> Self:
        """The camera whose whole picture is a rectangle of this one's, enlarged.

        Perspective stays that of the whole picture, as in a crop of a film.

        Args:
            left: Edge of the rectangle in this picture, pixels; outside it is allowed.
            top: Likewise.
            width: Of the new picture, pixels.
            height: Likewise.
            scale: New pixels for one of this picture.
        """
        middle = (self.middle_px + 0.5 - np.array([left, top])) * scale - 0.5
        across, down = middle - np.array([(width - 1) / 2, (height - 1) / 2])
        return replace(
            self,
            focal_px=self.focal_px * scale,
            width=width,
            height=height,
            shift_px=(float(across), float(down)),
        )

    def moved(self, **changes: float | tuple[float, float, float]) -> Self:
        """The same camera with some attributes changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def sagittal_camera(
    height_m: float,
    *,
    distance_m: float = 4.6,
    oblique_deg: float = 0.0,
    from_left: bool = False,
    width: int = 1280,
    height: int = 720,
) -> Camera:
    """The side camera: it sees the middle 4 m of the walkway.

    Args:
        height_m: Of the lens; the height of the child's greater trochanter by protocol.
        distance_m: From the middle of the walkway.
        oblique_deg: How far the camera is swung around the middle of the walkway, towards its end.
        from_left: On the left of a child walking along x, rather than on the right.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
    """
    side = 1.0 if from_left else -1.0
    swing = np.deg2rad(oblique_deg)
    x, y = distance_m * np.sin(swing), side * distance_m * np.cos(swing)
    pan = float(np.rad2deg(np.arctan2(-y, -x)))
    focal = 0.97 * width * distance_m / SEEN_FROM_THE_SIDE_M
    return Camera((float(x), float(y), height_m), pan, focal_px=focal, width=width, height=height)


def coronal_camera(
    height_m: float,
    *,
    beyond_end_m: float = 0.8,
    oblique_deg: float = 0.0,
    width: int = 1280,
    height: int = 720,
) -> Camera:
    """The camera at the end of the walkway: it looks back along it, at children coming towards it.

    A child who has turned round, or a walkway seen from its start, shows the back.

    Args:
        height_m: Of the lens.
        beyond_end_m: Behind the end of the walkway.
        oblique_deg: How far the camera is swung to the left of the walkway's middle line.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
    """
    reach = WALKWAY_M / 2 + beyond_end_m
    swing = np.deg2rad(oblique_deg)
    x, y = reach * np.cos(swing), reach * np.sin(swing)
    return Camera(
        (float(x), float(y), height_m),
        180.0 + oblique_deg,
        tilt_deg=-2.0,
        focal_px=1.05 * max(width, height),
        width=width,
        height=height,
    )
