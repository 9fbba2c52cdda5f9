"""The films while they play: frames counted, loops fetched in time, and where they stand after."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gaitdesk.ui.viewer.playback import RATES, FrameCount, Playback
from gaitdesk.ui.viewer.projector import Projector

if TYPE_CHECKING:
    from gaitdesk.domain.recording import Video
    from gaitdesk.ui.viewer.viewer import Viewer

_BYTES_A_PIXEL = 7
_ROOM_SHARES = 3
AHEAD_S = 1.5
"""So much of the walk is fetched before playing begins, where it has not been already."""


class Running(QObject):
    """Sees to it that the films play on time, and stand on a frame afterwards.

    Args:
        viewer: Whose films play.
        playback: What plays them.
        projector: What brings their frames.

    Attributes:
        count: Frames painted and left out since playing began.
    """

    def __init__(self, viewer: Viewer, playback: Playback, projector: Projector) -> None:
        super().__init__(viewer)
        self._viewer, self._playback, self._projector = viewer, playback, projector
        self.count = FrameCount()
        offered = viewer.actions_offered
        for action, work in (
            (offered.toggle, playback.toggle),
            (offered.toggle_here, playback.toggle),
            (offered.forward, lambda: playback.faster(1)),
            (offered.stop, playback.pause),
            (offered.backward, lambda: playback.faster(-1)),
            (offered.slower, lambda: self._change_speed(-1)),
            (offered.faster, lambda: self._change_speed(1)),
        ):
            action.triggered.connect(work)
        offered.loop.triggered.connect(self._on_loop)
        playback.is_ready = self._is_ready
        playback.time_reached.connect(self._on_time_reached)
        playback.state_changed.connect(self._on_playing)
        viewer.timeline.range_chosen.connect(self.play_range)

    def play_range(self, start_s: float, end_s: float) -> None:
        """Play a stretch of time again and again."""
        self._playback.set_loop((start_s, end_s))
        self._viewer.show_time(start_s)
        self._playback.play(self._playback.speed)

    def painted(self, slot: int, frame: int) -> None:
        """Count a frame that has been painted."""
        if self._playback.is_playing:
            self.count.add(slot, frame, sign(self._playback.rate))

    def _is_ready(self) -> bool:
        """Whether every film has the frames that will be played first."""
        axis, rate = self._viewer.axis, self._playback.rate
        if axis is None or math.isnan(self._viewer.current_time_s):
            return True
        begin_s = self._viewer.current_time_s
        end_s = begin_s + AHEAD_S * rate
        if self._playback.loop is not None:
            first_s, last_s = self._playback.loop
            end_s = min(max(end_s, first_s), last_s)
        for slot in range(len(self._viewer.films_shown)):
            here, there = (axis.nearest(slot, at_s).frame for at_s in (begin_s, end_s))
            most = self._most_frames(axis.videos[slot])
            first, last = sorted((here, min(max(there, here - most), here + most)))
            if not self._projector.kept(slot)[first : last + 1].all():
                return False
        return True

    def _most_frames(self, video: Video) -> int:
        """How many frames ahead surely find room; where films are large, memory holds few."""
        room = self._projector.limit_bytes / len(self._viewer.films_shown)
        return int(room / (_ROOM_SHARES * _BYTES_A_PIXEL * video.width * video.height))

    def _on_time_reached(self, time_s: float) -> None:
        self._viewer.show_time(time_s, sign(self._playback.rate))

    def _on_loop(self, is_on: bool) -> None:
        """Play the gait cycle around the moment shown again and again."""
        cycle = self._viewer.cycle_here() if is_on else None
        self._playback.set_loop(cycle)
        if cycle is not None and not self._playback.is_playing:
            self._playback.play(self._playback.speed)

    def _on_playing(self) -> None:
        is_playing = self._playback.is_playing
        self._prepare_loop()
        if is_playing:
            self.count.begin()
        else:
            self.count.end()
            self._settle()
        self._viewer.show_playing()

    def _prepare_loop(self) -> None:
        """Let the beginning of a loop be fetched before its end is reached."""
        loop, axis = self._playback.loop, self._viewer.axis
        for slot in range(len(self._viewer.films_shown)):
            frames = range(0)
            if loop is not None and axis is not None:
                first, last = (axis.nearest(slot, moment_s).frame for moment_s in loop)
                frames = range(first, last + 1)
            self._projector.repeat(slot, frames)

    def _settle(self) -> None:
        """Stand on a frame of the leading film, not between two."""
        axis, time_s, lead = self._viewer.axis, self._viewer.current_time_s, self._viewer.lead
        if axis is None or math.isnan(time_s):
            return
        shown = axis.nearest(lead, axis.beat_s(time_s))
        self._viewer.show_time(axis.time_of(lead, shown.frame) if shown.is_within else time_s)

    def _change_speed(self, direction: int) -> None:
        place = RATES.index(self._playback.speed) + direction
        self._playback.set_speed(RATES[min(max(place, 0), len(RATES) - 1)])


def sign(value: float) -> int:
    """+1 forwards, -1 backwards."""
    return -1 if value < 0 else 1
