"""The player: stepping at 2560 x 1440, playing two films of 720p, the event loop, and memory."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As the program does.
os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.media.writing import Coding, FilmWriter
from gaitdesk.ui.housekeeping import Housekeeping
from gaitdesk.ui.viewer.frame_loader import FAR_BYTES, NEAR_BYTES
from gaitdesk.ui.viewer.layers import Layer, LayerLook, Layers
from gaitdesk.ui.viewer.playback import MOST_BEHIND_S
from gaitdesk.ui.viewer.viewer import Viewer
from tests.bench.results import record
from tests.report import made

STEP_LIMIT_MS = 30.0
_PATIENCE_S = 60.0
# Frames of the two films come between each other, as cameras that nobody locked to each other do.
_OFFSET_S = 0.1837
_PROBE_MS = 5
# So many frames either way are kept whole at 2560 x 1440.
_REACH = 4


@dataclass(frozen=True)
class Steps:
    """How long steps took, from the key to the last pane painted.

    Attributes:
        wall_ms: By the clock on the wall, shape (steps,).
        own_ms: Work of the interface thread alone, shape (steps,).
    """

    wall_ms: np.ndarray
    own_ms: np.ndarray

    def row(self, name: str) -> str:
        wall, own = self.wall_ms, self.own_ms
        return (
            f"| {name} | {len(wall)} | {np.median(wall):.1f} | {np.percentile(wall, 95):.1f} |"
            f" {np.median(own):.1f} | {np.percentile(own, 95):.1f} |"
        )


def main(argv: list[str]) -> int:
    """Measure and record; 0 where stepping keeps its limit by the interface thread's own work."""
    parser = argparse.ArgumentParser("bench player")
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--only-playing", action="store_true", help="in a section of its own")
    given = parser.parse_args(argv)
    app = QApplication.instance() or QApplication([])
    # As the program does.
    housekeeping = Housekeeping(app)
    housekeeping.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.only_playing:
            playing = _playing(app, folder, given.seconds)
            housekeeping.stop()
            print(playing)
            command = f"python -m tests bench player --only-playing --seconds {given.seconds:g}"
            record("playing", "Player: playing beside other programs", command, playing)
            return 0
        stepping, worst_ms = _stepping(app, folder, given.steps, given.frames)
        playing = _playing(app, folder, given.seconds)
    housekeeping.stop()
    command = (
        f"python -m tests bench player --steps {given.steps} --seconds {given.seconds:g}"
        f" --frames {given.frames}"
    )
    text = f"{stepping}\n\n{playing}"
    print(text)
    record("player", "Player: stepping and playing two films", command, text)
    return int(worst_ms > STEP_LIMIT_MS)


def filmed(folder: Path, frames: int, height: int, offset_s: float = 0.0) -> Analysis:
    """A walk by formula in two films of the same pictures, with body, mask, angles and events."""
    analysis = made.analysis(folder, frames, height)
    side, front = (film.video.path for film in analysis.films)
    width = height * 16 // 9
    # As much detail as a camera's, and it moves.
    grain = np.random.default_rng(0).integers(60, 200, (height, width + 600, 3), np.uint8)
    ground = cv2.GaussianBlur(grain, (0, 0), 1.5)
    coding = Coding(keyframe_every=60, b_frames=3, preset="ultrafast")
    with FilmWriter(side, made.FPS, coding=coding) as writer:
        for i in range(frames):
            writer.write(np.ascontiguousarray(ground[:, 2 * i % 600 :][:, :width]))
    shutil.copy(side, front)
    return replace(analysis, sync=(Sync(0, 1, offset_s, 1.0, SyncSource.MOTION),))


def _opened(
    app: QApplication, analysis: Analysis, width: int, height: int, *, is_following: bool = True
) -> Viewer:
    """A viewer that has just come to show a frame of each film, as the program opens it."""
    viewer = Viewer()
    viewer.resize(width, height)
    viewer._look.follow(is_following)
    layers = Layers()
    for layer in Layer:
        layers = layers.with_look(layer, LayerLook(True, layers.look(layer).opacity))
    viewer.set_layers(layers)
    viewer.show_analysis(analysis)
    viewer.show()
    _until(app, lambda: None not in [pane.shown_frame for pane in viewer.panes])
    return viewer


