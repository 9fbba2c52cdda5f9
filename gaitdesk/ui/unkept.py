"""What was written and could not be kept: said before anything is left, and never lost unseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import BreakingRow, Lines
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.theme import em


@dataclass(frozen=True, slots=True)
class Unkept:
    """Something that somebody wrote or tried, and that could not be kept.

    Attributes:
        title: What it is about, for people.
        words: What was written; empty where the title says it all.
        why: Why it could not be kept, and what to do.
    """

    title: str
    words: str
    why: str


Settle = Callable[[], Sequence[Unkept]]
"""Tries to keep all that is not kept yet; gives what could not be."""


class UnkeptDialog(QDialog):
    """Shows what could not be kept, to be tried again, copied, or given up.

    Args:
        unkept: What could not be kept.
        settle: Tries once more.

    Signals:
        released: All of it is kept by now, or given up; what was about to be done may go on.
    """

    released = Signal()

    def __init__(
        self, unkept: Sequence[Unkept], settle: Settle, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Not kept yet"))
        self._settle = settle
        self._unkept = tuple(unkept)
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self.message = Message()
        self._said = QLabel(
            tr(
                "Nothing of it is lost while this window is open. Mend what is in the way and try"
                " again, or copy the words to keep them elsewhere."
            )
        )
        self._said.setWordWrap(True)
        self.words = QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(tr("What could not be kept"))
        self.again_button = QPushButton(tr("Try again"))
        self.again_button.setProperty("primary", True)
        self.again_button.clicked.connect(self.try_again)
        self.copy_button = QPushButton(tr("Copy"))
        self.copy_button.clicked.connect(self._on_copy)
        self.stay_button = QPushButton(tr("Go back"))
        self.stay_button.clicked.connect(self.reject)
        self.leave_button = QPushButton(tr("Leave without keeping it"))
        self.leave_button.clicked.connect(self._on_left)
        for button in (self.copy_button, self.stay_button, self.leave_button):
            button.setAutoDefault(False)
        self.again_button.setDefault(True)
        self._lay_out()
        self._show()
        self.again_button.setFocus()

    def _lay_out(self) -> None:
        foot = Lines()
        row = BreakingRow(foot, em(self, 0.5))
        row.addWidget(self.leave_button)
        row.push_right()
        for button in (self.copy_button, self.stay_button, self.again_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(self._heading)
        layout.addWidget(self.message)
        layout.addWidget(self._said)
        layout.addWidget(self.words, 1)
        layout.addWidget(foot)
        self.resize(em(self, 44), em(self, 24))

    def _show(self) -> None:
        self._heading.setText(tr("%n thing(s) you wrote could not be kept", "", len(self._unkept)))
        whys = dict.fromkeys(one.why for one in self._unkept)
        self.message.say("\n".join(whys), "error", can_close=False)
        self.words.setPlainText(
            "\n\n".join(f"{one.title}\n{one.words}".rstrip() for one in self._unkept)
        )

    def try_again(self) -> None:
        """Try to keep it once more; where that succeeds, go on."""
        self._unkept = tuple(self._settle())
        if self._unkept:
            self._show()
        else:
            self._on_left()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.words.toPlainText())
        self.copy_button.setText(tr("Copied"))

    def _on_left(self) -> None:
        self.accept()
        self.released.emit()


class Leaving(QObject):
    """Lets a visit or the window be left once all that was written is kept, or given up.

    Args:
        settle: Tries to keep what is not kept yet.
        window: What could not be kept is shown before it.

    Attributes:
        dialog: Shows it, while it is open.
    """

    def __init__(self, settle: Settle, window: QWidget) -> None:
        super().__init__(window)
        self._settle, self._window = settle, window
        self.dialog: UnkeptDialog | None = None

    def go(self, leave: Callable[[], object]) -> None:
        """Leave: now where everything is kept, else when that has been answered."""
        if self.is_free(leave):
            leave()

    def is_free(self, leave: Callable[[], object]) -> bool:
        """Whether all is kept; where it is not, `leave` is called when that has been answered."""
        if self.dialog is not None:
            self.dialog.activateWindow()
            return False
        unkept = self._settle()
        if not unkept:
            return True
        dialog = UnkeptDialog(unkept, self._settle, self._window)
        dialog.finished.connect(self._on_answered)
        dialog.released.connect(leave)
        self.dialog = dialog
        dialog.open()
        return False

    def _on_answered(self) -> None:
        self.dialog = None
