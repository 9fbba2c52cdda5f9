"""One film: its picture, what was found drawn over it, and the tools that touch it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.shapes import Shape
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em
from gaitdesk.ui.viewer.film_words import film_name, film_title, place_words
from gaitdesk.ui.viewer.following import Cut, whereabouts
from gaitdesk.ui.viewer.found_painter import ShownEvidence, paint_found, room_for_words
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.joint_tool import JointTool
from gaitdesk.ui.viewer.layers import Layer, Layers
from gaitdesk.ui.viewer.pane_words import GROUND, paint_foot, paint_header, paint_middle
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.slide_painter import SlidePainter
from gaitdesk.ui.viewer.tools import LookTool, Tool
from gaitdesk.ui.viewer.zoom import Zoom

_VEIL = QColor(17, 19, 23, 150)
_ZOOM_A_NOTCH = 1.2
# So far a notch of the wheel moves an enlarged picture, screen points.
_MOVE_A_NOTCH = 60.0
_SETTLED_MS = 150
# The keyboard was here before, and nobody has chosen this film by its coming back.
_FOCUS_COME_BACK = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class FilmPane(QWidget):
    """Shows one film's frame; it is told what to show and announces what is done to it.

    Signals:
        activated: It was clicked or given the keyboard.
        staging_settled: The `Staging` by which it shows frames, once that no longer changes.
        frame_painted: Number of the frame that is now on the screen.
        corrected: An `Edit` of what was found, made by a tool.
        menu_wanted: The place on the screen where a menu was asked for.
        following_ended: It was zoomed or moved by hand and no longer follows the child.
    """

    activated = Signal()
    staging_settled = Signal(object)
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
        self._evidence: ShownEvidence | None = None
        self._heat: Mapping[int, tuple[Shape, ...]] = {}
        self._is_waiting = False
        self._filled_pct: int | None = None
        self._is_lead = False
        self._can_correct = True
        self._zoom = Zoom()
        self._framing = self._zoom.staging.whole
        self._preview: FilmAnalysis | None = None
        self.joints = JointTool(self)
        self._look = LookTool(self)
        self._tool: Tool = self.joints
        self._pressed: Tool | None = None
        self._slides = SlidePainter()
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self._announce_staging)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(em(self, 11), em(self, 7))

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
        if not is_same:
            self._tool.cancel()
        self._film, self._film_index = film, index
        self._zoom.whereabouts = None if film is None else whereabouts(film)
        self._preview = None
        self._tool.findings_changed()
        self.setAccessibleName(film_name(film))
        if not is_same:
            self._picture = self._evidence = None
            self._slides.forget()
            self._heat = {}
            self._note = self._error = ""
            self._zoom.by_hand = None
        self._restage()

    def show_picture(self, picture: Picture) -> None:
        """Show a frame of the film."""
        is_other = picture.frame != self.shown_frame
        self._picture = picture
        if is_other:
            self._tool.frame_changed()
        self._framing = self._zoom.staging.framing(picture.frame)
        self._error = ""
        self._is_waiting = False
        self.update()

    def show_waiting(self, is_waiting: bool) -> None:
        """Say whether another frame than the one shown is on its way."""
        if is_waiting != self._is_waiting:
            self._is_waiting = is_waiting
            self.update()

    def show_filling(self, share: float | None) -> None:
        """Say which share of the frames that playing waits for is there; None waits for none."""
        filled_pct = None if share is None else round(share * 20) * 5
        if filled_pct != self._filled_pct:
            self._filled_pct = filled_pct
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
        self._restage()

    def show_evidence(self, frame: int, shapes: tuple[Shape, ...], words: str) -> None:
        """Draw an item's angle and limits over one frame, as long as that frame is shown."""
        self.clear_evidence()
        self._evidence = ShownEvidence(frame, shapes, words)
        if self._evidence_here() is not None:
            self.update()

    def show_heat(self, heat: Mapping[int, tuple[Shape, ...]]) -> None:
        """Draw, frame by frame, what an answer of the network rests on; nothing where empty."""
        if heat or self._heat:
            self._heat = heat
            self.update()

    def clear_evidence(self) -> None:
        """Draw no item's angle any more."""
        if self._evidence_here() is not None:
            self.update()
        self._evidence = None

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
        self._restage()

    def preview(self, film: FilmAnalysis | None) -> None:
        """Draw other findings than the film's until those change; None ends that."""
        self._preview = film
        self._restage()

    # Zoom.

    @property
    def is_fitted(self) -> bool:
        """Whether the whole picture is shown."""
        return self._framing == self._zoom.staging.whole

    def shift(self, dx: float, dy: float) -> None:
        """Move an enlarged picture by screen points."""
        if not self.is_fitted:
            self._leave_following()
            self._zoom.move(self._framing.moved(dx, dy), self._size(), self._room())
            self._restage()

    def fit(self) -> None:
        """Show the whole picture."""
        self._zoom.show_whole()
        self._restage()

    def follow(self, cut: Cut) -> None:
        """Keep the child in the middle from now on, as large as the pane allows."""
        if not self._zoom.is_following(cut):
            self._zoom.follow(cut)
            self._restage()

    @property
    def is_following(self) -> bool:
        """Whether the child is kept in the middle."""
        return self._zoom.cut is not None

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge by a factor around a place of the pane, by default its middle."""
        if self._film is None:
            return
        centre = QPointF(self.rect().center()) if at is None else at
        least = self._zoom.staging.whole.scale
        framing = self._framing.zoomed(factor, centre.x(), centre.y(), least)
        self._leave_following()
        self._zoom.enlarge(framing, self._size(), self._room())
        self._restage()

    def _size(self) -> tuple[int, int]:
        if self._film is None:
            return 16, 9
        return self._film.video.width, self._film.video.height

    def _room(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def _restage(self) -> None:
        """Show frames as film, layers, zoom and size of the pane now want it."""
        film, mask = self.shown_film, self._layers.look(Layer.MASK)
        is_tinted = film is not None and mask.is_on and not self._tool.draws_mask
        self._zoom.stage(
            self._size(),
            self._room(),
            self.devicePixelRatioF(),
            film.mask if film is not None and is_tinted else None,
            mask.opacity,
            room_for_words(self.rect()).top(),
        )
        self._framing = self._zoom.staging.framing(self.shown_frame)
        self._settling.start()
        self.update()

    def _leave_following(self) -> None:
        if self._zoom.cut is not None:
            self._zoom.cut = None
            self.following_ended.emit()

    def _announce_staging(self) -> None:
        if self._film is not None:
            self.staging_settled.emit(self._zoom.staging)

    # Painting.

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._zoom.hold(self._size(), self._room())
        self._restage()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._zoom.staging.ratio != self.devicePixelRatioF():
            self._restage()
        painter = QPainter(self)
        slide = None
        if self._film is not None and self._picture is not None and not self._error:
            slide = self._slides.slide(self._picture, self._zoom.staging)
        if slide is None or not slide.fills_pane:
            painter.fillRect(self.rect(), GROUND)
        if self._film is None:
            paint_middle(painter, self.rect(), tr("No film"))
        elif self._error:
            paint_middle(painter, self.rect(), self._error)
            self._paint_header(painter)
        else:
            if self._picture is not None and slide is not None:
                self._slides.paint(painter, slide, self._zoom.staging.ratio)
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

    def _paint_found(self, painter: QPainter, frame: int) -> None:
        film = self.shown_film
        if film is None or frame >= len(film.pose):
            return
        self._tool.paint_under(painter)
        paint_found(
            painter,
            self.rect(),
            film,
            frame,
            self._framing,
            self._layers,
            self._heat.get(frame, ()),
            self._evidence_here(),
        )
        room = room_for_words(self.rect())
        self.joints.paint_by_hand(painter, room)
        self._tool.paint(painter, room)

    def _evidence_here(self) -> ShownEvidence | None:
        """The item's angle, where it was decided in the frame shown."""
        evidence = self._evidence
        return evidence if evidence is not None and evidence.frame == self.shown_frame else None

    def _paint_header(self, painter: QPainter) -> None:
        """Which film and view, and on the right which frame and when."""
        assert self._film is not None
        right = ""
        if self._picture is not None and not self._error:
            right = place_words(self._film, self._picture.frame, is_waiting=self._is_waiting)
        paint_header(painter, self.rect(), film_title(self._film, self.shown_frame), right)

    def _paint_foot(self, painter: QPainter) -> None:
        words = self.foot_words
        if words:
            paint_foot(painter, self.rect(), words)

    @property
    def foot_words(self) -> str:
        """What the film cannot show, what playing waits for, or what the item shows."""
        if self._note:
            return self._note
        if self._filled_pct is not None:
            return tr("Playing begins once enough frames are there: {percent} %").format(
                percent=self._filled_pct
            )
        evidence = self._evidence_here()
        return "" if evidence is None else evidence.words

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
        sideways, notches = (
            turn / 120.0 for turn in (event.angleDelta().x(), event.angleDelta().y())
        )
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(sideways) > abs(notches):
            self.shift(_MOVE_A_NOTCH * (sideways or notches), 0.0)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.shift(0.0, _MOVE_A_NOTCH * notches)
        elif notches:
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

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in _FOCUS_COME_BACK:
            self.activated.emit()
        self.update()
