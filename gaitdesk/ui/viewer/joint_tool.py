"""Moving joints by mouse and by key."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.correction import JointMove
from gaitdesk.domain.shapes import Arc, Colour, Label, Point, Shape, Stroke
from gaitdesk.store.corrections import new_correction
from gaitdesk.ui.viewer.correction_words import move_text
from gaitdesk.ui.viewer.joint_drag import (
    HELD,
    JointDrag,
    expected_place,
    fade_frames,
    joint_name,
    joint_near,
    with_joint_moved,
)
from gaitdesk.ui.viewer.layers import Layer, near_side
from gaitdesk.ui.viewer.shape_painter import paint_shapes
from gaitdesk.ui.viewer.tools import Tool

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.film_pane import FilmPane

FADE_S = 0.25
"""How far to each side of its frame a moved joint takes the frames around with it, at first."""

_HOLD_COLOUR = Colour(255, 255, 255)
_BY_HAND_COLOUR = Colour(255, 214, 10)
_MARK = 7.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CHOICE = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


class Grip(QObject):
    """What joint tools of all panes share: the joint that keys move, and how far moves reach.

    Attributes:
        fade_s: How far a move reaches to each side of its frame, seconds; 0 for that frame alone.
        pane: The pane in front, in which the chosen joint is shown; None shows it in all.

    Signals:
        changed: Another joint is the chosen one, or none.
        left: Nobody wants to move joints by key any more.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fade_s = FADE_S
        self.pane: FilmPane | None = None
        self._chosen: Landmark | None = None

    @property
    def chosen(self) -> Landmark | None:
        """The joint that keys move; None while no joint is to be moved by key."""
        return self._chosen

    def choose(self, point: Landmark | None) -> None:
        """Let keys move another joint."""
        if point is not self._chosen:
            self._chosen = point
            self.changed.emit()

    def step(self, by: int) -> None:
        """Choose the joint so many places further on."""
        place = HELD.index(self._chosen) if self._chosen in HELD else 0
        self.choose(HELD[(place + by) % len(HELD)])


