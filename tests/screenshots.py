"""Every screen and state of the window as pictures: `python -m tests screenshots FOLDER`.

A phantom is filmed and read for them, unless `--results FOLDER` names what `gaitdesk analyse` has
left. Only films that are brought in (01 to 06) are drawn by formula. Both languages are taken at
once, each by a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import TooFewSteps
from gaitdesk.domain.evgs import Direction, Item, Origin, Reason, Score, State
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.i18n import language, speak, tr
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.writing import FilmWriter
from gaitdesk.report.interchange import read_analysis, write_analysis
from gaitdesk.store.store import Store
from gaitdesk.ui.compare.curve_page import CurveComparison
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.housekeeping import Housekeeping
from gaitdesk.ui.kept import KeptRecord
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.models.dialog import ModelsDialog
from gaitdesk.ui.plots.curve_panel import CurvePanel
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.scoring.shortcuts import ShortcutDialog
from gaitdesk.ui.sitting import translate_qt
from gaitdesk.ui.theme import DARK, LIGHT, Appearance
from gaitdesk.ui.viewer.projector import Projector
from gaitdesk.ui.viewer.viewer import Viewer
from tests import screenshot_exports, screenshot_records, screenshot_states, screenshot_training
from tests.phantom_visit import phantom_visit
from tests.report import made

SCREEN = (2560, 1440)
LANGUAGES = {"en": "", "zh_CN": "zh-"}
"""Languages with what the names of their pictures begin with."""
SIZES = {"1280x800": (1280, 800), "1440x900": (1440, 900), "1920x1080": (1920, 1080)}
PATIENCE_S = 1800.0
"""Longer than anything takes on a machine that has much else to do."""


def drawn(folder: Path) -> Analysis:
    """An analysis with every kind of answer, and its films."""
    held = made.analysis(folder)
    for film in held.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(film.video.frame_count):
                writer.write(made.picture(film, frame))
    return held


def with_conflict(analysis: Analysis) -> Analysis:
    """The analysis with a network that sees two items otherwise than the rules."""
    sheet = analysis.scoresheet
    for cell in ((Side.RIGHT, Item.STANCE_KNEE_EXTENSION), (Side.LEFT, Item.HEEL_LIFT)):
        held = sheet.get(*cell)
        if held is None or not held.proposed:
            continue
        first = held.proposed[0]
        score = Score.NORMAL if first.score is not Score.NORMAL else Score.MODERATE
        other = replace(
            first,
            origin=Origin.NETWORK,
            reader="ChildGait 1",
            state=State.SCORED,
            score=score,
            direction=answers.directions(cell[1], score)[0],
            reason=None,
            confidence=0.71,
        )
        both = replace(
            held,
            state=State.REVIEWER_DECIDES,
            reason=Reason.READERS_DISAGREE,
            score=None,
            direction=None,
            proposed=(*held.proposed, other),
        )
        sheet = sheet.with_cell(*cell, both)
    return replace(analysis, scoresheet=sheet)


def three_visits(analysis: Analysis) -> list[tuple[date, Analysis]]:
    """A child who walks worse in spring and, in an orthosis, better in autumn."""
    visits = []
    for day, points, share, conditions in (
        (date(2026, 1, 5), None, 1.0, Conditions("Barefoot", "Walker")),
        (date(2026, 5, 4), Score.MARKED, 1.15, Conditions("Barefoot", "None")),
        (date(2026, 11, 2), Score.NORMAL, 0.8, Conditions("Shoes and orthosis", "None")),
    ):
        sheet = answers.with_confident_accepted(analysis.scoresheet)
        for item in list(Item)[:6] if points is not None else ():
            score = points if points in answers.scores(item) else answers.scores(item)[-1]
            way = answers.directions(item, score)[-1]
            sheet = answers.with_score(sheet, Side.RIGHT, item, score, way)
        visit = replace(
            analysis,
            scoresheet=sheet,
            conditions=conditions,
            curves=tuple(replace(one, mean=share * one.mean) for one in analysis.curves),
            variable_scores=tuple(
                replace(one, score_deg=share * one.score_deg) for one in analysis.variable_scores
            ),
        )
        visits.append((day, visit))
    return visits


def is_waiting(widget: QWidget) -> bool:
    """Whether frames, small pictures or curves are on their way to a widget."""
    if any(one.is_waiting for one in widget.findChildren(Projector)):
        return True
    for viewer in widget.findChildren(Viewer):
        projector = viewer.findChild(Projector)
        for slot in range(len(viewer.films_shown)):
            if not viewer.timeline.has_pictures(slot) and not projector.has_failed(slot):
                return True
    return any(
        not one.is_whole
        for one in widget.findChildren(QWidget)
        if isinstance(one, CurvePanel | CurveComparison) and one.isVisible()
    )


class Photographer:
    """Opens the window in one state after the other and takes its picture."""

    def __init__(self, folder: Path, analysis: Analysis, scratch: Path) -> None:
        self.folder, self.analysis, self.scratch = folder, analysis, scratch
        self._drawn: Analysis | None = None
        self.application = QApplication.instance() or QApplication([])
        self.housekeeping = Housekeeping(self.application)
        self.housekeeping.start()
        self.appearance = Appearance(self.application)
        self.appearance.choose(LIGHT)
        self.last_resort = LastResort()
        self.taken: list[Path] = []
        self.prefix = ""

    def spin(self, seconds: float) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.005)

    def until(self, is_done: Callable[[], bool]) -> None:
        """Let the window work until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not is_done():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there")
            self.application.processEvents()
            time.sleep(0.005)

    def take(self, widget: QWidget, name: str) -> None:
        """Take a picture of a widget."""
        self.spin(0.2)
        self.until(lambda: not is_waiting(widget))
        self.spin(0.1)
        path = self.folder / f"{self.prefix}{name}.png"
        widget.grab().save(str(path))
        self.taken.append(path)

    def window(self, data: Path, size: tuple[int, int] = SIZES["1280x800"]) -> MainWindow:
        """A window on a data folder."""
        window = MainWindow(Desk(data), self.appearance, self.last_resort)
        window.resize(*size)
        window.show()
        self.spin(0.05)
        return window

    @property
    def drawn(self) -> Analysis:
        """Films drawn by formula, to be brought in."""
        if self._drawn is None:
            folder = self.scratch / "drawn"
            folder.mkdir()
            self._drawn = drawn(folder)
        return self._drawn

    def each_once(self) -> None:
        """Take every picture in the language spoken."""
        for take in PARTS.values():
            take(self)

    def first_steps(self) -> None:
        """Nothing there yet, films chosen, an analysis running, and one that failed."""
        window = self.window(self.scratch / "empty")
        self.take(window, "01-empty")
        keys = ShortcutDialog(window)
        keys.show()
        self.take(keys, "02-keys")
        keys.close()
        window.show_models()
        models = window.findChild(ModelsDialog)
        self.take(models, "02-models")
        models.close()
        window.close()
        screenshot_states.importing(self)
        window = self.window(self.scratch / "empty")
        window.import_films([film.video.path for film in self.drawn.films])
        self.until(lambda: all(card.is_ready for card in window.importing.cards))

        def failing():
            yield Progress(0, 1, "")
            raise TooFewSteps("side.mp4", 1)

        window.jobs.run(failing(), tr("Analysing the films"), window.importing, lambda _: None)
        self.until(lambda: not window.is_busy)
        self.take(window, "05-error-to-mend")
        self.last_resort.show_error(ValueError("what nobody expected"))
        self.take(self.last_resort.dialog, "06-defect")
        self.last_resort.dialog.close()
        window.close()
        window = self.window(self.scratch / "empty")
        self.take(window, "07-not-analysed-yet")
        window.close()

    def keep(self) -> Path:
        """A data folder with two visits of one child; made once."""
        data = self.scratch / "data"
        if data.exists():
            return data
        before = replace(
            self.analysis,
            scoresheet=answers.with_confident_accepted(self.analysis.scoresheet),
        )
        finish(keep_analysis(before, Keeping(data, day=date(2026, 5, 4))))
        finish(keep_analysis(with_conflict(self.analysis), Keeping(data, day=date(2026, 11, 2))))
        return data

    def opened(self, data: Path, size: tuple[int, int]) -> MainWindow:
        """A window with the newest visit open."""
        window = self.window(data, size)
        window.open_visit(window.browser.visits[0].id)
        self.until(lambda: window.document is not None)
        self.until(lambda: all(one.shown_frame is not None for one in window.work.viewer.panes))
        return window

    def reviewing(self, data: Path) -> None:
        """A visit under review, its panels, a list that asks, and the report."""
        window = self.opened(data, SIZES["1440x900"])
        form = window.work.form
        form.focus_cell((Side.RIGHT, Item.SWING_KNEE_FLEXION))
        self.spin(1.0)
        self.take(window, "10-scored")
        form.accept_confident()
        form.focus_cell((Side.RIGHT, Item.STANCE_KNEE_EXTENSION))
        self.spin(1.0)
        self.take(window, "11-readers-disagree")
        form.focus_cell((Side.LEFT, Item.HINDFOOT_VARUS_VALGUS))
        form.ask_score(Score.MODERATE)
        self.take(form.popup, "12-which-direction")
        form.popup.close()
        form.ask_reason()
        self.take(form.popup, "13-why-not")
        form.popup.close()
        form.give_score(Side.LEFT, Item.HINDFOOT_VARUS_VALGUS, Score.MODERATE, Direction.VALGUS)
        for number, name in ((1, "totals"), (2, "curves"), (3, "walk")):
            window.work.desk.show_panel(number)
            self.spin(0.5)
            self.take(window, f"{13 + number}-{name}")
        window.work.desk.show_panel(0)
        window.toggle_browser()
        self.take(window, "17-visits")
        window.show_report()
        self.until(lambda: bool(window.report.pages))
        self.take(window.report, "18-report")
        window.report.close()
        self.appearance.choose(DARK)
        self.spin(0.5)
        self.take(window, "20-dark")
        window.work.desk.show_panel(2)
        self.take(window, "21-dark-curves")
        window.work.desk.show_panel(0)
        window.close()
        empty = self.window(self.scratch / "empty-dark")
        self.take(empty, "22-dark-empty")
        empty.close()
        self.appearance.choose(LIGHT)

    def comparing(self) -> None:
        """Three visits of a child side by side, and the list they were ticked in."""
        data = self.scratch / f"three-{language()}"
        kept = [
            finish(keep_analysis(visit, Keeping(data, "Dr. Lin", day=day)))
            for day, visit in three_visits(self.analysis)
        ]
        other = replace(self.analysis, patient=Patient("Child-0009", 6.0, 1.1))
        finish(keep_analysis(other, Keeping(data, day=date(2026, 6, 4))))
        window = self.window(data, SIZES["1440x900"])
        window.browser.search.setText("nobody")
        self.spin(0.5)
        self.take(window, "40-no-visit-matches")
        window.browser.search.clear()
        self.spin(0.5)
        for session in kept:
            window.browser.toggle_tick(session)
        self.take(window, "41-visits-ticked")
        window.compare_action.trigger()
        self.until(lambda: bool(window.comparing.visits))
        for number, name in enumerate(("form", "totals", "films", "curves", "walk")):
            window.comparing.tabs.setCurrentIndex(number)
            self.spin(0.5)
            if name == "films":
                window.comparing.films.show_place(40.0)
                self.until(
                    lambda: all(one.shown_frame is not None for one in window.comparing.films.panes)
                )
            self.take(window, f"{42 + number}-compared-{name}")
        window.leave_comparison()
        window.ask_details(kept[-1])
        self.take(window.details, "47-whose-visit")
        window.details.close()
        window.close()

    def clashing(self, data: Path) -> None:
        """Items that somebody else has answered otherwise at the same time."""
        window = self.opened(data, SIZES["1440x900"])
        cells = ((Side.RIGHT, Item.STANCE_KNEE_EXTENSION), (Side.LEFT, Item.HEEL_LIFT))
        session = window.browser.visits[0].id
        with Store.open(data, rater="Dr. Lin") as store:
            there = KeptRecord(store, session)
            for side, item in cells:
                way = answers.directions(item, Score.MODERATE)[0]
                there.edit(
                    "Score", answers.with_score(there.sheet, side, item, Score.MODERATE, way)
                )
        sheet = window.document.sheet
        for side, item in cells:
            way = answers.directions(item, Score.NORMAL)[0]
            sheet = answers.with_score(sheet, side, item, Score.NORMAL, way)
        window.work.edited.emit("Score two", sheet)
        self.take(window, "27-conflict")
        window.close()

    def sizes(self, data: Path) -> None:
        """The same visit on small, usual and large screens, and with large text."""
        for name, size in SIZES.items():
            window = self.opened(data, size)
            self.spin(0.8)
            self.take(window, f"30-{name}")
            window.close()
        for share in (1.5, 2.0):
            self.appearance.set_text_share(share)
            for name in ("1280x800", "1920x1080"):
                window = self.opened(data, SIZES[name])
                self.spin(0.8)
                words = f"32-{name}-text-{100 * share:.0f}"
                self.take(window, words)
                if name == "1280x800":
                    window.work.tabs.setCurrentWidget(window.work.item)
                    self.take(window, f"{words}-item")
                    window.show_report()
                    self.until(lambda: bool(window.report.pages))  # noqa: B023
                    window.report.resize(1200, 740)
                    self.take(window.report, f"{words}-report")
                    window.report.close()
                window.close()
            window = self.window(self.scratch / f"empty-{share:g}")
            self.take(window, f"33-empty-text-{100 * share:.0f}")
            window.import_films([film.video.path for film in self.drawn.films])
            self.until(lambda: all(card.is_ready for card in window.importing.cards))  # noqa: B023
            self.take(window, f"33-importing-text-{100 * share:.0f}")
            window.close()
        self.appearance.set_text_share(1.0)

    def large(self, data: Path) -> None:
        """The visit on a 4K screen; Qt was told of it before it began."""
        window = self.opened(data, SIZES["1920x1080"])
        self.take(window, "31-3840x2160-at-200")
        window.close()


