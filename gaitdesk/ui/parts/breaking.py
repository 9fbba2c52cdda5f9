"""A row that becomes a column where there is too little room, and pages that ask for their own."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStackedWidget, QWidget


class BreakingRow(QLayout):
    """Lays its parts out side by side, or one below the other where the width is too small.

    In a row each part has the width it wants and the last one the rest; in a column each has the
    whole width.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parts: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)

    def addItem(self, item: QLayoutItem) -> None:
        self._parts.append(item)

    def count(self) -> int:
        return len(self._parts)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._parts[index] if 0 <= index < len(self._parts) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._parts.pop(index) if 0 <= index < len(self._parts) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        heights = [part.sizeHint().height() for part in self._parts]
        return max(heights, default=0) if self._is_row(width) else sum(heights)

    def sizeHint(self) -> QSize:
        hints = [part.sizeHint() for part in self._parts]
        return QSize(
            sum(hint.width() for hint in hints), max((hint.height() for hint in hints), default=0)
        )

    def minimumSize(self) -> QSize:
        least = [part.minimumSize() for part in self._parts]
        return QSize(
            max((size.width() for size in least), default=0),
            max((size.height() for size in least), default=0),
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        left, top, is_row = rect.left(), rect.top(), self._is_row(rect.width())
        for number, part in enumerate(self._parts, start=1):
            hint = part.sizeHint()
            if not is_row:
                part.setGeometry(QRect(rect.left(), top, rect.width(), hint.height()))
                top += hint.height()
                continue
            is_last = number == len(self._parts)
            width = rect.right() + 1 - left if is_last else hint.width()
            part.setGeometry(QRect(left, top, width, rect.height()))
            left += width

    def _is_row(self, width: int) -> bool:
        return sum(part.sizeHint().width() for part in self._parts) <= width


class PageStack(QStackedWidget):
    """Pages of which only the one that is shown asks for room."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()
