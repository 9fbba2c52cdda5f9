"""The timeline's drawing: pictures, stance and swing, gait events, deciding frames, cache."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette, QPen, QPolygonF

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import BoolArray
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.i18n import tr
from gaitdesk.perception.overlay import SIDE_COLOURS
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.shape_painter import qt_colour
from gaitdesk.ui.viewer.tracks import (
    KEPT,
    TimeScale,
    Track,
    corrected_ends,
    thumbnail_frames,
    thumbnail_width,
)

_EVENT = 6.0
_DIAMOND = 4.5
# Where a second takes little room, marks are smaller, so that they do not hide one another: half
# of a mark takes so many seconds at most, but never less than so many screen points.
_EVENT_S, _DIAMOND_S = 0.16, 0.13
_LEAST = 4.0


@dataclass(slots=True)
class TimelineLook:
    """Colours that follow the window's theme."""

    ground: QColor
    strip: QColor
    words: QColor
    faint: QColor
    line: QColor
    accent: QColor
    limbs: Mapping[Side, QColor] = field(default_factory=dict)

    @staticmethod
    def of(palette: QPalette) -> TimelineLook:
        """The look that goes with a palette."""
        ground, words = palette.window().color(), palette.windowText().color()
        is_dark = ground.lightness() < words.lightness()
        # On a light ground the colours of the overlays would be too pale.
        limbs = {
            side: qt_colour(colour) if is_dark else qt_colour(colour).darker(150)
            for side, colour in SIDE_COLOURS.items()
        }
        return TimelineLook(
            ground,
            _between(ground, words, 0.08),
            words,
            _between(ground, words, 0.62),
            _between(ground, words, 0.25),
            palette.highlight().color(),
            limbs,
        )


def _between(one: QColor, other: QColor, share: float) -> QColor:
    return QColor(
        round(one.red() + share * (other.red() - one.red())),
        round(one.green() + share * (other.green() - one.green())),
        round(one.blue() + share * (other.blue() - one.blue())),
    )


def paint_ruler(painter: QPainter, scale: TimeScale, look: TimelineLook, height: float) -> None:
    """Seconds along the top, with a faint line through all tracks at each."""
    step_s = scale.ruler_step_s()
    decimals = 2 if step_s < 0.1 else 1 if step_s < 1 else 0
    painter.setFont(_font(painter, scale, 10))
    half = scale.grown(40.0)
    number = math.ceil(scale.start_s / step_s - 1e-9)
    while number * step_s <= scale.end_s + 1e-9:
        x = round(scale.x(number * step_s)) + 0.5
        painter.setPen(QPen(look.line, 1.0))
        painter.drawLine(QPointF(x, scale.ruler), QPointF(x, height))
        painter.setPen(look.faint)
        words = tr("{seconds} s", "time on a ruler").format(
            seconds=f"{number * step_s:.{decimals}f}"
        )
        # Signs of other scripts are higher than figures: none may lose its upper edge.
        box = QRectF(x - half, 0, 2 * half, scale.ruler - scale.handle)
        middle = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextDontClip)
        painter.drawText(box, middle, words)
        number += 1


def paint_track(
    painter: QPainter,
    track: Track,
    axis: TimeAxis,
    scale: TimeScale,
    look: TimelineLook,
    thumbnails: Mapping[int, QImage],
) -> None:
    """One film: all but the playhead, the cache, and what is held by the hand."""
    top = scale.top_of(track.slot)
    video = track.film.video
    left = scale.x(axis.time_of(track.slot, 0))
    right = scale.x(axis.time_of(track.slot, video.frame_count - 1))
    painter.save()
    painter.setClipRect(QRectF(scale.gutter - 8, 0, scale.width - scale.gutter + 8, 10_000))
    strip = QRectF(left, top + scale.marks, right - left, scale.thumbs + 2 * scale.limb)
    painter.fillRect(strip, look.strip)
    _paint_thumbnails(painter, track, axis, scale, thumbnails)
    _paint_passes(painter, track, axis, scale, look)
    _paint_corrected(painter, track, axis, scale, look)
    for side in Side:
        _paint_limb(painter, track, axis, scale, look, side)
    for event in track.film.events:
        paint_event(painter, track, axis, scale, look, event)
    for mark in track.deciding:
        sides = {side for side, _ in mark.cells}
        colour = look.words if len(sides) > 1 else look.limbs[next(iter(sides))]
        x = scale.x(axis.time_of(track.slot, mark.frame))
        _paint_diamond(painter, scale, x, top, colour, look.ground)
    painter.restore()
    _paint_gutter(painter, track, scale, look)


