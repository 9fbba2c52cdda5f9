"""Somebody at the desk: the window worked by key and mouse, in a process that may be killed.

`python -m tests.journeys.at_the_desk DATA_FOLDER` shows the window and does, one after another,
what it reads on standard input; see `tests.journeys.desk_process`.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Dialogs of the desktop around it would be another program's windows.
os.environ["QT_QPA_PLATFORMTHEME"] = ""

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QWidget

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.evgs import ItemScore
from gaitdesk.jobs.begun_visits import begun_visits
from gaitdesk.store.facts import Purpose
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.housekeeping import Housekeeping
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.scoring.answers import CELLS
from gaitdesk.ui.theme import Appearance

PATIENCE_S = 120.0
MOST_TABS = 300
DIGITS = (Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2)
LEFT_BUTTON = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Person:
    """Presses keys and buttons, and waits until the window shows what it should.

    Everything done to the window is an event at a place of the screen or for whatever has the
    keyboard; only what is shown is read from its widgets.

    Attributes:
        window: The window in front of them.
    """

    def __init__(self, data: Path) -> None:
        self.application = QApplication.instance() or QApplication([])
        self.housekeeping = Housekeeping(self.application)
        self.housekeeping.start()
        self.window = MainWindow(
            Desk(data), Appearance(self.application), LastResort(self.application)
        )
        self.window.show()
        self.bring_forward(self.window)

    # Hand and eye.

    def until(self, is_done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not is_done():
            if time.monotonic() > end:
                raise TimeoutError
            QTest.qWait(2)

    def bring_forward(self, widget: QWidget) -> None:
        """Give a window the keyboard, as the desktop does where there is one."""

        def is_in_front() -> bool:
            # Asked again, as the window that closes may still be about to give the keyboard away.
            widget.activateWindow()
            QTest.qWait(20)
            return widget.isActiveWindow()

        self.until(is_in_front)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key; what has the keyboard in the window in front gets it."""
        QTest.keyClick(self._front(), key, modifier)

    def type(self, words: str) -> None:
        """Type words."""
        for letter in words:
            QTest.keyClick(self._front(), letter)

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click a place of a widget, by default its middle; what lies over it there gets it."""
        at = self._on_window(widget, widget.rect().center() if place is None else place)
        QTest.mouseClick(widget.window().windowHandle(), LEFT_BUTTON, NO_KEY, at)

    def reach(self, widget: QWidget) -> None:
        """Go to a widget by Tab; what scrolls comes along by itself."""
        for _ in range(MOST_TABS):
            if widget.hasFocus():
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {widget.accessibleName() or widget}")

    def choose(self, box: QComboBox, wanted: object) -> None:
        """Choose an entry of a list by the arrow keys."""
        self.reach(box)
        while box.currentData() != wanted:
            before = box.currentIndex()
            is_below = box.findData(wanted) > before
            self.press(Qt.Key.Key_Down if is_below else Qt.Key.Key_Up)
            assert box.currentIndex() != before, f"{wanted} cannot be chosen"

    def drag(self, widget: QWidget, start: QPoint, end: QPoint, steps: int = 8) -> None:
        """Press the button at one place of a widget, move, and let it go at another."""
        handle = widget.window().windowHandle()
        first, last = self._on_window(widget, start), self._on_window(widget, end)
        QTest.mouseMove(handle, first)
        QTest.mousePress(handle, LEFT_BUTTON, NO_KEY, first)
        for step in range(1, steps + 1):
            QTest.mouseMove(handle, first + (last - first) * step / steps)
            QTest.qWait(2)
        QTest.mouseRelease(handle, LEFT_BUTTON, NO_KEY, last)

    def answer_file_dialog(self, words: str, asked: Callable[[], None]) -> None:
        """Do what opens a dialog for files, and type an answer into it."""
        answered: list[bool] = []

        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                QTimer.singleShot(20, answer)
                return
            self.bring_forward(dialog)
            line = dialog.findChild(QLineEdit)
            self.click(line)
            QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_A, CONTROL)
            for letter in words:
                QTest.keyClick(dialog.windowHandle(), letter)
            QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Return)
            answered.append(True)

        QTimer.singleShot(20, answer)
        asked()
        self.until(lambda: bool(answered))
        self.bring_forward(self.window)

    def _front(self) -> Any:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return popup.focusWidget() or popup
        in_front = QApplication.activeModalWidget() or QApplication.activeWindow() or self.window
        return in_front.window().windowHandle()

    @staticmethod
    def _on_window(widget: QWidget, place: QPoint) -> QPoint:
        return widget.mapTo(widget.window(), place)

    # The way of a visit.

    def import_films(self, paths: Sequence[str]) -> None:
        """Choose films in the dialog that Ctrl+O opens, and wait until they may be analysed."""
        names = " ".join(f'"{path}"' for path in paths)
        self.answer_file_dialog(names, lambda: self.press(Qt.Key.Key_O, CONTROL))
        page = self.window.importing
        self.until(lambda: len(page.cards) == len(paths))
        self.until(lambda: all(card.is_ready for card in page.cards))

    def name_the_child(self, pseudonym: str) -> None:
        """Write the pseudonym into its field."""
        self.reach(_named(self.window.importing, QLineEdit, "Pseudonym"))
        self.type(pseudonym)

    def until_begun_is_kept(self, pseudonym: str) -> None:
        """Wait until what stands on the page of the new visit would outlive the window."""
        desk = self.window.desk
        self.until(
            lambda: pseudonym in [one.pseudonym for one in begun_visits(desk.folder, desk.rater)]
        )

    def go_on_with_begun(self) -> list[str]:
        """Go on with the new visit that was left off; the child's name, and those of its films."""
        (offer,) = self.window.start.left_off.offers
        self.reach(offer.go_on)
        self.press(Qt.Key.Key_Space)
        page = self.window.importing
        self.until(lambda: bool(page.cards) and all(card.is_ready for card in page.cards))
        return [page.fields.patient.pseudonym, *(card.path.name for card in page.cards)]

    def choose_readers(self, choice: str) -> None:
        """Choose who shall read the visit."""
        self.choose(_named(self.window.importing, QComboBox, "Read by"), choice)

    def analyse(self) -> None:
        """Press the button, and wait for the visit."""
        self.click(self.window.importing.analyse_button)
        self.until_visit()

    def until_visit(self) -> None:
        """Wait until a visit is shown with its pictures."""
        self.until(lambda: self.window.document is not None)
        viewer = self.window.work.viewer
        self.until(lambda: all(pane.shown_frame is not None for pane in self._panes_shown(viewer)))

    def open_newest(self) -> None:
        """Open the newest visit by keyboard, from the search."""
        self.press(Qt.Key.Key_F, CONTROL)
        self.press(Qt.Key.Key_Down)
        self.press(Qt.Key.Key_Return)
        self.until_visit()

    def until_calm(self) -> None:
        """Wait until nothing is being worked out."""
        self.until(lambda: not self.window.is_busy)

    # Scoring.

    def go_to(self, number: int) -> None:
        """Go to a cell by the arrow keys; by F6 first where the keyboard is not in the form."""
        side, item = CELLS[number]
        form = self.window.work.form
        if not form.isAncestorOf(QApplication.focusWidget() or self.window):
            self.press(Qt.Key.Key_F6)
        if form.focused[0] is not side:
            self.press(Qt.Key.Key_Left if number < len(CELLS) // 2 else Qt.Key.Key_Right)
        step = Qt.Key.Key_Down if form.focused[1].number < item.number else Qt.Key.Key_Up
        while form.focused != (side, item):
            before = form.focused
            self.press(step)
            assert form.focused != before, f"the keyboard stays at {before}"

    def score(self, number: int, digit: int | None = None) -> None:
        """Score a cell with a digit, by default the one whose turn it is there."""
        form = self.window.work.form
        self.go_to(number)
        self.press(DIGITS[(number // 2) % 3 if digit is None else digit])
        if form.popup is not None:
            self.press(Qt.Key.Key_Return)
            self.until(lambda: form.popup is None)

    def score_all(self) -> list[str]:
        """Score all 34 cells; what each of them says once it is kept."""
        said = []
        for number in range(len(CELLS)):
            self.score(number)
            said.append(self.cell_words(number))
        return said

    def comment(self, number: int, words: str) -> None:
        """Write a comment on a cell's item."""
        self.go_to(number)
        self.press(Qt.Key.Key_C)
        self.type(words)
        self.press(Qt.Key.Key_Escape)

    def undo(self, times: int = 1) -> None:
        """Take edits back."""
        for _ in range(times):
            self.press(Qt.Key.Key_Z, CONTROL)
            self.until_calm()

    def redo(self, times: int = 1) -> None:
        """Bring edits into force again."""
        for _ in range(times):
            self.press(Qt.Key.Key_Z, CONTROL | SHIFT)
            self.until_calm()

    # Correcting.

    def drag_joint(self, slot: int, joint: str, right: int, down: int) -> list[float]:
        """Take hold of a joint in a film's picture and leave it elsewhere; where, in the film.

        Args:
            slot: The pane.
            joint: Name of the landmark.
            right: How far, screen points.
            down: Likewise.

        Returns:
            Frame, and where in it the joint was left, pixels across and down.
        """
        pane = self.window.work.viewer.panes[slot]
        frame, point = pane.shown_frame, Landmark[joint]
        place = pane.framing.to_pane(*map(float, pane.shown_film.pose.points_px[frame, point]))
        start = QPoint(round(place[0]), round(place[1]))
        target = start + QPoint(right, down)
        # The picture may follow the corrected child afterwards.
        left_at = pane.framing.to_video(target.x(), target.y())
        self.drag(pane, start, target)
        self.until_calm()
        return [frame, *left_at]

    def show_frame(self, slot: int, frame: int) -> None:
        """Step to a frame of a film by key, and wait for its picture."""
        pane = self.window.work.viewer.panes[slot]
        self.click(pane, QPoint(pane.width() // 2, 40))
        while pane.shown_frame != frame:
            # Never from a frame that is still on its way.
            self.until(lambda: pane.shown_frame is not None)
            before = pane.shown_frame
            self.press(Qt.Key.Key_Period if before < frame else Qt.Key.Key_Comma)
            self.until(lambda before=before: pane.shown_frame != before)

    # Results.

    def agree(self, purpose: str, giver: str) -> str:
        """Record by Ctrl+Shift+K that somebody has agreed to a use; what stands decided then."""
        self.until(lambda: self.window.actions_offered.consent.isEnabled())
        self.press(Qt.Key.Key_K, CONTROL | SHIFT)
        self.until(lambda: QApplication.activeModalWidget() is not None)
        dialog: Any = QApplication.activeModalWidget()
        self.bring_forward(dialog)
        self.choose(dialog.decision.purposes, purpose)
        self.choose(dialog.decision.decisions, True)
        self.choose(dialog.decision.givers, giver)
        self.reach(dialog.decision.button)
        self.press(Qt.Key.Key_Space)
        self.until(lambda: bool(dialog.message.text))
        said = dialog.standing(Purpose(purpose))
        self.press(Qt.Key.Key_Escape)
        self.until(lambda: QApplication.activeModalWidget() is None)
        self.bring_forward(self.window)
        return str(said)

    def save_results(self, folder: str) -> str:
        """Save the results in a folder that there is, by Ctrl+E; what the window says."""
        self.answer_file_dialog(folder, lambda: self.press(Qt.Key.Key_E, CONTROL))
        self.until(lambda: bool(self.window.work.message.text) and not self.window.is_busy)
        return self.window.work.message.text

    def look_at_report(self) -> int:
        """Open the report by Ctrl+P and wait for its pages; how many there are."""
        self.until(self.window.report_action.isEnabled)
        self.press(Qt.Key.Key_P, CONTROL)
        self.until(lambda: self.window.report is not None and bool(self.window.report.pages))
        return len(self.window.report.pages)

    # What is shown.

    def cell_words(self, number: int) -> str:
        """What one cell of the form shows."""
        return words_of(number, self.window.work.form.cell(*CELLS[number]).held)

    def cells(self) -> list[str]:
        """What all cells of the form show."""
        return [self.cell_words(number) for number in range(len(CELLS))]

    def comment_words(self, number: int) -> str:
        """The comment that is shown for a cell's item."""
        return self.window.work.form.cell(*CELLS[number]).held.comment

    def undo_words(self) -> list[str]:
        """What the menu says will be undone, and redone."""
        return [self.window.undo_action.text(), self.window.redo_action.text()]

    def joint(self, slot: int, frame: int, joint: str) -> list[float]:
        """Where a joint is drawn in a frame of a film, pixels."""
        pane = self.window.work.viewer.panes[slot]
        return [float(x) for x in pane.shown_film.pose.points_px[frame, Landmark[joint]]]

    def facts(self) -> dict[str, Any]:
        """What was found in the films of the visit shown."""
        analysis = self.window.reviewed
        return {
            "films": [
                {
                    "frames": film.video.frame_count,
                    "found_pct": film.found_pct,
                    "events": len(film.events),
                    "seen": np.flatnonzero(film.pose.is_seen).tolist(),
                }
                for film in analysis.films
            ],
            "cycles": len(analysis.cycles),
            "title": self.window.windowTitle(),
            "platform": self.application.platformName(),
        }

    def angle(self, film: int, frame: int, variable: str, side: str) -> float:
        """An angle as it is drawn in a frame of a film, degrees."""
        (track,) = (
            one
            for one in self.window.reviewed.films[film].angles
            if (one.variable.value, one.side.value) == (variable, side)
        )
        return float(track.values[frame])

    @staticmethod
    def _panes_shown(viewer: Any) -> list[Any]:
        return list(viewer.panes[: len(viewer.films_shown)])

    def close(self) -> None:
        """Close the window by Ctrl+Q."""
        self.press(Qt.Key.Key_Q, CONTROL)
        self.until(lambda: not self.window.isVisible())
        self.housekeeping.stop()


def _named(above: QWidget, kind: type[QWidget], name: str) -> Any:
    """The widget of a kind that a screen reader calls by a name."""
    return next(one for one in above.findChildren(kind) if one.accessibleName() == name)


def words_of(number: int, held: ItemScore | None) -> str:
    """A cell in a line."""
    assert held is not None
    return f"{number} {held.score} {held.direction} {held.is_confirmed}"


def film(folder: Path) -> Analysis:
    """Two small films with their analysis."""
    # Here, as the window of a person who has no such film loads none of this by itself.
    from gaitdesk.media.writing import FilmWriter
    from tests.report import made

    held = made.analysis(folder, frames=40, height=180)
    for one in held.films:
        with FilmWriter(one.video.path, made.FPS) as writer:
            for frame in range(one.video.frame_count):
                writer.write(made.picture(one, frame))
    return held


def serve(person: Person) -> None:
    """Do what is read, a line each, until there is no more; say what comes of it, a line each."""
    asked: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            asked.put(line)
        asked.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        person.until(lambda: not asked.empty())
        line = asked.get()
        if line is None:
            return
        word, *arguments = json.loads(line)
        try:
            answer = {"answer": getattr(person, word)(*arguments)}
        except Exception:  # noqa: BLE001 - whoever asked decides
            answer = {"error": traceback.format_exc()}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def main(data: Path) -> None:
    """Show the window on a data folder, and do there what is asked."""
    faulthandler.enable()
    person = Person(data)
    try:
        serve(person)
    finally:
        person.window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
