"""Brings the frames wanted of each film to the window; the newest wish wins."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.domain.recording import Video
from gaitdesk.ui.viewer.frame_loader import FAR_BYTES, NEAR_BYTES, Answer, FrameLoader
from gaitdesk.ui.viewer.right_of_way import RightOfWay
from gaitdesk.ui.viewer.slides import Staging

# A frame that comes sooner than this is not announced as being waited for.
_PATIENCE_MS = 150


@dataclass(slots=True)
class _Reel:
    """One film's loader, and what was asked of it.

    Attributes:
        loader: The thread that decodes.
        wanted: Frame wanted now.
        answered: Number of the request whose answer is shown.
        is_waiting: Whether the frame wanted has not come.
        is_playing: Whether more frames were to follow at once.
    """

    loader: FrameLoader
    wanted: int = -1
    answered: int = 0
    is_waiting: bool = False
    is_playing: bool = False


class Projector(QObject):
    """Keeps a loader for each film shown.

    Attributes:
        right_of_way: What the window takes while it paints frames of films that play.

    Signals:
        pictured: Slot and `Picture` to show.
        failed: Slot and why there is no picture.
        delayed: Slot whose picture takes a while to come.
        thumbnail_made: Slot, frame, small picture.
    """

    pictured = Signal(int, object)
    failed = Signal(int, str)
    delayed = Signal(int)
    thumbnail_made = Signal(int, int, object)

    def __init__(
        self,
        parent: QObject | None = None,
        near_bytes: int = NEAR_BYTES,
        far_bytes: int = FAR_BYTES,
    ) -> None:
        super().__init__(parent)
        self._near_bytes, self._far_bytes = near_bytes, far_bytes
        self.right_of_way = RightOfWay()
        self._reels: list[_Reel] = []
        self._leaving: set[FrameLoader] = set()
        self._all: set[FrameLoader] = set()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._announce_delays)
        # A window that is taken down without being closed must not leave threads behind.
        self.destroyed.connect(functools.partial(_close_all, self._all))

    @property
    def is_waiting(self) -> bool:
        """Whether a film is yet to show the frame that is wanted."""
        return any(reel.is_waiting for reel in self._reels)

    def set_films(self, videos: Sequence[Video]) -> None:
        """Show these films; loaders of films shown before, in the same slot, go on."""
        for slot, reel in enumerate(self._reels):
            if slot >= len(videos) or not _is_same(reel.loader.video, videos[slot]):
                self._dismiss(reel.loader)
        self._reels = [
            self._reels[slot]
            if slot < len(self._reels) and self._reels[slot].loader not in self._leaving
            else _Reel(self._hired(video))
            for slot, video in enumerate(videos)
        ]

    def want(self, slot: int, frame: int, direction: int, *, is_playing: bool) -> None:
        """Show a frame as soon as it can be had; `pictured` follows, at once where it is kept."""
        reel = self._reels[slot]
        is_same = frame == reel.wanted and is_playing == reel.is_playing
        if is_same and (is_playing or not reel.is_waiting):
            return
        request, picture = reel.loader.ask(frame, direction, is_playing=is_playing)
        reel.wanted, reel.is_playing = frame, is_playing
        reel.is_waiting = picture is None
        if picture is not None:
            reel.answered = request
            self.pictured.emit(slot, picture)
        elif not self._patience.isActive():
            self._patience.start()

    def forget(self, slot: int) -> None:
        """Let the next wish be fulfilled even where it is the same as the last."""
        self._reels[slot].wanted = -1

    def stage(self, slot: int, staging: Staging) -> None:
        """Make pictures of a film as its pane shows them."""
        if slot < len(self._reels):
            self._reels[slot].loader.stage(staging)

    def repeat(self, slot: int, loop: range) -> None:
        """Frames of a film that will be played again and again; an empty range ends that."""
        if slot < len(self._reels):
            self._reels[slot].loader.repeat(loop)

    def reach(self, slot: int, frames: int) -> None:
        """Fetch so many frames of a film ahead while it plays."""
        self._reels[slot].loader.reach(frames)

    def room_ahead(self, slot: int) -> int:
        """So many frames of a film, from the one shown on, find room in memory."""
        return self._reels[slot].loader.room_ahead

    def has_failed(self, slot: int) -> bool:
        """Whether frames of a film have ceased to come."""
        return self._reels[slot].loader.has_failed

    def frames_a_second(self, slot: int) -> float:
        """How fast frames of a film have come lately; 0 for not known."""
        return self._reels[slot].loader.frames_a_second

    def want_thumbnails(self, slot: int, frames: Iterable[int], height: int) -> None:
        """Make small pictures of a film when there is time."""
        if slot < len(self._reels):
            self._reels[slot].loader.want_thumbnails(frames, height)

    def kept(self, slot: int) -> BoolArray:
        """Which frames of a film can be shown at once, shape (frames,)."""
        if slot >= len(self._reels):
            return np.zeros(0, np.bool_)
        return self._reels[slot].loader.kept()

    @property
    def used_bytes(self) -> int:
        """Memory of all frames kept."""
        return sum(reel.loader.used_bytes for reel in self._reels)

    @property
    def limit_bytes(self) -> int:
        """Most memory the frames of the films shown may take."""
        return len(self._reels) * (self._near_bytes + self._far_bytes)

    @property
    def is_over(self) -> bool:
        """Whether no thread is left."""
        return not self._all

    def stop(self) -> None:
        """Let go of all films without waiting for their threads."""
        self.set_films(())

    def close(self) -> None:
        """Let go of all films, and wait until no thread is left."""
        self.stop()
        _close_all(self._all)
        self._leaving.clear()

    def _hired(self, video: Video) -> FrameLoader:
        loader = FrameLoader(video, self._near_bytes, self._far_bytes, self.right_of_way)
        loader.answered.connect(functools.partial(self._on_answered, loader))
        loader.thumbnail_made.connect(functools.partial(self._on_thumbnail, loader))
        loader.finished.connect(functools.partial(self._on_finished, loader))
        self._all.add(loader)
        loader.start()
        return loader

    def _dismiss(self, loader: FrameLoader) -> None:
        self._leaving.add(loader)
        loader.stop()

    def _slot_of(self, loader: FrameLoader) -> int | None:
        return next((i for i, reel in enumerate(self._reels) if reel.loader is loader), None)

    def _on_answered(self, loader: FrameLoader, answer: Answer) -> None:
        slot = self._slot_of(loader)
        if slot is None or answer.request <= self._reels[slot].answered:
            return
        reel = self._reels[slot]
        reel.answered = answer.request
        # An answer overtaken by a newer wish is shown all the same: better late than frozen.
        reel.is_waiting = answer.frame != reel.wanted
        if answer.picture is None:
            self.failed.emit(slot, answer.error)
        else:
            self.pictured.emit(slot, answer.picture)

    def _on_thumbnail(self, loader: FrameLoader, frame: int, image: Image) -> None:
        slot = self._slot_of(loader)
        if slot is not None:
            self.thumbnail_made.emit(slot, frame, image)

    def _on_finished(self, loader: FrameLoader) -> None:
        self._leaving.discard(loader)
        self._all.discard(loader)

    def _announce_delays(self) -> None:
        for slot, reel in enumerate(self._reels):
            if reel.is_waiting:
                self.delayed.emit(slot)


def _is_same(one: Video, other: Video) -> bool:
    return (
        one.path == other.path
        and one.sha256 == other.sha256
        and one.rotation_deg == other.rotation_deg
        and one.is_mirrored == other.is_mirrored
        and np.array_equal(one.times_s, other.times_s)
    )


def _close_all(loaders: set[FrameLoader], *_: object) -> None:
    for loader in loaders:
        loader.stop()
    for loader in tuple(loaders):
        loader.wait()
    loaders.clear()