def _paint_thumbnails(
    painter: QPainter,
    track: Track,
    axis: TimeAxis,
    scale: TimeScale,
    thumbnails: Mapping[int, QImage],
) -> None:
    width = thumbnail_width(track, scale.thumbs)
    top = scale.top_of(track.slot) + scale.marks
    first = max(scale.x(axis.time_of(track.slot, 0)), scale.x(scale.start_s))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for place, frame in enumerate(thumbnail_frames(track, axis, scale)):
        image = thumbnails.get(frame)
        if image is not None:
            painter.drawImage(QRectF(first + place * width, top, width - 1, scale.thumbs), image)


def _paint_passes(
    painter: QPainter, track: Track, axis: TimeAxis, scale: TimeScale, look: TimelineLook
) -> None:
    """A line over each walk across the picture, with an arrow where it goes."""
    y = scale.top_of(track.slot) + scale.marks - 2.0
    long, high = scale.grown(6.0), scale.grown(3.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one in track.film.passes:
        start, end = (
            scale.x(axis.time_of(track.slot, frame)) for frame in (one.first_frame, one.last_frame)
        )
        painter.setPen(QPen(look.line, 2.0))
        painter.drawLine(QPointF(start + 2, y), QPointF(end - 2, y))
        if one.direction:
            tip, back = (end - 2, -long) if one.direction > 0 else (start + 2, long)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.faint)
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(tip, y), QPointF(tip + back, y - high), QPointF(tip + back, y + high)]
                )
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_limb(
    painter: QPainter,
    track: Track,
    axis: TimeAxis,
    scale: TimeScale,
    look: TimelineLook,
    side: Side,
) -> None:
    """Thick where the foot stands on the ground, thin where it swings."""
    y = scale.limb_middle(track.slot, side)
    colour = QColor(look.limbs[side])
    for spans, height, alpha in (
        (track.swings_s(side), 1.5, 200),
        (track.stances_s(side), scale.grown(7.0), 130),
    ):
        colour.setAlpha(alpha)
        for span in spans:
            start, end = (scale.x(axis.to_axis(track.slot, time_s)) for time_s in span)
            painter.fillRect(QRectF(start, y - height / 2, end - start, height), colour)


def paint_event(
    painter: QPainter,
    track: Track,
    axis: TimeAxis,
    scale: TimeScale,
    look: TimelineLook,
    event: GaitEvent,
    frame: int | None = None,
    *,
    is_selected: bool = False,
) -> None:
    """A triangle that points to the limb's side: filled as the foot lands, hollow as it leaves.

    Args:
        painter: Draws on the timeline.
        track: The event's film.
        axis: The films in time.
        scale: What is in view.
        look: Colours.
        event: The event.
        frame: Where it is held now, when it is being moved.
        is_selected: Whether keys act on it.
    """
    time_s = (
        axis.to_axis(track.slot, event.time_s) if frame is None else axis.time_of(track.slot, frame)
    )
    x, y = scale.x(time_s), scale.limb_middle(track.slot, event.side)
    size = min(_reach(scale, _EVENT, _EVENT_S), 0.44 * scale.limb)
    tip = -size if event.side is Side.LEFT else size
    shape = QPolygonF(
        [
            QPointF(x + tip, y),
            QPointF(x - 0.7 * tip, y - size),
            QPointF(x - 0.7 * tip, y + size),
        ]
    )
    colour = look.limbs[event.side]
    is_landing = event.kind is EventKind.INITIAL_CONTACT
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.ground if is_landing else colour, 1.0 if is_landing else 1.8))
    painter.setBrush(colour if is_landing else look.ground)
    painter.drawPolygon(shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if is_selected:
        painter.setPen(QPen(look.accent, 2.0))
        around = 1.45 * size
        painter.drawRoundedRect(QRectF(x - around, y - around, 2 * around, 2 * around), 3, 3)


def _paint_corrected(
    painter: QPainter, track: Track, axis: TimeAxis, scale: TimeScale, look: TimelineLook
) -> None:
    """A quiet line over the frames in which sides were exchanged or a joint was moved."""
    y = scale.top_of(track.slot) + scale.marks - 3.5
    colour = QColor(look.accent)
    colour.setAlpha(170)
    for mark in track.corrected:
        left, right = corrected_ends(track, axis, scale, mark)
        painter.fillRect(QRectF(left, y, right - left, 2.5), colour)


def _paint_diamond(
    painter: QPainter, scale: TimeScale, x: float, top: float, colour: QColor, ground: QColor
) -> None:
    y, reach = top + 0.4 * scale.marks, _reach(scale, _DIAMOND, _DIAMOND_S)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # An edge keeps those apart that lie over one another.
    painter.setPen(QPen(ground, 1.0))
    painter.setBrush(colour)
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(x, y - reach),
                QPointF(x + reach, y),
                QPointF(x, y + reach),
                QPointF(x - reach, y),
            ]
        )
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)


