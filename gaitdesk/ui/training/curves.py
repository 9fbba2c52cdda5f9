"""How a training goes: its loss, and how often it is right at each item, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import tr
from gaitdesk.jobs.training_news import EpochEnded
from gaitdesk.ui.theme import current, em

_SMOOTH = 0.9
"""Share of what was before, in the line that goes through the losses."""
_MOST_POINTS = 4000


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """An axis to the right and one upwards, in the colours of the theme."""

    def __init__(self, along: str, up: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self._along, self._up = along, up
        item = self.getPlotItem()
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        for name in ("bottom", "left"):
            # Once a label is seen, pyqtgraph would count in thousandths even as it is told not to.
            item.getAxis(name).enableAutoSIPrefix(False)
        self.setMinimumSize(em(self, 16), em(self, 9))

    def wear(self) -> None:
        """Take on the colours of the theme."""
        theme = current()
        self.setBackground(theme.surface)
        item = self.getPlotItem()
        for name, words in (("bottom", self._along), ("left", self._up)):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(theme.outline))
            axis.setTextPen(pg.mkPen(theme.soft))
            axis.setStyle(tickLength=-3)
            axis.setLabel(words, color=theme.soft)


class LossPlot(Plot):
    """The loss of every step, and a line through them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Step"), tr("Loss"), parent)
        self._steps: list[float] = []
        self._losses: list[float] = []
        self._smooth: list[float] = []
        self._dots = pg.ScatterPlotItem(size=4)
        self._line = pg.PlotCurveItem()
        for one in (self._dots, self._line):
            self.getPlotItem().addItem(one)
        self.paint()

    @property
    def losses(self) -> tuple[float, ...]:
        """What is shown."""
        return tuple(self._losses)

    def begin(self, steps: int = 0) -> None:
        """Show nothing; `steps` in all are to come."""
        self._steps, self._losses, self._smooth = [], [], []
        if steps:
            self.getPlotItem().setXRange(0, steps, padding=0.02)
        self._draw()

    def add(self, step: int, loss: float) -> None:
        """Show one more step."""
        if not math.isfinite(loss):
            return
        before = self._smooth[-1] if self._smooth else loss
        self._steps.append(float(step))
        self._losses.append(loss)
        self._smooth.append(_SMOOTH * before + (1.0 - _SMOOTH) * loss)
        if len(self._steps) > _MOST_POINTS:
            # Every other one says as much.
            for held in (self._steps, self._losses, self._smooth):
                del held[1:-1:2]
        self._draw()

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        theme = current()
        self.wear()
        faint = QColor(theme.outline)
        faint.setAlpha(110)
        self._dots.setPen(pg.mkPen(None))
        self._dots.setBrush(pg.mkBrush(faint))
        self._line.setPen(pg.mkPen(theme.accent, width=2))
        self._draw()

    def _draw(self) -> None:
        steps = np.array(self._steps)
        self._dots.setData(steps, np.array(self._losses))
        self._line.setData(steps, np.array(self._smooth))
        told = f"{self._smooth[-1]:.3f}" if self._smooth else "–"
        self.setAccessibleName(tr("Loss: {value}").format(value=told))


class ItemPlot(Plot):
    """Balanced accuracy on the patients it is checked on: the mean, and every item behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Epoch"), tr("Balanced accuracy"), parent)
        self._epochs: tuple[EpochEnded, ...] = ()
        self._marked: Item | None = None
        self.getPlotItem().setYRange(0.0, 1.0, padding=0.03)
        self.paint()

    @property
    def epochs(self) -> tuple[EpochEnded, ...]:
        """What is shown."""
        return self._epochs

    def show_epochs(self, epochs: Sequence[EpochEnded]) -> None:
        """Show how all epochs ended."""
        self._epochs = tuple(epochs)
        self.paint()

    def mark(self, item: Item | None) -> None:
        """Let one item stand out, or none."""
        self._marked = item
        self.paint()

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        theme = current()
        self.wear()
        item = self.getPlotItem()
        item.clear()
        guess = pg.InfiniteLine(
            0.5,
            angle=0,
            pen=pg.mkPen(theme.outline, style=Qt.PenStyle.DashLine),
            label=tr("guessing"),
            labelOpts={"position": 0.92, "color": theme.soft, "anchors": [(1, 0), (1, 0)]},
        )
        # Curves must not run through its word.
        guess.setZValue(10)
        item.addItem(guess)
        numbers = np.array([one.number for one in self._epochs], dtype=float)
        if len(numbers):
            item.setXRange(min(numbers[0], 1.0), max(numbers[-1], 2.0), padding=0.04)
        for column, one in enumerate(Item):
            if one is not self._marked:
                self._add(numbers, self._of(column), theme.hairline, 1)
        self._add(numbers, _known([one.balanced_accuracy for one in self._epochs]), theme.accent, 3)
        if self._marked is not None:
            column = list(Item).index(self._marked)
            self._add(numbers, self._of(column), theme.right, 2)
        best = [one for one in self._epochs if one.is_best and one.balanced_accuracy is not None]
        if best:
            item.addItem(
                pg.ScatterPlotItem(
                    [float(best[-1].number)],
                    [float(best[-1].balanced_accuracy or 0.0)],
                    symbol="star",
                    size=15,
                    brush=pg.mkBrush(theme.accent),
                    pen=pg.mkPen(theme.surface),
                )
            )
        last = self._epochs[-1].balanced_accuracy if self._epochs else None
        told = "–" if last is None else f"{last:.2f}"
        self.setAccessibleName(tr("Balanced accuracy: {value}").format(value=told))

    def _of(self, column: int) -> FloatArray:
        return _known(
            [one.items[column] if column < len(one.items) else None for one in self._epochs]
        )

    def _add(self, along: FloatArray, up: FloatArray, colour: str, width: int) -> None:
        if not np.isfinite(up).any():
            return
        pen = pg.mkPen(colour, width=width)
        item = self.getPlotItem()
        item.addItem(pg.PlotCurveItem(along, up, pen=pen, connect="finite"))
        if len(up) == 1 and width > 1:
            dot = pg.ScatterPlotItem(
                along, up, size=6, brush=pg.mkBrush(colour), pen=pg.mkPen(None)
            )
            item.addItem(dot)


def _known(values: Sequence[float | None]) -> FloatArray:
    return np.array([math.nan if one is None else one for one in values], dtype=float)
