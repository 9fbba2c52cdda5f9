"""A patient is erased: what goes, what stays, and a name typed to be sure."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import sentences, tr
from gaitdesk.jobs.erasing import Erased, erase_patient
from gaitdesk.store.edits import PatientId
from gaitdesk.store.erasing import FILMS, Files
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.exports.films import megabytes
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.theme import em
from gaitdesk.ui.worker import JobWorker


class EraseDialog(QDialog):
    """Says what is erased and what stays, and erases once the pseudonym has been typed.

    Signals:
        about_to_erase: The `PatientId`; whoever shows something of the patient lets go of it.
        erased: The `PatientId`, when the name is gone.
    """

    about_to_erase = Signal(object)
    erased = Signal(object)

    def __init__(
        self,
        store: Callable[[], Store],
        patient: PatientId,
        pseudonym: str,
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Erase a patient"))
        self._store, self.patient, self._pseudonym = store, patient, pseudonym
        self._last_resort = last_resort
        self._worker: JobWorker | None = None
        self._done: Erased | None = None
        held = store()
        self._visits = sum(one.visit.patient == patient for one in held.sessions())
        self._files = held.files_of(patient)
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.cancel_asked.connect(self._on_cancel)
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(pseudonym)
        self.typed.textChanged.connect(self._on_typed)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("e.g. the family asked for it; no names"))
        self.reason.textChanged.connect(self._on_typed)
        self.erase_button = QPushButton(tr("Erase for good"))
        self.erase_button.setAutoDefault(False)
        self.erase_button.clicked.connect(self.erase)
        self.close_button = QPushButton(tr("Cancel"))
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.close)
        self.told = QPlainTextEdit()
        self.told.setReadOnly(True)
        self.told.setAccessibleName(tr("What was left"))
        self.told.hide()
        self._lay_out()
        self.progress.hide()
        self._on_typed()
        self.typed.setFocus()

    def _lay_out(self) -> None:
        heading = QLabel(tr("Erase {patient}").format(patient=self._pseudonym))
        heading.setProperty("role", "heading")
        gap = em(self, 1.2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(heading)
        self.explained = QLabel(explained(self._visits, self._files))
        self.explained.setWordWrap(True)
        self.explained.setTextFormat(Qt.TextFormat.RichText)
        self.fields = QWidget()
        form = QFormLayout(self.fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(tr("Why"), self.reason)
        form.addRow(
            tr("Type {patient} to be sure").format(patient=self._pseudonym),
            self.typed,
        )
        for widget in (self.explained, self.fields, self.message, self.progress, self.told):
            layout.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.erase_button)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.setMinimumWidth(em(self, 52))

    @property
    def is_working(self) -> bool:
        """Whether it is being done."""
        return self._worker is not None

    def erase(self) -> None:
        """Begin; the name goes first and at once."""
        if not self.erase_button.isEnabled() or self.is_working:
            return
        self.about_to_erase.emit(self.patient)
        store = self._store()
        job = erase_patient(self.patient, self.reason.text().strip(), store.folder, store.rater)
        self.message.hide()
        self.progress.begin(tr("Erasing the patient"))
        worker = JobWorker(job, self)
        worker.progressed.connect(self.progress.show_progress)
        worker.succeeded.connect(self._on_erased)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_finished)
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        self._show_working()
        worker.start()

    def _show_working(self) -> None:
        self.progress.setVisible(self.is_working)
        self.fields.setEnabled(not self.is_working)
        self.close_button.setEnabled(not self.is_working)
        self._on_typed()

    def _on_typed(self) -> None:
        is_sure = self.typed.text().strip() == self._pseudonym and bool(self.reason.text().strip())
        self.erase_button.setEnabled(is_sure and not self.is_working and self._done is None)

    def _on_cancel(self) -> None:
        if self._worker is not None:
            self._worker.requestInterruption()

    def _on_erased(self, done: Erased) -> None:
        self._done = done
        self.explained.hide()
        self.fields.hide()
        self.erase_button.hide()
        self.close_button.setText(tr("Close"))
        said = tr("{patient} is erased, and it is noted in the journal.").format(
            patient=self._pseudonym
        )
        if done.left:
            self.told.setPlainText("\n".join(str(one) for one in done.left))
            self.told.show()
            left = tr(
                "%n film(s) lie outside GaitDesk and are yours to remove:", "", len(done.left)
            )
            said = sentences((said, left))
        self.message.say(said, "warning" if done.left else "note", can_close=False)
        self.adjustSize()

    def _on_failed(self, error: Exception) -> None:
        if is_mendable(error):
            self.message.say(str(error), "error", can_close=False)
        else:
            self.message.say(tr("This could not be done because of a defect in GaitDesk."), "error")
            self._last_resort.show_error(error)

    def _on_finished(self) -> None:
        self._worker = None
        self._show_working()
        # Whether all files went or not, the name is gone as soon as the job has begun.
        self.erased.emit(self.patient)

    def done(self, result: int) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()
            # Whether all files went or not, the name is gone as soon as the job has begun.
            self.erased.emit(self.patient)
        super().done(result)


def explained(visits: int, files: Files) -> str:
    """What is erased and what stays, as rich text."""
    copies = [one for one in files.inside if one.parent.name == FILMS]
    folders = len(files.inside) - len(copies)
    erased = [
        tr("name, day of birth and record number, in the store and in its backups"),
        tr("%n visit(s) from every list", "", visits),
    ]
    if folders:
        erased.append(tr("%n folder(s) of analyses and pictures", "", folders))
    if copies:
        size = megabytes(sum(one.stat().st_size for one in copies if one.is_file()))
        erased.append(
            tr("%n film(s) copied into GaitDesk, {size} MB", "", len(copies)).format(size=size)
        )
    stays = [
        tr("the journal: scores, times and who gave them, under no name; that and why you erased"),
        tr("what has left the desk already: exports, and backups that others made"),
    ]
    if files.outside:
        stays.append(tr("%n film(s) outside GaitDesk; you are told where", "", len(files.outside)))
    return (
        f"<p><b>{tr('This is erased for good, and no undo brings it back:')}</b></p>{_list(erased)}"
        f"<p><b>{tr('This stays:')}</b></p>{_list(stays)}"
    )


def _list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{one}</li>" for one in lines) + "</ul>"
