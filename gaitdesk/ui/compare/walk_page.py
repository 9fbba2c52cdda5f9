"""Spatiotemporal values and Gait Variable Scores of several visits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gaitdesk.domain.gait import VariableScore
from gaitdesk.domain.measure import Measure
from gaitdesk.i18n import clauses, phrase, titled, tr
from gaitdesk.report.comparison import (
    ComparedVisit,
    measure_at,
    measured_places,
    scored_variables,
    variable_score,
)
from gaitdesk.report.words import (
    MINUS,
    measure_words,
    number,
    parameter_name,
    quantity,
    side_word,
    variable_name,
)
from gaitdesk.ui.compare.look import visit_colour, visit_pen
from gaitdesk.ui.compare.tables import ComparisonTable
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.theme import current, em


class WalkComparison(QWidget):
    """A table of what was measured of each walk, and bars of how far it is from normal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = ComparisonTable(tr("Spatiotemporal values of all visits"))
        self.bars = VisitBars()
        said = QLabel(
            tr(
                "2D Gait Variable Score, sagittal: mean distance from typically developing"
                " children over the cycle, seen in the picture; shorter is nearer to normal."
                " Differences below some 2° say little."
            )
        )
        said.setProperty("role", "small")
        said.setWordWrap(True)
        heading = QLabel(tr("2D Gait Variable Scores"))
        heading.setProperty("role", "heading")
        right = QVBoxLayout()
        right.addWidget(heading)
        right.addWidget(scrolling(self.bars), 1)
        right.addWidget(said)
        layout = QHBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 1.4))
        layout.addWidget(self.table, 3)
        layout.addLayout(right, 2)

    def show_visits(self, visits: Sequence[ComparedVisit], baseline: int) -> None:
        """Show the values, and how far they are from those of one of the visits."""
        table = self.table
        table.begin(visits, (None,))
        for place in measured_places(visits):
            parameter, side = place
            name = parameter_name(parameter)
            row = table.add_row(2.0)
            table.put(row, 0, name if side is None else phrase((name, side_word(side))))
            before = measure_at(visits[baseline], place)
            for column, visit in enumerate(visits):
                measure = measure_at(visit, place)
                if measure is None:
                    table.put(row, 1 + column, "–")
                    continue
                words = measure_words(measure)
                if column != baseline and before is not None and before.unit is measure.unit:
                    words += f"   {_apart_words(measure, before)}"
                table.put(row, 1 + column, words)
        if not table.rowCount():
            table.put(table.add_row(), 0, tr("No gait cycle was seen whole at any visit."))
        self.bars.show_visits(visits)


def _apart_words(now: Measure, before: Measure) -> str:
    """How much more than before, without the unit; "±0" for what rounds to nothing."""
    apart = quantity(abs(now.value - before.value), now.unit).split("\N{NO-BREAK SPACE}")[0]
    if not any(digit in apart for digit in "123456789"):
        return "±0"
    return f"+{apart}" if now.value > before.value else f"{MINUS}{apart}"


class VisitBars(QWidget):
    """Variable scores as bars, those of all visits of one limb and variable together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visits: tuple[ComparedVisit, ...] = ()
        self._rows: tuple[VariableScore, ...] = ()

    def show_visits(self, visits: Sequence[ComparedVisit]) -> None:
        """Show the scores of these visits."""
        self._visits, self._rows = tuple(visits), scored_variables(visits)
        said = [
            titled(
                phrase((variable_name(row.variable), side_word(row.side), visit.title)),
                f"{number(score, 1)}°",
            )
            for row in self._rows
            for visit in self._visits
            if (score := variable_score(visit, row)) is not None
        ]
        self.setAccessibleName(clauses(said))
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        row = 1.6 + 1.15 * len(self._visits) + 0.5
        return QSize(em(self, 22), em(self, row * max(1, len(self._rows)) + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, unit = current(), float(em(self))
        if not self._rows:
            painter.setPen(QColor(theme.soft))
            painter.drawText(
                self.rect(),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                tr("No variable score: no curve was seen over a whole cycle."),
            )
            return
        scores = [
            score
            for row in self._rows
            for visit in self._visits
            if (score := variable_score(visit, row)) is not None
        ]
        end = max(10.0, 5.0 * math.ceil(max(scores, default=0.0) / 5.0))
        width = self.width() - 4.5 * unit
        bar = 0.8 * unit
        top = 0.2 * unit
        for row in self._rows:
            painter.setPen(QColor(theme.side(row.side)))
            words = tr("{variable}, {side}").format(
                variable=variable_name(row.variable), side=side_word(row.side)
            )
            painter.drawText(QRectF(0, top, self.width(), 1.5 * unit), words)
            top += 1.5 * unit
            painter.setPen(QPen(QColor(theme.outline), 1))
            foot = top + 1.15 * unit * len(self._visits)
            painter.drawLine(0, int(top), 0, int(foot))
            for place, visit in enumerate(self._visits):
                score = variable_score(visit, row)
                y = top + 1.15 * unit * place
                painter.setPen(QColor(theme.soft if score is None else theme.ink))
                if score is None:
                    box = QRectF(0.5 * unit, y - 0.3 * unit, width, 1.4 * unit)
                    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "–")
                    continue
                length = width * score / end
                painter.setPen(visit_pen(place, 1.6))
                colour = QColor(visit_colour(place))
                # The first visit is full and later ones open, so that they differ in grey too.
                painter.setBrush(colour if place == 0 else Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(0.5, y + 0.1 * unit, length, bar))
                painter.setPen(QColor(theme.ink))
                painter.drawText(
                    QRectF(length + 0.5 * unit, y - 0.2 * unit, 5 * unit, bar + 0.6 * unit),
                    Qt.AlignmentFlag.AlignVCenter,
                    f"{number(score, 1)}°",
                )
            top = foot + 0.5 * unit
