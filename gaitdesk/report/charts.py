"""Small drawings of the printed report, as vectors: score boxes, key figures, bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Score
from gaitdesk.i18n import clauses, tr
from gaitdesk.report import look, words
from gaitdesk.report.content import Headline
from gaitdesk.report.lettering import BOLD, REGULAR, width_of, write
from gaitdesk.report.tagging import tagged


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
        with tagged(self.canv, "Span"):
            self._draw()

    def _draw(self) -> None:
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
        write(canvas, size / 2, size / 2 - 3.2, self.mark, BOLD, 9, 0.5)


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

    @property
    def alt(self) -> str:
        """The same in one sentence, for those who have it read aloud."""
        held = self.headline
        points = tr("withheld") if held.points is None else str(held.points)
        return tr(
            "{label}: {points} of {possible} possible; {scored} of {items} items scored"
        ).format(
            label=held.label,
            points=points,
            possible=held.possible,
            scored=held.scored,
            items=held.items,
        )

    def draw(self) -> None:
        with tagged(self.canv, "Figure", alt=self.alt, size=(self.width, self.HEIGHT)):
            self._draw()

    def _draw(self) -> None:
        canvas: Canvas = self.canv
        held = self.headline
        canvas.setFillColor(look.PALE)
        canvas.roundRect(0, 0, self.width, self.HEIGHT, 3, stroke=0, fill=1)
        canvas.setFillColor(look.SIDE_COLOURS[self.side] if self.side else look.INK)
        canvas.rect(0, 0, 3, self.HEIGHT, stroke=0, fill=1)
        canvas.setFillColor(look.SOFT)
        write(canvas, 13, self.HEIGHT - 15, held.label, BOLD, 8)
        canvas.setFillColor(look.INK)
        if held.points is None:
            write(canvas, 13, 25, tr("withheld"), BOLD, 13)
        else:
            figure = str(held.points)
            after = 13 + write(canvas, 13, 21, figure, BOLD, 23) + 5
            canvas.setFillColor(look.SOFT)
            possible = tr("of {possible} possible").format(possible=held.possible)
            write(canvas, after, 21, possible, REGULAR, 8.5)
        canvas.setFillColor(look.SOFT)
        scored = tr("{scored} of {items} items scored").format(scored=held.scored, items=held.items)
        write(canvas, 13, 8, scored, REGULAR, 7.5)


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

    @property
    def alt(self) -> str:
        """The same in words, for those who have it read aloud."""
        said = [
            tr("{name}, {side}: {degrees}°").format(
                name=name, side=words.side_word(side), degrees=words.number(held[side], 1)
            )
            for name, held in self.rows
            for side in Side
            if side in held
        ]
        return clauses(said)

    def draw(self) -> None:
        with tagged(self.canv, "Figure", alt=self.alt, size=self.wrap(0, 0)):
            self._draw()

    def _draw(self) -> None:
        canvas: Canvas = self.canv
        top = self.ROW * len(self.rows) + 14
        for value in range(0, self._end + 1, self._step):
            x = self._x(value)
            canvas.setStrokeColor(look.SOFT if value == 0 else look.HAIRLINE)
            canvas.setLineWidth(0.6 if value == 0 else 0.3)
            for low, high in self._clear_of_words(x, top):
                canvas.line(x, low, x, high)
            canvas.setFillColor(look.SOFT)
            write(canvas, x, 4, f"{value}°", REGULAR, 6.6, 0.5)
        for i, (name, held) in enumerate(self.rows):
            middle = top - self.ROW * (i + 0.5)
            canvas.setFillColor(look.INK)
            write(canvas, 0, middle - 2.5, name, REGULAR, 7.9)
            for side in Side:
                if side in held:
                    self._bar(side, held[side], self._foot(i, side))

    def _foot(self, row: int, side: Side) -> float:
        """Lower edge of a bar, points."""
        middle = self.ROW * (len(self.rows) - row - 0.5) + 14
        return middle + (1.2 if side is Side.LEFT else -9.2)

    def _clear_of_words(self, x: float, top: float) -> list[tuple[float, float]]:
        """The parts of an upright line at which no number is written, from below."""
        parts, low = [], 14.0
        for i, (_, held) in reversed(tuple(enumerate(self.rows))):
            for side in (Side.RIGHT, Side.LEFT):
                if not math.isfinite(held.get(side, math.nan)):
                    continue
                start = self._x(held[side])
                if start < x < start + 6 + width_of(_bar_words(side, held[side]), REGULAR, 6.8):
                    parts.append((low, self._foot(i, side)))
                    low = self._foot(i, side) + self.BAR
        return [*parts, (low, top)]

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
        write(canvas, self._x(score) + 4, y + 1.6, _bar_words(side, score), REGULAR, 6.8)


def _bar_words(side: Side, score: float) -> str:
    letter = tr("L", "left limb") if side is Side.LEFT else tr("R", "right limb")
    return f"{letter} {words.number(score, 1)}°"
