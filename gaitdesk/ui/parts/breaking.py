"""A row that breaks into lines where there is too little room, and pages that ask for their own."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QStackedWidget, QWidget

_Sized: TypeAlias = tuple[QLayoutItem, int, int]


class BreakingRow(QLayout):
    """Lays its parts out side by side, on as many lines as the width asks for.

    On a single line the parts that were pushed stand at its right end. On several lines all begin
    on the left, where the eye looks for them.

    Args:
        parent: What it lays out; None where another layout takes it in.
        gap: Between parts beside each other, screen points.
        is_centred: Whether lines stand in the middle.
    """

    def __init__(
        self, parent: QWidget | None = None, gap: int = 0, *, is_centred: bool = False
    ) -> None:
        super().__init__()
        self._parts: list[QLayoutItem] = []
        self._sizes: list[_Sized] | None = None
        self._pushed_from: int | None = None
        self._is_centred = is_centred
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)
        if parent is not None:
            parent.setLayout(self)

    def push_right(self) -> None:
        """Let the parts added from now on stand at the right end of a single line."""
        self._pushed_from = len(self._parts)

    def invalidate(self) -> None:
        # What Python is asked for by a layout is asked for many times over.
        self._sizes = None
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._sizes = None
        self._parts.append(item)

    def count(self) -> int:
        return len(self._parts)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._parts[index] if 0 <= index < len(self._parts) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        self._sizes = None
        return self._parts.pop(index) if 0 <= index < len(self._parts) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = self._lines(width)
        return sum(_height(line) for line in lines) + self._line_gap * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        shown = self._shown()
        return QSize(self._length(shown), _height(shown))

    def minimumSize(self) -> QSize:
        shown = self._shown()
        return QSize(max((width for _, width, _ in shown), default=0), _height(shown))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        lines, top = self._lines(rect.width()), rect.top()
        pushed = self._parts[self._pushed_from :] if self._pushed_from is not None else []
        for line in lines:
            left, height = rect.left(), _height(line)
            if self._is_centred:
                left += max(0, rect.width() - self._length(line)) // 2
            for number, (part, wide, high) in enumerate(line):
                if len(lines) == 1 and part in pushed:
                    rest = self._length(line[number:])
                    left = max(left, rect.right() + 1 - rest)
                part.setGeometry(QRect(left, top + (height - high) // 2, wide, high))
                left += wide + self.spacing()
            top += height + self._line_gap

    @property
    def _line_gap(self) -> int:
        return self.spacing() // 2

    def line_count(self, width: int) -> int:
        """On how many lines the parts shown stand in a width."""
        return len(self._lines(width))

    def _shown(self) -> list[_Sized]:
        """The parts that are shown, with the width and height each wants."""
        if self._sizes is None:
            hints = [(one, one.sizeHint()) for one in self._parts if not one.isEmpty()]
            self._sizes = [(one, hint.width(), hint.height()) for one, hint in hints]
        return self._sizes

    def _length(self, parts: list[_Sized]) -> int:
        gaps = self.spacing() * max(0, len(parts) - 1)
        return sum(width for _, width, _ in parts) + gaps

    def _lines(self, width: int) -> list[list[_Sized]]:
        lines: list[list[_Sized]] = []
        for part in self._shown():
            if lines and self._length([*lines[-1], part]) <= width:
                lines[-1].append(part)
            else:
                lines.append([part])
        return lines


def _height(line: list[_Sized]) -> int:
    return max((height for _, _, height in line), default=0)


class Lines(QWidget):
    """Holds a layout that breaks into lines, and is as high as these need in its width."""

    def minimumSizeHint(self) -> QSize:
        least, layout = super().minimumSizeHint(), self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return least
        return QSize(least.width(), layout.heightForWidth(max(self.width(), least.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


def breaking(*parts: QWidget, end: QWidget | None = None, gap: int = 8) -> Lines:
    """Widgets side by side, on as many lines as the width asks for.

    Args:
        parts: From left to right.
        end: Stands at the right end of a single line.
        gap: Between widgets beside each other, screen points.
    """
    lines = Lines()
    row = BreakingRow(lines, gap)
    for part in parts:
        row.addWidget(part)
    if end is not None:
        row.push_right()
        row.addWidget(end)
    return lines


def together(*parts: QWidget, gap: int = 8) -> QWidget:
    """Widgets between which no line breaks, as a field and its name."""
    held = QWidget()
    row = QHBoxLayout(held)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(gap)
    for part in parts:
        row.addWidget(part)
    return held


class PageStack(QStackedWidget):
    """Pages of which only the one that is shown asks for room."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        # Qt would lay out all the others to ask them.
        page = self.currentWidget()
        return super().sizeHint() if page is None else page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()
