"""The window worked by key and mouse events, in a process of its own that may be killed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.jobs import analysing
from gaitdesk.media.writing import FilmWriter
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.scoring.answers import CELLS
from gaitdesk.ui.theme import Appearance
from tests.report import made

PATIENCE_S = 120.0
DIGITS = (Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2)


class Person:
    """Somebody at the desk: presses keys, clicks, and waits until the window shows what it should.

    Attributes:
        window: The window in front of them.
    """

    def __init__(self, data: Path) -> None:
        self.application = QApplication.instance() or QApplication([])
        self.window = MainWindow(
            Desk(data), Appearance(self.application), LastResort(self.application)
        )
        self.window.show()
        self.window.activateWindow()

    def until(self, is_done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not is_done():
            if time.monotonic() > end:
                raise TimeoutError
            QTest.qWait(2)

    def import_and_analyse(self, analysis: Analysis) -> None:
        """Bring in the films of an analysis and have them analysed."""
        page = self.window.importing
        self.window.import_films([film.video.path for film in analysis.films])
        self.until(lambda: all(card.is_ready for card in page.cards))
        QTest.mouseClick(page.analyse_button, Qt.MouseButton.LeftButton)
        self.until(lambda: self.window.document is not None)

    def open_newest(self) -> None:
        """Open the newest visit by keyboard, from the search."""
        self.window.search_visits()
        QTest.keyClick(self.window.browser.search, Qt.Key.Key_Down)
        QTest.keyClick(self.window.browser.list, Qt.Key.Key_Return)
        self.until(lambda: self.window.document is not None)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press a key on the cell that has the keyboard."""
        form = self.window.work.form
        QTest.keyClick(form.cell(*form.focused), key, modifier or Qt.KeyboardModifier.NoModifier)

    def score(self, number: int) -> None:
        """Score one cell with the digit that is its turn, and go on to the next."""
        form = self.window.work.form
        form.focus_cell(CELLS[number])
        self.press(DIGITS[(number // 2) % 3])
        if form.popup is not None:
            QTest.keyClick(form.popup, Qt.Key.Key_Return)
            self.until(lambda: form.popup is None)

    def cell_words(self, number: int) -> str:
        """What the sheet holds in one cell."""
        assert self.window.document is not None
        held = self.window.document.sheet.get(*CELLS[number])
        assert held is not None
        return f"{number} {held.score} {held.direction} {held.is_confirmed}"


def say(words: str) -> None:
    """Tell the process that watches, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def known(analysis: Analysis) -> Callable[..., Job[Analysis]]:
    """An analysis that takes no time."""

    def analyse(order: analysing.AnalysisOrder, model: object) -> Job[Analysis]:
        yield Progress(1, 1, "")
        return analysis

    return analyse


def film(folder: Path) -> Analysis:
    """Two small films with their analysis."""
    held = made.analysis(folder, frames=40, height=180)
    for one in held.films:
        with FilmWriter(one.video.path, made.FPS) as writer:
            for frame in range(one.video.frame_count):
                writer.write(made.picture(one, frame))
    return held


def score_until_killed(data: Path, films: Path) -> None:
    """Import, analyse, and score all cells; say each one once it is kept; then wait."""
    analysis = film(films)
    person = Person(data)
    with (
        mock.patch.object(analysing, "analyse", known(analysis)),
        mock.patch("gaitdesk.perception.blazepose.BlazePose", return_value=None),
    ):
        person.import_and_analyse(analysis)
    for number in range(len(CELLS)):
        person.score(number)
        say(person.cell_words(number))
    say("all")
    person.until(lambda: False)


def undo_and_export(data: Path, out: Path) -> None:
    """Open the visit again, take ten edits back by key, and save the results."""
    person = Person(data)
    person.open_newest()
    for _ in range(10):
        person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    for number in range(len(CELLS)):
        say(person.cell_words(number))
    person.window.save_results(out)
    person.until(lambda: not person.window.is_busy)
    say(person.window.work.message.text)
    person.window.close()


if __name__ == "__main__":
    {"score": score_until_killed, "undo": undo_and_export}[sys.argv[1]](
        Path(sys.argv[2]), Path(sys.argv[3])
    )
