"""How a visit comes to be open: new films, a made-up child, or one that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gaitdesk.i18n import tr
from gaitdesk.store.edits import ReadingId, SessionId
from gaitdesk.ui.desk import Desk, OpenVisit
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.parts.turns import Turns
from gaitdesk.ui.patients.import_page import ImportPage
from gaitdesk.ui.patients.reader_choice import RULES
from gaitdesk.ui.patients.start_page import StartPage
from gaitdesk.ui.work_page import WorkPage

if TYPE_CHECKING:
    from gaitdesk.jobs.order import AnalysisOrder

FILM_ENDINGS = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mts", ".m2ts", ".3gp", ".wmv")


class Opening(QObject):
    """Runs the jobs at whose end a visit is shown.

    Args:
        desk: Has the jobs.
        jobs: Runs them.
        start: Shows how far a demonstration is, and a visit that is being read.
        importing: Shows how far an analysis is.
        work: Shows how far films are looked for.
        window: Dialogs open before it.

    Attributes:
        is_network_next: Whether the network is to read the visit that is about to open.

    Signals:
        films_chosen: Paths of films for a new visit.
        opening: What shows a visit is made, and one is about to be opened.
        read: The `OpenVisit` whose films may be shown.
        opened: The `OpenVisit`, after the page has been told that the job is over.
    """

    films_chosen = Signal(list)
    opening = Signal()
    read = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        desk: Desk,
        jobs: JobRunner,
        start: StartPage,
        importing: ImportPage,
        work: WorkPage,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk, self._jobs, self._window = desk, jobs, window
        self._start, self._importing, self._work = start, importing, work
        self._turns = Turns(self)
        self.is_network_next = False

    def ask_films(self, settings: QSettings) -> None:
        """Ask for films; their folder is kept in the settings."""
        if self._jobs.is_busy:
            return
        endings = " ".join(f"*{ending}" for ending in FILM_ENDINGS)
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            tr("Films of one visit"),
            str(settings.value("films", "")),
            tr("Films ({endings});;All files (*)").format(endings=endings),
        )
        if names:
            settings.setValue("films", str(Path(names[0]).parent))
            self.films_chosen.emit([Path(name) for name in names])

    def analyse(self, order: AnalysisOrder, day: str) -> None:
        """Analyse films, and open what was found as a new visit."""
        # The rules' answers are shown as soon as they are there; the network's follow.
        self.is_network_next = order.readers.value != RULES
        self._jobs.run(
            self._desk.analysing(order, day),
            tr("Analysing the films"),
            self._importing,
            self._on_read,
            progressed=self._importing.show_found,
        )

    def demonstrate(self, *, is_network_next: bool) -> None:
        """Film a made-up child, analyse the films, and open the visit.

        Args:
            is_network_next: Whether the network is to read it then.
        """
        self.is_network_next = is_network_next
        job = self._desk.demonstrating()
        self._jobs.run(job, tr("Filming a made-up child"), self._start, self._on_read)

    def open(self, session: SessionId, reading: ReadingId | None = None) -> None:
        """Read a visit that is kept, with the sheet of one reading or with its own."""
        job = self._desk.opening(session, reading)
        self._jobs.run(job, tr("Opening the visit"), self._start, self._on_read)

    def ask_where_films_are(self, session: SessionId) -> None:
        """Ask for the folder to which films of a visit were moved, and open the visit again."""
        folder = QFileDialog.getExistingDirectory(self._window, tr("Folder that holds the films"))
        if folder:
            job = self._desk.finding_films(session, Path(folder))
            self._jobs.run(job, tr("Looking for the films"), self._work, self._on_read)

    def _on_read(self, visit: OpenVisit) -> None:
        # After the page has been told that the job is over.
        self._turns.add(
            self._work.draw,
            lambda: self._turns.add_next(*self._work.preparing()),
            self._work.dress,
            self.opening.emit,
            lambda: self.read.emit(visit),
            lambda: self.opened.emit(visit),
        )
