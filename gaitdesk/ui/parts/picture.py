"""A picture that keeps its proportions, and pictures from arrays."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gaitdesk.domain.arrays import Image
from gaitdesk.ui.theme import current, em


def to_qimage(image: Image) -> QImage:
    """An RGB picture of shape (height, width, 3) as a QImage of its own."""
    height, width = image.shape[:2]
    held = image if image.flags.c_contiguous else image.copy()
    return QImage(held.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class Picture(QWidget):
    """Shows a picture as large as it fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._words = ""

    def sizeHint(self) -> QSize:
        return QSize(em(self, 16), em(self, 9))

    def show_picture(self, image: QImage) -> None:
        """Show a picture; an empty one clears it."""
        self._image, self._words = image, ""
        self.update()

    def show_words(self, words: str) -> None:
        """Show words instead of a picture."""
        self._image, self._words = QImage(), words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.band))
        if self._image.isNull():
            painter.setPen(QColor(theme.soft))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words
            )
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.picture_box, self._image)

    @property
    def picture_box(self) -> QRectF:
        """Where the picture lies in the widget; empty where there is none."""
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2,
            (self.height() - size.height()) / 2,
            size.width(),
            size.height(),
        )