PARTS: dict[str, Callable[[Photographer], None]] = {
    "first": Photographer.first_steps,
    "reviewing": lambda one: one.reviewing(one.keep()),
    "items": lambda one: screenshot_states.items(one, one.keep()),
    "correcting": lambda one: screenshot_states.correcting(one, one.keep()),
    "clicking": lambda one: screenshot_states.clicking(one, one.keep()),
    "trouble": screenshot_states.trouble,
    "person": screenshot_states.choosing_a_person,
    "network": screenshot_states.network,
    "exports": screenshot_exports.exporting,
    "comparing": Photographer.comparing,
    "clashing": lambda one: one.clashing(one.keep()),
    "records": screenshot_records.records,
    "training": screenshot_training.training,
    "sizes": lambda one: one.sizes(one.keep()),
}
"""What `--only` takes, in the order in which all pictures are taken."""


def take_all(folder: Path, results: Path) -> None:
    """Take every picture, each language in a process of its own.

    A 4K screen at 200 % needs one as well.
    """
    words = [sys.executable, "-m", "tests", "screenshots", str(folder), "--results", str(results)]
    running = [subprocess.Popen([*words, "--language", one]) for one in LANGUAGES]
    failed = [process for process in running if process.wait()]
    if failed or subprocess.run([*words, "--only", "large"], check=False).returncode:
        raise SystemExit("not every picture could be taken")


