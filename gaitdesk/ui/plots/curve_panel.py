"""All angles over the gait cycle, bound to the films both ways."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import CycleCurve, GaitCycle, Variable
from gaitdesk.gait.cycles import cycles_drawn
from gaitdesk.gait.norms import SOURCE, SpeedGroup, normal_curve, walked_speed_group
from gaitdesk.i18n import titled, tr
from gaitdesk.report.words import side_word, variable_ends, variable_name
from gaitdesk.ui.parts.box import Frame
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.parts.turns import Turns
from gaitdesk.ui.plots.curve_plot import LEAST_HEIGHT, LEAST_WIDTH, MOST_HEIGHT, CurvePlot
from gaitdesk.ui.plots.place import place_near, places_at
from gaitdesk.ui.theme import current, em

SHOWN = (
    Variable.HIP_FLEXION,
    Variable.KNEE_FLEXION,
    Variable.ANKLE_DORSIFLEXION,
    Variable.PELVIC_TILT,
    Variable.PELVIC_OBLIQUITY,
    Variable.TRUNK_FORWARD_LEAN,
    Variable.TRUNK_LATERAL_LEAN,
)
"""Angles in the order they are shown; those that were not measured are left out."""
MOST_COLUMNS = 3
"""Plots beside each other, where their titles have room."""

# Around the plots, in letter widths.
_MARGIN = 0.6
# Size of small letters in rich text, of the usual ones; rounded up.
_SMALL = 0.85


class CurvePanel(QWidget):
    """Shows the curves of an analysis.

    Signals:
        moment_asked: Index of a film and a time in it, seconds.
    """

    moment_asked = Signal(int, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cycles: tuple[GaitCycle, ...] = ()
        self._times_s: dict[int, float] = {}
        self._plots: list[CurvePlot] = []
        self._held: list[tuple[CurveTitle, Frame]] = []
        self._columns = 0
        self._turns = Turns(self)
        self._turns.finished.connect(self._show_places)
        self._analysis: Analysis | None = None
        self._legend = QLabel()
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setSpacing(em(self, 0.4))
        inside = QWidget()
        column = QVBoxLayout(inside)
        gap = em(self, _MARGIN)
        column.setContentsMargins(gap, gap, gap, gap)
        column.addWidget(self._legend)
        column.addLayout(self._grid, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(inside))

    @property
    def plots(self) -> tuple[CurvePlot, ...]:
        """One plot an angle."""
        return tuple(self._plots)

    @property
    def is_whole(self) -> bool:
        """Whether all plots are there and show what they should."""
        return self._turns.is_done

    @property
    def legend(self) -> str:
        """What it says of the lines, as rich text."""
        return self._legend.text()

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the curves of an analysis."""
        self._analysis = analysis
        self._cycles = analysis.cycles
        curves: dict[Variable, dict[Side, CycleCurve]] = {}
        for variable in SHOWN:
            found = {one.side: one for one in analysis.curves if one.variable is variable}
            if found:
                curves[variable] = found
        # A plot takes a fiftieth of a second to make or draw anew: one a turn.
        self._turns.forget()
        is_made = len(self._plots) == len(self._held)
        if is_made and [plot.variable for plot in self._plots] == list(curves):
            for plot in self._plots:
                self._turns.add(partial(self._draw, plot, curves[plot.variable]))
        else:
            self._make_places(curves)
        self._legend.setText(self._legend_words(analysis))

    def _make_places(self, curves: Mapping[Variable, Mapping[Side, CycleCurve]]) -> None:
        """Make a place for the plot of each angle, instead of the plots there were."""
        for pair in self._held:
            for widget in pair:
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._plots, self._held, self._columns = [], [], 0
        for variable, found in curves.items():
            title, box = CurveTitle(variable), Frame()
            box.setMinimumHeight(em(self, LEAST_HEIGHT))
            box.setMaximumHeight(em(self, MOST_HEIGHT))
            box.setMinimumWidth(em(self, LEAST_WIDTH))
            self._held.append((title, box))
            self._turns.add(partial(self._make_plot, variable, found, box))
        self._place()

    @property
    def columns(self) -> int:
        """So many plots stand beside each other."""
        return self._columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place()

    def _place(self) -> None:
        """Let as many plots stand beside each other as have room for their titles."""
        columns = self._fitting_columns()
        if not self._held:
            return
        room = self._room(columns)
        is_stacked = any(title.whole_width > room for title, _ in self._held)
        for title, _ in self._held:
            title.stack(is_stacked)
        if columns == self._columns:
            return
        self._columns = columns
        for pair in self._held:
            for widget in pair:
                self._grid.removeWidget(widget)
        for place, (title, box) in enumerate(self._held):
            row, column = divmod(place, columns)
            self._grid.addWidget(title, 2 * row, column)
            self._grid.addWidget(box, 2 * row + 1, column)

    def _fitting_columns(self) -> int:
        titles = (title.least_width for title, _ in self._held)
        needed = max((em(self, LEAST_WIDTH), *titles))
        fits = (columns for columns in range(MOST_COLUMNS, 1, -1) if self._room(columns) >= needed)
        return next(fits, 1)

    def _room(self, columns: int) -> int:
        """Width of a plot where so many stand beside each other, screen points."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        room = self.width() - bar - 2 * em(self, _MARGIN)
        return (room + self._grid.spacing()) // columns - self._grid.spacing()

    def _make_plot(self, variable: Variable, curves: Mapping[Side, CycleCurve], box: Frame) -> None:
        # Making, drawing and painting a plot take a turn each.
        plot = CurvePlot(variable, box)
        plot.place_asked.connect(self._on_place_asked)
        self._turns.add_next(partial(self._draw, plot, curves), partial(self._show, plot, box))

    def _show(self, plot: CurvePlot, box: Frame) -> None:
        box.hold(plot)
        self._plots.append(plot)

    def _draw(self, plot: CurvePlot, curves: Mapping[Side, CycleCurve]) -> None:
        held, speed = self._analysis, SpeedGroup.FREE
        if held is not None:
            speed = walked_speed_group(held.spatiotemporal, held.patient.height_m)
        plot.show_curves(curves, normal_curve(plot.variable, speed))

    def show_times(self, times_s: Mapping[int, float]) -> None:
        """Put the cursors where the films are.

        Args:
            times_s: The moment shown in each film, by its index.
        """
        self._times_s = dict(times_s)
        self._show_places()

    def _show_places(self) -> None:
        found = places_at(self._cycles, self._times_s)
        pct = {side: place.pct for side, place in found.items()}
        for plot in self._plots:
            plot.show_places(pct)

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        if self._analysis is not None:
            for plot in self._plots:
                plot.paint()
            self._legend.setText(self._legend_words(self._analysis))
            self._show_places()

    def _on_place_asked(self, side: Side, pct: float) -> None:
        place = place_near(self._cycles, side, pct, self._times_s)
        if place is not None:
            self.moment_asked.emit(place.cycle.film, place.time_s)

    def _legend_words(self, analysis: Analysis) -> str:
        theme = current()
        if not analysis.curves:
            return tr("No curve could be drawn: no gait cycle of a near limb was seen whole.")
        lines = {Side.LEFT: "━━━", Side.RIGHT: "━ ━"}
        parts = []
        drawn = cycles_drawn(analysis.curves)
        for side in Side:
            if side in drawn:
                words = tr("{side}, %n cycle(s)", "", drawn[side]).format(side=side_word(side))
                parts.append(f'<span style="color:{theme.side(side)}">{lines[side]}</span> {words}')
        parts.append(tr("┊ foot off"))
        parts.append(
            tr("grey: typically developing children, mean ± 1 SD ({source})").format(source=SOURCE)
        )
        said = " &nbsp; ".join(parts)
        return f'<span style="color:{theme.soft}">{said}</span>'


class CurveTitle(QLabel):
    """Name of an angle and what its signs mean, beside it or below it."""

    def __init__(self, variable: Variable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        negative, positive = variable_ends(variable)
        self._name = variable_name(variable)
        self._signs = tr("+ {positive}, − {negative}").format(positive=positive, negative=negative)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(titled(self._name, self._signs))
        self.stack(is_stacked=False)

    @property
    def least_width(self) -> int:
        """As wide as it must be for the longer of name and signs, screen points."""
        return max(self._widths())

    @property
    def whole_width(self) -> int:
        """As wide as it must be for both beside each other, screen points."""
        return sum(self._widths())

    def stack(self, is_stacked: bool) -> None:
        """Put the signs below the name, or beside it."""
        between = "<br>" if is_stacked else " &nbsp;"
        self.setText(f"<b>{self._name}</b>{between}<small>{self._signs}</small>")

    def _widths(self) -> tuple[int, int]:
        bold = self.font()
        bold.setBold(True)
        spare = em(self, 0.5)
        name = QFontMetrics(bold).horizontalAdvance(self._name) + spare
        small = self.font()
        small.setPixelSize(round(_SMALL * em(self)))
        return name, QFontMetrics(small).horizontalAdvance(self._signs) + spare
