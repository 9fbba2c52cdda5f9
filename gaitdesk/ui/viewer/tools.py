"""Ways of touching the picture, each a tool that a pane gives its mouse and keys to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.film_pane import FilmPane


class Tool:
    """One way of touching a pane's picture; it takes what it knows to use, and leaves the rest.

    A tool announces what was done as an `Edit` by `FilmPane.corrected`, and shows it meanwhile by
    `FilmPane.preview`, which stays until the findings are shown anew.

    Attributes:
        pane: The pane it works on.
        takes_all: Whether the right button and the second press of two quick ones are the tool's
            as well, rather than a menu and the whole picture.
        draws_mask: Whether it draws the patient's mask itself, whatever layers are shown.
    """

    takes_all = False
    draws_mask = False

    def __init__(self, pane: FilmPane) -> None:
        self.pane = pane

    @property
    def is_busy(self) -> bool:
        """Whether something was begun that Esc would cancel."""
        return False

    def press(self, event: QMouseEvent) -> bool:
        """A button was pressed; whether the tool takes it, and so all until its release."""
        return False

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved after a press that was taken."""

    def release(self, event: QMouseEvent) -> None:
        """The button of a press that was taken was let go."""

    def hover(self, place: QPointF) -> Qt.CursorShape | None:
        """The mouse moved with no button pressed; the cursor to show, None for the usual one."""
        return None

    def wheel(self, event: QWheelEvent) -> bool:
        """The wheel was turned; whether the tool takes it."""
        return False

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is the tool's even where it does something else in the window."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """A key was pressed; whether the tool takes it."""
        return False

    def cancel(self) -> None:
        """Begin anew: forget what was begun."""

    def leave(self) -> None:
        """The mouse has left the picture."""

    def frame_changed(self) -> None:
        """Another frame is shown than before."""

    def findings_changed(self) -> None:
        """The film, or what was found in it, is another than before."""

    def paint_under(self, painter: QPainter) -> None:
        """Draw what lies between the picture and what was found in it."""

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Draw what the tool shows over picture and findings.

        Args:
            painter: In screen points of the pane.
            room: Where words may stand.
        """


class LookTool(Tool):
    """Moves an enlarged picture about; what no other tool takes."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self._grip: QPointF | None = None

    def press(self, event: QMouseEvent) -> bool:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return False
        self._grip = event.position()
        if not self.pane.is_fitted:
            self.pane.setCursor(Qt.CursorShape.ClosedHandCursor)
        return True

    def move(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            step = event.position() - self._grip
            self._grip = event.position()
            self.pane.shift(step.x(), step.y())

    def release(self, event: QMouseEvent) -> None:
        self._grip = None
