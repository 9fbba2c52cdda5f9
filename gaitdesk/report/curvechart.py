"""Joint angles over the gait cycle, both limbs over the normative band, drawn as vectors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import CycleCurve, Variable
from gaitdesk.gait.norms import NormalCurve
from gaitdesk.i18n import clauses, percent, sentences, tr
from gaitdesk.report import look, words
from gaitdesk.report.lettering import BOLD, REGULAR, width_of, write
from gaitdesk.report.look import Stroke
from gaitdesk.report.tagging import tagged

_LEGEND_LINE = 12.0
_TICK_STEPS = (1, 2, 5, 10, 20, 30, 40, 50, 100)


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of a chart, and how it is drawn.

    Attributes:
        label: Whose it is, as "left" or the day of a visit.
        curve: The angle over the cycle.
        stroke: How it is drawn.
        has_events: Whether foot off, mid-stance and mid-swing are marked.
    """

    label: str
    curve: CycleCurve
    stroke: Stroke
    has_events: bool = True


def limb_lines(curves: Mapping[Side, CycleCurve]) -> tuple[Line, ...]:
    """The curves of both limbs, each drawn as its limb is everywhere."""
    return tuple(
        Line(words.side_word(side), curves[side], look.SIDE_STROKES[side])
        for side in Side
        if side in curves
    )


class CurveChart(Flowable):  # type: ignore[misc]
    """One angle over the gait cycle, of both limbs or several visits, over the normative band.

    Args:
        variable: Which angle.
        lines: The curves; later ones are drawn over earlier ones.
        norm: Mean and spread of typically developing children, or None.
        width: Points.
        height: Points.
        limb: What is said after the angle's name, as which limb it is.
    """

    def __init__(
        self,
        variable: Variable,
        lines: Sequence[Line],
        norm: NormalCurve | None,
        width: float,
        height: float,
        limb: str = "",
    ) -> None:
        super().__init__()
        self.variable, self.lines, self.norm, self.limb = variable, tuple(lines), norm, limb
        self.width, self.height = width, height
        self._left, self._bottom, self._top = 27.0, 15.0, 26.0
        self._low, self._high, self._step = _axis([one.curve for one in lines], norm)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width, self.height

    @property
    def title(self) -> str:
        """Which angle, and of which limb."""
        name = words.variable_name(self.variable)
        return tr("{name}, {limb}").format(name=name, limb=self.limb) if self.limb else name

    @property
    def alt(self) -> str:
        """The curves in words, for those who have them read aloud."""
        said = [tr("{name} over the gait cycle.").format(name=self.title)]
        for one in self.lines:
            known = one.curve.mean[np.isfinite(one.curve.mean)]
            if len(known):
                said.append(
                    tr("{label}: from {low}° to {high}°.").format(
                        label=one.label,
                        low=words.number(float(known.min())),
                        high=words.number(float(known.max())),
                    )
                )
        return sentences(said)

    def draw(self) -> None:
        with tagged(self.canv, "Figure", alt=self.alt, size=(self.width, self.height)):
            self._draw()

    def _draw(self) -> None:
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
        for one in self.lines:
            self._draw_curve(one)
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
        write(canvas, self._left, self.height - 9, self.title, BOLD, 8.6)
        negative, positive = words.variable_ends(self.variable)
        canvas.setFillColor(look.SOFT)
        said = tr("degrees; + {positive}, − {negative}").format(
            positive=positive, negative=negative
        )
        write(canvas, self._left, self.height - 19, said, REGULAR, 6.4)

    def _draw_axes(self) -> None:
        canvas: Canvas = self.canv
        canvas.setLineWidth(0.3)
        value = self._low
        while value <= self._high + 1e-6:
            y = self._y(value)
            canvas.setStrokeColor(look.HAIRLINE)
            canvas.line(self._x(0) - 2.5, y, self._x(0), y)
            canvas.setFillColor(look.SOFT)
            write(canvas, self._x(0) - 4, y - 2.3, words.number(value), REGULAR, 6.6, 1)
            value += self._step
        for pct in (0, 20, 40, 60, 80, 100):
            x = self._x(pct)
            canvas.line(x, self._bottom, x, self._bottom - 2.5)
            if pct == 100:
                write(canvas, x + 4, self._bottom - 9.5, percent(str(pct)), REGULAR, 6.6, 1)
            else:
                write(canvas, x, self._bottom - 9.5, str(pct), REGULAR, 6.6, 0.5)

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

    def _draw_curve(self, line: Line) -> None:
        canvas: Canvas = self.canv
        curve = line.curve
        canvas.setStrokeColor(line.stroke.colour)
        canvas.setFillColor(line.stroke.colour)
        if line.has_events:
            self._draw_events(curve)
        canvas.setLineWidth(line.stroke.width)
        canvas.setLineJoin(1)
        canvas.setDash(*([list(line.stroke.dashes)] if line.stroke.dashes else []))
        for run in _runs(curve.mean):
            path = canvas.beginPath()
            path.moveTo(self._x(run[0]), self._y(float(curve.mean[run[0]])))
            for pct in run[1:]:
                path.lineTo(self._x(pct), self._y(float(curve.mean[pct])))
            canvas.drawPath(path, stroke=1, fill=0)
        canvas.setDash()

    def _draw_events(self, curve: CycleCurve) -> None:
        canvas: Canvas = self.canv
        if math.isfinite(curve.foot_off_pct):
            x = self._x(curve.foot_off_pct)
            canvas.setLineWidth(0.6)
            canvas.setDash(1, 1.6)
            canvas.line(x, self._bottom, x, self._bottom + self._plot_height)
            # Long enough to be told apart from the dots: a foot leaving the ground.
            canvas.setDash()
            canvas.setLineWidth(1.4)
            canvas.line(x, self._bottom, x, self._bottom + 4)
        for pct in (curve.mid_stance_pct, curve.mid_swing_pct):
            if math.isfinite(pct):
                _triangle(canvas, self._x(pct), self._bottom)

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


