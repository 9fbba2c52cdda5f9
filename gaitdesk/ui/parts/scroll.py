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


def bring_into_sight(widget: QWidget, margin: int) -> None:
    """Scroll to a widget, in every scroll area around it.

    Args:
        widget: What is to be seen.
        margin: How much above and below it is to be seen as well, screen points.
    """
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget, 0, margin)
        around = around.parentWidget()