class JointTool(Tool):
    """Takes hold of a joint, and announces where it was left.

    By mouse it is dragged. While a joint is chosen, arrows move it by a pixel and with Shift by
    ten, Enter leaves it there and Esc puts it back; going to another frame leaves it, too.
    """

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.grip = Grip()
        self._drag: JointDrag | None = None
        self._is_by_mouse = False
        self._hover: Landmark | None = None
        self._by_hand: Mapping[Landmark, Set[int]] = {}

    def share(self, grip: Grip) -> None:
        """Let one choice stand for several panes."""
        self.grip = grip
        grip.changed.connect(self._on_chosen)

    def show_by_hand(self, by_hand: Mapping[Landmark, Set[int]]) -> None:
        """Mark joints in the frames where a person has placed them."""
        self._by_hand = by_hand
        self.pane.update()

    @property
    def is_busy(self) -> bool:
        return self._drag is not None

    def press(self, event: QMouseEvent) -> bool:
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        self.settle()
        self._hover = self._joint_at(event.position())
        frame = self.pane.shown_frame
        if self._hover is None or frame is None:
            return False
        points = self._points()
        # Choosing another joint puts down the one before, so it comes before taking hold.
        if self.grip.chosen is not None:
            self.grip.choose(self._hover)
        self._drag = JointDrag(frame, self._hover, points)
        self._is_by_mouse = True
        self.pane.setCursor(Qt.CursorShape.BlankCursor)
        return True

    def move(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._move_to(*self.pane.framing.to_video(event.position().x(), event.position().y()))

    def release(self, event: QMouseEvent) -> None:
        if self._is_by_mouse:
            self.settle()

    def hover(self, place: QPointF) -> Qt.CursorShape | None:
        found = self._joint_at(place)
        if found is not self._hover:
            self._hover = found
            self.pane.update()
        return None if found is None else Qt.CursorShape.SizeAllCursor

    def wants(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in _ENTER:
            return self.is_busy
        if key == Qt.Key.Key_Escape:
            return self.is_busy or self.grip.chosen is not None
        has_choice = self.grip.chosen is not None and self.pane.can_correct
        plain = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        return has_choice and not plain and (key in _ARROWS or key in _CHOICE)

    def key(self, event: QKeyEvent) -> bool:
        if not self.wants(event):
            return False
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.grip.left.emit()
        elif key in _ENTER:
            self.settle()
        elif key in _CHOICE:
            self.settle()
            self.grip.step(_CHOICE[key])
        else:
            is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            dx, dy = _ARROWS[key]
            self._nudge(dx * (10 if is_far else 1), dy * (10 if is_far else 1))
        return True

    def cancel(self) -> None:
        if self._drag is not None:
            self._drag = None
            self.pane.preview(None)

    def leave(self) -> None:
        if self._hover is not None:
            self._hover = None
            self.pane.update()

    def frame_changed(self) -> None:
        if self._is_by_mouse:
            self.cancel()
        else:
            self.settle()

    def findings_changed(self) -> None:
        """Go on holding the joint where it is held, among what was found anew."""
        drag, film = self._drag, self.pane.film
        if drag is None or film is None or drag.frame >= len(film.pose):
            self._drag = None
            return
        self._drag = drag.among(film.pose.points_px[drag.frame])
        if drag.is_moved:
            self.pane.preview(with_joint_moved(film, self._drag))

    def paint(self, painter: QPainter, room: QRectF) -> None:
        held = self._drag.point if self._drag is not None else self._hover
        if held is None and self.grip.pane in (None, self.pane):
            held = self.grip.chosen
        if held is None or self.pane.shown_frame is None or not self.pane.can_correct:
            return
        place = self._points()[held]
        if not np.isfinite(place).all():
            return
        scale = self.pane.framing.scale
        centre = Point(float(place[0]), float(place[1]))
        ring = Arc(centre, 11.0 / scale, 0.0, 360.0, _HOLD_COLOUR, 2.0)
        corner = Point(centre.x + 12.0 / scale, centre.y - 20.0 / scale)
        name = Label(corner, joint_name(held), _HOLD_COLOUR, 13.0)
        paint_shapes(painter, (ring, name), self.pane.framing, room)

    def paint_by_hand(self, painter: QPainter, room: QRectF) -> None:
        """Draw a lozenge around each joint that a person has placed in the frame shown."""
        film, frame = self.pane.shown_film, self.pane.shown_frame
        if film is None or frame is None or not self.pane.layers.look(Layer.SKELETON).is_on:
            return
        reach = _MARK / self.pane.framing.scale
        marks: list[Shape] = []
        for point, frames in self._by_hand.items():
            x, y = film.pose.points_px[frame, point]
            if frame in frames and np.isfinite(x + y):
                ends = ((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
                corners = tuple(Point(float(a), float(b)) for a, b in (*ends, ends[0]))
                marks.append(Stroke(corners, _BY_HAND_COLOUR, 2.0))
        if marks:
            paint_shapes(painter, tuple(marks), self.pane.framing, room)

    def _on_chosen(self) -> None:
        self.settle()
        self.pane.update()

    def _nudge(self, dx: int, dy: int) -> None:
        point, frame = self.grip.chosen, self.pane.shown_frame
        film = self.pane.film
        if point is None or frame is None or film is None or frame >= len(film.pose):
            return
        if self._drag is None:
            self._drag = JointDrag(frame, point, self._points())
            self._is_by_mouse = False
        x, y = self._drag.place
        self._move_to(x + dx, y + dy)

    def _move_to(self, x: float, y: float) -> None:
        film = self.pane.film
        if self._drag is None or film is None:
            return
        width, height = film.video.width, film.video.height
        self._drag = self._drag.moved_to(min(max(x, 0.0), width), min(max(y, 0.0), height))
        self.pane.preview(with_joint_moved(film, self._drag))

    def settle(self) -> None:
        """Leave the joint where it is; it stays there until the findings are shown anew."""
        drag, self._drag = self._drag, None
        if drag is not None and drag.is_moved:
            self._announce(drag)
        elif drag is not None:
            self.pane.preview(None)

    def _announce(self, drag: JointDrag) -> None:
        film = self.pane.film
        assert film is not None
        ends = fade_frames(film.video.times_s, drag.frame, self.grip.fade_s)
        move = JointMove(self.pane.film_index, drag.point, drag.frame, Point(*drag.place), *ends)
        self.pane.corrected.emit(new_correction(move_text(move), move))

    def _points(self) -> FloatArray:
        """Body points of the frame shown; the chosen one where it may be, if it was not found."""
        film, frame = self.pane.shown_film, self.pane.shown_frame
        assert film is not None
        assert frame is not None
        points: FloatArray = film.pose.points_px[frame].copy()
        chosen = self.grip.chosen
        if chosen is not None and not np.isfinite(points[chosen]).all():
            points[chosen] = expected_place(film, chosen, frame)
        return points

    def _joint_at(self, place: QPointF) -> Landmark | None:
        film, frame = self.pane.shown_film, self.pane.shown_frame
        is_seen = self.pane.layers.look(Layer.SKELETON).is_on
        if film is None or frame is None or not (self.pane.can_correct and is_seen):
            return None
        if frame >= len(film.pose):
            return None
        framing = self.pane.framing
        return joint_near(self._points(), framing, place.x(), place.y(), near_side(film, frame))
