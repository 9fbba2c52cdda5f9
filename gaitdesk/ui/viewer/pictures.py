"""Decoded frames around the playhead, whole and at the size of the pane that shows them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import cv2
import numpy as np

from gaitdesk.domain.arrays import BoolArray, Image

GROUND_RGB = (17, 19, 23)
"""Behind films."""

# From this enlargement on, single pixels are shown as they are.
_PIXELS_SHOW = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One frame of a film, ready to be shown.

    Attributes:
        frame: Its number, from 0.
        whole: The upright picture, read-only.
        fitted: The same at the size of the pane; None where no size was asked for.
    """

    frame: int
    whole: Image
    fitted: Image | None = None

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.whole.nbytes + (0 if self.fitted is None else self.fitted.nbytes)


def fitted(image: Image, width: int, height: int) -> Image:
    """A picture at another size; halved by areas first, so that fine patterns do not flicker."""
    while image.shape[1] >= 2 * width and image.shape[0] >= 2 * height:
        half = (image.shape[1] // 2, image.shape[0] // 2)
        image = cv2.resize(image, half, interpolation=cv2.INTER_AREA).astype("uint8", copy=False)
    if image.shape[:2] == (height, width):
        return image
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR).astype(
        "uint8", copy=False
    )


def whole_view(picture: Picture, width: int, height: int) -> Image:
    """The whole picture at a size; ready where it was fitted to that size before."""
    ready = picture.fitted
    if ready is not None and ready.shape[:2] == (height, width):
        return ready
    return np.ascontiguousarray(fitted(picture.whole, width, height))


def part_view(
    picture: Picture, scale: float, left: float, top: float, size: tuple[int, int]
) -> Image:
    """What a pane shows of a picture that is larger than it, or moved.

    Args:
        picture: The picture.
        scale: Pixels of the screen for one of the picture.
        left: Where the picture's corner lies across the pane, pixels of the screen.
        top: The same down the pane.
        size: Width and height of the pane, pixels of the screen.
    """
    # Places are those of pixel corners, OpenCV's those of their middles.
    across, down = left + 0.5 * scale - 0.5, top + 0.5 * scale - 0.5
    move = np.array([[scale, 0.0, across], [0.0, scale, down]])
    kind = cv2.INTER_LINEAR if scale < _PIXELS_SHOW else cv2.INTER_NEAREST
    seen = cv2.warpAffine(picture.whole, move, size, flags=kind, borderValue=GROUND_RGB)
    return np.asarray(seen, np.uint8)


class NearPictures:
    """The frames around the playhead, bounded in bytes; those farthest from it go first.

    Any thread may use it. Asking for the least recently used, as other caches do, would let go
    of frames fetched ahead just before they are shown.

    Args:
        limit_bytes: Most bytes of pictures to keep.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._kept: dict[int, Picture] = {}
        self._bytes = 0
        self._at = 0
        self._direction = 1
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        """Bytes of pictures kept now."""
        return self._bytes

    def __contains__(self, frame: int) -> bool:
        return frame in self._kept

    def move(self, frame: int, direction: int) -> None:
        """Say where the playhead is, and which way it goes: +1 or -1."""
        with self._lock:
            self._at, self._direction = frame, direction

    def get(self, frame: int) -> Picture | None:
        """A picture, or None where it is not kept."""
        return self._kept.get(frame)

    def put(self, picture: Picture) -> None:
        """Keep a picture, and let go of others as far from the playhead as it needs room."""
        with self._lock:
            self._drop(picture.frame)
            self._kept[picture.frame] = picture
            self._bytes += picture.nbytes
            while self._bytes > self.limit_bytes and len(self._kept) > 1:
                self._drop(max(self._kept, key=self._distance))

    def clear(self) -> None:
        """Let go of all pictures."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def mark(self, kept: BoolArray) -> None:
        """Set True at each frame that is kept; `kept` has shape (frames,)."""
        with self._lock:
            kept[list(self._kept)] = True

    def _drop(self, frame: int) -> None:
        gone = self._kept.pop(frame, None)
        if gone is not None:
            self._bytes -= gone.nbytes

    def _distance(self, frame: int) -> float:
        ahead = (frame - self._at) * self._direction
        # What lies behind is wanted less than what is to come.
        return float(ahead) if ahead >= 0 else -3.0 * ahead
