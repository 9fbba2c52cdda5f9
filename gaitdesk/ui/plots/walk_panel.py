"""Spatiotemporal values and 2D variable scores of a walk."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import Variable
from gaitdesk.i18n import clauses, tr
from gaitdesk.report.content import report_content
from gaitdesk.report.words import number, side_word, variable_name
from gaitdesk.ui.parts.spaced import SpacedEntries
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import capital

LEAST_MEANT_DEG = 5
"""A variable score below this says little: walking children differ as much from their mean."""


class WalkPanel(QWidget):
    """Shows what was measured of the walk as a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = QTableWidget(0, 5)
        self._table.setHorizontalHeaderLabels(
            [
                "",
                capital(side_word(Side.LEFT)),
                capital(side_word(Side.RIGHT)),
                tr("Walk"),
                tr("Norm of the age"),
            ]
        )
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._table.setTabKeyNavigation(False)
        self._table.setItemDelegate(SpacedEntries(self._table))
        self._table.setAccessibleName(tr("Spatiotemporal values"))
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self._source = _small("")
        self._bars = ScoreBars()
        self._bars.setFixedWidth(em(self, 17))
        self._limits = _small(
            tr(
                "2D Gait Variable Score, sagittal: mean distance from typically developing"
                " children over the cycle. Seen in the picture, not in space; below {least}° it"
                " says little."
            ).format(least=LEAST_MEANT_DEG)
        )
        left = QVBoxLayout()
        left.addWidget(self._table, 1)
        left.addWidget(self._source)
        right = QVBoxLayout()
        right.addWidget(self._bars, 1)
        right.addWidget(self._limits)
        layout = QHBoxLayout(self)
        gap = em(self, 0.7)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 1.2))
        layout.addLayout(left, 1)
        layout.addLayout(right)

    @property
    def table(self) -> QTableWidget:
        """The spatiotemporal values."""
        return self._table

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the values of a walk."""
        content = report_content(analysis)
        self._table.setRowCount(len(content.parameters))
        for row, cells in enumerate(content.parameters):
            for column, words in enumerate(cells):
                self._table.setItem(row, column, QTableWidgetItem(words))
            self._table.setRowHeight(row, em(self, 1.6))
        self._source.setText(
            content.parameter_source
            or tr("Norms by age are shown where the child's age and height were given.")
        )
        held: dict[Variable, dict[Side, float]] = {}
        for one in analysis.variable_scores:
            held.setdefault(one.variable, {})[one.side] = one.score_deg
        self._bars.show_scores(held)


class ScoreBars(QWidget):
    """Variable scores as bars, both limbs of a variable together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held: dict[Variable, dict[Side, float]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(em(self, 20), em(self, 4.0 * max(1, len(self._held)) + 2))

    def show_scores(self, held: dict[Variable, dict[Side, float]]) -> None:
        """Show the scores of each variable and limb, degrees."""
        self._held = held
        said = [
            tr("{name}, {side}: {score}°").format(
                name=variable_name(variable), side=side_word(side), score=number(score, 1)
            )
            for variable, scores in held.items()
            for side, score in scores.items()
        ]
        self.setAccessibleName(clauses(said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, unit = current(), float(em(self))
        painter.setPen(QColor(theme.soft))
        if not self._held:
            painter.drawText(
                self.rect(),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                tr("No variable score: no curve was seen over a whole cycle."),
            )
            return
        highest = max(score for scores in self._held.values() for score in scores.values())
        step = 5 if highest <= 30 else 10
        end = max(10, math.ceil(highest / step) * step)
        names = 6.5 * unit
        width = self.width() - names - 4.2 * unit
        row = min(4.0 * unit, (self.height() - 2 * unit) / len(self._held))
        bottom = row * len(self._held)
        if width * step / end < 2.4 * unit:
            step *= 2
        for value in range(0, end + 1, step):
            x = names + width * value / end
            painter.setPen(QPen(QColor(theme.outline if value == 0 else theme.hairline), 1))
            painter.drawLine(int(x), 0, int(x), int(bottom))
            painter.setPen(QColor(theme.soft))
            box = QRectF(x - 2 * unit, bottom, 4 * unit, 1.5 * unit)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value}°")
        for place, (variable, scores) in enumerate(self._held.items()):
            top = row * place
            painter.setPen(QColor(theme.ink))
            aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(
                QRectF(0, top, names - unit / 2, row),
                aligned | Qt.TextFlag.TextWordWrap,
                variable_name(variable),
            )
            bar = 0.32 * row
            for side, score in scores.items():
                y = top + 0.14 * row + (0 if side is Side.LEFT else 1.15 * bar)
                colour = QColor(theme.side(side))
                painter.setPen(QPen(colour, 1.4))
                # The left bar is full and the right one open, so that they differ in grey too.
                painter.setBrush(colour if side is Side.LEFT else Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(names, y, width * score / end, bar))
                painter.setPen(QColor(theme.ink))
                letter = tr("L", "left limb") if side is Side.LEFT else tr("R", "right limb")
                box = QRectF(names + width * score / end + unit / 2, y, 5 * unit, bar)
                painter.drawText(box, aligned, f"{letter} {number(score, 1)}°")


def _small(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "small")
    label.setWordWrap(True)
    return label
