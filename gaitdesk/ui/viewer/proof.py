"""What an answer rests on, shown in the films: its deciding frame, and what the network saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Proposal
from gaitdesk.domain.shapes import Shape
from gaitdesk.ui.viewer.evidence import evidence_shapes, evidence_words
from gaitdesk.ui.viewer.film_look import FilmLook
from gaitdesk.ui.viewer.following import cut_for

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.viewer import Viewer


class Proof(QObject):
    """Takes the films to what an answer rests on, and draws it over them.

    Args:
        viewer: Whose films they are.
        look: Knows whether the child is followed.
    """

    def __init__(self, viewer: Viewer, look: FilmLook) -> None:
        super().__init__(viewer)
        self._viewer, self._look = viewer, look

    def show_item(self, side: Side, item: Item, proposal: Proposal | None) -> None:
        """See `Viewer.show_item`."""
        viewer = self._viewer
        for pane in viewer.panes:
            pane.clear_evidence()
        evidence = None if proposal is None else proposal.evidence
        if proposal is None or evidence is None:
            return
        slot = viewer.bring(evidence.film)
        if slot is None:
            return
        pane = viewer.panes[slot]
        film = viewer.film_at(slot)
        frame = min(max(evidence.frame, 0), film.video.frame_count - 1)
        shapes = evidence_shapes(film, frame, side, item, proposal)
        pane.show_evidence(frame, shapes, evidence_words(side, item, proposal))
        viewer.set_lead(slot)
        if self._look.is_following:
            pane.follow(cut_for(item))
        viewer.go_to(evidence.film, frame)

    def show_heat(self, film: int, heat: Mapping[int, tuple[Shape, ...]]) -> None:
        """See `Viewer.show_heat`."""
        films = self._viewer.films_shown
        for slot, pane in enumerate(self._viewer.panes):
            is_here = slot < len(films) and films[slot] == film
            pane.show_heat(heat if is_here else {})
