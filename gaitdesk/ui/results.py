"""What a visit gives away: a folder of results, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.review import Review
from gaitdesk.ui.work_page import WorkPage

if TYPE_CHECKING:
    from gaitdesk.ui.report.pages import Reported
    from gaitdesk.ui.report.preview import ReportDialog


class Results(QObject):
    """Writes and shows what the open visit gives away, as it has been reviewed.

    Args:
        desk: Whose records the visit is in.
        review: Holds the visit.
        jobs: Runs the writing.
        work: Shows how far the writing is.
        last_resort: Where defects go.
        window: Dialogs open before it.

    Attributes:
        report: The report, while it is looked at.
    """

    def __init__(
        self,
        desk: Desk,
        review: Review,
        jobs: JobRunner,
        work: WorkPage,
        last_resort: LastResort,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk, self._review, self._jobs, self._work = desk, review, jobs, work
        self._last_resort, self._window = last_resort, window
        self.report: ReportDialog | None = None

    def ask_folder(self, settings: QSettings) -> None:
        """Ask where the results shall go, and write them; the answer is kept in the settings."""
        folder = QFileDialog.getExistingDirectory(
            self._window, tr("Folder for the results"), str(settings.value("results", ""))
        )
        if folder:
            settings.setValue("results", folder)
            self.save(Path(folder))

    def save(self, folder: Path) -> None:
        """Write everything the visit gives away, as consent covers it; the journal notes it."""
        analysis, visit = self._review.reviewed, self._review.visit
        if analysis is None or visit is None or self._jobs.is_busy or self._is_read_blind():
            return
        from gaitdesk.jobs.visit_files import FileOrder, export_results

        order = FileOrder(visit.session, folder, self._desk.folder, self._desk.rater)
        self._jobs.run(
            export_results(order, analysis),
            tr("Writing the results"),
            self._work,
            lambda files: self._on_saved(folder, len(files)),
        )

    def _on_saved(self, folder: Path, files: int) -> None:
        self._work.message.say(tr("%n file(s) are in {folder}.", "", files).format(folder=folder))

    def show_report(self) -> None:
        """Show the report as it would be printed."""
        reported = self._reported()
        if reported is None:
            return
        from gaitdesk.ui.report.preview import ReportDialog

        self.close()
        self.report = dialog = ReportDialog(reported, self._last_resort, self._window)
        dialog.destroyed.connect(lambda: self._forget(dialog))
        dialog.show()

    def _is_read_blind(self) -> bool:
        """Whether the visit is read blind; if so, why nothing leaves the desk is said."""
        visit = self._review.visit
        if visit is None or not visit.is_blind:
            return False
        self._work.message.say(
            tr(
                "You read this visit blind, and nothing leaves the desk from a blind reading."
                " Finish the reading first; then open the visit."
            ),
            "warning",
        )
        return True

    def _reported(self) -> Reported | None:
        """The open visit as it is shown; None where there is none, or it is read blind."""
        analysis, visit = self._review.reviewed, self._review.visit
        if analysis is None or visit is None or self._is_read_blind():
            return None
        from gaitdesk.ui.report.pages import Reported

        desk = self._desk
        return Reported(analysis, visit.session, desk.folder, desk.rater, desk.vault, visit.reading)

    def close(self) -> None:
        """Close the report."""
        if self.report is not None:
            self.report.close()

    def _forget(self, dialog: ReportDialog) -> None:
        # By the time one report is gone for good, another may be looked at.
        if self.report is dialog:
            self.report = None
