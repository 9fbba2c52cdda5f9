"""The timeline's small pictures: which are there, and which are still to be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtGui import QImage

from gaitdesk.domain.arrays import Image


class Thumbnails:
    """Keeps small pictures by slot and frame, and remembers what was asked for."""

    def __init__(self) -> None:
        self._made: dict[int, dict[int, QImage]] = {}
        self._wanted: dict[int, tuple[int, ...]] = {}

    def clear(self) -> None:
        """Let go of all."""
        self._made, self._wanted = {}, {}

    def put(self, slot: int, frame: int, image: Image) -> None:
        """Keep a small picture."""
        pixels = np.ascontiguousarray(image)
        height, width = pixels.shape[:2]
        kept = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self._made.setdefault(slot, {})[frame] = kept

    def of(self, slot: int) -> Mapping[int, QImage]:
        """The pictures of a film, by frame."""
        return self._made.get(slot, {})

    def is_whole(self, slot: int) -> bool:
        """Whether all pictures that were asked for are there."""
        have = self.of(slot)
        return all(frame in have for frame in self._wanted.get(slot, ()))

    def missing(self, slot: int, frames: Iterable[int]) -> tuple[int, ...]:
        """Those of these frames to ask for; none where the same were asked for before."""
        wanted = tuple(frames)
        if not wanted or wanted == self._wanted.get(slot):
            return ()
        self._wanted[slot] = wanted
        have = self.of(slot)
        return tuple(frame for frame in wanted if frame not in have)
