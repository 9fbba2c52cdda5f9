"""The window locked: everything covered, nothing lost, and the keys forgotten."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from shiboken6 import isValid

from gaitdesk.i18n import tr
from gaitdesk.jobs.at_desk import unlock
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.records.lock_screen import Cover, LockScreen
from gaitdesk.ui.worker import JobWorker

MINUTES = 10
"""So long a desk may be left alone, unless the settings say otherwise."""
SETTING = "lock_minutes"
KEY = "Ctrl+L"
"""Locks at once. In the window it is the shortcut of an action; a dialog that has to be answered
first keeps shortcuts of the window from working, and this one works over it."""
TITLE = "GaitDesk"

_KEYS = QKeySequence(KEY)
_LOOK_MS = 5000
_HANDS = frozenset(
    {
        *(QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove),
        *(QEvent.Type.Wheel, QEvent.Type.TouchBegin, QEvent.Type.TabletPress),
    }
)
_TAKEN = frozenset(
    {
        *(QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.Shortcut),
        *(QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease),
        *(QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel, QEvent.Type.ContextMenu),
        *(QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop),
        *(QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd),
        *(QEvent.Type.ToolTip, QEvent.Type.WhatsThis, QEvent.Type.FocusIn),
    }
)
"""What reaches only the lock screen while the window is locked."""
_SHOWN_OR_HIDDEN = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
_CHILDREN = Qt.FindChildOption.FindDirectChildrenOnly


class ScreenLock(QObject):
    """Locks the window after an idle time or at once, and unlocks it with a passphrase.

    What is covered is hidden from programs that read the screen aloud as well.

    Whoever has no passphrase cannot be locked out, and so is never locked.

    Args:
        desk: Who is at the desk, and the key of the names.
        window: The window that is covered; every other window of the program with it.
        settings: Where the idle time is kept.
        last_resort: Where defects go.
        working: What goes on now, in a sentence; it goes on while the window is locked.

    Signals:
        locked: The window is covered.
        unlocked: It can be seen again, by the person named.
        skipped: Somebody went on without the names.
        forgotten: The key of the names ran out at a desk that nobody could unlock.
    """

    locked = Signal()
    unlocked = Signal(str)
    skipped = Signal()
    forgotten = Signal()

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        settings: QSettings,
        last_resort: LastResort,
        working: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._settings = desk, window, settings
        self._last_resort, self._working, self._clock = last_resort, working, clock
        self._screen: LockScreen | None = None
        self._covers: dict[QWidget, Cover] = {}
        self._titles: dict[QWidget, str] = {}
        self._concealed: list[QWidget] = []
        self._focused: QWidget | None = None
        self._can_skip = False
        self._can_read_names = False
        self._worker: JobWorker | None = None
        self._used_at = clock()
        self._has_ended = False
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_MS)
        self._watch.timeout.connect(self.look)
        self._watch.start()
        desk.vault.expire_after(self.idle_s)
        # Windows of the system alone: looking at every event would cost the films their pace.
        self._hands = _Hands(self._on_hand, self._on_key)
        _application().focusWindowChanged.connect(self._hands.watch)
        self._hands.watch(_application().focusWindow())

    def stop(self) -> None:
        """Watch no more; for the end of the window."""
        self._has_ended = True
        self._watch.stop()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()
        _application().focusWindowChanged.disconnect(self._hands.watch)
        self._hands.stop()
        _application().removeEventFilter(self)

    @property
    def screen(self) -> LockScreen | None:
        """What covers the window; None while it is not locked."""
        return self._screen

    @property
    def minutes(self) -> int:
        """After how many minutes without a hand on the desk it locks; 0 for never."""
        try:
            return max(0, int(str(self._settings.value(SETTING, MINUTES))))
        except ValueError:
            return MINUTES

    def set_minutes(self, minutes: int) -> None:
        """Lock after so many minutes from now on, or never with 0."""
        self._settings.setValue(SETTING, minutes)
        self._desk.vault.expire_after(self.idle_s)
        self._used_at = self._clock()

    @property
    def idle_s(self) -> float:
        """The same in seconds; endless for never."""
        return 60.0 * self.minutes if self.minutes else math.inf

    @property
    def can_lock(self) -> bool:
        """Whether who is at the desk could unlock it again."""
        return self._desk.store.keys.has_passphrase()

    def look(self) -> None:
        """Lock where the desk was left alone for too long."""
        could_read, self._can_read_names = self._can_read_names, not self._desk.vault.is_locked
        if self._screen is not None:
            self._screen.show_working(self._working())
        elif self._clock() - self._used_at >= self.idle_s and self.can_lock:
            self.lock()
        elif could_read and not self._can_read_names:
            self.forgotten.emit()

    def lock(self, *, can_skip: bool = False) -> None:
        """Cover everything and forget the keys; what is being worked out goes on."""
        if self._screen is not None or not self.can_lock:
            return
        self._desk.vault.lock()
        self._focused = QApplication.focusWidget()
        _close_passing_windows()
        self._can_skip = can_skip
        self._put_up()
        for widget in QApplication.topLevelWidgets():
            self._cover(widget)
        _application().installEventFilter(self)
        self.locked.emit()

    def _put_up(self) -> None:
        """Put the lock screen up where it can be typed into: over a dialog that waits, or else."""
        host = QApplication.activeModalWidget() or self._window
        screen = LockScreen(host, self._holders(), can_skip=self._can_skip, working=self._working())
        self._screen = screen
        before = self._covers.pop(host, None)
        if before is not None:
            before.deleteLater()
        self._covers[host] = screen
        screen.tried.connect(self._on_tried)
        screen.skipped.connect(self._on_skipped)
        wanted = host.size().expandedTo(screen.minimumSizeHint())
        if wanted != host.size():
            host.resize(wanted)
        screen.show()
        screen.raise_()
        screen.passphrase.setFocus()

    def _holders(self) -> Sequence[str]:
        names = {one.rater for one in self._desk.store.keys.holders().values()}
        return [self._desk.rater, *sorted(names - {self._desk.rater})]

    def _cover(self, widget: QWidget) -> None:
        """Cover one window; a title may name a child."""
        if not widget.isVisible() or widget in self._titles:
            return
        self._titles[widget] = widget.windowTitle()
        widget.setWindowTitle(TITLE)
        if widget not in self._covers or not isValid(self._covers[widget]):
            cover = Cover(widget)
            cover.show()
            self._covers[widget] = cover
        for child in widget.findChildren(QWidget, options=_CHILDREN):
            self._conceal(child)

    def _conceal(self, widget: QWidget) -> None:
        """Hide what lies behind a cover: what is only covered could still be read aloud."""
        if widget.isWindow() or widget.isHidden() or isinstance(widget, Cover):
            return
        widget.hide()
        # So that whatever is hidden meanwhile by whom it belongs to is known, and stays hidden.
        widget.setAttribute(_SHOWN_OR_HIDDEN, False)
        self._concealed.append(widget)

    def _reveal(self) -> None:
        """Show again what was hidden by nobody else."""
        concealed, self._concealed = self._concealed, []
        for widget in concealed:
            if isValid(widget) and not widget.testAttribute(_SHOWN_OR_HIDDEN):
                widget.show()

    def _on_tried(self, rater: str, passphrase: str) -> None:
        if self._screen is None or self._worker is not None:
            return
        self._screen.show_trying(True)
        worker = JobWorker(unlock(self._desk.place, passphrase, rater), self)
        worker.succeeded.connect(self._on_unlocked)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_tried_out)
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        worker.start()

    def _on_tried_out(self) -> None:
        self._worker = None
        if self._screen is not None:
            self._screen.show_trying(False)
            self._screen.passphrase.setFocus()

    def _on_failed(self, error: Exception) -> None:
        if self._screen is None:
            return
        self._screen.show_trying(False)
        if is_mendable(error):
            self._screen.refuse(str(error))
        else:
            self._screen.refuse(tr("This could not be done because of a defect in GaitDesk."))
            self._last_resort.show_error(error)

    def _on_unlocked(self, rater: str) -> None:
        self._uncover()
        self.unlocked.emit(rater)

    def _on_skipped(self) -> None:
        self._uncover()
        self.skipped.emit()

    def _uncover(self) -> None:
        _application().removeEventFilter(self)
        self._screen = None
        covers, self._covers = self._covers, {}
        titles, self._titles = self._titles, {}
        self._reveal()
        for cover in covers.values():
            if isValid(cover):
                cover.hide()
                cover.deleteLater()
        for widget, title in titles.items():
            if isValid(widget):
                widget.setWindowTitle(title)
        self._used_at = self._clock()
        if self._focused is not None and isValid(self._focused) and self._focused.isVisible():
            self._focused.setFocus()
        self._focused = None

    def _on_hand(self) -> None:
        if self._screen is None:
            self._used_at = self._clock()
            self._desk.vault.touch()

    def _on_key(self) -> bool:
        """The key that locks arrived at a window that has no shortcut for it."""
        self.lock()
        return self._screen is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what is typed or clicked from everything but the lock screen."""
        kind, screen = event.type(), self._screen
        if screen is None:
            return False
        if kind == QEvent.Type.ShortcutOverride:
            # Taken as typing by the field, it is no shortcut of the window's any more.
            event.accept()
            return True
        if not isinstance(watched, QWidget):
            return kind == QEvent.Type.Shortcut
        if kind == QEvent.Type.ZOrderChange:
            self._stay_above(watched)
        elif kind == QEvent.Type.ShowToParent and watched.parentWidget() in self._covers:
            self._conceal(watched)
        elif kind in (QEvent.Type.Show, QEvent.Type.Hide) and watched.isWindow():
            QTimer.singleShot(0, self, self._cover_anew)
        elif kind == QEvent.Type.WindowTitleChange and watched in self._titles:
            if watched.windowTitle() != TITLE:
                self._titles[watched] = watched.windowTitle()
                watched.setWindowTitle(TITLE)
        elif kind in _TAKEN:
            is_inside = isValid(screen) and (watched is screen or screen.isAncestorOf(watched))
            is_taken = not is_inside and not _belongs_to(watched, screen)
            if is_taken and kind == QEvent.Type.FocusIn:
                # Work that has come to its end hands the keyboard on; it does so after the lock.
                self._focused = watched
                QTimer.singleShot(0, self, self._keep_keyboard)
            return is_taken
        return False

    def _keep_keyboard(self) -> None:
        """Let what is typed go on into the lock screen."""
        if self._screen is not None and isValid(self._screen):
            self._screen.setFocus()

    def _stay_above(self, widget: QWidget) -> None:
        """Stay above what is brought to the front of a window, as the list of visits is."""
        above = widget.parentWidget()
        cover = self._covers.get(above) if above is not None else None
        if cover is not None and isValid(cover) and widget is not cover:
            cover.raise_()

    def _cover_anew(self) -> None:
        """Cover windows that opened while everything is locked; and stay where one can type."""
        if self._screen is None or self._has_ended:
            return
        wanted = QApplication.activeModalWidget() or self._window
        host = self._screen.parentWidget() if isValid(self._screen) else None
        if host is not wanted:
            if host is not None and isValid(host):
                self._screen.deleteLater()
                self._covers.pop(host, None)
                self._titles.pop(host, None)
            self._put_up()
        for widget in QApplication.topLevelWidgets():
            if not _belongs_to(widget, self._screen):
                self._cover(widget)


