"""The report as it would be printed, to be looked at and saved."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import LANGUAGES, tr
from gaitdesk.jobs.stationery import (
    Stationery,
    keep_stationery,
    language_words,
    read_stationery,
    setup_of,
)
from gaitdesk.paths import user_folder
from gaitdesk.report.bundle import REPORT_FILE
from gaitdesk.report.pdf import PageSize
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.parts.breaking import BreakingRow, Lines
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.report.letterhead_dialog import LetterheadDialog
from gaitdesk.ui.report.pages import Reported, Shown, report_pages, save_report
from gaitdesk.ui.theme import em, on_screen
from gaitdesk.ui.worker import JobWorker


class ReportDialog(QDialog):
    """Makes the report in the background and shows its pages.

    How it is set, as its paper, is kept in the data folder for the next report.

    Attributes:
        folder: Where the report lies until it is saved; gone when the dialog closes.
        letterhead: Where the letterhead is typed, while it is open.
    """

    def __init__(
        self, reported: Reported, last_resort: LastResort, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Report"))
        self._reported, self._last_resort = reported, last_resort
        self._settings = reported.folder or user_folder()
        self._stationery = read_stationery(self._settings)
        self.letterhead: LetterheadDialog | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="gaitdesk-report-"))
        self._shown: Shown | None = None
        self._worker: JobWorker | None = None
        self.message = Message()
        self._progress = ProgressPanel()
        self._progress.cancel_asked.connect(self.close)
        self._make_options()
        self._save = QPushButton(tr("Save as PDF …"))
        self._save.setProperty("primary", True)
        self._save.clicked.connect(self._on_save)
        self._open = QPushButton(tr("Open in another program"))
        self._open.clicked.connect(self._on_open)
        self._page_box = QVBoxLayout()
        self._pages: list[QLabel] = []
        self._lay_out()
        self.resize(on_screen(self, 72, 60))
        self.make()

    def _make_options(self) -> None:
        self._paper = QComboBox()
        self._paper.setAccessibleName(tr("Paper"))
        for size in PageSize:
            self._paper.addItem(size.value.upper() if size is PageSize.A4 else tr("Letter"), size)
        self._paper.setCurrentIndex(self._paper.findData(self._stationery.page_size))
        self._language = QComboBox()
        self._language.setAccessibleName(tr("Language of the report"))
        for language in ("", *LANGUAGES):
            self._language.addItem(language_words(language), language)
        self._language.setCurrentIndex(max(0, self._language.findData(self._stationery.language)))
        for choice in (self._paper, self._language):
            choice.currentIndexChanged.connect(self._on_set)
        self._named = QCheckBox(tr("With the patient's name"))
        self._named.setChecked(True)
        self._named.setVisible(self._reported.session is not None)
        self._named.toggled.connect(self.make)
        self._head = QPushButton(tr("Letterhead …"))
        self._head.clicked.connect(self.ask_letterhead)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addLayout(self._page_box)
        column.addStretch(1)
        self._page_box.setSpacing(em(self, 1))
        foot = Lines()
        row = BreakingRow(foot, em(self, 0.5))
        for widget in (
            QLabel(tr("Paper")),
            self._paper,
            QLabel(tr("Language")),
            self._language,
            self._head,
            self._named,
        ):
            row.addWidget(widget)
        row.push_right()
        row.addWidget(self._open)
        row.addWidget(self._save)
        self._area = scrolling(inside)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.message)
        layout.addWidget(self._progress)
        layout.addWidget(self._area, 1)
        layout.addWidget(foot)

    @property
    def pages(self) -> tuple[QLabel, ...]:
        """The pages shown."""
        return tuple(self._pages)

    @property
    def file(self) -> Path | None:
        """The report, once it is there."""
        return None if self._shown is None else self._shown.path

    @property
    def stationery(self) -> Stationery:
        """How the report is set."""
        return self._stationery

    def ask_letterhead(self) -> None:
        """Offer the clinic's letterhead for change."""
        dialog = LetterheadDialog(self._stationery, self._settings, self)
        dialog.kept.connect(self._on_letterhead)
        dialog.destroyed.connect(self._on_letterhead_gone)
        self.letterhead = dialog
        dialog.open()

    def _on_letterhead(self, stationery: Stationery) -> None:
        self._stationery = stationery
        self.make()

    def _on_letterhead_gone(self) -> None:
        self.letterhead = None

    def _on_set(self) -> None:
        self._stationery = replace(
            self._stationery,
            page_size=PageSize(self._paper.currentData()),
            language=str(self._language.currentData()),
        )
        try:
            keep_stationery(self._settings, self._stationery)
        except GaitDeskError as error:
            self.message.say(str(error), "warning")
        self.make()

    def make(self) -> None:
        """Make the report anew."""
        self._stop()
        self._shown = None
        self._show_pages(())
        self._save.setEnabled(False)
        self._open.setEnabled(False)
        self._progress.begin(tr("Making the report"))
        self._progress.show()
        setup, problem = setup_of(self._stationery, self._settings)
        if problem:
            self.message.say(problem, "warning")
        is_named = self._named.isChecked()
        job = report_pages(self._reported, self.folder, setup, is_named=is_named)
        worker = JobWorker(job, self)
        worker.progressed.connect(self._progress.show_progress)
        worker.succeeded.connect(self._on_made)
        worker.failed.connect(self._on_failed)
        self._worker = worker
        worker.start()

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()
            worker.deleteLater()

    def _on_made(self, made: Shown) -> None:
        if self.sender() is not self._worker:
            return
        self._shown = made
        self._progress.hide()
        self._show_pages(made.pages)
        if made.is_sealed:
            self.message.say(
                tr("The patient's name is locked, so the report shows the pseudonym alone.")
            )
        self._save.setEnabled(True)
        self._open.setEnabled(True)

    def _on_failed(self, error: Exception) -> None:
        self._progress.hide()
        if is_mendable(error):
            self.message.say(str(error), "error", can_close=False)
        else:
            self.message.say(tr("The report could not be made."), "error", can_close=False)
            self._last_resort.show_error(error)

    def _show_pages(self, pages: tuple[QImage, ...]) -> None:
        for label in self._pages:
            self._page_box.removeWidget(label)
            label.deleteLater()
        self._pages = []
        for number, page in enumerate(pages, start=1):
            label = QLabel()
            label.setPixmap(QPixmap.fromImage(page))
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setAccessibleName(
                tr("Page {number} of {total}").format(number=number, total=len(pages))
            )
            self._pages.append(label)
            self._page_box.addWidget(label)

    def save_to(self, path: Path) -> None:
        """Put a copy of the report into a place; the journal of the visit notes it."""
        if self._shown is None:
            return
        self._stop()
        self._save.setEnabled(False)
        worker = JobWorker(save_report(self._reported, self._shown, path), self)
        worker.succeeded.connect(self._on_saved)
        worker.failed.connect(self._on_not_saved)
        self._worker = worker
        worker.start()

    def _on_saved(self, path: Path) -> None:
        self._save.setEnabled(True)
        self.message.say(tr("Saved as {path}.").format(path=path))

    def _on_not_saved(self, error: Exception) -> None:
        self._save.setEnabled(True)
        self._on_failed(error)

    def _on_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save the report"), REPORT_FILE, tr("PDF (*.pdf)")
        )
        if name:
            self.save_to(Path(name))

    def _on_open(self) -> None:
        if self.file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.file)))

    def done(self, result: int) -> None:
        """Go: by Escape, by closing the window, and with the program."""
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        super().done(result)
