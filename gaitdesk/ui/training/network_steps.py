"""What is done with networks that were trained here: compared, put into use, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.refusals import NetworkWorse
from gaitdesk.i18n import tr
from gaitdesk.jobs.child import in_child
from gaitdesk.learning.registry import Registry
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.training.page import TrainingPage
from gaitdesk.ui.training.reason_dialog import ReasonDialog
from gaitdesk.ui.training.result_tab import Networks, rows_of

if TYPE_CHECKING:
    # It loads what judging takes, which runs elsewhere.
    from gaitdesk.jobs.old_and_new import OldAndNew

MODELS = "models"


class NetworkSteps(QObject):
    """Fills the result tab, and does what is asked there.

    Signals:
        changed: Another network is in use.
        said: A sentence for the status line.
    """

    changed = Signal()
    said = Signal(str)

    def __init__(self, desk: Desk, page: TrainingPage, jobs: JobRunner, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._page, self._jobs, self._window = desk, page, jobs, window
        self._shown: dict[str, OldAndNew | None] = {}
        self._waiting: tuple[str, bool] | None = None
        self._refusal: tuple[str, NetworkWorse] | None = None
        self._dialog: ReasonDialog | None = None
        self.folder = desk.folder / MODELS
        tab = page.result
        tab.chosen.connect(self.show_comparison)
        tab.compare_asked.connect(self.compare)
        tab.activate_asked.connect(self.activate)
        tab.back_asked.connect(self.go_back)
        jobs.ended.connect(self._on_job_ended)

    @property
    def dialog(self) -> ReasonDialog | None:
        """Where a reason is asked for, while it is."""
        return self._dialog

    def refresh(self, marked: str = "") -> None:
        """Show the networks that are there now."""
        registry = Registry(self.folder)
        turns = registry.turns
        backs = sum(one.is_back for one in turns)
        self._page.result.show_networks(
            Networks(
                rows_of(registry.models),
                registry.current,
                len(turns) > 2 * backs,
                registry.is_whole(),
            ),
            marked,
        )

    def show_comparison(self, id: str) -> None:
        """Show a network beside the old one, as far as they were compared before."""
        if id in self._shown:
            self._page.result.show_comparison(id, self._shown[id])
        elif self._jobs.is_busy:
            is_asked = self._waiting is not None and self._waiting == (id, True)
            self._waiting = (id, is_asked)
        else:
            job = in_child(
                _first(), "gaitdesk.jobs.old_and_new", "kept_comparison", self.folder, id
            )
            self._run(job, tr("Comparing"), lambda found: self._on_compared(id, found))

    def compare(self, id: str) -> None:
        """Ask a network and the old one about the patients who judge."""
        if self._jobs.is_busy:
            self._waiting = (id, True)
            return
        job = in_child(
            _first(),
            "gaitdesk.jobs.old_and_new",
            "compare_now",
            self.folder,
            id,
            self._desk.folder,
            self._desk.rater,
            self._page.data.sources.phantoms.folders,
        )
        self._shown.pop(id, None)
        self._run(job, tr("Comparing"), lambda found: self._on_compared(id, found))

    def activate(self, id: str, reason: str = "") -> None:
        """Put a network into use; a reason is asked for where one is needed."""
        if self._jobs.is_busy:
            return
        job = in_child(
            _first(), "gaitdesk.jobs.putting_in_use", "put_in_use", self.folder, id, reason,
            self._desk.rater,
        )  # fmt: skip
        self._run(self._noticing(job, id), tr("Putting into use"), self._on_in_use)

    def go_back(self) -> None:
        """Return to the network that was in use before."""
        if self._jobs.is_busy:
            return
        job = in_child(
            _first(), "gaitdesk.jobs.putting_in_use", "take_back", self.folder, self._desk.rater
        )
        self._run(job, tr("Returning to the earlier network"), self._on_in_use)

    def close(self) -> None:
        """Close the dialog, if it is open."""
        if self._dialog is not None:
            self._dialog.close()

    def _run(self, job: Job[object], title: str, done: Callable[[object], None]) -> None:
        self._jobs.run(job, title, self._page, done)

    def _noticing(self, job: Job[object], id: str) -> Job[object]:
        """The job, whose refusal for want of a reason is no error: the reason is asked for."""
        try:
            return (yield from job)
        except NetworkWorse as refusal:
            self._refusal = (id, refusal)
            return None

    def _on_compared(self, id: str, found: object) -> None:
        held = cast("OldAndNew | None", found)
        self._shown[id] = held
        self._page.result.show_comparison(id, held)

    def _on_in_use(self, reader: object) -> None:
        if reader is None:
            return
        # What each stands beside is another one now.
        self._shown.clear()
        marked = self._page.result.marked
        self.said.emit(tr("In use: {name}").format(name=reader or tr("none")))
        self._waiting = None
        self.changed.emit()
        self.refresh(marked.id if marked is not None else "")

    def _on_job_ended(self) -> None:
        if self._refusal is not None:
            (id, refusal), self._refusal = self._refusal, None
            self._ask_reason(id, refusal)
        elif self._waiting is not None:
            (id, is_asked), self._waiting = self._waiting, None
            marked = self._page.result.marked
            if is_asked:
                self.compare(id)
            elif marked is not None and marked.id == id:
                self.show_comparison(id)

    def _ask_reason(self, id: str, refusal: NetworkWorse) -> None:
        dialog = ReasonDialog(str(refusal), self._window)
        dialog.given.connect(lambda reason: self.activate(id, reason))
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        dialog.open()

    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


def _first() -> Progress:
    return Progress(0, None, tr("Starting"))
