"""The person's mask through a film, kept small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.arrays import BoolArray, FloatArray, Image


@dataclass(frozen=True, slots=True, eq=False)
class FrameMask:
    """One frame's mask: bits of the smallest box that holds the person.

    Attributes:
        left, top: Corner of the box in the upright picture, pixels.
        width, height: Size of the box, pixels.
        bits: `numpy.packbits` of the box, row by row.
    """

    left: int
    top: int
    width: int
    height: int
    bits: Image

    @staticmethod
    def of(mask: BoolArray) -> FrameMask | None:
        """Pack a full-frame mask of shape (height, width); None when it is empty."""
        rows = np.flatnonzero(mask.any(axis=1))
        if not len(rows):
            return None
        columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
        box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return FrameMask(
            int(columns[0]), int(rows[0]), box.shape[1], box.shape[0], np.packbits(box)
        )

    def box(self) -> BoolArray:
        """The mask inside its box, shape (height, width)."""
        flat = np.unpackbits(self.bits, count=self.width * self.height)
        return flat.reshape(self.height, self.width).astype(np.bool_)

    def full(self, height: int, width: int) -> BoolArray:
        """The mask on the whole picture, shape (height, width)."""
        mask = np.zeros((height, width), np.bool_)
        mask[self.top : self.top + self.height, self.left : self.left + self.width] = self.box()
        return mask


@dataclass(frozen=True, slots=True, eq=False)
class MaskTrack:
    """The person's mask in every frame of one film.

    Attributes:
        width, height: Size of the upright picture, pixels.
        frames: One mask a frame; None where there is none.
    """

    width: int
    height: int
    frames: tuple[FrameMask | None, ...]

    def __len__(self) -> int:
        return len(self.frames)

    def at(self, frame: int) -> BoolArray:
        """Full mask of one frame, shape (height, width); all False where there is none."""
        mask = self.frames[frame]
        if mask is None:
            return np.zeros((self.height, self.width), np.bool_)
        return mask.full(self.height, self.width)

    def boxes_px(self) -> FloatArray:
        """Left, top, right, bottom a frame, shape (frames, 4), NaN where there is no mask."""
        boxes = np.full((len(self.frames), 4), np.nan)
        for i, mask in enumerate(self.frames):
            if mask is not None:
                boxes[i] = (
                    mask.left,
                    mask.top,
                    mask.left + mask.width,
                    mask.top + mask.height,
                )
        return boxes
