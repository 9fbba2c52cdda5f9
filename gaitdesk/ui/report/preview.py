"""The report as it would be printed, to be looked at and saved."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.arrays import Image
from gaitdesk.i18n import ENGLISH, language, tr
from gaitdesk.report.pdf import PageSize
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.picture import to_qimage
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.report.pages import report_pages
from gaitdesk.ui.theme import em
from gaitdesk.ui.worker import JobWorker


class ReportDialog(QDialog):
    """Makes the report in the background and shows its pages.

    Attributes:
        folder: Where the report lies until it is saved; gone when the dialog closes.
    """

    def __init__(
        self, analysis: Analysis, last_resort: LastResort, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Report"))
        self._analysis, self._last_resort = analysis, last_resort
        self.folder = Path(tempfile.mkdtemp(prefix="gaitdesk-report-"))
        self._file: Path | None = None
        self._worker: JobWorker | None = None
        self.message = Message()
        self._progress = ProgressPanel()
        self._progress.cancel_asked.connect(self.close)
        self._paper = QComboBox()
        self._paper.setAccessibleName(tr("Paper"))
        for size in PageSize:
            self._paper.addItem(size.value.upper() if size is PageSize.A4 else tr("Letter"), size)
        self._paper.currentIndexChanged.connect(self.make)
        self._save = QPushButton(tr("Save as PDF …"))
        self._save.setProperty("primary", True)
        self._save.clicked.connect(self._on_save)
        self._open = QPushButton(tr("Open in another program"))
        self._open.clicked.connect(self._on_open)
        self._page_box = QVBoxLayout()
        self._pages: list[QLabel] = []
        self._lay_out()
        self.resize(em(self, 72), em(self, 60))
        self.make()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addLayout(self._page_box)
        column.addStretch(1)
        self._page_box.setSpacing(em(self, 1))
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("Paper")))
        row.addWidget(self._paper)
        row.addStretch(1)
        row.addWidget(self._open)
        row.addWidget(self._save)
        self._area = scrolling(inside)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.message)
        if language() != ENGLISH:
            said = QLabel(tr("The report is in English; its fonts hold no other letters yet."))
            said.setProperty("role", "soft")
            layout.addWidget(said)
        layout.addWidget(self._progress)
        layout.addWidget(self._area, 1)
        layout.addLayout(row)

    @property
    def pages(self) -> tuple[QLabel, ...]:
        """The pages shown."""
        return tuple(self._pages)

    @property
    def file(self) -> Path | None:
        """The report, once it is there."""
        return self._file

    def make(self) -> None:
        """Make the report anew."""
        self._stop()
        self._file = None
        self._show_pages(())
        self._save.setEnabled(False)
        self._open.setEnabled(False)
        self._progress.begin(tr("Making the report"))
        self._progress.show()
        job = report_pages(self._analysis, self.folder, PageSize(self._paper.currentData()))
        worker = JobWorker(job, self)
        worker.progressed.connect(self._progress.show_progress)
        worker.succeeded.connect(self._on_made)
        worker.failed.connect(self._on_failed)
        self._worker = worker
        worker.start()

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker.deleteLater()
            self._worker = None

    def _on_made(self, made: tuple[Path, tuple[Image, ...]]) -> None:
        if self.sender() is not self._worker:
            return
        self._file, pages = made
        self._progress.hide()
        self._show_pages(pages)
        self._save.setEnabled(True)
        self._open.setEnabled(True)

    def _on_failed(self, error: Exception) -> None:
        self._progress.hide()
        if is_mendable(error):
            self.message.say(str(error), "error", can_close=False)
        else:
            self.message.say(tr("The report could not be made."), "error", can_close=False)
            self._last_resort.show_error(error)

    def _show_pages(self, pages: tuple[Image, ...]) -> None:
        for label in self._pages:
            self._page_box.removeWidget(label)
            label.deleteLater()
        self._pages = []
        for number, page in enumerate(pages, start=1):
            label = QLabel()
            label.setPixmap(QPixmap.fromImage(to_qimage(page)))
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setAccessibleName(
                tr("Page {number} of {total}").format(number=number, total=len(pages))
            )
            self._pages.append(label)
            self._page_box.addWidget(label)

    def save_to(self, path: Path) -> None:
        """Put a copy of the report into a place."""
        if self._file is None:
            return
        try:
            shutil.copyfile(self._file, path)
        except OSError as problem:
            self.message.say(
                tr("{path} cannot be written ({reason}). Choose another place.").format(
                    path=path, reason=problem.strerror or problem
                ),
                "error",
            )
        else:
            self.message.say(tr("Saved as {path}.").format(path=path))

    def _on_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save the report"), "report.pdf", tr("PDF (*.pdf)")
        )
        if name:
            self.save_to(Path(name))

    def _on_open(self) -> None:
        if self._file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        super().closeEvent(event)

    def reject(self) -> None:
        # Escape closes as the button does, and cleans up.
        self.close()
