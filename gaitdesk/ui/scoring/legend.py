"""What the signs on the form mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.domain.evgs import Direction, ItemScore, Origin, Reason, Score, State
from gaitdesk.i18n import tr
from gaitdesk.ui.parts.marks import (
    draw_badge,
    draw_certainty,
    draw_disagreement,
    draw_origin,
)
from gaitdesk.ui.theme import current, em

_PROPOSED = ItemScore(State.SCORED, Origin.RULES, Score.MODERATE, Direction.REDUCED)
_CONFIRMED = ItemScore(
    State.SCORED, Origin.REVIEWER, Score.MODERATE, Direction.REDUCED, is_confirmed=True
)
_OPEN = ItemScore(State.REVIEWER_DECIDES, Origin.RULES, reason=Reason.LOW_CONFIDENCE)
_CERTAINTY = 0.82
_DISAGREEMENT = "≠"


class Legend(QWidget):
    """Two lines that explain the signs; drawn by the same hands as the signs themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("What the signs mean"))

    def sizeHint(self) -> QSize:
        return QSize(em(self, 30), em(self, 3.6))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font()
        font.setPointSizeF(0.88 * font.pointSizeF())
        painter.setFont(font)
        self._paint_line(
            painter,
            0.0,
            (
                (_PROPOSED, tr("proposed")),
                (_CONFIRMED, tr("confirmed")),
                (_OPEN, tr("yours to decide")),
            ),
        )
        self._paint_line(
            painter,
            1.8 * em(self),
            (
                (Origin.RULES, tr("rules")),
                (Origin.NETWORK, tr("network")),
                (Origin.REVIEWER, tr("clinician")),
                (_CERTAINTY, tr("how sure")),
                (_DISAGREEMENT, tr("disagree")),
            ),
        )

    def _paint_line(
        self, painter: QPainter, top: float, entries: tuple[tuple[object, str], ...]
    ) -> None:
        theme, unit = current(), float(em(self))
        metrics = QFontMetricsF(painter.font())
        x = 0.0
        for sign, words in entries:
            box = QRectF(x, top + 0.2 * unit, 1.25 * unit, 1.25 * unit)
            match sign:
                case ItemScore():
                    draw_badge(painter, box, sign, theme)
                case Origin():
                    draw_origin(painter, box, sign, theme)
                case str():
                    draw_disagreement(painter, box, theme)
                case float():
                    draw_certainty(painter, box.adjusted(0, unit / 5, 0, -unit / 5), sign, theme)
            x = box.right() + 0.4 * unit
            width = metrics.horizontalAdvance(words)
            painter.setPen(QColor(theme.soft))
            aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(x, top, width + unit, 1.65 * unit), aligned, words)
            x += width + 1.3 * unit
