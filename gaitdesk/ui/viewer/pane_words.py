"""What stands in words over a film: its title and frame, notes, and why there is no picture."""

from __future__ import annotations

import functools

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gaitdesk.ui.theme import letter_scale
from gaitdesk.ui.viewer.pictures import GROUND_RGB

GROUND = QColor(*GROUND_RGB)
"""Behind films, in the dark theme and the light one: what surrounds a picture must not glare."""

_WORDS = QColor(235, 238, 242)
_FAINT_WORDS = QColor(180, 186, 194)
_PLATE = QColor(*GROUND_RGB, 190)
_DENSE_PLATE = QColor(*GROUND_RGB, 220)
_MOST_COVERED = 0.26
"""So much of a pane's height words at its foot may take."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


def paint_header(painter: QPainter, pane: QRect, left: str, right: str) -> None:
    """A strip along the upper edge; the words on the left give way to those on the right.

    What stands after a dot is left out before anything is cut.
    """
    metrics = _set_font(painter, 12)
    box = QRectF(0, 0, pane.width(), metrics.height() + 9)
    painter.fillRect(box, _PLATE)
    inner = box.adjusted(9, 1, -9, 0)
    painter.setPen(_WORDS)
    painter.drawText(inner, _RIGHT, right)
    room = inner.width() - metrics.horizontalAdvance(right) - 16
    painter.setPen(_FAINT_WORDS)
    title = left if metrics.horizontalAdvance(left) <= room else left.partition(" · ")[0]
    shortened = _shortened(painter.font().toString(), title, max(0, round(room)))
    painter.drawText(inner, _LEFT, shortened)


def paint_foot(painter: QPainter, pane: QRect, words: str) -> None:
    """A plate at the lower edge, as large as the words need."""
    metrics = _set_font(painter, 13)
    room = QRectF(0, 0, pane.width() - 44.0, pane.height() / 2.0)
    if metrics.boundingRect(room, _WRAPPED, words).height() > _MOST_COVERED * pane.height():
        # In a low pane the words would hide what they are about.
        words = _shortened(painter.font().toString(), words, round(room.width()))
    needed = metrics.boundingRect(room, _WRAPPED, words).size()
    width, height = needed.width() + 20.0, needed.height() + 8.0
    box = QRectF((pane.width() - width) / 2, pane.height() - height - 6, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_DENSE_PLATE)
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_WORDS)
    painter.drawText(box.adjusted(10, 4, -10, -4), _WRAPPED, words)


def paint_middle(painter: QPainter, pane: QRect, words: str) -> None:
    """Words where the picture would be."""
    _set_font(painter, 14)
    painter.setPen(_FAINT_WORDS)
    painter.drawText(QRectF(pane).adjusted(28, 36, -28, -36), _WRAPPED, words)


def _set_font(painter: QPainter, size_px: int) -> QFontMetricsF:
    font, metrics = _font(painter.font().toString(), round(size_px * letter_scale()))
    painter.setFont(font)
    return metrics


@functools.lru_cache(maxsize=16)
def _font(base: str, size_px: int) -> tuple[QFont, QFontMetricsF]:
    font = QFont()
    font.fromString(base)
    font.setPixelSize(size_px)
    return font, QFontMetricsF(font)


@functools.lru_cache(maxsize=64)
def _shortened(base: str, words: str, room: int) -> str:
    font = QFont()
    font.fromString(base)
    return QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
