"""A window of its own for a part of the viewer: a second screen, or the whole screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


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
        # Keys of the viewer work here as well.
        self.addActions(owner.actions())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