def use_screen(folder: Path) -> None:
    """Let the window be drawn on a screen of usual size, where none is chosen."""
    facts = {"name": "desk", "x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1]}
    facts |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1.0}
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [facts]}), encoding="utf-8")
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def main(words: Sequence[str]) -> int:
    """Take all pictures, or those of one part."""
    parser = argparse.ArgumentParser(prog="python -m tests screenshots")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--results", type=Path, help="an analysis to show")
    parser.add_argument("--only", choices=(*PARTS, "large"))
    parser.add_argument("--language", choices=tuple(LANGUAGES), help="of one language only")
    parser.add_argument("--chinese", action="store_const", dest="language", const="zh_CN")
    arguments = parser.parse_args(list(words))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        results = arguments.results
        if results is None:
            results = place / "results"
            results.mkdir()
            write_analysis(phantom_visit(results), results)
        if arguments.only is None and arguments.language is None:
            take_all(arguments.folder, results)
            return 0
        if arguments.only == "large":
            os.environ["QT_SCALE_FACTOR"] = "2"
        use_screen(place)
        photographer = Photographer(arguments.folder, read_analysis(results), place)
        if arguments.language not in (None, "en"):
            speak(arguments.language)
            translate_qt(None)
            photographer.prefix = LANGUAGES[arguments.language]
        if arguments.only == "large":
            photographer.large(photographer.keep())
        elif arguments.only is not None:
            PARTS[arguments.only](photographer)
        else:
            photographer.each_once()
    for path in photographer.taken:
        print(path)
    return 0
