"""The window: visits on the left, and what is being done with one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
)

from gaitdesk.domain.correction import PersonChoice
from gaitdesk.domain.errors import EditedElsewhere, GaitDeskError
from gaitdesk.domain.evgs import Origin, Scoresheet
from gaitdesk.domain.progress import Job
from gaitdesk.i18n import retold, tr
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.store.edits import Edit, Kind, SessionId
from gaitdesk.ui.clash import Clash
from gaitdesk.ui.compare.page import ComparePage
from gaitdesk.ui.desk import Desk, OpenVisit
from gaitdesk.ui.document import ScoresheetDocument
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.kept import KeptRecord
from gaitdesk.ui.language_menu import LanguageMenu
from gaitdesk.ui.network_desk import NetworkDesk
from gaitdesk.ui.parts.breaking import PageStack
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.patients.browser import BrowserPanel
from gaitdesk.ui.patients.import_page import ImportPage
from gaitdesk.ui.patients.reader_choice import RULES
from gaitdesk.ui.patients.start_page import StartPage
from gaitdesk.ui.patients.visit_dialog import VisitDialog
from gaitdesk.ui.scoring.shortcuts import ShortcutDialog
from gaitdesk.ui.theme import DARK, LIGHT, Appearance, Theme, em
from gaitdesk.ui.words import short_name
from gaitdesk.ui.work_page import WorkPage
from gaitdesk.ui.worker import JobWorker

if TYPE_CHECKING:
    from gaitdesk.domain.analysis import Analysis
    from gaitdesk.jobs.analysing import AnalysisOrder
    from gaitdesk.jobs.network import NetworkAnswers
    from gaitdesk.ui.report.preview import ReportDialog

FILM_ENDINGS = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mts", ".m2ts", ".3gp", ".wmv")
TEXT_STEP = 0.1
BROWSER_WIDTH = 21
"""Width of the list of visits, in letter widths."""
LISTED_MS = 600
"""So long after an edit the list of visits says how far the review is."""
WATCH_MS = 1500
"""How often the visit shown is looked up for what another window has kept."""
WIDE = 115
"""From this width on, in letter widths, the visits stay beside the films."""


class MainWindow(QMainWindow):
    """Everything the desk shows; long work runs in `JobWorker`s, one at a time.

    Args:
        desk: What is kept, and the jobs that fill it.
        appearance: The theme that is worn.
        last_resort: Where defects go.
    """

    def __init__(self, desk: Desk, appearance: Appearance, last_resort: LastResort) -> None:
        super().__init__()
        self._desk, self._appearance, self._last_resort = desk, appearance, last_resort
        self._document: ScoresheetDocument | None = None
        self._visit: OpenVisit | None = None
        self._record: KeptRecord | None = None
        self._is_stale = False
        self._wanted: PersonChoice | None = None
        self._is_closed = False
        self._worker: JobWorker | None = None
        self._shortcuts: ShortcutDialog | None = None
        self.details: VisitDialog | None = None
        self.report: ReportDialog | None = None
        self.setWindowTitle("GaitDesk")
        self.setAcceptDrops(True)
        self.start = StartPage()
        self.importing = ImportPage()
        self.work = WorkPage()
        self.network = NetworkDesk(
            desk.folder, self.work.network_bar, self.work.network, last_resort, self
        )
        self._is_network_next = False
        self.comparing = ComparePage()
        self.browser = BrowserPanel(desk.find, desk.sheet)
        self.pages = PageStack()
        for page in (self.start, self.importing, self.work, self.comparing):
            self.pages.addWidget(page)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.browser)
        self._split.addWidget(self.pages)
        self._split.setStretchFactor(1, 1)
        self._split.setCollapsible(1, False)
        self._split.setSizes([em(self, BROWSER_WIDTH), em(self, 80)])
        # With large text on a small screen a page may need more room than there is.
        self.setCentralWidget(scrolling(self._split))
        self._make_actions()
        self._make_menus()
        self._connect()
        self.resize(1440, 900)
        self.show_start()

    # Actions and menus

    def _make_actions(self) -> None:
        def action(
            text: str,
            keys: list[QKeySequence] | QKeySequence | QKeySequence.StandardKey | None,
            answer: Callable[[], object],
        ) -> QAction:
            made = QAction(text, self)
            if isinstance(keys, list):
                made.setShortcuts(keys)
            elif keys is not None:
                made.setShortcut(QKeySequence(keys))
            made.triggered.connect(answer)
            self.addAction(made)
            return made

        key = QKeySequence
        self.open_action = action(tr("Open films …"), key.StandardKey.Open, self.ask_films)
        self.demo_action = action(tr("Try it on a made-up child"), None, self.demonstrate)
        self.close_action = action(tr("Close the visit"), key("Ctrl+W"), self.show_start)
        self.save_action = action(tr("Save the results …"), key("Ctrl+E"), self.ask_results_folder)
        self.report_action = action(tr("Look at the report"), key("Ctrl+P"), self.show_report)
        self.quit_action = action(tr("Quit"), key.StandardKey.Quit, self.close)
        self.undo_action = action(tr("Undo"), key("Ctrl+Z"), self.undo)
        self.redo_action = action(tr("Redo"), [key("Ctrl+Shift+Z"), key("Ctrl+Y")], self.redo)
        self.browser_action = action(tr("Patients and visits"), key("Ctrl+B"), self.toggle_browser)
        self.browser_action.setCheckable(True)
        self.search_action = action(tr("Search visits"), key("Ctrl+F"), self.search_visits)
        self.compare_action = action(
            tr("Compare with the visit before"), key("Ctrl+D"), self.compare_open_visit
        )
        self.details_action = action(
            tr("Child, day and conditions …"), key("F2"), self.ask_open_details
        )
        self.larger_action = action(
            tr("Larger text"),
            [key("Ctrl++"), key("Ctrl+=")],
            lambda: self._grow_text(TEXT_STEP),
        )
        self.smaller_action = action(
            tr("Smaller text"), key("Ctrl+-"), lambda: self._grow_text(-TEXT_STEP)
        )
        self.usual_action = action(
            tr("Usual text size"), key("Ctrl+0"), lambda: self._appearance.set_text_share(1.0)
        )
        self.keys_action = action(tr("Keys"), None, self.show_shortcuts)
        self.about_action = action(tr("About GaitDesk"), None, self._show_about)
        self.network_action = action(tr("Read by the network"), key("Ctrl+R"), self.network.read)
        self.pane_action = action(tr("From form to films and back"), key("F6"), self._switch_pane)
        QShortcut(QKeySequence("/"), self, self.search_visits)
        QShortcut(QKeySequence("?"), self, self.show_shortcuts)
        QShortcut(QKeySequence("Shift+?"), self, self.show_shortcuts)

    def _make_menus(self) -> None:
        bar = self.menuBar()
        self._fill(
            bar.addMenu(tr("&File")),
            (self.open_action, self.demo_action, self.close_action),
            (self.report_action, self.save_action),
            (self.quit_action,),
        )
        self._fill(
            bar.addMenu(tr("&Edit")), (self.undo_action, self.redo_action), (self.network_action,)
        )
        view = bar.addMenu(tr("&View"))
        self._fill(
            view,
            (self.browser_action, self.search_action, self.compare_action, self.pane_action),
            (self.larger_action, self.smaller_action, self.usual_action),
        )
        view.addSeparator()
        look = view.addMenu(tr("Appearance"))
        group = QActionGroup(self)
        themes: tuple[tuple[str, Theme | None], ...] = (
            (tr("As the system"), None),
            (tr("Light"), LIGHT),
            (tr("Dark"), DARK),
        )
        for text, theme in themes:
            made = look.addAction(text)
            made.setCheckable(True)
            made.setChecked(theme is self._appearance.chosen)
            made.setData(theme)
            group.addAction(made)
        group.triggered.connect(lambda chosen: self._appearance.choose(chosen.data()))
        self.languages = LanguageMenu(self._settings, view)
        view.addMenu(self.languages)
        self._fill(bar.addMenu(tr("&Help")), (self.keys_action, self.about_action))

    @staticmethod
    def _fill(menu: QMenu, *groups: tuple[QAction, ...]) -> None:
        for number, group in enumerate(groups):
            if number:
                menu.addSeparator()
            menu.addActions(list(group))

    def _connect(self) -> None:
        self.start.open_asked.connect(self.ask_films)
        self.start.demo_asked.connect(self.demonstrate)
        self.start.cancel_asked.connect(self.cancel)
        self.importing.more_asked.connect(self.ask_films)
        self.importing.left.connect(self.show_start)
        self.importing.ordered.connect(self._on_ordered)
        self.importing.cancel_asked.connect(self.cancel)
        self.importing.readers.show_choice(str(self._settings.value("readers", "")))
        self.importing.readers.chosen.connect(self._on_readers_chosen)
        self.network.answered.connect(self._on_network_answered)
        self.network.changed.connect(self._update_actions)
        self.browser.opened.connect(self.open_visit)
        self.browser.compared.connect(self.compare)
        self.browser.ticked_changed.connect(self._update_actions)
        self.browser.left.connect(self._leave_browser)
        self._listing = QTimer(self)
        self._listing.setSingleShot(True)
        self._listing.setInterval(LISTED_MS)
        self._listing.timeout.connect(self._refresh)
        self.browser.details_asked.connect(self.ask_details)
        self.comparing.left.connect(self.leave_comparison)
        self.comparing.visit_asked.connect(self.open_visit)
        self.comparing.cancel_asked.connect(self.cancel)
        self.work.clashes.mine_kept.connect(self._on_mine_kept)
        self.work.clashes.theirs_taken.connect(self._on_theirs_taken)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._look_elsewhere)
        self.work.edited.connect(self._on_edited)
        self.work.corrected.connect(self._on_corrected)
        self.work.person_wanted.connect(self.choose_person)
        self.work.cancel_asked.connect(self.cancel)
        self.work.message.answered.connect(self._on_films_missed)
        self.work.said.connect(lambda words: self.statusBar().showMessage(words, 6000))
        self._appearance.changed.connect(self._on_appearance)

    # What is shown

    def show_start(self) -> None:
        """Show what to do first, with the visits beside it."""
        if self._worker is not None:
            return
        self._visit = self._document = self._record = self._wanted = None
        self._is_stale = self._is_network_next = False
        self.network.leave()
        self.importing.clear()
        self.work.clear()
        self.comparing.clear()
        self.pages.setCurrentWidget(self.start)
        self._show_browser(is_shown=True)
        self._refresh()
        self.start.focus_first()
        self.setWindowTitle("GaitDesk")
        self._update_actions()

    def show_visit(self, visit: OpenVisit) -> None:
        """Show a visit that has been read."""
        self._visit = visit
        self._record = self._desk.record(visit)
        self._document = ScoresheetDocument(self._record, self)
        self._watch.start()
        self.work.clashes.clear()
        self._document.changed.connect(self._on_changed)
        self._document.corrected.connect(self._recalculate)
        self.pages.setCurrentWidget(self.work)
        self._show_browser(is_shown=self.width() >= em(self, WIDE))
        self.work.totals.show_before(visit.before, visit.before_words)
        self.network.look_for_networks()
        self.work.form.distrust(self.network.demonstrations)
        self.work.show_analysis(visit.analysis, self._document.sheet)
        self.work.show_corrections(visit.corrections)
        self.network.show_visit(visit.session, self._document.sheet)
        self.setWindowTitle(f"{visit.title} – GaitDesk")
        if visit.missing_films:
            self.work.message.say(
                tr(
                    "Not found where they were: {names}. Scores and curves are here all the same."
                ).format(names=", ".join(visit.missing_films)),
                "warning",
                tr("Look for the films …"),
            )
        self._refresh()
        self._update_actions()
        if self._is_network_next:
            self._is_network_next = False
            self.network.read()
        wanted = self._desk.wanted_person(visit.session)
        if wanted is not None:
            self.choose_person(wanted)

    @property
    def document(self) -> ScoresheetDocument | None:
        """The sheet under review; None while no visit is open."""
        return self._document

    @property
    def visit(self) -> SessionId | None:
        """The visit that is open."""
        return self._visit.session if self._visit is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether a job is running."""
        return self._worker is not None

    def _refresh(self) -> None:
        self.browser.refresh()
        self.browser.mark(self._visit.session if self._visit is not None else None)

    def _show_browser(self, *, is_shown: bool) -> None:
        self._place_browser()
        self.browser.setVisible(is_shown)
        self.browser_action.setChecked(is_shown)

    def _place_browser(self) -> None:
        """Put the visits beside the page, or over its left part where there is too little room."""
        width = em(self, BROWSER_WIDTH)
        page = self.pages.currentWidget() or self.pages
        needed = page.minimumSizeHint().width()
        is_drawer = self.width() < needed + width
        if is_drawer:
            central = self.centralWidget() or self._split
            top = central.mapTo(self, QPoint(0, 0)).y()
            self.browser.setParent(self)
            self.browser.setGeometry(0, top, width, central.height())
            self.browser.raise_()
        elif self._split.indexOf(self.browser) < 0:
            self._split.insertWidget(0, self.browser)
            self._split.setSizes([width, max(1, self.width() - width)])
        self.browser.set_over(is_over=is_drawer)

    def toggle_browser(self) -> None:
        """Show the visits, or hide them."""
        self._show_browser(is_shown=not self.browser.isVisible())
        if self.browser.isVisible():
            self._refresh()
            self.browser.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _leave_browser(self) -> None:
        """Hide the visits that lie over the page, and go on where the form was left."""
        self._show_browser(is_shown=False)
        if self.pages.currentWidget() is self.work:
            self.work.form.focus_cell(self.work.form.focused)

    def search_visits(self) -> None:
        """Put the keyboard into the search."""
        self._show_browser(is_shown=True)
        self._refresh()
        self.browser.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.browser.search.selectAll()

    def show_shortcuts(self) -> None:
        """Show the list of keys."""
        if self._shortcuts is None:
            self._shortcuts = ShortcutDialog(self)
            self._shortcuts.destroyed.connect(self._on_shortcuts_gone)
            self._shortcuts.show()

    @property
    def shortcuts(self) -> ShortcutDialog | None:
        """The list of keys, while it is open."""
        return self._shortcuts

    def _on_shortcuts_gone(self) -> None:
        self._shortcuts = None

    def _show_about(self) -> None:
        QMessageBox.about(self, tr("About GaitDesk"), self._desk.about_words())

    def _switch_pane(self) -> None:
        if self.work.form.isAncestorOf(self.focusWidget() or self):
            self.work.tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.work.form.focus_cell(self.work.form.focused)

    def _grow_text(self, step: float) -> None:
        self._appearance.set_text_share(self._appearance.text_share + step)

    def _on_appearance(self) -> None:
        if self._document is not None:
            self.work.show_sheet(self._document.sheet)
            self.work.paint()
        self.comparing.paint()

    # Films in

    def ask_films(self) -> None:
        """Ask for films, and add them to a new visit."""
        if self.is_busy:
            return
        endings = " ".join(f"*{ending}" for ending in FILM_ENDINGS)
        names, _ = QFileDialog.getOpenFileNames(
            self,
            tr("Films of one visit"),
            str(self._settings.value("films", "")),
            tr("Films ({endings});;All files (*)").format(endings=endings),
        )
        if names:
            self._settings.setValue("films", str(Path(names[0]).parent))
            self.import_films([Path(name) for name in names])

    def import_films(self, paths: list[Path]) -> None:
        """Add films to the visit that is being put together."""
        if self.is_busy:
            return
        self.pages.setCurrentWidget(self.importing)
        self._visit = self._document = None
        self.network.leave()
        self._show_browser(is_shown=False)
        self.importing.show_children(self._desk.children())
        self.importing.add_films(paths)
        self._update_actions()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.is_busy and _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self.import_films(paths)

    # Visits side by side

    def compare(self, sessions: Sequence[SessionId]) -> None:
        """Read several visits of one child, and show them side by side."""
        if self.is_busy or len(sessions) < 2:
            return
        self.pages.setCurrentWidget(self.comparing)
        self._show_browser(is_shown=False)
        self.comparing.clear()
        self._update_actions()
        job = self._desk.comparing(tuple(sessions))
        self.run(job, tr("Reading the visits"), self.comparing, self._on_compared)

    def compare_open_visit(self) -> None:
        """Show the visits that are ticked, or else the open one beside the one before it."""
        sessions = self.browser.ticked
        if len(sessions) < 2 and self._visit is not None:
            sessions = self._desk.with_visit_before(self._visit.session)
        if len(sessions) < 2:
            self.work.message.say(
                tr(
                    "There is no other visit of this child to compare with. If a visit was kept"
                    " under another pseudonym, move it here from the list of visits."
                )
            )
            return
        self.compare(sessions)

    # The head of a visit

    def ask_open_details(self) -> None:
        """Offer the head of the open visit for correction."""
        if self._visit is not None:
            self.ask_details(self._visit.session)

    def ask_details(self, session: SessionId) -> None:
        """Offer the head of a visit for correction."""
        visit = next((one for one in self._desk.find("") if one.id == session), None)
        if visit is None or self.is_busy:
            return
        self.details = VisitDialog(visit, self._desk.children(), self)
        self.details.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.details.corrected.connect(self._on_head_corrected)
        self.details.open()

    def _on_head_corrected(self) -> None:
        dialog = self.sender()
        if not isinstance(dialog, VisitDialog):
            return
        visit, fields = dialog.visit, dialog.fields
        page = self.work if self.pages.currentWidget() is self.work else self.start
        try:
            edit = self._desk.head_edit(
                visit, fields.patient, date.fromisoformat(fields.day), fields.conditions
            )
            if edit.new == edit.old:
                return
            if self._visit is not None and self._visit.session == visit.id and self._record:
                self._record.correct(edit)
                self._recalculate()
            else:
                self._desk.correct(visit.id, edit)
        except GaitDeskError as error:
            page.message.say(str(error), "error")
        self._refresh()
        self._update_actions()

    def leave_comparison(self) -> None:
        """Go back to the visit that was open, or to the start."""
        if self.is_busy:
            self.cancel()
        self.comparing.clear()
        if self._visit is not None:
            self.pages.setCurrentWidget(self.work)
            self.work.form.focus_cell(self.work.form.focused)
        else:
            self.pages.setCurrentWidget(self.start)
            self._show_browser(is_shown=True)
            self._refresh()
        self._update_actions()

    def _on_compared(self, found: tuple[str, tuple[ComparedVisit, ...]]) -> None:
        QTimer.singleShot(0, self, lambda: self._show_compared(*found))

    def _show_compared(self, pseudonym: str, visits: tuple[ComparedVisit, ...]) -> None:
        if not self._is_closed and self.pages.currentWidget() is self.comparing:
            self.comparing.show_visits(pseudonym, visits)
            self.comparing.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    # Jobs

    def run(
        self,
        job: Job[Any],
        title: str,
        page: StartPage | ImportPage | WorkPage | ComparePage,
        succeeded: Callable[[Any], None],
    ) -> None:
        """Run a job, with its progress on a page."""
        page.progress.begin(title)
        page.show_busy(True)
        worker = JobWorker(job, self)
        worker.progressed.connect(page.progress.show_progress)
        if page is self.importing:
            worker.progressed.connect(self.importing.show_found)
        worker.succeeded.connect(succeeded)
        worker.failed.connect(lambda error: self._on_failed(page, error))
        worker.finished.connect(lambda: self._on_finished(page))
        worker.finished.connect(worker.deleteLater)
        self._worker = worker
        self._update_actions()
        worker.start()

    def cancel(self) -> None:
        """Stop the job that is running at its next step."""
        if self._worker is not None:
            self._worker.requestInterruption()

    def _on_failed(
        self, page: StartPage | ImportPage | WorkPage | ComparePage, error: Exception
    ) -> None:
        if is_mendable(error):
            page.message.say(str(error), "error")
        else:
            page.message.say(
                tr("The work stopped because of a defect in GaitDesk; nothing was changed."),
                "error",
            )
            self._last_resort.show_error(error)

    def _on_finished(self, page: StartPage | ImportPage | WorkPage | ComparePage) -> None:
        self._worker = None
        page.show_busy(False)
        self._update_actions()
        if self._wanted is not None:
            self.choose_person(self._wanted)
        elif self._is_stale:
            self._recalculate()

    def _on_ordered(self, order: AnalysisOrder, day: str) -> None:
        job = self._desk.analysing(order, day)
        # The rules' answers are shown as soon as they are there; the network's follow.
        self._is_network_next = order.readers.value != RULES
        self.run(job, tr("Analysing the films"), self.importing, self._on_analysed)

    def demonstrate(self) -> None:
        """Film a made-up child, analyse the films, and show the visit."""
        if self.is_busy:
            return
        self.show_start()
        self.run(
            self._desk.demonstrating(), tr("Filming a made-up child"), self.start, self._on_analysed
        )

    def open_visit(self, session: SessionId) -> None:
        """Read a visit and show it."""
        if self.is_busy:
            return
        if self._visit is not None and self._visit.session == session:
            if self.pages.currentWidget() is self.comparing:
                self.leave_comparison()
            return
        self.show_start()
        self.run(
            self._desk.opening(session), tr("Opening the visit"), self.start, self._on_analysed
        )

    def _on_films_missed(self) -> None:
        if self._visit is None or self.is_busy:
            return
        folder = QFileDialog.getExistingDirectory(self, tr("Folder that holds the films"))
        if folder:
            job = self._desk.finding_films(self._visit.session, Path(folder))
            self.run(job, tr("Looking for the films"), self.work, self._on_analysed)

    def _on_analysed(self, visit: OpenVisit) -> None:
        # After the page has been told that the job is over.
        QTimer.singleShot(0, self, lambda: self._open_after_job(visit))

    def _open_after_job(self, visit: OpenVisit) -> None:
        if self._is_closed:
            return
        self.importing.clear()
        self.show_visit(visit)

    # Edits

    def _on_edited(self, text: str, after: Scoresheet) -> None:
        if self._document is not None:
            self._guarded(lambda document: document.edit(text, after))

    def _on_corrected(self, edit: Edit) -> None:
        """Keep a correction of what the sheet rests on, and work out what follows."""
        record, visit = self._record, self._visit
        if record is None or visit is None:
            return
        old = self._desk.standing(visit.session, edit)
        try:
            record.correct(replace(edit, old=old))
        except GaitDeskError as error:
            self.work.message.say(str(error), "error")
            return
        self._update_actions()
        if edit.kind is Kind.MASK:
            self._say_what_follows_from_a_mask()
        self._recalculate()

    def _say_what_follows_from_a_mask(self) -> None:
        """Say who looks at masks: the rules do not."""
        assert self._document is not None
        words = tr("The mask is corrected. Scores by the rules do not rest on it, and stay.")
        if any(
            proposal.origin is Origin.NETWORK
            for cell in self._document.sheet.cells.values()
            for proposal in cell.proposed
        ):
            words = tr(
                "The mask is corrected. Scores by the rules do not rest on it, and stay; the"
                " network reads this film again."
            )
        self.statusBar().showMessage(words, 8000)

    def _recalculate(self) -> None:
        """Work out what follows from corrections; after the job that is running, if one is."""
        self._is_stale = self.is_busy
        if self._visit is None or self.is_busy or self._is_closed:
            return
        job = self._desk.recalculating(self._visit.session)
        self.run(job, tr("After a correction"), self.work, self._on_recalculated)

    def _on_recalculated(self, visit: OpenVisit) -> None:
        if self._record is None or self._document is None or self._is_closed:
            return
        if self._is_stale:
            # Something was corrected meanwhile; what follows from that is shown, and not this.
            return
        self._visit = visit
        self.setWindowTitle(f"{visit.title} – GaitDesk")
        self._refresh()
        self._record.read_again()
        self.work.show_recalculated(visit.analysis)
        self.work.show_corrections(visit.corrections)
        if not visit.analysis.cycles:
            self.work.message.say(
                tr(
                    "With these events no gait cycle is left. The scores stand as they were; undo"
                    " takes the correction back."
                ),
                "warning",
            )
        self._on_changed(self._document.sheet)

    def choose_person(self, wanted: PersonChoice) -> None:
        """Follow another person of a film; after the job that is running, if one is."""
        self._wanted = wanted if self.is_busy else None
        if self._visit is None or self.is_busy or self._is_closed:
            return
        session = self._visit.session
        job = self._desk.choosing_person(session, wanted)
        self.run(job, tr("Following another person"), self.work, self._on_person_chosen)
        assert self._worker is not None
        self._worker.cancelled.connect(lambda: self._on_person_left(session))

    def _on_person_chosen(self, is_changed: bool) -> None:
        if self._record is None or self._document is None or self._is_closed:
            return
        if not is_changed:
            words = tr("This is the person who is followed already; nothing was changed.")
            self.statusBar().showMessage(words, 6000)
            return
        self._record.read_again()
        self._update_actions()
        # After the page has been told that the job is over.
        self._is_stale = True

    def _on_person_left(self, session: SessionId) -> None:
        """Forget who was pointed at, unless the window closes and goes on another time."""
        if self._is_closed:
            return
        try:
            self._desk.forget_wanted(session)
        except GaitDeskError as error:
            self.work.message.say(str(error), "error")

    def _on_readers_chosen(self, choice: str) -> None:
        self._settings.setValue("readers", choice)

    def _on_network_answered(self, answers: NetworkAnswers) -> None:
        """Put the network's answers into the form; here, so that no edit falls in between."""
        if self._is_closed:
            return
        try:
            self._desk.keep_network(answers)
        except GaitDeskError as error:
            self.work.message.say(str(error), "error")
            return
        is_open = self._visit is not None and self._visit.session == answers.session
        if is_open and self._record is not None and self._document is not None:
            self._record.read_again()
            self._on_changed(self._document.sheet)

    def undo(self) -> None:
        """Take the last edit back."""
        self._guarded(ScoresheetDocument.undo)

    def redo(self) -> None:
        """Bring the edit taken back last into force again."""
        self._guarded(ScoresheetDocument.redo)

    def _guarded(self, change: Callable[[ScoresheetDocument], None]) -> None:
        """Make a change; what could not be kept is said in place, and the sheet shown is true."""
        if self._document is None:
            return
        try:
            change(self._document)
        except EditedElsewhere as error:
            self._on_clash(error)
        except GaitDeskError as error:
            self.work.message.say(str(error), "error")
            self.work.show_sheet(self._document.sheet)

    # What another window keeps

    def _on_clash(self, error: EditedElsewhere) -> None:
        """Show both answers where an edit met another one; what else was edited there, too."""
        record, document = self._record, self._document
        if record is None or document is None:
            return
        clashes, record.clashes = record.clashes, ()
        self._look_elsewhere()
        if clashes:
            self.work.message.hide()
            self.work.clashes.add(clashes)
        elif not self.work.clashes.clashes:
            self.work.message.say(str(error), "error")
        self._on_changed(document.sheet)

    def _look_elsewhere(self) -> None:
        """See whether another window has edited the visit shown; show what stands now."""
        record, document = self._record, self._document
        if record is None or document is None or self.is_busy or self._is_closed:
            return
        try:
            news = record.news()
        except GaitDeskError as error:
            self.work.message.say(str(error), "error")
            return
        if not news.entries:
            return
        last = news.entries[-1]
        self.work.message.say(
            tr(
                "{rater} changed %n thing(s) in another window: {last}. The form shows it.",
                "",
                len(news.entries),
            ).format(rater=last.rater or tr("Somebody"), last=retold(last.text))
        )
        self.work.clashes.add(news.clashes)
        self._on_changed(document.sheet)
        if news.has_corrections:
            self._recalculate()

    def _on_mine_kept(self, clash: Clash) -> None:
        record = self._record
        if record is not None:
            text = tr("Keep mine: {item}").format(item=short_name(clash.cell[1]))
            self._guarded(lambda document: document.keep(lambda: record.keep_mine(text, clash)))

    def _on_theirs_taken(self, clash: Clash) -> None:
        record = self._record
        if record is not None:
            self._guarded(lambda document: document.keep(lambda: record.take_theirs(clash)))

    def _on_changed(self, sheet: Scoresheet) -> None:
        if self.browser.isVisible():
            self._listing.start()
        self.work.show_sheet(sheet)
        self.network.show_sheet(sheet)
        self._update_actions()

    def _update_actions(self) -> None:
        document, is_free = self._document, not self.is_busy
        for action, text, plain in (
            (self.undo_action, document.undo_text if document else None, tr("Undo")),
            (self.redo_action, document.redo_text if document else None, tr("Redo")),
        ):
            action.setEnabled(text is not None)
            action.setText(f"{plain}: {retold(text)}" if text is not None else plain)
        for action in (self.open_action, self.demo_action):
            action.setEnabled(is_free)
        can_compare = self._visit is not None or len(self.browser.ticked) > 1
        self.compare_action.setEnabled(is_free and can_compare)
        self.details_action.setEnabled(is_free and self._visit is not None)
        self.network_action.setEnabled(self.network.can_read)
        self.close_action.setEnabled(is_free and self.pages.currentWidget() is not self.start)
        for action in (self.save_action, self.report_action):
            action.setEnabled(is_free and self._visit is not None)

    # Results out

    def ask_results_folder(self) -> None:
        """Ask where the results shall go, and write them."""
        folder = QFileDialog.getExistingDirectory(
            self, tr("Folder for the results"), str(self._settings.value("results", ""))
        )
        if folder:
            self._settings.setValue("results", folder)
            self.save_results(Path(folder))

    def save_results(self, folder: Path) -> None:
        """Write everything the visit gives away, as it has been reviewed."""
        analysis = self.reviewed
        if analysis is None or self.is_busy:
            return
        from gaitdesk.report.bundle import write_results

        self.run(
            write_results(analysis, folder),
            tr("Writing the results"),
            self.work,
            lambda files: self._on_saved(folder, len(files)),
        )

    def _on_saved(self, folder: Path, files: int) -> None:
        self.work.message.say(tr("%n file(s) are in {folder}.", "", files).format(folder=folder))

    @property
    def reviewed(self) -> Analysis | None:
        """The analysis with the sheet as it has been reviewed; None while no visit is open."""
        if self._visit is None or self._document is None:
            return None
        analysis = replace(self._visit.analysis, scoresheet=self._document.sheet)
        if self.network.reading is None:
            return analysis
        from gaitdesk.jobs.network import with_reading

        return with_reading(analysis, self.network.reading)

    def show_report(self) -> None:
        """Show the report as it would be printed."""
        analysis = self.reviewed
        if analysis is None:
            return
        from gaitdesk.ui.report.preview import ReportDialog

        if self.report is not None:
            self.report.close()
        self.report = ReportDialog(analysis, self._last_resort, self)
        self.report.destroyed.connect(self._on_report_gone)
        self.report.show()

    def _on_report_gone(self) -> None:
        self.report = None

    @property
    def _settings(self) -> QSettings:
        return QSettings(str(self._desk.folder / "window.ini"), QSettings.Format.IniFormat)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.browser.isVisible():
            self._place_browser()
            self.browser.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._is_closed = True
        self._watch.stop()
        self._listing.stop()
        self.browser.stop()
        if self._worker is not None:
            self._worker.stop()
        self.importing.stop()
        self.network.stop()
        if self.report is not None:
            self.report.close()
        self.work.close_films()
        self.comparing.close_films()
        self._desk.close()
        super().closeEvent(event)


def _dropped(event: QDropEvent) -> list[Path]:
    """Films among what is being dropped."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
