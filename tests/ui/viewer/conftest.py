"""Two small films whose frames bear their numbers, and an analysis of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.media.writing import Coding, FilmWriter
from gaitdesk.ui.viewer.arrangement import Arrangement
from gaitdesk.ui.viewer.film_pane import FilmPane
from gaitdesk.ui.viewer.layers import Layers
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.viewer import Viewer
from tests.media.corpus import numbered
from tests.report import made

FRAMES, HEIGHT = 48, 180
OFFSET_S = 0.2
FPS = made.FPS
LATER = round(OFFSET_S * FPS)
"""So many frames later the coronal film shows the same moment."""
PANE_FRAME = 12
WAIT_MS = 120_000
"""A decoding process takes its time to start where others use the machine."""


@pytest.fixture(scope="session")
def walk(tmp_path_factory):
    """An analysis with films behind it: the coronal one shows 0.2 s when the sagittal starts."""
    folder = tmp_path_factory.mktemp("films")
    analysis = made.analysis(folder, FRAMES, HEIGHT)
    for film in analysis.films:
        with FilmWriter(film.video.path, FPS, coding=Coding(keyframe_every=24)) as writer:
            for frame in range(FRAMES):
                writer.write(numbered(frame, film.video.width, film.video.height))
    return replace(analysis, sync=(Sync(0, 1, OFFSET_S, 0.9, SyncSource.MOTION),))


@pytest.fixture
def film(walk):
    """The sagittal film."""
    return walk.films[0]


@pytest.fixture
def pane(qtbot, film):
    """A pane that shows a frame of `film`, all grey."""
    one = FilmPane()
    qtbot.addWidget(one)
    one.setFixedSize(640, 400)
    one.show_film(film)
    image = np.full((film.video.height, film.video.width, 3), 90, np.uint8)
    one.show_picture(Picture(PANE_FRAME, image))
    one.show()
    qtbot.waitExposed(one)
    return one


@pytest.fixture
def corrected(pane):
    """The edits that the pane announces, in order."""
    heard = []
    pane.corrected.connect(heard.append)
    return heard


@pytest.fixture(scope="module")
def _opened(qapp, walk):
    """One viewer for a module: starting the decoding processes takes longer than most tests."""
    one = Viewer(near_bytes=30_000_000, far_bytes=10_000_000)
    one.resize(900, 620)
    one.show_analysis(walk)
    yield one
    one.close()
    one.deleteLater()


@pytest.fixture
def viewer(qtbot, _opened, walk):
    """The viewer with the films, shown, as if just opened."""
    _opened.show_analysis(walk)
    _opened.arrange(Arrangement.SIDE_BY_SIDE)
    _opened.set_layers(Layers())
    _opened.set_lead(0)
    _opened.playback.set_loop(None)
    _opened.playback.set_speed(1.0)
    _opened.go_to(0, 0)
    _opened.show()
    _opened.activateWindow()
    qtbot.waitUntil(_opened.isActiveWindow, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: shown(_opened) == [0, LATER], timeout=WAIT_MS)
    return _opened


class HandClock:
    """A wall clock that goes when told, so that no test depends on how fast the machine is."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock(viewer, monkeypatch):
    """The clock the viewer plays by, standing until it is moved."""
    one = HandClock()
    monkeypatch.setattr(viewer.playback, "_clock", one)
    yield one
    viewer.playback.pause()


def play_on(qtbot, viewer, clock, frames):
    """Let so many frames of the first film be played, each of them painted in both panes."""
    playback, axis, painted = viewer.playback, viewer.axis, {}

    def paint(slot, frame):
        painted[slot] = frame

    def is_painted(due_s):
        slots = range(len(viewer.films_shown))
        due = {slot: axis.nearest(slot, axis.beat_s(due_s)).frame for slot in slots}
        # A film that has come to its end is not painted again.
        return all(
            painted.get(slot, viewer.panes[slot].shown_frame) == frame
            for slot, frame in due.items()
        )

    listening = [
        pane.frame_painted.connect(lambda frame, slot=slot: paint(slot, frame))
        for slot, pane in enumerate(viewer.panes)
    ]
    qtbot.waitUntil(lambda: playback._held_since is None, timeout=WAIT_MS)
    start_s, begun_s = viewer.current_time_s, clock.now_s
    for _ in range(frames):
        clock.now_s += 1.0 / FPS / abs(playback.rate)
        due_s = start_s + (clock.now_s - begun_s) * playback.rate
        qtbot.waitUntil(lambda due_s=due_s: is_painted(due_s), timeout=WAIT_MS)
    for slot, pane in enumerate(viewer.panes):
        pane.frame_painted.disconnect(listening[slot])


def shown(viewer):
    """Numbers of the frames on the screen."""
    return [pane.shown_frame for pane in viewer.panes]
