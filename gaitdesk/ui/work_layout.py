"""Where films, panels and form lie on the page of a visit, by the room there is."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QTabWidget, QVBoxLayout, QWidget

from gaitdesk.ui.theme import em

FILMS_WIDTH = 34
"""Least width of films with panels under them, in letter widths."""
COLUMN_WIDTH = 20
"""Least width of a column of films alone."""
PANEL_HEIGHT = 12
"""Least height of a panel with its tab under the films."""
USUAL_PANEL_HEIGHT = 29
"""Height of a panel under the films where there is room for all, in letter widths; more room is
of more use to the films."""


class Room(Enum):
    """How much room there is."""

    WIDE = auto()
    """Films with the panels under them, and the form beside."""
    NARROW = auto()
    """Films, and beside them the form as the first of the panels."""
    SMALL = auto()
    """Films, and under them the form as the first of the panels."""


class WorkLayout(QWidget):
    """Films, panels and form: side by side where there is room, else behind tabs or stacked.

    Whatever the size of text and window, nothing has to be scrolled sideways. Where films and
    panels are too high to be seen together, a part of the films goes behind a tab of its own; and
    while a tool is in use that needs even more, the panels are as low as their tabs.

    Args:
        films: Takes the largest part.
        tabs: Panels, of which one is shown at a time.
        form: Beside the films, or first among the panels.
        form_name: Its name among the panels.
    """

    def __init__(self, films: QWidget, tabs: QTabWidget, form: QWidget, form_name: str) -> None:
        super().__init__()
        self._films, self._tabs, self._form, self._form_name = films, tabs, form, form_name
        self._room: Room | None = None
        self._part: QWidget | None = None
        self._part_name = ""
        self._is_folded = False
        self._take_back: Callable[[], None] = _nothing
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(self._fit)
        self._panel: QWidget | None = tabs.currentWidget()
        tabs.currentChanged.connect(self._on_tab)
        self._is_shared_by_hand = False
        self._inner = QSplitter(Qt.Orientation.Vertical)
        self._inner.splitterMoved.connect(self._on_shared_by_hand)
        self._inner.addWidget(films)
        self._outer = QSplitter(Qt.Orientation.Horizontal)
        self._outer.addWidget(self._inner)
        for splitter in (self._inner, self._outer):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(em(self, 0.5))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._outer)
        self._arrange(Room.WIDE)

    @property
    def room(self) -> Room:
        """How much room there is now."""
        assert self._room is not None
        return self._room

    @property
    def wanted_width(self) -> int:
        """From this width on everything lies side by side."""
        return self._films_width() + _least(self._form) + em(self, 0.5)

    def may_take_out(self, part: QWidget, name: str, take_back: Callable[[], None]) -> None:
        """Name a part of the films that may be a panel where there is little height.

        Args:
            part: It lies above or under the pictures.
            name: Its name among the panels.
            take_back: Puts it where it was.
        """
        self._part, self._part_name, self._take_back = part, name, take_back
        self._fit()

    @property
    def is_part_out(self) -> bool:
        """Whether the part of the films that may be a panel is one."""
        return self._part is not None and self._tabs.indexOf(self._part) >= 0

    def _on_tab(self) -> None:
        if self._tabs.currentWidget() is not self._form:
            self._panel = self._tabs.currentWidget()

    def bring_form(self) -> None:
        """Let the form be seen where it is one of the panels."""
        if self._tabs.indexOf(self._form) >= 0:
            self._tabs.setCurrentWidget(self._form)

    @property
    def panel(self) -> int:
        """Number of the panel that is shown, from 0; the form is none of them, and is -1."""
        return self._tabs.currentIndex() - self._tabs.indexOf(self._form) - 1

    def show_panel(self, number: int) -> None:
        """Show a panel by its number, or the form."""
        self._tabs.setCurrentIndex(number + self._tabs.indexOf(self._form) + 1)

    def minimumSizeHint(self) -> QSize:
        panels = max(_least(self._form), _least(self._tabs))
        width = max(_least(self._films), panels + em(self, 1))
        return QSize(width, self._needed_height(self._room, is_part_out=True, is_folded=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        if event.oldSize().height() != event.size().height() and not self._is_shared_by_hand:
            self._share_column()

    def _on_shared_by_hand(self) -> None:
        self._is_shared_by_hand = True

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.FontChange):
            # Qt is going through all widgets, of which none may be moved meanwhile.
            self._fitting.start()
        return super().event(event)

    def _films_width(self) -> int:
        return max(_least(self._films), em(self, FILMS_WIDTH))

    def _fit(self) -> None:
        form = _least(self._form)
        column = max(_least(self._films), em(self, COLUMN_WIDTH))
        panels = max(form + em(self, 1), _least(self._tabs))
        if self.width() >= self.wanted_width:
            room = Room.WIDE
        elif self.width() >= column + panels + em(self, 0.5):
            room = Room.NARROW
        else:
            room = Room.SMALL
        if room is not self._room:
            self._arrange(room)
        is_part_out, is_folded = False, False
        if self.height() < self._needed_height(room):
            is_part_out = self._part is not None
            is_folded = self.height() < self._needed_height(room, is_part_out=is_part_out)
        self._place_part(is_part_out)
        self._fold(is_folded)

    def _needed_height(
        self, room: Room | None, *, is_part_out: bool = False, is_folded: bool = False
    ) -> int:
        """The least height in which films and panels are seen together."""
        films = _lowest(self._films)
        if self._part is not None and is_part_out is not self.is_part_out:
            films += (-1 if is_part_out else 1) * _lowest(self._part)
        panels, gap = self._tabs.minimumSizeHint().height(), self._outer.handleWidth()
        if room is not Room.WIDE:
            panels = max(panels, em(self, PANEL_HEIGHT))
        if is_folded:
            panels = self._tabs.tabBar().sizeHint().height()
        if room is Room.SMALL:
            return films + gap + panels
        if room is Room.NARROW:
            return max(films, panels)
        return max(films + gap + panels, _lowest(self._form))

    def _fold(self, is_folded: bool) -> None:
        """Let the panels have what the films leave, or as much as they need."""
        if is_folded is not self._is_folded:
            self._is_folded = is_folded
            self._limit()
            self._share()
            self.updateGeometry()

    def _limit(self) -> None:
        """Say how high the panels must be at least."""
        least = 0 if self._room is Room.WIDE else em(self, PANEL_HEIGHT)
        if self._is_folded:
            least = self._tabs.tabBar().sizeHint().height()
        self._tabs.setMinimumHeight(least)

    def _place_part(self, is_out: bool) -> None:
        """Let the part that may be taken out of the films be a panel, or lie with them."""
        if self._part is None or is_out is self.is_part_out:
            return
        had_focus = self._part.hasFocus()
        if is_out:
            self._tabs.addTab(self._part, self._part_name)
        else:
            self._tabs.removeTab(self._tabs.indexOf(self._part))
            self._take_back()
            self._part.show()
        if had_focus and self._part.isVisible():
            self._part.setFocus(Qt.FocusReason.OtherFocusReason)
        self._share()
        self.updateGeometry()

    def _arrange(self, room: Room) -> None:
        # What is moved loses the keyboard.
        focus = QApplication.focusWidget()
        is_beside = room is Room.WIDE
        if is_beside and self._room is not Room.WIDE:
            panel = self._panel
            # What is taken in elsewhere is no tab any more.
            self._outer.addWidget(self._form)
            if panel is not None:
                self._tabs.setCurrentWidget(panel)
            self._inner.addWidget(self._tabs)
            self._form.show()
            self._inner.setStretchFactor(0, 3)
            self._inner.setStretchFactor(1, 2)
        elif not is_beside and self._room in (None, Room.WIDE):
            self._outer.addWidget(self._tabs)
            self._tabs.insertTab(0, self._form, self._form_name)
            self._tabs.setCurrentWidget(self._form)
        self._room = room
        if (inside := self._form.layout()) is not None:
            # A panel has an edge of its own, which nothing should touch.
            gap = 0 if is_beside else em(self, 0.5)
            inside.setContentsMargins(gap, gap, gap, gap)
        is_column = room is Room.SMALL
        self._outer.setOrientation(
            Qt.Orientation.Vertical if is_column else Qt.Orientation.Horizontal
        )
        self._outer.setStretchFactor(0, 1)
        self._outer.setStretchFactor(1, 1 if is_column else 0)
        self._limit()
        self._share()
        if focus is not None and self.isAncestorOf(focus) and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.updateGeometry()

    def _share(self) -> None:
        """Let the films have what the panels do not need."""
        if self._room is Room.SMALL:
            share = 0.56 if self.is_part_out else 0.4
            panels = max(em(self, PANEL_HEIGHT), round(share * self.height()))
            if self._is_folded:
                panels = self._tabs.minimumHeight()
            self._outer.setSizes([max(1, self.height() - panels), panels])
            return
        panels = self._form.sizeHint().width()
        self._outer.setSizes([max(1, self.width() - panels), panels])
        self._share_column()

    def _share_column(self) -> None:
        """Let films and panels that stand one above the other have their part of the height."""
        if self._room is not Room.WIDE:
            return
        panels = min(round(0.39 * self.height()), em(self, USUAL_PANEL_HEIGHT))
        if self._is_folded:
            panels = self._tabs.minimumHeight()
        self._inner.setSizes([max(1, self.height() - panels), panels])


def _nothing() -> None:
    """There is nothing to be put back."""


def _lowest(widget: QWidget) -> int:
    """The least height of a widget."""
    return widget.minimumSizeHint().expandedTo(widget.minimumSize()).height()


def _least(widget: QWidget) -> int:
    """The least width of a widget."""
    return widget.minimumSizeHint().expandedTo(widget.minimumSize()).width()
