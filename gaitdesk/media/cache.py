"""Frames that were looked at are kept, bounded in memory, so that stepping among them is quick."""

from __future__ import annotations

import threading
from collections import OrderedDict
from types import TracebackType

import cv2
import numpy as np

from gaitdesk.domain.arrays import Image
from gaitdesk.domain.recording import Video
from gaitdesk.media.video import VideoReader

_QUALITY = 95
_BEFORE, _AFTER = 24, 8


class FrameCache:
    """Frames by number, bounded in bytes; those not asked for longest go first.

    Any thread may use it.

    Args:
        limit_bytes: Most bytes of frames to keep.
        is_exact: Whether frames are kept as they are; otherwise as JPEG of quality 95, about a
            tenth of the size, for the eye and not for measuring.
    """

    def __init__(self, limit_bytes: int = 512_000_000, *, is_exact: bool = True) -> None:
        self.limit_bytes = limit_bytes
        self.is_exact = is_exact
        self._kept: OrderedDict[int, Image] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        """Bytes of frames kept now."""
        return self._bytes

    def __contains__(self, number: int) -> bool:
        return number in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, number: int) -> Image | None:
        """A frame, read-only; None when it is not kept."""
        with self._lock:
            kept = self._kept.get(number)
            if kept is None:
                return None
            self._kept.move_to_end(number)
        return kept if self.is_exact else _unpacked(kept)

    def put(self, number: int, image: Image) -> None:
        """Keep a frame, and let go of as many others as it needs room."""
        # A view would keep alive the whole of what it views.
        kept = (image if image.base is None else image.copy()) if self.is_exact else _packed(image)
        kept.flags.writeable = False
        if kept.nbytes > self.limit_bytes:
            return
        with self._lock:
            before = self._kept.pop(number, None)
            self._bytes += kept.nbytes - (0 if before is None else before.nbytes)
            self._kept[number] = kept
            while self._bytes > self.limit_bytes:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes

    def clear(self) -> None:
        """Let go of all frames."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0


class CachedVideo:
    """A film to step about in: what was seen before, and what lies around it, comes at once.

    A frame not kept is decoded together with those around it, more of them before than after:
    decoding has to come from an earlier keyframe anyway, and stepping back is what costs. Frames
    are kept exactly where the whole film fits, otherwise for the eye. Threads take turns.

    Args:
        video: The film.
        limit_bytes: Most bytes of frames to keep.
    """

    def __init__(self, video: Video, limit_bytes: int = 512_000_000) -> None:
        raw_bytes = 3 * video.width * video.height * video.frame_count
        self.video = video
        self.cache = FrameCache(limit_bytes, is_exact=raw_bytes <= limit_bytes)
        self._reader = VideoReader(video)
        self._lock = threading.Lock()

    def __enter__(self) -> CachedVideo:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End decoding and let go of all frames."""
        with self._lock:
            self._reader.close()
            self.cache.clear()

    def frame(self, number: int) -> Image:
        """One frame, counted from 0, read-only.

        Raises:
            IndexError: The film has no such frame.
            VideoUnreadable: The film can no longer be decoded.
        """
        if not 0 <= number < self.video.frame_count:
            raise IndexError(f"frame {number} of {self.video.frame_count}")
        kept = self.cache.get(number)
        if kept is not None:
            return kept
        with self._lock:
            kept = self.cache.get(number)
            return self._decoded(number) if kept is None else kept

    def _decoded(self, number: int) -> Image:
        first = max(0, number - _BEFORE)
        last = min(self.video.frame_count - 1, number + _AFTER)
        while first < number and first in self.cache:
            first += 1
        while last > number and last in self.cache:
            last -= 1
        wanted: Image | None = None
        for i, image in self._reader.frames(first, last + 1):
            self.cache.put(i, image)
            if i == number:
                wanted = image
        assert wanted is not None
        wanted.flags.writeable = False
        return wanted


def _packed(image: Image) -> Image:
    _, packed = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    )
    return np.asarray(packed, np.uint8)


def _unpacked(kept: Image) -> Image:
    image = cv2.imdecode(kept, cv2.IMREAD_COLOR_RGB)
    assert image is not None
    image.flags.writeable = False
    return np.asarray(image, np.uint8)
