"""Curves of several visits over one another: a plot for each angle and limb."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import CycleCurve, Variable
from gaitdesk.gait.norms import SOURCE, NormalCurve, normal_curve
from gaitdesk.i18n import percent, phrase, tr
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.words import side_word, variable_ends, variable_name
from gaitdesk.ui.compare.look import visit_pen
from gaitdesk.ui.parts.box import Frame
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.parts.turns import Turns
from gaitdesk.ui.plots.curve_panel import SHOWN
from gaitdesk.ui.plots.curve_plot import FEWEST_DEG, AngleAxis
from gaitdesk.ui.theme import current, em

_PLOT_HEIGHT = 14
"""Letter widths."""


class CurveComparison(QWidget):
    """One row an angle, one column a limb; each visit has its colour and its dash.

    Signals:
        place_asked: Side and per cent of the cycle that was clicked.
    """

    place_asked = Signal(object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots: list[OverlaidPlot] = []
        self._place: tuple[Side | None, float] = None, 0.0
        self._turns = Turns(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(em(self, 0.4))
        self._said = QLabel(
            tr(
                "Vertical lines: foot off of each visit. Grey: typically developing children,"
                " mean ± 1 SD ({source}). A click takes the films to that moment of the cycle."
            ).format(source=SOURCE)
        )
        self._said.setProperty("role", "small")
        self._said.setWordWrap(True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        gap = em(self, 0.6)
        column.setContentsMargins(gap, gap, gap, gap)
        column.addWidget(self._said)
        column.addLayout(self._grid)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(inside))

    @property
    def plots(self) -> tuple[OverlaidPlot, ...]:
        """One plot an angle and limb."""
        return tuple(self._plots)

    @property
    def is_whole(self) -> bool:
        """Whether all plots have been made."""
        return self._turns.is_done

    def show_visits(self, visits: Sequence[ComparedVisit]) -> None:
        """Show the curves of these visits; plots come one after the other."""
        while (held := self._grid.takeAt(0)) is not None:
            widget = held.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._plots = []
        self._turns.forget()
        row = 0
        for variable in SHOWN:
            found = {side: [_curve(visit, variable, side) for visit in visits] for side in Side}
            if not any(one is not None for curves in found.values() for one in curves):
                continue
            span = _span(found.values(), normal_curve(variable))
            for column, side in enumerate(Side):
                box = Frame()
                # What is made later must not move what is drawn already.
                box.setFixedHeight(em(self, _PLOT_HEIGHT))
                self._grid.addWidget(_title(variable, side), row, column)
                self._grid.addWidget(box, row + 1, column)
                self._grid.setColumnStretch(column, 1)
                self._turns.add(partial(self._make, variable, side, found[side], span, box))
            row += 2
        if not row:
            words = QLabel(tr("No curve could be drawn: no gait cycle was seen whole."))
            words.setProperty("role", "soft")
            self._grid.addWidget(words, 0, 0)

    def _make(
        self,
        variable: Variable,
        side: Side,
        curves: Sequence[CycleCurve | None],
        span: tuple[float, float],
        box: Frame,
    ) -> None:
        """Make the plot of one angle and limb in its place."""
        plot = OverlaidPlot(variable, side, box)
        plot.place_asked.connect(self.place_asked)
        # Making, drawing and painting a plot take a turn each.
        self._turns.add_next(
            partial(plot.show_curves, curves, normal_curve(variable), span),
            partial(self._show, plot, box),
        )

    def _show(self, plot: OverlaidPlot, box: Frame) -> None:
        box.hold(plot)
        self._plots.append(plot)
        plot.show_place(self._place[1] if self._place[0] is plot.side else None)

    def show_place(self, side: Side, pct: float) -> None:
        """Put the cursor of one limb's plots at a place in the cycle; hide the others'."""
        self._place = side, pct
        for plot in self._plots:
            plot.show_place(pct if plot.side is side else None)


class OverlaidPlot(pg.PlotWidget):  # type: ignore[misc]
    """One angle of one limb at several visits.

    Signals:
        place_asked: Side and per cent of the cycle that was clicked.
    """

    place_asked = Signal(object, float)

    def __init__(self, variable: Variable, side: Side, parent: QWidget | None = None) -> None:
        # A menu nobody opens would take half of the time.
        super().__init__(parent, enableMenu=False, axisItems={"left": AngleAxis("left")})
        self.variable, self.side = variable, side
        item = self.getPlotItem()
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.setXRange(0, 100, padding=0.01)
        self._cursor = pg.InfiniteLine(0.0)
        self.shown = 0
        self.scene().sigMouseClicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        return QSize(em(self, 30), em(self, _PLOT_HEIGHT))

    def wheelEvent(self, event: object) -> None:
        # The page scrolls, the plot does not zoom.
        event.ignore()  # type: ignore[attr-defined]

    def show_curves(
        self,
        curves: Sequence[CycleCurve | None],
        norm: NormalCurve | None,
        span: tuple[float, float],
    ) -> None:
        """Show the curve of each visit, where it has one."""
        theme = current()
        self.setBackground(theme.surface)
        item = self.getPlotItem()
        item.clear()
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(theme.outline))
            axis.setTextPen(pg.mkPen(theme.soft))
            axis.setStyle(tickLength=-3)
        item.getAxis("bottom").setTicks([[(pct, percent(str(pct))) for pct in range(0, 101, 20)]])
        item.getAxis("left").setWidth(em(self, 2.8))
        # Room for the upper half of the highest number, and the right half of the last.
        beside = em(self, 2.0)
        item.layout.setContentsMargins(1, em(self, 0.5), beside, 1)
        item.getAxis("bottom").setStyle(hideOverlappingLabels=beside)
        pct = np.arange(101.0)
        if norm is not None:
            edges = [
                pg.PlotCurveItem(pct, norm.mean + sign * norm.sd, pen=pg.mkPen(None))
                for sign in (1.0, -1.0)
            ]
            band = pg.FillBetweenItem(*edges, brush=pg.mkBrush(theme.band))
            band.setZValue(-10)
            for one in (*edges, band):
                item.addItem(one)
        item.addItem(pg.InfiniteLine(0, angle=0, pen=pg.mkPen(theme.outline, width=0.6)))
        self.shown = 0
        for place, curve in enumerate(curves):
            if curve is None:
                continue
            self.shown += 1
            item.addItem(
                pg.PlotCurveItem(pct, curve.mean, pen=visit_pen(place, 2.2), connect="finite")
            )
            if math.isfinite(curve.foot_off_pct):
                item.addItem(pg.InfiniteLine(curve.foot_off_pct, pen=visit_pen(place, 0.9)))
        self._cursor = pg.InfiniteLine(0.0, pen=pg.mkPen(theme.ink, width=1.4))
        self._cursor.hide()
        item.addItem(self._cursor)
        item.setYRange(*span, padding=0.04)
        self.setAccessibleName(phrase((variable_name(self.variable), side_word(self.side))))

    def show_place(self, pct: float | None) -> None:
        """Put the cursor at a place in the cycle; None hides it."""
        self._cursor.setVisible(pct is not None)
        if pct is not None:
            self._cursor.setValue(pct)

    def _on_clicked(self, event: object) -> None:
        point = event.scenePos()  # type: ignore[attr-defined]
        item = self.getPlotItem()
        if item.sceneBoundingRect().contains(point):
            pct = item.vb.mapSceneToView(point).x()
            self.place_asked.emit(self.side, min(100.0, max(0.0, pct)))


def _curve(visit: ComparedVisit, variable: Variable, side: Side) -> CycleCurve | None:
    return next(
        (
            one
            for one in visit.analysis.curves
            if (one.variable, one.side) == (variable, side) and np.isfinite(one.mean).any()
        ),
        None,
    )


def _span(
    found: Iterable[Sequence[CycleCurve | None]], norm: NormalCurve | None
) -> tuple[float, float]:
    """One range for both limbs, so that their plots can be compared by eye."""
    held = [curve.mean for curves in found for curve in curves if curve is not None]
    if norm is not None:
        held += [norm.mean - norm.sd, norm.mean + norm.sd]
    values = np.concatenate(held)
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    lacking = max(0.0, FEWEST_DEG - (high - low)) / 2
    return low - lacking, high + lacking


def _title(variable: Variable, side: Side) -> QLabel:
    negative, positive = variable_ends(variable)
    signs = tr("+ {positive}, − {negative}").format(positive=positive, negative=negative)
    colour = current().side(side)
    label = QLabel(
        f'<b>{variable_name(variable)}</b> &nbsp;<b style="color:{colour}">{side_word(side)}</b>'
        f" &nbsp;<small>{signs}</small>"
    )
    label.setTextFormat(Qt.TextFormat.RichText)
    return label
