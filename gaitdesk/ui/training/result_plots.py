"""How far chances can be believed, and what is gained where only sure answers are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gaitdesk.i18n import tr
from gaitdesk.learning.results import Bin, Cut, ReaderResult
from gaitdesk.ui.records.words import number_words, share_words
from gaitdesk.ui.theme import current
from gaitdesk.ui.training.curves import Plot

_LARGEST, _SMALLEST = 16.0, 5.0


class _TwoNetworks(Plot):
    """Something of two networks in one plot: the old one dashed and grey, the new one whole."""

    def __init__(self, along: str, up: str, parent: QWidget | None = None) -> None:
        super().__init__(along, up, parent)
        self._held: tuple[ReaderResult, ReaderResult] | None = None
        self.getPlotItem().addLegend(offset=(-8, -8))
        self.paint()

    def show_results(self, held: tuple[ReaderResult, ReaderResult] | None) -> None:
        """Show the old network and the new one; None for neither."""
        self._held = held
        self.paint()

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        theme = current()
        self.wear()
        item = self.getPlotItem()
        item.clear()
        item.legend.clear()
        item.legend.setLabelTextColor(theme.ink)
        item.setRange(xRange=(0.0, 1.0), yRange=(0.0, 1.0), padding=0.03)
        self._draw_ground()
        if self._held is None:
            self.setAccessibleName("")
            return
        old, new = self._held
        if old.reader != new.reader:
            self._draw(old, tr("before"), theme.soft, Qt.PenStyle.DashLine)
        self._draw(new, tr("new"), theme.accent, Qt.PenStyle.SolidLine)
        self.setAccessibleName(self._spoken(old, new))

    def _draw_ground(self) -> None:
        """What stands behind both."""

    def _draw(self, one: ReaderResult, name: str, colour: str, style: Qt.PenStyle) -> None:
        raise NotImplementedError

    def _spoken(self, old: ReaderResult, new: ReaderResult) -> str:
        raise NotImplementedError


class CalibrationPlot(_TwoNetworks):
    """How often what is said to be so likely came true; the size of a dot is how often it was said.

    On the diagonal chances are what they say.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Chance said"), tr("Share atypical"), parent)

    def _draw_ground(self) -> None:
        pen = pg.mkPen(current().outline, style=Qt.PenStyle.DotLine)
        self.getPlotItem().addItem(pg.PlotCurveItem([0.0, 1.0], [0.0, 1.0], pen=pen))

    def _draw(self, one: ReaderResult, name: str, colour: str, style: Qt.PenStyle) -> None:
        said: Sequence[Bin] = [each for each in one.bins if each.count]
        most = max((each.count for each in said), default=1)
        words = tr("{name}, error {ece}").format(name=name, ece=number_words(one.ece))
        along, up = [each.chance for each in said], [each.atypical for each in said]
        line = pg.PlotDataItem(
            np.array(along),
            np.array(up),
            pen=pg.mkPen(colour, width=2, style=style),
            name=words,
            symbol="o",
            symbolBrush=pg.mkBrush(colour),
            symbolPen=pg.mkPen(current().surface),
            symbolSize=np.array(
                [_SMALLEST + (_LARGEST - _SMALLEST) * each.count / most for each in said]
            ),
        )
        self.getPlotItem().addItem(line)

    def _spoken(self, old: ReaderResult, new: ReaderResult) -> str:
        return tr("Calibration error {before} before, {new} new").format(
            before=number_words(old.ece), new=number_words(new.ece)
        )


class AbstainPlot(_TwoNetworks):
    """How many answers are right, the fewer are given because they must be surer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Share answered"), tr("Share right"), parent)

    def _draw(self, one: ReaderResult, name: str, colour: str, style: Qt.PenStyle) -> None:
        cuts: Sequence[Cut] = [each for each in one.cuts if each.accuracy == each.accuracy]
        line = pg.PlotDataItem(
            np.array([each.coverage for each in cuts]),
            np.array([each.accuracy for each in cuts]),
            pen=pg.mkPen(colour, width=2, style=style),
            name=name,
            symbol="o",
            symbolSize=5,
            symbolBrush=pg.mkBrush(colour),
            symbolPen=None,
        )
        self.getPlotItem().addItem(line)

    def _spoken(self, old: ReaderResult, new: ReaderResult) -> str:
        return tr("All answered: {before} right before, {new} right now").format(
            before=share_words(_all_answered(old)), new=share_words(_all_answered(new))
        )


def _all_answered(one: ReaderResult) -> float:
    return one.cuts[0].accuracy if one.cuts else float("nan")
