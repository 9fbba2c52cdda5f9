"""The thread that brings a film's frames to the window, decoded and as the pane shows them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QThread, Signal

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.recording import Video
from gaitdesk.media.cache import FrameCache
from gaitdesk.media.places import Places
from gaitdesk.media.video import VideoReader
from gaitdesk.ui.viewer.memory import near_bytes_for, physical_bytes
from gaitdesk.ui.viewer.pictures import NearPictures, Picture
from gaitdesk.ui.viewer.slides import Staging, fitted, slide_of

NEAR_BYTES = near_bytes_for(physical_bytes())
"""Most memory of the frames around the playhead, a film, whole and as the pane shows them.

A sixteenth of the machine's memory, at least 320 MB and at most 1.2 GB; see
`gaitdesk.ui.viewer.memory`.
"""
FAR_BYTES = 160_000_000
"""Most memory of the rest of a film, kept as JPEG: about 500 frames of 720p."""

# Of the frames kept near, so many lie behind the playhead.
_SHARE_BEHIND = 0.3
# So much of the memory for them is for slides, but never fewer than these.
_SHARE_SLIDES = 0.2
_FEWEST_SLIDES, _MOST_SLIDES = 14, 48
# While a film plays, so many frames are fetched at a time; one by one would cost far more, and all
# at once would take the processor from what is being shown.
_PLAYED_RUN = 8
# Frames are fetched so far ahead while a film plays, and the rest of it when it stands.
_ENOUGH_S = 2.0
# The rest of a film is fetched when nobody has stepped for so long.
_REST_S = 0.7
# So long after a step the window has the processor to itself, unless frames close by are missing.
_STEP_S = 0.12
_CLOSE = 6
_MOST_RUN = 48
# With fewer frames than these at hand while a film plays, new ones take the memory of those gone
# by, all but so many: fresh memory costs more time than there is.
_COMFORTABLE = 12
_BEHIND_IN_NEED = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What became of a request.

    Attributes:
        request: Number of the request, as `FrameLoader.ask` gave it.
        frame: The frame asked for, from 0.
        picture: The frame; None where it cannot be had.
        error: Why not, for people.
    """

    request: int
    frame: int
    picture: Picture | None
    error: str = ""


