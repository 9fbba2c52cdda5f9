"""What can be done at a place of the timeline, as a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.gait.overlay import event_words
from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.tracks import Track

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.timeline import Timeline


def event_menu(timeline: Timeline, track: Track, chosen: GaitEvent) -> QMenu:
    """A menu for a gait event."""
    menu = _menu(timeline)
    words = tr("Delete: {event}").format(event=event_words(chosen))
    menu.addAction(words).triggered.connect(lambda: timeline.event_deleted.emit(track.slot, chosen))
    return menu


def range_menu(timeline: Timeline, axis: TimeAxis, slot: int, ends_s: tuple[float, float]) -> QMenu:
    """A menu for a stretch of time that is marked."""
    menu = _menu(timeline)
    menu.addAction(tr("Play this stretch again and again")).triggered.connect(
        lambda: timeline.range_chosen.emit(*ends_s)
    )
    first, last = (axis.nearest(slot, time_s).frame for time_s in ends_s)
    words = tr("Exchange left and right in frames {first} to {last}").format(
        first=first + 1, last=last + 1
    )
    menu.addAction(words).triggered.connect(lambda: timeline.swap_wanted.emit(slot, first, last))
    _offer_marking(menu, timeline)
    return menu


def adding_menu(timeline: Timeline, axis: TimeAxis, track: Track, time_s: float) -> QMenu:
    """A menu for a moment at which nothing lies: events that may be added there."""
    menu = _menu(timeline)
    frame = axis.nearest(track.slot, time_s).frame
    film_s = float(track.film.video.times_s[frame])
    for kind in EventKind:
        for side in Side:
            new = GaitEvent(side, kind, frame, film_s)
            words = tr("Add: {event}, frame {frame}").format(
                event=event_words(new), frame=frame + 1
            )
            menu.addAction(words).triggered.connect(
                lambda _=False, new=new: timeline.event_added.emit(
                    track.slot, new.side, new.kind, new.frame
                )
            )
    _offer_marking(menu, timeline)
    return menu


def menu_here(timeline: Timeline, axis: TimeAxis, leading: Track) -> QMenu:
    """A menu for where the films stand: the event chosen there, the stretch marked, or a new event.

    Args:
        timeline: Announces what is chosen.
        axis: The films in time.
        leading: The film to which an event may be added.
    """
    if timeline.selected_event is not None:
        slot, chosen = timeline.selected_event
        if axis.nearest(slot, timeline.time_s).frame == chosen.frame:
            return event_menu(timeline, timeline.tracks[slot], chosen)
    if timeline.marked_s is not None:
        return range_menu(timeline, axis, leading.slot, timeline.marked_s)
    return adding_menu(timeline, axis, leading, timeline.time_s)


def _offer_marking(menu: QMenu, timeline: Timeline) -> None:
    """Offer what marks a stretch where the films stand, with its keys."""
    menu.addSeparator()
    menu.addActions(timeline.actions())


def _menu(timeline: Timeline) -> QMenu:
    menu = QMenu(timeline)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
