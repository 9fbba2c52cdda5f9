"""The second step of teaching: how, then the training itself, and those that were left off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import sentences, tr
from gaitdesk.jobs.outlook_facts import Outlook
from gaitdesk.jobs.training_folders import Begun
from gaitdesk.ui.parts.left_off import LeftOff, LeftOffList
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.plan_form import PlanForm
from gaitdesk.ui.training.run_view import RunView


class TrainingTab(QWidget):
    """Shows the plan, or the training that is under way.

    Signals:
        start_asked: The training shall begin as planned.
        data_asked: The data shall be looked at first.
        go_on_asked: A `Begun` that shall go on.
        discard_asked: A `Begun` that is not wanted any more.
    """

    start_asked = Signal()
    data_asked = Signal()
    go_on_asked = Signal(object)
    discard_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outlook: Outlook | None = None
        self._is_busy = False
        self._is_plan_known = False
        self.message = Message()
        self.plan = PlanForm()
        self.plan.changed.connect(self._on_plan)
        self.run = RunView()
        self.start_button = QPushButton(tr("&Start the training"))
        self.start_button.setProperty("primary", True)
        self.start_button.clicked.connect(self.start_asked)
        self.data_button = QPushButton(tr("&Look at the data"))
        self.data_button.clicked.connect(self.data_asked)
        self._why_not = QLabel()
        self._why_not.setWordWrap(True)
        self._why_not.setProperty("role", "soft")
        self._offers = LeftOffList()
        self._offers.go_on_asked.connect(self.go_on_asked)
        self._offers.discard_asked.connect(self.discard_asked)
        self._stack = QStackedWidget()
        self._lay_out()
        self.show_outlook(None)

    def _lay_out(self) -> None:
        gap = em(self, 0.8)
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(gap, gap, gap, gap)
        inside.setSpacing(gap)
        inside.addWidget(self.plan)
        inside.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(gap)
        buttons.addWidget(self.start_button)
        buttons.addWidget(self.data_button)
        buttons.addWidget(self._why_not, 1)
        planning = QWidget()
        column = QVBoxLayout(planning)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self._offers)
        column.addWidget(scrolling(card), 1)
        column.addLayout(buttons)
        self._stack.addWidget(planning)
        self._stack.addWidget(self.run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(self.message)
        layout.addWidget(self._stack, 1)

    @property
    def offers(self) -> tuple[LeftOff, ...]:
        """Trainings that were left off, as they are offered."""
        return self._offers.offers

    @property
    def is_running(self) -> bool:
        """Whether the training is shown, and not the plan."""
        return self._stack.currentWidget() is self.run

    @property
    def first_places(self) -> tuple[QWidget, ...]:
        """Where the keyboard may go first; never where one key would end a training."""
        if self.is_running:
            return (self.run.item,)
        offers = tuple(one.go_on for one in self.offers)
        return (*offers, self.start_button, self.data_button, self.plan.start)

    def show_outlook(self, found: Outlook | None) -> None:
        """Show what the plan has to do with; None where the data were not looked at."""
        self._outlook = found
        self._is_plan_known = found is not None
        self.plan.show_outlook(found)
        self._update()

    def show_unfinished(self, begun: Sequence[Begun]) -> None:
        """Offer trainings that were left off."""
        self._offers.show_things([(offer_words(one), one) for one in begun])
        self._update()

    def show_busy(self, is_busy: bool) -> None:
        """Show that something else is being worked out, or is not any more."""
        self._is_busy = is_busy
        self._update()

    def show_running(self, is_running: bool) -> None:
        """Show the training, or the plan again."""
        if is_running:
            self.message.hide()
        self._stack.setCurrentIndex(1 if is_running else 0)
        self.first_places[0].setFocus()

    def _on_plan(self) -> None:
        """What there is to learn from is still known, and what it takes is not."""
        self._is_plan_known = False
        if self._outlook is not None:
            self._outlook = replace(self._outlook, is_possible=True)
        self.plan.show_outlook(None)
        self._update()

    def _update(self) -> None:
        found = self._outlook
        if found is None:
            why = tr("Look at the data first.")
        elif not found.is_enough:
            why = tr("There are too few patients to learn from; the first page says what to do.")
        elif not found.is_possible:
            why = tr("It does not fit into memory as planned.")
        else:
            why = ""
        self._why_not.setText(why)
        self.start_button.setEnabled(not why and not self._is_busy)
        self.data_button.setVisible(not self._is_plan_known)
        self.data_button.setEnabled(not self._is_busy)
        self._offers.setEnabled(not self._is_busy)


def offer_words(begun: Begun) -> str:
    """A training that was left off, in a sentence."""
    when = begun.at[:16].replace("T", " ")
    words = tr("The training begun on {when} was left off.").format(when=when)
    if not begun.epochs:
        return sentences((words, tr("Its first epoch was not over.")))
    last = begun.epochs[-1]
    said = [words, tr("%n epoch(s) are done.", "", last.number)]
    if last.balanced_accuracy is not None:
        best = max(one.balanced_accuracy or 0.0 for one in begun.epochs)
        said.append(tr("Balanced accuracy at its best: {value}.").format(value=f"{best:.2f}"))
    return sentences(said)
