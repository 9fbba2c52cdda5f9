"""A drawing kept as a picture until what it shows changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from gaitdesk.i18n import language
from gaitdesk.ui.theme import current


class Drawn:
    """Draws a widget anew only where it looks otherwise than before.

    Whenever something beside it moves, Qt has it painted again as it was; a form of such drawings
    would take the window several times as long.

    Args:
        widget: What is drawn. It stands on the ground of panels, and covers all of its rectangle.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._shown: tuple[object, ...] = ()
        self._picture = QPixmap()

    def paint(
        self, shown: tuple[object, ...], draw: Callable[[QPainter], None], height: int | None = None
    ) -> None:
        """Paint the widget, in its paint event.

        Args:
            shown: All that the drawing depends on, besides size, font, theme and language.
            draw: Draws it, with a painter that has the widget's font.
            height: Of the drawing, where that stands in the middle of the widget whatever the
                widget's height; None for all of it.
        """
        widget, ratio = self._widget, self._widget.devicePixelRatioF()
        painter = QPainter(widget)
        size = QSize(widget.width(), widget.height() if height is None else height)
        top = (widget.height() - size.height()) // 2
        if not ratio.is_integer():
            # Between two points of the screen a picture would be blurred.
            painter.translate(0, top)
            draw(painter)
            return
        theme = current()
        wanted = (size, ratio, widget.font(), theme, language(), *shown)
        if wanted != self._shown:
            self._picture = self._drawn(size, ratio, QColor(theme.surface), draw)
            self._shown = wanted
        painter.drawPixmap(0, top, self._picture)

    def _drawn(
        self, size: QSize, ratio: float, ground: QColor, draw: Callable[[QPainter], None]
    ) -> QPixmap:
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(ground)
        painter = QPainter(picture)
        painter.setFont(self._widget.font())
        draw(painter)
        painter.end()
        return picture
