"""The visit that is open: its sheet, its corrections, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gaitdesk.domain.correction import JointMove, MaskRun, MaskStroke, MaskWanted, PersonChoice
from gaitdesk.domain.errors import EditedElsewhere, GaitDeskError
from gaitdesk.domain.evgs import Origin, Scoresheet
from gaitdesk.domain.narrative import Narrative
from gaitdesk.i18n import retold, tr
from gaitdesk.store.corrections import is_new_correction
from gaitdesk.store.edits import Edit, Kind, SessionId
from gaitdesk.store.narratives import narrative_edits
from gaitdesk.ui.desk import Desk, OpenVisit
from gaitdesk.ui.document import ScoresheetDocument
from gaitdesk.ui.elsewhere import Elsewhere
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.kept import KeptRecord
from gaitdesk.ui.network_desk import NetworkDesk
from gaitdesk.ui.parts.turns import paint_next_turn
from gaitdesk.ui.unkept import Unkept
from gaitdesk.ui.work_page import WorkPage

if TYPE_CHECKING:
    from gaitdesk.domain.analysis import Analysis
    from gaitdesk.jobs.network import NetworkAnswers


class Review(QObject):
    """Keeps every edit of the open visit, and works out what follows from corrections.

    Args:
        desk: Where edits are kept, and the jobs that follow.
        jobs: Runs them.
        work: Shows the visit.
        network: Reads it in the background.

    Attributes:
        elsewhere: What other windows keep of it.

    Signals:
        changed: What can be done has changed, as after an edit; and so may have the sheet.
        sheet_shown: The sheet in force is shown anew.
        visit_changed: The `OpenVisit` as it is after a correction.
        said: A sentence for the status line, and for how long, milliseconds.
    """

    changed = Signal()
    sheet_shown = Signal()
    visit_changed = Signal(object)
    said = Signal(str, int)

    def __init__(
        self,
        desk: Desk,
        jobs: JobRunner,
        work: WorkPage,
        network: NetworkDesk,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._work, self._network = desk, jobs, work, network
        self._visit: OpenVisit | None = None
        self._document: ScoresheetDocument | None = None
        self._record: KeptRecord | None = None
        self._is_stale = False
        self._wanted: PersonChoice | None = None
        self._mask_wanted: MaskWanted | None = None
        self._is_closed = False
        self._refusal = ""
        self._held: list[Edit] = []
        self.elsewhere = Elsewhere(self, jobs, work, self)
        work.edited.connect(self._on_edited)
        work.corrected.connect(self.correct)
        work.person_wanted.connect(self.choose_person)
        work.mask_wanted.connect(self.follow_mask)
        network.answered.connect(self._on_network_answered)
        jobs.ended.connect(self._go_on)

    # What is open

    def open(self, visit: OpenVisit) -> None:
        """Take up a visit that has been read."""
        self._visit = visit
        self._record = self._desk.record(visit)
        self._document = ScoresheetDocument(self._record, self)
        self._document.changed.connect(self.show_sheet)
        self._document.corrected.connect(self.recalculate)
        if visit.reading is None:
            self.elsewhere.begin()
        else:
            # What others keep of the visit is not for the reader of one reading.
            self.elsewhere.stop()
            self._work.clashes.clear()

    def catch_up(self) -> None:
        """Go on with what had been begun when the visit was left."""
        if self._visit is None or self._visit.reading is not None:
            return
        if self._work.form.is_fixed:
            return
        wanted = self._desk.wanted_person(self._visit.session)
        if wanted is not None:
            self.choose_person(wanted)
        elif self._visit.is_behind:
            self.recalculate()

    def leave(self) -> None:
        """Put the visit away."""
        self._visit = self._document = self._record = None
        self._wanted = self._mask_wanted = None
        self._held.clear()
        self._is_stale = False
        self._work.fix("")

    def close(self) -> None:
        """Do nothing any more; for the end of the window."""
        self._is_closed = True
        self.elsewhere.stop()

    @property
    def visit(self) -> OpenVisit | None:
        """The visit that is open."""
        return self._visit

    @property
    def document(self) -> ScoresheetDocument | None:
        """The sheet under review; None while no visit is open."""
        return self._document

    @property
    def record(self) -> KeptRecord | None:
        """Where its edits are kept; None while no visit is open."""
        return self._record

    @property
    def is_closed(self) -> bool:
        """Whether the window has closed."""
        return self._is_closed

    @property
    def reviewed(self) -> Analysis | None:
        """The analysis with the sheet as it has been reviewed; None while no visit is open."""
        if self._visit is None or self._document is None:
            return None
        analysis = replace(self._visit.analysis, scoresheet=self._document.sheet)
        if self._network.reading is None or self._visit.is_blind:
            return analysis
        from gaitdesk.jobs.seen import with_reading

        return with_reading(analysis, self._network.reading)

    def show_sheet(self, sheet: Scoresheet) -> None:
        """Show the sheet in force."""
        self._work.show_sheet(sheet)
        self._network.show_sheet(sheet)
        self.sheet_shown.emit()
        self.changed.emit()

    # Edits of the sheet

    def undo(self) -> None:
        """Take the last edit back."""
        self.change(ScoresheetDocument.undo)

    def redo(self) -> None:
        """Bring the edit taken back last into force again."""
        self.change(ScoresheetDocument.redo)

    def change(self, change: Callable[[ScoresheetDocument], None]) -> bool:
        """Make a change; what could not be kept is said in place, and the sheet shown is true.

        Returns:
            Whether it was kept.
        """
        if self._document is None or self._is_closed:
            return False
        self._keep_held()
        try:
            change(self._document)
            return True
        except EditedElsewhere as error:
            self.elsewhere.show_clash(error)
        except GaitDeskError as error:
            self._refuse(error)
            self._work.show_sheet(self._document.sheet)
            self.changed.emit()
        return False

    def settle(self) -> tuple[Unkept, ...]:
        """Keep what is written, tried or waits to be decided; what could not be kept."""
        if self._record is None or self._is_closed:
            return ()
        self._keep_held()
        self._work.settle()
        found = (*self._work.unkept, *((retold(one.text), _place(one)) for one in self._held))
        unkept = tuple(Unkept(title, words, self._refusal) for title, words in found)
        return unkept or self.elsewhere.settle()

    def _refuse(self, error: GaitDeskError) -> None:
        """Say why something could not be kept; what is not shown otherwise is held on to."""
        self._refusal = str(error)
        self._work.message.say(self._refusal, "error")
        self._work.refuse()

    def _on_edited(self, text: str, after: Scoresheet) -> None:
        self.change(lambda document: document.edit(text, after))

    def _on_network_answered(self, answers: NetworkAnswers) -> None:
        """Put the network's answers into the form; here, so that no edit falls in between."""
        if self._is_closed:
            return
        try:
            self._desk.keep_network(answers)
        except GaitDeskError as error:
            self._work.message.say(str(error), "error")
            return
        is_open = self._visit is not None and self._visit.session == answers.session
        if is_open and self._record is not None and self._document is not None:
            self._record.read_again()
            paint_next_turn(self._work)
            self.show_sheet(self._document.sheet)

    def write(self, before: Narrative, after: Narrative) -> None:
        """Keep what was written of the visit as a whole.

        Raises:
            GaitDeskError: As the store.
        """
        if self._record is not None:
            self._record.write(narrative_edits(before, after))
            self.changed.emit()

    # Corrections of what the sheet rests on

    def correct(self, edit: Edit) -> None:
        """Keep a correction of what the sheet rests on, and work out what follows.

        What stays on the picture although it could not be kept is held, and tried again before
        anything else is kept, and when the visit is left.
        """
        if self._record is None or self._visit is None or self._is_correction_refused():
            return
        self._held = [one for one in self._held if not _is_instead(edit, one)]
        if not (self._keep_held() and self._is_recorded(edit)):
            if _is_shown(edit):
                self._held.append(edit)
            return
        self._follow(edit)

    def _keep_held(self) -> bool:
        """Keep corrections that could not be kept before, in their order; whether all are."""
        while self._held:
            if not self._is_recorded(self._held[0]):
                return False
            self._follow(self._held.pop(0))
        return True

    def _is_recorded(self, edit: Edit) -> bool:
        """Record a correction; where it cannot be kept, why is said."""
        record, visit = self._record, self._visit
        assert record is not None
        assert visit is not None
        try:
            old = self._desk.standing(visit.session, edit)
            record.correct(replace(edit, old=old))
        except GaitDeskError as error:
            self._refuse(error)
            return False
        return True

    def _follow(self, edit: Edit) -> None:
        """Show and work out what follows from a correction that is kept."""
        assert self._visit is not None
        self.changed.emit()
        if edit.kind is Kind.EVENTS:
            # The next correction of events rests on this one, whatever follows from it.
            self._work.show_events(int(edit.what), edit.new)
        if edit.kind in (Kind.CLICK, Kind.MASK):
            # A model can be told of it at once.
            self._work.show_corrections(self._desk.corrections(self._visit.session))
        if edit.kind is Kind.CLICK:
            # Nothing follows from a click before that, but a job that is running may show what was
            # corrected before it.
            self._is_stale |= self._jobs.is_busy
            return
        if edit.kind is Kind.MASK:
            self._say_what_follows_from_a_mask()
        self.recalculate()

    def _is_correction_refused(self) -> bool:
        """Whether the films are not to be corrected now; if so, that is said."""
        is_reading = self._visit is not None and self._visit.reading is not None
        if is_reading:
            self._work.message.say(
                tr(
                    "Films are corrected in the visit itself, and not in one reading of it: a"
                    " correction would change what others read. Note it as a comment instead."
                ),
                "warning",
            )
        elif self._work.form.is_fixed:
            self._work.band.say_why()
        return is_reading or self._work.form.is_fixed

    def correct_head(self, edit: Edit) -> None:
        """Keep a correction of whose visit it is, and show the visit under its new name.

        Raises:
            GaitDeskError: As the store.
        """
        if self._record is not None:
            self._record.correct(edit)
            self.recalculate()

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
        self.said.emit(words, 8000)

    def recalculate(self) -> None:
        """Work out what follows from corrections; after the job that is running, if one is."""
        if self._visit is None or self._visit.reading is not None:
            return
        self._is_stale = self._jobs.is_busy
        if self._jobs.is_busy or self._is_closed:
            return
        job = self._desk.recalculating(self._visit.session)
        self._jobs.run(job, tr("After a correction"), self._work, self._on_recalculated)

    def _on_recalculated(self, visit: OpenVisit) -> None:
        if self._record is None or self._document is None or self._is_closed:
            return
        if self._is_stale:
            # Something was corrected meanwhile; what follows from that is shown, and not this.
            return
        self._visit = visit
        self.visit_changed.emit(visit)
        if self._work.viewer is not None:
            paint_next_turn(self._work.viewer)
        self._work.show_recalculated(visit.analysis)
        self._work.show_corrections(visit.corrections)
        # In turns of their own: the films, the form, and what goes on from there.
        self._jobs.then.add(lambda: self._show_rescored(visit), lambda: self._reread(visit))

    def _show_rescored(self, visit: OpenVisit) -> None:
        """Show what was scored anew in a visit."""
        if self._visit is not visit or self._record is None or self._document is None:
            return
        self._record.read_again()
        if not visit.analysis.cycles:
            self._work.message.say(
                tr(
                    "With these events no gait cycle is left. The scores stand as they were; undo"
                    " takes the correction back."
                ),
                "warning",
            )
        self.show_sheet(self._document.sheet)

    def _reread(self, visit: OpenVisit) -> None:
        """Let the network read what was corrected."""
        if self._visit is visit and visit.is_unread and not visit.missing_films:
            self._network.renew()

    def choose_person(self, wanted: PersonChoice) -> None:
        """Follow another person of a film; after the job that is running, if one is."""
        if self._is_correction_refused():
            return
        self._wanted = wanted if self._jobs.is_busy else None
        if self._visit is None or self._jobs.is_busy or self._is_closed:
            return
        session = self._visit.session
        self._jobs.run(
            self._desk.choosing_person(session, wanted),
            tr("Following another person"),
            self._work,
            self._on_person_chosen,
            cancelled=lambda: self._on_person_left(session),
        )

    def _on_person_chosen(self, is_changed: bool) -> None:
        if self._record is None or self._document is None or self._is_closed:
            return
        if not is_changed:
            words = tr("This is the person who is followed already; nothing was changed.")
            self.said.emit(words, 6000)
            return
        self._record.read_again()
        self.changed.emit()
        # After the page has been told that the job is over.
        self._is_stale = True

    def follow_mask(self, wanted: MaskWanted) -> None:
        """Follow the mask anew from what was clicked; after the job that is running, if one is."""
        if self._is_correction_refused():
            return
        self._mask_wanted = wanted if self._jobs.is_busy else None
        if self._visit is None or self._jobs.is_busy or self._is_closed:
            return
        self._jobs.run(
            self._desk.following_mask(self._visit.session, wanted),
            tr("Following the mask"),
            self._work,
            self._on_mask_followed,
        )

    def _on_mask_followed(self, run: MaskRun) -> None:
        if self._record is None or self._document is None or self._is_closed:
            return
        self._record.read_again()
        self.changed.emit()
        self._say_what_follows_from_a_mask()
        # After the page has been told that the job is over.
        self._is_stale = True

    def _on_person_left(self, session: SessionId) -> None:
        """Forget who was pointed at, unless the window closes and goes on another time."""
        if self._is_closed:
            return
        try:
            self._desk.forget_wanted(session)
        except GaitDeskError as error:
            self._work.message.say(str(error), "error")

    def _go_on(self) -> None:
        """Do what has waited for a job to end."""
        if self._wanted is not None:
            self.choose_person(self._wanted)
        elif self._mask_wanted is not None:
            self.follow_mask(self._mask_wanted)
        elif self._is_stale:
            self.recalculate()


def _is_shown(edit: Edit) -> bool:
    """Whether a correction is seen on the picture before it is kept."""
    return is_new_correction(edit) and isinstance(edit.new, JointMove | MaskStroke)


def _is_instead(edit: Edit, held: Edit) -> bool:
    """Whether a correction moves the same joint of the same frame as another one."""
    one, other = edit.new, held.new
    return (
        isinstance(one, JointMove)
        and isinstance(other, JointMove)
        and (one.film, one.frame, one.point) == (other.film, other.frame, other.point)
    )


def _place(edit: Edit) -> str:
    """Where a joint was put, pixels; nothing for a stroke."""
    place = edit.new.place_px if isinstance(edit.new, JointMove) else None
    return "" if place is None else f"x {place.x:.0f}, y {place.y:.0f}"
