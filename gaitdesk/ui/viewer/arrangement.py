"""How two films lie beside each other: in a row, in a column, one large, or in two windows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.detached import DetachedWindow
from gaitdesk.ui.viewer.film_pane import FilmPane


class Arrangement(StrEnum):
    """How the films are laid out."""

    SIDE_BY_SIDE = "side_by_side"
    STACKED = "stacked"
    ONE_LARGE = "one_large"
    FLOATING = "floating"


class PaneLayout(QWidget):
    """Holds the panes; shows those of them that have a film.

    Signals:
        arrangement_changed: The `Arrangement` now in force.
    """

    arrangement_changed = Signal(object)

    def __init__(self, panes: Sequence[FilmPane], owner: QWidget) -> None:
        super().__init__(owner)
        self._panes = tuple(panes)
        self._owner = owner
        self._arrangement = Arrangement.SIDE_BY_SIDE
        self._lead = 0
        self._used = -1
        self._window: DetachedWindow | None = None
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(5)
        for pane in panes:
            self._splitter.addWidget(pane)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._splitter)
        self._splitter.installEventFilter(self)

    @property
    def arrangement(self) -> Arrangement:
        """How the films are laid out."""
        return self._arrangement

    def show_films(self, count: int) -> None:
        """Make room for so many films; with none, an empty pane stays."""
        if count != self._used:
            self._used = count
            self.arrange(self._arrangement)
        else:
            self._share()

    def set_lead(self, slot: int) -> None:
        """Say which film is the one shown large."""
        self._lead = slot
        if self._arrangement is Arrangement.ONE_LARGE:
            self._show_panes()

    def arrange(self, arrangement: Arrangement) -> None:
        """Lay the films out."""
        if arrangement is not Arrangement.FLOATING or self._used < 2:
            self._bring_back()
        elif self._window is None:
            title = tr("{film} – GaitDesk").format(film=self._panes[1].accessibleName())
            self._window = DetachedWindow(self._panes[1], title, self._owner)
            self._window.closed.connect(self._on_window_closed)
            self._window.resize(960, 600)
            self._window.show()
        is_column = arrangement is Arrangement.STACKED
        self._splitter.setOrientation(
            Qt.Orientation.Vertical if is_column else Qt.Orientation.Horizontal
        )
        self._arrangement = arrangement
        self._show_panes()
        self._share()
        self.arrangement_changed.emit(arrangement)

    def close_window(self) -> None:
        """Bring a film back that is in a window of its own."""
        if self._window is not None:
            self.arrange(Arrangement.SIDE_BY_SIDE)

    def _show_panes(self) -> None:
        shown = list(self._panes[: max(1, self._used)])
        if self._arrangement is Arrangement.ONE_LARGE and self._used > 1:
            shown = [self._panes[self._lead]]
        hidden = [pane for pane in self._panes if pane not in shown]
        for pane in shown:
            pane.show()
        # Otherwise Qt would give the keyboard to whatever comes after the pane.
        if any(pane.hasFocus() for pane in hidden):
            shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
        for pane in hidden:
            pane.hide()

    def _share(self) -> None:
        """Give each film room by its shape, so that side by side they are equally high."""
        shapes = []
        for pane in self._panes:
            film = pane.film
            wide = 1.6 if film is None else film.video.width / max(1, film.video.height)
            shapes.append(wide if self._splitter.orientation() is _ROW else 1.0 / wide)
        length = self._splitter.width()
        if self._splitter.orientation() is not _ROW:
            length = self._splitter.height()
        # A narrow film beside a wide one still gets a fair part.
        least = 0.3 * sum(shapes)
        shapes = [max(least, shape) for shape in shapes]
        self._splitter.setSizes([round(length * shape / sum(shapes)) for shape in shapes])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._splitter and event.type() == QEvent.Type.Show:
            self._share()
        return super().eventFilter(watched, event)

    def _bring_back(self) -> None:
        window, self._window = self._window, None
        if window is not None:
            window.closed.disconnect(self._on_window_closed)
            self._splitter.addWidget(self._panes[1])
            window.close()
            window.deleteLater()

    def _on_window_closed(self) -> None:
        self.arrange(Arrangement.SIDE_BY_SIDE)


_ROW = Qt.Orientation.Horizontal
