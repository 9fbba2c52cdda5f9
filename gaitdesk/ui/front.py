"""Which page of the window is in front, and whether the list of visits lies beside it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from gaitdesk.ui.patients.start_page import StartPage
from gaitdesk.ui.theme import em
from gaitdesk.ui.visits_drawer import VisitsDrawer
from gaitdesk.ui.work_page import WorkPage

WIDE = 115
"""From this width on, in letter widths, the visits stay beside the films."""


class Front(QObject):
    """Brings pages to the front; the page of an open visit stays as it is behind the others.

    Args:
        pages: All pages, one over the other.
        drawer: Where the list of visits lies.
        start: What to do first.
        work: The open visit.
        window: Holds all of them.

    Signals:
        changed: Another page was brought to the front, beside the visit or back from there.
    """

    changed = Signal()

    def __init__(
        self,
        pages: QStackedWidget,
        drawer: VisitsDrawer,
        start: StartPage,
        work: WorkPage,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._pages, self._drawer, self._window = pages, drawer, window
        self._start, self._work = start, work

    @property
    def is_start(self) -> bool:
        """Whether nothing is done yet."""
        return self._pages.currentWidget() is self._start

    @property
    def is_work(self) -> bool:
        """Whether the open visit is in front."""
        return self._pages.currentWidget() is self._work

    def bring_start(self) -> None:
        """Show what to do first, with the visits beside it."""
        self._pages.setCurrentWidget(self._start)
        self._drawer.show(is_shown=True)
        self._drawer.refresh()

    def bring_work(self) -> None:
        """Show the open visit; the list of visits stays where there is room for both."""
        self._pages.setCurrentWidget(self._work)
        self._drawer.show(is_shown=self._window.width() >= em(self._window, WIDE))

    def bring(self, page: QWidget) -> None:
        """Show another page, without the list of visits."""
        self._pages.setCurrentWidget(page)
        self._drawer.show(is_shown=False)
        self.changed.emit()

    def go_back(self, *, is_open: bool) -> None:
        """Go back to the visit that was open, or to the start."""
        if is_open:
            self._pages.setCurrentWidget(self._work)
            self._focus_form()
        else:
            self.bring_start()
        self.changed.emit()

    def leave_drawer(self) -> None:
        """Hide the visits that lie over the page, and go on where the form was left."""
        self._drawer.show(is_shown=False)
        if self.is_work:
            self._focus_form()

    def switch_pane(self) -> None:
        """Take the keyboard from the form to the film in front, and back."""
        form, viewer = self._work.form, self._work.viewer
        is_in_form = form.isAncestorOf(self._window.focusWidget() or self._window)
        if is_in_form and viewer is not None:
            viewer.panes[viewer.lead].setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._focus_form()

    def switch_panel(self) -> None:
        """Take the keyboard to the tabs of the panels: item, totals, curves."""
        if self.is_work:
            self._work.tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_form(self) -> None:
        self._work.form.focus_cell(self._work.form.focused)
