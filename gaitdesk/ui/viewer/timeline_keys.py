"""The timeline by keyboard: stepping, choosing events, moving and adding them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gaitdesk.ui.viewer.axis import TimeAxis

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.timeline import Timeline

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_TURNS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ZOOMS = {Qt.Key.Key_Plus: 1.25, Qt.Key.Key_Minus: 0.8}
_MENU = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LARGE_STEP = 10


class TimelineKeys:
    """Does what keys ask for; the timeline announces what comes of it."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def press(self, axis: TimeAxis, event: QKeyEvent) -> bool:
        """A key was pressed; whether it is one of the timeline's."""
        timeline, modifiers = self._timeline, event.modifiers()
        key = Qt.Key(event.key())
        if key in _STEPS and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._nudge(axis, _STEPS[key])
        elif key in _STEPS:
            is_large = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            timeline.step_wanted.emit(_STEPS[key] * (_LARGE_STEP if is_large else 1))
        elif key in _TURNS:
            self._choose_neighbour(axis, _TURNS[key])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and timeline.selected_event:
            timeline.event_deleted.emit(*timeline.selected_event)
        elif key in _MENU:
            timeline.open_menu_here()
        elif key == Qt.Key.Key_Escape and timeline.has_choice:
            timeline.choose_nothing()
        elif key in _ZOOMS:
            timeline.zoom(_ZOOMS[key], timeline.scale.x(timeline.time_s))
        else:
            return False
        return True

    def _nudge(self, axis: TimeAxis, step: int) -> None:
        """Move the chosen event by a frame."""
        if self._timeline.selected_event is None:
            return
        slot, chosen = self._timeline.selected_event
        last = axis.videos[slot].frame_count - 1
        frame = min(max(chosen.frame + step, 0), last)
        if frame != chosen.frame:
            self._timeline.event_moved.emit(slot, chosen, frame)
            self._timeline.choose_moved(slot, chosen, frame)
            self._timeline.time_wanted.emit(axis.time_of(slot, frame))

    def _choose_neighbour(self, axis: TimeAxis, turn: int) -> None:
        """Choose the event before or after the chosen one, or that nearest to the playhead."""
        timeline = self._timeline
        events = sorted(
            ((track.slot, event) for track in timeline.tracks for event in track.film.events),
            key=lambda one: (axis.to_axis(one[0], one[1].time_s), one[0]),
        )
        if not events:
            return
        if timeline.selected_event in events:
            place = events.index(timeline.selected_event) + turn
        else:
            times = [axis.to_axis(slot, event.time_s) for slot, event in events]
            place = int(np.argmin([abs(time_s - timeline.time_s) for time_s in times]))
        slot, chosen = events[min(max(place, 0), len(events) - 1)]
        timeline.choose(slot, chosen)
        timeline.time_wanted.emit(axis.time_of(slot, chosen.frame))
