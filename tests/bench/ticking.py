"""The window on all its ways while a timer ticks in it: how late each tick came.

`python -m tests.bench.ticking FOLDER MILLISECONDS` works a window through everything a reviewer
does and prints one line of JSON; `python -m tests bench window` runs it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from PySide6.QtCore import QObject, QPoint, Qt, QTimer

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.progress import Job, Progress, finish
from gaitdesk.jobs import analysing
from gaitdesk.jobs.child import in_child
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.network import NetworkAnswers
from gaitdesk.media.writing import FilmWriter
from tests.jobs.glances import Walker, glance
from tests.journeys.at_the_desk import CELLS, CONTROL, Person, known
from tests.report import made
from tests.ui.test_network_desk import proposals, reading

LATE_S = 0.04
"""Ticks of more processor time than this are told by name."""
FRAMES, HEIGHT = 160, 180


class Ticks(QObject):
    """A timer in the interface thread.

    Attributes:
        gaps: From each tick to the next, ms.
        busy: Processor time of the interface thread meanwhile, ms.
        late: For ticks that took much of it: what was being done, and ms.
        step: What is being done.
    """

    def __init__(self, every_ms: int) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.busy: list[float] = []
        self.late: list[tuple[str, float]] = []
        self.step = ""
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        self.gaps.append(1000 * (now - self._last))
        self.busy.append(1000 * (cpu - self._last_cpu))
        if cpu - self._last_cpu > LATE_S:
            self.late.append((self.step, 1000 * (cpu - self._last_cpu)))
        self._last, self._last_cpu = now, cpu

    def pass_by(self, count: int) -> Callable[[], bool]:
        """Whether so many ticks have passed since now."""
        before = len(self.gaps)
        return lambda: len(self.gaps) > before + count


def main(folder: Path, every_ms: int) -> None:
    """Work a window through its ways, and say how its ticks came."""
    analysis = _filmed(folder / "films")
    earlier = replace(analysis, conditions=replace(analysis.conditions, footwear="Shoes"))
    finish(keep_analysis(earlier, Keeping(folder / "data", day=date(2026, 1, 5))))
    person = Person(folder / "data")
    ticks = Ticks(every_ms)
    with _quick_jobs(analysis):
        for name, way in WAYS.items():
            ticks.step = name
            way(person, ticks, analysis)
            person.until(ticks.pass_by(4))
    sys.stdout.write(json.dumps({"gaps": ticks.gaps, "busy": ticks.busy, "late": ticks.late}))
    sys.stdout.write("\n")
    person.close()


def _filmed(folder: Path) -> Any:
    folder.mkdir(parents=True)
    held = made.analysis(folder, frames=FRAMES, height=HEIGHT)
    for film in held.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(FRAMES):
                writer.write(made.picture(film, frame))
    return held


@contextmanager
def _quick_jobs(analysis: Any) -> Any:
    """Jobs that take long, and run in threads of their own, answer what is known."""

    def looking(video: object, model: object, known_already: object = None) -> Job[object]:
        yield Progress(0, 8, "looking")
        return glance(Walker())

    def apart(first: Progress, module: str, name: str, *arguments: Any) -> Job[Any]:
        if name != "read_by_network":
            return (yield from in_child(first, module, name, *arguments))
        session = arguments[0]
        for step in range(20):
            yield Progress(step, 20, "reading")
            time.sleep(0.02)
        return NetworkAnswers(session, proposals(), reading(), {})

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(analysing, "analyse", known(analysis)))
        stack.enter_context(mock.patch("gaitdesk.jobs.glancing.glancing", looking))
        stack.enter_context(mock.patch("gaitdesk.ui.network_desk.in_child", apart))
        stack.enter_context(
            mock.patch("gaitdesk.perception.blazepose.BlazePose", return_value=None)
        )
        yield


def _import(person: Person, ticks: Ticks, analysis: Any) -> None:
    page = person.window.importing
    person.window.import_films([film.video.path for film in analysis.films])
    person.until(lambda: all(card.is_ready and not card.wants_glance for card in page.cards))
    person.analyse()


def _network(person: Person, ticks: Ticks, analysis: Any) -> None:
    window = person.window
    if not window.network.is_reading:
        window.network_action.trigger()
    person.until(lambda: not window.network.is_reading)
    person.until(ticks.pass_by(20))


def _score(person: Person, ticks: Ticks, analysis: Any) -> None:
    for number in range(len(CELLS)):
        person.score(number)
        person.until(ticks.pass_by(2))


def _undo(person: Person, ticks: Ticks, analysis: Any) -> None:
    for _ in range(10):
        person.press(Qt.Key.Key_Z, CONTROL)
        person.until(ticks.pass_by(2))


def _panels(person: Person, ticks: Ticks, analysis: Any) -> None:
    tabs = person.window.work.tabs
    for tab in range(tabs.count()):
        person.click(tabs.tabBar(), tabs.tabBar().tabRect(tab).center())
        person.until(ticks.pass_by(20))
    person.click(tabs.tabBar(), tabs.tabBar().tabRect(0).center())


def _drag(person: Person, ticks: Ticks, analysis: Any) -> None:
    person.show_frame(0, 70)
    for way in (18, -12, 8):
        person.drag_joint(0, Landmark.RIGHT_KNEE.name, way, -4)
        person.until(ticks.pass_by(6))


def _play(person: Person, ticks: Ticks, analysis: Any) -> None:
    pane = person.window.work.viewer.panes[0]
    person.click(pane, QPoint(pane.width() // 2, 40))
    person.press(Qt.Key.Key_Home)
    person.press(Qt.Key.Key_L)
    end = time.monotonic() + 3.0
    person.until(lambda: time.monotonic() > end)
    person.press(Qt.Key.Key_K)


def _compare(person: Person, ticks: Ticks, analysis: Any) -> None:
    window = person.window
    for visit in window.browser.visits[:2]:
        window.browser.toggle_tick(visit.id)
    window.compare_action.trigger()
    person.until(lambda: bool(window.comparing.visits))
    bar = window.comparing.tabs.tabBar()
    for tab in range(window.comparing.tabs.count()):
        person.click(bar, bar.tabRect(tab).center())
        person.until(ticks.pass_by(20))
    window.leave_comparison()


def _report(person: Person, ticks: Ticks, analysis: Any) -> None:
    window = person.window
    window.report_action.trigger()
    person.until(lambda: window.report is not None and bool(window.report.pages))
    window.report.close()


WAYS: dict[str, Callable[[Person, Ticks, Any], None]] = {
    "importing two films": _import,
    "the network's answers": _network,
    "scoring 34 cells": _score,
    "undoing ten": _undo,
    "every panel": _panels,
    "dragging joints": _drag,
    "playing": _play,
    "comparing visits": _compare,
    "the report": _report,
}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
