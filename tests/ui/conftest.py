"""What every test of the window gets: no screen, the light theme, and visits that are kept."""

from __future__ import annotations

import os
from datetime import date

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.writing import FilmWriter
from gaitdesk.ui import theme
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.main_window import MainWindow
from tests.report import made

PATIENCE_MS = 120_000
"""So long a test waits where it does not say: a crowded machine is slow, and still right."""

for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    wait.__kwdefaults__["timeout"] = PATIENCE_MS


@pytest.fixture(scope="session")
def _appearance(qapp):
    return theme.Appearance(qapp)


@pytest.fixture
def appearance(_appearance):
    """The light theme at its usual size, whatever the test before chose."""
    _appearance.choose(theme.LIGHT)
    _appearance.set_text_share(1.0)
    return _appearance


@pytest.fixture(autouse=True)
def _no_thread_outlives_a_test(appearance):
    yield
    running = [
        thread
        for widget in QApplication.topLevelWidgets()
        for thread in widget.findChildren(QThread)
        if thread.isRunning()
    ]
    assert running == []


@pytest.fixture(scope="session")
def analysis(tmp_path_factory):
    """A complete analysis with every kind of answer, and its films."""
    folder = tmp_path_factory.mktemp("films")
    held = made.analysis(folder, frames=40, height=180)
    for film in held.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(film.video.frame_count):
                writer.write(made.picture(film, frame))
    return held


@pytest.fixture
def kept(tmp_path, analysis):
    """A data folder that holds one visit; the folder and the visit."""
    folder = tmp_path / "data"
    return folder, finish(keep_analysis(analysis, Keeping(folder, day=date(2026, 5, 4))))


@pytest.fixture
def open_window(qtbot, appearance):
    """Opens windows on data folders; all of them are closed after the test."""
    opened = []

    def open_one(folder):
        one = MainWindow(Desk(folder), appearance, LastResort())
        qtbot.addWidget(one)
        opened.append(one)
        one.show()
        one.activateWindow()
        qtbot.waitUntil(one.isActiveWindow, timeout=120_000)
        return one

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def window(open_window, tmp_path):
    """The window on an empty store, shown."""
    return open_window(tmp_path / "data")


@pytest.fixture
def visit_window(qtbot, open_window, kept):
    """The window with a visit open."""
    folder, session = kept
    window = open_window(folder)
    window.open_visit(session)
    qtbot.waitUntil(lambda: window.document is not None, timeout=150_000)
    return window
