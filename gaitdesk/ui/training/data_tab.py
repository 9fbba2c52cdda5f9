"""The first step of teaching: what is learned from, and a look at it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.jobs.outlook_facts import FEWEST_PATIENTS, Outlook
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.outlook_view import OutlookView
from gaitdesk.ui.training.sources_form import SourcesForm


class DataTab(QWidget):
    """Offers sources on the left, and shows on the right what they hold.

    Signals:
        look_asked: Somebody wants to see what the sources hold.
        changed: Other sources are chosen; what was seen of them holds no more.
        next_asked: On to the training itself.
    """

    look_asked = Signal()
    changed = Signal()
    next_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sources = SourcesForm()
        self.sources.changed.connect(self._on_changed)
        self.look_button = QPushButton(tr("&Look at the data"))
        self.look_button.setProperty("primary", True)
        self.look_button.clicked.connect(self.look_asked)
        self.next_button = QPushButton(tr("&On to the training"))
        self.next_button.clicked.connect(self.next_asked)
        self.message = Message()
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "soft")
        self.view = OutlookView()
        self._lay_out()
        self.show_outlook(None)

    def _lay_out(self) -> None:
        gap = em(self, 0.8)
        left = QFrame()
        left.setProperty("card", True)
        inside = QVBoxLayout(left)
        inside.setContentsMargins(gap, gap, gap, gap)
        inside.addWidget(self.sources)
        inside.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.look_button)
        buttons.addStretch(1)
        column = QWidget()
        stack = QVBoxLayout(column)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(gap)
        stack.addWidget(scrolling(left), 1)
        stack.addLayout(buttons)
        right = QWidget()
        found = QVBoxLayout(right)
        found.setContentsMargins(gap, 0, 0, 0)
        found.setSpacing(gap)
        found.addWidget(self.message)
        found.addWidget(self.empty, 1)
        found.addWidget(self.view, 1)
        onward = QHBoxLayout()
        onward.addStretch(1)
        onward.addWidget(self.next_button)
        found.addLayout(onward)
        parts = QSplitter()
        parts.addWidget(column)
        parts.addWidget(right)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(parts)

    def show_outlook(self, found: Outlook | None) -> None:
        """Show what the sources hold; None where nobody has looked yet."""
        is_known = found is not None and bool(found.cases or found.excluded)
        self.view.setVisible(is_known)
        self.empty.setVisible(not is_known)
        self.next_button.setVisible(found is not None and found.is_enough)
        self.message.hide()
        if found is None:
            self.empty.setText(
                tr("Choose what is learned from, then look at the data. Nothing is changed by it.")
            )
            return
        if is_known:
            self.view.show_outlook(found)
        else:
            self.empty.setText(
                tr(
                    "There is no visit at this desk yet. Open films, confirm their form, record"
                    " consent to training, and look again; or add a cohort of phantoms."
                )
            )
        if not found.is_enough and is_known:
            self.message.say(_too_few(found), "warning", can_close=False)

    def show_busy(self, is_busy: bool) -> None:
        """Show that the data are being looked at, or are not any more."""
        self.sources.setEnabled(not is_busy)
        self.look_button.setEnabled(not is_busy and not self.sources.is_empty)

    def _on_changed(self) -> None:
        self.look_button.setEnabled(not self.sources.is_empty)
        self.show_outlook(None)
        self.changed.emit()


def _too_few(found: Outlook) -> str:
    if not found.cases:
        return tr(
            "There is no confirmed scoresheet yet that may be learned from. What would mend it"
            " stands beside each visit; a cohort of phantoms helps meanwhile."
        )
    return tr(
        "A training needs at least {count} patients: some to learn from, others to be checked on."
        " Confirm more scoresheets, or add a cohort of phantoms."
    ).format(count=FEWEST_PATIENTS)
