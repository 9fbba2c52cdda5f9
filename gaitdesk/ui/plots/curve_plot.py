"""One angle over the gait cycle: both limbs over the normative band, with a cursor."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import CycleCurve, Variable
from gaitdesk.gait.norms import NormalCurve
from gaitdesk.i18n import percent, phrase, tr
from gaitdesk.report.words import MINUS, number, side_word, variable_name
from gaitdesk.ui.theme import current, em

FEWEST_DEG = 20.0
"""A flat curve is not blown up beyond this, or it would look like a wild one."""
LEAST_WIDTH, LEAST_HEIGHT = 14, 10
"""Letter widths below which nothing can be read off a plot."""
MOST_HEIGHT = 18
"""Letter widths above which a curve is no easier to read."""

_DASHES = {Side.LEFT: Qt.PenStyle.SolidLine, Side.RIGHT: Qt.PenStyle.DashLine}


class AngleAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose numbers are degrees, and say so."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        said = super().tickStrings(values, scale, spacing)
        return [f"{words}°".replace("-", MINUS) for words in said]


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]
    """Shows one angle; a click asks for the moment under it.

    Signals:
        place_asked: Side and per cent of the cycle that was clicked.
    """

    place_asked = Signal(object, float)

    def __init__(self, variable: Variable, parent: QWidget | None = None) -> None:
        # A menu nobody opens would take half of the time.
        super().__init__(parent, enableMenu=False, axisItems={"left": AngleAxis("left")})
        self.variable = variable
        self._curves: dict[Side, CycleCurve] = {}
        self._norm: NormalCurve | None = None
        self._cursors: dict[Side, pg.InfiniteLine] = {}
        self._dots: dict[Side, pg.ScatterPlotItem] = {}
        item = self.getPlotItem()
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.setXRange(0, 100, padding=0.01)
        # Room for the upper half of the highest number, and the right half of the last.
        beside = em(self, 1.7)
        item.layout.setContentsMargins(1, em(self, 0.5), beside, 1)
        item.getAxis("bottom").setStyle(hideOverlappingLabels=beside)
        self.setMinimumHeight(em(self, LEAST_HEIGHT))
        self.setMaximumHeight(em(self, MOST_HEIGHT))
        self.setMinimumWidth(em(self, LEAST_WIDTH))
        self.scene().sigMouseClicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        return QSize(em(self, 17), em(self, 11))

    def show_curves(self, curves: Mapping[Side, CycleCurve], norm: NormalCurve | None) -> None:
        """Show the curves of both limbs."""
        self._curves, self._norm = dict(curves), norm
        self.paint()

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        theme = current()
        self.setBackground(theme.surface)
        item = self.getPlotItem()
        item.clear()
        self._cursors.clear()
        self._dots.clear()
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(theme.outline))
            axis.setTextPen(pg.mkPen(theme.soft))
            axis.setStyle(tickLength=-3)
        # Numbers wider than twice their distance from the edge are left out: one has the unit.
        shares = [(pct, str(pct) if pct else percent("0")) for pct in range(0, 101, 20)]
        item.getAxis("bottom").setTicks([shares])
        item.getAxis("left").setWidth(em(self, 2.8))
        if self._norm is not None:
            self._draw_band(self._norm)
        item.addItem(pg.InfiniteLine(0, angle=0, pen=pg.mkPen(theme.outline, width=0.6)))
        for side, curve in self._curves.items():
            self._draw_curve(side, curve)
        low, high = self._range()
        item.setYRange(low, high, padding=0.04)
        self.setAccessibleName(self._spoken())

    def _draw_band(self, norm: NormalCurve) -> None:
        theme = current()
        pct = np.arange(101.0)
        edges = [
            pg.PlotCurveItem(pct, norm.mean + sign * norm.sd, pen=pg.mkPen(None))
            for sign in (1.0, -1.0)
        ]
        band = pg.FillBetweenItem(*edges, brush=pg.mkBrush(theme.band))
        band.setZValue(-10)
        item = self.getPlotItem()
        for one in (*edges, band):
            item.addItem(one)

    def _draw_curve(self, side: Side, curve: CycleCurve) -> None:
        colour = QColor(current().side(side))
        item = self.getPlotItem()
        pen = pg.mkPen(colour, width=2, style=_DASHES[side])
        item.addItem(pg.PlotCurveItem(np.arange(101.0), curve.mean, pen=pen, connect="finite"))
        if math.isfinite(curve.foot_off_pct):
            line = pg.mkPen(colour, width=1, style=Qt.PenStyle.DotLine)
            item.addItem(pg.InfiniteLine(curve.foot_off_pct, pen=line))
        cursor = pg.InfiniteLine(0.0, pen=pg.mkPen(colour, width=1.4))
        dot = pg.ScatterPlotItem(size=9, brush=pg.mkBrush(colour), pen=pg.mkPen(current().surface))
        for one in (cursor, dot):
            one.setZValue(20)
            one.hide()
            item.addItem(one)
        self._cursors[side], self._dots[side] = cursor, dot

    def _range(self) -> tuple[float, float]:
        shown = [curve.mean for curve in self._curves.values()]
        if self._norm is not None:
            shown += [self._norm.mean - self._norm.sd, self._norm.mean + self._norm.sd]
        values = np.concatenate(shown) if shown else np.zeros(1)
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
        lacking = max(0.0, FEWEST_DEG - (high - low)) / 2
        return low - lacking, high + lacking

    def show_places(self, pct: Mapping[Side, float]) -> None:
        """Put the cursor of each limb at its place in the cycle; hide those of other limbs."""
        for side, cursor in self._cursors.items():
            place, dot = pct.get(side), self._dots[side]
            value = math.nan
            if place is not None:
                value = float(np.interp(place, np.arange(101.0), self._curves[side].mean))
                cursor.setValue(place)
            cursor.setVisible(place is not None)
            is_known = place is not None and math.isfinite(value)
            dot.setVisible(is_known)
            if is_known:
                dot.setData([place], [value])

    @property
    def cursors(self) -> dict[Side, float]:
        """Per cent at which a cursor is shown, by limb."""
        return {
            side: float(cursor.value())
            for side, cursor in self._cursors.items()
            if cursor.isVisible()
        }

    def _spoken(self) -> str:
        ranges = [
            tr("{side} {low}° to {high}°").format(
                side=side_word(side),
                low=number(float(np.nanmin(curve.mean))),
                high=number(float(np.nanmax(curve.mean))),
            )
            for side, curve in self._curves.items()
            if np.isfinite(curve.mean).any()
        ]
        return phrase((variable_name(self.variable), *ranges))

    def ask_place(self, point: QPointF) -> None:
        """Ask for the moment under a point of the scene: of the limb whose curve is nearest."""
        at = self.getPlotItem().vb.mapSceneToView(point)
        pct = min(100.0, max(0.0, at.x()))
        away = {
            side: abs(float(np.interp(pct, np.arange(101.0), curve.mean)) - at.y())
            for side, curve in self._curves.items()
        }
        known = {side: value for side, value in away.items() if math.isfinite(value)}
        if known:
            self.place_asked.emit(min(known, key=lambda side: known[side]), pct)

    def _on_clicked(self, event: object) -> None:
        point = event.scenePos()  # type: ignore[attr-defined]
        if self.getPlotItem().sceneBoundingRect().contains(point):
            self.ask_place(point)
