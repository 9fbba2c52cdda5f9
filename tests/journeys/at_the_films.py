"""Somebody at the desk who corrects what was found in the films, while a network reads.

`python -m tests.journeys.at_the_films DATA_FOLDER` does what it reads on standard input, as
`tests.journeys.at_the_desk` does. The films are those of `tests.jobs.two_people`, in which the
models know everybody at once; the network answers when it is let.
"""

from __future__ import annotations

import faulthandler
import sys
import threading
from pathlib import Path
from typing import Any
from unittest import mock

from PySide6.QtCore import QPoint, Qt

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.jobs import choosing
from gaitdesk.jobs.child import Apart
from gaitdesk.jobs.network import NetworkAnswers
from tests.jobs.on_the_spot import on_the_spot
from tests.jobs.two_people import TwoPeople
from tests.journeys.at_the_desk import CELLS, CONTROL, SHIFT, Person, serve
from tests.ui.test_network_desk import proposals, reading


class Corrector(Person):
    """Exchanges sides, brushes masks, points at people, and confirms what a network is still at.

    Attributes:
        is_let: The network may answer.
    """

    def __init__(self, data: Path) -> None:
        self.is_let = threading.Event()
        super().__init__(data)

    def apart(self, first: Progress, module: str, name: str, *arguments: Any) -> Job[Any]:
        """What the network does in a process of its own."""
        yield first
        if name != "read_by_network":
            return None
        while not self.is_let.wait(0.01):
            yield Progress(1, 4, "Reading the clips")
        return NetworkAnswers(arguments[0], proposals(), reading(), {})

    def begin_reading(self) -> None:
        """Let the network begin."""
        self.press(Qt.Key.Key_R, CONTROL)
        self.until(lambda: "Reading the clips" in self.window.work.network_bar.text)

    def let_answer(self) -> None:
        """Let the network answer, and wait until its answers are in the form."""
        self.is_let.set()
        self.until(lambda: not self.window.network.is_reading)

    def confirm(self, number: int) -> None:
        """Confirm what a cell proposes, with Space."""
        self.go_to(number)
        self.press(Qt.Key.Key_Space)

    def origins(self, number: int) -> list[str]:
        """Who has proposed something for a cell."""
        cell = self.window.work.form.cell(*CELLS[number]).held
        return [one.origin.value for one in cell.proposed]

    def choose_person(self, frame: int, number: int) -> None:
        """Point at somebody in a frame, counted from 0, and wait until they are followed."""
        viewer = self.window.work.viewer
        self.show_frame(0, frame)
        self.press(Qt.Key.Key_F)
        self.press(Qt.Key.Key_P)
        pane = viewer.panes[0]
        self.until(lambda: len(getattr(pane.tool, "people", ())) > number)
        place = pane.framing.to_pane(*pane.tool.people[number].place_px)
        self.click(pane, QPoint(round(place[0]), round(place[1])))
        # Following goes on in the background, and then what follows from it.
        self.until(lambda: self.window.is_busy)
        self.until_calm()
        self.press(Qt.Key.Key_Escape)

    def swap_sides(self, first: int, last: int) -> None:
        """Exchange left and right from one frame to another, by key."""
        self.show_frame(0, first)
        self.press(Qt.Key.Key_I)
        self.show_frame(0, last)
        self.press(Qt.Key.Key_I, SHIFT)
        self.press(Qt.Key.Key_I, CONTROL)
        self.until_calm()
        self.press(Qt.Key.Key_Escape)

    def brush(self, frame: int, right: int) -> None:
        """Add to the mask of a frame, from its middle to the right, screen points."""
        viewer = self.window.work.viewer
        self.show_frame(0, frame)
        self.press(Qt.Key.Key_B)
        pane = viewer.panes[0]
        mask = pane.shown_film.mask.frames[frame]
        x, y = pane.framing.to_pane(mask.left + mask.width / 2, mask.top + mask.height / 2)
        start = QPoint(round(x), round(y))
        self.drag(pane, start, start + QPoint(right, 0))
        self.until_calm()
        self.press(Qt.Key.Key_Escape)

    def mask_size(self, frame: int) -> int:
        """How many pixels of the first film's frame belong to the patient."""
        return int(self.window.work.viewer.panes[0].shown_film.mask.at(frame).sum())


def main(data: Path) -> None:
    """Show the window on a data folder, and do there what is asked."""
    faulthandler.enable()
    person = Corrector(data)
    with (
        mock.patch.object(choosing, "embedded_model", TwoPeople),
        mock.patch("gaitdesk.ui.desk.in_child", on_the_spot),
        mock.patch.object(Apart, "job", lambda _apart, *asked: on_the_spot(*asked)),
        mock.patch("gaitdesk.ui.network_desk.in_child", person.apart),
    ):
        try:
            serve(person)
        finally:
            person.window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