def runs(kept: BoolArray) -> tuple[range, ...]:
    """Stretches of frames that are kept; `kept` has shape (frames,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    return tuple(range(int(first), int(after)) for first, after in edges.reshape(-1, 2))


def paint_kept(
    painter: QPainter,
    track: Track,
    axis: TimeAxis,
    scale: TimeScale,
    look: TimelineLook,
    kept: Sequence[range],
) -> None:
    """A line under the frames that can be shown at once."""
    y = scale.top_of(track.slot) + scale.kept_top
    for run in kept:
        left, right = (scale.x(axis.time_of(track.slot, i)) for i in (run[0], run[-1]))
        painter.fillRect(QRectF(left, y, max(1.0, right - left), KEPT), look.line)


def _paint_gutter(painter: QPainter, track: Track, scale: TimeScale, look: TimelineLook) -> None:
    top = scale.top_of(track.slot)
    painter.setFont(_font(painter, scale, 11))
    painter.setPen(look.words)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    width = scale.gutter - 14
    box = QRectF(2, top + scale.marks, width, scale.thumbs)
    if not scale.thumbs:
        box = QRectF(2, top, width, scale.marks)
    # Large letters may be higher than the lane; beside it there is room.
    painter.drawText(box, int(right) | int(Qt.TextFlag.TextDontClip), track.name)
    painter.setFont(_font(painter, scale, 10))
    letters = {Side.LEFT: tr("L", "left limb"), Side.RIGHT: tr("R", "right limb")}
    for side in Side:
        painter.setPen(look.limbs[side])
        middle = scale.limb_middle(track.slot, side)
        box = QRectF(2, middle - scale.limb / 2, width, scale.limb)
        painter.drawText(box, right, letters[side])


def paint_playhead(
    painter: QPainter, time_s: float, scale: TimeScale, look: TimelineLook, height: float
) -> None:
    """The moment shown, through all tracks."""
    x = scale.x(time_s)
    if not scale.gutter - 1 <= x <= scale.width:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.words, 1.5))
    tip = float(scale.ruler)
    top, half = tip - scale.handle, 0.55 * scale.handle
    painter.drawLine(QPointF(x, tip - 1.0), QPointF(x, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.words)
    painter.drawPolygon(
        QPolygonF([QPointF(x - half, top), QPointF(x + half, top), QPointF(x, tip)])
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_range(
    painter: QPainter,
    ends_s: tuple[float, float],
    scale: TimeScale,
    look: TimelineLook,
    height: float,
) -> None:
    """A stretch that is selected or played again and again."""
    start, end = scale.x(ends_s[0]), scale.x(ends_s[1])
    colour = QColor(look.accent)
    colour.setAlpha(55)
    top = scale.ruler - 4
    painter.fillRect(QRectF(start, top, end - start, height), colour)
    painter.setPen(QPen(look.accent, 1.0))
    for x in (start, end):
        painter.drawLine(QPointF(x, top), QPointF(x, height))


def _reach(scale: TimeScale, usual: float, seconds: float) -> float:
    """Half of a mark's width where letters have the size they have and a second its room."""
    return min(scale.grown(usual), max(_LEAST, seconds * scale.points_per_s))


def _font(painter: QPainter, scale: TimeScale, size_px: float) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(max(8, round(scale.grown(size_px))))
    return font