def _axis(curves: Sequence[CycleCurve], norm: NormalCurve | None) -> tuple[float, float, int]:
    """Lowest and highest value of the axis, whole steps, and the step."""
    shown: list[FloatArray] = [curve.mean for curve in curves]
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
    """What the lines and the band of the curves mean, on as many lines of text as that takes.

    Args:
        lines: One of each kind of line, with the words for it.
        has_events: Whether foot off and the like are marked in the charts.
        has_band: Whether they have a normative band.
        width: Points.
    """

    def __init__(
        self, lines: Sequence[tuple[Stroke, str]], has_events: bool, has_band: bool, width: float
    ) -> None:
        super().__init__()
        self.width = width
        self._keys: list[tuple[str, Stroke | None, str, float]] = [
            ("line", line, said, 26.0) for line, said in lines
        ]
        if has_events:
            self._keys.append(("foot off", None, tr("foot off"), 8.0))
            self._keys.append(("feet pass", None, tr("mid-stance, mid-swing"), 9.0))
        if has_band:
            said = tr("typically developing children, mean ± 1 SD")
            self._keys.append(("band", None, said, 26.0))
        self._rows = self._arranged()

    def _arranged(self) -> list[list[tuple[str, Stroke | None, str, float]]]:
        rows: list[list[tuple[str, Stroke | None, str, float]]] = [[]]
        room = self.width
        for key in self._keys:
            needed = key[3] + width_of(key[2], REGULAR, 7.4)
            if needed > room and rows[-1]:
                rows.append([])
                room = self.width
            rows[-1].append(key)
            room -= needed + 16
        return rows

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width, 2.0 + _LEGEND_LINE * len(self._rows)

    def draw(self) -> None:
        said = clauses(key[2] for key in self._keys)
        with tagged(self.canv, "Figure", alt=said, size=self.wrap(0, 0)):
            for number, row in enumerate(self._rows):
                self._draw_row(row, _LEGEND_LINE * (len(self._rows) - 1 - number))

    def _draw_row(self, row: Sequence[tuple[str, Stroke | None, str, float]], y: float) -> None:
        canvas: Canvas = self.canv
        x = 0.0
        for kind, line, said, room in row:
            if line is not None:
                canvas.setStrokeColor(line.colour)
                canvas.setLineWidth(line.width)
                canvas.setDash(*([list(line.dashes)] if line.dashes else []))
                canvas.line(x, y + 5, x + 22, y + 5)
                canvas.setDash()
            elif kind == "foot off":
                canvas.setStrokeColor(look.SOFT)
                canvas.setLineWidth(0.6)
                canvas.setDash(1, 1.6)
                canvas.line(x + 3, y, x + 3, y + 10)
                canvas.setDash()
            elif kind == "feet pass":
                canvas.setFillColor(look.SOFT)
                _triangle(canvas, x + 3, y + 2.5)
            else:
                canvas.setFillColor(look.BAND)
                canvas.rect(x, y + 1, 22, 8, stroke=0, fill=1)
            canvas.setFillColor(look.INK)
            x += room + write(canvas, x + room, y + 2.4, said, REGULAR, 7.4) + 16
