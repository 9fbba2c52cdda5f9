"""Both films' feet over each other: as the films are nudged, one sees how they come together."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em, letter_scale
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.matching import HIGHEST, LOWEST, FootLift
from gaitdesk.ui.viewer.timeline_painter import TimelineLook
from gaitdesk.ui.viewer.tracks import Track

_SPAN_S = 3.0
_BAR = 5.0
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)


class MatchView(QWidget):
    """Height of each foot around the moment shown: sagittal film solid, coronal film dashed.

    Above the curves lie the stances that each film shows.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis: TimeAxis | None = None
        self._tracks: tuple[Track, ...] = ()
        self._lifts: tuple[FootLift, ...] = ()
        self._time_s = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Height of the feet in both films"))

    def show_films(self, tracks: tuple[Track, ...], lifts: tuple[FootLift, ...]) -> None:
        """Show these films."""
        self._tracks, self._lifts = tracks, lifts
        self.update()

    def show_axis(self, axis: TimeAxis | None) -> None:
        """Show how the films lie in time."""
        self._axis = axis
        self.update()

    def show_time(self, time_s: float) -> None:
        """Show the moments around this one."""
        self._time_s = time_s
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(em(self, 36), em(self, 10))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 16), em(self, 8.5))

    @property
    def _left(self) -> float:
        """Where the curves begin, beside the names of the feet."""
        return float(em(self, 5))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = TimelineLook.of(self.palette())
        painter.fillRect(self.rect(), look.strip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._axis is not None and len(self._lifts) == 2:
            self._paint_legend(painter, look)
            top = 1.3 * em(self)
            half = (self.height() - top) / 2.0
            for row, side in enumerate(Side):
                left = self._left
                room = QRectF(left, top + row * half + 3, self.width() - left, half - 6)
                self._paint_side(painter, look, side, room)
            x = self._x(self._time_s)
            painter.setPen(QPen(look.words, 1.5))
            painter.drawLine(QPointF(x, top), QPointF(x, self.height()))
        painter.end()

    def _x(self, time_s: float) -> float:
        share = (time_s - self._time_s) / _SPAN_S + 0.5
        return self._left + share * (self.width() - self._left)

    def _paint_legend(self, painter: QPainter, look: TimelineLook) -> None:
        """Which line is which film's, for the films lie on each other here."""
        unit = float(em(self))
        painter.setFont(_font(painter))
        metrics, x, y = painter.fontMetrics(), self._left, 0.7 * unit
        for track, style in zip(self._tracks, _STYLES, strict=False):
            painter.setPen(QPen(look.words, 2.0, style))
            painter.drawLine(QPointF(x, y), QPointF(x + 2 * unit, y))
            x += 2.4 * unit
            width = metrics.horizontalAdvance(track.name)
            box = QRectF(x, 0, width + unit, 1.4 * unit)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, track.name)
            x += width + 1.6 * unit

    def _paint_side(self, painter: QPainter, look: TimelineLook, side: Side, room: QRectF) -> None:
        painter.setFont(_font(painter))
        painter.setPen(look.limbs[side])
        words = tr("Left foot") if side is Side.LEFT else tr("Right foot")
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, room.top(), self._left - 8, room.height()), flags, words)
        painter.save()
        painter.setClipRect(room)
        curves = room.adjusted(0, 2 * _BAR + 3, 0, 0)
        for slot in range(2):
            self._paint_stances(painter, look, slot, side, room.top() + slot * (_BAR + 1))
            self._paint_curve(painter, look, slot, side, curves)
        painter.restore()

    def _paint_stances(
        self, painter: QPainter, look: TimelineLook, slot: int, side: Side, top: float
    ) -> None:
        assert self._axis is not None
        colour = QColor(look.limbs[side]) if slot == 0 else QColor(look.words)
        colour.setAlpha(170)
        for start_s, end_s in self._tracks[slot].stances_s(side):
            left, right = (self._x(self._axis.to_axis(slot, t)) for t in (start_s, end_s))
            painter.fillRect(QRectF(left, top, right - left, _BAR), colour)

    def _paint_curve(
        self, painter: QPainter, look: TimelineLook, slot: int, side: Side, room: QRectF
    ) -> None:
        assert self._axis is not None
        lift = self._lifts[slot]
        start, stop = np.searchsorted(
            lift.times_s,
            [self._axis.to_film(slot, self._time_s + way * 0.5 * _SPAN_S) for way in (-1.05, 1.05)],
        )
        pen = QPen(look.limbs[side] if slot == 0 else look.words, 2.0)
        pen.setStyle(_STYLES[slot])
        painter.setPen(pen)
        shares = (lift.heights[side][start:stop] - LOWEST) / (HIGHEST - LOWEST)
        ys = room.bottom() - np.clip(shares, 0.0, 1.0) * room.height()
        times_s = [self._axis.to_axis(slot, float(t)) for t in lift.times_s[start:stop]]
        for run in _runs(ys):
            painter.drawPolyline(
                QPolygonF([QPointF(self._x(times_s[i]), float(ys[i])) for i in run])
            )


def _runs(values: FloatArray) -> list[range]:
    """Stretches of known values."""
    known = np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [range(int(first), int(after)) for first, after in edges.reshape(-1, 2)]


def _font(painter: QPainter) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(round(10 * letter_scale()))
    return font
