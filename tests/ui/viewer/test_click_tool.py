"""Clicks with real mouse and keys: announced once, shown as marks, and asked to be followed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from gaitdesk.domain.correction import MaskClick, MaskStroke, MaskWanted, PersonChoice
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.shapes import Point
from gaitdesk.store.edits import Kind
from gaitdesk.ui.viewer.click_panel import ClickPanel
from gaitdesk.ui.viewer.click_tool import ClickTool
from gaitdesk.ui.viewer.clicking import Clicking
from gaitdesk.ui.viewer.follow_row import Follower, Told
from gaitdesk.ui.viewer.tool_bench import ToolBench
from tests.ui.hands import LEFT, RIGHT, at
from tests.ui.viewer.conftest import PANE_FRAME

FRAME = PANE_FRAME
CHILD = MaskClick(0, FRAME, Point(120.0, 90.0), is_patient=True)
CHAIR = MaskClick(0, FRAME, Point(40.0, 90.0), is_patient=False)
MISSING = "nothing is here"


@pytest.fixture
def film(walk):
    """The sagittal film with a square for a mask in frames 10 to 20."""
    film = walk.films[0]
    whole = np.zeros((film.video.height, film.video.width), bool)
    whole[60:120, 100:160] = True
    held = FrameMask.of(whole)
    frames = tuple(held if 10 <= i <= 20 else None for i in range(film.video.frame_count))
    points = film.pose.points_px.copy()
    points[:10] = points[21:] = np.nan
    pose = replace(film.pose, points_px=points)
    return replace(film, pose=pose, mask=MaskTrack(film.video.width, film.video.height, frames))


@pytest.fixture
def clicking(pane):
    one = Clicking(pane)
    one.set_of_use(True)
    return one


@pytest.fixture
def tool(pane, clicking):
    one = ClickTool(pane, clicking)
    pane.set_tool(one)
    return one


def test_left_says_the_child_and_right_says_what_is_not(qtbot, pane, tool, corrected):
    qtbot.mouseClick(pane, LEFT, pos=at(pane, (120, 90)))
    qtbot.mouseClick(pane, RIGHT, pos=at(pane, (40, 90)))
    first, second = corrected
    assert first.kind is second.kind is Kind.CLICK
    assert (first.new.film, first.new.frame, first.new.is_patient) == (0, FRAME, True)
    np.testing.assert_allclose(first.new.place_px, (120, 90), atol=1)
    assert not second.new.is_patient
    assert first.text == "Click: this is the child, frame 13"
    assert second.text == "Click: this is not the child, frame 13"


def test_keys_move_a_cross_and_say_either(qtbot, pane, tool, corrected, clicking):
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    assert corrected == []
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    qtbot.keyClick(pane, Qt.Key.Key_X)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert [edit.new.place_px for edit in corrected] == [Point(140.0, 91.0)] * 2
    assert [edit.new.is_patient for edit in corrected] == [True, False]
    assert not clicking.is_patient


def test_a_place_outside_the_picture_or_without_a_model_or_while_the_film_plays_says_nothing(
    qtbot, pane, tool, corrected, clicking
):
    qtbot.mouseClick(pane, LEFT, pos=at(pane, (-8, 90)))
    clicking.set_of_use(False)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, (120, 90)))
    clicking.set_of_use(True)
    pane.set_correcting(can_correct=False)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, (120, 90)))
    assert corrected == []


def test_escape_leaves_and_control_enter_asks_to_follow(qtbot, pane, tool, clicking):
    heard = []
    clicking.left.connect(lambda: heard.append("left"))
    clicking.wanted.connect(lambda: heard.append("wanted"))
    qtbot.keyClick(pane, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert heard == ["wanted", "left"]


def colour_at(pane, place):
    """Red, green and blue beside the middle of a mark, where its sign is not."""
    spot = at(pane, place)
    colour = pane.grab().toImage().pixelColor(spot.x() + 5, spot.y() + 5)
    return colour.red(), colour.green(), colour.blue()


def test_clicks_of_the_frame_shown_are_marked_green_and_red(pane, tool):
    tool.show_clicks([CHILD, CHAIR, replace(CHILD, frame=3, place_px=Point(200.0, 30.0))])
    assert tool.clicks == (CHILD, CHAIR)
    red, green, _ = colour_at(pane, CHILD.place_px)
    assert green > red + 40
    red, green, _ = colour_at(pane, CHAIR.place_px)
    assert red > green + 40
    red, green, blue = colour_at(pane, (200, 30))
    assert max(red, green, blue) - min(red, green, blue) < 20


@pytest.fixture
def bench(qtbot, pane, monkeypatch):
    """A bench over the pane, with a model that reads and one that does not."""
    switches = [QAction(pane) for _ in range(3)]
    for switch in switches:
        switch.setCheckable(True)
    one = ToolBench([pane], *switches)
    qtbot.addWidget(one)
    here = Follower("edgetam", False), Follower("sam3", True)
    rows = one.brush_panel.row, one.click_panel.row
    monkeypatch.setattr(
        one, "_offer_followers", lambda: [row.show_followers(here, "edgetam", "") for row in rows]
    )
    one.switches = switches
    return one


def test_frames_in_which_the_child_is_there_are_followed_from_what_was_clicked(bench, pane):
    asked = []
    bench.mask_wanted.connect(asked.append)
    bench.switches[2].setChecked(True)
    panel, row = bench.click_panel, bench.click_panel.row
    assert row.frames.span == (10, 20)
    assert not row.follow.isEnabled()
    bench.follow_mask()
    assert asked == []
    bench.show_corrections({"0/1": CHILD, "0/2": CHAIR}, ())
    assert "2 clicks in the frames chosen, 2 in the frame shown" in panel.said
    row.follow.click()
    assert asked == [MaskWanted(0, FRAME, 10, 20, "edgetam")]
    row.frames.last.setValue(16)
    row.follow.click()
    assert asked[-1] == MaskWanted(0, FRAME, 10, 15, "edgetam")
    row.frames.last.setValue(12)
    assert not row.follow.isEnabled()


def dab(frame, last=None):
    return MaskStroke(0, frame, np.array([[120.0, 90.0]]), 4.0, last is None, last)


def test_what_was_painted_is_carried_on_by_button_and_by_key(qtbot, bench, pane):
    asked = []
    bench.mask_wanted.connect(asked.append)
    bench.switches[0].setChecked(True)
    panel, row = bench.brush_panel, bench.brush_panel.row
    assert not row.isHidden()
    assert row.frames.span == (10, 20)
    qtbot.keyClick(pane, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not row.follow.isEnabled()
    assert asked == []
    bench.show_corrections({"0/1": dab(11), "0/2": dab(10, 14), "0/3": dab(30)}, ())
    assert panel.words.startswith("1 painted frame among those chosen.")
    row.models.setCurrentIndex(row.models.findData("sam3"))
    row.follow.click()
    assert asked == [MaskWanted(0, FRAME, 10, 20, "sam3")]
    qtbot.keyClick(pane, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked[1:] == asked[:1]
    row.frames.first.setValue(13)
    assert not row.follow.isEnabled()


def test_clicks_and_paint_are_told_together_and_paint_says_more(bench):
    bench.switches[2].setChecked(True)
    panel = bench.click_panel
    bench.show_corrections({"0/1": CHILD, "0/2": dab(FRAME + 1)}, ())
    assert panel.row.told == Told(clicks=1, painted=1, clicks_here=1)
    assert "1 click in the frames chosen" in panel.said
    assert panel.said.endswith("1 painted frame among them keeps its mask.")
    bench.show_corrections({"0/1": CHILD, "0/2": dab(FRAME)}, ())
    assert panel.row.told.is_painted_here
    assert panel.said.startswith("The frame shown was painted")
    bench.show_corrections({"0/2": dab(FRAME + 1)}, ())
    assert panel.said.startswith("1 painted frame among those chosen.")
    assert panel.row.follow.isEnabled()


def test_where_no_model_is_here_paint_is_not_carried_on_and_it_is_said_why(bench, monkeypatch):
    row = bench.brush_panel.row
    monkeypatch.setattr(bench, "_offer_followers", lambda: row.show_followers((), "", MISSING))
    asked = []
    bench.mask_wanted.connect(asked.append)
    bench.switches[0].setChecked(True)
    assert row.isHidden()
    assert bench.brush_panel.words.startswith("Paint over the picture")
    bench.show_corrections({"0/1": dab(11)}, ())
    assert bench.brush_panel.words == MISSING
    bench.follow_mask()
    assert asked == []


def test_clicks_and_paint_on_somebody_else_do_not_count(bench):
    bench.switches[2].setChecked(True)
    choice = PersonChoice(0, 3, Point(1.0, 1.0))
    bench.show_corrections({"0/1": CHILD, "0/2": dab(11), "0/3": choice}, ())
    assert not bench.click_panel.row.follow.isEnabled()


def test_a_model_that_reads_follows_whom_words_name(qtbot, bench):
    asked, said = [], []
    bench.mask_wanted.connect(asked.append)
    bench.said.connect(said.append)
    bench.switches[2].setChecked(True)
    panel, row = bench.click_panel, bench.click_panel.row
    assert panel.words.isHidden()
    row.models.setCurrentIndex(row.models.findData("sam3"))
    assert not panel.words.isHidden()
    qtbot.keyClicks(panel.words, "child")
    qtbot.keyClick(panel.words, Qt.Key.Key_Return)
    assert asked == [MaskWanted(0, FRAME, 10, 20, "sam3", "child")]
    row.frames.first.setValue(FRAME + 3)
    row.follow.click()
    assert len(asked) == 1
    assert "not one of those" in said[-1]


def test_where_no_model_is_here_it_is_said_and_the_brush_is_offered(qtbot, clicking):
    panel = ClickPanel(clicking)
    qtbot.addWidget(panel)
    panel.row.show_followers((), "", MISSING)
    assert panel.said == MISSING
    assert panel.row.isHidden()
    assert not clicking.is_of_use
    assert not panel.brush.isHidden()
    with qtbot.waitSignal(panel.brush_wanted):
        panel.brush.click()


def test_taking_the_brush_up_puts_the_clicks_down(bench, pane):
    bench.switches[2].setChecked(True)
    assert isinstance(pane.tool, ClickTool)
    bench.click_panel.brush_wanted.emit()
    assert [switch.isChecked() for switch in bench.switches] == [True, False, False]
    assert bench.click_panel.isHidden()
    bench.switches[0].setChecked(False)
    assert pane.tool is pane.joints
