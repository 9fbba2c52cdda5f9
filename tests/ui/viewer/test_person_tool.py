"""People shown over a frame: who they are, who is picked, and who is looked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import choosing
from gaitdesk.perception.present import Present
from gaitdesk.ui.viewer import people_finder
from gaitdesk.ui.viewer.people_finder import PeopleFinder
from gaitdesk.ui.viewer.person_panel import PersonPanel
from gaitdesk.ui.viewer.person_tool import PersonPicking, PersonTool
from gaitdesk.ui.viewer.pictures import Picture
from tests.ui.viewer.conftest import PANE_FRAME, WAIT_MS

FRAME = PANE_FRAME
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def people(film):
    """The one who is followed, and somebody beside them, to their right."""
    points = film.pose.points_px[FRAME]
    return present(points, film), present(points + np.array([90.0, 0.0]), film)


def present(points, film):
    known = points[np.isfinite(points).all(axis=1)]
    (left, top), (right, bottom) = known.min(axis=0), known.max(axis=0)
    mask = np.zeros((film.video.height, film.video.width), bool)
    mask[int(top) : int(bottom), int(left) : int(right)] = True
    place = Point(float(left + right) / 2, float(top + bottom) / 2)
    return Present(place, points, np.ones(len(points)), 150.0, FrameMask.of(mask))


@pytest.fixture
def tool(pane, people):
    one = PersonTool(pane, PersonPicking(pane))
    pane.set_tool(one)
    one.show_people(FRAME, people)
    return one


def at(pane, person):
    return QPointF(*pane.framing.to_pane(*person.place_px)).toPoint()


def test_the_one_who_is_followed_is_known(tool):
    assert tool.patient == 0


def test_a_click_picks_whoever_stands_there(qtbot, pane, tool, people):
    with qtbot.waitSignal(tool.picking.chosen) as picked:
        qtbot.mouseClick(pane, LEFT, pos=at(pane, people[1]))
    (choice,) = picked.args
    assert (choice.film, choice.frame, choice.place_px) == (0, FRAME, people[1].place_px)
    with qtbot.assertNotEmitted(tool.picking.chosen), qtbot.waitSignal(tool.picking.kept):
        qtbot.mouseClick(pane, LEFT, pos=at(pane, people[0]))


def test_without_outlines_their_boxes_are_clicked(qtbot, pane, tool, people):
    tool.show_people(FRAME, tuple(replace(one, mask=None) for one in people))
    pane.grab()
    with qtbot.waitSignal(tool.picking.chosen):
        qtbot.mouseClick(pane, LEFT, pos=at(pane, people[1]))


def test_numbers_pick_and_other_numbers_do_nothing(qtbot, pane, tool):
    with qtbot.assertNotEmitted(tool.picking.chosen):
        qtbot.keyClick(pane, Qt.Key.Key_3)
    with qtbot.waitSignal(tool.picking.chosen):
        qtbot.keyClick(pane, Qt.Key.Key_2)


def test_people_are_shown_as_long_as_their_frame_is(qtbot, pane, tool, film):
    shown = pane.grab().toImage()
    tool.show_people(FRAME + 1, ())
    assert len(tool.people) == 2
    image = np.full((film.video.height, film.video.width, 3), 90, np.uint8)
    with qtbot.waitSignal(tool.picking.looked):
        pane.show_picture(Picture(FRAME + 1, image))
    assert tool.people == ()
    assert tool.patient is None
    assert pane.grab().toImage() != shown


def test_the_one_under_the_mouse_stands_out(qtbot, pane, tool, people):
    before = pane.grab().toImage()
    qtbot.mouseMove(pane, at(pane, people[1]))
    assert pane.grab().toImage() != before
    assert pane.cursor().shape() is Qt.CursorShape.PointingHandCursor


@pytest.mark.parametrize(
    ("count", "patient", "words", "offered"),
    [
        (0, None, "Nobody is seen", 0),
        (1, 0, "but the one who is followed", 0),
        (1, None, "not the one followed", 1),
        (3, 1, "3 people", 3),
    ],
)
def test_the_panel_says_plainly_who_is_there(qtbot, count, patient, words, offered):
    panel = PersonPanel()
    qtbot.addWidget(panel)
    panel.show_people(count, patient)
    assert words in panel.words
    assert len(panel.buttons) == offered
    if offered > 1:
        assert [one.isEnabled() for one in panel.buttons] == [True, False, True]
        with qtbot.waitSignal(panel.picked) as picked:
            qtbot.mouseClick(panel.buttons[2], LEFT)
        assert picked.args == [2]


def test_only_the_frame_asked_for_last_is_looked_at_and_only_once(qtbot, film, monkeypatch):
    looked = []

    def looking(apart, video, frame):
        looked.append(frame)
        return ((video.path, frame), (frame,))
        yield

    monkeypatch.setattr(people_finder, "_looking", looking)
    finder = PeopleFinder()
    for frame in (3, 4, 5):
        finder.want(film.video, frame)
    with qtbot.waitSignal(finder.found, timeout=WAIT_MS) as found:
        pass
    assert found.args == [film.video.path, 5, (5,)]
    with qtbot.waitSignal(finder.found, timeout=WAIT_MS):
        finder.want(film.video, 5)
    assert looked == [5]
    assert finder.known(film.video, 5) == (5,)
    assert finder.known(film.video, 3) is None
    finder.close()


def test_a_film_that_is_gone_is_said(qtbot, film, monkeypatch):
    monkeypatch.setattr(choosing, "embedded_model", object)
    finder = PeopleFinder()
    gone = replace(film.video, path=Path("gone.mp4"))
    with qtbot.waitSignal(finder.failed, timeout=WAIT_MS) as failed:
        finder.want(gone, 3)
    assert "gone.mp4" in failed.args[0]
    finder.close()
