"""What every test of the window gets: no screen, the light theme, and visits that are kept."""

from __future__ import annotations

import gc
import os
from datetime import date

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gaitdesk.domain.progress import finish
from gaitdesk.jobs.child import Apart
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.writing import FilmWriter
from gaitdesk.ui import theme
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.main_window import MainWindow
from tests.jobs import two_people
from tests.jobs.on_the_spot import on_the_spot
from tests.report import made
from tests.ui.hands import settle

PATIENCE_MS = 120_000
"""So long a test waits where it does not say: a crowded machine is slow, and still right."""

BOTH_APART = 22
"""A frame in which two people are seen apart."""

for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    wait.__kwdefaults__["timeout"] = PATIENCE_MS


@pytest.fixture(autouse=True, scope="package")
def _python_tidies_up_between_tests():
    """As in the program: widgets nobody holds are not taken down inside a turn of Qt's own.

    Python would do so whenever its count says so, in whichever thread; see `Housekeeping`.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _tidied(_python_tidies_up_between_tests):
    yield
    gc.collect(2 if gc.get_count()[2] > 10 else 1)


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
def _jobs_on_the_spot(monkeypatch):
    """What looks through films in another process does so in this one, where tests see to it."""
    monkeypatch.setattr(Apart, "job", lambda _apart, *asked: on_the_spot(*asked))
    monkeypatch.setattr("gaitdesk.ui.desk.in_child", on_the_spot)


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


@pytest.fixture(scope="session")
def two(tmp_path_factory):
    """An analysis whose film shows two people; the films are never touched."""
    return two_people.analysis(tmp_path_factory.mktemp("films"))


@pytest.fixture
def kept_two(tmp_path, two):
    """A data folder that holds that visit; the folder and the visit."""
    folder = tmp_path / "data"
    return folder, finish(keep_analysis(two, Keeping(folder, day=date(2026, 5, 4))))


@pytest.fixture
def opened(qtbot, open_window, kept_two):
    """Opens that visit in a new window, at a frame that shows both people apart."""

    def open_visit():
        folder, session = kept_two
        window = open_window(folder)
        window.open_visit(session)
        settle(qtbot, window)
        viewer = window.work.viewer
        viewer.fit_all()
        viewer.go_to(0, BOTH_APART)
        qtbot.waitUntil(lambda: viewer.panes[0].shown_frame == BOTH_APART)
        return window

    return open_visit


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
    # Or the films would still go to the frame of the first item.
    window.work.settle()
    return window
