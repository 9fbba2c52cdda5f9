"""Painting the patient's mask by mouse and by key."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QWheelEvent

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.correction import MaskStroke
from gaitdesk.domain.mask import FrameMask
from gaitdesk.i18n import noted
from gaitdesk.perception.brushing import brushed
from gaitdesk.store.corrections import new_correction
from gaitdesk.ui.viewer.brush import Brush
from gaitdesk.ui.viewer.mask_tool import Answer, MaskTool

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.film_pane import FilmPane

_FILL = 0.38
_BRIGHT, _DARK = QColor(255, 255, 255), QColor(20, 22, 26, 200)
# A place nearer to the last than this share of the radius adds nothing to be seen.
_NEAR = 0.08


@dataclass(slots=True, eq=False)
class _Live:
    """A stroke being made.

    Attributes:
        frame: The frame, from 0.
        is_added: Whether it adds.
        radius_px: Of the brush.
        span: Frames it counts in; None for this one.
        path: Places so far.
        mask: The frame's mask after it.
    """

    frame: int
    is_added: bool
    radius_px: float
    span: tuple[int, int] | None
    mask: FrameMask | None
    path: list[tuple[float, float]] = field(default_factory=list)


class BrushTool(MaskTool):
    """Paints with a brush; the left button does what the brush does, the right one erases.

    Attributes:
        brush: The brush.
    """

    def __init__(self, pane: FilmPane, brush: Brush) -> None:
        super().__init__(pane, brush, _FILL)
        self.brush = brush
        self._live: _Live | None = None
        self._done: dict[int, FrameMask | None] = {}

    # Mouse and keys.

    @property
    def is_busy(self) -> bool:
        return self._live is not None

    def press(self, event: QMouseEvent) -> bool:
        is_left = event.button() is Qt.MouseButton.LeftButton
        if not is_left and event.button() is not Qt.MouseButton.RightButton:
            return False
        if self._live is None:
            self._place = self._video_place(event.position())
            self._begin(is_added=is_left and not self.brush.is_erasing)
        return True

    def move(self, event: QMouseEvent) -> None:
        self._place = self._video_place(event.position())
        if self._live is not None:
            x, y = self._live.path[-1]
            if np.hypot(self._place[0] - x, self._place[1] - y) > _NEAR * self._live.radius_px:
                self._go_to(self._place)
        self.pane.update()

    def release(self, event: QMouseEvent) -> None:
        if self._live is not None:
            self._go_to(self._video_place(event.position()))
            self._end()

    def hover(self, place: QPointF) -> Qt.CursorShape | None:
        self._place = self._video_place(place)
        self.pane.update()
        return Qt.CursorShape.BlankCursor if self._can_paint() else Qt.CursorShape.ForbiddenCursor

    def wheel(self, event: QWheelEvent) -> bool:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        self.brush.grow(event.angleDelta().y() / 120.0)
        return True

    @property
    def _step_px(self) -> float:
        return max(1.0, self.brush.radius_px / 2)

    def _answers(self) -> dict[int, Answer]:
        return {
            Qt.Key.Key_BracketLeft: lambda: self.brush.grow(-1),
            Qt.Key.Key_BracketRight: lambda: self.brush.grow(1),
            Qt.Key.Key_X: lambda: self.brush.set_erasing(not self.brush.is_erasing),
        }

    def _do_here(self) -> None:
        """Put the brush down once."""
        if self._live is None:
            self._begin(is_added=not self.brush.is_erasing)
            self._end()

    # Strokes.

    def cancel(self) -> None:
        if self._live is not None:
            self._live = None
            self.pane.update()

    def leave(self) -> None:
        self._place = None
        self.pane.update()

    def frame_changed(self) -> None:
        self.cancel()
        super().frame_changed()

    def findings_changed(self) -> None:
        self._done.clear()
        live = self._live
        if live is not None:
            live.mask = self._mask_found(live.frame)
            self._paint_on(live, np.array(live.path))
        super().findings_changed()

    def settle(self) -> None:
        """Leave what was painted to the pane, until the findings are shown anew."""
        film = self.pane.shown_film
        if film is None or film.mask is None or not self._done:
            return
        masks = list(film.mask.frames)
        for frame, mask in self._done.items():
            masks[frame] = mask
        self.pane.preview(replace(film, mask=replace(film.mask, frames=tuple(masks))))

    def _can_paint(self) -> bool:
        film, frame = self.pane.film, self.pane.shown_frame
        if film is None or film.mask is None or frame is None or not self.pane.can_correct:
            return False
        span = self.brush.span
        return frame < len(film.mask) and (span is None or span[0] <= frame <= span[1])

    def _begin(self, *, is_added: bool) -> None:
        frame = self.pane.shown_frame
        if not self._can_paint() or frame is None or self._place is None:
            return
        span = None if is_added else self.brush.span
        self._live = _Live(frame, is_added, self.brush.radius_px, span, self._mask())
        self._go_to(self._place)

    def _go_to(self, place: tuple[float, float]) -> None:
        live = self._live
        assert live is not None
        live.path.append(place)
        self._paint_on(live, np.array(live.path[-2:]))
        self.pane.update()

    def _paint_on(self, live: _Live, path_px: FloatArray) -> None:
        film = self.pane.film
        assert film is not None
        live.mask = brushed(
            live.mask,
            path_px,
            live.radius_px,
            is_added=live.is_added,
            width=film.video.width,
            height=film.video.height,
        )

    def _end(self) -> None:
        live, self._live = self._live, None
        if live is None:
            return
        first, last = live.span or (live.frame, live.frame)
        if live.mask is self._mask() and first == last:
            self.pane.update()
            return
        self._done[live.frame] = live.mask
        stroke = MaskStroke(
            self.pane.film_index,
            first,
            np.round(np.array(live.path), 2),
            round(live.radius_px, 2),
            live.is_added,
            None if first == last else last,
        )
        self.pane.update()
        self.pane.corrected.emit(new_correction(stroke_words(stroke), stroke))

    # What is seen.

    def _mask(self) -> FrameMask | None:
        """The mask of the frame shown, with all that was painted on it."""
        frame = self.pane.shown_frame
        if self._live is not None:
            return self._live.mask
        if frame is None:
            return None
        return self._done[frame] if frame in self._done else self._mask_found(frame)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._place is not None and self._can_paint():
            self._paint_brush(painter, *self.pane.framing.to_pane(*self._place))
        painter.restore()

    def _paint_brush(self, painter: QPainter, x: float, y: float) -> None:
        """A ring as large as the brush, and in its middle what it does."""
        centre = QPointF(x, y)
        radius = max(1.5, self.brush.radius_px * self.pane.framing.scale)
        is_added = not self.brush.is_erasing if self._live is None else self._live.is_added
        style = Qt.PenStyle.SolidLine if is_added else Qt.PenStyle.DashLine
        sign = min(5.0, 0.5 * radius) if radius >= 6.0 else 0.0
        for colour, width in ((_DARK, 3.5), (_BRIGHT, 1.5)):
            painter.setPen(QPen(colour, width, style))
            painter.drawEllipse(centre, radius, radius)
            painter.setPen(QPen(colour, width))
            if sign:
                painter.drawLine(QPointF(x - sign, y), QPointF(x + sign, y))
            if sign and is_added:
                painter.drawLine(QPointF(x, y - sign), QPointF(x, y + sign))


def stroke_words(stroke: MaskStroke) -> str:
    """What a stroke is called."""
    if stroke.last_frame is not None:
        return noted("Erase from the mask in frames {first} to {last}").format(
            first=stroke.frame + 1, last=stroke.last_frame + 1
        )
    words = (
        noted("Add to the mask in frame {frame}")
        if stroke.is_added
        else noted("Erase from the mask in frame {frame}")
    )
    return words.format(frame=stroke.frame + 1)
