"""What the reviewer writes of a visit as a whole; what should be done stands apart."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.narrative import Narrative
from gaitdesk.i18n import tr
from gaitdesk.report.background_words import PATTERNS
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.patients.optional import chosen_words, editable, show_words
from gaitdesk.ui.theme import em, on_screen
from gaitdesk.ui.unkept import Unkept


class NarrativeDialog(QDialog):
    """Offers the reviewer's words on a visit for writing.

    Args:
        title: Which visit.
        shown: What was written.
        keep: Keeps what is written now.
    """

    def __init__(
        self,
        title: str,
        shown: Narrative,
        keep: Callable[[Narrative], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Findings and recommendations"))
        self._keep, self._kept = keep, shown
        self._is_warned = False
        self.message = Message()
        self.pattern = editable(PATTERNS)
        show_words(self.pattern, shown.pattern)
        self.findings = _text(shown.findings)
        self.limitations = _text(shown.limitations)
        self.recommendations = _text(shown.recommendations)
        apart = tr("Printed in a box of their own, after the measurements and apart from them.")
        self.recommendations.setPlaceholderText(apart)
        self.recommendations.setToolTip(apart)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.keep_button = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.keep_button.setText(tr("Keep"))
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        self._buttons.accepted.connect(self._on_kept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out(title)
        self.resize(on_screen(self, 56, 46))
        self.findings.setFocus()

    def _lay_out(self, title: str) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(self, 0.35))
        head = QLabel(title)
        head.setProperty("role", "heading")
        column.addWidget(head)
        for words, field in (
            (tr("Gait pattern"), self.pattern),
            (tr("Main findings"), self.findings),
            (tr("Limitations"), self.limitations),
        ):
            column.addSpacing(em(self, 0.3))
            column.addWidget(_label(words, field))
            column.addWidget(field, int(field is self.findings) + 1)
        box = QFrame()
        box.setProperty("card", True)
        apart = QVBoxLayout(box)
        gap = em(self, 0.8)
        apart.setContentsMargins(gap, gap, gap, gap)
        apart.setSpacing(em(self, 0.35))
        apart.addWidget(_label(tr("Recommendations"), self.recommendations))
        apart.addWidget(self.recommendations, 1)
        column.addSpacing(gap)
        column.addWidget(box, 2)
        layout = QVBoxLayout(self)
        around = em(self, 1.2)
        layout.setContentsMargins(around, around, around, around)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(scrolling(inside), 1)
        layout.addWidget(self.message)
        layout.addWidget(self._buttons)

    @property
    def narrative(self) -> Narrative:
        """What is written now."""
        return Narrative(
            chosen_words(self.pattern),
            self.findings.toPlainText().strip(),
            self.limitations.toPlainText().strip(),
            self.recommendations.toPlainText().strip(),
        )

    def settle(self) -> tuple[Unkept, ...]:
        """Keep what is written, as where the window is about to close; what could not be kept."""
        return () if self.narrative == self._kept else self._tried()

    def _tried(self) -> tuple[Unkept, ...]:
        words = self.narrative
        try:
            self._keep(words)
        except GaitDeskError as error:
            self.message.say(str(error), "error", can_close=False)
            written = (words.pattern, words.findings, words.limitations, words.recommendations)
            parts = "\n\n".join(part for part in written if part)
            return (Unkept(tr("Findings and recommendations"), parts, str(error)),)
        self._kept = words
        return ()

    def _on_kept(self) -> None:
        # What could not be kept stays, to be copied or kept once more.
        if not self._tried():
            self.accept()

    def reject(self) -> None:
        if self.narrative == self._kept or self._is_warned:
            super().reject()
            return
        self._is_warned = True
        self.message.say(
            tr("What you wrote is not kept. Keep it, or cancel once more to throw it away."),
            "warning",
            can_close=False,
        )


def _text(words: str) -> QPlainTextEdit:
    edit = QPlainTextEdit(words)
    edit.setTabChangesFocus(True)
    edit.setMinimumHeight(em(edit, 4.5))
    return edit


def _label(words: str, field: QWidget) -> QLabel:
    label = QLabel(words)
    label.setBuddy(field)
    field.setAccessibleName(words)
    return label