class FrameLoader(QThread):
    """Decodes the frame asked for last, then those around it, then the rest of the film.

    What was asked for meanwhile is forgotten: only the newest request is answered. Each loader
    keeps at most `NEAR_BYTES` + `FAR_BYTES` of frames, six more on their way from the decoding
    process, and 32 MB of memory that frames have left for others to come.

    Signals:
        answered: An `Answer`.
        thumbnail_made: Frame number and small picture.
        kept_changed: More frames can be shown at once than before.
    """

    answered = Signal(object)
    thumbnail_made = Signal(int, object)
    kept_changed = Signal()

    def __init__(
        self, video: Video, near_bytes: int = NEAR_BYTES, far_bytes: int = FAR_BYTES
    ) -> None:
        super().__init__()
        self.video = video
        self.near = NearPictures(near_bytes)
        self.far = FrameCache(far_bytes, is_exact=False)
        self._places = Places()
        self._reader = VideoReader(video, self._places)
        self._changed = threading.Condition()
        self._is_closing = False
        self._pending: tuple[int, int] | None = None
        self._requests = 0
        self._at, self._direction, self._is_playing = 0, 1, False
        self._loop = range(0)
        self._asked_at = time.monotonic()
        self._staging: Staging | None = None
        # Frames whose slides, where they are kept, are of this staging.
        self._staged: tuple[Staging | None, set[int]] = (None, set())
        self._thumbnails: dict[int, int] = {}
        self._has_failed = False
        self._is_far_full = False
        self._is_put_off = False
        self._near_frames = self._slides_kept = 0
        self._share_out()

    # Called by the window.

    def ask(
        self, frame: int, direction: int = 1, *, is_playing: bool = False
    ) -> tuple[int, Picture | None]:
        """Ask for a frame; the number of the request, and the picture if it is at hand.

        Args:
            frame: Number of the frame, from 0.
            direction: +1 when later frames will be wanted next, -1 when earlier ones.
            is_playing: Whether more requests follow at once.
        """
        picture = self.near.get(frame)
        with self._changed:
            self._requests += 1
            request = self._requests
            self._at, self._direction = frame, 1 if direction >= 0 else -1
            self._is_playing = is_playing
            self._asked_at = time.monotonic()
            self._has_failed = False
            self.near.move(frame, self._direction, self._loop if is_playing else range(0))
            self._pending = None if picture is not None else (request, frame)
            self._changed.notify()
        return request, picture

    def stage(self, staging: Staging) -> None:
        """From now on also make pictures as a pane shows them; those kept are made anew."""
        with self._changed:
            self._staging = staging
            self._share_out()
            self._changed.notify()

    def repeat(self, loop: range) -> None:
        """These frames will be played again and again; an empty range ends that."""
        with self._changed:
            self._loop = loop

    def want_thumbnails(self, frames: Iterable[int], height: int) -> None:
        """Make small pictures of these frames when there is time, and announce each."""
        with self._changed:
            self._thumbnails = dict.fromkeys(frames, height)
            self._changed.notify()

    def kept(self) -> BoolArray:
        """Which frames can be shown at once, shape (frames,)."""
        kept = np.array([i in self.far for i in range(self.video.frame_count)], np.bool_)
        self.near.mark(kept)
        return kept

    @property
    def used_bytes(self) -> int:
        """Memory of the frames kept."""
        return self.near.used_bytes + self.far.used_bytes

    def stop(self) -> None:
        """Leave as soon as possible; returns at once."""
        with self._changed:
            self._is_closing = True
            self._pending = None
            self._changed.notify()

    def close(self) -> None:
        """Leave, and wait until the thread and its decoding process are gone."""
        self.stop()
        self.wait()

    # What the thread does.

    def run(self) -> None:
        """Answer and fetch until told to leave."""
        try:
            while not self._is_closing:
                wanted = self._taken()
                if wanted is not None:
                    self._answer(*wanted)
                elif not self._fetched_more():
                    self._rest()
        finally:
            self._reader.close()
            self.near.clear()
            self.far.clear()
            self._places.clear()

    def _share_out(self) -> None:
        """Share the memory out between frames and slides, and those ahead and behind."""
        limit_bytes, slide_bytes = self.near.limit_bytes, 0
        if self._staging is not None:
            width, height = self._staging.pane_px
            slide_bytes = 4 * width * height
            fitting = int(_SHARE_SLIDES * limit_bytes) // slide_bytes
            self._slides_kept = min(max(_FEWEST_SLIDES, fitting), _MOST_SLIDES)
            self.near.most_slides = self._slides_kept + 2
        limit_bytes -= self._slides_kept * slide_bytes
        fitting = max(4, limit_bytes // (3 * self.video.width * self.video.height) - 2)
        # What is let go of must never be what would be fetched again.
        behind = int(fitting * _SHARE_BEHIND)
        self.near.weight_behind = (fitting - behind - 1) / behind
        self._near_frames = fitting

    def _taken(self) -> tuple[int, int] | None:
        with self._changed:
            wanted, self._pending = self._pending, None
            return wanted

    def _rest(self) -> None:
        with self._changed:
            if self._is_closing or self._pending is not None:
                return
            if self._is_put_off:
                self._changed.wait(_STEP_S)
            else:
                self._changed.wait(0.2 if self._has_more_to_fetch() else None)

    def _has_more_to_fetch(self) -> bool:
        return not self._has_failed and (self._has_far_to_fetch() or bool(self._thumbnails))

    def _has_far_to_fetch(self) -> bool:
        return not self._is_far_full and not self._fits_near

    @property
    def _fits_near(self) -> bool:
        """Whether the whole film is kept near."""
        return self.video.frame_count <= self._near_frames

    def _answer(self, request: int, frame: int) -> None:
        try:
            picture = self._picture(frame)
        except GaitDeskError as error:
            self._has_failed = True
            self.answered.emit(Answer(request, frame, None, str(error)))
            return
        self.answered.emit(Answer(request, frame, picture))

    def _picture(self, frame: int) -> Picture:
        kept = self.near.get(frame)
        if kept is not None:
            return kept
        image = self.far.get(frame)
        return self._keep(frame, self._reader.frame(frame) if image is None else image)

    def _keep(self, frame: int, image: Image) -> Picture:
        """Put a picture among the near ones, as the pane shows it as well."""
        image.flags.writeable = False
        picture = Picture(frame, image)
        if self._staging is not None and self.near.distance(frame) < self._slides_kept // 2:
            picture = self._with_slide(picture, self._staging)
        self.near.put(picture)
        self._make_thumbnail(frame, image)
        return picture

    def _with_slide(self, picture: Picture, staging: Staging) -> Picture:
        """The same picture with its slide, the one it has where that is still right."""
        if staging is not self._staged[0]:
            self._staged = (staging, set())
        self._staged[1].add(picture.frame)
        showing = staging.showing(picture.frame)
        if picture.slide is not None and picture.slide.showing == showing:
            return picture
        slide = slide_of(picture.whole, showing, self._places)
        return Picture(picture.frame, picture.whole, slide)

    def _make_thumbnail(self, frame: int, image: Image) -> None:
        height = self._thumbnails.pop(frame, None)
        if height:
            width = max(1, round(height * image.shape[1] / image.shape[0]))
            self.thumbnail_made.emit(frame, fitted(image, width, height))

    def _taken_if(self, frame: int) -> int | None:
        """Number of the request that waits for a frame, which is taken; None for none."""
        with self._changed:
            if self._pending is None or self._pending[1] != frame:
                return None
            (request, _), self._pending = self._pending, None
            return request

    def _is_wanted_elsewhere(self, coming: range = range(0)) -> bool:
        """Whether to leave off: for good, or for a frame that is not among those coming.

        One that is coming is sooner reached by going on than by beginning anew.
        """
        pending = self._pending
        return self._is_closing or (pending is not None and pending[1] not in coming)

    def _fetched_more(self) -> bool:
        """Fetch some frames that may be wanted soon; False where there are none."""
        if self._has_failed:
            return False
        try:
            if self._staged_anew():
                return True
            self._is_put_off = self._is_stepped_through()
            if self._is_put_off:
                return False
            if self._fetched_near():
                return True
            if self._is_playing or time.monotonic() - self._asked_at < _REST_S:
                return False
            return self._fetched_far() or self._fetched_thumbnail()
        except GaitDeskError as error:
            _log.info("reading ahead stopped: %s", type(error).__name__)
            self._has_failed = True
            return False

    def _is_stepped_through(self) -> bool:
        """Whether somebody steps, and finds the frames they step to at hand."""
        if self._is_playing or time.monotonic() - self._asked_at >= _STEP_S:
            return False
        return all(frame in self.near for frame in self._close())

    def _close(self) -> range:
        """Frames that a few steps either way lead to."""
        return range(self.video.frame_count)[max(0, self._at - _CLOSE) : self._at + _CLOSE + 1]

    def _to_come(self) -> tuple[range, ...]:
        """Frames to come as far as they fit into memory, in the order they are wanted."""
        at, step, loop = self._at, self._direction, self._loop
        room = self._near_frames if self._fits_near else self._near_frames - self._room_behind
        if not self._is_playing or at not in loop:
            return (range(at, self.video.frame_count if step > 0 else -1, step)[:room],)
        ahead = range(at, loop.stop if step > 0 else loop.start - 1, step)
        again = (loop if step > 0 else loop[::-1])[: len(loop) - len(ahead)]
        room = self._near_frames
        return ahead[:room], again[: max(0, room - len(ahead))]

    def _behind(self) -> range:
        """Frames that were just seen, in the order they would be wanted."""
        at, step = self._at, -self._direction
        return range(at, self.video.frame_count if step > 0 else -1, step)[
            1 : 1 + self._room_behind
        ]

    @property
    def _room_behind(self) -> int:
        return int(self._near_frames * (1.0 if self._fits_near else _SHARE_BEHIND))

    def _fetched_near(self) -> bool:
        to_come = self._to_come()
        parts = to_come if self._is_playing else (*to_come, self._behind())
        passed = 0
        for part in parts:
            first = next((i for i, frame in enumerate(part) if frame not in self.near), None)
            if first is None:
                passed += len(part)
                continue
            run = self._run(part[first:])
            ahead, enough = passed + first, round(_ENOUGH_S * (self.video.fps or 30.0))
            is_soon = ahead < sum(map(len, to_come)) // 2
            if self._is_playing:
                # Both cores are needed for what is shown now.
                if ahead >= enough or (len(run) < _PLAYED_RUN and not is_soon):
                    return False
                if 2 * ahead > enough:
                    run = run[:_PLAYED_RUN] if self._direction > 0 else run[-_PLAYED_RUN:]
            self._read_run(run)
            return True
        return False

    def _run(self, order: range) -> range:
        """The missing frames at the beginning of an order, as one run from first to last."""
        kept = (i for i, frame in enumerate(order[:_MOST_RUN]) if frame in self.near)
        run = order[: next(kept, _MOST_RUN)]
        return run if run.step > 0 else run[::-1]

    def _staged_anew(self) -> bool:
        """Make one picture, the one wanted first, as the pane shows it now; False for none."""
        staging = self._staging
        if staging is None:
            return False
        right = self._staged[1] if staging is self._staged[0] else ()
        # Each step may turn the other way, and with it what is nearest.
        near = self._close() if self._is_stepped_through() else None
        for frame in self.near.nearest(self._slides_kept) if near is None else near:
            picture = self.near.get(frame)
            if picture is None or (picture.slide is not None and frame in right):
                continue
            self.near.put(self._with_slide(picture, staging))
            return True
        return False

    def _read_run(self, run: range) -> None:
        # Decoding on is quicker than unpacking, but going back or about is not.
        is_straight_on = self._is_playing and self._direction > 0
        if not is_straight_on and all(frame in self.far for frame in run):
            for frame in run if self._direction > 0 else reversed(run):
                image = self.far.get(frame)
                if self._is_wanted_elsewhere() or image is None:
                    return
                self._keep(frame, image)
            return
        for frame, image in self._reader.frames(run.start, run.stop):
            wanted = self._taken_if(frame)
            is_late = is_straight_on and wanted is None and frame < self._at
            if not is_late:
                picture = self._keep(frame, image)
                if wanted is not None:
                    self.answered.emit(Answer(wanted, frame, picture))
            if self._is_wanted_elsewhere(run[frame - run.start + 1 :]):
                return
            self._staged_anew()
            if self._is_stepped_through():
                return
            self._recycle()
            if not any(frame in part for part in (*self._to_come(), self._behind())):
                return
        self.kept_changed.emit()

    def _recycle(self) -> None:
        """Let the frame that comes next take the memory of one gone by, where time is short."""
        if not self._is_playing or self._loop:
            return
        ahead = range(self._at, self.video.frame_count)
        if self._direction < 0:
            ahead = range(self._at, -1, -1)
        if any(frame not in self.near for frame in ahead[:_COMFORTABLE]):
            self.near.drop_behind(_BEHIND_IN_NEED)

    def _fetched_far(self) -> bool:
        """Put the next frames of the film aside as JPEG, from the start on, while there is room."""
        if not self._has_far_to_fetch():
            return False
        missing = next((i for i in range(self.video.frame_count) if i not in self.far), None)
        if missing is None:
            self._is_far_full = True
            return False
        for frame, image in self._reader.frames(missing):
            if frame not in self.far:
                self._make_thumbnail(frame, image)
                before = self.far.used_bytes
                self.far.put(frame, image)
                # A cache that lets go of one frame for another is full.
                if self.far.used_bytes <= before or self._is_nearly_full():
                    self._is_far_full = True
                    return True
            if self._is_wanted_elsewhere() or self._is_stepped_through():
                return True
            if (frame + 1) % 16 == 0:
                self.kept_changed.emit()
        self.kept_changed.emit()
        return True

    def _is_nearly_full(self) -> bool:
        return self.far.used_bytes > 0.95 * self.far.limit_bytes

    def _fetched_thumbnail(self) -> bool:
        frame = next(iter(self._thumbnails), None)
        if frame is None:
            return False
        near = self.near.get(frame)
        image = self.far.get(frame) if near is None else near.whole
        self._make_thumbnail(frame, self._reader.frame(frame) if image is None else image)
        return True