def _until(app: QApplication, is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not is_so():
        app.processEvents()
        if time.monotonic() > end:
            raise TimeoutError("the player did not come that far")
        time.sleep(0.001)


def _stepping(app: QApplication, folder: Path, steps: int, frames: int) -> tuple[str, float]:
    analysis = filmed(folder, frames, 1440)
    viewer = _opened(app, analysis, 2560, 1440)
    rows = [
        "Two films of 2560 x 1440 in a window of that size, mask, skeleton, angles, events and"
        " trail drawn over both. From the step to both panes painted; own work is the CPU time"
        " of the interface thread, which other programs cannot lengthen:\n",
        "| steps | count | wall, median ms | wall, p95 ms | own, median ms | own, p95 ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    worst_ms = 0.0
    for name, is_following in (("following the child", True), ("whole picture", False)):
        viewer._look.follow(is_following)
        viewer.go_to(0, frames // 2)
        # The panes ask for pictures of another size a moment after the window has settled.
        _run(1.0)
        _until(app, lambda: _is_at_hand(viewer, frames // 2, _REACH))
        near = _steps(app, viewer, steps, _REACH)
        rows.append(near.row(f"among frames kept whole, {name}"))
        worst_ms = max(worst_ms, float(np.percentile(near.own_ms, 95)))
    _until(app, lambda: all(viewer._projector.kept(slot).all() for slot in range(2)))
    far = _steps(app, viewer, steps // 2, frames // 2 - 2, pause_s=1 / 15)
    rows.append(far.row("15 a second through the whole film, whole picture"))
    rows += ["", _memory(viewer)]
    viewer.close()
    return "\n".join(rows), worst_ms


def _is_at_hand(viewer: Viewer, frame: int, reach: int) -> bool:
    return all(
        number in reel.loader.near
        for reel in viewer._projector._reels
        for number in range(frame - reach, frame + reach + 1)
    )


def _steps(
    app: QApplication, viewer: Viewer, steps: int, reach: int, pause_s: float = 0.0
) -> Steps:
    """Step to and fro, so many frames each way around where the films stand."""
    painted: dict[int, int] = {}
    for slot, pane in enumerate(viewer.panes):
        pane.frame_painted.connect(lambda frame, slot=slot: painted.__setitem__(slot, frame))
    wall_ms, own_ms = [], []
    way, place = 1, 0
    for _ in range(steps):
        way = -way if abs(place + way) > reach else way
        place += way
        started, worked = time.perf_counter(), time.thread_time()
        viewer._stepping.step(way)
        axis = viewer.axis
        assert axis is not None
        wanted = {slot: axis.nearest(slot, viewer.current_time_s).frame for slot in range(2)}
        while painted != wanted:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        wall_ms.append(1e3 * (time.perf_counter() - started))
        own_ms.append(1e3 * (time.thread_time() - worked))
        if pause_s:
            _run(pause_s)
    return Steps(np.array(wall_ms), np.array(own_ms))


@dataclass(frozen=True)
class Showing:
    """One way of playing the films.

    Attributes:
        name: What it is called.
        is_following: Whether the view follows the child.
        wait_s: How long the films have stood when playing begins.
        is_new: Whether the films have just been opened, so that no frame of them was played yet.
        rate: Speed of playing.
    """

    name: str
    is_following: bool
    wait_s: float
    is_new: bool
    rate: float = 1.0


_SHOWINGS = (
    Showing("whole picture, at once after opening", False, 0.0, True),
    Showing("whole picture, 3 s after opening", False, 3.0, True),
    Showing("whole picture, again", False, 3.0, False),
    Showing("following the child, at once after opening", True, 0.0, True),
    Showing("following the child, 3 s after opening", True, 3.0, True),
    Showing("following the child, again", True, 3.0, False),
    Showing("following the child, half speed", True, 3.0, False, 0.5),
)


def _playing(app: QApplication, folder: Path, seconds: float) -> str:
    frames = round((seconds + _OFFSET_S) * made.FPS) + 30
    analysis = filmed(folder, frames, 720, _OFFSET_S)
    rows = [
        f"Two films of 1280 x 720, 60 frames a second, played for {seconds:g} s in a window of"
        f" 1920 x 1080 with the same drawings, {_OFFSET_S:g} s between them; opened means that"
        " each film shows its first frame. A frame left out is one that was never painted. Work"
        " is CPU time: of the interface thread; and of all threads and decoding processes, for"
        f" which {os.cpu_count()} cores have"
        f" {1e3 * (os.cpu_count() or 1) / made.FPS:.0f} ms between two frames. Cores got are those"
        f" that other programs left to it, where frames were left out, of {os.cpu_count()}. Frames"
        " not there are those that had not been decoded when they were due: of the frames left"
        " out, the others were there, and the window had no processor to paint them with. Behind is"
        " how far the moment shown was behind the wall clock at most, which is made up for without"
        f" leaving a frame out up to {1e3 * MOST_BEHIND_S:.0f} ms. Waited is how long playing was"
        " held until its first frames were there. Load is that of the whole machine; the program"
        f" ran at priority {psutil.Process().nice()} (0 is usual, less goes first).\n",
        "| | load | waited, s | frames painted | frames left out | frames not there | behind, ms |"
        " own work, ms a pair | all work, ms a pair | cores got | event loop late, p99 ms |"
        " ... of it own work, p99 ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    viewer: Viewer | None = None
    for showing in _SHOWINGS:
        if showing.is_new:
            if viewer is not None:
                viewer.close()
            viewer = _opened(app, analysis, 1920, 1080, is_following=showing.is_following)
        assert viewer is not None
        rows.append(_played(viewer, showing, seconds))
    assert viewer is not None
    rows += ["", _memory(viewer)]
    viewer.close()
    return "\n".join(rows)


def _played(viewer: Viewer, showing: Showing, seconds: float) -> str:
    if not showing.is_new:
        viewer.go_to(0, 0)
    if showing.wait_s:
        _run(showing.wait_s)
    late_ms: list[float] = []
    busy_ms: list[float] = []
    probe = _probe(late_ms, busy_ms)
    worked, all_worked = time.thread_time(), _all_work_s()
    lateness = _Lateness(viewer)
    viewer.playback.play(showing.rate)
    while not lateness.held_s:
        _run(0.01)
    _run(seconds)
    viewer.playback.pause()
    own_ms, all_ms = 1e3 * (time.thread_time() - worked), 1e3 * (_all_work_s() - all_worked)
    probe.stop()
    lateness.end()
    pairs = max(1, viewer.painted_frames / 2)
    return (
        f"| {showing.name} | {os.getloadavg()[0]:.1f} | {lateness.held_s:.2f} |"
        f" {viewer.painted_frames} | {viewer.dropped_frames} | {lateness.missing} |"
        f" {1e3 * lateness.behind_s:.0f} |"
        f" {own_ms / pairs:.1f} | {all_ms / pairs:.1f} |"
        f" {all_ms / (1e3 * (seconds + lateness.held_s)):.1f} |"
        f" {np.percentile(late_ms, 99):.0f} | {np.percentile(busy_ms, 99):.0f} |"
    )


class _Lateness:
    """Notes how long playing is held, how late it is, and which frames are not there when due.

    Attributes:
        held_s: So long playing waited for its first frames.
        missing: Frames that had not come when they were to be shown.
        behind_s: Most that the moment shown was behind the wall clock.
    """

    def __init__(self, viewer: Viewer) -> None:
        self.held_s = 0.0
        self.missing = 0
        self.behind_s = 0.0
        self._viewer = viewer
        self._begun = time.perf_counter()
        self._due = [-1, -1]
        viewer.playback.held.connect(self._on_held)
        viewer.playback.time_reached.connect(self._on_time)

    def end(self) -> None:
        """Note no more."""
        self._viewer.playback.held.disconnect(self._on_held)
        self._viewer.playback.time_reached.disconnect(self._on_time)

    def _on_held(self, share: float) -> None:
        if share >= 1.0 and self._viewer.playback.is_playing:
            self.held_s = time.perf_counter() - self._begun

    def _on_time(self, time_s: float) -> None:
        axis = self._viewer.axis
        assert axis is not None
        self.behind_s = max(self.behind_s, self._viewer.playback.behind_s)
        for slot, reel in enumerate(self._viewer._projector._reels):
            due = axis.nearest(slot, axis.beat_s(time_s)).frame
            if due != self._due[slot] and reel.is_waiting:
                self.missing += 1
            self._due[slot] = due


def _run(seconds: float) -> None:
    """Let the program's own loop run, which leaves other threads alone while nothing happens."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _all_work_s() -> float:
    """CPU time of the program and its decoding processes."""
    children = psutil.Process().children(recursive=True)
    return time.process_time() + sum(sum(child.cpu_times()[:2]) for child in children)


def _probe(late_ms: list[float], busy_ms: list[float]) -> QTimer:
    """Notes how late a timer comes, which is how long the window would not have answered.

    What of it was the interface thread's own work is noted beside it.
    """
    probe = QTimer()
    probe.setInterval(_PROBE_MS)
    last = [time.perf_counter(), time.thread_time()]

    def tick() -> None:
        now, worked = time.perf_counter(), time.thread_time()
        late_ms.append(max(0.0, 1e3 * (now - last[0]) - _PROBE_MS))
        busy_ms.append(1e3 * (worked - last[1]))
        last[:] = now, worked

    probe.timeout.connect(tick)
    probe.start()
    return probe


def _memory(viewer: Viewer) -> str:
    own = psutil.Process()
    children = sum(child.memory_info().rss for child in own.children(recursive=True))
    limit = 2 * (NEAR_BYTES + FAR_BYTES)
    return (
        f"Memory: {viewer.used_bytes / 1e6:.0f} MB of frames, whole and as they are shown, never"
        f" more than {limit / 1e6:.0f} MB for two films ({NEAR_BYTES / 1e6:.0f} MB each by this"
        f" machine's memory, and {FAR_BYTES / 1e6:.0f} MB of JPEG); the program"
        f" {own.memory_info().rss / 1e6:.0f} MB, its decoding processes {children / 1e6:.0f} MB."
    )
