"""What the timeline and the clock say while frames are fetched and played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gaitdesk.ui.viewer.projector import Projector
from gaitdesk.ui.viewer.transport import Transport

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.viewer import Viewer

_SHOWN_MS = 500


class KeepingShown(QObject):
    """Shows now and then which frames are kept, their memory, and how many came too late.

    Args:
        viewer: Whose films they are.
        projector: Keeps the frames.
        transport: Holds the clock.
    """

    def __init__(self, viewer: Viewer, projector: Projector, transport: Transport) -> None:
        super().__init__(viewer)
        self._viewer, self._projector, self._transport = viewer, projector, transport
        self._timer = QTimer(self)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self._show)

    def begin(self) -> None:
        """Films are shown."""
        self._timer.start()

    def end(self) -> None:
        """None is."""
        self._timer.stop()

    def _show(self) -> None:
        viewer, timeline = self._viewer, self._viewer.timeline
        if timeline.isVisible():
            for slot in range(len(viewer.films_shown)):
                timeline.show_kept(slot, self._projector.kept(slot))
            timeline.show_memory(self._projector.used_bytes, self._projector.limit_bytes)
        if viewer.playback.is_playing:
            self._transport.show_dropped(viewer.dropped_frames)
