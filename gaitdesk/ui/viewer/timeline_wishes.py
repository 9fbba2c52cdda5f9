"""What was done on the timeline, told by film as the rest of the program counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.ui.viewer.tracks import Deciding

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.viewer import Viewer


class TimelineWishes(QObject):
    """Passes on what the timeline announces, by film rather than by the slot it is shown in.

    Args:
        viewer: Whose timeline it is, and who announces it.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        timeline = viewer.timeline
        timeline.time_wanted.connect(viewer.go_to_time)
        timeline.event_moved.connect(self._on_event_moved)
        timeline.event_deleted.connect(self._on_event_deleted)
        timeline.event_added.connect(self._on_event_added)
        timeline.deciding_chosen.connect(self._on_deciding)

    def _on_event_moved(self, slot: int, event: GaitEvent, frame: int) -> None:
        self._viewer.event_moved.emit(self._film(slot), event, frame)

    def _on_event_deleted(self, slot: int, event: GaitEvent) -> None:
        self._viewer.event_deleted.emit(self._film(slot), event)

    def _on_event_added(self, slot: int, side: Side, kind: EventKind, frame: int) -> None:
        self._viewer.event_added.emit(self._film(slot), side, kind, frame)

    def _on_deciding(self, slot: int, mark: Deciding) -> None:
        self._viewer.deciding_chosen.emit(self._film(slot), mark)

    def _film(self, slot: int) -> int:
        return self._viewer.films_shown[slot]
