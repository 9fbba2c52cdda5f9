"""Closing the window while something goes on that would have to begin anew: asked first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from gaitdesk.i18n import tr


class Quitting(QObject):
    """Closes the window when whoever sits here means it.

    What has been confirmed or typed is kept in any case; what is lost is time.

    Args:
        going_on: Says what would have to begin anew; "" for nothing.
        close: Closes the window.
        window: The question is put before it.

    Attributes:
        question: Is put, while it is open.
        stay_button, close_button: Its answers.
    """

    def __init__(
        self, going_on: Callable[[], str], close: Callable[[], object], window: QWidget
    ) -> None:
        super().__init__(window)
        self._going_on, self._close, self._window = going_on, close, window
        self._is_meant = False
        self.question: QMessageBox | None = None

    def go(self) -> None:
        """Close: now where nothing goes on, else when the question has been answered."""
        if self.is_free():
            self._close()

    def is_free(self) -> bool:
        """Whether nothing goes on, or it was given up; where not, the question is put."""
        if self._is_meant:
            return True
        if self.question is not None:
            self.question.activateWindow()
            return False
        words = self._going_on()
        if words:
            self._ask(words)
        return not words

    def _ask(self, words: str) -> None:
        question = QMessageBox(self._window)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(tr("Close GaitDesk?"))
        question.setText(words)
        question.setInformativeText(tr("Scores and corrections are kept either way."))
        role = QMessageBox.ButtonRole
        self.close_button = question.addButton(tr("Close all the same"), role.DestructiveRole)
        self.stay_button = question.addButton(tr("Go back"), role.RejectRole)
        question.setDefaultButton(self.stay_button)
        question.setEscapeButton(self.stay_button)
        self.close_button.clicked.connect(self._on_meant)
        question.finished.connect(self._on_answered)
        self.question = question
        question.open()

    def _on_answered(self) -> None:
        self.question = None

    def _on_meant(self) -> None:
        self._is_meant = True
        self.question = None
        self._close()
        # Something else may still hold the window open.
        self._is_meant = False
