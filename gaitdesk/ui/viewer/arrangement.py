"""How two films lie beside each other: in a row, in a column, one large, or in two windows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
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


CLEARLY = 1.15
"""So many times larger must pictures be before the films are laid out otherwise by themselves."""


class PaneLayout(QWidget):
    """Holds the panes; shows those of them that have a film.

    Until somebody chooses, two films lie beside each other or one above the other, whichever makes
    their pictures larger.

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
        self._is_chosen = False
        self._before_floating = Arrangement.SIDE_BY_SIDE
        self._floated_at: QRect | None = None
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
            self._lay_out(self._arrangement)
        self._share()

    def set_lead(self, slot: int) -> None:
        """Say which film is the one shown large."""
        self._lead = slot
        if self._arrangement is Arrangement.ONE_LARGE:
            self._show_panes()

    def arrange(self, arrangement: Arrangement) -> None:
        """Lay the films out as somebody wants them."""
        self._is_chosen = True
        self._lay_out(arrangement)

    def _lay_out(self, arrangement: Arrangement) -> None:
        if arrangement is not Arrangement.FLOATING or self._used < 2:
            self._bring_back()
        elif self._window is None:
            # Whoever brings a film back wants to see both.
            is_column = self._arrangement is Arrangement.STACKED
            self._before_floating = Arrangement.STACKED if is_column else Arrangement.SIDE_BY_SIDE
            title = tr("{film} – GaitDesk").format(film=self._panes[1].accessibleName())
            self._window = DetachedWindow(self._panes[1], title, self._owner)
            # With the film in hand, its keys are those of both films.
            self._window.addActions(self.actions())
            self._window.closed.connect(self._on_window_closed)
            self._window.open(self._floated_at)
        is_column = arrangement is Arrangement.STACKED
        self._splitter.setOrientation(
            Qt.Orientation.Vertical if is_column else Qt.Orientation.Horizontal
        )
        self._arrangement = arrangement
        self._show_panes()
        self._share()
        self.updateGeometry()
        self.arrangement_changed.emit(arrangement)

    def float_or_return(self) -> None:
        """Give the second film a window of its own, or lay the films out as before."""
        is_floating = self._arrangement is Arrangement.FLOATING
        self.arrange(self._before_floating if is_floating else Arrangement.FLOATING)

    def close_window(self) -> None:
        """Bring a film back that is in a window of its own."""
        if self._window is not None:
            self.arrange(self._before_floating)

    def minimumSizeHint(self) -> QSize:
        if self._is_chosen or self._used < 2:
            return super().minimumSizeHint()
        return self._panes[0].minimumSize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._suit()

    def _suit(self) -> None:
        """Lay two films out so that their pictures are large, where nobody has chosen otherwise."""
        if self._is_chosen or self._used < 2 or not self.isVisible():
            return
        row, column = self._pictured(is_column=False), self._pictured(is_column=True)
        is_column = self._arrangement is Arrangement.STACKED
        if not is_column and column > CLEARLY * row:
            self._lay_out(Arrangement.STACKED)
        elif is_column and row > CLEARLY * column:
            self._lay_out(Arrangement.SIDE_BY_SIDE)

    def _pictured(self, *, is_column: bool) -> float:
        """How large the pictures would be, screen points squared."""
        share = 1.0 / self._used
        width = self.width() * (1.0 if is_column else share)
        height = self.height() * (share if is_column else 1.0)
        least = self._panes[0].minimumSize()
        if width < least.width() or height < least.height():
            return 0.0
        area = 0.0
        for pane in self._panes[: self._used]:
            shape = 1.6 if pane.film is None else pane.film.video.width / pane.film.video.height
            area += min(width, height * shape) ** 2 / shape
        return area

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
            self._suit()
        return super().eventFilter(watched, event)

    def _bring_back(self) -> None:
        window, self._window = self._window, None
        if window is not None:
            self._floated_at = window.geometry()
            window.closed.disconnect(self._on_window_closed)
            self._splitter.addWidget(self._panes[1])
            window.close()
            window.deleteLater()

    def _on_window_closed(self) -> None:
        self.arrange(self._before_floating)


_ROW = Qt.Orientation.Horizontal
