"""The films while they play: frames counted, loops fetched in time, and where they stand after."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from gaitdesk.ui.viewer.head_start import head_start
from gaitdesk.ui.viewer.playback import RATES, FrameCount, Playback, sign
from gaitdesk.ui.viewer.projector import Projector

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.axis import TimeAxis
    from gaitdesk.ui.viewer.viewer import Viewer

# Nobody minds that playing begins so much later.
_UNNOTICED_S = 0.3


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
        self._unpainted: set[int] = set()
        self._held_since = 0.0
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
        playback.readiness = self._readiness
        playback.held.connect(self._on_held)
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
        self._unpainted.discard(slot)
        if not self._unpainted:
            self._projector.right_of_way.give_back()
        if self._playback.is_playing:
            self.count.add(slot, frame, sign(self._playback.rate))

    def _readiness(self) -> float:
        """Which share of the frames that must be there before playing begins is there."""
        axis = self._viewer.axis
        if axis is None or math.isnan(self._viewer.current_time_s):
            return 1.0
        slots = range(len(self._viewer.films_shown))
        return min((self._share_there(axis, slot) for slot in slots), default=1.0)

    def _share_there(self, axis: TimeAxis, slot: int) -> float:
        if self._projector.has_failed(slot):
            return 1.0
        rate = self._playback.rate
        begin_s = self._viewer.current_time_s
        first_s, last_s = self._playback.loop or (axis.start_s, axis.end_s)
        here, there = (
            axis.nearest(slot, at_s).frame for at_s in (begin_s, last_s if rate > 0 else first_s)
        )
        to_play = range(here, there + sign(rate), sign(rate))
        needed = head_start(
            len(to_play),
            abs(rate) / axis.gaps_s[slot],
            self._projector.frames_a_second(slot),
            self._projector.room_ahead(slot),
        )
        self._projector.reach(slot, needed)
        kept = self._projector.kept(slot)[list(to_play[:needed])]
        return 1.0 if kept.all() else int(np.argmin(kept)) / needed

    def _on_held(self, share: float) -> None:
        """Say how much is there, where playing waits for longer than a moment."""
        now = time.monotonic()
        if share >= 1.0:
            self._held_since = 0.0
        elif not self._held_since:
            self._held_since = now
        is_long = share < 1.0 and now - self._held_since > _UNNOTICED_S
        for pane in self._viewer.panes:
            pane.show_filling(share if is_long else None)

    def _on_time_reached(self, time_s: float) -> None:
        panes = self._viewer.panes[: len(self._viewer.films_shown)]
        before = [pane.shown_frame for pane in panes]
        self._projector.right_of_way.take()
        self._viewer.show_time(time_s, sign(self._playback.rate))
        self._unpainted = {
            slot
            for slot, pane in enumerate(panes)
            if pane.shown_frame != before[slot] and pane.isVisible()
        }
        if not self._unpainted:
            self._projector.right_of_way.give_back()

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
            self._projector.right_of_way.give_back()
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
