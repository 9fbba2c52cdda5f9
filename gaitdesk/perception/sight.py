"""What following a patient looks like while it goes on: now and then a picture to show."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.media.paint import paint
from gaitdesk.perception.overlay import skeleton

SHOW_EVERY_S = 0.5
"""By the clock; oftener costs more than it tells."""
SIDE_PX = 480
"""Longest side of the pictures."""
LINES = 0.6
"""Widths of the lines over those on a film of 720 rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One frame of a film that is being followed.

    Attributes:
        path: The film.
        frame: The frame, from 0.
        picture: Small, with the skeleton where the patient was found.
    """

    path: Path
    frame: int
    picture: Image


class Watcher:
    """Makes a sight now and then, and none in between."""

    def __init__(self, path: Path, every_s: float = SHOW_EVERY_S) -> None:
        self._path, self._every_s = path, every_s
        self._last_s = -np.inf

    def sight(
        self, frame: int, image: Image, points_px: FloatArray, confidence: FloatArray
    ) -> Sight | None:
        """The frame as it may be shown; None while the last one is still fresh.

        Args:
            frame: The frame, from 0.
            image: Its picture.
            points_px: Body points, shape (23, 2), NaN where missing.
            confidence: Shape (23,).
        """
        now_s = time.monotonic()
        if now_s - self._last_s < self._every_s:
            return None
        self._last_s = now_s
        scale = min(1.0, SIDE_PX / max(image.shape[:2]))
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        small = np.array(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        return Sight(
            self._path, frame, paint(small, skeleton(points_px * scale, confidence, None, LINES))
        )