class _Hands(QObject):
    """Tells of every key, click and movement in the windows it was told of.

    Args:
        told: Called for each of them.
        locking: Called for the key that locks; whether it goes no further.
    """

    def __init__(self, told: Callable[[], None], locking: Callable[[], bool]) -> None:
        super().__init__()
        self._told, self._locking = told, locking
        self._windows: list[QWindow] = []

    def watch(self, window: QWindow | None) -> None:
        """Watch one more window of the system."""
        self._windows = [one for one in self._windows if isValid(one)]
        if window is not None and window not in self._windows:
            window.installEventFilter(self)
            self._windows.append(window)

    def stop(self) -> None:
        """Watch none any more."""
        for window in self._windows:
            if isValid(window):
                window.removeEventFilter(self)
        self._windows.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HANDS:
            self._told()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        return QKeySequence(event.keyCombination()) == _KEYS and self._locking()


def _application() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found


def _belongs_to(widget: QWidget, screen: QWidget | None) -> bool:
    """Whether a window was opened by the lock screen itself, as the list of its holders."""
    above = widget.window().parentWidget()
    if screen is None or above is None or not isValid(screen):
        return False
    return above is screen or screen.isAncestorOf(above)


def _close_passing_windows() -> None:
    """Close lists, menus and dialogs of the system, which nothing can be laid over."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QFileDialog) and widget.isVisible():
            widget.reject()
