"""Which visits are compared, and the reading of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer

from gaitdesk.i18n import tr
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.store.edits import SessionId
from gaitdesk.ui.compare.page import ComparePage
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.job_runner import JobRunner


class Comparing(QObject):
    """Reads visits of one child and gives them to the page that shows them side by side."""

    def __init__(
        self, desk: Desk, jobs: JobRunner, page: ComparePage, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._page = desk, jobs, page

    def sessions(self, ticked: Sequence[SessionId], visit: SessionId | None) -> Sequence[SessionId]:
        """The visits that are ticked, or else the open one and the one before it."""
        if len(ticked) < 2 and visit is not None:
            return self._desk.with_visit_before(visit)
        return ticked

    def begin(self, sessions: Sequence[SessionId]) -> None:
        """Read visits, and show them as soon as that is done."""
        self._page.clear()
        job = self._desk.comparing(tuple(sessions))
        self._jobs.run(job, tr("Reading the visits"), self._page, self._on_read)

    def leave(self) -> None:
        """Show no visits, and stop reading them."""
        if self._jobs.is_busy:
            self._jobs.cancel()
        self._page.clear()

    def show_name(self) -> None:
        """Show who the child is where that may be read now, and nothing of it where not."""
        visits = self._page.visits
        if visits:
            patient = self._desk.store.visit(SessionId(visits[0].session)).patient
            known = self._desk.identity(patient)
            self._page.show_name("" if known is None else known.name)

    def _on_read(self, found: tuple[str, tuple[ComparedVisit, ...]]) -> None:
        # After the page has been told that the job is over.
        QTimer.singleShot(0, self, lambda: self._show(*found))

    def _show(self, pseudonym: str, visits: tuple[ComparedVisit, ...]) -> None:
        # Nobody looks any more where the window has closed, or another page is in front.
        # While the window is locked the page is hidden too, but only with all that it lies in.
        page, pages = self._page, self._page.parentWidget()
        if page.window().isVisible() and (pages is None or page.isVisibleTo(pages)):
            self._page.show_visits(pseudonym, visits)
            self.show_name()
            self._page.tabs.setFocus(Qt.FocusReason.OtherFocusReason)
