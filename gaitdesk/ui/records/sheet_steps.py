"""What becomes of the open sheet as a whole: signed, amended, read by others, settled."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.evgs import Cell
from gaitdesk.i18n import tr
from gaitdesk.store.edits import ReadingId
from gaitdesk.store.facts import Role
from gaitdesk.ui.desk import Desk, OpenVisit
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.records.consensus_record import ConsensusRecord
from gaitdesk.ui.records.readers_panel import TwoReaders
from gaitdesk.ui.records.sign_dialog import SignDialog, ToSign
from gaitdesk.ui.records.small_dialogs import AmendDialog, AssignDialog, FinishDialog
from gaitdesk.ui.records.standing import Standing, Step, signed_words, standing
from gaitdesk.ui.records.versions_dialog import VersionsDialog
from gaitdesk.ui.review import Review
from gaitdesk.ui.work_page import WorkPage


class SheetSteps(QObject):
    """Shows how the open sheet stands, and takes the steps that concern all of it.

    Args:
        desk: Where sheets are kept.
        review: The visit that is open.
        work: Shows it.
        settings: Where names and roles are kept.
        last_resort: Where defects go.
        window: Dialogs open before it.

    Attributes:
        dialog: The one that was opened last.

    Signals:
        visit_wanted: The visit and the reading that shall be opened; None for its own sheet.
        said: A sentence for the status line.
        changed: A step was taken.
    """

    visit_wanted = Signal(object, object)
    said = Signal(str)
    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        review: Review,
        work: WorkPage,
        settings: QSettings,
        last_resort: LastResort,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk, self._review, self._work = desk, review, work
        self._settings, self._last_resort, self._window = settings, last_resort, window
        self._now = Standing()
        self.dialog: QDialog | None = None
        self._takes: dict[Step, Callable[[], None]] = {
            Step.SIGN: self.ask_signature,
            Step.AMEND: self.ask_reason,
            Step.VERSIONS: self.show_versions,
            Step.FINISH: self.ask_finish,
            Step.COMPARE: self.settle,
            Step.CONSENSUS: self.open_consensus,
        }
        work.band.asked.connect(lambda step: self._takes[step]())
        panel = work.readers
        panel.word_taken.connect(self._on_word_taken)
        panel.score_asked.connect(work.form.ask_score)
        panel.reason_wanted.connect(work.form.ask_reason)
        panel.reason_typed.connect(self._on_reason_typed)

    @property
    def now(self) -> Standing:
        """How the open sheet stands."""
        return self._now

    @property
    def visit(self) -> OpenVisit | None:
        """The visit that is open."""
        return self._review.visit

    def refresh(self) -> None:
        """Show how the open sheet stands now."""
        visit = self.visit
        if visit is None:
            self._now = Standing()
            self._work.band.show_standing(self._now)
            return
        now = standing(self._desk.store, visit)
        if now.why != self._now.why or not now.why:
            self._work.fix(now.why)
        self._now = now
        self._work.band.show_standing(now)
        self._show_readers(visit)

    def begin(self, visit: OpenVisit) -> None:
        """A visit was opened: show what may be seen of it."""
        self._now = Standing()
        self._work.hide_measures(visit.is_blind)
        self.refresh()
        if visit.is_consensus and self._work.readers.cell is not None:
            self._work.tabs.setCurrentWidget(self._work.readers)
            self._work.readers.table.setFocus()
            self._work.readers.go_to_next_open(is_first=True)
        elif self._work.tabs.currentWidget() is self._work.readers and not self._two(visit):
            self._work.tabs.setCurrentWidget(self._work.item)

    # Signing and amending

    @property
    def can_sign(self) -> bool:
        """Whether the open sheet is one that can be signed."""
        visit = self.visit
        if visit is None or self._desk.store.readings.blind(visit.session) is not None:
            return False
        return visit.reading is None or (
            visit.is_consensus and visit.facts is not None and visit.facts.is_finished
        )

    def ask_signature(self) -> None:
        """Show what is signed, and ask for the passphrase."""
        visit, document = self.visit, self._review.document
        if visit is None or document is None or not self.can_sign:
            return
        store = self._desk.store
        in_force = store.signing.in_force(visit.session)
        last = store.signing.versions(visit.session)
        number = in_force.number if in_force else (last[-1].number + 1 if last else 1)
        to_sign = ToSign(visit.session, visit.title, document.sheet, number, visit.reading)
        dialog = SignDialog(
            to_sign,
            self._desk.place,
            self._settings,
            self._last_resort,
            self._window,
            has_passphrase=store.keys.has_passphrase(),
        )
        dialog.signed.connect(self._on_signed)
        self._open(dialog)

    def _on_signed(self) -> None:
        self.refresh()
        self.said.emit(tr("The sheet is signed."))
        self.changed.emit()

    def ask_reason(self) -> None:
        """Ask why the signed visit is to be changed."""
        visit = self.visit
        if visit is None:
            return
        version = self._desk.store.signing.in_force(visit.session)
        if version is None:
            return
        session = visit.session
        dialog = AmendDialog(
            signed_words(version),
            lambda reason: self._desk.store.signing.amend(session, reason),
            self._last_resort,
            self._window,
        )
        dialog.accepted.connect(self._on_amended)
        self._open(dialog)

    def _on_amended(self) -> None:
        self.refresh()
        self._work.form.focus_cell(self._work.form.focused)
        self.changed.emit()

    def show_versions(self) -> None:
        """Show the signed versions side by side."""
        visit, document = self.visit, self._review.document
        if visit is None or document is None:
            return
        signing = self._desk.store.signing
        versions = signing.versions(visit.session)
        if versions:
            problems = signing.problems(visit.session)
            self._open(
                VersionsDialog(visit.title, versions, document.sheet, problems, self._window)
            )

    # Two readers

    def ask_reader(self) -> None:
        """Ask who else is to read the open visit."""
        visit = self.visit
        if visit is None or visit.is_blind:
            return
        session, store = visit.session, self._desk.store
        dialog = AssignDialog(
            visit.title,
            self._desk.raters(),
            lambda name, is_blind: store.readings.assign(session, name, is_blind=is_blind),
            self._last_resort,
            self._window,
        )
        dialog.accepted.connect(self._on_step)
        self._open(dialog)

    def ask_finish(self) -> None:
        """Ask whether the reading that is open is finished."""
        visit, document = self.visit, self._review.document
        if visit is None or document is None or visit.reading is None:
            return
        session, reading = visit.session, visit.reading
        waiting = len(ToSign(session, visit.title, document.sheet).waiting)
        dialog = FinishDialog(
            waiting,
            lambda: self._desk.store.readings.finish(session, reading),
            self._last_resort,
            self._window,
        )
        dialog.accepted.connect(lambda: self.visit_wanted.emit(session, reading))
        self._open(dialog)

    def settle(self) -> None:
        """Open the consensus of the visit's two readers, begun now where there is none."""
        visit = self.visit
        if visit is None or visit.is_blind:
            return
        readings = self._desk.store.readings
        try:
            second = self._second(visit)
            found = next(
                (
                    name
                    for name, facts in readings.of(visit.session).items()
                    if facts.role is Role.CONSENSUS and second in facts.sources
                ),
                None,
            )
            if found is None and second is not None:
                found = readings.begin_consensus(visit.session, second)
        except GaitDeskError as error:
            self._work.message.say(str(error), "error")
            return
        if found is not None:
            self.visit_wanted.emit(visit.session, found)

    def open_consensus(self) -> None:
        """Open the consensus that is in force."""
        visit = self.visit
        if visit is not None:
            found = self._desk.store.readings.in_force(visit.session)
            self.visit_wanted.emit(visit.session, found)

    def _second(self, visit: OpenVisit) -> ReadingId | None:
        """The finished reading that is compared: the one shown, or else the last."""
        if visit.facts is not None and visit.facts.role is Role.SECOND:
            return visit.reading
        found = self._desk.store.readings.of(visit.session)
        done = [
            name for name, facts in found.items() if facts.role is Role.SECOND and facts.is_finished
        ]
        return done[-1] if done else None

    def _two(self, visit: OpenVisit) -> TwoReaders | None:
        """The two readers of a visit as they are shown; None where there are none to be seen."""
        readings, session = self._desk.store.readings, visit.session
        if readings.blind(session) is not None:
            return None
        first: ReadingId | None = None
        second = self._second(visit)
        settled = None
        if visit.is_consensus and visit.facts is not None:
            first, second = (ReadingId(one) or None for one in visit.facts.sources)
            settled = self._review.document.sheet if self._review.document else None
        found = readings.of(session)
        if second is None or second not in found or not found[second].is_finished:
            return None
        return TwoReaders(
            found[first].reader if first is not None else readings.first_reader(session),
            found[second].reader,
            readings.sheet(session, first),
            readings.sheet(session, second),
            self._desk.store.sheet(session),
            settled,
            is_settling=visit.is_consensus and not self._now.why,
        )

    def _show_readers(self, visit: OpenVisit) -> None:
        two = self._two(visit)
        tabs, panel = self._work.tabs, self._work.readers
        tabs.setTabVisible(tabs.indexOf(panel), two is not None)
        panel.show_readers(two)

    def _on_word_taken(self, cell: Cell, is_first: bool) -> None:
        record, visit = self._review.record, self.visit
        if not isinstance(record, ConsensusRecord) or visit is None or visit.facts is None:
            return
        source = visit.facts.sources[0 if is_first else 1]
        self._review.change(
            lambda document: document.keep(
                lambda: record.settle_by(cell, ReadingId(source) or None)
            )
        )
        self._after_decision()

    def _after_decision(self) -> None:
        self._work.readers.reason.clear()
        self._work.readers.go_to_next_open()

    def _on_reason_typed(self, words: str) -> None:
        if isinstance(self._review.record, ConsensusRecord):
            self._review.record.reason = words

    def _on_step(self) -> None:
        self.refresh()
        self.changed.emit()

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.open()
