"""Looking for everyone in a frame, in the background, once for each frame."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.jobs.child import Apart
from gaitdesk.ui.worker import JobWorker

if TYPE_CHECKING:
    from gaitdesk.perception.present import Present

MOST_KEPT = 64
"""Frames whose people are remembered."""
_PATIENCE_MS = 150
"""Whoever steps on within this time does not want to know who is in the frame."""

_Place = tuple[Path, int]


class PeopleFinder(QObject):
    """Finds people in frames, by another process; the newest request wins.

    Signals:
        found: Path of the film, frame, and the `Present` from left to right.
        failed: Why nobody could be looked for, for people.
    """

    found = Signal(object, int, object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: OrderedDict[_Place, tuple[Present, ...]] = OrderedDict()
        self._wanted: tuple[Video, int] | None = None
        self._worker: JobWorker | None = None
        self._apart = Apart()
        self._is_resting = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE_MS)
        self._timer.timeout.connect(self._look)

    def known(self, video: Video, frame: int) -> tuple[Present, ...] | None:
        """Who is in a frame that was looked at; None where it was not."""
        return self._known.get((video.path, frame))

    def want(self, video: Video, frame: int) -> None:
        """Look for the people of a frame, unless they are known."""
        self._wanted = None
        self._is_resting = False
        held = self.known(video, frame)
        if held is not None:
            self._timer.stop()
            self.found.emit(video.path, frame, held)
            return
        self._wanted = video, frame
        self._timer.start()

    def rest(self) -> None:
        """Look for nobody any more."""
        self._wanted = None
        self._is_resting = True
        self._timer.stop()
        self._apart.let_go()

    def close(self) -> None:
        """Wait until nobody is looked for; for the end of the program."""
        self.rest()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()
            self._apart.let_go()

    def _look(self) -> None:
        if self._wanted is None or self._worker is not None:
            return
        worker = JobWorker(_looking(self._apart, *self._wanted), self)
        worker.succeeded.connect(self._on_found)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_finished)
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        worker.start()

    def _on_found(self, seen: tuple[_Place, tuple[Present, ...]]) -> None:
        place, people = seen
        self._known[place] = people
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        self._forget(place)
        self.found.emit(*place, people)

    def _on_failed(self, error: Exception) -> None:
        self._wanted = None
        if not isinstance(error, GaitDeskError):
            self.failed.emit(tr("People could not be looked for because of a defect in GaitDesk."))
            raise error
        self.failed.emit(str(error))

    def _on_finished(self) -> None:
        self._worker = None
        if self._is_resting:
            self._apart.let_go()
        # Somebody may have gone on to another frame meanwhile.
        self._look()

    def _forget(self, place: _Place) -> None:
        if self._wanted is not None and (self._wanted[0].path, self._wanted[1]) == place:
            self._wanted = None


def _looking(apart: Apart, video: Video, frame: int) -> Job[tuple[_Place, tuple[Present, ...]]]:
    """The people of a frame, by a process that keeps its model for the next frame."""
    first = Progress(0, None, tr("Looking for people"))
    people = yield from apart.job(first, "gaitdesk.jobs.choosing", "people_in_frame", video, frame)
    return (video.path, frame), people
