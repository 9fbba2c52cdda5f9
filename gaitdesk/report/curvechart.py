"""Joint angles over the gait cycle, both limbs over the normative band, drawn as vectors."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import CycleCurve, Variable
from gaitdesk.gait.norms import NormalCurve
from gaitdesk.i18n import tr
from gaitdesk.report import look, words

_LEGEND_LINE = 12.0
_TICK_STEPS = (1, 2, 5, 10, 20, 30, 40, 50, 100)


class CurveChart(Flowable):  # type: ignore[misc]
    """One angle of both limbs over the gait cycle, over the normative band.

    Args:
        variable: Which angle.
        curves: The curve of each limb that was seen.
        norm: Mean and spread of typically developing children, or None.
        width: Points.
        height: Points.
    """

    def __init__(
        self,
        variable: Variable,
        curves: Mapping[Side, CycleCurve],
        norm: NormalCurve | None,
        width: float,
        height: float,
    ) -> None:
        super().__init__()
        self.variable, self.curves, self.norm = variable, curves, norm
        self.width, self.height = width, height
        self._left, self._bottom, self._top = 27.0, 15.0, 26.0
        self._low, self._high, self._step = _axis(curves, norm)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.saveState()
        self._draw_title()
        self._draw_axes()
        path = canvas.beginPath()
        path.rect(self._x(0), self._y(self._low), self._x(100) - self._x(0), self._plot_height)
        canvas.saveState()
        canvas.clipPath(path, stroke=0, fill=0)
        if self.norm is not None:
            self._draw_band(self.norm)
        self._draw_zero()
        for side in Side:
            if side in self.curves:
                self._draw_curve(self.curves[side])
        canvas.restoreState()
        self._draw_frame()
        canvas.restoreState()

    @property
    def _plot_height(self) -> float:
        return self.height - self._bottom - self._top

    def _x(self, pct: float) -> float:
        return self._left + (self.width - self._left - 4) * pct / 100

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return self._bottom + self._plot_height * share

    def _draw_title(self) -> None:
        canvas: Canvas = self.canv
        canvas.setFillColor(look.INK)
        canvas.setFont(look.BOLD, 8.6)
        canvas.drawString(self._left, self.height - 9, words.variable_name(self.variable))
        negative, positive = words.variable_ends(self.variable)
        canvas.setFillColor(look.SOFT)
        canvas.setFont(look.REGULAR, 6.4)
        said = tr("degrees; + {positive}, − {negative}").format(
            positive=positive, negative=negative
        )
        canvas.drawString(self._left, self.height - 19, said)

    def _draw_axes(self) -> None:
        canvas: Canvas = self.canv
        canvas.setFont(look.REGULAR, 6.6)
        canvas.setLineWidth(0.3)
        value = self._low
        while value <= self._high + 1e-6:
            y = self._y(value)
            canvas.setStrokeColor(look.HAIRLINE)
            canvas.line(self._x(0) - 2.5, y, self._x(0), y)
            canvas.setFillColor(look.SOFT)
            canvas.drawRightString(self._x(0) - 4, y - 2.3, words.number(value))
            value += self._step
        for pct in (0, 20, 40, 60, 80, 100):
            x = self._x(pct)
            canvas.line(x, self._bottom, x, self._bottom - 2.5)
            draw = canvas.drawRightString if pct == 100 else canvas.drawCentredString
            draw(
                x + (4 if pct == 100 else 0),
                self._bottom - 9.5,
                f"{pct} %" if pct == 100 else str(pct),
            )

    def _draw_band(self, norm: NormalCurve) -> None:
        canvas: Canvas = self.canv
        upper, lower = norm.mean + norm.sd, norm.mean - norm.sd
        path = canvas.beginPath()
        path.moveTo(self._x(0), self._y(float(upper[0])))
        for pct in range(1, 101):
            path.lineTo(self._x(pct), self._y(float(upper[pct])))
        for pct in range(100, -1, -1):
            path.lineTo(self._x(pct), self._y(float(lower[pct])))
        path.close()
        canvas.setFillColor(look.BAND)
        canvas.drawPath(path, stroke=0, fill=1)

    def _draw_zero(self) -> None:
        if self._low < 0 < self._high:
            canvas: Canvas = self.canv
            canvas.setStrokeColor(look.SOFT)
            canvas.setLineWidth(0.4)
            canvas.line(self._x(0), self._y(0), self._x(100), self._y(0))

    def _draw_curve(self, curve: CycleCurve) -> None:
        canvas: Canvas = self.canv
        canvas.setStrokeColor(look.SIDE_COLOURS[curve.side])
        if math.isfinite(curve.foot_off_pct):
            x = self._x(curve.foot_off_pct)
            canvas.setLineWidth(0.6)
            canvas.setDash(1, 1.6)
            canvas.line(x, self._bottom, x, self._bottom + self._plot_height)
            # Long enough to be told apart from the dots: a foot leaving the ground.
            canvas.setDash()
            canvas.setLineWidth(1.4)
            canvas.line(x, self._bottom, x, self._bottom + 4)
        canvas.setFillColor(look.SIDE_COLOURS[curve.side])
        for pct in (curve.mid_stance_pct, curve.mid_swing_pct):
            if math.isfinite(pct):
                _triangle(canvas, self._x(pct), self._bottom)
        canvas.setLineWidth(1.5)
        canvas.setLineJoin(1)
        canvas.setDash(
            *([list(look.SIDE_DASHES[curve.side])] if look.SIDE_DASHES[curve.side] else [])
        )
        for run in _runs(curve.mean):
            path = canvas.beginPath()
            path.moveTo(self._x(run[0]), self._y(float(curve.mean[run[0]])))
            for pct in run[1:]:
                path.lineTo(self._x(pct), self._y(float(curve.mean[pct])))
            canvas.drawPath(path, stroke=1, fill=0)
        canvas.setDash()

    def _draw_frame(self) -> None:
        canvas: Canvas = self.canv
        canvas.setStrokeColor(look.SOFT)
        canvas.setLineWidth(0.5)
        canvas.rect(
            self._x(0), self._bottom, self._x(100) - self._x(0), self._plot_height, stroke=1, fill=0
        )


def _triangle(canvas: Canvas, x: float, y: float) -> None:
    """A small triangle that stands on the axis: the feet pass each other."""
    path = canvas.beginPath()
    path.moveTo(x - 2.4, y)
    path.lineTo(x + 2.4, y)
    path.lineTo(x, y + 4.4)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _axis(curves: Mapping[Side, CycleCurve], norm: NormalCurve | None) -> tuple[float, float, int]:
    """Lowest and highest value of the axis, whole steps, and the step."""
    shown: list[FloatArray] = [curve.mean for curve in curves.values()]
    if norm is not None:
        shown += [norm.mean - norm.sd, norm.mean + norm.sd]
    values = np.concatenate(shown) if shown else np.zeros(1)
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    # A flat trunk must not look like a wild one.
    if high - low < 20:
        middle = (low + high) / 2
        low, high = middle - 10, middle + 10
    step = next((one for one in _TICK_STEPS if (high - low) / one <= 5), 200)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _runs(values: FloatArray) -> list[list[int]]:
    """Indices of neighbouring values that are known, at least two in a row."""
    runs: list[list[int]] = [[]]
    for i, is_known in enumerate(np.isfinite(values).tolist()):
        if is_known:
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


class CurveLegend(Flowable):  # type: ignore[misc]
    """What the lines and the band of the curves mean; of two limbs, the band on a second line."""

    def __init__(self, cycles: Mapping[Side, int], has_band: bool, width: float) -> None:
        super().__init__()
        self.cycles, self.has_band, self.width = cycles, has_band, width

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width, 14.0 + (_LEGEND_LINE if self._has_two_lines else 0.0)

    @property
    def _has_two_lines(self) -> bool:
        return self.has_band and len(self.cycles) > 1

    def draw(self) -> None:
        canvas: Canvas = self.canv
        x = 0.0
        if self._has_two_lines:
            canvas.translate(0, _LEGEND_LINE)
        for side in Side:
            if side not in self.cycles:
                continue
            canvas.setStrokeColor(look.SIDE_COLOURS[side])
            canvas.setLineWidth(1.6)
            dashes = look.SIDE_DASHES[side]
            canvas.setDash(*([list(dashes)] if dashes else []))
            canvas.line(x, 5, x + 22, 5)
            canvas.setDash()
            name = words.side_word(side)
            said = tr("{side} limb, cycles: {cycles}").format(
                side=f"{name[:1].upper()}{name[1:]}", cycles=self.cycles[side]
            )
            x = self._say(said, x + 26)
        canvas.setStrokeColor(look.SOFT)
        canvas.setLineWidth(0.6)
        canvas.setDash(1, 1.6)
        canvas.line(x + 3, 0, x + 3, 10)
        canvas.setDash()
        x = self._say(tr("foot off"), x + 8)
        canvas.setFillColor(look.SOFT)
        _triangle(canvas, x + 3, 2.5)
        x = self._say(tr("mid-stance, mid-swing"), x + 9)
        if self._has_two_lines:
            canvas.translate(0, -_LEGEND_LINE)
            x = 0.0
        if self.has_band:
            canvas.setFillColor(look.BAND)
            canvas.rect(x, 1, 22, 8, stroke=0, fill=1)
            self._say(tr("typically developing children, mean ± 1 SD"), x + 26)

    def _say(self, said: str, x: float) -> float:
        canvas: Canvas = self.canv
        canvas.setFillColor(look.INK)
        canvas.setFont(look.REGULAR, 7.4)
        canvas.drawString(x, 2.4, said)
        return x + float(pdfmetrics.stringWidth(said, look.REGULAR, 7.4)) + 16
