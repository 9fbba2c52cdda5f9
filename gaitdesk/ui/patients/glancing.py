"""Has a quick look at the films on the cards, one after the other, in the background."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.jobs.child import Apart
from gaitdesk.ui.errors import details_of, is_mendable
from gaitdesk.ui.patients.film_card import FilmCard
from gaitdesk.ui.worker import JobWorker

if TYPE_CHECKING:
    from gaitdesk.jobs.glancing import Glance, Glances

_log = logging.getLogger(__name__)


class GlanceQueue(QObject):
    """Looks at the film of one card at a time and tells the card what was seen.

    Args:
        apart: The process that looks.
        parent: Whom the queue belongs to.
    """

    def __init__(self, apart: Apart, parent: QObject) -> None:
        super().__init__(parent)
        self._apart = apart
        self._worker: JobWorker | None = None
        self._card: FilmCard | None = None
        self._cards: tuple[FilmCard, ...] = ()
        self._known: Glances | None = None

    @property
    def is_looking(self) -> bool:
        """Whether a film is being looked at."""
        return self._worker is not None

    def serve(self, cards: Sequence[FilmCard]) -> None:
        """Look at the films of these cards, and no longer at those of others."""
        self._cards = tuple(cards)
        if self._card is not None and (
            self._card not in self._cards or not self._card.wants_glance
        ):
            self._interrupt()
        self._next()

    def leave(self) -> None:
        """Look no further; the film is closed after the picture that is being looked at."""
        self._cards = ()
        self._interrupt()

    def stop(self) -> None:
        """Look no further, and wait until the film is closed; for the end of the program."""
        self.leave()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()

    def _next(self) -> None:
        if self._worker is not None:
            return
        card = next((one for one in self._cards if one.wants_glance), None)
        if card is None or card.video is None:
            return
        worker = JobWorker(self._looking(card.video), self)
        worker.progressed.connect(self._on_progress)
        worker.succeeded.connect(self._on_looked)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_finished)
        worker.ended.connect(worker.deleteLater)
        self._worker, self._card = worker, card
        worker.start()

    def _interrupt(self) -> None:
        if self._worker is not None:
            self._worker.requestInterruption()
        self._card = None

    def _looking(self, video: Video) -> Job[Glance]:
        """A glance by another process; one at a film of the same content is remembered."""
        first = Progress(0, None, tr("Having a look at the film"))
        yield first
        from gaitdesk.jobs.glancing import Glances

        if self._known is None:
            self._known = Glances()
        held = self._known.get(video)
        if held is not None:
            return held
        job = self._apart.job(first, "gaitdesk.jobs.glancing", "first_glance", video)
        glance: Glance = yield from job
        # Found out here, and only remembered where it is shown.
        glance.of()
        self._known.put(video, glance)
        return glance

    def _on_progress(self, step: Progress) -> None:
        if self.sender() is self._worker and self._card is not None:
            self._card.show_looking(step)

    def _on_looked(self, glance: Glance) -> None:
        if self.sender() is self._worker and self._card is not None:
            self._card.show_glance(glance)

    def _on_failed(self, error: Exception) -> None:
        if self.sender() is not self._worker or self._card is None:
            return
        if is_mendable(error):
            self._card.show_unseen(str(error))
            return
        # The analysis will say more; without a look the card is as good as it was.
        _log.warning("a film could not be looked at in advance\n%s", details_of(error))
        self._card.show_unseen(tr("The film could not be looked at in advance."))

    def _on_finished(self) -> None:
        if self.sender() is self._worker:
            self._worker = self._card = None
            self._next()
