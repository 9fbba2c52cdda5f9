"""Playing by the wall clock: a moment late is made up for, and only more than that left out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gaitdesk.ui.viewer.axis import TimeAxis

RATES = (0.125, 0.25, 0.5, 1.0, 2.0)
"""Speeds of playing, the film's own being 1."""

# Where no frame changes for long, as between films, the playhead still moves.
_LONGEST_WAIT_S = 0.04

MOST_BEHIND_S = 0.2
"""So far the moment shown may be behind the wall clock before frames are left out.

What takes the processor for a moment would otherwise cost frames that are there and could be
painted a little later.
"""
_CATCH_UP = 0.1
"""What is behind is made up for by playing so much faster, which nobody sees."""

LONGEST_HOLD_S = 8.0
"""So long playing waits for its first frames before it begins with those that are there."""
_LOOK_AGAIN_MS = 20


class FrameCount:
    """Counts frames that were painted while the films played, and those left out.

    Attributes:
        painted: Frames painted, of all films.
        left_out: Frames between two painted ones.
    """

    def __init__(self) -> None:
        self.painted = self.left_out = 0
        self._last: dict[int, int] = {}
        self._is_counting = False

    def begin(self) -> None:
        """Count from zero, unless it is being counted already."""
        if not self._is_counting:
            self.painted = self.left_out = 0
            self._last = {}
        self._is_counting = True

    def end(self) -> None:
        """Count no more."""
        self._is_counting = False

    def add(self, slot: int, frame: int, direction: int) -> None:
        """Note that a film's frame was painted."""
        before = self._last.get(slot)
        self._last[slot] = frame
        if before is not None and before != frame:
            self.painted += 1
            self.left_out += max(0, (frame - before) * direction - 1)


