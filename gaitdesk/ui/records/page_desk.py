"""Fills the page of the records: readings, agreement, training set, and the check."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import phrase, tr
from gaitdesk.jobs.at_desk import AtDesk
from gaitdesk.scoring.comparing import Agreements
from gaitdesk.store import training_cases
from gaitdesk.store.agreeing import agreeing
from gaitdesk.store.edits import SessionId
from gaitdesk.store.verify import Verdict, verify_folder
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.records import training_tab
from gaitdesk.ui.records.page import RecordsPage
from gaitdesk.ui.records.readings_tab import ReadingRow, reading_rows


class PageDesk(QObject):
    """Reads what the page shows, and runs its jobs beside those of the window.

    Args:
        desk: The store, and who is at the desk.
        page: The page.
        last_resort: Where defects go.

    Attributes:
        jobs: Long work of the page; an analysis goes on beside it.

    Signals:
        visit_wanted: The visit and the reading that shall be opened; None for its own sheet.
        frame_wanted: The visit, a cell, and the film and frame that shall be shown.
        kept: Visits were made.
    """

    visit_wanted = Signal(object, object)
    frame_wanted = Signal(object, object, int, int)
    kept = Signal()

    def __init__(
        self, desk: Desk, page: RecordsPage, last_resort: LastResort, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._page = desk, page
        self._open: SessionId | None = None
        self._person = ""
        self.jobs = JobRunner(last_resort, self)
        page.tab_chosen.connect(self.refresh)
        page.cancel_asked.connect(self.jobs.cancel)
        page.readings.opened.connect(self._on_reading_opened)
        page.agreement.wanted.connect(lambda is_one: self.compare(is_one=is_one))
        page.training.opened.connect(self._on_case_opened)
        page.training.frame_asked.connect(self.frame_wanted)
        page.training.person_chosen.connect(self._on_person)
        page.training.making_asked.connect(self.make_cases)
        page.check.check_asked.connect(self.check)

    def show(self, visit: SessionId | None) -> None:
        """Show the page as it stands now, with the visit that is open."""
        self._open = visit
        self._person = self._desk.rater
        self._page.show_who(self._desk.rater)
        self._page.agreement.offer_open_visit(self._can_compare(visit))
        self.refresh()

    def refresh(self) -> None:
        """Read what the tab in front shows."""
        shown = self._page.tabs.currentWidget()
        if shown is self._page.readings:
            self._page.readings.show_rows(reading_rows(self._desk.store))
        elif shown is self._page.training:
            self._page.training.show_progress(self._progress(self._person))
        elif shown is self._page.agreement:
            self.compare(is_one=False)

    def show_names(self) -> None:
        """Name children in what is shown, or name them no longer."""
        if self._page.readings.rows:
            self._page.readings.show_rows(reading_rows(self._desk.store))

    def _can_compare(self, visit: SessionId | None) -> bool:
        if visit is None:
            return False
        readings = self._desk.store.readings
        return readings.blind(visit) is None and readings.is_open_to_all(visit)

    def compare(self, *, is_one: bool) -> None:
        """Work out how far readers agree, over the open visit or over all."""
        sessions = (self._open,) if is_one and self._open is not None else None
        self._run(
            _agreeing(self._desk.place, sessions),
            tr("Comparing readers"),
            lambda found: self._page.agreement.show_agreements(found, is_one=is_one),
        )

    def check(self) -> None:
        """Check the records from the first entry to the last."""
        check = self._page.check
        if self.jobs.is_busy:
            return
        check.show_checking(True)
        self.jobs.ended.connect(self._on_check_ended)
        self._is_checked = False
        self.jobs.run(
            verify_folder(self._desk.folder),
            tr("Checking the records"),
            self._page,
            self._on_checked,
        )

    def _on_checked(self, found: Verdict) -> None:
        self._is_checked = True
        self._page.check.show_verdict(found)

    def _on_check_ended(self) -> None:
        self.jobs.ended.disconnect(self._on_check_ended)
        self._page.check.show_checking(False)
        if self._is_checked:
            return
        self._page.check.show_stopped()

    def make_cases(self, count: int) -> None:
        """Make training cases of made-up children."""
        self._run(
            _making(self._desk.place, count),
            tr("Making training cases"),
            lambda _: self._on_made(),
            is_kept_when_stopped=True,
        )

    def _on_made(self) -> None:
        self.refresh()
        self.kept.emit()

    def _run(
        self, job: Job[object], title: str, succeeded: object, *, is_kept_when_stopped: bool = False
    ) -> None:
        if self.jobs.is_busy:
            job.close()
            return
        self.jobs.run(
            job,
            title,
            self._page,
            succeeded,  # type: ignore[arg-type]
            cancelled=self._on_made if is_kept_when_stopped else None,
        )

    def _progress(self, rater: str) -> training_tab.Progress:
        store, own = self._desk.store, self._desk.rater
        titles = {
            one.id: phrase((one.pseudonym, one.visit.day.isoformat())) for one in store.sessions()
        }
        cases = training_cases.attempts(store, rater)
        lessons = {}
        for one in cases:
            if one.is_finished and not training_cases.is_hidden(store, one.session):
                lessons[one.session] = training_cases.lessons(store, one.session, rater)
        shown = [one.session for one in cases if one.session in lessons]
        return training_tab.Progress(
            rater,
            rater == own,
            tuple((one, titles.get(one.session, "")) for one in cases),
            lessons,
            training_cases.agreement_with_answers(store, rater, shown),
            training_cases.trainees(store),
        )

    def _on_person(self, rater: str) -> None:
        self._person = rater
        self.refresh()

    def _on_reading_opened(self, row: ReadingRow) -> None:
        self.visit_wanted.emit(row.session, row.reading)

    def _on_case_opened(self, session: SessionId) -> None:
        try:
            reading = training_cases.begin(self._desk.store, session)
        except GaitDeskError as error:
            self._page.message.say(str(error), "error")
            return
        self.visit_wanted.emit(session, reading)


def _agreeing(desk: AtDesk, sessions: tuple[SessionId, ...] | None) -> Job[Agreements]:
    yield Progress(0, None, tr("Reading the scores"))
    with desk.opened() as store:
        return (yield from agreeing(store, sessions))


def _making(desk: AtDesk, count: int) -> Job[tuple[SessionId, ...]]:
    """Making cases; what films and analyses is loaded in the job's thread."""
    yield Progress(0, None, tr("Choosing children"))
    from gaitdesk.jobs.training_cases import make_training_cases

    return (yield from make_training_cases(desk, count))
