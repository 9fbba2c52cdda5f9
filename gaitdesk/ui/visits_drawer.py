"""Where the list of visits lies: beside the page, or over its left part."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget

from gaitdesk.store.edits import SessionId
from gaitdesk.ui.patients.browser import BrowserPanel
from gaitdesk.ui.theme import em
from gaitdesk.ui.work_page import WorkPage

BROWSER_WIDTH = 21
"""Width of the list of visits, in letter widths."""
LISTED_MS = 600
"""So long after an edit the list of visits says how far the review is."""


class VisitsDrawer(QObject):
    """Shows and hides the list of visits, and keeps it true.

    Args:
        browser: The list.
        pages: What it lies beside, or over.
        open_visit: The visit that is open, which is marked.
        window: Holds both.

    Attributes:
        split: List and pages side by side, for the middle of the window.

    Signals:
        shown_changed: Whether the list is shown now.
    """

    shown_changed = Signal(bool)

    def __init__(
        self,
        browser: BrowserPanel,
        pages: QStackedWidget,
        open_visit: Callable[[], SessionId | None],
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._browser, self._pages, self._window = browser, pages, window
        self._open_visit = open_visit
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(browser)
        self.split.addWidget(pages)
        self.split.setStretchFactor(1, 1)
        self.split.setCollapsible(1, False)
        self.split.setSizes([em(window, BROWSER_WIDTH), em(window, 80)])
        self._listing = QTimer(self)
        self._listing.setSingleShot(True)
        self._listing.setInterval(LISTED_MS)
        self._listing.timeout.connect(self.refresh)

    def show(self, *, is_shown: bool) -> None:
        """Show the list, or hide it."""
        self._place()
        self._browser.setVisible(is_shown)
        self.shown_changed.emit(is_shown)

    def toggle(self) -> None:
        """Show the list with the keyboard in it, or hide it."""
        self.show(is_shown=not self._browser.isVisible())
        if self._browser.isVisible():
            self.refresh()
            self._browser.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def search(self) -> None:
        """Show the list, and put the keyboard into the search."""
        self.show(is_shown=True)
        self.refresh()
        self._browser.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._browser.search.selectAll()

    def fit(self) -> None:
        """Find the list its place again; the window has another size."""
        if self._browser.isVisible():
            self._place()
            self._browser.show()

    def refresh(self) -> None:
        """Read the list anew, mark the visit that is open, and find the list its place."""
        # The window may have got another size while it was locked.
        self.fit()
        self._browser.refresh()
        self._browser.mark(self._open_visit())

    def refresh_soon(self) -> None:
        """Read the list anew when nothing has been edited for a moment."""
        if self._browser.isVisible():
            self._listing.start()

    def stop(self) -> None:
        """Read nothing any more; for the end of the window."""
        self._listing.stop()
        self._browser.stop()

    def _place(self) -> None:
        """Put the visits beside the page, or over its left part where there is too little room."""
        window, browser = self._window, self._browser
        width = em(window, BROWSER_WIDTH)
        page = self._pages.currentWidget() or self._pages
        needed = page.minimumSizeHint().width()
        if isinstance(page, WorkPage):
            needed = max(needed, page.desk.wanted_width)
        is_drawer = window.width() < needed + width
        if is_drawer:
            central = window.centralWidget() or self.split
            top = central.mapTo(window, QPoint(0, 0)).y()
            browser.setParent(window)
            browser.setGeometry(0, top, width, central.height())
            browser.raise_()
        elif self.split.indexOf(browser) < 0:
            self.split.insertWidget(0, browser)
            self.split.setSizes([width, max(1, window.width() - width)])
        browser.set_over(is_over=is_drawer)
