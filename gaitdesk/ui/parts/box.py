"""A place for a panel that is made later."""

from __future__ import annotations

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
