"""The records in the window: actions, dialogs, the page and the lock, tied together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.evgs import Cell
from gaitdesk.i18n import tr
from gaitdesk.store import training_cases
from gaitdesk.store.edits import ReadingId, SessionId
from gaitdesk.store.narratives import narrative
from gaitdesk.ui.desk import Desk, OpenVisit
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.records.menu import RecordsActions, add_records_menu, make_records_actions
from gaitdesk.ui.records.page import RecordsPage
from gaitdesk.ui.records.page_desk import PageDesk
from gaitdesk.ui.records.people import People
from gaitdesk.ui.records.sheet_steps import SheetSteps
from gaitdesk.ui.records.standing import Step
from gaitdesk.ui.review import Review
from gaitdesk.ui.unkept import Unkept
from gaitdesk.ui.work_page import WorkPage

if TYPE_CHECKING:
    from gaitdesk.ui.report.narrative_dialog import NarrativeDialog


class Busy(Protocol):
    """Whatever may be working in the background."""

    @property
    def is_busy(self) -> bool:
        """Whether it is."""


class Records(QObject):
    """Everything of the records that the window offers.

    Args:
        desk: The store, and who is at the desk.
        review: The visit that is open.
        work: Shows it.
        page: Shows what concerns many visits.
        jobs: Long work of the window.
        settings: How the window was left.
        last_resort: Where defects go.
        window: Has the menus; dialogs open before it.

    Attributes:
        offered: The actions of the menu.
        people: Who is at the desk.
        steps: What becomes of the open sheet as a whole.
        tabs: Fills the page.
        dialog: Where findings and recommendations are written, while it is open.

    Signals:
        page_wanted: The page shall be in front.
        visit_wanted: The visit and the reading that shall be opened, even where it is open.
        closed: Whatever is open is to be put away: somebody else is at the desk.
        list_changed: The list of visits may read otherwise now.
        said: A sentence for the status line.
        changed: What can be done has changed.
    """

    page_wanted = Signal()
    visit_wanted = Signal(object, object)
    closed = Signal()
    list_changed = Signal()
    said = Signal(str)
    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        review: Review,
        work: WorkPage,
        page: RecordsPage,
        jobs: Busy,
        settings: QSettings,
        last_resort: LastResort,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._desk, self._review, self._work, self._page = desk, review, work, page
        self._jobs, self._window = jobs, window
        self.dialog: NarrativeDialog | None = None
        self._arrival: tuple[SessionId, Cell, int, int] | None = None
        self.offered: RecordsActions = make_records_actions(window)
        self.people = People(desk, window, settings, last_resort, self.working, self._unsettled)
        self.steps = SheetSteps(desk, review, work, settings, last_resort, window)
        self.tabs = PageDesk(desk, page, last_resort, self)
        self._connect()

    def _connect(self) -> None:
        offered, steps, people = self.offered, self.steps, self.people
        answers: tuple[tuple[object, Callable[[], object]], ...] = (
            (offered.write, self.ask_words),
            (offered.sign, steps.ask_signature),
            (offered.amend, steps.ask_reason),
            (offered.versions, steps.show_versions),
            (offered.assign, steps.ask_reader),
            (offered.finish, steps.ask_finish),
            (offered.compare, steps.settle),
            (offered.teach, self.teach),
            (offered.readings, lambda: self.show_page(self._page.readings)),
            (offered.agreement, lambda: self.show_page(self._page.agreement)),
            (offered.training, lambda: self.show_page(self._page.training)),
            (offered.check, lambda: self.show_page(self._page.check)),
            (offered.who, people.ask_who),
            (offered.name, self.ask_name),
            (offered.passphrases, people.show_passphrases),
            (offered.lock, people.lock_now),
        )
        for action, answer in answers:
            action.triggered.connect(answer)  # type: ignore[attr-defined]
        steps.visit_wanted.connect(self._on_visit_wanted)
        steps.said.connect(self.said)
        steps.changed.connect(self.list_changed)
        people.signed_in.connect(self._on_signed_in)
        people.names_changed.connect(self.list_changed)
        people.names_changed.connect(self.tabs.show_names)
        people.said.connect(self.said)
        people.lock.locked.connect(self._on_locked)
        self.tabs.visit_wanted.connect(self.visit_wanted)
        self.tabs.frame_wanted.connect(self._on_frame_wanted)
        self.tabs.kept.connect(self.list_changed)

    def add_menu(self, window: QMainWindow) -> None:
        """Offer the actions in a menu of their own."""
        add_records_menu(window, self.offered)

    def begin(self) -> None:
        """Ask for the passphrase where one is needed; when the window stands."""
        QTimer.singleShot(0, self, self.people.ask_at_start)

    def stop(self) -> None:
        """End what works in the background; for the end of the window."""
        self.people.lock.stop()
        self.tabs.jobs.stop()

    def settle(self) -> tuple[Unkept, ...]:
        """Keep what is written of the visit as a whole; what could not be kept."""
        dialog = self.dialog
        if dialog is None:
            return ()
        unkept = dialog.settle()
        if not unkept:
            dialog.accept()
        return unkept

    def _unsettled(self) -> str:
        """Why something written by who is at the desk could not be kept; empty if all is kept."""
        unkept = (*self._review.settle(), *self.settle())
        return unkept[0].why if unkept else ""

    def working(self) -> str:
        """What goes on now, in a sentence; empty where nothing does."""
        if self._jobs.is_busy or self.tabs.jobs.is_busy:
            return tr("What is being worked out goes on.")
        return ""

    # The open visit

    def begin_visit(self, visit: OpenVisit) -> None:
        """A visit was opened."""
        self.steps.begin(visit)
        self.update()
        if self._arrival is not None and self._arrival[0] == visit.session:
            _, cell, film, frame = self._arrival
            self._work.form.focus_cell(cell)
            if self._work.viewer is not None:
                self._work.viewer.go_to(film, frame)
        self._arrival = None

    def update(self) -> None:
        """Show how the open sheet stands, and offer what can be done with it."""
        self.steps.refresh()
        visit, steps, offered = self._review.visit, self.steps.now.steps, self.offered
        is_open = visit is not None
        is_free = is_open and not self._jobs.is_busy
        own = is_free and visit is not None and visit.reading is None
        offered.sign.setEnabled(is_free and self.steps.can_sign)
        offered.amend.setEnabled(is_free and Step.AMEND in steps)
        offered.versions.setEnabled(is_open and Step.VERSIONS in steps)
        offered.assign.setEnabled(own)
        offered.finish.setEnabled(is_free and Step.FINISH in steps)
        offered.compare.setEnabled(is_free and Step.COMPARE in steps)
        offered.name.setEnabled(is_open)
        offered.write.setEnabled(is_free and not self.is_fixed)
        offered.teach.setEnabled(own)
        source = (
            training_cases.source_of(self._desk.store, visit.session) if visit is not None else None
        )
        offered.teach.setChecked(source is not None)

    @property
    def is_fixed(self) -> bool:
        """Whether the open sheet no longer changes."""
        return bool(self.steps.now.why)

    @property
    def is_blind(self) -> bool:
        """Whether the open visit is read blind."""
        return self._review.visit is not None and self._review.visit.is_blind

    def teach(self) -> None:
        """Make a training case of the open visit, or let it be one no longer."""
        visit, store = self._review.visit, self._desk.store
        if visit is None:
            return
        try:
            if training_cases.source_of(store, visit.session) is not None:
                training_cases.unmark(store, visit.session)
                self.said.emit(tr("The visit is no training case any more."))
            else:
                training_cases.mark(store, visit.session)
                self.said.emit(tr("The visit is a training case now."))
        except GaitDeskError as error:
            self._work.message.say(str(error), "warning")
        self.update()

    def ask_name(self) -> None:
        """Ask who the child of the open visit is, and who sent it."""
        visit = self._review.visit
        if visit is not None:
            patient = self._desk.store.visit(visit.session).patient
            title = visit.analysis.patient.pseudonym or visit.title
            self.people.ask_name(patient, title, visit.session)

    def ask_words(self) -> None:
        """Offer what is written of the open visit as a whole for writing."""
        visit = self._review.visit
        if visit is None:
            return
        from gaitdesk.ui.report.narrative_dialog import NarrativeDialog

        shown = narrative(self._desk.store, visit.session, visit.reading)
        self.dialog = NarrativeDialog(
            visit.title, shown, lambda words: self._review.write(shown, words), self._window
        )
        self.dialog.finished.connect(self._on_written)
        self.dialog.open()

    def _on_written(self) -> None:
        self.dialog = None

    # The page

    def show_page(self, tab: QWidget) -> None:
        """Put a tab of the page in front."""
        self.page_wanted.emit()
        self._page.tabs.blockSignals(True)
        self._page.tabs.setCurrentWidget(tab)
        self._page.tabs.blockSignals(False)
        visit = self._review.visit
        self.tabs.show(visit.session if visit is not None else None)
        first_in(tab, self._page.tabs.tabBar()).setFocus()

    def _on_visit_wanted(self, session: SessionId, reading: ReadingId | None) -> None:
        store = self._desk.store
        facts = store.readings.of(session).get(reading) if reading is not None else None
        is_lesson = (
            facts is not None
            and facts.is_finished
            and facts.is_blind
            and training_cases.source_of(store, session) is not None
        )
        self.visit_wanted.emit(session, reading)
        if is_lesson:
            self.said.emit(tr("Finished. Records, Training set shows what was right."))

    def _on_frame_wanted(self, session: SessionId, cell: Cell, film: int, frame: int) -> None:
        self._arrival = (session, cell, film, frame)
        self.visit_wanted.emit(session, None)

    # Who is at the desk

    def _on_signed_in(self) -> None:
        self.closed.emit()
        self.list_changed.emit()

    def _on_locked(self) -> None:
        # Nobody knows when the desk is unlocked again, or by whom.
        self._work.settle()
        if self.dialog is not None:
            self.dialog.settle()
        if self._work.viewer is not None:
            self._work.viewer.playback.pause()


def first_in(tab: QWidget, otherwise: QWidget) -> QWidget:
    """What Tab comes to first inside a widget; `otherwise` where nothing there takes keys."""
    here = tab.nextInFocusChain()
    while here is not None and here is not tab and tab.isAncestorOf(here):
        takes_keys = here.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes_keys and here.isVisibleTo(tab) and here.isEnabled():
            return here
        here = here.nextInFocusChain()
    return otherwise
