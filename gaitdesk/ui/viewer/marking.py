"""A stretch of time marked by key: from the frame shown, up to it, and played again and again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gaitdesk.i18n import tr
from gaitdesk.report.words import number
from gaitdesk.ui.viewer.playback import Playback
from gaitdesk.ui.viewer.running import Running

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.viewer import Viewer


class Marking(QObject):
    """Marks a stretch on the timeline as the mouse does, and plays what either has marked.

    Args:
        viewer: Whose timeline it is, and who says what is marked.
        playback: What plays; a stretch that is being played follows its marks.
        running: Plays a stretch.
    """

    def __init__(self, viewer: Viewer, playback: Playback, running: Running) -> None:
        super().__init__(viewer)
        self._viewer, self._playback, self._running = viewer, playback, running
        offered = viewer.actions_offered
        offered.mark_from.triggered.connect(self._mark_from_here)
        offered.mark_to.triggered.connect(self._mark_to_here)
        offered.loop_marked.triggered.connect(self._play)
        viewer.timeline.addActions(offered.marking)

    def _mark_from_here(self) -> None:
        """Begin the stretch here; it ends where it did, or with the films."""
        here_s, whole, marked = self._moments()
        end_s = whole[1] if marked is None or marked[1] <= here_s else marked[1]
        self._mark(here_s, end_s)

    def _mark_to_here(self) -> None:
        """End the stretch here; it begins where it did, or with the films."""
        here_s, whole, marked = self._moments()
        start_s = whole[0] if marked is None or marked[0] >= here_s else marked[0]
        self._mark(start_s, here_s)

    def _moments(
        self,
    ) -> tuple[float, tuple[float, float], tuple[float, float] | None]:
        """The moment shown, beginning and end of the films, and the stretch marked so far."""
        axis, here_s = self._viewer.axis, self._viewer.current_time_s
        if axis is None or math.isnan(here_s):
            return 0.0, (0.0, 0.0), None
        return here_s, (axis.start_s, axis.end_s), self._viewer.timeline.marked_s

    def _mark(self, start_s: float, end_s: float) -> None:
        if start_s >= end_s:
            return
        timeline = self._viewer.timeline
        is_played = self._playback.loop is not None and self._playback.loop == timeline.marked_s
        timeline.show_range((start_s, end_s))
        if is_played:
            self._playback.set_loop((start_s, end_s))
        self._viewer.said.emit(
            tr("Marked: {start} to {end} s. Shift+R plays it again and again.").format(
                start=number(start_s, 2), end=number(end_s, 2)
            )
        )

    def _play(self) -> None:
        marked = self._viewer.timeline.marked_s
        if marked is None:
            self._viewer.said.emit(
                tr("No stretch is marked: Q marks where it begins, W where it ends.")
            )
        else:
            self._running.play_range(*marked)
