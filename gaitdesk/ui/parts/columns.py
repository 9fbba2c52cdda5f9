"""Columns side by side, of which those without room go to the next line."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


@dataclass(slots=True)
class _Column:
    """What stands in a column, and what it has said of its size since it last changed."""

    item: QLayoutItem
    least: int
    share: int
    _minimum: QSize | None = None
    _heights: dict[int, int] = field(default_factory=dict)

    def forget(self) -> None:
        """Ask anew: something in it has changed."""
        self._minimum = None
        self._heights.clear()

    @property
    def minimum(self) -> QSize:
        """The least size in which nothing is cut off."""
        if self._minimum is None:
            self._minimum = self.item.minimumSize()
        return self._minimum

    @property
    def width(self) -> int:
        """The least width in which nothing is cut off, or that was asked for."""
        return max(self.least, self.minimum.width())

    def height(self, width: int) -> int:
        """The height it wants in a width."""
        if width not in self._heights:
            self._heights[width] = self._height(width)
        return self._heights[width]

    def _height(self, width: int) -> int:
        if self.item.hasHeightForWidth():
            return max(self.item.heightForWidth(width), self.minimum.height())
        return self.item.sizeHint().height()


class Columns(QLayout):
    """Lays widgets out in as few lines as their least widths allow.

    On a line the room is shared out in the given shares. The last line takes the height that is
    left.
    """

    def __init__(self, gap: int) -> None:
        super().__init__()
        self._columns: list[_Column] = []
        self._seen: list[_Column] | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def add_column(self, widget: QWidget, least: int, share: int) -> None:
        """Add a column.

        Args:
            widget: What stands in it.
            least: The width below which it goes to a line of its own, screen points.
            share: Its part of the room on its line; 0 leaves it at its least width.
        """
        self.addWidget(widget)
        self._columns[-1].least, self._columns[-1].share = least, share
        self.invalidate()

    def invalidate(self) -> None:
        # What Python is asked for by a layout is asked for many times over.
        self._seen = None
        for one in self._columns:
            one.forget()
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._columns.append(_Column(item, 0, 1))
        self._seen = None

    def count(self) -> int:
        return len(self._columns)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._columns[index].item if 0 <= index < len(self._columns) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        self._seen = None
        return self._columns.pop(index).item if 0 <= index < len(self._columns) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = self._lines(width)
        gaps = self._line_gap * max(0, len(lines) - 1)
        return sum(self._height(line, width) for line in lines) + gaps

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(one.width for one in shown) + self._gaps(shown)
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        least = [one.minimum for one in self._shown()]
        width = max((one.width() for one in least), default=0)
        return QSize(width, max((one.height() for one in least), default=0))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        lines, top = self._lines(rect.width()), rect.top()
        for number, line in enumerate(lines, start=1):
            height = self._height(line, rect.width())
            if number == len(lines):
                height = max(height, rect.bottom() + 1 - top)
            left = rect.left()
            for one, width in zip(line, self._widths(line, rect.width()), strict=True):
                one.item.setGeometry(QRect(left, top, width, height))
                left += width + self.spacing()
            top += height + self._line_gap

    def _shown(self) -> list[_Column]:
        if self._seen is None:
            self._seen = [one for one in self._columns if not one.item.isEmpty()]
        return self._seen

    @property
    def _line_gap(self) -> int:
        return self.spacing() // 2

    def _gaps(self, parts: list[_Column]) -> int:
        return self.spacing() * max(0, len(parts) - 1)

    def _lines(self, width: int) -> list[list[_Column]]:
        lines: list[list[_Column]] = []
        for one in self._shown():
            beside = [*lines[-1], one] if lines else []
            if lines and sum(each.width for each in beside) + self._gaps(beside) <= width:
                lines[-1] = beside
            else:
                lines.append([one])
        return lines

    def _widths(self, line: list[_Column], width: int) -> list[int]:
        """The room on a line, shared out; nobody gets less than is needed."""
        room = width - self._gaps(line)
        open_, given = list(line), dict.fromkeys(map(id, line), 0)
        while open_:
            shares = sum(one.share for one in open_)
            short = [one for one in open_ if room * one.share <= one.width * shares]
            for one in short or open_:
                given[id(one)] = one.width if short else room * one.share // shares
            room -= sum(given[id(one)] for one in short)
            open_ = [one for one in open_ if one not in short] if short else []
        if len(line) == 1 and line[0].share:
            return [width]
        return [given[id(one)] for one in line]

    def _height(self, line: list[_Column], width: int) -> int:
        widths = self._widths(line, width)
        return max(one.height(wide) for one, wide in zip(line, widths, strict=True))
