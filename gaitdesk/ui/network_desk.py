"""The network reads a visit in the background while its form is worked on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gaitdesk.domain.evgs import Origin, Scoresheet
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import listed, tr
from gaitdesk.jobs.child import in_child
from gaitdesk.store.edits import SessionId
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.scoring.network_bar import NetworkBar
from gaitdesk.ui.scoring.network_panel import NetworkPanel
from gaitdesk.ui.worker import JobWorker

if TYPE_CHECKING:
    from gaitdesk.jobs.network import NetworkAnswers
    from gaitdesk.jobs.seen import KeptReading


class NetworkDesk(QObject):
    """Lets the network read the visit that is open, one at a time, beside all other work.

    Signals:
        answered: The `NetworkAnswers`; whoever hears it puts them into the form.
        changed: It began or ended reading, or another visit is open.
    """

    answered = Signal(object)
    changed = Signal()

    def __init__(
        self,
        folder: Path,
        bar: NetworkBar,
        panel: NetworkPanel,
        last_resort: LastResort,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._bar, self._panel = folder, bar, panel
        self._last_resort = last_resort
        self._session: SessionId | None = None
        self._worker: JobWorker | None = None
        self._problem = ""
        self._readers: frozenset[str] = frozenset()
        self._can_network = False
        self._demonstrations: frozenset[str] = frozenset()
        self._recalling: JobWorker | None = None
        self._reading: KeptReading | None = None
        self._is_renewed = False
        bar.read_asked.connect(self.read)
        bar.cancel_asked.connect(self.cancel)
        panel.read_asked.connect(self.read)

    @property
    def is_reading(self) -> bool:
        """Whether the network is reading the open visit."""
        return self._worker is not None and not self._worker.isInterruptionRequested()

    @property
    def can_read(self) -> bool:
        """Whether the network could be asked to read the open visit now."""
        return self._session is not None and self._worker is None and self._can_network

    @property
    def is_installed(self) -> bool:
        """Whether there is a network, and what it runs on."""
        return self._can_network

    @property
    def demonstrations(self) -> frozenset[str]:
        """Networks that must not be used on patients, by name and version."""
        return self._demonstrations

    @property
    def reading(self) -> KeptReading | None:
        """What the last reading of the open visit left, once it has been found."""
        return self._reading

    def look_for_networks(self) -> None:
        """Find out what is installed; none of it is loaded."""
        from gaitdesk.childgait.installed import installed_networks
        from gaitdesk.jobs.reading import missing_libraries

        networks = installed_networks()
        self._can_network = not missing_libraries() and any(one.is_present for one in networks)
        self._demonstrations = frozenset(one.reader for one in networks if one.is_for_demonstration)

    def show_visit(self, session: SessionId, sheet: Scoresheet) -> None:
        """Another visit is open."""
        self.leave()
        self._is_renewed = False
        self._session = session
        self._problem = ""
        self._readers = frozenset()
        self.show_sheet(sheet)
        self._show()
        if self._readers:
            self._recall(session)

    def show_sheet(self, sheet: Scoresheet) -> None:
        """The form of the open visit changed; it tells who has read."""
        readers = frozenset(
            one.reader
            for cell in sheet.cells.values()
            for one in cell.proposed
            if one.origin is Origin.NETWORK
        )
        if readers != self._readers:
            self._readers = readers
            self._show()

    def leave(self) -> None:
        """No visit is open any more; what is being read is given up."""
        self._session = None
        if self._worker is not None:
            self._worker.requestInterruption()
        self._show_reading(None)
        self._show()

    def stop(self) -> None:
        """Give up reading, and wait until the films are closed; for the end of the program."""
        for worker in (self._worker, self._recalling):
            if worker is not None:
                worker.leave()
        self._worker = self._recalling = None

    def read(self) -> None:
        """Let the network read the open visit."""
        if self._session is not None and self._worker is None:
            self._run(_reading(self._session, self._folder))

    def renew(self) -> None:
        """Let the network read again what was corrected; what it is reading now is given up."""
        self._is_renewed = self._worker is not None
        if self._worker is not None:
            self._worker.requestInterruption()
        elif self._session is not None:
            self._run(_rereading(self._session, self._folder))

    def _run(self, job: Job[NetworkAnswers | None]) -> None:
        self._problem = ""
        worker = JobWorker(job, self)
        worker.progressed.connect(self._on_progress)
        worker.succeeded.connect(self._on_answered)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_finished)
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        self._show()
        worker.start()

    def cancel(self) -> None:
        """Stop reading at the next step."""
        if self._worker is not None:
            self._worker.requestInterruption()

    def _on_progress(self, step: Progress) -> None:
        if self.is_reading:
            self._bar.show_progress(step)

    def _on_answered(self, answers: NetworkAnswers | None) -> None:
        if answers is None:
            return
        if answers.session == self._session:
            self._show_reading(answers.reading)
        # What has been read is worth keeping although another visit is open by now.
        self.answered.emit(answers)

    def _on_failed(self, error: Exception) -> None:
        if is_mendable(error):
            self._problem = str(error)
            return
        self._problem = tr("The network stopped because of a defect in GaitDesk.")
        self._last_resort.show_error(error)

    def _on_finished(self) -> None:
        self._worker = None
        self._show()
        if self._is_renewed:
            self.renew()

    def _recall(self, session: SessionId) -> None:
        """Look for what an earlier reading left."""
        if self._recalling is not None:
            self._recalling.requestInterruption()
        worker = JobWorker(_recalling(session, self._folder), self)
        worker.succeeded.connect(self._on_recalled)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_recall_finished)
        worker.ended.connect(worker.deleteLater)
        self._recalling = worker
        worker.start()

    def _on_recalled(self, found: tuple[SessionId, KeptReading | None]) -> None:
        session, reading = found
        if session == self._session and self._reading is None:
            self._show_reading(reading)

    def _on_recall_finished(self) -> None:
        if self.sender() is self._recalling:
            self._recalling = None

    def _show_reading(self, reading: KeptReading | None) -> None:
        self._reading = reading
        self._panel.show_reading(reading)

    def _show(self) -> None:
        """Say how it stands, and offer what can be done."""
        is_open = self._session is not None
        self._panel.allow_reading(self.can_read)
        if self._worker is not None:
            if is_open and self.is_reading:
                self._bar.show_reading()
        elif is_open and self._problem:
            self._bar.show_problem(self._problem)
        elif is_open and self._readers:
            shown = sorted(self._readers & self._demonstrations)
            if shown:
                self._bar.show_demonstration(listed(shown))
            else:
                self._bar.show_nothing()
        elif self.can_read:
            self._bar.show_offer()
        else:
            self._bar.show_nothing()
        self.changed.emit()


def _reading(session: SessionId, folder: Path) -> Job[NetworkAnswers]:
    """Reading a visit, in a process of its own: the window never loads what the network needs."""
    job = in_child(_loading(), "gaitdesk.jobs.network", "read_by_network", session, folder)
    answers: NetworkAnswers = yield from job
    return answers


def _rereading(session: SessionId, folder: Path) -> Job[NetworkAnswers | None]:
    """Reading again what was corrected in a visit, likewise; None where no clip of it changed."""
    job = in_child(_loading(), "gaitdesk.jobs.rereading", "reread", session, folder)
    answers: NetworkAnswers | None = yield from job
    return answers


def _loading() -> Progress:
    return Progress(0, None, tr("Loading the network"))


def _recalling(session: SessionId, folder: Path) -> Job[tuple[SessionId, KeptReading | None]]:
    """What an earlier reading of a visit left."""
    yield Progress(0, None, "")
    from gaitdesk.jobs.seen_files import kept_reading

    return session, kept_reading(folder, session)
