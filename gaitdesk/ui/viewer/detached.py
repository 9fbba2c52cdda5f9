"""A window of its own for a part of the viewer: a second screen, or the whole screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

_WIDTH, _HEIGHT = 960, 600


class DetachedWindow(QWidget):
    """Holds a widget taken out of the viewer until it is closed.

    Signals:
        closed: It was closed; the widget should go back to where it came from.
    """

    closed = Signal()

    def __init__(self, widget: QWidget, title: str, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setWindowTitle(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)
        widget.show()
        # Keys of the viewer, and those of the window that it shares, work here as well.
        self.addActions(owner.actions())

    def open(self, place: QRect | None) -> None:
        """Show it where it was before, or else on a second screen, large, where there is one.

        Args:
            place: Where it was, if that is still on a screen.
        """
        owner = self.parentWidget()
        here = self.screen() if owner is None else owner.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        if place is not None and any(
            screen.availableGeometry().intersects(place) for screen in QGuiApplication.screens()
        ):
            self.setGeometry(place)
        elif others:
            room = others[0].availableGeometry()
            edge = room.height() // 20
            self.setGeometry(room.adjusted(edge, edge, -edge, -edge))
        else:
            self.resize(_WIDTH, _HEIGHT)
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()


class FullScreen(QObject):
    """Takes a widget out of its owner to fill the screen, and puts it back.

    Args:
        widget: What fills the screen.
        owner: Where it lives otherwise, the only widget of its layout.

    Signals:
        left: The widget is back.
    """

    left = Signal()

    def __init__(self, widget: QWidget, owner: QWidget) -> None:
        super().__init__(owner)
        self._widget, self._owner = widget, owner
        self._window: DetachedWindow | None = None

    def enter(self, title: str) -> None:
        """Fill the screen."""
        if self._window is None:
            self._window = DetachedWindow(self._widget, title, self._owner)
            self._window.closed.connect(self.leave)
            self._window.showFullScreen()

    def leave(self) -> None:
        """Back to where it came from."""
        window, self._window = self._window, None
        layout = self._owner.layout()
        if window is None or layout is None:
            return
        layout.addWidget(self._widget)
        window.closed.disconnect(self.leave)
        window.close()
        window.deleteLater()
        self.left.emit()
