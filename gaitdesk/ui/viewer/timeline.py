"""The films in time: one track a film, to go to any moment and to correct gait events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.domain.gait import GaitEvent
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em, text_scale
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.thumbnails import Thumbnails
from gaitdesk.ui.viewer.timeline_hand import HeldEvent, TimelineHand
from gaitdesk.ui.viewer.timeline_keys import TimelineKeys
from gaitdesk.ui.viewer.timeline_menu import adding_menu, event_menu, menu_here, range_menu
from gaitdesk.ui.viewer.timeline_painter import (
    TimelineLook,
    paint_event,
    paint_kept,
    paint_playhead,
    paint_range,
    paint_ruler,
    paint_track,
    runs,
)
from gaitdesk.ui.viewer.timeline_words import event_tip, timeline_tip
from gaitdesk.ui.viewer.tracks import TimeScale, Track, event_at, thumbnail_frames

# So far to each side the playhead reaches where letters have their usual size.
_PLAYHEAD = 8.0
_SHIFT = Qt.KeyboardModifier.ShiftModifier
# Small pictures come one by one; so many of them are drawn at once as come in this time.
_GATHERED_MS = 120


class Timeline(QWidget):
    """Shows all films in time; it announces what is asked for and changes nothing itself.

    Tracks are told by their slot on the axis.

    Signals:
        time_wanted: Moment on the axis to go to.
        step_wanted: Frames to go on, back where negative.
        event_moved: Slot, `GaitEvent`, the frame it was dropped on.
        event_deleted: Slot, `GaitEvent`.
        event_added: Slot, `Side`, `EventKind`, frame.
        deciding_chosen: Slot, `Deciding`.
        range_chosen: Start and end on the axis of the stretch to play again and again.
        swap_wanted: Slot, first and last frame in which left and right were taken for each other.
        thumbnails_wanted: Slot, frames, height in device pixels.
    """

    time_wanted = Signal(float)
    step_wanted = Signal(int)
    event_moved = Signal(int, object, int)
    event_deleted = Signal(int, object)
    event_added = Signal(int, object, object, int)
    deciding_chosen = Signal(int, object)
    range_chosen = Signal(float, float)
    swap_wanted = Signal(int, int, int)
    thumbnails_wanted = Signal(int, object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis: TimeAxis | None = None
        self._tracks: tuple[Track, ...] = ()
        self._scale = TimeScale(0.0, 1.0, 100.0, text=text_scale(self))
        self._time_s = 0.0
        self._lead = 0
        self._loop: tuple[float, float] | None = None
        self._range: tuple[float, float] | None = None
        self._selected: tuple[int, GaitEvent] | None = None
        self._hand = TimelineHand(self)
        self._keys = TimelineKeys(self)
        self._thumbnails = Thumbnails()
        self._kept: dict[int, tuple[range, ...]] = {}
        self._memory = (0, 0)
        self._still: QPixmap | None = None
        self._look = TimelineLook.of(self.palette())
        self._arriving = QTimer(self)
        self._arriving.setSingleShot(True)
        self._arriving.setInterval(_GATHERED_MS)
        self._arriving.timeout.connect(self._redraw)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Timeline"))

    # What is shown.

    def show_tracks(self, axis: TimeAxis | None, tracks: Sequence[Track]) -> None:
        """Show these films in time; an event that is still there stays selected."""
        before = [track.film.video.path for track in self._tracks]
        same_span = (
            self._axis is not None
            and axis is not None
            and before == [track.film.video.path for track in tracks]
        )
        self._axis, self._tracks = axis, tuple(tracks)
        self._hand.cancel()
        if not same_span:
            self._thumbnails.clear()
            self._kept = {}
            self._selected = self._range = None
        if axis is not None:
            whole = (axis.start_s, axis.end_s)
            if not same_span:
                self._scale = self._seeing(whole)
            self._scale = self._scale.within(whole)
        if self._selected is not None and not self._is_there(*self._selected):
            self._selected = None
        self.updateGeometry()
        self._redraw()

    def show_time(self, time_s: float) -> None:
        """Show where the films stand, scrolling there if need be."""
        before_s, self._time_s = self._time_s, time_s
        if self._axis is not None and not self._scale.start_s <= time_s <= self._scale.end_s:
            span_s = self._scale.end_s - self._scale.start_s
            shift_s = time_s - 0.1 * span_s - self._scale.start_s
            if time_s < self._scale.start_s:
                shift_s = time_s - 0.9 * span_s - self._scale.start_s
            self._set_scale(self._scale.moved(shift_s, self._whole()))
        for moment_s in (before_s, time_s):
            x, reach = round(self._scale.x(moment_s)), round(self._scale.grown(_PLAYHEAD))
            self.update(x - reach, 0, 2 * reach, self.height())

    def show_lead(self, slot: int) -> None:
        """Let keys add events to one film."""
        self._lead = slot

    def show_loop(self, ends_s: tuple[float, float] | None) -> None:
        """Show the stretch that is played again and again."""
        self._loop = ends_s
        self.update()

    def show_thumbnail(self, slot: int, frame: int, image: Image) -> None:
        """Show a small picture on its track."""
        self._thumbnails.put(slot, frame, image)
        if not self._arriving.isActive():
            self._arriving.start()

    def show_kept(self, slot: int, kept: BoolArray) -> None:
        """Show which frames of a film can be shown at once."""
        stretches = runs(kept)
        if stretches != self._kept.get(slot):
            self._kept[slot] = stretches
            self.update()

    def show_memory(self, used_bytes: int, limit_bytes: int) -> None:
        """Say, over the strip of frames that are kept, how much memory they take."""
        self._memory = used_bytes, limit_bytes

    def show_range(self, ends_s: tuple[float, float] | None) -> None:
        """Mark a stretch of time; None marks none."""
        if ends_s != self._range:
            self._range = ends_s
            self.update()

    def show_pictures(self, height: int) -> None:
        """Show pictures on the tracks so high, screen points; 0 leaves them out."""
        if height != self._scale.thumbs:
            self._set_scale(replace(self._scale, thumbs=height))
            self.updateGeometry()

    def has_pictures(self, slot: int) -> bool:
        """Whether all small pictures a track has room for are drawn on it."""
        return self._thumbnails.is_whole(slot) and not self._arriving.isActive()

    @property
    def selected_event(self) -> tuple[int, GaitEvent] | None:
        """Slot and event that keys act on."""
        return self._selected

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The films shown."""
        return self._tracks

    @property
    def time_s(self) -> float:
        """Where the films stand, seconds on the axis."""
        return self._time_s

    @property
    def marked_s(self) -> tuple[float, float] | None:
        """Start and end on the axis of the stretch of time that is marked; None for none."""
        return self._range

    @property
    def has_choice(self) -> bool:
        """Whether an event or a stretch of time is chosen, or an event in the hand."""
        return bool(self._hand.held or self._selected or self._range)

    @property
    def scale(self) -> TimeScale:
        """What is in view."""
        return self._scale

    def sizeHint(self) -> QSize:
        return QSize(em(self, 46), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 18), self._height())

    def _height(self) -> int:
        return self._scale.top_of(max(1, len(self._tracks)))

    def _is_there(self, slot: int, event: GaitEvent) -> bool:
        return slot < len(self._tracks) and event in self._tracks[slot].film.events

    def _whole(self) -> tuple[float, float]:
        assert self._axis is not None
        return self._axis.start_s, self._axis.end_s

    def _seeing(self, span_s: tuple[float, float]) -> TimeScale:
        start_s, end_s = span_s
        return replace(self._scale, start_s=start_s, end_s=end_s, width=self._width())

    def _width(self) -> float:
        return float(max(120, self.width()))

    def _set_scale(self, scale: TimeScale) -> None:
        if scale != self._scale:
            self._scale = scale
            self._redraw()

    def _redraw(self) -> None:
        self._still = None
        self.update()

    # Painting.

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scale = replace(self._scale, width=self._width())
        self._redraw()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._look = TimelineLook.of(self.palette())
            self._scale = replace(self._scale, text=text_scale(self))
            self.updateGeometry()
            self._redraw()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = self._look
        if self._still is None:
            self._still = self._drawn_still(look)
        painter.drawPixmap(0, 0, self._still)
        painter.setClipRect(event.rect())
        if self._axis is None:
            return
        painter.setClipRect(
            QRectF(self._scale.gutter - 8, 0, self.width(), self.height()).intersected(event.rect())
        )
        for track in self._tracks:
            kept = self._kept.get(track.slot, ())
            paint_kept(painter, track, self._axis, self._scale, look, kept)
        for ends_s in (self._loop, self._range):
            if ends_s is not None:
                paint_range(painter, ends_s, self._scale, look, self.height())
        held = self._hand.held
        if held is not None and held.is_moved:
            self._paint_held(painter, look, held)
        elif self._selected is not None:
            slot, chosen = self._selected
            track = self._tracks[slot]
            paint_event(painter, track, self._axis, self._scale, look, chosen, is_selected=True)
        paint_playhead(painter, self._time_s, self._scale, look, self.height())
        painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(look.accent, 1.5))
            painter.drawRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75))
        painter.end()

    def _drawn_still(self, look: TimelineLook) -> QPixmap:
        """All that does not move with the playhead."""
        ratio = self.devicePixelRatioF()
        still = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        still.setDevicePixelRatio(ratio)
        still.fill(look.ground)
        if self._axis is None:
            return still
        painter = QPainter(still)
        painter.setFont(self.font())
        painter.save()
        painter.setClipRect(QRectF(self._scale.gutter - 20, 0, self.width(), self.height()))
        paint_ruler(painter, self._scale, look, self.height())
        painter.restore()
        for track in self._tracks:
            pictures = self._thumbnails.of(track.slot)
            paint_track(painter, track, self._axis, self._scale, look, pictures)
            self._want_thumbnails(track, ratio)
        painter.end()
        return still

    def _paint_held(self, painter: QPainter, look: TimelineLook, held: HeldEvent) -> None:
        assert self._axis is not None
        paint_event(
            painter,
            held.track,
            self._axis,
            self._scale,
            look,
            held.event,
            held.frame,
            is_selected=True,
        )

    def _want_thumbnails(self, track: Track, ratio: float) -> None:
        assert self._axis is not None
        missing = self._thumbnails.missing(
            track.slot, thumbnail_frames(track, self._axis, self._scale)
        )
        if missing:
            self.thumbnails_wanted.emit(track.slot, missing, round(self._scale.thumbs * ratio))

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._axis is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & _SHIFT:
            self._hand.begin_range(event.position().x())
        else:
            self._hand.press(self._axis, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._axis is None or self._hand.move(self._axis, event.position().x()):
            return
        place = event.position()
        found = event_at(self._tracks, self._axis, self._scale, place.x(), place.y())
        is_grip = found is not None
        self.setCursor(Qt.CursorShape.SizeHorCursor if is_grip else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hand.release(self._axis)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._axis is not None:
            self._set_scale(self._seeing(self._whole()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._axis is None:
            return
        turn = event.angleDelta()
        is_sideways = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if is_sideways or abs(turn.x()) > abs(turn.y()):
            span_s = self._scale.end_s - self._scale.start_s
            step = turn.x() or turn.y()
            self._set_scale(self._scale.moved(-0.1 * span_s * step / 120.0, self._whole()))
        else:
            self.zoom(1.25 ** (turn.y() / 120.0), event.position().x())
        event.accept()

    def time_at(self, x: float) -> float:
        """The moment at a place, screen points from the left."""
        start_s, end_s = self._whole()
        return min(max(self._scale.time_s(x), start_s), end_s)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _tip(self, place: QPointF) -> str:
        if self._axis is None:
            return ""
        return timeline_tip(self._tracks, self._axis, self._scale, place, self._memory)

    # Keys and menu.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._axis is None or not self._keys.press(self._axis, event):
            super().keyPressEvent(event)

    def choose_moved(self, slot: int, event: GaitEvent, frame: int) -> None:
        """Let keys act on an event again after it was moved to a frame."""
        alike = [
            one
            for one in self._tracks[slot].film.events
            if (one.side, one.kind) == (event.side, event.kind)
        ]
        if alike:
            self.choose(slot, min(alike, key=lambda one: abs(one.frame - frame)))

    def choose_nothing(self) -> None:
        """Let go of what is in the hand, and choose neither an event nor a stretch of time."""
        self._hand.cancel()
        self._range = None
        self.choose(None)

    def zoom(self, factor: float, x: float) -> None:
        """Show less time and it larger, or more, around a place."""
        self._set_scale(self._scale.zoomed(factor, x, self._whole()))

    def choose(self, slot: int | None, event: GaitEvent | None = None) -> None:
        """Let keys act on an event, or on none."""
        self._selected = None if slot is None or event is None else (slot, event)
        words = tr("Timeline")
        if self._selected is not None:
            words = tr("Timeline, {event}").format(event=event_tip(self._selected[1]))
        self.setAccessibleName(words)
        self.update()

    def open_menu_here(self) -> None:
        """Offer what can be done where the films stand, for who has no mouse."""
        if self._axis is None or self._lead >= len(self._tracks):
            return
        menu = menu_here(self, self._axis, self._tracks[self._lead])
        place = QPoint(round(self._scale.x(self._time_s)), self._scale.top_of(self._lead))
        menu.popup(self.mapToGlobal(place))
        menu.setActiveAction(menu.actions()[0])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.open_menu_here()
            return
        slot = self._scale.track_at(event.pos().y(), len(self._tracks))
        if self._axis is None or slot is None:
            return
        place = QPointF(event.pos())
        found = event_at(self._tracks, self._axis, self._scale, place.x(), place.y())
        if found is not None:
            self.choose(found[0].slot, found[1])
            menu = event_menu(self, *found)
        elif self._range is not None:
            menu = range_menu(self, self._axis, slot, self._range)
        else:
            menu = adding_menu(self, self._axis, self._tracks[slot], self.time_at(place.x()))
        menu.popup(event.globalPos())
