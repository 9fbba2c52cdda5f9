"""Small drawings of the printed report, as vectors: score boxes, key figures, bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Score
from gaitdesk.i18n import tr
from gaitdesk.report import look, words
from gaitdesk.report.content import Headline


class ScoreBox(Flowable):  # type: ignore[misc]
    """A score as a small box that can be told apart in grey: white, tinted, dark.

    Args:
        mark: What stands in it.
        score: The score, None for an open question.
    """

    SIZE = 15.0

    def __init__(self, mark: str, score: Score | None) -> None:
        super().__init__()
        self.mark = mark
        self.score = score
        self.hAlign = "CENTER"

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.SIZE, self.SIZE

    def draw(self) -> None:
        canvas: Canvas = self.canv
        size = self.SIZE
        ink = look.INK if self.score is None else look.SCORE_INKS[self.score]
        if self.score is not None or self.mark == "?":
            canvas.setLineWidth(0.7)
            canvas.setStrokeColor(look.INK if self.score else look.SOFT)
            canvas.setFillColor(look.WHITE if self.score is None else look.SCORE_FILLS[self.score])
            if self.score is None:
                canvas.setDash(1.6, 1.4)
            canvas.roundRect(0, 0, size, size, 2.2, stroke=1, fill=1)
            canvas.setDash()
        canvas.setFillColor(ink)
        canvas.setFont(look.BOLD, 9)
        canvas.drawCentredString(size / 2, size / 2 - 3.2, self.mark)


class KeyFigure(Flowable):  # type: ignore[misc]
    """The total of one limb in large figures, with what it is out of."""

    HEIGHT = 62.0

    def __init__(self, headline: Headline, width: float, side: Side | None) -> None:
        super().__init__()
        self.headline = headline
        self.width = width
        self.side = side

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width, self.HEIGHT

    def draw(self) -> None:
        canvas: Canvas = self.canv
        held = self.headline
        canvas.setFillColor(look.PALE)
        canvas.roundRect(0, 0, self.width, self.HEIGHT, 3, stroke=0, fill=1)
        canvas.setFillColor(look.SIDE_COLOURS[self.side] if self.side else look.INK)
        canvas.rect(0, 0, 3, self.HEIGHT, stroke=0, fill=1)
        canvas.setFillColor(look.SOFT)
        canvas.setFont(look.BOLD, 8)
        canvas.drawString(13, self.HEIGHT - 15, held.label)
        canvas.setFillColor(look.INK)
        if held.points is None:
            canvas.setFont(look.BOLD, 13)
            canvas.drawString(13, 25, tr("withheld"))
        else:
            figure = str(held.points)
            canvas.setFont(look.BOLD, 23)
            canvas.drawString(13, 21, figure)
            after = 13 + pdfmetrics.stringWidth(figure, look.BOLD, 23) + 5
            canvas.setFillColor(look.SOFT)
            canvas.setFont(look.REGULAR, 8.5)
            canvas.drawString(
                after, 21, tr("of {possible} possible").format(possible=held.possible)
            )
        canvas.setFillColor(look.SOFT)
        canvas.setFont(look.REGULAR, 7.5)
        scored = tr("{scored} of {items} items scored").format(scored=held.scored, items=held.items)
        canvas.drawString(13, 8, scored)


class ScoreBars(Flowable):  # type: ignore[misc]
    """2D Gait Variable Scores as bars, both limbs of a variable together.

    Args:
        rows: Name of each variable with the score of each limb, degrees.
        width: Points.
    """

    ROW, BAR, NAMES = 25.0, 8.0, 82.0

    def __init__(self, rows: Sequence[tuple[str, Mapping[Side, float]]], width: float) -> None:
        super().__init__()
        self.rows, self.width = rows, width
        highest = max((score for _, held in rows for score in held.values()), default=0.0)
        self._step = 5 if highest <= 30 else 10
        self._end = max(10, math.ceil(highest / self._step) * self._step)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width, self.ROW * len(self.rows) + 16

    def draw(self) -> None:
        canvas: Canvas = self.canv
        top = self.ROW * len(self.rows) + 14
        canvas.setFont(look.REGULAR, 6.6)
        for value in range(0, self._end + 1, self._step):
            x = self._x(value)
            canvas.setStrokeColor(look.SOFT if value == 0 else look.HAIRLINE)
            canvas.setLineWidth(0.6 if value == 0 else 0.3)
            canvas.line(x, 14, x, top)
            canvas.setFillColor(look.SOFT)
            canvas.drawCentredString(x, 4, f"{value}°")
        for i, (name, held) in enumerate(self.rows):
            middle = top - self.ROW * (i + 0.5)
            canvas.setFillColor(look.INK)
            canvas.setFont(look.REGULAR, 7.9)
            canvas.drawString(0, middle - 2.5, name)
            for side in Side:
                if side in held:
                    self._bar(side, held[side], middle + (1.2 if side is Side.LEFT else -9.2))

    def _x(self, value: float) -> float:
        return self.NAMES + (self.width - self.NAMES - 26) * value / self._end

    def _bar(self, side: Side, score: float, y: float) -> None:
        canvas: Canvas = self.canv
        if not math.isfinite(score):
            return
        canvas.setStrokeColor(look.SIDE_COLOURS[side])
        canvas.setLineWidth(0.8)
        # The left bar is full, the right one open, so that they differ in grey too.
        canvas.setFillColor(look.SIDE_COLOURS[side] if side is Side.LEFT else look.WHITE)
        canvas.rect(self._x(0), y, self._x(score) - self._x(0), self.BAR, stroke=1, fill=1)
        canvas.setFillColor(look.INK)
        canvas.setFont(look.REGULAR, 6.8)
        letter = tr("L", "left limb") if side is Side.LEFT else tr("R", "right limb")
        canvas.drawString(self._x(score) + 4, y + 1.6, f"{letter} {words.number(score, 1)}°")
