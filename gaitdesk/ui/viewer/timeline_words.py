"""What the timeline says of the place under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF

from gaitdesk.domain.gait import GaitEvent
from gaitdesk.gait.overlay import event_words
from gaitdesk.i18n import tr
from gaitdesk.report.words import item_name, side_word
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.correction_words import correction_words
from gaitdesk.ui.viewer.tracks import (
    TimeScale,
    Track,
    corrected_at,
    deciding_at,
    event_at,
    is_cache_at,
)


def event_tip(event: GaitEvent) -> str:
    """What an event is, and in which frame it happens."""
    return tr("{event}, frame {frame}").format(event=event_words(event), frame=event.frame + 1)


def timeline_tip(
    tracks: Sequence[Track],
    axis: TimeAxis,
    scale: TimeScale,
    place: QPointF,
    memory: tuple[int, int],
) -> str:
    """What lies at a place: an event, deciding frames, a correction, or frames that are kept.

    Args:
        tracks: The films shown.
        axis: The films in time.
        scale: What is in view.
        place: On the timeline, screen points.
        memory: Bytes of frames kept, and the most there may be.
    """
    found = event_at(tracks, axis, scale, place.x(), place.y())
    if found is not None:
        return event_tip(found[1])
    marked = deciding_at(tracks, axis, scale, place.x(), place.y())
    if marked is not None:
        return "\n".join(
            tr("{item}, {side}").format(item=item_name(item), side=side_word(side))
            for side, item in marked[1].cells
        )
    mended = corrected_at(tracks, axis, scale, place.x(), place.y())
    if mended is not None:
        return correction_words(mended[1].correction)
    if is_cache_at(scale, len(tracks), place.y()):
        used, limit = (round(amount / 1e6) for amount in memory)
        return tr("Frames kept: {used} MB of {limit} MB").format(used=used, limit=limit)
    return ""
