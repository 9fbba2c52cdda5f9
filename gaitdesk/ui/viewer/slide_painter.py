"""A film's picture brought into its pane, pixel for pixel."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.slides import Slide, Staging, slide_of


class SlidePainter:
    """Paints pictures as they came, or makes here what has changed since they were made ready."""

    def __init__(self) -> None:
        self._made: tuple[Picture, Slide] | None = None

    def forget(self) -> None:
        """Let go of what was made here."""
        self._made = None

    def slide(self, picture: Picture, staging: Staging) -> Slide:
        """The picture as it is shown now."""
        showing = staging.showing(picture.frame)
        if picture.slide is not None and picture.slide.showing == showing:
            return picture.slide
        if self._made is None or self._made[0] is not picture or self._made[1].showing != showing:
            self._made = (picture, slide_of(picture.whole, showing))
        return self._made[1]

    def paint(self, painter: QPainter, slide: Slide, ratio: float) -> None:
        """Paint a slide.

        Args:
            painter: In screen points of the pane.
            slide: What the pane shows of the frame.
            ratio: Pixels of the screen for a screen point.
        """
        height, width = slide.pixels.shape[:2]
        if not width or not height:
            return
        # The slide outlives the image, which only looks at its pixels.
        image = QImage(
            slide.pixels.data, width, height, slide.pixels.strides[0], QImage.Format.Format_RGB32
        )
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(slide.left / ratio, slide.top / ratio), image)
