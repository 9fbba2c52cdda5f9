"""Left and right exchanged in the films: by menu, by key, on the timeline and in the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from gaitdesk.domain.correction import SideSwap
from gaitdesk.i18n import tr
from gaitdesk.store.corrections import new_correction
from gaitdesk.ui.viewer.correct_panel import swap_words

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.viewer import Viewer


class SideSwaps(QObject):
    """Offers to exchange sides, and takes up and puts down the panel that corrects.

    Args:
        viewer: Whose films, actions and timeline these are.

    Signals:
        corrected: An `Edit` of sides.
    """

    corrected = Signal(object)

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        offered, panel = viewer.actions_offered, viewer.correcting
        panel.closed.connect(lambda: offered.correct.setChecked(False))
        panel.span_changed.connect(self._on_span)
        viewer.bench.begun.connect(lambda: offered.correct.setChecked(False))
        viewer.timeline.swap_wanted.connect(self._on_swap_wanted)
        offered.correct.toggled.connect(self._on_correcting)
        offered.swap_from.triggered.connect(self._swap_from_here)
        offered.swap_to.triggered.connect(self._swap_to_here)
        offered.swap.triggered.connect(self._swap_chosen)

    def open_menu(self, slot: int, place: QPoint) -> None:
        """Offer what concerns the frame shown in one film."""
        viewer = self._viewer
        frame, held = viewer.panes[slot].shown_frame, viewer.panes[slot].film
        if frame is None or held is None or not viewer.films_shown:
            return
        film = viewer.films_shown[slot]
        menu = QMenu(viewer)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = tr("Exchange left and right in frame {frame}").format(frame=frame + 1)
        menu.addAction(words).triggered.connect(lambda: self._swap(SideSwap(film, frame, frame)))
        here = next((p for p in held.passes if p.first_frame <= frame <= p.last_frame), None)
        if here is not None:
            words = tr("Exchange left and right in frames {first} to {last}").format(
                first=here.first_frame + 1, last=here.last_frame + 1
            )
            menu.addAction(words).triggered.connect(
                lambda: self._swap(SideSwap(film, here.first_frame, here.last_frame))
            )
        offered = viewer.actions_offered
        menu.addActions((offered.swap_from, offered.swap_to))
        menu.addSeparator()
        menu.addActions((offered.correct, offered.brush, offered.person))
        menu.addSeparator()
        menu.addActions(offered.marking)
        menu.addSeparator()
        menu.addActions((offered.follow, offered.fit, *viewer.layer_switches))
        menu.popup(place)

    def _swap(self, swap: SideSwap) -> None:
        self.corrected.emit(new_correction(swap_words(swap), swap))

    def _on_swap_wanted(self, slot: int, first: int, last: int) -> None:
        self._swap(SideSwap(self._viewer.films_shown[slot], first, last))

    def _on_correcting(self, is_on: bool) -> None:
        viewer = self._viewer
        if is_on:
            viewer.bench.leave()
            viewer.playback.pause()
            viewer.correcting.take_up()
        else:
            viewer.correcting.put_down()
            viewer.timeline.show_range(None)

    def _on_span(self, first: int, last: int) -> None:
        """Show on the timeline where sides are to be exchanged."""
        axis, lead = self._viewer.axis, self._viewer.lead
        is_open = self._viewer.correcting.isVisible()
        if axis is None or not is_open or lead >= len(self._viewer.films_shown):
            return
        self._viewer.timeline.show_range((axis.time_of(lead, first), axis.time_of(lead, last)))

    def _swap_from_here(self) -> None:
        self._viewer.actions_offered.correct.setChecked(True)
        self._viewer.correcting.begin_here()

    def _swap_to_here(self) -> None:
        self._viewer.actions_offered.correct.setChecked(True)
        self._viewer.correcting.end_here()

    def _swap_chosen(self) -> None:
        """Exchange sides in the frames chosen; where none are yet, let them be chosen."""
        correct = self._viewer.actions_offered.correct
        if correct.isChecked():
            self._viewer.correcting.swap()
        else:
            correct.setChecked(True)
