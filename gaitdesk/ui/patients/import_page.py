"""The films of a new visit, who walks in them, and the button that analyses them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.progress import Progress
from gaitdesk.i18n import sentences, tr
from gaitdesk.jobs.child import Apart
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.patients.film_card import FilmCard
from gaitdesk.ui.patients.findings import guessed_plane, missing_planes
from gaitdesk.ui.patients.glancing import GlanceQueue
from gaitdesk.ui.patients.patient_field import KnownChild
from gaitdesk.ui.patients.reader_choice import ReaderChoice
from gaitdesk.ui.patients.visit_fields import VisitFields
from gaitdesk.ui.theme import em

if TYPE_CHECKING:
    from gaitdesk.jobs.begun_visits import BegunVisit
    from gaitdesk.jobs.order import FilmChoice

MOST_FILMS = 8


class ImportPage(QWidget):
    """Collects films and a patient into an order; shows how its analysis goes on.

    Args:
        apart: The process that looks at films in advance; by default one of its own.
        parent: Whom the page belongs to.

    Signals:
        changed: Films or fields may be others than before.
        ordered: The `AnalysisOrder` and the day of the visit, as ISO 8601.
        more_asked: Somebody wants to choose more films.
        left: Nothing is to be imported after all.
        cancel_asked: The running analysis is not wanted any more.
    """

    changed = Signal()
    ordered = Signal(object, str)
    more_asked = Signal()
    left = Signal()
    cancel_asked = Signal()

    def __init__(self, apart: Apart | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._apart = Apart() if apart is None else apart
        self._cards: list[FilmCard] = []
        self._is_busy = self._is_stopped = False
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.hide()
        self.progress.cancel_asked.connect(self.cancel_asked)
        self._missing = QLabel()
        self._missing.setProperty("role", "soft")
        self._missing.setWordWrap(True)
        self._card_box = QVBoxLayout()
        self._card_box.setSpacing(em(self, 0.7))
        self._fields = VisitFields()
        self._fields.problem_changed.connect(self._update)
        self._fields.changed.connect(self.changed)
        self.readers = ReaderChoice()
        self._glances = GlanceQueue(self._apart, self)
        self._buttons = self._made_buttons()
        self._untouched = self._fields.typed
        self._lay_out()
        self._update()

    def _made_buttons(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        self._more = QPushButton(tr("Add films …"))
        self._more.clicked.connect(self.more_asked)
        leave = QPushButton(tr("Back"))
        leave.clicked.connect(self.left)
        self._analyse = QPushButton(tr("Analyse"))
        self._analyse.setProperty("primary", True)
        self._analyse.clicked.connect(self._on_analyse)
        layout.addWidget(self._more)
        layout.addWidget(self._missing, 1)
        layout.addWidget(leave)
        layout.addWidget(self._analyse)
        return row

    def _lay_out(self) -> None:
        title = QLabel(tr("New visit"))
        title.setProperty("role", "title")
        said = QLabel(
            tr(
                "Check that each film shows the view you choose, then analyse."
                " Nothing leaves this computer."
            )
        )
        said.setProperty("role", "soft")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(self, 0.8))
        column.addLayout(self._card_box)
        column.addWidget(self._fields)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        gap = em(self, 1.6)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.7))
        for widget in (title, said, self.message):
            layout.addWidget(widget)
        layout.addWidget(scrolling(inside), 1)
        layout.addWidget(self.readers)
        layout.addWidget(self.progress)
        layout.addWidget(self._buttons)

    @property
    def cards(self) -> tuple[FilmCard, ...]:
        """One card a film, in the order they were added."""
        return tuple(self._cards)

    @property
    def analyse_button(self) -> QPushButton:
        """The button that starts the analysis."""
        return self._analyse

    @property
    def said(self) -> str:
        """What is said beside the button: what is missing, or why it cannot be pressed."""
        return self._missing.text()

    def show_children(self, children: Sequence[KnownChild]) -> None:
        """Offer children of whom visits are kept."""
        self._fields.show_children(children)

    @property
    def fields(self) -> VisitFields:
        """Who walks, when and how."""
        return self._fields

    def add_films(self, paths: Sequence[Path]) -> None:
        """Add films that are not there yet."""
        if not self._cards:
            self.readers.look_for_network()
        held = {card.path.resolve() for card in self._cards}
        for path in paths:
            if path.resolve() in held:
                self.message.say(tr("{name} is here already.").format(name=path.name))
                continue
            if len(self._cards) >= MOST_FILMS:
                self.message.say(
                    tr("A visit holds at most {count} films.").format(count=MOST_FILMS), "warning"
                )
                break
            held.add(path.resolve())
            card = FilmCard(path, guessed_plane(path, [one.plane for one in self._cards]))
            card.changed.connect(self._update)
            card.removed.connect(self._on_removed)
            self._cards.append(card)
            self._card_box.addWidget(card)
        self._update()

    def _order_keys(self) -> None:
        """Let Tab go through the films before the fields below; what is made late comes last."""
        before: QWidget = self.message.last_button
        for card in self._cards:
            # A picture takes keys only once there is somebody to choose in it.
            for control in card.controls:
                if control.focusPolicy() is Qt.FocusPolicy.NoFocus:
                    continue
                QWidget.setTabOrder(before, control)
                before = control

    @property
    def choices(self) -> tuple[FilmChoice, ...]:
        """The films as they are chosen so far."""
        return tuple(card.choice for card in self._cards)

    @property
    def is_begun(self) -> bool:
        """Whether films were chosen, or something was typed."""
        return bool(self._cards) or self._fields.typed != self._untouched

    def show_begun(self, begun: BegunVisit) -> None:
        """Show films and fields as they were left."""
        self.add_films([film.path for film in begun.films])
        chosen = {film.path: film for film in begun.films}
        for card in self._cards:
            card.recall(chosen[card.path])
        self._fields.type_in(begun.fields)

    @property
    def is_looking(self) -> bool:
        """Whether a film is being looked at in advance."""
        return self._glances.is_looking

    def show_found(self, step: Progress) -> None:
        """Show on the cards what a running analysis has found so far."""
        if step.found is None:
            return
        from gaitdesk.jobs.order import Walked
        from gaitdesk.perception.sight import Sight

        # Two views may be the same file, and then both cards show it.
        for place, card in enumerate(self._cards):
            if isinstance(step.found, Sight) and step.found.path == card.path:
                card.show_sight(step.found)
            elif isinstance(step.found, Walked) and place < len(step.found.films):
                card.show_walked(step.found.films[place])

    def stop(self) -> None:
        """Let go of all films; for the end of the program."""
        self._is_stopped = True
        self._glances.stop()
        self._apart.let_go()
        for card in self._cards:
            card.stop()

    def clear(self) -> None:
        """Forget all films and fields."""
        self._glances.leave()
        self._apart.let_go()
        for card in self._cards:
            self._forget(card)
        self._cards.clear()
        self._fields.clear()
        self._untouched = self._fields.typed
        self.message.hide()
        self._update()

    def show_busy(self, is_busy: bool) -> None:
        """Show that an analysis is running, or has ended."""
        self._is_busy = is_busy
        self.progress.setVisible(is_busy)
        self._buttons.setVisible(not is_busy)
        self._fields.setEnabled(not is_busy)
        self.readers.setEnabled(not is_busy)
        for card in self._cards:
            card.setEnabled(not is_busy)
            if not is_busy:
                card.show_facts()
        if is_busy:
            self._glances.leave()
            self.message.hide()
        else:
            self._look()

    def _on_removed(self) -> None:
        card = self.sender()
        if isinstance(card, FilmCard):
            self._cards.remove(card)
            self._forget(card)
            self._update()

    def _forget(self, card: FilmCard) -> None:
        card.stop()
        self._card_box.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _update(self) -> None:
        self._order_keys()
        self._missing.setText(self._hint())
        is_ready = bool(self._cards) and all(card.is_ready for card in self._cards)
        self._analyse.setEnabled(is_ready and not self._fields.problem)
        self._look()
        self.changed.emit()

    def _hint(self) -> str:
        """Why the films cannot be analysed, or what they will not show; empty for nothing."""
        if any(card.is_unusable for card in self._cards):
            return tr("A film marked ✕ cannot be analysed: remove it, or choose another one.")
        contents = [(card, card.video.sha256) for card in self._cards if card.video is not None]
        for (one, content), (other, same) in combinations(contents, 2):
            if content and content == same:
                return tr("{first} and {second} are the same film. Remove one of them.").format(
                    first=one.path.name, second=other.path.name
                )
        planes = [card.plane for card in self._cards]
        return sentences(one.text for one in missing_planes(planes)) if planes else ""

    def _look(self) -> None:
        """Look at the films in advance, while nothing else is going on."""
        if not (self._is_busy or self._is_stopped):
            self._glances.serve(self._cards)

    def _on_analyse(self) -> None:
        from gaitdesk.jobs.order import AnalysisOrder
        from gaitdesk.jobs.reading import Readers

        order = AnalysisOrder(
            films=self.choices,
            patient=self._fields.patient,
            conditions=self._fields.conditions,
            readers=Readers(self.readers.choice),
            background=self._fields.background,
            referral=self._fields.referral,
        )
        self.ordered.emit(order, self._fields.day)
