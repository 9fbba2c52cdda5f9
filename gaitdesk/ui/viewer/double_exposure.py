"""Both films' child at one moment on one picture: the first film warm, the second cool."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.domain.arrays import AnyArray, Image
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em, letter_scale
from gaitdesk.ui.viewer.following import Whereabouts, whereabouts
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.tracks import Track

WARM, COOL = (1.0, 0.55, 0.1), (0.0, 0.45, 0.9)
"""What white becomes in the first and in the second film; together they are white again."""
_GROUND = QColor(17, 19, 23)
_PLATE = QColor(17, 19, 23, 190)
_CHIPS = (QColor(255, 160, 60), QColor(110, 180, 255))
_SHAPE = 0.8
"""Width over height of the picture."""


class DoubleExposure(QWidget):
    """The frames shown of two films laid over each other, the child equally large in both.

    While one film is nudged against the other, feet that strike the ground together tell that
    the films lie right.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tracks: tuple[Track, ...] = ()
        self._places: tuple[Whereabouts | None, ...] = ()
        self._pictures: list[Picture | None] = [None, None]
        self._blend: Image | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("The child in both films, laid over each other"))
        self.setToolTip(
            tr(
                "Both films at this moment: orange the first, blue the second, white where they"
                " meet"
            )
        )

    def show_films(self, tracks: tuple[Track, ...]) -> None:
        """Show these films; whoever is followed in them is laid over themselves."""
        if [one.film for one in tracks] != [one.film for one in self._tracks]:
            self._places = tuple(whereabouts(track.film) for track in tracks)
        paths = [[one.film.video.path for one in some] for some in (tracks, self._tracks)]
        if paths[0] != paths[1] and self._tracks:
            self._pictures = [None, None]
        self._tracks = tracks
        self._refresh()

    def show_picture(self, slot: int, picture: Picture) -> None:
        """Show a frame of one of the films."""
        self._pictures[slot] = picture
        if self.isVisible():
            self._refresh()

    @property
    def blend(self) -> Image | None:
        """What is seen, shape (height, width, 3); None while a film is missing."""
        return self._blend

    def sizeHint(self) -> QSize:
        return QSize(em(self, 8.5), em(self, 10))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 8.5), em(self, 8.5))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        if self._blend is not None:
            height, width = self._blend.shape[:2]
            image = QImage(self._blend.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            scale = min(self.width() / width, self.height() / height)
            size = (width * scale, height * scale)
            left, top = (self.width() - size[0]) / 2, (self.height() - size[1]) / 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(left, top, *size), image)
        font = painter.font()
        font.setPixelSize(round(10 * letter_scale()))
        painter.setFont(font)
        line = painter.fontMetrics().height()
        for number, track in enumerate(self._tracks[:2]):
            words = painter.fontMetrics().elidedText(
                track.name, Qt.TextElideMode.ElideRight, self.width() - 8
            )
            wide = painter.fontMetrics().horizontalAdvance(words)
            painter.fillRect(QRectF(0, 2 + number * line, wide + 8, line), _PLATE)
            painter.setPen(_CHIPS[number])
            painter.drawText(QPointF(4, 2 + (number + 0.8) * line), words)
        painter.end()

    def _refresh(self) -> None:
        self._blend = self._blended() if len(self._tracks) == 2 else None
        self.update()

    def _blended(self) -> Image | None:
        high = round(max(self.height(), 40) * self.devicePixelRatioF())
        wide = round(_SHAPE * high)
        both = np.zeros((high, wide, 3), np.float32)
        for slot, colour in enumerate((WARM, COOL)):
            picture = self._pictures[slot]
            if picture is None or slot >= len(self._places):
                return None
            grey = _cut_out(picture, self._places[slot], wide, high)
            both += grey[..., None] * np.array(colour, np.float32)
        return np.ascontiguousarray(np.clip(both, 0, 255).astype(np.uint8))


def _cut_out(picture: Picture, place: Whereabouts | None, wide: int, high: int) -> AnyArray:
    """The child of a frame in grey, their hips in the middle, or the whole frame without one."""
    height, width = picture.whole.shape[:2]
    if place is None or picture.frame >= len(place.height_px):
        scale = min(wide / width, high / height)
        x, y = width / 2, height / 2
    else:
        scale = high / (1.25 * float(place.height_px[picture.frame]))
        x, y = (float(one) for one in place.hips_px[picture.frame])
        y += 0.02 * float(place.height_px[picture.frame])
    there = np.array([[scale, 0.0, wide / 2 - scale * x], [0.0, scale, high / 2 - scale * y]])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    cut = cv2.warpAffine(picture.whole, there, (wide, high), flags=how)
    return np.asarray(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), np.float32)
