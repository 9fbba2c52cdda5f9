"""Large libraries, loaded in a thread of their own before anybody waits for them."""

from __future__ import annotations

import importlib
import sys

from PySide6.QtCore import QObject, QTimer

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.ui.worker import JobWorker

IDLE_MS = 4000
"""So long after the window stands it is taken to have nothing else to do."""


def load(*modules: str) -> None:
    """Load modules with large libraries in a job's thread, where no window waits for them."""
    for module in modules:
        importlib.import_module(module)


class Beforehand(QObject):
    """Loads modules once the window has stood for a while; whoever wants them sooner waits.

    Args:
        modules: What is loaded.
        parent: Whose jobs are left when the window closes.
    """

    def __init__(self, *modules: str, parent: QObject) -> None:
        super().__init__(parent)
        self._modules = modules
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self.begin)

    def start(self) -> None:
        """Wait from now on."""
        self._idle.start()

    def stop(self) -> None:
        """Load nothing any more; for the end of the window."""
        self._idle.stop()

    def begin(self) -> None:
        """Load what is not there yet."""
        missing = [one for one in self._modules if one not in sys.modules]
        if missing:
            worker = JobWorker(_loading(missing), self)
            worker.ended.connect(worker.deleteLater)
            worker.start()


def _loading(modules: list[str]) -> Job[None]:
    for number, module in enumerate(modules):
        yield Progress(number, len(modules), module)
        load(module)
