"""Large libraries are loaded in a thread of their own before anybody waits for them."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QObject

from gaitdesk.ui import beforehand as module
from gaitdesk.ui.beforehand import Beforehand
from gaitdesk.ui.worker import JobWorker


@pytest.fixture
def loaded(monkeypatch):
    """What was loaded, and in which thread."""
    found = []

    def load(*names):
        found.append((names, threading.current_thread() is threading.main_thread()))

    monkeypatch.setattr(module, "load", load)
    return found


def test_what_is_missing_is_loaded_outside_the_interface_thread(qtbot, qapp, loaded, monkeypatch):
    monkeypatch.setattr(module, "IDLE_MS", 0)
    assert "json" in sys.modules
    above = QObject()
    one = Beforehand("json", "gaitdesk.nowhere", parent=above)
    one.start()
    qtbot.waitUntil(lambda: loaded == [(("gaitdesk.nowhere",), False)])
    qtbot.waitUntil(lambda: not above.findChildren(JobWorker))


def test_nothing_is_loaded_once_the_window_has_closed(qapp, loaded):
    above = QObject()
    one = Beforehand("gaitdesk.nowhere", parent=above)
    one.start()
    one.stop()
    qapp.processEvents()
    assert not above.findChildren(JobWorker)
    assert loaded == []
