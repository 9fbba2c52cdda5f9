"""Mask and person corrected in the window: kept at once, recalculated, undone after a restart."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import MaskStroke, PersonChoice
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import choosing
from gaitdesk.store.corrections import corrections
from gaitdesk.store.store import Store
from gaitdesk.store.wanted import note_wanted, wanted_person
from tests.jobs import two_people
from tests.jobs.two_people import TwoPeople
from tests.ui.conftest import BOTH_APART
from tests.ui.hands import LEFT, at, drag, made, settle

FRAME = BOTH_APART


@pytest.fixture(autouse=True)
def model(monkeypatch):
    one = TwoPeople()
    monkeypatch.setattr(choosing, "embedded_model", lambda: one)
    return one


def place_of(who):
    return two_people.paths()[who, FRAME, Landmark.LEFT_HIP]


def hip_x(window):
    return window.work.viewer.panes[0].film.pose.points_px[FRAME, Landmark.LEFT_HIP, 0]


def pick_up(qtbot, window, key):
    pane = window.work.viewer.panes[0]
    pane.setFocus()
    qtbot.keyClick(pane, key)
    return pane


def look_for_people(qtbot, window):
    pane = pick_up(qtbot, window, Qt.Key.Key_P)
    panel = window.work.viewer.bench.person_panel
    assert panel.isVisible()
    qtbot.waitUntil(lambda: len(panel.buttons) == 2)
    return pane


def follow_the_other(qtbot, window, who):
    settle(qtbot, window)
    qtbot.waitUntil(lambda: abs(hip_x(window) - place_of(who)[0]) < 3)


def test_the_other_person_is_clicked_followed_undone_and_redone_in_another_window(
    qtbot, opened, kept_two, model
):
    window = opened()
    pane = look_for_people(qtbot, window)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, place_of(1)))
    assert not window.work.viewer.bench.isVisible()
    follow_the_other(qtbot, window, 1)
    asked = model.asked
    qtbot.waitUntil(window.undo_action.isEnabled)
    assert "Choose another person" in window.undo_action.text()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    follow_the_other(qtbot, window, 0)
    window.close()
    again = opened()
    assert hip_x(again) == pytest.approx(place_of(0)[0], abs=3)
    again.redo_action.trigger()
    follow_the_other(qtbot, again, 1)
    assert model.asked == asked
    folder, session = kept_two
    with Store.open(folder) as store:
        (choice,) = corrections(store, session)[0]
        assert isinstance(choice, PersonChoice)
        assert wanted_person(store, session) is None


def test_the_one_who_is_followed_cannot_be_chosen_and_escape_leaves(qtbot, opened, kept_two):
    window = opened()
    pane = look_for_people(qtbot, window)
    panel = window.work.viewer.bench.person_panel
    assert [one.isEnabled() for one in panel.buttons] == [False, True]
    heard = []
    window.work.said.connect(heard.append)
    qtbot.keyClick(pane, Qt.Key.Key_1)
    assert "already" in heard[-1]
    assert not window.is_busy
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert pane.tool is pane.joints


def test_one_can_be_chosen_by_number_and_the_job_be_cancelled(qtbot, opened, kept_two):
    window = opened()
    pane = look_for_people(qtbot, window)
    qtbot.keyClick(pane, Qt.Key.Key_2)
    assert window.is_busy
    window.cancel()
    settle(qtbot, window)
    folder, session = kept_two
    with Store.open(folder) as store:
        assert wanted_person(store, session) is None
        assert corrections(store, session) == {}
    assert hip_x(window) == pytest.approx(place_of(0)[0], abs=3)


def test_whoever_was_pointed_at_before_the_program_ended_is_followed_when_the_visit_opens(
    qtbot, opened, kept_two
):
    folder, session = kept_two
    x, y = place_of(1)
    with Store.open(folder) as store:
        note_wanted(store, session, PersonChoice(0, FRAME, Point(float(x), float(y))))
    window = opened()
    follow_the_other(qtbot, window, 1)
    with Store.open(folder) as store:
        assert wanted_person(store, session) is None


def test_nobody_else_is_said_plainly(qtbot, opened, model, monkeypatch):
    people = model.people
    monkeypatch.setattr(model, "people", lambda image: people(image)[:1])
    window = opened()
    pick_up(qtbot, window, Qt.Key.Key_P)
    panel = window.work.viewer.bench.person_panel
    qtbot.waitUntil(lambda: "Nobody is seen" in panel.words)
    assert "but the one who is followed" in panel.words
    assert panel.buttons == ()


def test_a_stroke_is_kept_at_once_shown_after_a_restart_and_undone(qtbot, opened, kept_two):
    window = opened()
    pane = pick_up(qtbot, window, Qt.Key.Key_B)
    assert window.work.viewer.bench.brush_panel.isVisible()
    before = pane.film.mask.at(FRAME)
    drag(qtbot, pane, LEFT, place_of(0), place_of(0) + np.array([60.0, 0.0]))
    (stroke,) = made(kept_two)
    assert isinstance(stroke, MaskStroke)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not np.array_equal(pane.film.mask.at(FRAME), before))
    # The pane has the keyboard and X is the brush's, not the other film's.
    qtbot.keyClick(pane, Qt.Key.Key_X)
    assert window.work.viewer.bench.brush.is_erasing
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert not window.work.viewer.bench.isVisible()
    window.close()
    again = opened()
    pane = again.work.viewer.panes[0]
    assert not np.array_equal(pane.film.mask.at(FRAME), before)
    assert "mask" in again.undo_action.text()
    again.undo_action.trigger()
    qtbot.waitUntil(lambda: np.array_equal(again.work.viewer.panes[0].film.mask.at(FRAME), before))
    settle(qtbot, again)


def test_taking_up_one_tool_puts_the_other_down_and_stops_playing(qtbot, opened):
    window = opened()
    viewer = window.work.viewer
    viewer.playback.play(1.0)
    pane = pick_up(qtbot, window, Qt.Key.Key_B)
    assert not viewer.playback.is_playing
    qtbot.keyClick(pane, Qt.Key.Key_P)
    assert viewer.actions_offered.person.isChecked()
    assert not viewer.actions_offered.brush.isChecked()
    assert not viewer.bench.brush_panel.isVisible()
    window.show_start()
    assert not viewer.actions_offered.person.isChecked()
