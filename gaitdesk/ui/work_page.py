"""One visit under review: films, the item in question, curves, and the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.correction import Correction
from gaitdesk.domain.evgs import Cell, Direction, Item, Score, Scoresheet
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.i18n import in_english, noted, tr
from gaitdesk.report.answers import shown_proposal
from gaitdesk.report.words import event_words, item_name, side_word
from gaitdesk.store.edits import Edit, Kind, sync_key
from gaitdesk.ui.parts.box import Box
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.turns import Turns
from gaitdesk.ui.plots.walk_panel import WalkPanel
from gaitdesk.ui.records.band import StandingBand
from gaitdesk.ui.records.readers_panel import ReadersPanel
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.scoring.clash_panel import ClashPanel
from gaitdesk.ui.scoring.form import ScoreForm
from gaitdesk.ui.scoring.item_panel import ItemPanel
from gaitdesk.ui.scoring.network_bar import NetworkBar
from gaitdesk.ui.scoring.network_panel import NetworkPanel
from gaitdesk.ui.scoring.totals_panel import TotalsPanel
from gaitdesk.ui.theme import em
from gaitdesk.ui.words import short_name
from gaitdesk.ui.work_layout import WorkLayout

if TYPE_CHECKING:
    from gaitdesk.jobs.seen import SeenAnswer
    from gaitdesk.ui.plots.curve_panel import CurvePanel
    from gaitdesk.ui.viewer.tracks import Deciding
    from gaitdesk.ui.viewer.viewer import Viewer

PROGRESS_AFTER_MS = 250
"""Progress of what is over sooner is not shown: all that is below it would move twice."""


class WorkPage(QWidget):
    """Shows an analysis and its sheet; announces every edit.

    Signals:
        edited: A sentence for the undo list, and the `Scoresheet` that the reviewer wants.
        said: A sentence for the status line.
        corrected: An `Edit` of what the sheet rests on: gait events, synchronization, joints.
        person_wanted: The `PersonChoice` of somebody who is to be followed instead.
        mask_wanted: The `MaskWanted` of frames whose mask is to be followed anew.
        cancel_asked: The job whose progress is shown is not wanted any more.
    """

    edited = Signal(str, object)
    said = Signal(str)
    cancel_asked = Signal()
    corrected = Signal(object)
    person_wanted = Signal(object)
    mask_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = ScoreForm()
        self.item = ItemPanel()
        self.totals = TotalsPanel()
        self.message = Message()
        self.band = StandingBand()
        self.clashes = ClashPanel()
        self.progress = ProgressPanel(is_slim=True)
        self.progress.hide()
        self._progress_due = QTimer(self)
        self._progress_due.setSingleShot(True)
        self._progress_due.setInterval(PROGRESS_AFTER_MS)
        self._progress_due.timeout.connect(self.progress.show)
        self.progress.cancel_asked.connect(self.cancel_asked)
        self._waiting = QLabel()
        self._accept = QPushButton()
        self._next = QPushButton(tr("Next that waits  (U)"))
        self.tabs = QTabWidget()
        self.tabs.addTab(self.item, tr("Item"))
        self.tabs.addTab(self.totals, tr("Totals"))
        self._curve_box = Box()
        self.tabs.addTab(self._curve_box, tr("Curves"))
        self.walk = WalkPanel()
        self.tabs.addTab(self.walk, tr("Walk"))
        self.network = NetworkPanel()
        self.tabs.addTab(self.network, tr("Network"))
        self.readers = ReadersPanel()
        self.tabs.addTab(self.readers, tr("Readers"))
        self.tabs.setTabVisible(self.tabs.indexOf(self.readers), False)
        self.network_bar = NetworkBar()
        self.tabs.currentChanged.connect(self._on_tab)
        self.curves: CurvePanel | None = None
        self._analysis: Analysis | None = None
        self._filmed: Analysis | None = None
        self._outdated: set[QWidget] = set()
        self._following = Turns(self)
        self._films = QVBoxLayout()
        self._films.setContentsMargins(0, 0, 0, 0)
        self.viewer: Viewer | None = None
        self._shared: tuple[QAction, ...] = ()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        gap = em(self, 0.5)
        films = QWidget()
        films.setLayout(self._films)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self.network_bar)
        column.addWidget(self.form, 1)
        row = QHBoxLayout()
        row.addWidget(self._waiting, 1)
        row.addWidget(self._accept)
        row.addWidget(self._next)
        column.addLayout(row)
        self.desk = WorkLayout(films, self.tabs, right, tr("Form"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.band)
        layout.addWidget(self.message)
        layout.addWidget(self.clashes)
        layout.addWidget(self.progress)
        layout.addWidget(self.desk, 1)
        self.item.follow(self.tabs.tabBar())

    def _connect(self) -> None:
        self.form.edited.connect(self.edited)
        self.form.turned_to.connect(self.desk.bring_form)
        self.form.cell_focused.connect(self._on_focused)
        self.form.comment_asked.connect(self._on_comment_asked)
        self.form.said.connect(self.said)
        self.form.refused.connect(self.band.say_why)
        self.readers.cell_chosen.connect(self.form.show_cell)
        self.readers.form_asked.connect(lambda: self.form.focus_cell(self.form.focused))
        self.item.score_chosen.connect(self._on_score_chosen)
        self.item.frame_asked.connect(self._on_frame_asked)
        self.item.reason_asked.connect(self._on_reason_asked)
        self.item.commented.connect(self._on_commented)
        self.item.left.connect(self._on_item_left)
        self.network.frame_asked.connect(self._on_frame_asked)
        self.network.clip_asked.connect(self._on_clip_asked)
        self.network.seen_changed.connect(self._on_seen_changed)
        self._accept.clicked.connect(self.form.accept_confident)
        self._next.clicked.connect(self.form.go_to_next_open)

    def show_analysis(self, analysis: Analysis, sheet: Scoresheet) -> None:
        """Show a visit from its beginning."""
        self._following.forget()
        self.message.hide()
        self.item.forget()
        if analysis is not self._filmed:
            self.show_films(analysis)
        self._show_in_tabs(self.walk, self._curve_box)
        self.show_sheet(sheet)
        self.form.begin(sheet)

    def show_films(self, analysis: Analysis) -> None:
        """Show the films of a visit, in a turn of their own before all the rest."""
        self._analysis = self._filmed = analysis
        self._viewer().show_analysis(analysis)

    def draw(self) -> None:
        """Draw what the buttons of the films show, in a turn of its own."""
        from gaitdesk.ui.viewer.glyphs import draw_glyphs

        draw_glyphs(self.palette())

    def preparing(self) -> tuple[Callable[[], object], ...]:
        """What makes all that shows the first visit, a piece a turn; nothing where it is there."""
        if self.viewer is not None:
            return ()
        from gaitdesk.ui.viewer.viewer import Viewer

        viewer = Viewer(is_whole=False)
        return (*viewer.pieces, lambda: self._take_in(viewer))

    def dress(self) -> None:
        """Let every part find its style before it is shown, in a turn of its own."""
        for part in self.findChildren(QWidget):
            part.ensurePolished()

    def _viewer(self) -> Viewer:
        """The films; made with the first visit, so that the window opens before its libraries."""
        if self.viewer is None:
            from gaitdesk.ui.viewer.viewer import Viewer

            self._take_in(Viewer())
        assert self.viewer is not None
        return self.viewer

    def _take_in(self, viewer: Viewer) -> None:
        """Show films by this viewer from now on."""
        self.viewer = viewer
        viewer.deciding_chosen.connect(self._on_deciding_chosen)
        viewer.time_changed.connect(self._on_time)
        viewer.event_moved.connect(self._on_event_moved)
        viewer.event_added.connect(self._on_event_added)
        viewer.event_deleted.connect(self._on_event_deleted)
        viewer.sync_changed.connect(self._on_sync_changed)
        viewer.corrected.connect(self.corrected)
        viewer.person_wanted.connect(self.person_wanted)
        viewer.mask_wanted.connect(self.mask_wanted)
        viewer.said.connect(self.said)
        viewer.addActions(self._shared)
        self._films.addWidget(viewer)
        self.desk.may_take_out(viewer.timeline, tr("Timeline"), viewer.hold_timeline)

    def share(self, *actions: QAction) -> None:
        """Let keys of the window work as well where films fill a screen or window of their own."""
        self._shared = actions
        if self.viewer is not None:
            self.viewer.addActions(actions)

    def hide_measures(self, is_hidden: bool) -> None:
        """Hide what machines say and measure from who reads blind; or show it again."""
        for panel in (self._curve_box, self.walk, self.network):
            self.tabs.setTabVisible(self.tabs.indexOf(panel), not is_hidden)
        if self.viewer is not None and is_hidden:
            self.viewer.show_heat(-1, {})

    def fix(self, why: str) -> None:
        """Let nothing be changed, for the reason given; empty lets the sheet be changed."""
        is_other = bool(why) is not self.form.is_fixed
        self.form.fix(why)
        self.item.fix(bool(why))
        self.network_bar.setEnabled(not why)
        if is_other:
            self.show_sheet(self.form.sheet)

    def show_busy(self, is_busy: bool) -> None:
        """Show that results are being written, or have been; scoring goes on meanwhile."""
        if is_busy:
            self._progress_due.start()
        else:
            self._progress_due.stop()
            self.progress.hide()
        if is_busy:
            self.message.hide()

    def settle(self) -> None:
        """Announce what is written or tried and not announced yet; for when the visit is left."""
        self._following.finish()
        self.item.settle()
        if self.viewer is not None:
            self.viewer.settle()

    def refuse(self) -> None:
        """Hold on to what is being announced: it could not be kept."""
        self.item.refuse()
        if self.viewer is not None:
            self.viewer.refuse()

    @property
    def unkept(self) -> tuple[tuple[str, str], ...]:
        """What was announced and could not be kept: what it is about, and what was written."""
        found = [
            (
                tr("Comment: {item}, {side}").format(item=item_name(item), side=side_word(side)),
                words,
            )
            for (side, item), words in self.item.unkept.items()
        ]
        offset_s = self.viewer.unkept_offset_s if self.viewer is not None else None
        if offset_s is not None:
            found.append((tr("Synchronize the films"), f"{offset_s:+.3f} s"))
        return tuple(found)

    def clear(self) -> None:
        """Show no visit, and let go of its films."""
        self._following.forget()
        self.item.forget()
        self._filmed = None
        if self.viewer is not None:
            self.viewer.clear()

    def close_films(self) -> None:
        """Let go of the films for good; for the end of the program."""
        self._following.forget()
        if self.viewer is not None:
            self.viewer.close_films()

    def show_sheet(self, sheet: Scoresheet) -> None:
        """Show the sheet after an edit."""
        self.form.show_sheet(sheet)
        if self._following.is_done:
            self._show_item()
            self._show_seen()
        self._show_in_tabs(self.totals)
        waiting = len(answers.open_cells(sheet))
        self._waiting.setText(
            tr("%n item(s) wait for you", "", waiting) if waiting else tr("Everything is confirmed")
        )
        confident = len(self.form.confident)
        self._accept.setText(
            tr("Accept %n confident  (A)", "", confident)
            if confident
            else tr("Accept what is confident  (A)")
        )
        self._accept.setEnabled(confident > 0 and not self.form.is_fixed)
        self._next.setEnabled(waiting > 0)

    def _on_focused(self, cell: Cell) -> None:
        """Let films and panels follow the form; panels in later turns: what is seen first answers.

        Of cells that are passed on the way, panels show only the last.
        """
        if self.viewer is not None:
            held = self.form.sheet.get(*cell)
            proposal = shown_proposal(held) if held is not None else None
            self.viewer.show_item(*cell, proposal)
        self._following.forget()
        self._following.add(self._show_item, self._show_seen)

    def _show_item(self) -> None:
        self.item.show_cell(self.form.focused, self.form.sheet)

    def _show_seen(self) -> None:
        self.network.show_cell(self.form.focused, self.form.sheet)

    def _show_in_tabs(self, *tabs: QWidget) -> None:
        """Show what is new in these tabs, in those behind another as soon as they are looked at."""
        self._outdated.update(tabs)
        self._show_outdated()

    def _on_tab(self) -> None:
        self._following.finish()
        self._show_outdated()

    def _show_outdated(self) -> None:
        """Show what is new in the tab that is in front."""
        shown = self.tabs.currentWidget()
        if self._analysis is None:
            return
        is_outdated = shown in self._outdated
        self._outdated.discard(shown)
        if shown is self._curve_box:
            if self.curves is None:
                # When they are first looked at: drawing them needs a large library.
                from gaitdesk.ui.plots.curve_panel import CurvePanel

                self.curves = CurvePanel()
                self.curves.moment_asked.connect(self._on_moment_asked)
                self._curve_box.hold(self.curves)
            if is_outdated:
                self.curves.show_analysis(self._analysis)
            self._show_times()
        elif is_outdated and shown is self.walk:
            self.walk.show_analysis(self._analysis)
        elif is_outdated and shown is self.totals:
            self.totals.show_sheet(self.form.sheet)

    def _on_time(self, time_s: float) -> None:
        if self.curves is not None and self.curves.isVisible():
            self._show_times()

    def _show_times(self) -> None:
        viewer = self.viewer
        if self.curves is None or viewer is None or viewer.axis is None:
            return
        self.curves.show_times(
            {
                film: viewer.axis.to_film(slot, viewer.current_time_s)
                for slot, film in enumerate(viewer.films_shown)
            }
        )

    def _on_moment_asked(self, film: int, time_s: float) -> None:
        if self.viewer is not None and self._analysis is not None:
            self.viewer.go_to(film, self._analysis.films[film].video.frame_at(time_s))

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        self.form.show_sheet(self.form.sheet)
        self.clashes.paint()
        self.item.paint()
        if self.curves is not None:
            self.curves.paint()

    def _on_event_moved(self, film: int, event: GaitEvent, frame: int) -> None:
        if self._analysis is not None:
            from gaitdesk.jobs.correcting import with_event_moved

            text = _event_text(noted("Move {event}, {side}"), event.kind, event.side)
            self._correct_events(text, *with_event_moved(self._analysis, film, event, frame))

    def _on_event_added(self, film: int, side: Side, kind: EventKind, frame: int) -> None:
        if self._analysis is not None:
            from gaitdesk.jobs.correcting import with_event_added

            text = _event_text(noted("Add {event}, {side}"), kind, side)
            added = with_event_added(self._analysis, film, side, kind, frame)
            self._correct_events(text, *added)

    def _on_event_deleted(self, film: int, event: GaitEvent) -> None:
        if self._analysis is not None:
            from gaitdesk.jobs.correcting import without_event

            text = _event_text(noted("Delete {event}, {side}"), event.kind, event.side)
            self._correct_events(text, *without_event(self._analysis, film, event))

    def _correct_events(self, text: str, film: int, events: tuple[GaitEvent, ...]) -> None:
        self.corrected.emit(Edit(text, Kind.EVENTS, str(film), None, events))

    def show_events(self, film: int, events: tuple[GaitEvent, ...]) -> None:
        """Show gait events as they are kept, while what follows from them is worked out."""
        if self._analysis is not None:
            from gaitdesk.jobs.correcting import with_events

            self._analysis = with_events(self._analysis, film, events)
            self._viewer().show_analysis(self._analysis)

    def _on_sync_changed(self, offset_s: float) -> None:
        if self._analysis is None or self.viewer is None:
            return
        shown = set(self.viewer.films_shown)
        for link in self._analysis.sync:
            if {link.sagittal, link.coronal} == shown:
                from gaitdesk.media.sync import stated_sync

                new = stated_sync(link.sagittal, link.coronal, offset_s)
                what = sync_key(link.sagittal, link.coronal)
                self.corrected.emit(
                    Edit(noted("Synchronize the films"), Kind.SYNC, what, None, new)
                )

    def show_corrections(self, standing: Mapping[str, Correction]) -> None:
        """Mark in the films what was placed by hand; see `Viewer.show_corrections`."""
        self._viewer().show_corrections(standing)

    def show_recalculated(self, analysis: Analysis) -> None:
        """Show what follows from a correction; films stay where they are."""
        self._analysis = self._filmed = analysis
        self._viewer().show_analysis(analysis)
        self._show_in_tabs(self.walk, self._curve_box)

    def _on_clip_asked(self, film: int, first: int, last: int) -> None:
        if self.viewer is not None:
            self.viewer.play_frames(film, first, last)

    def _on_seen_changed(self, seen: SeenAnswer | None) -> None:
        """Draw over the films what the network's answer rests on."""
        if self.viewer is not None:
            film, heat = (-1, {}) if seen is None else (seen.clip.film, seen.shapes())
            self.viewer.show_heat(film, heat)

    def _on_frame_asked(self, film: int, frame: int) -> None:
        if self.viewer is not None:
            self.viewer.go_to(film, frame)

    def _on_deciding_chosen(self, film: int, deciding: Deciding) -> None:
        self.form.focus_cell(deciding.cells[0])

    def _on_comment_asked(self, cell: Cell) -> None:
        self._following.finish()
        self.tabs.setCurrentWidget(self.item)
        self.item.write_comment()

    def _on_score_chosen(self, side: Side, item: Item, score: Score, direction: Direction) -> None:
        self.form.give_score(side, item, score, direction)
        self.form.focus_cell((side, item))

    def _on_reason_asked(self) -> None:
        self.form.focus_cell(self.item.cell)
        self.form.ask_reason()

    def _on_commented(self, side: Side, item: Item, words: str) -> None:
        with in_english():
            text = noted("Comment on {item}, {side}").format(
                item=short_name(item), side=side_word(side)
            )
        self.edited.emit(text, answers.with_comment(self.form.sheet, side, item, words))

    def _on_item_left(self) -> None:
        self.form.focus_cell(self.item.cell)


@in_english()
def _event_text(text: str, kind: EventKind, side: Side) -> str:
    """What was done to an event, as the journal says it."""
    return text.format(event=event_words(kind), side=side_word(side))
