"""Teaching the network from the window: the page, its jobs, and the training, tied together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from gaitdesk.childgait.installed import installed_networks
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.jobs.child import in_child
from gaitdesk.jobs.training_folders import Begun, discard, in_new_folder, unfinished
from gaitdesk.jobs.training_news import Ended
from gaitdesk.jobs.training_order import TrainingOrder
from gaitdesk.store.edits import SessionId
from gaitdesk.ui.beforehand import Beforehand
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.training.training_run import TrainingRun

if TYPE_CHECKING:
    from gaitdesk.jobs.outlook_facts import Outlook
    from gaitdesk.learning.priorities import NextCase
    from gaitdesk.ui.training.network_steps import NetworkSteps
    from gaitdesk.ui.training.page import TrainingPage


class Teaching(QObject):
    """Everything of training that the window offers; the page is made when it is first wanted.

    Args:
        desk: The store, and who is at the desk.
        settings: How the window was left.
        last_resort: Where defects go.
        window: Dialogs open before it.

    Attributes:
        jobs: Work of the page, one at a time.
        run: The training itself.

    Signals:
        page_made: The `TrainingPage`, before it is shown for the first time.
        page_wanted: The page shall be in front.
        left: Somebody is done with the page.
        visit_wanted: The `SessionId` of a visit that shall be corrected.
        networks_changed: Another network is in use, or there is one more.
        said: A sentence for the status line.
    """

    page_made = Signal(object)
    page_wanted = Signal()
    left = Signal()
    visit_wanted = Signal(object)
    networks_changed = Signal()
    said = Signal(str)

    def __init__(
        self, desk: Desk, settings: QSettings, last_resort: LastResort, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._settings, self._window = desk, settings, window
        self._page: TrainingPage | None = None
        self._networks: NetworkSteps | None = None
        self._made = ""
        self.jobs = JobRunner(last_resort, self)
        self.run = TrainingRun(last_resort, self)
        self._beforehand = Beforehand(
            "gaitdesk.ui.training.page", "gaitdesk.ui.training.network_steps", parent=self
        )
        self.jobs.begun.connect(self._show_blocked)
        self.jobs.ended.connect(self._show_blocked)

    @property
    def page(self) -> TrainingPage | None:
        """The page; None until it was wanted."""
        return self._page

    @property
    def networks(self) -> NetworkSteps | None:
        """What is done with networks; None until the page was wanted."""
        return self._networks

    @property
    def is_working(self) -> bool:
        """Whether something is being worked out, or a training is under way."""
        return self.jobs.is_busy or self.run.is_running

    def remind(self) -> None:
        """Say that a training was left off, where one was; and be ready to show it."""
        self._beforehand.start()
        if unfinished(self._desk.folder):
            self.said.emit(tr("A training was left off; Ctrl+T shows it, and it can go on."))

    def show(self) -> None:
        """Put the page in front."""
        page = self._page or self._make_page()
        self.page_wanted.emit()
        page.training.plan.show_networks(installed_networks())
        self._show_unfinished()
        if not self.run.is_running and page.training.offers:
            page.show_tab(page.training)
        self._on_tab()
        page.focus_first()

    def paint(self) -> None:
        """Draw the curves anew in the colours of the theme."""
        if self._page is not None:
            self._page.paint()

    def stop(self) -> None:
        """End what goes on, keeping how far it came; for the end of the window."""
        self._beforehand.stop()
        self.jobs.stop()
        self.run.stop()
        if self._networks is not None:
            self._networks.close()

    def _make_page(self) -> TrainingPage:
        from gaitdesk.ui.training.network_steps import NetworkSteps
        from gaitdesk.ui.training.page import TrainingPage

        page = self._page = TrainingPage()
        page.data.sources.remember_in(self._settings)
        self._networks = NetworkSteps(self._desk, page, self.jobs, self._window)
        self._networks.said.connect(self.said)
        self._networks.changed.connect(self.networks_changed)
        page.left.connect(self.left)
        page.tab_chosen.connect(self._on_tab)
        page.cancel_asked.connect(self.jobs.cancel)
        page.data.look_asked.connect(self.look)
        page.data.changed.connect(self._forget_outlook)
        page.data.next_asked.connect(lambda: page.show_tab(page.training))
        training = page.training
        training.data_asked.connect(self.look)
        training.start_asked.connect(self.start)
        training.go_on_asked.connect(self.go_on)
        training.discard_asked.connect(self._ask_discard)
        training.run.pause_asked.connect(lambda: self.run.reins.pause())
        training.run.resume_asked.connect(lambda: self.run.reins.resume())
        training.run.keep_asked.connect(lambda: self.run.reins.keep())
        training.run.cancel_asked.connect(lambda: self.run.reins.cancel())
        page.next.opened.connect(self._on_visit)
        page.next.again_asked.connect(self.list_next)
        self.run.told.connect(training.run.show_news)
        self.run.ended.connect(self._on_ended)
        self.run.failed.connect(self._on_failed)
        self.run.stopped.connect(self._on_stopped)
        self.page_made.emit(page)
        return page

    # Data and plan

    def planned(self) -> TrainingOrder:
        """What is chosen now, as an order without a folder of its own."""
        assert self._page is not None
        sources, plan = self._page.data.sources, self._page.training.plan
        return TrainingOrder(
            out=Path(),
            data_folder=self._desk.folder,
            has_clinic=sources.clinic.isChecked(),
            phantoms=sources.phantoms.folders,
            foreign=sources.foreign.folders,
            start=plan.network,
            preset=plan.preset,
            details=plan.given,
            folds=plan.details.fold_count,
            seed=plan.details.seed.value(),
        )

    def look(self) -> None:
        """Gather what there is to learn from, and show it."""
        if self.is_working or self._page is None:
            return
        job = in_child(
            Progress(0, None, tr("Starting")), "gaitdesk.jobs.outlook", "look_ahead", self.planned()
        )
        self.jobs.run(job, tr("Looking at the data"), self._page, self._on_looked)

    def _on_looked(self, found: Outlook) -> None:
        if self._page is not None:
            self._page.data.show_outlook(found)
            self._page.training.show_outlook(found)

    def _forget_outlook(self) -> None:
        if self._page is not None:
            self._page.training.show_outlook(None)

    # The training

    def start(self) -> None:
        """Begin the training as planned."""
        if self.is_working or self._page is None:
            return
        try:
            order = in_new_folder(self.planned(), self._desk.folder)
        except GaitDeskError as error:
            self._page.training.message.say(str(error), "error")
            return
        self._begin(Begun(order, ""))

    def go_on(self, begun: Begun) -> None:
        """Let a training that was left off go on."""
        if not self.is_working:
            self._begin(begun)

    def _begin(self, begun: Begun) -> None:
        page = self._page
        assert page is not None
        page.training.run.begin(begun.epochs)
        page.training.show_running(True)
        page.show_tab(page.training)
        self.run.begin(begun.order)
        self._show_blocked()

    def _on_ended(self, ended: Ended) -> None:
        page = self._page
        if page is None:
            return
        if ended.is_cancelled:
            self.said.emit(tr("Cancelled; the training can go on another day."))
            return
        self._made = ended.model
        self.networks_changed.emit()
        self.said.emit(tr("Trained: {name}").format(name=ended.model))
        page.training.plan.show_networks(installed_networks())

    def _on_failed(self, words: str) -> None:
        if self._page is not None:
            self._page.training.message.say(words, "error")

    def _on_stopped(self) -> None:
        page, networks = self._page, self._networks
        if page is None or networks is None:
            return
        page.training.show_running(False)
        self._show_unfinished()
        self._show_blocked()
        made, self._made = self._made, ""
        if made:
            page.show_tab(page.result)
            networks.refresh(made)
            networks.compare(made)

    def _show_unfinished(self) -> None:
        if self._page is None:
            return
        begun: Sequence[Begun] = () if self.run.is_running else unfinished(self._desk.folder)
        self._page.training.show_unfinished(begun)

    def _ask_discard(self, begun: Begun) -> None:
        answer = QMessageBox.question(
            self._window,
            tr("Train the network"),
            tr("How far this training came is lost. Shall it be thrown away?"),
        )
        if answer is QMessageBox.StandardButton.Yes:
            discard(begun.order.out)
            self._show_unfinished()

    # What to correct next

    def list_next(self) -> None:
        """Find out which visits to correct next."""
        if self.jobs.is_busy or self._page is None:
            return
        job = _next_cases(self._desk.folder, self._desk.rater)
        self.jobs.run(job, tr("Looking for visits to correct"), self._page, self._on_next)

    def _on_next(self, cases: Sequence[NextCase]) -> None:
        if self._page is not None:
            self._page.next.show_cases(cases)

    def _on_visit(self, session: SessionId) -> None:
        self.visit_wanted.emit(session)

    # The page

    def _on_tab(self) -> None:
        page, networks = self._page, self._networks
        if page is None or networks is None:
            return
        front = page.tabs.currentWidget()
        if front is page.result:
            networks.refresh()
        elif front is page.next:
            self.list_next()

    def _show_blocked(self) -> None:
        if self._page is not None:
            self._page.show_blocked(self.is_working)
            self._page.show_state(self.run.is_running)


def _next_cases(folder: Path, rater: str) -> Job[tuple[NextCase, ...]]:
    """As `correct_next`, whose libraries are loaded in the thread that carries it out."""
    from gaitdesk.jobs.judging import correct_next

    return (yield from correct_next(folder, rater))
