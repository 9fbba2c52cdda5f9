"""A place for a panel that is made later."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Box(QWidget):
    """Holds a panel that is made when it is first looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def hold(self, panel: QWidget) -> None:
        """Put the panel in."""
        self._layout.addWidget(panel)
        # At once: a layout would wait for the next turn of the event loop.
        panel.show()


class Frame(QWidget):
    """Holds a panel that is made later, and is as large as it was before.

    Nothing around it is laid out anew, or painted again, when the panel comes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._panel: QWidget | None = None

    def hold(self, panel: QWidget) -> None:
        """Put the panel in."""
        self._panel = panel
        panel.setParent(self)
        panel.setGeometry(self.rect())
        panel.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._panel is not None:
            self._panel.setGeometry(self.rect())
