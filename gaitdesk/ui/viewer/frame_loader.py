"""The thread that brings a film's frames to the window, decoded and as the pane shows them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QThread, Signal

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.recording import Video
from gaitdesk.media.cache import FrameCache
from gaitdesk.media.places import Places
from gaitdesk.media.video import VideoReader
from gaitdesk.ui.viewer.fetch_order import FetchOrder, Room
from gaitdesk.ui.viewer.memory import near_bytes_for, physical_bytes
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.right_of_way import RightOfWay
from gaitdesk.ui.viewer.slides import Staging, fitted
from gaitdesk.ui.viewer.staged_pictures import StagedPictures

NEAR_BYTES = near_bytes_for(physical_bytes())
"""Most memory of the frames around the playhead, a film, whole and as the pane shows them.

A sixteenth of the machine's memory, at least 320 MB and at most 1.2 GB; see
`gaitdesk.ui.viewer.memory`.
"""
FAR_BYTES = 160_000_000
"""Most memory of the rest of a film, kept as JPEG: about 500 frames of 720p."""

# The rest of a film is fetched when nobody has stepped for so long.
_REST_S = 0.7
# So long after a step the window has the processor to itself, unless frames close by are missing.
_STEP_S = 0.12
# While a film plays, a frame takes the memory of one gone by, all but so many: fresh memory costs
# more time than decoding does.
_BEHIND_IN_PLAY = 8
# While a film plays, so many of the next frames are made ready before others are fetched.
_READY = 12
# So many frames are fetched at once from one that is late while a film plays.
_LATE_RUN = 16
# The time a frame takes to come is that of so many of the last ones.
_PACED_BY = 12

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

    Args:
        video: The film.
        near_bytes, far_bytes: See `NEAR_BYTES` and `FAR_BYTES`.
        right_of_way: What the window takes while it paints; None for a loader by itself.

    Signals:
        answered: An `Answer`.
        thumbnail_made: Frame number and small picture.
        kept_changed: More frames can be shown at once than before.
    """

    answered = Signal(object)
    thumbnail_made = Signal(int, object)
    kept_changed = Signal()

    def __init__(
        self,
        video: Video,
        near_bytes: int = NEAR_BYTES,
        far_bytes: int = FAR_BYTES,
        right_of_way: RightOfWay | None = None,
    ) -> None:
        super().__init__()
        self.video = video
        self.far = FrameCache(far_bytes, is_exact=False)
        self._right_of_way = RightOfWay() if right_of_way is None else right_of_way
        self._places = Places()
        self._staged = StagedPictures(near_bytes, self._places)
        self.near = self._staged.near
        self._reader = VideoReader(video, self._places, gives_way=True)
        self._changed = threading.Condition()
        self._is_closing = False
        self._pending: tuple[int, int] | None = None
        self._requests = 0
        self._order = FetchOrder(video.frame_count, self._shared_out())
        self._loop = range(0)
        self._asked_at = time.monotonic()
        self._frame_s = 0.0
        self._thumbnails: dict[int, int] = {}
        self._has_failed = False
        self._is_far_full = False
        self._is_put_off = False

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
            self._order = replace(
                self._order,
                at=frame,
                direction=1 if direction >= 0 else -1,
                is_playing=is_playing,
                loop=self._loop if is_playing else range(0),
            )
            self._asked_at = time.monotonic()
            self._has_failed = False
            self.near.move(frame, self._order.direction, self._order.loop)
            self._pending = None if picture is not None else (request, frame)
            self._changed.notify()
        return request, picture

    def stage(self, staging: Staging) -> None:
        """From now on also make pictures as a pane shows them; those kept are made anew."""
        with self._changed:
            self._staged.stage(staging)
            self._order = replace(self._order, room=self._shared_out())
            self._changed.notify()

    def repeat(self, loop: range) -> None:
        """These frames will be played again and again; an empty range ends that."""
        with self._changed:
            self._loop = loop
            if self._order.is_playing:
                self._order = replace(self._order, loop=loop)

    def reach(self, frames: int) -> None:
        """Fetch so many frames ahead while the film plays."""
        with self._changed:
            self._order = replace(self._order, reach=frames)
            self._changed.notify()

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
    def room_ahead(self) -> int:
        """So many frames to come find room in memory, and are fetched while the film is held."""
        return self._order.sure_ahead

    @property
    def has_failed(self) -> bool:
        """Whether frames have ceased to come, as where the film is gone."""
        return self._has_failed

    @property
    def frames_a_second(self) -> float:
        """How fast frames have come lately, decoded and as the pane shows them; 0 for not yet."""
        return 1.0 / self._frame_s if self._frame_s else 0.0

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

    def _shared_out(self) -> Room:
        """The memory shared out between frames and slides, as the pane is now."""
        video = self.video
        room = Room.shared_out(
            self.near.limit_bytes, (video.width, video.height), self._staged.pane_px
        )
        self.near.weight_behind = room.weight_behind
        self._staged.slides = room.slides
        if room.slides:
            self.near.most_slides = room.slides + 2
        return room

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
        return not self._is_far_full and not self._order.fits

    def _answer(self, request: int, frame: int) -> None:
        is_onwards = self._order.is_playing and self._order.direction > 0
        try:
            if is_onwards and frame not in self.near and frame not in self.far:
                # One by one, frames that are late would only ever become later.
                last = min(frame + _LATE_RUN, self.video.frame_count)
                self._read_run(range(frame, last), request)
                return
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
        """Put a frame among the near ones."""
        picture = self._staged.keep(frame, image)
        if not self._order.is_playing:
            self._make_thumbnail(frame, image)
        return picture

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
            # Each step may turn the other way, and with it what is nearest.
            close = self._order.close() if self._is_stepped_through() else None
            self._stand_aside()
            if self._is_fetching_due() and self._fetched_near():
                return True
            if self._staged.make_one_anew(close):
                return True
            self._is_put_off = self._is_stepped_through()
            if self._is_put_off:
                return False
            if self._fetched_near():
                return True
            if self._order.is_playing or time.monotonic() - self._asked_at < _REST_S:
                return False
            return self._fetched_far() or self._fetched_thumbnail()
        except GaitDeskError as error:
            _log.info("reading ahead stopped: %s", type(error).__name__)
            self._has_failed = True
            return False

    def _is_stepped_through(self) -> bool:
        """Whether somebody steps, and finds the frames they step to at hand."""
        if self._order.is_playing or time.monotonic() - self._asked_at >= _STEP_S:
            return False
        return all(frame in self.near for frame in self._order.close())

    def _fetched_near(self) -> bool:
        run = self._order.next_run(self.near.__contains__)
        if run is None:
            return False
        self._read_run(run)
        return True

    def _read_run(self, run: range, request: int | None = None) -> None:
        """Decode a run of frames, and answer what is asked for on the way.

        Args:
            run: The frames, from the first to the last.
            request: Number of the request for the first of them; None for none.
        """
        # Decoding on is quicker than unpacking, but going back or about is not.
        is_onwards = self._order.is_playing and self._order.direction > 0
        if not is_onwards and all(frame in self.far for frame in run):
            for frame in run if self._order.direction > 0 else reversed(run):
                image = self.far.get(frame)
                if self._is_wanted_elsewhere() or image is None:
                    return
                self._keep(frame, image)
            return
        begun = time.perf_counter()
        for frame, image in self._reader.frames(run.start, run.stop):
            wanted = self._taken_if(frame)
            if request is not None and frame == run.start:
                wanted = request
            is_late = is_onwards and wanted is None and frame < self._order.at
            if not is_late:
                picture = self._keep(frame, image)
                if wanted is not None:
                    self.answered.emit(Answer(wanted, frame, picture))
            if self._is_wanted_elsewhere(run[frame - run.start + 1 :]):
                return
            if self._is_stepped_through():
                self._staged.make_one_anew(self._order.close())
                return
            self._stand_aside()
            if not self._is_fetching_due():
                self._staged.make_one_anew()
            if self._order.is_straight_on:
                self.near.drop_behind(_BEHIND_IN_PLAY)
            begun = self._paced(begun)
            self._stand_aside()
            if not self._order.is_wanted(frame):
                return
        self.kept_changed.emit()

    def _stand_aside(self) -> None:
        """Let the window paint first, unless what it will paint soon is not there."""
        if self._right_of_way.is_taken and self._is_ready() and not self._is_fetching_due():
            self._right_of_way.stand_aside()

    def _is_ready(self) -> bool:
        """Whether a film plays, and the next frames are there as the pane shows them."""
        order = self._order
        frame = order.at + order.direction * _READY
        coming = self.near.get(frame)
        is_made = coming is not None and coming.slide is not None
        return order.is_playing and (is_made or not 0 <= frame < order.count)

    def _is_fetching_due(self) -> bool:
        """Whether fetching comes before making more frames ready, of which there are enough."""
        return self._order.is_short(self.near.__contains__) and self._is_ready()

    def _paced(self, begun: float) -> float:
        """Note how long a frame took since `begun`; gives the time now."""
        now = time.perf_counter()
        took_s = now - begun
        before_s = self._frame_s or took_s
        self._frame_s = before_s + (took_s - before_s) / _PACED_BY
        return now

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
