"""The window on all its ways while a timer ticks in it: how late each tick came.

`python -m tests.bench.ticking FOLDER MILLISECONDS [STACKS]` works a window through everything a
reviewer does and prints one line of JSON; `python -m tests bench window` runs it. What the window
needs is made in another process, so that libraries load here when the window itself needs them.
"""

from __future__ import annotations

import json
import multiprocessing
import pickle
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.jobs.child import Apart, in_child
from gaitdesk.ui.parts.choice import ChoicePopup
from gaitdesk.ui.scoring.cell import ScoreCell
from tests.bench.known_visit import Made, made_visit
from tests.bench.stalls import Stalls
from tests.journeys.at_the_desk import CELLS, CONTROL, NO_KEY, Person

LATE_S = 0.04
"""Ticks of more processor time than this are told by name."""
STALL_MS = 25.0
"""From this processor time on the stacks of a tick are told."""
FORM_KEYS = {
    **dict.fromkeys((Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2), "0 1 2"),
    **dict.fromkeys((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right), "arrows"),
    Qt.Key.Key_N: "N",
}
"""Keys whose answer on the screen is timed, by the name they are told under."""


class Ticks(QObject):
    """A timer in the interface thread.

    Attributes:
        gaps: From each tick to the next, ms.
        busy: Processor time of the interface thread meanwhile, ms.
        late: For ticks that took much of it: what was being done, and ms.
        step: What is being done.
    """

    def __init__(self, every_ms: int, stalls: Stalls | None = None) -> None:
        super().__init__()
        self._stalls = stalls
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
        if self._stalls is not None:
            self._stalls.tell(self.step, self._last_cpu, cpu, self.gaps[-1])
            cpu = time.thread_time()
        self._last, self._last_cpu = now, cpu

    def pass_by(self, count: int) -> Callable[[], bool]:
        """Whether so many ticks have passed since now."""
        before = len(self.gaps)
        return lambda: len(self.gaps) > before + count


class Keys:
    """How soon keys in the form are answered on the screen.

    Attributes:
        took: Name of a key, time until what it changed was painted and handed to the screen, ms,
            and processor time of the interface thread meanwhile, ms.
    """

    def __init__(self) -> None:
        self.took: list[tuple[str, float, float]] = []
        self._name = ""
        self._began = self._began_cpu = 0.0
        self._waits_for: object = None

    def begin(self, name: str) -> None:
        """A key is about to be pressed."""
        self._name, self._waits_for = name, None
        self._began, self._began_cpu = time.perf_counter(), time.thread_time()

    def painted(self, widget: object) -> None:
        """A cell or list of choices was painted; what else is painted with it follows."""
        if not self._name or self._waits_for is not None:
            return
        self._waits_for = widget
        QTimer.singleShot(0, self._end)

    def is_answered(self) -> bool:
        """Whether the key is answered."""
        return not self._name

    def _end(self) -> None:
        took = time.perf_counter() - self._began, time.thread_time() - self._began_cpu
        self.took.append((self._name, 1000 * took[0], 1000 * took[1]))
        self._name = ""


class Reviewer(Person):
    """Works the window, and sees how soon the form answers its keys."""

    def __init__(self, data: Path, keys: Keys) -> None:
        super().__init__(data)
        self._keys = keys

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        focus = QApplication.focusWidget()
        if modifier is not NO_KEY or key not in FORM_KEYS or not isinstance(focus, ScoreCell):
            super().press(key, modifier)
            return
        self._keys.begin(FORM_KEYS[key])
        super().press(key)
        self.until(self._keys.is_answered)

    @contextmanager
    def watched(self) -> Any:
        """Hear of whatever is painted that answers a key."""

        def paint(cell: ScoreCell, event: Any) -> None:
            painted(cell, event)
            if cell.cell == self.window.work.form.focused:
                self._keys.painted(cell)

        def popped(popup: ChoicePopup, event: Any) -> None:
            shown(popup, event)
            self._keys.painted(popup)

        painted, shown = ScoreCell.paintEvent, ChoicePopup.paintEvent
        with (
            mock.patch.object(ScoreCell, "paintEvent", paint),
            mock.patch.object(ChoicePopup, "paintEvent", popped),
        ):
            yield


def main(folder: Path, every_ms: int, stacks: Path | None) -> None:
    """Work a window through its ways, and say how its ticks came."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        held = apart.submit(made_visit, folder).result()
    keys = Keys()
    person = Reviewer(folder / "data", keys)
    ticks = Ticks(every_ms, Stalls(stacks.open("w"), STALL_MS) if stacks is not None else None)
    with _quick_jobs(held), person.watched():
        for name, way in WAYS.items():
            ticks.step = name
            way(person, ticks, held.analysis)
            person.until(ticks.pass_by(4))
        said = {"gaps": ticks.gaps, "busy": ticks.busy, "late": ticks.late, "keys": keys.took}
        sys.stdout.write(f"{json.dumps(said)}\n")
        # What the network is at would be asked about. Nothing may be painted after the watch has
        # ended: Qt for Python keeps hold of what has painted a widget once.
        person.until(lambda: not person.window.network.is_reading)
        person.close()


@contextmanager
def _quick_jobs(held: Made) -> Any:
    """Jobs that take long, and run in threads of their own, answer what is known.

    Libraries load as they do without this: in the threads of jobs.
    """

    def made(apart: Apart, first: Progress, module: str, name: str, *arguments: Any) -> Job[Any]:
        yield first
        if name == "first_glance":
            return pickle.loads(held.glance)
        from gaitdesk.jobs.keeping import Keeping, keep_analysis

        _, folder, rater, day = arguments
        return (yield from keep_analysis(held.analysis, Keeping(folder, rater, day=day)))

    def apart(first: Progress, module: str, name: str, *arguments: Any) -> Job[Any]:
        if name != "read_by_network":
            return (yield from in_child(first, module, name, *arguments))
        session = arguments[0]
        for step in range(20):
            yield Progress(step, 20, "reading")
            time.sleep(0.02)
        from gaitdesk.jobs.network import NetworkAnswers

        return NetworkAnswers(session, *pickle.loads(held.read), {})

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(Apart, "job", made))
        stack.enter_context(mock.patch("gaitdesk.ui.network_desk.in_child", apart))
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


def _give_reasons(person: Person, ticks: Ticks, analysis: Any) -> None:
    for number in range(5):
        person.go_to(number)
        person.press(Qt.Key.Key_N)
        person.until(lambda: person.window.work.form.popup is not None)
        person.press(Qt.Key.Key_Escape)
        person.until(lambda: person.window.work.form.popup is None)
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
    person.bring_forward(window)


WAYS: dict[str, Callable[[Person, Ticks, Any], None]] = {
    "importing two films": _import,
    "the network's answers": _network,
    "scoring 34 cells": _score,
    "asking for a reason": _give_reasons,
    "undoing ten": _undo,
    "every panel": _panels,
    "dragging joints": _drag,
    "playing": _play,
    "comparing visits": _compare,
    "the report": _report,
}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)
