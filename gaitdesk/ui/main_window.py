"""The window: visits on the left, and what is being done with one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QDialog, QMainWindow

from gaitdesk.i18n import listed, tr
from gaitdesk.store.edits import ReadingId, SessionId
from gaitdesk.ui.compare.comparing import Comparing
from gaitdesk.ui.compare.page import ComparePage
from gaitdesk.ui.desk import Desk, OpenVisit
from gaitdesk.ui.document import ScoresheetDocument
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.exports.exporting import Exporting
from gaitdesk.ui.front import Front
from gaitdesk.ui.help import Help
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.language_menu import LanguageMenu
from gaitdesk.ui.models.choice import read_choice
from gaitdesk.ui.network_desk import NetworkDesk
from gaitdesk.ui.opening import Opening
from gaitdesk.ui.parts.borders import Borders
from gaitdesk.ui.parts.breaking import PageStack
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.parts.turns import paint_next_turn
from gaitdesk.ui.patients.begun import Beginning
from gaitdesk.ui.patients.browser import BrowserPanel
from gaitdesk.ui.patients.head_correction import HeadCorrection
from gaitdesk.ui.patients.import_page import ImportPage
from gaitdesk.ui.patients.start_page import StartPage
from gaitdesk.ui.patients.visit_dialog import VisitDialog
from gaitdesk.ui.quitting import Quitting
from gaitdesk.ui.records.page import RecordsPage
from gaitdesk.ui.records.records import Records
from gaitdesk.ui.results import Results
from gaitdesk.ui.review import Review
from gaitdesk.ui.scoring.shortcuts import ShortcutDialog
from gaitdesk.ui.theme import Appearance
from gaitdesk.ui.training.teaching import Teaching
from gaitdesk.ui.unkept import Leaving, Unkept
from gaitdesk.ui.visits_drawer import VisitsDrawer
from gaitdesk.ui.window_actions import Standing, fill_menus, make_actions
from gaitdesk.ui.work_page import WorkPage
from gaitdesk.ui.worker import leave_jobs

if TYPE_CHECKING:
    from gaitdesk.domain.analysis import Analysis
    from gaitdesk.jobs.begun_visits import BegunVisit
    from gaitdesk.jobs.order import AnalysisOrder
    from gaitdesk.ui.report.preview import ReportDialog

TEXT_STEP = 0.1
SAID_MS = 6000
"""So long a sentence stands in the status line."""


class MainWindow(QMainWindow):
    """Everything the desk shows: which page is in front, and what may be done there.

    Args:
        desk: What is kept, and the jobs that fill it.
        appearance: The theme that is worn.
        last_resort: Where defects go.

    Attributes:
        jobs: Long work, one at a time.
        opening: How a visit comes to be open.
        beginning: Keeps a new visit as it is put together.
        review: The visit that is open.
        results: What it gives away.
        exporting: What leaves the desk, who agreed to it, and who is erased.
        teaching: How the network is trained.
        drawer: Where the list of visits lies.
        front: Which page is in front.
        help: What the window tells about itself.
        leaving: Lets a visit, or the window, be left once all that was written is kept.
        quitting: Asks before what goes on is stopped with the window.
    """

    def __init__(self, desk: Desk, appearance: Appearance, last_resort: LastResort) -> None:
        super().__init__()
        self._desk, self._appearance = desk, appearance
        self._last_resort = last_resort
        self.setWindowTitle("GaitDesk")
        self.setAcceptDrops(True)
        self.start = StartPage()
        self.importing = ImportPage(desk.apart)
        self.work = WorkPage()
        self.comparing = ComparePage()
        self.records_page = RecordsPage()
        self.browser = BrowserPanel(desk.find, desk.sheet, desk.names)
        self.pages = PageStack()
        for page in (self.start, self.importing, self.work, self.comparing, self.records_page):
            self.pages.addWidget(page)
        self.jobs = JobRunner(last_resort, self)
        self.network = NetworkDesk(
            desk.folder, self.work.network_bar, self.work.network, last_resort, self
        )
        self.review = Review(desk, self.jobs, self.work, self.network, self)
        self.opening = Opening(desk, self.jobs, self.start, self.importing, self.work, self)
        self.beginning = Beginning(desk, self.importing, self.start, self)
        self.results = Results(desk, self.review, self.jobs, self.work, last_resort, self)
        self.exporting = Exporting(
            lambda: desk.store, lambda: self.visit, self._settings, last_resort, self
        )
        self.teaching = Teaching(desk, self._settings, last_resort, self)
        self.drawer = VisitsDrawer(self.browser, self.pages, lambda: self.visit, self)
        self.front = Front(self.pages, self.drawer, self.start, self.work, self)
        self.help = Help(desk, self)
        Borders(self)
        self._heads = HeadCorrection(desk, self.review, self)
        self._comparison = Comparing(desk, self.jobs, self.comparing, self)
        self.records = Records(
            desk,
            self.review,
            self.work,
            self.records_page,
            self.jobs,
            self._settings,
            last_resort,
            self,
        )
        self.leaving = Leaving(self.settle, self)
        self.quitting = Quitting(self._going_on, self.close, self)
        self._is_let_go = False
        # With large text on a small screen a page may need more room than there is.
        self.setCentralWidget(scrolling(self.drawer.split))
        self.actions_offered = make_actions(self)
        self.languages = LanguageMenu(self._settings, self)
        fill_menus(self, self.actions_offered, appearance, self.languages)
        self.records.add_menu(self)
        self._connect_actions()
        self._connect_pages()
        self._connect_work()
        self.resize(1440, 900)
        self._put_away()
        self.exporting.remind(self.start.message)
        self.records.begin()
        self.teaching.remind()

    def _connect_actions(self) -> None:
        offered, look = self.actions_offered, self._appearance
        for action, answer in (
            (offered.open, self.ask_films),
            (offered.demo, self.demonstrate),
            (offered.close, self.show_start),
            (offered.save, lambda: self.results.ask_folder(self._settings)),
            (offered.report, self.show_report),
            (offered.export, self.exporting.offer),
            (offered.films, self.exporting.show_films),
            (offered.consent, self.exporting.ask_consent),
            (offered.due, self.exporting.show_due),
            (offered.quit, self.quitting.go),
            (offered.undo, self.undo),
            (offered.redo, self.redo),
            (offered.browser, self.toggle_browser),
            (offered.search, self.search_visits),
            (offered.compare, self.compare_open_visit),
            (offered.details, self.ask_open_details),
            (offered.larger, lambda: look.set_text_share(look.text_share + TEXT_STEP)),
            (offered.smaller, lambda: look.set_text_share(look.text_share - TEXT_STEP)),
            (offered.usual, lambda: look.set_text_share(1.0)),
            (offered.keys, self.help.show_shortcuts),
            (offered.about, self.help.show_about),
            (offered.network, self.network.read),
            (offered.teach, self.teaching.show),
            (offered.models, self.show_models),
            (offered.pane, self.front.switch_pane),
            (offered.panel, self.front.switch_panel),
        ):
            action.triggered.connect(answer)
        self.undo_action, self.redo_action = offered.undo, offered.redo
        self.open_action, self.report_action = offered.open, offered.report
        self.network_action, self.compare_action = offered.network, offered.compare
        self.details_action = offered.details
        self.work.share(offered.undo, offered.redo)
        QShortcut(QKeySequence("/"), self, self.search_visits)

    def _connect_pages(self) -> None:
        self.start.open_asked.connect(self.ask_films)
        self.start.demo_asked.connect(self.demonstrate)
        self.start.cancel_asked.connect(self.cancel)
        self.importing.more_asked.connect(self.ask_films)
        self.importing.left.connect(self.show_start)
        self.beginning.go_on_asked.connect(self._go_on_with)
        self.importing.ordered.connect(self._on_ordered)
        self.importing.cancel_asked.connect(self.cancel)
        self.importing.readers.show_choice(str(self._settings.value("readers", "")))
        self.importing.readers.chosen.connect(self._on_readers_chosen)
        self.browser.opened.connect(self.open_visit)
        self.browser.compared.connect(self.compare)
        self.browser.ticked_changed.connect(self._update_actions)
        self.browser.left.connect(self.front.leave_drawer)
        self.browser.details_asked.connect(self.ask_details)
        self.drawer.shown_changed.connect(self.actions_offered.browser.setChecked)
        self.comparing.left.connect(self.leave_comparison)
        self.comparing.visit_asked.connect(self.open_visit)
        self.comparing.cancel_asked.connect(self.cancel)

    def _on_ordered(self, order: AnalysisOrder, day: str) -> None:
        self.opening.analyse(read_choice(self._settings).asked_of(order), day)

    def show_models(self) -> None:
        """Show which models are here, and let more in."""
        from gaitdesk.ui.models.dialog import ModelsDialog

        ModelsDialog(self._settings, self._desk.rater, self._last_resort, self).open()

    def _connect_work(self) -> None:
        self.opening.films_chosen.connect(self.import_films)
        self.opening.opening.connect(self._on_opening)
        self.opening.read.connect(self._on_read)
        self.opening.opened.connect(self._on_opened)
        self.front.changed.connect(self._update_actions)
        self.records.page_wanted.connect(lambda: self.front.bring(self.records_page))
        self.records.visit_wanted.connect(self.open_anew)
        self.records.closed.connect(self.show_start)
        self.records.list_changed.connect(self._on_records_changed)
        self.records.said.connect(lambda words: self.statusBar().showMessage(words, SAID_MS))
        self.records_page.left.connect(self.leave_comparison)
        self.teaching.page_made.connect(self.pages.addWidget)
        self.teaching.page_wanted.connect(self._show_teaching)
        self.teaching.left.connect(self.leave_comparison)
        self.teaching.visit_wanted.connect(self.open_visit)
        self.teaching.networks_changed.connect(self.network.look_for_networks)
        self.teaching.said.connect(lambda words: self.statusBar().showMessage(words, SAID_MS))
        self.exporting.films_asked.connect(self.opening.ask_where_films_are)
        self.exporting.films_changed.connect(self.open_anew)
        self.exporting.names_unlocked.connect(self.drawer.refresh)
        self.exporting.leave_asked.connect(self._put_away)
        self.exporting.erased.connect(self.drawer.refresh)
        self.jobs.begun.connect(self._update_actions)
        self.jobs.ended.connect(self._update_actions)
        self.network.changed.connect(self._update_actions)
        self.review.changed.connect(self._update_actions)
        self.review.sheet_shown.connect(self.drawer.refresh_soon)
        self.review.visit_changed.connect(self._on_visit_changed)
        self.review.said.connect(self.statusBar().showMessage)
        self._heads.kept.connect(self._on_head_kept)
        self.work.cancel_asked.connect(self.cancel)
        self.work.message.answered.connect(self._on_films_missed)
        self.work.said.connect(lambda words: self.statusBar().showMessage(words, SAID_MS))
        self._appearance.changed.connect(self._on_appearance)

    # What is shown

    def show_start(self) -> None:
        """Show what to do first, with the visits beside it."""
        self._after_leaving(lambda: None)

    def settle(self) -> tuple[Unkept, ...]:
        """Keep what is written or tried and not kept yet; what could not be kept."""
        return (*self.review.settle(), *self.records.settle(), *self.beginning.settle())

    def _after_leaving(self, go_on: Callable[[], object]) -> None:
        """Put the visit away, once all that was written is kept, and go on from there."""

        def leave() -> None:
            self._put_away()
            go_on()

        if not self.is_busy:
            self.leaving.go(lambda: self._once_free(leave))

    def _once_free(self, go_on: Callable[[], object]) -> None:
        """Go on: now, or when what follows from a joint put down on leaving is worked out."""
        if self.review.is_closed:
            return
        if self.is_busy:
            once = Qt.ConnectionType.SingleShotConnection
            self.jobs.ended.connect(lambda: self._once_free(go_on), once)
        else:
            go_on()

    def _put_away(self) -> None:
        """Show no visit any more."""
        self.review.leave()
        self.opening.is_network_next = False
        self.network.leave()
        self.beginning.leave()
        self.importing.clear()
        self.work.clear()
        self.comparing.clear()
        self.beginning.offer()
        self.front.bring_start()
        self.start.focus_first()
        self.setWindowTitle("GaitDesk")
        self._update_actions()

    def show_visit(self, visit: OpenVisit) -> None:
        """Show a visit that has been read."""
        self.review.open(visit)
        document = self.review.document
        assert document is not None
        self.front.bring_work()
        self.work.totals.show_before(visit.before, visit.before_words)
        self.work.form.distrust(self.network.demonstrations)
        self.work.show_analysis(visit.analysis, document.sheet)
        self.work.show_corrections(visit.corrections)
        if visit.reading is None:
            self.network.show_visit(visit.session, document.sheet)
        self.records.begin_visit(visit)
        self.setWindowTitle(f"{visit.title} – GaitDesk")
        if visit.missing_films:
            self.work.message.say(
                tr(
                    "Not found where they were: {names}. Scores and curves are here all the same."
                ).format(names=listed(visit.missing_films)),
                "warning",
                tr("Look for the films …"),
            )
        self.drawer.refresh()
        self._update_actions()
        if self.opening.is_network_next:
            self.opening.is_network_next = False
            if visit.reading is None:
                self.network.read()
        self.review.catch_up()

    @property
    def desk(self) -> Desk:
        """What is kept, and who is at the desk."""
        return self._desk

    @property
    def document(self) -> ScoresheetDocument | None:
        """The sheet under review; None while no visit is open."""
        return self.review.document

    @property
    def visit(self) -> SessionId | None:
        """The visit that is open."""
        return self.review.visit.session if self.review.visit is not None else None

    @property
    def reviewed(self) -> Analysis | None:
        """The analysis with the sheet as it has been reviewed; None while no visit is open."""
        return self.review.reviewed

    @property
    def is_busy(self) -> bool:
        """Whether a job is running."""
        return self.jobs.is_busy

    @property
    def report(self) -> ReportDialog | None:
        """The report, while it is looked at."""
        return self.results.report

    @property
    def details(self) -> VisitDialog | None:
        """Where the head of a visit was last offered for correction."""
        return self._heads.dialog

    @property
    def shortcuts(self) -> ShortcutDialog | None:
        """The list of keys, while it is open."""
        return self.help.shortcuts

    def toggle_browser(self) -> None:
        """Show the visits, or hide them."""
        self.drawer.toggle()

    def search_visits(self) -> None:
        """Put the keyboard into the search."""
        self.drawer.search()

    def _on_appearance(self) -> None:
        if self.document is not None:
            self.work.show_sheet(self.document.sheet)
            self.work.paint()
        self.comparing.paint()
        self.teaching.paint()

    # Films in

    def ask_films(self) -> None:
        """Ask for films, and add them to a new visit."""
        self.opening.ask_films(self._settings)

    def import_films(self, paths: list[Path]) -> None:
        """Add films to the visit that is being put together."""
        if self.is_busy:
            return
        if self.pages.currentWidget() is self.importing:
            self.importing.add_films(paths)
        else:
            self._begin_import(lambda: self.importing.add_films(paths))

    def _go_on_with(self, begun: BegunVisit) -> None:
        """Go on with a new visit that was left off."""
        if not self.is_busy:
            self._begin_import(lambda: self.beginning.take_up(begun))

    def _begin_import(self, fill: Callable[[], object]) -> None:
        """Bring the page of a new visit to the front, and let it be filled."""

        def begin() -> None:
            paint_next_turn(self.importing)
            self.front.bring(self.importing)
            self.review.leave()
            self.network.leave()
            self.importing.show_children(self._desk.children())
            fill()
            self._update_actions()

        self.leaving.go(lambda: self._once_free(begin))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.is_busy and _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self.import_films(paths)

    def _on_readers_chosen(self, choice: str) -> None:
        self._settings.setValue("readers", choice)

    def demonstrate(self) -> None:
        """Film a made-up child, analyse the films, and show the visit."""
        self._after_leaving(self._demonstrate)

    def _demonstrate(self) -> None:
        self.network.look_for_networks()
        self.opening.demonstrate(is_network_next=self.network.is_installed)

    def open_anew(self, session: SessionId, reading: ReadingId | None = None) -> None:
        """Read a visit and show it with the sheet of one reading, even where it is open."""
        self._after_leaving(lambda: self.opening.open(session, reading))

    def open_visit(self, session: SessionId) -> None:
        """Read a visit and show it."""
        if self.is_busy:
            return
        if self.visit == session:
            beside = (self.comparing, self.records_page, self.teaching.page)
            if self.pages.currentWidget() in beside:
                self.leave_comparison()
            return
        self._after_leaving(lambda: self.opening.open(session))

    def _on_films_missed(self) -> None:
        if self.visit is not None and not self.is_busy:
            self.opening.ask_where_films_are(self.visit)

    def _on_opening(self) -> None:
        """Come to the page of a visit; the visit itself is shown, and painted, in later turns."""
        if not self.review.is_closed:
            self.beginning.finish()
            self.importing.clear()
            paint_next_turn(self.work)
            self.front.bring_work()

    def _on_read(self, visit: OpenVisit) -> None:
        if not self.review.is_closed:
            # Painted with all the rest, once that is shown as well.
            self.work.setUpdatesEnabled(False)
            self.network.look_for_networks()
            self.work.show_films(visit.analysis)

    def _on_opened(self, visit: OpenVisit) -> None:
        if not self.review.is_closed:
            paint_next_turn(self.work)
            self.show_visit(visit)

    def cancel(self) -> None:
        """Stop the job that is running at its next step."""
        self.jobs.cancel()

    # Visits side by side

    def compare(self, sessions: Sequence[SessionId]) -> None:
        """Read several visits of one child, and show them side by side."""
        if self.is_busy or len(sessions) < 2:
            return
        self.front.bring(self.comparing)
        self._comparison.begin(sessions)
        self._update_actions()

    def compare_open_visit(self) -> None:
        """Show the visits that are ticked, or else the open one beside the one before it."""
        sessions = self._comparison.sessions(self.browser.ticked, self.visit)
        if len(sessions) < 2:
            self.work.message.say(
                tr(
                    "There is no other visit of this child to compare with. If a visit was kept"
                    " under another pseudonym, move it here from the list of visits."
                )
            )
            return
        self.compare(sessions)

    def _show_teaching(self) -> None:
        """Show how the network is trained."""
        page = self.teaching.page
        assert page is not None
        self.front.bring(page)

    def _on_records_changed(self) -> None:
        self.drawer.refresh()
        self.beginning.offer()
        self._comparison.show_name()
        self._update_actions()

    def leave_comparison(self) -> None:
        """Go back to the visit that was open, or being put together, or to the start."""
        self._comparison.leave()
        if self.visit is None and self.importing.is_begun:
            self.front.bring(self.importing)
        else:
            self.front.go_back(is_open=self.visit is not None)

    # The open visit

    def undo(self) -> None:
        """Take the last edit back."""
        self.review.undo()

    def redo(self) -> None:
        """Bring the edit taken back last into force again."""
        self.review.redo()

    def show_report(self) -> None:
        """Show the report as it would be printed."""
        self.results.show_report()

    def ask_open_details(self) -> None:
        """Offer the head of the open visit for correction."""
        if self.visit is not None:
            self.ask_details(self.visit)

    def ask_details(self, session: SessionId) -> None:
        """Offer the head of a visit for correction."""
        if not self.is_busy:
            self._heads.ask(session)

    def _on_head_kept(self) -> None:
        self.drawer.refresh()
        self._update_actions()

    def _on_visit_changed(self, visit: OpenVisit) -> None:
        self.setWindowTitle(f"{visit.title} – GaitDesk")
        self.drawer.refresh()

    def _update_actions(self) -> None:
        if self.review.is_closed:
            # What ends with the window tells of it after the store is closed.
            return
        self.records.update()
        document, visit = self.document, self.review.visit
        is_fixed = self.records.is_fixed
        # Nobody is to take back what they do not see.
        turned = document if self.front.is_work and not is_fixed else None
        self.actions_offered.suit(
            Standing(
                is_free=not self.is_busy,
                is_start=self.front.is_start,
                is_open=visit is not None,
                is_second_reading=visit is not None and visit.reading is not None,
                is_blind=self.records.is_blind,
                can_compare=visit is not None or len(self.browser.ticked) > 1,
                can_read=self.network.can_read and not is_fixed,
                undo_text=turned.undo_text if turned else None,
                redo_text=turned.redo_text if turned else None,
            )
        )

    # The window itself

    @property
    def _settings(self) -> QSettings:
        return QSettings(str(self._desk.folder / "window.ini"), QSettings.Format.IniFormat)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.drawer.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        is_over = self._is_let_go or self.review.is_closed
        # Not where the system or a signal ends the program: what goes on would hold it up.
        is_by_hand = event.spontaneous() and not is_over
        if is_by_hand and not self.quitting.is_free():
            event.ignore()
            return
        if not is_over and not self.leaving.is_free(self._close_all_the_same):
            event.ignore()
            return
        self.review.close()
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible():
                dialog.done(QDialog.DialogCode.Rejected)
        self.drawer.stop()
        self.records.stop()
        self.jobs.stop()
        self.importing.stop()
        self.network.stop()
        self.results.close()
        self.exporting.close()
        self.teaching.stop()
        self.work.close_films()
        self.comparing.close_films()
        # Nothing may be heard any more of what goes on, from dialogs neither.
        leave_jobs(self)
        self._desk.close()
        super().closeEvent(event)

    def _going_on(self) -> str:
        """What would have to begin anew after the window has closed, for people; "" for nothing."""
        if self.jobs.is_busy:
            return tr("“{title}” is not finished. Closed now, it has to begin anew.").format(
                title=self.jobs.title
            )
        if self.network.is_reading:
            return tr("The network is reading this visit. Closed now, it has to begin anew.")
        return ""

    def _close_all_the_same(self) -> None:
        self._is_let_go = True
        self.close()


def _dropped(event: QDropEvent) -> list[Path]:
    """Films among what is being dropped."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
