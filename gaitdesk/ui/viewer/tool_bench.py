"""The tools that are taken up and put down: the brush, and picking the patient."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gaitdesk.domain.correction import PersonChoice
from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.brush import Brush
from gaitdesk.ui.viewer.brush_panel import BrushPanel
from gaitdesk.ui.viewer.brush_tool import BrushTool
from gaitdesk.ui.viewer.film_pane import FilmPane
from gaitdesk.ui.viewer.people_finder import PeopleFinder
from gaitdesk.ui.viewer.person_panel import PersonPanel
from gaitdesk.ui.viewer.person_tool import PersonPicking, PersonTool

if TYPE_CHECKING:
    from gaitdesk.perception.present import Present


class ToolBench(QWidget):
    """Gives panes a tool while its switch is on, and shows what belongs to that tool.

    Args:
        panes: The panes, of which one is in front.
        brushing: Switch of the brush.
        picking: Switch of picking the patient.

    Signals:
        begun: A tool was taken up; what plays should stop.
        person_wanted: The `PersonChoice` of somebody who is not followed yet.
        said: Something for the status line.
    """

    begun = Signal()
    person_wanted = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        panes: Sequence[FilmPane],
        brushing: QAction,
        picking: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._panes = tuple(panes)
        self._lead = 0
        self._switches = (brushing, picking)
        self.brush, self.picking = Brush(self), PersonPicking(self)
        self.finder = PeopleFinder(self)
        self.brush_panel, self.person_panel = BrushPanel(self.brush), PersonPanel()
        self._brushes = tuple(BrushTool(pane, self.brush) for pane in panes)
        self._pickers = tuple(PersonTool(pane, self.picking) for pane in panes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for panel in (self.brush_panel, self.person_panel):
            panel.hide()
            layout.addWidget(panel)
        self.hide()
        self._connect()

    def _connect(self) -> None:
        brushing, picking = self._switches
        brushing.toggled.connect(self._on_brushing)
        picking.toggled.connect(self._on_picking)
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

    def leave(self) -> None:
        """Put the tools down."""
        for switch in self._switches:
            switch.setChecked(False)

    def close_jobs(self) -> None:
        """Wait until nobody is looked for; for the end of the program."""
        self.leave()
        self.finder.close()

    def _on_brushing(self, is_on: bool) -> None:
        self._take_up(0, is_on=is_on)
        for pane, tool in zip(self._panes, self._brushes, strict=True):
            if is_on:
                pane.set_tool(tool)
            elif pane.tool is tool:
                pane.set_tool(pane.joints)
                tool.settle()
        self._show_lead()

    def _on_picking(self, is_on: bool) -> None:
        self._take_up(1, is_on=is_on)
        for pane, tool in zip(self._panes, self._pickers, strict=True):
            if is_on:
                pane.set_tool(tool)
            elif pane.tool is tool:
                pane.set_tool(pane.joints)
        if not is_on:
            self.finder.rest()
        self._show_lead()

    def _take_up(self, which: int, *, is_on: bool) -> None:
        """Show one tool's panel; the other tool is put down."""
        if is_on:
            self._switches[1 - which].setChecked(False)
            self.begun.emit()
        panels = (self.brush_panel, self.person_panel)
        panels[which].setVisible(is_on)
        self.setVisible(any(switch.isChecked() for switch in self._switches))
        if is_on:
            self._panes[self._lead].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_lead(self) -> None:
        """Show what the tool has to say of the pane in front."""
        pane, (brushing, picking) = self._panes[self._lead], self._switches
        if brushing.isChecked():
            self.brush_panel.show_film(pane.film, pane.shown_frame)
        if not picking.isChecked():
            return
        if pane.film is None or pane.shown_frame is None:
            self.person_panel.show_words(tr("No film"))
            return
        if self.finder.known(pane.film.video, pane.shown_frame) is None:
            self.person_panel.show_looking()
        self.finder.want(pane.film.video, pane.shown_frame)

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
