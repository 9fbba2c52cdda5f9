"""The program ended from outside: by a signal, or because whoever sits here signs off."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication, QSessionManager

from gaitdesk.ui.main_window import MainWindow

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Ending(QObject):
    """Closes the window as a person would: what is being written is kept, or holds it open.

    Args:
        application: Tells when the session ends.
        window: The window that is shown now.
    """

    def __init__(self, application: QGuiApplication, window: Callable[[], MainWindow]) -> None:
        super().__init__(application)
        self._application, self._window = application, window
        self._heard, self._told = socket.socketpair()
        for end in (self._heard, self._told):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        # Python's own handlers would wait until the window runs Python again.
        self._wakeup_before = signal.set_wakeup_fd(self._told.fileno())
        self._before = {one: signal.signal(one, _leave_to_notifier) for one in SIGNALS}
        application.commitDataRequest.connect(self.keep_for)

    def stop(self) -> None:
        """Leave signals to whoever heard them before."""
        self._application.commitDataRequest.disconnect(self.keep_for)
        signal.set_wakeup_fd(self._wakeup_before)
        for one, before in self._before.items():
            signal.signal(one, before)
        self._notifier.setEnabled(False)
        for end in (self._heard, self._told):
            end.close()

    def keep_for(self, session: QSessionManager) -> None:
        """Keep what is being written before the session ends; where that fails, ask it to wait."""
        window = self._window()
        if window.settle() and session.allowsInteraction():
            session.release()
            session.cancel()
            window.close()

    def _on_signal(self) -> None:
        self._heard.recv(64)
        self._window().close()


def _leave_to_notifier(number: int, frame: FrameType | None) -> None:
    """Do nothing where the signal arrives: it may be in the middle of anything."""
    del number, frame
