"""The tools that are taken up and put down: the brush, clicks, and picking the patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gaitdesk.domain.correction import Correction, MaskClick, MaskWanted, PersonChoice
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr
from gaitdesk.perception.clicks import stretch_around
from gaitdesk.perception.correct import of_chosen_person, painted_frames
from gaitdesk.store.corrections import by_film
from gaitdesk.ui.viewer.brush import Brush
from gaitdesk.ui.viewer.brush_panel import BrushPanel
from gaitdesk.ui.viewer.brush_tool import BrushTool
from gaitdesk.ui.viewer.click_panel import ClickPanel
from gaitdesk.ui.viewer.click_tool import ClickTool
from gaitdesk.ui.viewer.clicking import Clicking
from gaitdesk.ui.viewer.film_pane import FilmPane
from gaitdesk.ui.viewer.follow_row import Follower, Told
from gaitdesk.ui.viewer.people_finder import PeopleFinder
from gaitdesk.ui.viewer.person_panel import PersonPanel
from gaitdesk.ui.viewer.person_tool import PersonPicking, PersonTool
from gaitdesk.ui.viewer.tools import Tool

if TYPE_CHECKING:
    from gaitdesk.perception.present import Present


_BRUSHING, _PICKING, _CLICKING = range(3)


class ToolBench(QWidget):
    """Gives panes a tool while its switch is on, and shows what belongs to that tool.

    Args:
        panes: The panes, of which one is in front.
        brushing: Switch of the brush.
        picking: Switch of picking the patient.
        clicking: Switch of saying by clicks who is the patient.

    Signals:
        begun: A tool was taken up; what plays should stop.
        person_wanted: The `PersonChoice` of somebody who is not followed yet.
        mask_wanted: The `MaskWanted` of frames whose mask is to be followed anew.
        said: Something for the status line.
    """

    begun = Signal()
    person_wanted = Signal(object)
    mask_wanted = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        panes: Sequence[FilmPane],
        brushing: QAction,
        picking: QAction,
        clicking: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._panes = tuple(panes)
        self._lead = 0
        self._switches = (brushing, picking, clicking)
        self._models: tuple[str, ...] = ()
        self._painted: list[set[int]] = [set() for _ in panes]
        self.brush, self.picking = Brush(self), PersonPicking(self)
        self.finder = PeopleFinder(self)
        self.brush_panel, self.person_panel = BrushPanel(self.brush), PersonPanel()
        self.clicking = Clicking(self)
        self.click_panel = ClickPanel(self.clicking)
        self._panels = (self.brush_panel, self.person_panel, self.click_panel)
        self._brushes = tuple(BrushTool(pane, self.brush) for pane in panes)
        self._pickers = tuple(PersonTool(pane, self.picking) for pane in panes)
        self._clickers = tuple(ClickTool(pane, self.clicking) for pane in panes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for panel in self._panels:
            panel.hide()
            layout.addWidget(panel)
        self.hide()
        self._connect()

    def _connect(self) -> None:
        brushing, picking, clicking = self._switches
        brushing.toggled.connect(self._on_brushing)
        picking.toggled.connect(self._on_picking)
        clicking.toggled.connect(self._on_clicking)
        for end in (self.clicking.left, self.click_panel.closed):
            end.connect(lambda: clicking.setChecked(False))
        for hand, row in (
            (self.clicking, self.click_panel.row),
            (self.brush, self.brush_panel.row),
        ):
            for ask in (hand.wanted, row.wanted):
                ask.connect(self.follow_mask)
        self.clicking.looked.connect(self._show_lead)
        self.click_panel.brush_wanted.connect(lambda: brushing.setChecked(True))
        for end in (self.brush.left, self.brush_panel.closed):
            end.connect(lambda: brushing.setChecked(False))
        for end in (self.picking.left, self.person_panel.closed):
            end.connect(lambda: picking.setChecked(False))
        self.brush.looked.connect(self._show_lead)
        self.picking.looked.connect(self._show_lead)
        self.picking.chosen.connect(self._on_chosen)
        self.picking.kept.connect(self._on_kept)
        self.person_panel.picked.connect(lambda number: self._pickers[self._lead].pick(number))
        self.finder.found.connect(self._on_found)
        self.finder.failed.connect(self.person_panel.show_words)

    def set_lead(self, slot: int) -> None:
        """Say which pane is in front."""
        if slot != self._lead:
            self._lead = slot
            self._show_lead()

    def show_corrections(self, standing: Mapping[str, Correction], models: Sequence[str]) -> None:
        """Mark what was clicked, and know what was painted.

        Args:
            standing: Corrections in force by their key, in the order they were made in.
            models: What the films were seen by, one line each; such a model is offered first.
        """
        self._models = tuple(models)
        own = by_film(standing)
        for slot, (pane, tool) in enumerate(zip(self._panes, self._clickers, strict=True)):
            made = own.get(pane.film_index, ())
            _, since = of_chosen_person(made)
            tool.show_clicks(one for one in since if isinstance(one, MaskClick))
            frames = 0 if pane.film is None else pane.film.video.frame_count
            self._painted[slot] = painted_frames(made, frames)
        if not self._switches[_PICKING].isChecked():
            self._show_lead()

    def follow_mask(self) -> None:
        """Ask for the mask to be followed from what was said of it, where there is something."""
        is_brushing = self._switches[_BRUSHING].isChecked()
        row = (self.brush_panel if is_brushing else self.click_panel).row
        named = "" if is_brushing else self.click_panel.named
        pane = self._panes[self._lead]
        if pane.film is None or pane.shown_frame is None or not row.follow.isEnabled():
            return
        first, last = row.frames.span
        if named and not first <= pane.shown_frame <= last:
            self.said.emit(tr("The frame shown is not one of those to follow the mask in."))
            return
        frame = min(max(pane.shown_frame, first), last)
        self.mask_wanted.emit(MaskWanted(pane.film_index, frame, first, last, row.follower, named))

    def leave(self) -> None:
        """Put the tools down."""
        for switch in self._switches:
            switch.setChecked(False)

    def close_jobs(self) -> None:
        """Wait until nobody is looked for; for the end of the program."""
        self.leave()
        self.finder.close()

    def _on_brushing(self, is_on: bool) -> None:
        self._take_up(_BRUSHING, self._brushes, is_on=is_on)
        if not is_on:
            for tool in self._brushes:
                tool.settle()

    def _on_picking(self, is_on: bool) -> None:
        self._take_up(_PICKING, self._pickers, is_on=is_on)
        if not is_on:
            self.finder.rest()

    def _on_clicking(self, is_on: bool) -> None:
        self._take_up(_CLICKING, self._clickers, is_on=is_on)

    def _offer_followers(self) -> None:
        """Offer the models that can follow a mask here, the one the films were seen by first."""
        from gaitdesk.jobs.eyes import eyes_of, followers
        from gaitdesk.perception.named import reads_words
        from gaitdesk.ui.models.words import missing_follower

        here = tuple(Follower(one.name, reads_words(one)) for one in followers())
        try:
            _, used, _ = eyes_of(self._models)
        except GaitDeskError:
            # Whichever it was, it is not offered.
            used = None
        for panel in (self.brush_panel, self.click_panel):
            panel.row.show_followers(here, used or "", "" if here else missing_follower())

    def _take_up(self, which: int, tools: Sequence[Tool], *, is_on: bool) -> None:
        """Give panes their tools, or take them back, with the panel; others are put down."""
        if is_on:
            for number, switch in enumerate(self._switches):
                if number != which:
                    switch.setChecked(False)
            self.begun.emit()
        self._panels[which].setVisible(is_on)
        self.setVisible(any(switch.isChecked() for switch in self._switches))
        if is_on:
            self._panes[self._lead].setFocus(Qt.FocusReason.OtherFocusReason)
            if which != _PICKING:
                self._offer_followers()
        for pane, tool in zip(self._panes, tools, strict=True):
            if is_on:
                pane.set_tool(tool)
            elif pane.tool is tool:
                pane.set_tool(pane.joints)
        self._show_lead()

    def _show_lead(self) -> None:
        """Show what the tool has to say of the pane in front."""
        pane, (brushing, picking, clicking) = self._panes[self._lead], self._switches
        if brushing.isChecked():
            self.brush_panel.show_film(pane.film, pane.shown_frame)
            self._show_told(self.brush_panel)
        if clicking.isChecked():
            self._show_told(self.click_panel)
        if not picking.isChecked():
            return
        if pane.film is None or pane.shown_frame is None:
            self.person_panel.show_words(tr("No film"))
            return
        if self.finder.known(pane.film.video, pane.shown_frame) is None:
            self.person_panel.show_looking()
        self.finder.want(pane.film.video, pane.shown_frame)

    def _show_told(self, panel: BrushPanel | ClickPanel) -> None:
        """Show from what a model would follow the mask in the film in front."""
        pane, tool = self._panes[self._lead], self._clickers[self._lead]
        film, frame = pane.film, pane.shown_frame
        if film is None or frame is None or frame >= len(film.pose):
            return
        stretch = stretch_around(film.mask, film.pose, frame)
        panel.row.show_film(film.video.frame_count, stretch)
        first, last = panel.row.frames.span
        painted = self._painted[self._lead]
        panel.show_told(
            Told(
                clicks=sum(first <= one.frame <= last for one in tool.all_clicks),
                painted=sum(first <= one <= last for one in painted),
                clicks_here=len(tool.clicks),
                is_painted_here=frame in painted,
            )
        )

    def _on_found(self, path: Path, frame: int, people: tuple[Present, ...]) -> None:
        for slot, (pane, tool) in enumerate(zip(self._panes, self._pickers, strict=True)):
            if pane.film is None or pane.film.video.path != path:
                continue
            tool.show_people(frame, people)
            if slot == self._lead and frame == pane.shown_frame:
                self.person_panel.show_people(len(people), tool.patient)

    def _on_chosen(self, choice: PersonChoice) -> None:
        self.leave()
        self.person_wanted.emit(choice)

    def _on_kept(self) -> None:
        self.said.emit(tr("This is the person who is followed already; nothing was changed."))
