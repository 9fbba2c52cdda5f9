"""The last resort: what nobody expected is logged and shown with details to copy."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

import PySide6
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import gaitdesk
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em

log = logging.getLogger("gaitdesk.ui")

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def details_of(error: BaseException) -> str:
    """Everything a developer needs to know of an error, and nothing of a patient.

    Only the kind of the error and where it arose are told: its message could hold the name of a
    film, and films are named after children.
    """
    here = (
        (frame.name, frame.filename, frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
    )
    # What arose in a child process tells of the frames there, see `gaitdesk.jobs.child`.
    there = getattr(error, "frames_there", ())
    places = [f"  {name}, {_inside(filename)}:{line}" for name, filename, line in (*here, *there)]
    kinds = []
    one: BaseException | None = error
    while one is not None:
        kinds.append(type(one).__name__)
        one = one.__cause__
    return "\n".join(
        (
            f"GaitDesk {gaitdesk.__version__}, Python {platform.python_version()},"
            f" PySide6 {PySide6.__version__}, {platform.platform()}",
            " from ".join(kinds),
            *places,
        )
    )


def _inside(filename: str) -> str:
    """A file's path from the packages on, without the user's folders."""
    for mark in ("site-packages", "gaitdesk"):
        _, found, rest = filename.replace("\\", "/").rpartition(f"/{mark}/")
        if found:
            return rest if mark == "site-packages" else f"{mark}/{rest}"
    return filename.replace("\\", "/").rpartition("/")[2]


class DefectDialog(QDialog):
    """Says that something unexpected happened, that nothing confirmed is lost, and what it was."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Something went wrong"))
        title = QLabel(tr("Something went wrong that should not have"))
        title.setProperty("role", "heading")
        said = QLabel(
            tr(
                "Every score you gave is already kept. You can go on; if it happens again, close"
                " GaitDesk and start it anew. The details below hold no names and no films: please"
                " send them to whoever looks after GaitDesk."
            )
        )
        said.setWordWrap(True)
        self._details = QPlainTextEdit(details_of(error))
        self._details.setReadOnly(True)
        self._details.setAccessibleName(tr("Details"))
        buttons = QDialogButtonBox()
        copy = QPushButton(tr("Copy details"))
        copy.clicked.connect(self._on_copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = QPushButton(tr("Go on"))
        close.setProperty("primary", True)
        close.clicked.connect(self.close)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        for widget in (title, said, self._details, buttons):
            layout.addWidget(widget)
        self.resize(em(self, 46), em(self, 26))

    @property
    def details(self) -> str:
        """What can be copied."""
        return self._details.toPlainText()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details)


class LastResort(QObject):
    """Takes what nobody expected: from the interface thread, other threads, and Qt.

    Signals:
        caught: The exception; sent across threads, so that it is shown by the interface thread.
    """

    caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: DefectDialog | None = None
        self.caught.connect(self.show_error, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Stand behind everything from now on."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        qInstallMessageHandler(_log_qt)

    def remove(self) -> None:
        """Step back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    @property
    def dialog(self) -> DefectDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    def show_error(self, error: BaseException) -> None:
        """Log an error and show it, unless one is being shown already."""
        log.error("%s", details_of(error))
        if self._dialog is not None:
            return
        dialog = DefectDialog(error)
        dialog.destroyed.connect(self._on_closed)
        self._dialog = dialog
        dialog.show()

    def _on_closed(self) -> None:
        self._dialog = None

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, place: TracebackType | None
    ) -> None:
        del kind
        # A painter that nobody has ended must not outlive the widget it was painting.
        traceback.clear_frames(place)
        if not isinstance(error, KeyboardInterrupt):
            self.caught.emit(error)

    def _on_thread(self, said: threading.ExceptHookArgs) -> None:
        if said.exc_value is not None and said.exc_type is not SystemExit:
            self.caught.emit(said.exc_value)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    del context
    log.log(_QT_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)


def is_mendable(error: BaseException) -> bool:
    """Whether an error is one that a clinician can mend, and is shown where it arose."""
    return isinstance(error, GaitDeskError)
