"""A scroll area that lets the ground behind it be seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrolling(inside: QWidget) -> QScrollArea:
    """A widget that scrolls when there is too little room; it takes no keys for itself."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    # Both are filled by Qt on the way in.
    inside.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area