class Playback(QObject):
    """Moves the moment shown along the axis.

    Playing may be held at its start until the next frames are there, as they are not where films
    have just been opened: otherwise the first second would be shown with gaps.

    A film that is painted a little late goes on from the next frame all the same, and makes up for
    it over the frames that follow; see `MOST_BEHIND_S`.

    Attributes:
        behind_s: So far the moment shown is behind the wall clock.
        readiness: Tells which share of the frames it waits for is there, 1 for all; None does not
            hold.

    Signals:
        time_reached: The moment to show, seconds on the axis.
        state_changed: It started, stopped, or plays at another rate.
        held: Which share of its first frames is there, again and again while it waits for them;
            1 as it goes on, and where it was stopped before.
    """

    time_reached = Signal(float)
    state_changed = Signal()
    held = Signal(float)

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._axis: TimeAxis | None = None
        self._time_s = 0.0
        self._rate = 0.0
        self._speed = 1.0
        self._loop: tuple[float, float] | None = None
        self._start = (0.0, 0.0)
        self._due_s: float | None = None
        self._ticked_s = 0.0
        self.behind_s = 0.0
        self.readiness: Callable[[], float] | None = None
        self._held_since: float | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def is_playing(self) -> bool:
        """Whether the moment moves by itself."""
        return self._rate != 0.0

    @property
    def rate(self) -> float:
        """Speed now, negative when it plays backwards, 0 when it stands."""
        return self._rate

    @property
    def speed(self) -> float:
        """Speed that playing starts with."""
        return self._speed

    @property
    def loop(self) -> tuple[float, float] | None:
        """The stretch that is played again and again; None when there is none."""
        return self._loop

    def set_axis(self, axis: TimeAxis | None) -> None:
        """Play along another axis; playing stops when there is none."""
        self._axis = axis
        self._due_s = None
        if axis is None:
            self.pause()

    def set_time(self, time_s: float) -> None:
        """Go on from another moment."""
        self._time_s = time_s
        self._begin_at(time_s)

    def set_speed(self, speed: float) -> None:
        """Play at another speed, now and next time."""
        self._speed = speed
        if self.is_playing:
            self.play(math.copysign(speed, self._rate))
        else:
            self.state_changed.emit()

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Play one stretch again and again, or no longer."""
        self._loop = loop
        self.state_changed.emit()

    def play(self, rate: float) -> None:
        """Play at a rate; negative plays backwards. At the end it starts over."""
        axis = self._axis
        if axis is None:
            return
        first_s, last_s = self._ends(axis)
        if rate > 0 and self._time_s >= last_s - 1e-6:
            self._time_s = first_s
        elif rate < 0 and self._time_s <= first_s + 1e-6:
            self._time_s = last_s
        was_playing = self.is_playing
        self._rate = rate
        self._begin_at(self._time_s)
        self.state_changed.emit()
        if self.readiness is None or was_playing:
            self._wait()
            return
        self._held_since = self._clock()
        # Whoever fetches frames hears from which moment on they will be played.
        self.time_reached.emit(self._time_s)
        self._timer.start(0)

    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        if self._held_since is not None:
            self._held_since = None
            self.held.emit(1.0)
        if self._rate:
            self._rate = 0.0
            self.state_changed.emit()

    def toggle(self) -> None:
        """Play, or stand still."""
        if self.is_playing:
            self.pause()
        else:
            self.play(self._speed)

    def faster(self, direction: int) -> None:
        """Play in a direction, and each time again twice as fast, up to the highest speed."""
        if self._rate * direction > 0:
            self.play(direction * min(RATES[-1], 2.0 * abs(self._rate)))
        else:
            self.play(direction * self._speed)

    def tick(self) -> None:
        """Show the moment that the wall clock has come to."""
        axis = self._axis
        if axis is None or not self._rate or self._is_held():
            return
        time_s = self._moment_s(axis)
        first_s, last_s = self._ends(axis)
        if not first_s <= time_s <= last_s:
            if self._loop is None:
                self._time_s = min(max(time_s, first_s), last_s)
                self.time_reached.emit(self._time_s)
                self.pause()
                return
            length_s = max(1e-3, last_s - first_s)
            time_s = first_s + (time_s - first_s) % length_s
            self._start = (self._ticked_s, time_s)
        self._time_s = time_s
        self.time_reached.emit(time_s)
        self._wait()

    def _is_held(self) -> bool:
        """Whether playing still waits for its first frames; looks again in a moment if it does."""
        if self._held_since is None:
            return False
        now = self._clock()
        share = 1.0 if self.readiness is None else self.readiness()
        if share >= 1.0 or now - self._held_since > LONGEST_HOLD_S:
            self._held_since = None
            self._begin_at(self._time_s)
            self.held.emit(1.0)
            return False
        self.held.emit(share)
        self._timer.start(_LOOK_AGAIN_MS)
        return True

    def _ends(self, axis: TimeAxis) -> tuple[float, float]:
        return self._loop if self._loop is not None else (axis.start_s, axis.end_s)

    def _begin_at(self, time_s: float) -> None:
        """Count from now and from a moment on."""
        self._ticked_s = self._clock()
        self._start = (self._ticked_s, time_s)
        self._due_s = None
        self.behind_s = 0.0

    def _moment_s(self, axis: TimeAxis) -> float:
        """The moment to show now: that of the wall clock, or a little before it."""
        now = self._clock()
        self._fall_behind(-min(self.behind_s, _CATCH_UP * (now - self._ticked_s)))
        self._ticked_s = now
        time_s = self._by_clock(now)
        if self._due_s is None:
            return time_s
        following_s = axis.next_beat_s(self._due_s, sign(self._rate))
        if following_s is None or (time_s - following_s) * self._rate < 0:
            return time_s
        late_s = (time_s - self._due_s) / self._rate
        # After a long standstill, what was missed is missed.
        is_long = late_s > MOST_BEHIND_S
        self._fall_behind(-self.behind_s if is_long else min(late_s, MOST_BEHIND_S - self.behind_s))
        return self._by_clock(now)

    def _fall_behind(self, seconds: float) -> None:
        self.behind_s += seconds
        self._start = (self._start[0] + seconds, self._start[1])

    def _by_clock(self, now: float) -> float:
        started, from_s = self._start
        return from_s + (now - started) * self._rate

    def _wait(self) -> None:
        """Sleep until a film has another frame to show than the one shown now."""
        if self._axis is None or not self._rate:
            return
        self._due_s = due_s = self._axis.next_beat_s(self._time_s, sign(self._rate))
        now_s = self._by_clock(self._clock())
        wait_s = _LONGEST_WAIT_S if due_s is None else (due_s - now_s) / self._rate
        self._timer.start(max(0, math.ceil(1000.0 * min(wait_s, _LONGEST_WAIT_S))))


def sign(value: float) -> int:
    """+1 forwards, -1 backwards."""
    return -1 if value < 0 else 1
