"""One film: its picture, what was found drawn over it, and the tools that touch it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.shapes import Shape
from gaitdesk.i18n import tr
from gaitdesk.perception.overlay import MASK_COLOUR, line_scale
from gaitdesk.report.words import plane_word, view_words
from gaitdesk.ui.viewer.following import Cut, Whereabouts, whereabouts
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.joint_tool import JointTool
from gaitdesk.ui.viewer.layers import (
    Layer,
    Layers,
    layer_shapes,
    mask_outline,
    pass_at,
)
from gaitdesk.ui.viewer.pane_words import GROUND, paint_foot, paint_header, paint_middle
from gaitdesk.ui.viewer.pictures import Picture, part_view, whole_view
from gaitdesk.ui.viewer.shape_painter import paint_shapes, qt_colour
from gaitdesk.ui.viewer.tools import LookTool, Tool

_VEIL = QColor(17, 19, 23, 150)
_ZOOM_A_NOTCH = 1.2
_SETTLED_MS = 150
_DRAWN = (Layer.TRAIL, Layer.SKELETON, Layer.ANGLES, Layer.EVENTS)


class FilmPane(QWidget):
    """Shows one film's frame; it is told what to show and announces what is done to it.

    Signals:
        activated: It was clicked or given the keyboard.
        size_settled: Width and height of the fitted picture, device pixels.
        frame_painted: Number of the frame that is now on the screen.
        corrected: An `Edit` of what was found, made by a tool.
        menu_wanted: The place on the screen where a menu was asked for.
        following_ended: It was zoomed or moved by hand and no longer follows the child.
    """

    activated = Signal()
    size_settled = Signal(int, int)
    frame_painted = Signal(int)
    corrected = Signal(object)
    menu_wanted = Signal(object)
    following_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._film: FilmAnalysis | None = None
        self._film_index = 0
        self._picture: Picture | None = None
        self._layers = Layers()
        self._note = self._error = ""
        self._evidence: tuple[int, tuple[Shape, ...], str] | None = None
        self._is_waiting = False
        self._is_lead = False
        self._can_correct = True
        self._framing = Framing(1.0, 0.0, 0.0)
        self._is_fitted = True
        self._whereabouts: Whereabouts | None = None
        self._cut: Cut | None = None
        self._preview: FilmAnalysis | None = None
        self.joints = JointTool(self)
        self._look = LookTool(self)
        self._tool: Tool = self.joints
        self._pressed: Tool | None = None
        self._shown: tuple[object, QImage, Image] | None = None
        self._outline: tuple[object, tuple[FloatArray, ...]] | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self._announce_size)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)

    # What is shown.

    def show_film(self, film: FilmAnalysis | None, index: int = 0) -> None:
        """Show another film, or the same with other findings, or none; the picture follows.

        Args:
            film: The film.
            index: Its index in the analysis.
        """
        is_same = (
            film is not None and self._film is not None and film.video.path == self._film.video.path
        )
        self._film, self._film_index = film, index
        self._whereabouts = None if film is None else whereabouts(film)
        self._preview = self._outline = None
        self._tool.findings_changed()
        self.setAccessibleName(
            tr("No film")
            if film is None
            else tr("{plane} film, {name}").format(
                plane=plane_word(film.plane), name=film.video.path.name
            )
        )
        if not is_same:
            self._picture = self._shown = self._evidence = None
            self._note = self._error = ""
            self._reframe()
        self.update()

    def show_picture(self, picture: Picture) -> None:
        """Show a frame of the film."""
        is_other = picture.frame != self.shown_frame
        self._picture = picture
        if is_other:
            self._tool.frame_changed()
        if self._cut is not None:
            self._reframe()
        self._error = ""
        self._is_waiting = False
        self.update()

    def show_waiting(self, is_waiting: bool) -> None:
        """Say whether another frame than the one shown is on its way."""
        if is_waiting != self._is_waiting:
            self._is_waiting = is_waiting
            self.update()

    def show_note(self, note: str) -> None:
        """Dim the picture and say why; an empty note ends that."""
        if note != self._note:
            self._note = note
            self.update()

    def show_error(self, error: str) -> None:
        """Say instead of the picture why there is none."""
        self._error = error
        self._is_waiting = False
        self.update()

    def show_layers(self, layers: Layers) -> None:
        """Draw these layers over the film."""
        self._layers = layers
        self.update()

    def show_evidence(self, frame: int, shapes: tuple[Shape, ...], words: str) -> None:
        """Draw an item's angle and limits over one frame, as long as that frame is shown."""
        self._evidence = (frame, shapes, words)
        self.update()

    def clear_evidence(self) -> None:
        """Draw no item's angle any more."""
        if self._evidence is not None:
            self._evidence = None
            self.update()

    def set_lead(self, is_lead: bool) -> None:
        """Say whether stepping goes by this film's frames."""
        if is_lead != self._is_lead:
            self._is_lead = is_lead
            self.update()

    def set_correcting(self, can_correct: bool) -> None:
        """Say whether tools may correct, which they may not while the film plays."""
        self._can_correct = can_correct
        if not can_correct:
            self._tool.leave()

    @property
    def shown_frame(self) -> int | None:
        """Number of the frame on the screen; None before the first."""
        return None if self._picture is None else self._picture.frame

    @property
    def framing(self) -> Framing:
        """Where the picture lies in the pane."""
        return self._framing

    @property
    def film(self) -> FilmAnalysis | None:
        """The film shown."""
        return self._film

    @property
    def film_index(self) -> int:
        """Index of the film in the analysis."""
        return self._film_index

    @property
    def shown_film(self) -> FilmAnalysis | None:
        """The film as it is drawn: as a tool previews it, or as it was found."""
        return self._film if self._preview is None else self._preview

    @property
    def layers(self) -> Layers:
        """What is drawn over the film."""
        return self._layers

    @property
    def can_correct(self) -> bool:
        """Whether tools may correct what is shown."""
        return self._can_correct and not self._note and not self._error

    # Tools.

    @property
    def tool(self) -> Tool:
        """What mouse and keys are given to first."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Give mouse and keys to another tool."""
        self._tool.cancel()
        self._tool.leave()
        self._tool = tool
        self.unsetCursor()
        self.update()

    def preview(self, film: FilmAnalysis | None) -> None:
        """Draw other findings than the film's until those change; None ends that."""
        self._preview = film
        self.update()

    # Zoom.

    @property
    def is_fitted(self) -> bool:
        """Whether the whole picture is shown."""
        return self._is_fitted

    def shift(self, dx: float, dy: float) -> None:
        """Move an enlarged picture by screen points."""
        if not self._is_fitted:
            self._leave_following()
            moved = self._framing.moved(dx, dy)
            self._framing = moved.held(self._size(), self._room())
            self.update()

    def fit(self) -> None:
        """Show the whole picture."""
        self._cut = None
        self._is_fitted = True
        self._reframe()
        self.update()

    def follow(self, cut: Cut) -> None:
        """Keep the child in the middle from now on, as large as the pane allows."""
        self._cut = cut
        self._reframe()
        self.update()

    @property
    def is_following(self) -> bool:
        """Whether the child is kept in the middle."""
        return self._cut is not None

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge by a factor around a place of the pane, by default its middle."""
        if self._film is None:
            return
        centre = QPointF(self.rect().center()) if at is None else at
        least = Framing.fitting(self._size(), self._room()).scale
        framing = self._framing.zoomed(factor, centre.x(), centre.y(), least)
        self._leave_following()
        self._framing = framing.held(self._size(), self._room())
        self._is_fitted = framing.scale <= least * 1.001
        if self._is_fitted:
            self._reframe()
        self.update()

    def _size(self) -> tuple[int, int]:
        if self._film is None:
            return 16, 9
        return self._film.video.width, self._film.video.height

    def _room(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def _reframe(self) -> None:
        """The whole picture, or the child where it is followed."""
        self._framing = Framing.fitting(self._size(), self._room())
        frame = self.shown_frame
        if self._cut is None or frame is None or self._whereabouts is None:
            return
        framing = self._whereabouts.framing(frame, self._cut, self._size(), self._room())
        self._is_fitted = framing == self._framing
        self._framing = framing

    def _leave_following(self) -> None:
        if self._cut is not None:
            self._cut = None
            self.following_ended.emit()

    def _fitted_px(self) -> tuple[int, int]:
        """Size of the fitted picture, device pixels."""
        ratio = self.devicePixelRatioF()
        scale = Framing.fitting(self._size(), self._room()).scale
        width, height = self._size()
        return max(1, round(scale * width * ratio)), max(1, round(scale * height * ratio))

    def _announce_size(self) -> None:
        if self._film is not None:
            self.size_settled.emit(*self._fitted_px())

    # Painting.

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._is_fitted or self._cut is not None:
            self._reframe()
        else:
            self._framing = self._framing.held(self._size(), self._room())
        self._settling.start()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        if self._film is None:
            paint_middle(painter, self.rect(), tr("No film"))
        elif self._error:
            paint_middle(painter, self.rect(), self._error)
            self._paint_header(painter)
        else:
            if self._picture is not None:
                self._paint_picture(painter, self._picture)
                self._paint_found(painter, self._picture.frame)
                if self._note:
                    painter.fillRect(self.rect(), _VEIL)
            else:
                paint_middle(painter, self.rect(), tr("Opening the film …"))
            self._paint_header(painter)
            self._paint_foot(painter)
        if self._is_lead:
            painter.setPen(QPen(self.palette().highlight().color(), 2.0))
            painter.drawLine(0, 1, self.width(), 1)
        painter.end()
        if self._picture is not None and not self._error:
            self.frame_painted.emit(self._picture.frame)

    def _paint_picture(self, painter: QPainter, picture: Picture) -> None:
        ratio = self.devicePixelRatioF()
        key = (id(picture), self._framing, self.size(), ratio, self._is_fitted)
        if self._shown is None or self._shown[0] != key:
            pixels = self._pixels(picture, ratio)
            height, width = pixels.shape[:2]
            image = QImage(
                pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888
            )
            image.setDevicePixelRatio(ratio)
            # The pixels are kept beside the image, which does not hold them itself.
            self._shown = (key, image, pixels)
        if self._is_fitted:
            corner = QPointF(
                round(self._framing.left * ratio) / ratio, round(self._framing.top * ratio) / ratio
            )
            painter.drawImage(corner, self._shown[1])
        else:
            painter.drawImage(QPointF(0.0, 0.0), self._shown[1])

    def _pixels(self, picture: Picture, ratio: float) -> Image:
        """What is seen of a picture, at the screen's own pixels."""
        if self._is_fitted:
            return whole_view(picture, *self._fitted_px())
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        framing = self._framing
        return part_view(
            picture, framing.scale * ratio, framing.left * ratio, framing.top * ratio, size
        )

    def _paint_found(self, painter: QPainter, frame: int) -> None:
        film = self.shown_film
        if film is None or frame >= len(film.pose):
            return
        room = QRectF(self.rect()).adjusted(4, 30, -4, -30)
        width_scale = line_scale(min(self.height(), 1080))
        mask = self._layers.look(Layer.MASK)
        if mask.is_on:
            self._paint_mask(painter, film, frame, mask.opacity)
        plates: list[QRectF] = []
        points = film.pose.points_px[frame]
        has_evidence = self._evidence is not None and self._evidence[0] == frame
        for layer in _DRAWN:
            look = self._layers.look(layer)
            # The item's angle wants the room that names of events would take.
            is_in_the_way = has_evidence and layer in (Layer.EVENTS, Layer.ANGLES)
            if look.is_on and look.opacity > 0 and not is_in_the_way:
                paint_shapes(
                    painter,
                    layer_shapes(film, frame, layer, points, self._layers.trail_of),
                    self._framing,
                    room,
                    width_scale=width_scale,
                    opacity=look.opacity,
                    plates=plates,
                )
        if self._evidence is not None and self._evidence[0] == frame:
            paint_shapes(
                painter,
                self._evidence[1],
                self._framing,
                room,
                width_scale=width_scale,
                plates=plates,
            )
        self._tool.paint(painter, room)

    def _paint_mask(
        self, painter: QPainter, film: FilmAnalysis, frame: int, opacity: float
    ) -> None:
        mask = None if film.mask is None else film.mask.frames[frame]
        if mask is None:
            return
        if self._outline is None or self._outline[0] is not mask:
            self._outline = (mask, mask_outline(mask))
        path = QPainterPath()
        corner = np.array([self._framing.left, self._framing.top])
        for edge in self._outline[1]:
            places = (corner + self._framing.scale * edge).tolist()
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in places]))
            path.closeSubpath()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(qt_colour(MASK_COLOUR, min(1.0, opacity + 0.4)), 1.0))
        painter.setBrush(qt_colour(MASK_COLOUR, opacity))
        painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_header(self, painter: QPainter) -> None:
        """Which film and view, and on the right which frame and when."""
        assert self._film is not None
        video = self._film.video
        right = ""
        if self._picture is not None and not self._error:
            right = tr("{frame} / {frames}   {seconds} s").format(
                frame=self._picture.frame + 1,
                frames=video.frame_count,
                seconds=f"{float(video.times_s[self._picture.frame]):.3f}",
            )
            if self._is_waiting:
                right = tr("loading …   {place}").format(place=right)
        paint_header(painter, self.rect(), self._title(), right)

    def _title(self) -> str:
        """View and name of the film."""
        assert self._film is not None
        here = None if self.shown_frame is None else pass_at(self._film, self.shown_frame)
        seen = plane_word(self._film.plane) if here is None else view_words(here.view)
        return tr("{view} · {name}").format(
            view=seen[:1].upper() + seen[1:], name=self._film.video.path.name
        )

    def _paint_foot(self, painter: QPainter) -> None:
        """What the film cannot show, or what the item shows."""
        words = self._note
        if not words and self._evidence is not None and self._evidence[0] == self.shown_frame:
            words = self._evidence[2]
        if not words:
            return
        paint_foot(painter, self.rect(), words)

    # Hand and mouse.

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if self._tool.wants(event):
                event.accept()
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._tool.wheel(event):
            event.accept()
            return
        notches = event.angleDelta().y() / 120.0
        if notches:
            self.zoom(_ZOOM_A_NOTCH**notches, event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        tools = (self._tool, self._look)
        self._pressed = next((tool for tool in tools if tool.press(event)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            self._pressed.move(event)
            return
        shape = self._tool.hover(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if shape is None else shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        self.unsetCursor()
        if pressed is not None:
            pressed.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._tool.takes_all:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._leave_following()
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._tool.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._tool.is_busy:
            self._tool.cancel()
        elif not self._tool.key(event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        if not (is_by_mouse and self._tool.takes_all):
            self.menu_wanted.emit(event.globalPos())

    def focusInEvent(self, event: QEvent) -> None:
        self.activated.emit()
        self.update()
