"""Films of a visit: copied into GaitDesk by their content, so that they go and stay with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.jobs.copying import copy_films_in
from gaitdesk.store.edits import FilmFacts, SessionId
from gaitdesk.store.erasing import FILMS
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.theme import em, on_screen


class FilmsDialog(QDialog):
    """Shows where a visit's films lie, and copies them in, or has them looked for.

    Attributes:
        message, progress: What copying says.

    Signals:
        copied: The films lie in GaitDesk now.
        look_asked: Films are not where they were, and shall be looked for.
    """

    copied = Signal()
    look_asked = Signal()

    def __init__(
        self,
        store: Callable[[], Store],
        session: SessionId,
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Films of this visit"))
        self._store, self._session = store, session
        self.jobs = JobRunner(last_resort, self)
        self.list = QPlainTextEdit()
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setAccessibleName(tr("Films of this visit"))
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.cancel_asked.connect(self.jobs.cancel)
        self.progress.hide()
        self.copy_button = QPushButton()
        self.copy_button.setProperty("primary", True)
        self.copy_button.clicked.connect(self.copy)
        self.look_button = QPushButton(tr("Look for the films …"))
        self.look_button.setAutoDefault(False)
        self.look_button.clicked.connect(self.look_asked)
        self.close_button = QPushButton(tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.close)
        self._lay_out()
        self.show_films()

    def _lay_out(self) -> None:
        said = QLabel(
            tr(
                "GaitDesk refers to films where they are. Copied in, they lie in the data folder"
                " under their content: they can no longer be moved away by accident, are part of"
                " its backup, and are erased with the patient. The originals stay where they are."
            )
        )
        said.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.look_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        self.list.setMinimumHeight(em(self, 8))
        for widget in (said, self.list, self.message, self.progress):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        self.resize(on_screen(self, 56, 26))

    def show_films(self) -> None:
        """Show where each film lies now."""
        store = self._store()
        films = tuple(store.films(self._session).values())
        self.list.setPlainText("\n".join(where_words(store.folder, one) for one in films))
        apart = [one for one in films if not is_inside(store.folder, one)]
        missing = [one for one in apart if not (store.folder / one.path).is_file()]
        self.look_button.setVisible(bool(missing))
        size = megabytes(sum(one.size_bytes for one in apart))
        words = tr("Copy %n film(s) in, {size} MB", "", len(apart)).format(size=size)
        self.copy_button.setText(words)
        self.copy_button.setEnabled(bool(apart) and not missing and not self.jobs.is_busy)
        self.copy_button.setVisible(bool(apart))

    def copy(self) -> None:
        """Copy the films in."""
        if not self.jobs.is_busy:
            store = self._store()
            self.message.hide()
            job = copy_films_in(self._session, store.folder, store.rater)
            self.jobs.run(job, tr("Copying the films"), self, self._on_copied)

    def show_busy(self, is_busy: bool) -> None:
        """Show that films are being copied, or are not any more."""
        self.progress.setVisible(is_busy)
        if is_busy:
            self.copy_button.setEnabled(False)
        else:
            self.show_films()

    def _on_copied(self, _: object) -> None:
        self.message.say(tr("The films lie in GaitDesk now."))
        self.copied.emit()

    def done(self, result: int) -> None:
        self.jobs.stop()
        super().done(result)


def is_inside(folder: Path, film: FilmFacts) -> bool:
    """Whether a film is a copy in the data folder."""
    return (folder / film.path).parent == (folder / FILMS).absolute()


def where_words(folder: Path, film: FilmFacts) -> str:
    """Where a film lies, in a line."""
    path = folder / film.path
    if is_inside(folder, film):
        said = tr("in GaitDesk, {name} …").format(name=film.sha256[:12])
    elif path.is_file():
        said = str(path)
    else:
        said = tr("not found at {path}").format(path=path)
    return f"{film.index + 1}  {megabytes(film.size_bytes)} MB  {said}"


def megabytes(size_bytes: int) -> str:
    """A size with a decimal where it is small."""
    size = max(0.1, size_bytes / 1e6)
    return f"{size:.1f}" if size < 9.95 else f"{size:.0f}"
