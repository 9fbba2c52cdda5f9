"""A visit that is being put together, kept as it is typed, and offered again where it was left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import listed, phrase, sentences, tr
from gaitdesk.jobs import begun_visits
from gaitdesk.jobs.begun_visits import BegunVisit
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.patients.import_page import ImportPage
from gaitdesk.ui.patients.start_page import StartPage
from gaitdesk.ui.unkept import Unkept

KEPT_AFTER_MS = 300
"""So long after the last key what was typed is kept."""


class Beginning(QObject):
    """Keeps what stands on the page of a new visit until it is analysed or thrown away.

    Args:
        desk: Where it is kept, and who is at it.
        page: The new visit.
        start: Offers what was left off.
        may_throw_away: Asked before anything is thrown away; None puts the question.
        window: Questions open before it.

    Signals:
        go_on_asked: The `BegunVisit` to go on with.
    """

    go_on_asked = Signal(object)

    def __init__(
        self,
        desk: Desk,
        page: ImportPage,
        start: StartPage,
        window: QWidget,
        may_throw_away: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(window)
        self._desk, self._page, self._start, self._window = desk, page, start, window
        self._may_throw_away = self._ask if may_throw_away is None else may_throw_away
        self._name = self._rater = self._refusal = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEPT_AFTER_MS)
        self._pause.timeout.connect(self._keep)
        page.changed.connect(self._pause.start)
        start.left_off.go_on_asked.connect(self.go_on_asked)
        start.left_off.discard_asked.connect(self._discard)

    def take_up(self, begun: BegunVisit) -> None:
        """Go on with a visit that was left off."""
        self._name, self._rater = begun.name, begun.rater
        self._page.show_begun(begun)

    def settle(self) -> tuple[Unkept, ...]:
        """Keep what is not kept yet; what could not be."""
        if self._pause.isActive() or self._refusal:
            self._keep()
        if not self._refusal:
            return ()
        films = listed(card.path.name for card in self._page.cards)
        words = phrase((self._page.fields.patient.pseudonym, films))
        return (Unkept(tr("New visit"), words, self._refusal),)

    def leave(self) -> None:
        """Let go of the page; what stood on it can be gone on with."""
        if self._pause.isActive():
            self._keep()
        self._name = self._refusal = ""

    def finish(self) -> None:
        """The visit is analysed, and kept as a visit."""
        begun_visits.forget(self._desk.folder, self._name)
        self._pause.stop()
        self.leave()

    def offer(self) -> None:
        """Offer on the first page what was left off."""
        left = begun_visits.begun_visits(self._desk.folder, self._desk.rater)
        self._start.left_off.show_things([(begun_words(one), one) for one in left])

    def _keep(self) -> None:
        """Keep the page as it is; where nothing stands on it, nothing is kept."""
        self._pause.stop()
        folder, page = self._desk.folder, self._page
        if not page.is_begun:
            begun_visits.forget(folder, self._name)
            return
        if not self._name:
            self._name, self._rater = begun_visits.new_name(), self._desk.rater
        was_refused, self._refusal = bool(self._refusal), ""
        try:
            begun_visits.keep(folder, self._name, self._rater, page.choices, page.fields.typed)
        except GaitDeskError as error:
            self._refusal = str(error)
            page.message.say(self._refusal, "error")
        else:
            if was_refused:
                page.message.hide()

    def _discard(self, begun: BegunVisit) -> None:
        if self._may_throw_away():
            begun_visits.forget(self._desk.folder, begun.name)
            self.offer()
            self._start.focus_first()

    def _ask(self) -> bool:
        answer = QMessageBox.question(
            self._window,
            tr("New visit"),
            tr("Which films were chosen and what was typed is lost. Shall it be thrown away?"),
        )
        return answer is QMessageBox.StandardButton.Yes


def begun_words(begun: BegunVisit) -> str:
    """A visit that was left off, in a sentence or two."""
    when = begun.at[:16].replace("T", " ")
    words = tr("A new visit, last touched on {when}, is not analysed yet.").format(when=when)
    films = listed(film.path.name for film in begun.films)
    return sentences((words, phrase((begun.pseudonym, films))))
