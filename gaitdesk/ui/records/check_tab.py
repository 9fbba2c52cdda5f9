"""Whether the records are as they were left: checked from the first entry to the last."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.store.verify import Verdict
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.records.words import time_words
from gaitdesk.ui.theme import em


class CheckTab(QWidget):
    """Offers the check, and says what it found in one sentence.

    Signals:
        check_asked: Somebody wants the records to be checked.
    """

    check_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        intro = QLabel(
            tr(
                "Every edit is an entry of a journal, and each entry is sealed by the one after it."
                " The check follows the journal from its first entry to its last, compares every"
                " table, signature and signed file with it, and changes nothing."
            )
        )
        intro.setWordWrap(True)
        self.button = QPushButton(tr("Check the records"))
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.check_asked)
        self.verdict = Message()
        self._details = QLabel()
        self._details.setWordWrap(True)
        self._details.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(intro)
        layout.addLayout(row)
        layout.addWidget(self.verdict)
        layout.addWidget(scrolling(self._details), 1)

    @property
    def details(self) -> str:
        """What it says besides the verdict."""
        return self._details.text()

    def show_checking(self, is_checking: bool) -> None:
        """Show that the check is running."""
        self.button.setEnabled(not is_checking)
        if is_checking:
            self.verdict.hide()
            self._details.clear()

    def show_stopped(self) -> None:
        """Say that the check was stopped."""
        self.verdict.say(tr("The check was stopped; nothing is known yet. Run it again."))

    def show_verdict(self, found: Verdict) -> None:
        """Say what was found, and what to do."""
        if found.is_whole:
            self.verdict.say(
                tr(
                    "The records are whole: %n entries, each as it was written, none missing.",
                    "",
                    found.entries,
                ),
                can_close=False,
            )
        else:
            self.verdict.say(bad_words(found), "error", can_close=False)
        self._details.setText("\n\n".join(_detail_words(found)))


def bad_words(found: Verdict) -> str:
    """What is wrong, in one sentence that names the first bad entry."""
    if found.first_bad is None:
        return tr("The records are not as they were left: {problem}").format(
            problem=found.problems[0]
        )
    return tr(
        "The records are not as they were left: entry {number} is the first bad one; the %n"
        " before it are as they were written.",
        "",
        found.entries,
    ).format(number=found.first_bad.id)


def _detail_words(found: Verdict) -> list[str]:
    lines = []
    bad = found.first_bad
    if bad is not None:
        lines.append(
            tr("First bad entry: {number}; time {time}; visit {session}").format(
                number=bad.id,
                time=time_words(datetime.fromisoformat(bad.at)) if bad.at else "-",
                session=bad.session or "-",
            )
        )
    lines += found.problems
    if not found.is_whole:
        lines.append(
            tr(
                "What to do next: close GaitDesk on every machine, keep a copy of the data folder"
                " as it is, and tell whoever looks after it. Then put back the last backup that"
                " passes this check. Nothing was changed by checking."
            )
        )
    return [*lines, *found.notes]
