"""Moving joints by mouse and by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import JointMove
from gaitdesk.domain.shapes import Arc, Colour, Label, Point
from gaitdesk.i18n import tr
from gaitdesk.store.corrections import new_correction
from gaitdesk.ui.viewer.joint_drag import JointDrag, joint_name, joint_near, with_joint_moved
from gaitdesk.ui.viewer.layers import Layer, near_side
from gaitdesk.ui.viewer.shape_painter import paint_shapes
from gaitdesk.ui.viewer.tools import Tool

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.film_pane import FilmPane

FADE_S = 0.25
"""How far to each side of its frame a moved joint takes the frames around with it, at first."""

_HOLD_COLOUR = Colour(255, 255, 255)


class JointTool(Tool):
    """Takes hold of a joint, and announces where it was left.

    Attributes:
        fade_s: How far a move reaches to each side of its frame, seconds; 0 for this frame alone.
    """

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.fade_s = FADE_S
        self._drag: JointDrag | None = None
        self._hover: Landmark | None = None

    @property
    def is_busy(self) -> bool:
        return self._drag is not None

    def press(self, event: QMouseEvent) -> bool:
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        self._hover = self._joint_at(event.position())
        film, frame = self.pane.shown_film, self.pane.shown_frame
        if self._hover is None or film is None or frame is None:
            return False
        self._drag = JointDrag(frame, self._hover, film.pose.points_px[frame].copy())
        self.pane.setCursor(Qt.CursorShape.BlankCursor)
        return True

    def move(self, event: QMouseEvent) -> None:
        film = self.pane.film
        if self._drag is None or film is None:
            return
        x, y = self.pane.framing.to_video(event.position().x(), event.position().y())
        width, height = film.video.width, film.video.height
        self._drag = self._drag.moved_to(min(max(x, 0.0), width), min(max(y, 0.0), height))
        self.pane.preview(with_joint_moved(film, self._drag))

    def release(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        # The joint stays where it was left until the findings are shown anew.
        if drag is not None and drag.is_moved:
            self._announce(drag)
        elif drag is not None:
            self.pane.preview(None)

    def hover(self, place: QPointF) -> Qt.CursorShape | None:
        found = self._joint_at(place)
        if found is not self._hover:
            self._hover = found
            self.pane.update()
        return None if found is None else Qt.CursorShape.SizeAllCursor

    def cancel(self) -> None:
        if self._drag is not None:
            self._drag = None
            self.pane.preview(None)

    def leave(self) -> None:
        if self._hover is not None:
            self._hover = None
            self.pane.update()

    def frame_changed(self) -> None:
        self.cancel()

    def findings_changed(self) -> None:
        self._drag = None

    def paint(self, painter: QPainter, room: QRectF) -> None:
        held = self._drag.point if self._drag is not None else self._hover
        film, frame = self.pane.shown_film, self.pane.shown_frame
        if held is None or film is None or frame is None or not self.pane.can_correct:
            return
        place = film.pose.points_px[frame, held]
        if not np.isfinite(place).all():
            return
        scale = self.pane.framing.scale
        centre = Point(float(place[0]), float(place[1]))
        ring = Arc(centre, 11.0 / scale, 0.0, 360.0, _HOLD_COLOUR, 2.0)
        corner = Point(centre.x + 12.0 / scale, centre.y - 20.0 / scale)
        name = Label(corner, joint_name(held), _HOLD_COLOUR, 13.0)
        paint_shapes(painter, (ring, name), self.pane.framing, room)

    def _announce(self, drag: JointDrag) -> None:
        film = self.pane.film
        assert film is not None
        times_s = film.video.times_s
        now_s = float(times_s[drag.frame])
        first, last = drag.frame, drag.frame
        if self.fade_s > 0:
            first = int(np.searchsorted(times_s, now_s - self.fade_s))
            last = int(np.searchsorted(times_s, now_s + self.fade_s, side="right")) - 1
        move = JointMove(
            self.pane.film_index, drag.point, drag.frame, Point(*drag.place), first, last
        )
        text = tr("Move {joint} in frame {frame}").format(
            joint=joint_name(drag.point), frame=drag.frame + 1
        )
        self.pane.corrected.emit(new_correction(text, move))

    def _joint_at(self, place: QPointF) -> Landmark | None:
        film, frame = self.pane.shown_film, self.pane.shown_frame
        is_seen = self.pane.layers.look(Layer.SKELETON).is_on
        if film is None or frame is None or not (self.pane.can_correct and is_seen):
            return None
        if frame >= len(film.pose):
            return None
        points = film.pose.points_px[frame]
        framing = self.pane.framing
        return joint_near(points, framing, place.x(), place.y(), near_side(film, frame))
