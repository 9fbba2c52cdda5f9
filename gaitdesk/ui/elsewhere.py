"""What another window keeps of the visit that is open here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gaitdesk.domain.errors import EditedElsewhere, GaitDeskError
from gaitdesk.i18n import in_english, noted, phrase, retold, tr
from gaitdesk.report.words import item_name, side_word
from gaitdesk.ui.clash import Clash
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.scoring.clash_panel import answer_words
from gaitdesk.ui.unkept import Unkept
from gaitdesk.ui.words import short_name
from gaitdesk.ui.work_page import WorkPage

if TYPE_CHECKING:
    from gaitdesk.ui.review import Review

WATCH_MS = 1500
"""How often the visit shown is looked up for what another window has kept."""


class Elsewhere(QObject):
    """Shows what another window has edited, and offers both answers where edits meet."""

    def __init__(
        self, review: Review, jobs: JobRunner, work: WorkPage, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._review, self._jobs, self._work = review, jobs, work
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self.look)
        work.clashes.mine_kept.connect(self._on_mine_kept)
        work.clashes.theirs_taken.connect(self._on_theirs_taken)

    def begin(self) -> None:
        """Watch the visit that has been opened."""
        self._watch.start()
        self._work.clashes.clear()

    def stop(self) -> None:
        """Watch no more."""
        self._watch.stop()

    def settle(self) -> tuple[Unkept, ...]:
        """Put what was wanted here, and still waits to be decided, on record; see `Review`.

        The other answers stand, as the form shows them.
        """
        record, panel = self._review.record, self._work.clashes
        unkept = []
        for clash in panel.clashes if record is not None else ():
            assert record is not None
            try:
                record.take_theirs(clash)
            except GaitDeskError as error:
                side, item = clash.cell
                title = phrase((item_name(item), side_word(side)))
                unkept.append(Unkept(title, answer_words(clash.mine), str(error)))
        if not unkept:
            panel.clear()
        return tuple(unkept)

    def show_clash(self, error: EditedElsewhere) -> None:
        """Show both answers where an edit met another one; what else was edited there, too."""
        record, document = self._review.record, self._review.document
        if record is None or document is None:
            return
        clashes, record.clashes = record.clashes, ()
        self.look()
        if clashes:
            self._work.message.hide()
            self._work.clashes.add(clashes)
        elif not self._work.clashes.clashes:
            self._work.message.say(str(error), "error")
        self._review.show_sheet(document.sheet)

    def look(self) -> None:
        """See whether another window has edited the visit shown; show what stands now."""
        review = self._review
        record, document = review.record, review.document
        if record is None or document is None or self._jobs.is_busy or review.is_closed:
            return
        try:
            news = record.news()
        except GaitDeskError as error:
            self._work.message.say(str(error), "error")
            return
        if not news.entries:
            return
        last = news.entries[-1]
        self._work.message.say(
            tr(
                "{rater} changed %n thing(s) in another window: {last}. The form shows it.",
                "",
                len(news.entries),
            ).format(rater=last.rater or tr("Somebody"), last=retold(last.text))
        )
        self._work.clashes.add(news.clashes)
        review.show_sheet(document.sheet)
        if news.has_corrections:
            review.recalculate()

    def _on_mine_kept(self, clash: Clash) -> None:
        record = self._review.record
        if record is not None:
            with in_english():
                text = noted("Keep mine: {item}").format(item=short_name(clash.cell[1]))
            self._settle(clash, lambda: record.keep_mine(text, clash))

    def _on_theirs_taken(self, clash: Clash) -> None:
        record = self._review.record
        if record is not None:
            self._settle(clash, lambda: record.take_theirs(clash))

    def _settle(self, clash: Clash, settle: Callable[[], None]) -> None:
        """Settle a clash; where that cannot be kept, it goes on waiting."""
        panel = self._work.clashes
        is_kept = self._review.change(lambda document: document.keep(settle))
        if not is_kept and all(one.cell != clash.cell for one in panel.clashes):
            panel.add((clash,))
