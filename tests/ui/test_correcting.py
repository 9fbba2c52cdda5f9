"""Correct once, and everything follows: joints and sides, by mouse and by key, in a real window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import JointMove, SideSwap
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.writing import FilmWriter
from gaitdesk.scoring.reader import READER
from gaitdesk.store.corrections import corrections
from gaitdesk.store.store import Store
from tests.report import made

FRAME, KNEE = 70, Landmark.RIGHT_KNEE
LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 120_000


@pytest.fixture(scope="session")
def analysis(tmp_path_factory):
    """A walk long enough for gait to be found in it anew."""
    folder = tmp_path_factory.mktemp("long films")
    held = made.analysis(folder, frames=160, height=180)
    for film in held.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(film.video.frame_count):
                writer.write(made.picture(film, frame))
    cells = {
        cell: replace(one, proposed=tuple(replace(said, reader=READER) for said in one.proposed))
        for cell, one in held.scoresheet.cells.items()
    }
    return replace(held, scoresheet=Scoresheet(MappingProxyType(cells)))


@pytest.fixture
def kept(tmp_path, analysis):
    folder = tmp_path / "data"
    return folder, finish(keep_analysis(analysis, Keeping(folder, day=date(2026, 5, 4))))


@pytest.fixture
def at_frame(qtbot, visit_window):
    """The window with a frame of the sagittal film in front."""
    to_frame(qtbot, visit_window)
    return visit_window


def to_frame(qtbot, window):
    viewer = window.work.viewer
    viewer.go_to(0, FRAME)
    qtbot.waitUntil(lambda: viewer.panes[0].shown_frame == FRAME, timeout=WAIT_MS)
    viewer.panes[0].setFocus()
    return viewer


def rest(qtbot, window):
    qtbot.waitUntil(lambda: not window.is_busy, timeout=WAIT_MS)


def place_of(pane, point):
    x, y = pane.film.pose.points_px[FRAME, point]
    return QPointF(*pane.framing.to_pane(float(x), float(y))).toPoint()


def drag(qtbot, pane, start, end):
    qtbot.mouseMove(pane, start)
    qtbot.mousePress(pane, LEFT, pos=start)
    qtbot.mouseMove(pane, end)
    qtbot.mouseRelease(pane, LEFT, pos=end)


def standing(kept):
    folder, session = kept
    with Store.open(folder) as store:
        return corrections(store, session).get(0, ())


def answers(window):
    """What the rules say of every item."""
    return {cell: held.proposed for cell, held in window.document.sheet.cells.items()}


def test_a_dragged_joint_is_kept_scored_anew_undone_and_there_after_a_restart(
    qtbot, at_frame, kept, open_window
):
    pane = at_frame.work.viewer.panes[0]
    before, points = answers(at_frame), pane.film.pose.points_px.copy()
    start = place_of(pane, KNEE)
    drag(qtbot, pane, start, start + QPoint(18, -4))
    (move,) = standing(kept)
    assert (move.point, move.frame) == (KNEE, FRAME)
    assert (move.first_frame, move.last_frame) == (FRAME - 15, FRAME + 15)
    rest(qtbot, at_frame)
    moved = answers(at_frame)
    assert moved != before
    assert pane.film.pose.points_px[FRAME, KNEE] == pytest.approx(move.place_px)
    assert "knee" in at_frame.document.undo_text
    at_frame.activateWindow()
    qtbot.keyClick(at_frame, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    rest(qtbot, at_frame)
    assert standing(kept) == ()
    assert answers(at_frame) == before
    np.testing.assert_array_equal(pane.film.pose.points_px, points)
    at_frame.redo()
    rest(qtbot, at_frame)
    at_frame.close()
    folder, session = kept
    again = open_window(folder)
    again.open_visit(session)
    qtbot.waitUntil(lambda: again.document is not None, timeout=WAIT_MS)
    shown = again.work.viewer.panes[0].film.pose.points_px[FRAME, KNEE]
    assert shown == pytest.approx(move.place_px)
    assert answers(again) == moved
    assert "knee" in again.document.undo_text


def test_keys_choose_a_joint_move_it_and_leave_it_there(qtbot, at_frame, kept):
    viewer = at_frame.work.viewer
    pane, panel = viewer.panes[0], viewer.correcting
    qtbot.keyClick(pane, Qt.Key.Key_D)
    assert panel.isVisible()
    viewer.correcting.grip.choose(Landmark.LEFT_KNEE)
    qtbot.keyClick(pane, Qt.Key.Key_PageDown)
    assert panel.joint.currentData() is KNEE
    x, y = pane.film.pose.points_px[FRAME, KNEE]
    qtbot.keyClick(pane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pane, Qt.Key.Key_Up)
    assert standing(kept) == ()
    assert pane.shown_frame == FRAME
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    (move,) = standing(kept)
    assert move.place_px == pytest.approx((float(x) + 10, float(y) - 1))
    rest(qtbot, at_frame)


def test_a_joint_moved_by_key_is_kept_by_who_leaves_without_putting_it_down(qtbot, at_frame, kept):
    pane = at_frame.work.viewer.panes[0]
    qtbot.keyClick(pane, Qt.Key.Key_D)
    at_frame.work.viewer.correcting.grip.choose(KNEE)
    x, y = (float(one) for one in pane.film.pose.points_px[FRAME, KNEE])
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    at_frame.show_start()
    (move,) = standing(kept)
    assert move.place_px == pytest.approx((x + 1, y))
    # What follows from it is worked out first.
    qtbot.waitUntil(lambda: at_frame.front.is_start, timeout=WAIT_MS)
    assert at_frame.visit is None


def test_any_joint_can_be_dragged_while_keys_move_another(qtbot, at_frame, kept):
    viewer = at_frame.work.viewer
    pane, panel = viewer.panes[0], viewer.correcting
    qtbot.keyClick(pane, Qt.Key.Key_D)
    panel.grip.choose(Landmark.LEFT_SHOULDER)
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty(), timeout=WAIT_MS)

    def is_over_knee():
        """Whether the mouse is there; the panel may still take room from the film."""
        qtbot.mouseMove(pane, place_of(pane, KNEE))
        return pane.cursor().shape() is Qt.CursorShape.SizeAllCursor

    qtbot.waitUntil(is_over_knee, timeout=WAIT_MS)
    start = place_of(pane, KNEE)
    drag(qtbot, pane, start, start + QPoint(12, 0))
    (move,) = standing(kept)
    assert move.point is KNEE
    assert panel.joint.currentData() is KNEE
    rest(qtbot, at_frame)
    assert panel.take_back.isEnabled()


def test_escape_puts_a_joint_moved_by_key_back_and_then_ends_it(qtbot, at_frame, kept):
    pane = at_frame.work.viewer.panes[0]
    qtbot.keyClick(pane, Qt.Key.Key_D)
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert pane.tool.is_busy
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert not pane.tool.is_busy
    assert at_frame.work.viewer.correcting.isVisible()
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert not at_frame.work.viewer.correcting.isVisible()
    assert standing(kept) == ()


def test_the_reach_is_set_before_a_move_or_after_it_and_a_move_taken_away(qtbot, at_frame, kept):
    viewer = at_frame.work.viewer
    pane, panel = viewer.panes[0], viewer.correcting
    qtbot.keyClick(pane, Qt.Key.Key_D)
    panel.grip.choose(KNEE)
    panel.reach.setValue(0.0)
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert (standing(kept)[0].first_frame, standing(kept)[0].last_frame) == (FRAME, FRAME)
    rest(qtbot, at_frame)
    panel.reach.setValue(0.1)
    qtbot.mouseClick(panel.apply_reach, LEFT)
    (move,) = standing(kept)
    assert (move.first_frame, move.last_frame) == (FRAME - 6, FRAME + 6)
    rest(qtbot, at_frame)
    qtbot.mouseClick(panel.take_back, LEFT)
    assert standing(kept) == ()
    rest(qtbot, at_frame)
    at_frame.undo()
    assert [type(one) for one in standing(kept)] == [JointMove]
    rest(qtbot, at_frame)


def test_a_joint_that_was_not_found_is_offered_where_it_may_be(qtbot, at_frame, kept):
    viewer = at_frame.work.viewer
    pane = viewer.panes[0]
    x, y = (float(one) for one in pane.film.pose.points_px[FRAME, KNEE])
    pane.film.pose.points_px[FRAME - 4 : FRAME + 5, KNEE] = np.nan
    qtbot.keyClick(pane, Qt.Key.Key_D)
    viewer.correcting.grip.choose(KNEE)
    qtbot.keyClick(pane, Qt.Key.Key_Down)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    (move,) = standing(kept)
    assert move.place_px == pytest.approx((x, y + 1), abs=4.0)
    rest(qtbot, at_frame)


def test_sides_are_exchanged_from_here_to_there_by_key(qtbot, at_frame, kept):
    viewer = at_frame.work.viewer
    pane, panel = viewer.panes[0], viewer.correcting
    qtbot.keyClick(pane, Qt.Key.Key_I)
    assert panel.isVisible()
    viewer.go_to(0, FRAME + 12)
    qtbot.waitUntil(lambda: pane.shown_frame == FRAME + 12, timeout=WAIT_MS)
    qtbot.keyClick(pane, Qt.Key.Key_I, Qt.KeyboardModifier.ShiftModifier)
    assert panel.frames.span == (FRAME, FRAME + 12)
    assert "13" in panel.exchange.text()
    left = pane.film.pose.points_px[FRAME + 5, Landmark.LEFT_KNEE].copy()
    qtbot.keyClick(pane, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert standing(kept) == (SideSwap(0, FRAME, FRAME + 12),)
    rest(qtbot, at_frame)
    assert pane.film.pose.points_px[FRAME + 5, KNEE] == pytest.approx(left)


def test_what_was_placed_by_hand_is_marked_in_its_frame_alone(qtbot, at_frame, kept):
    viewer = at_frame.work.viewer
    pane = viewer.panes[0]
    start = place_of(pane, KNEE)
    drag(qtbot, pane, start, start + QPoint(15, 0))
    rest(qtbot, at_frame)
    assert viewer.correcting.words
    qtbot.mouseMove(pane, QPoint(3, 60))
    marked = pane.grab().toImage()
    pane.joints.show_by_hand({})
    assert pane.grab().toImage() != marked
    viewer.show_corrections(at_frame.review.visit.corrections)
    viewer.go_to(0, FRAME + 3)
    qtbot.waitUntil(lambda: pane.shown_frame == FRAME + 3, timeout=WAIT_MS)
    beside = pane.grab().toImage()
    pane.joints.show_by_hand({})
    assert pane.grab().toImage() == beside
