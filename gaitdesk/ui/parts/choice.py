"""A short list beside what it is about, to choose one entry by arrow, letter or mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gaitdesk.ui.theme import em


class ChoicePopup(QFrame):
    """Offers a few entries over everything else; Escape or a click elsewhere leaves all as it is.

    Enter takes the entry that is marked, a letter the one that begins with it, and the key that
    opened the list goes on to the next entry.

    Signals:
        chosen: The value of the entry taken.
    """

    chosen = Signal(object)

    def __init__(
        self,
        title: str,
        entries: Sequence[tuple[str, object]],
        first: int = 0,
        *,
        next_key: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", True)
        self._values = [value for _, value in entries]
        self._next_key = next_key
        heading = QLabel(title)
        heading.setProperty("role", "small")
        # The heading begins where the words of the entries do.
        heading.setIndent(em(self, 0.4))
        self._list = QListWidget()
        self._list.setAccessibleName(title)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for text, _ in entries:
            self._list.addItem(QListWidgetItem(text))
        self._list.setCurrentRow(first)
        self._list.itemClicked.connect(self._take)
        self._list.installEventFilter(self)
        rows = sum(self._list.sizeHintForRow(i) for i in range(len(entries)))
        self._list.setMinimumWidth(self._list.sizeHintForColumn(0) + em(self, 2))
        self._list.setFixedHeight(rows + em(self, 0.5))
        layout = QVBoxLayout(self)
        gap = em(self, 0.5)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(heading)
        layout.addWidget(self._list)
        layout.addStretch(1)

    def show_below(self, widget: QWidget) -> None:
        """Open under a widget, or above it where there is no room below."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(0, widget.height()))
        screen = widget.screen().availableGeometry()
        if corner.y() + self.height() > screen.bottom():
            corner = widget.mapToGlobal(QPoint(0, -self.height()))
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - self.width())))
        self.move(corner)
        self.show()
        self._list.setFocus()

    @property
    def marked(self) -> object:
        """Value of the entry that Enter would take."""
        return self._values[self._list.currentRow()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take()
        elif event.key() == self._next_key:
            self._list.setCurrentRow((self._list.currentRow() + 1) % self._list.count())
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, self._next_key)
            if event.key() in keys:
                self.keyPressEvent(event)
                return True
            if self._take_letter(event.text()):
                return True
        return False

    def _take_letter(self, letter: str) -> bool:
        """Take the only entry that begins with a letter; with several, mark the next of them."""
        if not letter.isalpha():
            return False
        rows = [
            row
            for row in range(self._list.count())
            if self._list.item(row).text().casefold().startswith(letter.casefold())
        ]
        if len(rows) == 1:
            self._list.setCurrentRow(rows[0])
            self._take()
        elif rows:
            later = [row for row in rows if row > self._list.currentRow()]
            self._list.setCurrentRow((later or rows)[0])
        return bool(rows)

    def _take(self) -> None:
        value = self.marked
        self.close()
        self.chosen.emit(value)
