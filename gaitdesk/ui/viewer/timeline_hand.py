"""What the mouse takes hold of on the timeline: the playhead, a gait event, a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from gaitdesk.domain.gait import GaitEvent
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.tracks import Track, corrected_at, deciding_at, event_at, snapped_frame

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.timeline import Timeline

_FAR_PX = 3.0


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """A gait event in the hand: where it was taken, and the frame it would be dropped on."""

    track: Track
    event: GaitEvent
    x: float
    frame: int
    is_moved: bool = False


class TimelineHand:
    """Follows the mouse from press to release; the timeline announces what comes of it.

    Attributes:
        held: The event in the hand; None for none.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.held: HeldEvent | None = None
        self._is_scrubbing = False
        self._range_from: float | None = None

    def begin_range(self, x: float) -> None:
        """Mark a stretch of time from here on."""
        self._range_from = self._timeline.time_at(x)
        self._timeline.show_range(None)

    def press(self, axis: TimeAxis, place: QPointF) -> None:
        """Take hold of what lies at a place, or go there."""
        timeline = self._timeline
        tracks, scale, x, y = timeline.tracks, timeline.scale, place.x(), place.y()
        timeline.show_range(None)
        found = event_at(tracks, axis, scale, x, y)
        if found is not None:
            track, chosen = found
            timeline.choose(track.slot, chosen)
            self.held = HeldEvent(track, chosen, x, chosen.frame)
            return
        timeline.choose(None)
        marked = deciding_at(tracks, axis, scale, x, y)
        if marked is not None:
            timeline.time_wanted.emit(axis.time_of(marked[0].slot, marked[1].frame))
            timeline.deciding_chosen.emit(marked[0].slot, marked[1])
            return
        mended = corrected_at(tracks, axis, scale, x, y)
        if mended is not None:
            timeline.time_wanted.emit(axis.time_of(mended[0].slot, mended[1].frame))
            return
        self._is_scrubbing = True
        timeline.time_wanted.emit(timeline.time_at(x))

    def move(self, axis: TimeAxis, x: float) -> bool:
        """Take along what is held; False where nothing is."""
        if self._range_from is not None:
            first_s, last_s = sorted((self._range_from, self._timeline.time_at(x)))
            self._timeline.show_range((first_s, last_s))
        elif self.held is not None:
            self._move_event(axis, self.held, x)
        elif self._is_scrubbing:
            self._timeline.time_wanted.emit(self._timeline.time_at(x))
        else:
            return False
        return True

    def release(self, axis: TimeAxis | None) -> None:
        """Let go; an event that was moved is dropped where it is."""
        held = self.held
        self.cancel()
        self._is_scrubbing = False
        self._range_from = None
        if axis is None or held is None:
            return
        if held.is_moved and held.frame != held.event.frame:
            self._timeline.event_moved.emit(held.track.slot, held.event, held.frame)
            self._timeline.choose_moved(held.track.slot, held.event, held.frame)
        elif not held.is_moved:
            self._timeline.time_wanted.emit(axis.time_of(held.track.slot, held.event.frame))
        self._timeline.update()

    def cancel(self) -> None:
        """Let go of the event without moving it."""
        self.held = None

    def _move_event(self, axis: TimeAxis, held: HeldEvent, x: float) -> None:
        """Take the event along, and the films to where it would be dropped."""
        if not held.is_moved and abs(x - held.x) < _FAR_PX:
            return
        timeline = self._timeline
        frame = snapped_frame(timeline.tracks, axis, timeline.scale, held.track, held.event, x)
        self.held = replace(held, frame=frame, is_moved=True)
        timeline.time_wanted.emit(axis.time_of(held.track.slot, frame))
        timeline.update()
