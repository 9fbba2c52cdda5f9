from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Sync, SyncSource, Video
from gaitdesk.ui.viewer.matching import foot_lift, likeness
from gaitdesk.ui.work_page import WorkPage
from tests.made import StickWalk
from tests.ui.viewer.conftest import FPS, OFFSET_S, WAIT_MS, shown


def walk_film(shift_s=0.0, scale=1.0):
    walk = StickWalk(seconds=4.0 + shift_s)
    skip = round(shift_s * walk.fps)
    pose = walk.pose()
    times_s = walk.times_s[skip:] - walk.times_s[skip]
    track = PoseTrack(pose.points_px[skip:] * scale, pose.confidence[skip:])
    return FilmAnalysis(Video(Path("x.mp4"), times_s, 1280, 720), Plane.SAGITTAL, track)


def test_feet_are_most_alike_at_the_true_offset_whatever_the_cameras_distance():
    one, other = foot_lift(walk_film(0.3)), foot_lift(walk_film(0.0, scale=0.5))
    offsets_s = np.arange(0.0, 0.7, 0.05)
    found = [likeness(one, other, offset_s) for offset_s in offsets_s]
    assert offsets_s[int(np.argmax(found))] == pytest.approx(0.3)
    assert max(found) > 0.98


def test_films_that_share_nothing_are_not_compared():
    lift = foot_lift(walk_film())
    assert np.isnan(likeness(lift, lift, 100.0))


@pytest.fixture
def panel(qtbot, viewer):
    if not viewer.actions_offered.sync.isChecked():
        qtbot.keyClick(viewer, Qt.Key.Key_Y)
    assert viewer._sync_panel.isVisible()
    return viewer._sync_panel


def test_a_nudge_moves_the_second_film_by_a_frame_and_is_announced_once(qtbot, viewer, panel):
    viewer.go_to(0, 20)
    with qtbot.waitSignal(viewer.sync_changed, timeout=WAIT_MS) as changed:
        qtbot.keyClick(viewer, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(viewer, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(
            lambda: shown(viewer) == [20, 20 + round(OFFSET_S * FPS) - 2], timeout=WAIT_MS
        )
    assert changed.args == [pytest.approx(OFFSET_S - 2 / FPS)]


def size_of(picture):
    return None if picture is None else (picture.shape[1], picture.shape[0])


def test_both_films_lie_over_each_other_and_follow_a_nudge(qtbot, viewer, panel):
    exposure = panel._exposure
    exposure.setFixedSize(120, 150)
    viewer.go_to(0, 20)
    there = [20, 20 + round(OFFSET_S * FPS)]
    qtbot.waitUntil(lambda: shown(viewer) == there, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: size_of(exposure.blend) == (120, 150), timeout=WAIT_MS)
    before = exposure.blend.copy()
    warm, cool = before[..., 0].astype(int), before[..., 2].astype(int)
    assert warm.any()
    assert cool.any()
    assert (warm != cool).any()
    qtbot.keyClick(viewer, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(viewer) == [there[0], there[1] - 1], timeout=WAIT_MS)
    after = exposure.blend
    assert (after[..., 0] == before[..., 0]).all()
    assert (after[..., 2] != before[..., 2]).any()


def test_the_same_event_in_both_films_lays_them_onto_each_other(qtbot, viewer, panel):
    viewer.go_to(0, 10)
    qtbot.waitUntil(lambda: shown(viewer)[0] == 10, timeout=WAIT_MS)
    qtbot.keyClick(viewer, Qt.Key.Key_F3)
    viewer.go_to(1, 31)
    qtbot.waitUntil(lambda: shown(viewer)[1] == 31, timeout=WAIT_MS)
    with qtbot.waitSignal(viewer.sync_changed, timeout=WAIT_MS) as changed:
        qtbot.keyClick(viewer, Qt.Key.Key_F4)
    assert changed.args == [pytest.approx(21 / FPS)]
    viewer.go_to(0, 10)
    qtbot.waitUntil(lambda: shown(viewer) == [10, 31], timeout=WAIT_MS)


def test_it_goes_back_to_what_was_proposed(qtbot, viewer, panel):
    panel.nudge(9)
    with qtbot.waitSignal(viewer.sync_changed, timeout=WAIT_MS) as changed:
        qtbot.keyClick(viewer, Qt.Key.Key_F5)
    assert changed.args == [pytest.approx(OFFSET_S)]


def test_hiding_the_panel_announces_what_was_nudged_last(qtbot, viewer, panel):
    panel.nudge(-3)
    with qtbot.waitSignal(viewer.sync_changed, timeout=WAIT_MS):
        viewer.actions_offered.sync.trigger()


def test_leaving_the_visit_announces_what_was_nudged_last(qtbot, viewer, panel):
    page = WorkPage()
    qtbot.addWidget(page)
    page.viewer = viewer
    panel.nudge(-3)
    with qtbot.waitSignal(viewer.sync_changed, timeout=100) as changed:
        page.settle()
    assert changed.args == [pytest.approx(OFFSET_S + 3 / FPS)]


def test_what_was_proposed_outlives_a_correction(qtbot, viewer, panel, walk):
    stated = Sync(0, 1, 0.5, 1.0, SyncSource.USER)
    viewer.show_analysis(replace(walk, sync=(stated,)))
    assert viewer.axis.sync.offset_s == 0.5
    back = next(b for b in panel.findChildren(QPushButton) if b.text() == "As proposed")
    with qtbot.waitSignal(viewer.sync_changed, timeout=WAIT_MS) as changed:
        qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert changed.args == [pytest.approx(OFFSET_S)]


def test_where_nothing_can_be_proposed_it_is_said_what_to_do(qtbot, viewer, panel, monkeypatch):
    nothing = Sync(0, 1, 0.0, 0.0, SyncSource.NONE)
    monkeypatch.setattr("gaitdesk.ui.viewer.sync_panel.propose_sync", lambda *_, **__: nothing)
    monkeypatch.setattr(panel, "_proposed", None)
    panel.return_to_proposal()
    qtbot.waitUntil(lambda: "mark the same event in both" in panel._facts.text(), timeout=WAIT_MS)
    assert panel._job is None or panel._job.wait()
