"""Going from moment to moment: by frames, to gait events, and to the ends of the films."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gaitdesk.ui.viewer.playback import sign
from gaitdesk.ui.viewer.tracks import neighbour_event_s

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.viewer import Viewer


class Stepping(QObject):
    """Does what keys and buttons ask for that lead to another moment.

    Args:
        viewer: Whose films are stepped through.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        offered = viewer.actions_offered
        for action, work in (
            (offered.step_on, lambda: self.step(1)),
            (offered.step_on_here, lambda: self.step(1)),
            (offered.step_back, lambda: self.step(-1)),
            (offered.step_back_here, lambda: self.step(-1)),
            (offered.ten_on, lambda: self.step(10)),
            (offered.ten_back, lambda: self.step(-10)),
            (offered.event_on, lambda: self._to_event(1)),
            (offered.event_back, lambda: self._to_event(-1)),
            (offered.to_start, lambda: self._to_end(-1)),
            (offered.to_end, lambda: self._to_end(1)),
        ):
            action.triggered.connect(work)
        viewer.timeline.step_wanted.connect(self.step)

    def step(self, count: int) -> None:
        """Go on by frames of the leading film, back where negative."""
        viewer, axis = self._viewer, self._viewer.axis
        if axis is not None:
            viewer.playback.pause()
            stepped_s = axis.stepped(viewer.lead, viewer.current_time_s, count)
            viewer.show_time(stepped_s, sign(count))

    def _to_event(self, direction: int) -> None:
        viewer, axis = self._viewer, self._viewer.axis
        if axis is None:
            return
        found = neighbour_event_s(viewer.timeline.tracks, axis, viewer.current_time_s, direction)
        if found is not None:
            viewer.go_to_time(found)

    def _to_end(self, direction: int) -> None:
        axis = self._viewer.axis
        if axis is not None:
            self._viewer.go_to_time(axis.start_s if direction < 0 else axis.end_s)
