"""Decoded frames around the playhead, whole and as the pane shows them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.ui.viewer.slides import Slide

GROUND_RGB = (17, 19, 23)
"""Behind films."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One frame of a film, ready to be shown.

    Attributes:
        frame: Its number, from 0.
        whole: The upright picture, read-only.
        slide: The same as the pane shows it; None where it has not been made.
    """

    frame: int
    whole: Image
    slide: Slide | None = None

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.whole.nbytes + (0 if self.slide is None else self.slide.pixels.nbytes)


class NearPictures:
    """The frames around the playhead, bounded in bytes; those farthest from it go first.

    Slides are kept for the nearest of them alone: one is made anew sooner than a frame is decoded,
    and without its slide a frame takes half the memory.

    Any thread may use it. Asking for the least recently used, as other caches do, would let go
    of frames fetched ahead just before they are shown.

    Args:
        limit_bytes: Most bytes of pictures to keep.

    Attributes:
        weight_behind: A frame behind counts as so many times as far as one ahead.
        most_slides: So many slides are kept.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.weight_behind = 3.0
        self.most_slides = 1_000
        self._kept: dict[int, Picture] = {}
        self._staged: set[int] = set()
        self._bytes = 0
        self._at = 0
        self._direction = 1
        self._loop = range(0)
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        """Bytes of pictures kept now."""
        return self._bytes

    def __contains__(self, frame: int) -> bool:
        return frame in self._kept

    def move(self, frame: int, direction: int, loop: range = range(0)) -> None:
        """Say where the playhead is.

        Args:
            frame: The frame shown.
            direction: Which way it goes: +1 or -1.
            loop: Frames that are played again and again; empty for none.
        """
        with self._lock:
            self._at, self._direction, self._loop = frame, direction, loop

    def get(self, frame: int) -> Picture | None:
        """A picture, or None where it is not kept."""
        return self._kept.get(frame)

    def put(self, picture: Picture) -> None:
        """Keep a picture, and let go of others as far from the playhead as it needs room."""
        with self._lock:
            self._replace(picture)
            while len(self._staged) > self.most_slides:
                held = self._kept[max(self._staged, key=self.distance)]
                self._replace(Picture(held.frame, held.whole))
            while self._bytes > self.limit_bytes and len(self._kept) > 1:
                self._drop(max(self._kept, key=self.distance))

    def drop_behind(self, count: int) -> None:
        """Let go of the frame farthest behind, unless it is one of the last so many."""
        with self._lock:
            farthest = min(self._kept, key=self._ahead, default=self._at)
            if -self._ahead(farthest) > count:
                self._drop(farthest)

    def clear(self) -> None:
        """Let go of all pictures."""
        with self._lock:
            self._kept.clear()
            self._staged.clear()
            self._bytes = 0

    def frames(self) -> tuple[int, ...]:
        """Numbers of the frames kept."""
        with self._lock:
            return tuple(self._kept)

    def distance(self, frame: int) -> float:
        """How far a frame is from being wanted; what lies behind is wanted less."""
        ahead = self._ahead(frame)
        if self._at in self._loop:
            if frame not in self._loop:
                return float(len(self._loop) + abs(ahead))
            return float(ahead % len(self._loop))
        return float(ahead) if ahead >= 0 else -self.weight_behind * ahead

    def nearest(self, count: int) -> Iterator[int]:
        """Numbers of frames in the order they are wanted, kept or not, in the film or not."""
        at, step, loop = self._at, self._direction, self._loop
        if at in loop:
            place = loop.index(at)
            return itertools.islice(
                (loop[(place + step * i) % len(loop)] for i in range(len(loop))), count
            )
        behind = round(count / (1.0 + self.weight_behind))
        ahead = range(at, at + step * (count - behind), step)
        return itertools.chain(ahead, range(at - step, at - step * (behind + 1), -step))

    def _ahead(self, frame: int) -> int:
        return (frame - self._at) * self._direction

    def mark(self, kept: BoolArray) -> None:
        """Set True at each frame that is kept; `kept` has shape (frames,)."""
        with self._lock:
            kept[list(self._kept)] = True

    def _replace(self, picture: Picture) -> None:
        self._drop(picture.frame)
        self._kept[picture.frame] = picture
        self._bytes += picture.nbytes
        if picture.slide is not None:
            self._staged.add(picture.frame)

    def _drop(self, frame: int) -> None:
        gone = self._kept.pop(frame, None)
        self._staged.discard(frame)
        if gone is not None:
            self._bytes -= gone.nbytes
