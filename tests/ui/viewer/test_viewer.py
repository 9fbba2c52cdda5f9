from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QMenu, QSlider

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.correction import SideSwap
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.gait import EventKind
from gaitdesk.report.answers import shown_proposal
from gaitdesk.ui.theme import text_scale
from gaitdesk.ui.viewer import slide_painter
from gaitdesk.ui.viewer.arrangement import Arrangement
from gaitdesk.ui.viewer.layers import Layer, LayerLook, Layers
from gaitdesk.ui.viewer.slides import slide_of
from gaitdesk.ui.viewer.timeline_room import pictures_height
from gaitdesk.ui.viewer.tracks import snapped_frame
from gaitdesk.ui.viewer.viewer import Viewer
from tests.ui.viewer.conftest import FPS, FRAMES, LATER, WAIT_MS, play_on, shown


def test_both_films_go_to_the_same_moment(qtbot, viewer):
    viewer.go_to(0, 20)
    qtbot.waitUntil(lambda: shown(viewer) == [20, 20 + LATER], timeout=WAIT_MS)
    viewer.go_to(1, 20)
    qtbot.waitUntil(lambda: shown(viewer) == [20 - LATER, 20], timeout=WAIT_MS)
    assert viewer.current_time_s == pytest.approx((20 - LATER) / FPS)


def test_the_moment_is_announced_once(qtbot, viewer):
    heard = []
    viewer.time_changed.connect(heard.append)
    viewer.go_to(0, 20)
    viewer.go_to(0, 20)
    viewer.go_to_time(20 / FPS)
    assert heard == [pytest.approx(20 / FPS)]


@pytest.mark.parametrize(
    ("key", "modifier", "frame"),
    [
        (Qt.Key.Key_Period, Qt.KeyboardModifier.NoModifier, 21),
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.NoModifier, 19),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 21),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 10),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier, 21),
        (Qt.Key.Key_BracketRight, Qt.KeyboardModifier.NoModifier, 30),
        (Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.NoModifier, 7),
    ],
)
def test_keys_step_from_frame_to_frame_and_event_to_event(qtbot, viewer, key, modifier, frame):
    viewer.go_to(0, 20)
    viewer.panes[0].setFocus()
    qtbot.keyClick(viewer.panes[0], key, modifier)
    qtbot.waitUntil(lambda: shown(viewer)[0] == frame, timeout=WAIT_MS)


def test_stepping_goes_by_the_film_that_was_clicked(qtbot, viewer):
    qtbot.mouseClick(viewer.panes[1], Qt.MouseButton.RightButton, pos=QPoint(5, 60))
    viewer.go_to(1, 30)
    qtbot.keyClick(viewer.panes[1], Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: shown(viewer)[1] == 31, timeout=WAIT_MS)


def test_a_film_without_a_frame_at_the_moment_says_so(qtbot, viewer):
    viewer.go_to(0, FRAMES - 1)
    qtbot.waitUntil(lambda: shown(viewer) == [FRAMES - 1, FRAMES - 1], timeout=WAIT_MS)
    assert "ended" in viewer._panes[1]._note
    viewer.go_to(0, 5)
    assert viewer._panes[1]._note == ""


def test_an_item_takes_both_films_to_its_deciding_frame(qtbot, viewer, walk):
    for item in (Item.STANCE_KNEE_EXTENSION, Item.PELVIC_OBLIQUITY):
        proposal = shown_proposal(walk.scoresheet.get(Side.RIGHT, item))
        viewer.show_item(Side.RIGHT, item, proposal)
        film, frame = proposal.evidence.film, proposal.evidence.frame
        qtbot.waitUntil(
            lambda film=film, frame=frame: shown(viewer)[film] == frame, timeout=WAIT_MS
        )
        assert viewer.axis.nearest(film, viewer.current_time_s).frame == frame


def test_an_item_without_evidence_leaves_the_films_where_they_are(qtbot, viewer, walk):
    viewer.go_to(0, 9)
    viewer.show_item(Side.LEFT, Item.HINDFOOT_VARUS_VALGUS, None)
    assert viewer.current_time_s == pytest.approx(9 / FPS)


def test_the_same_films_with_other_findings_stay_where_they_are(qtbot, viewer, walk):
    viewer.go_to(0, 17)
    qtbot.waitUntil(lambda: shown(viewer)[0] == 17, timeout=WAIT_MS)
    heard = []
    viewer.time_changed.connect(heard.append)
    fewer = replace(walk.films[0], events=walk.films[0].events[1:])
    viewer.show_analysis(replace(walk, films=(fewer, walk.films[1])))
    assert heard == []
    assert shown(viewer)[0] == 17
    assert viewer.timeline._tracks[0].film is fewer


def test_playing_paints_frames_and_stops_at_the_end(qtbot, viewer, clock):
    viewer.go_to(0, 20)
    qtbot.waitUntil(lambda: shown(viewer) == [20, 20 + LATER], timeout=WAIT_MS)
    viewer.playback.toggle()
    play_on(qtbot, viewer, clock, 8)
    # The frame it began with was painted before, and need not be again.
    assert viewer.painted_frames >= 2 * 7
    assert viewer.dropped_frames == 0
    qtbot.waitUntil(lambda: not viewer._running._unpainted, timeout=WAIT_MS)
    clock.now_s += 1.0
    qtbot.waitUntil(lambda: not viewer.playback.is_playing, timeout=WAIT_MS)
    assert viewer.current_time_s == pytest.approx(viewer.axis.end_s, abs=0.02)
    qtbot.waitUntil(lambda: shown(viewer) == [FRAMES - 1, FRAMES - 1], timeout=WAIT_MS)


def are_slides_ready(viewer):
    """Whether frames around those on the screen are at hand as the panes show them."""
    return all(
        (picture := reel.loader.near.get(frame)) is not None
        and picture.slide is not None
        and picture.slide.showing == pane._zoom.staging.showing(frame)
        for reel, pane in zip(viewer._projector._reels, viewer.panes, strict=True)
        for frame in range(pane.shown_frame - 2, pane.shown_frame + 9)
    )


def test_the_window_itself_makes_no_slide_while_it_steps_or_plays(
    qtbot, viewer, clock, monkeypatch
):
    viewer.go_to(0, 5)
    qtbot.waitUntil(lambda: shown(viewer) == [5, 5 + LATER], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: are_slides_ready(viewer), timeout=WAIT_MS)
    made = []
    monkeypatch.setattr(
        slide_painter, "slide_of", lambda *args: made.append(args) or slide_of(*args)
    )
    for frame in (6, 7, 11, 10, 5):
        viewer.go_to(0, frame)
        qtbot.waitUntil(lambda frame=frame: shown(viewer)[0] == frame, timeout=WAIT_MS)
        for pane in viewer.panes:
            pane.repaint()
    viewer.playback.play(0.125)
    play_on(qtbot, viewer, clock, 5)
    viewer.playback.pause()
    assert made == []


def test_a_loop_is_fetched_for_both_films_and_forgotten_with_it(viewer):
    loaders = [reel.loader for reel in viewer._projector._reels]
    viewer.playback.set_loop((5 / FPS, 20 / FPS))
    assert [one._loop for one in loaders] == [range(5, 21), range(5 + LATER, 21 + LATER)]
    viewer.playback.set_loop(None)
    assert [len(one._loop) for one in loaders] == [0, 0]


def test_slides_follow_the_layers_and_memory_stays_within_its_bound(qtbot, viewer):
    viewer.go_to(0, 5)
    qtbot.waitUntil(lambda: shown(viewer) == [5, 5 + LATER], timeout=WAIT_MS)
    for layers in (
        Layers().with_look(Layer.MASK, LayerLook(True, 0.6)),
        Layers().with_look(Layer.MASK, LayerLook(False, 0.6)),
    ):
        viewer.set_layers(layers)
        qtbot.waitUntil(lambda: are_slides_ready(viewer), timeout=WAIT_MS)
        assert viewer.used_bytes <= 2 * 40_000_000


def test_space_plays_and_k_pauses(qtbot, viewer, clock):
    viewer.panes[0].setFocus()
    qtbot.keyClick(viewer.panes[0], Qt.Key.Key_Space)
    assert viewer.playback.is_playing
    qtbot.keyClick(viewer.panes[0], Qt.Key.Key_K)
    assert not viewer.playback.is_playing
    qtbot.keyClick(viewer.panes[0], Qt.Key.Key_J)
    qtbot.keyClick(viewer.panes[0], Qt.Key.Key_J)
    assert viewer.playback.rate == -2.0
    viewer.playback.pause()


def test_films_can_be_laid_out_in_four_ways(qtbot, viewer):
    first, second = viewer.panes
    viewer.arrange(Arrangement.STACKED)
    qtbot.waitUntil(
        lambda: second.mapTo(viewer, QPoint()).y() > first.mapTo(viewer, QPoint()).y(),
        timeout=WAIT_MS,
    )
    viewer.arrange(Arrangement.ONE_LARGE)
    assert [pane.isVisible() for pane in viewer.panes] == [True, False]
    qtbot.keyClick(viewer, Qt.Key.Key_X)
    assert [pane.isVisible() for pane in viewer.panes] == [False, True]
    viewer.arrange(Arrangement.FLOATING)
    assert second.window() is not viewer.window()
    second.window().close()
    assert second.window() is viewer.window()
    assert viewer.actions_offered.side_by_side.isChecked()
    assert all(pane.isVisible() for pane in viewer.panes)


def test_a_film_in_a_window_of_its_own_has_all_its_keys(qtbot, viewer):
    viewer.go_to(1, 20)
    viewer.arrange(Arrangement.FLOATING)
    second = viewer.panes[1]
    second.window().activateWindow()
    second.setFocus()
    qtbot.waitUntil(second.hasFocus, timeout=WAIT_MS)
    qtbot.keyClick(second, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shown(viewer)[1] == 21, timeout=WAIT_MS)
    second.window().close()


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (Qt.Key.Key_Left, (1, 0)),
        (Qt.Key.Key_Right, (-1, 0)),
        (Qt.Key.Key_Up, (0, 1)),
        (Qt.Key.Key_Down, (0, -1)),
    ],
)
def test_keys_move_an_enlarged_picture(qtbot, viewer, key, way):
    pane = viewer.panes[0]
    pane.setFocus()
    qtbot.waitUntil(pane.hasFocus, timeout=WAIT_MS)
    viewer.fit_all()
    pane.zoom(8.0)
    before = pane.framing
    qtbot.keyClick(pane, key, Qt.KeyboardModifier.ControlModifier)
    after = pane.framing
    viewer.fit_all()
    assert after.scale == before.scale
    assert (np.sign(after.left - before.left), np.sign(after.top - before.top)) == way


def test_the_large_film_is_the_one_chosen_wherever_the_keyboard_comes_back_to(qtbot, viewer):
    first, second = viewer.panes
    second.setFocus(Qt.FocusReason.TabFocusReason)
    assert viewer.lead == 1
    qtbot.keyClick(viewer, Qt.Key.Key_X)
    assert viewer.lead == 0
    for reason in (
        Qt.FocusReason.ActiveWindowFocusReason,
        Qt.FocusReason.PopupFocusReason,
        Qt.FocusReason.MenuBarFocusReason,
    ):
        QApplication.sendEvent(second, QFocusEvent(QEvent.Type.FocusIn, reason))
    viewer.arrange(Arrangement.ONE_LARGE)
    assert [pane.isVisible() for pane in viewer.panes] == [True, False]
    qtbot.waitUntil(first.hasFocus, timeout=WAIT_MS)


def test_the_keyboard_goes_with_the_large_film(qtbot, viewer):
    viewer.panes[0].setFocus()
    viewer.arrange(Arrangement.ONE_LARGE)
    for slot in (1, 0):
        qtbot.keyClick(viewer, Qt.Key.Key_X)
        assert [pane.isVisible() for pane in viewer.panes] == [slot == 0, slot == 1]
        qtbot.waitUntil(viewer.panes[slot].hasFocus, timeout=WAIT_MS)
        assert viewer.lead == slot


def test_the_films_fill_the_screen_and_come_back(qtbot, viewer):
    viewer.actions_offered.full_screen.trigger()
    assert viewer.panes[0].window() is not viewer.window()
    assert viewer.panes[0].window().isFullScreen()
    qtbot.keyClick(viewer.panes[0].window(), Qt.Key.Key_Escape)
    assert viewer.panes[0].window() is viewer.window()


def test_a_key_switches_a_layer(qtbot, viewer):
    before = viewer._overlays.layers.look(Layer.MASK).is_on
    qtbot.keyClick(viewer, Qt.Key.Key_M)
    assert viewer._overlays.layers.look(Layer.MASK).is_on is not before


def test_switches_and_opacities_are_worked_by_key(qtbot, viewer):
    panel = viewer._overlays
    viewer.actions_offered.overlays.trigger()
    before = panel.layers.look(Layer.MASK)
    qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Space)
    assert panel.layers.look(Layer.MASK).is_on is not before.is_on
    passed = [panel.focusWidget()]
    while len(set(passed)) == len(passed):
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
        if len(passed) == 1:
            qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Right)
        passed.append(panel.focusWidget())
    assert panel.layers.look(Layer.MASK).opacity > before.opacity
    assert len(passed) == 2 * len(Layer) + 2
    assert passed[-1] is passed[0]
    qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Backtab)
    assert panel.focusWidget() is passed[-2]
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    qtbot.waitUntil(panel.isHidden, timeout=WAIT_MS)


def test_a_film_put_by_hand_is_followed_again_before_neither_is(viewer):
    follow, panes = viewer.actions_offered.follow, viewer.panes
    if not all(pane.is_following for pane in panes):
        follow.trigger()
    panes[0].zoom(2.0)
    assert [pane.is_following for pane in panes] == [False, True]
    follow.trigger()
    assert [pane.is_following for pane in panes] == [True, True]
    assert follow.isChecked()
    follow.trigger()
    assert [pane.is_following for pane in panes] == [False, False]
    follow.trigger()


def timeline_place(viewer, slot, event):
    timeline = viewer.timeline
    x = timeline.scale.x(viewer.axis.to_axis(slot, event.time_s))
    return QPoint(round(x), round(timeline.scale.limb_middle(slot, event.side)))


def test_a_dragged_event_is_announced_and_shown_on_the_way(qtbot, viewer, walk):
    event = walk.films[0].events[2]
    start = timeline_place(viewer, 0, event)
    timeline, track = viewer.timeline, viewer.timeline.tracks[0]
    points = round(5 / FPS * timeline.scale.points_per_s)
    # It may meet its twin in the other film, as near as that is on a screen of this size.
    dropped = snapped_frame(
        timeline.tracks, viewer.axis, timeline.scale, track, event, start.x() + points
    )
    assert abs(dropped - event.frame) > 1
    qtbot.mousePress(viewer.timeline, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewer.timeline, start + QPoint(points, 0))
    qtbot.waitUntil(lambda: shown(viewer)[0] == dropped, timeout=WAIT_MS)
    with qtbot.waitSignal(viewer.event_moved, timeout=WAIT_MS) as moved:
        qtbot.mouseRelease(
            viewer.timeline, Qt.MouseButton.LeftButton, pos=start + QPoint(points, 0)
        )
    assert moved.args == [0, event, dropped]


def test_an_event_is_chosen_nudged_and_deleted_by_key(qtbot, viewer, walk):
    viewer.go_to(0, 31)
    timeline = viewer.timeline
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Escape)
    qtbot.keyClick(timeline, Qt.Key.Key_Down)
    _, event = timeline.selected_event
    assert (event.side, event.kind) == (Side.RIGHT, EventKind.INITIAL_CONTACT)
    with qtbot.waitSignal(viewer.event_moved, timeout=WAIT_MS) as moved:
        qtbot.keyClick(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert moved.args == [0, event, event.frame - 1]
    with qtbot.waitSignal(viewer.event_deleted, timeout=WAIT_MS) as deleted:
        qtbot.keyClick(timeline, Qt.Key.Key_Delete)
    assert deleted.args == [0, event]


def test_an_event_is_added_by_key_to_the_film_in_front(qtbot, viewer):
    viewer.set_lead(1)
    viewer.go_to(1, 20)
    timeline = viewer.timeline
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Escape)
    qtbot.keyClick(timeline, Qt.Key.Key_Return)
    menu = next(one for one in timeline.findChildren(QMenu) if one.isVisible())
    with qtbot.waitSignal(viewer.event_added, timeout=WAIT_MS) as added:
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert added.args == [1, Side.LEFT, EventKind.INITIAL_CONTACT, 20]


def test_a_stretch_is_marked_and_looped_by_key(qtbot, viewer, clock):
    said = []
    heard = viewer.said.connect(said.append)
    viewer.timeline.choose_nothing()
    qtbot.keyClick(viewer, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert "No stretch" in said[-1]
    assert viewer.playback.loop is None
    viewer.go_to(0, 8)
    qtbot.keyClick(viewer, Qt.Key.Key_Q)
    assert viewer.timeline.marked_s == pytest.approx((8 / FPS, viewer.axis.end_s))
    viewer.go_to(0, 20)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert viewer.timeline.marked_s == pytest.approx((8 / FPS, 20 / FPS))
    qtbot.keyClick(viewer, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.playback.is_playing
    assert viewer.playback.loop == viewer.timeline.marked_s
    viewer.playback.pause()
    viewer.go_to(0, 12)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert viewer.playback.loop == pytest.approx((8 / FPS, 12 / FPS)), "it follows its marks"
    qtbot.keyClick(viewer, Qt.Key.Key_R)
    assert viewer.playback.loop is None
    viewer.said.disconnect(heard)


def test_marks_that_would_cross_begin_and_end_with_the_films(qtbot, viewer):
    viewer.timeline.choose_nothing()
    axis = viewer.axis
    for frame, key, marked in (
        (20, Qt.Key.Key_W, (axis.start_s, 20 / FPS)),
        (30, Qt.Key.Key_Q, (30 / FPS, axis.end_s)),
        (10, Qt.Key.Key_W, (axis.start_s, 10 / FPS)),
    ):
        viewer.go_to(0, frame)
        qtbot.keyClick(viewer, key)
        assert viewer.timeline.marked_s == pytest.approx(marked)
    viewer.timeline.setFocus()
    qtbot.keyClick(viewer.timeline, Qt.Key.Key_Return)
    menu = next(one for one in viewer.timeline.findChildren(QMenu) if one.isVisible())
    assert "again and again" in menu.actions()[0].text()
    assert set(viewer.actions_offered.marking) <= set(menu.actions())
    menu.close()
    qtbot.keyClick(viewer.timeline, Qt.Key.Key_Escape)
    assert viewer.timeline.marked_s is None


def test_clicking_the_timeline_goes_there(qtbot, viewer):
    timeline = viewer.timeline
    place = QPoint(round(timeline.scale.x(24 / FPS)), 8)
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: shown(viewer)[0] == 24, timeout=WAIT_MS)


def test_exchanged_sides_stay_marked_and_a_click_goes_there(qtbot, viewer):
    viewer.go_to(0, 2)
    viewer.show_corrections({"one": SideSwap(0, 33, 40)})
    timeline = viewer.timeline
    y = timeline.scale.top_of(0) + timeline.scale.marks - 2
    places = [
        QPoint(round(timeline.scale.x(viewer.axis.time_of(0, frame))), y) for frame in range(33, 41)
    ]
    # Where a deciding frame is marked, that comes first.
    place = next(one for one in places if "34 to 41" in timeline._tip(QPointF(one)))
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: shown(viewer)[0] == 33, timeout=WAIT_MS)
    viewer.show_corrections({})
    assert timeline._tip(QPointF(place)) == ""


def test_the_strip_of_kept_frames_says_how_much_memory_they_take(qtbot, viewer):
    timeline = viewer.timeline
    bottom = timeline.scale.top_of(1) - 5
    qtbot.waitUntil(lambda: "MB of 80 MB" in timeline._tip(QPointF(200, bottom)), timeout=WAIT_MS)


def test_the_timeline_has_the_pictures_its_viewer_has_room_for(qtbot, viewer):
    timeline = viewer.timeline

    def expected():
        return pictures_height(viewer.height(), text_scale(viewer), is_column=False)

    viewer.actions_offered.sync.setChecked(False)
    for height in (620, 560, 700):
        viewer.resize(900, height)
        qtbot.waitUntil(lambda: timeline.scale.thumbs == expected(), timeout=WAIT_MS)
    viewer.resize(900, 620)


def test_every_control_has_a_name(viewer):
    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in viewer.findChildren(kind):
            words = control.accessibleName() or getattr(control, "text", lambda: "")()
            assert words, control
    assert all(pane.accessibleName() for pane in viewer.panes)


def test_no_key_is_given_twice(viewer):
    keys = [key.toString() for action in viewer.actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def python_threads():
    # A Qt thread that was ever seen by Python is listed for good, under a dummy's name.
    return {one for one in threading.enumerate() if not one.name.startswith("Dummy")}


def test_no_thread_outlives_closing(qtbot, walk):
    before = python_threads()
    one = Viewer()
    qtbot.addWidget(one)
    one.show_analysis(walk)
    one.go_to(0, 30)
    one.close()
    assert one.used_bytes == 0
    qtbot.waitUntil(lambda: not python_threads() - before, timeout=WAIT_MS)


def test_an_empty_viewer_offers_nothing(qtbot):
    one = Viewer()
    qtbot.addWidget(one)
    assert not any(action.isEnabled() for action in one.actions_offered.all())
    one.go_to(0, 3)
    one.show_item(Side.LEFT, Item.HEEL_LIFT, None)
    assert one.axis is None


def test_playing_waits_until_its_first_frames_are_there(qtbot, viewer, clock, monkeypatch):
    told = []
    viewer.playback.held.connect(told.append)
    missing = np.zeros(FRAMES, np.bool_)
    kept = [missing]
    monkeypatch.setattr(viewer._projector, "kept", lambda slot: kept[0])
    viewer.playback.play(1.0)
    qtbot.waitUntil(lambda: told[:1] == [0.0], timeout=WAIT_MS)
    assert viewer.current_time_s == viewer.axis.time_of(0, 0)
    qtbot.waitUntil(lambda: "0 %" in viewer.panes[0].foot_words, timeout=WAIT_MS)
    kept[0] = ~missing
    qtbot.waitUntil(lambda: told[-1] == 1.0, timeout=WAIT_MS)
    assert viewer.panes[0].foot_words == ""
    viewer.playback.pause()
    viewer.playback.held.disconnect(told.append)


def test_playing_does_not_wait_for_a_film_that_gives_no_frames(qtbot, viewer, clock, monkeypatch):
    monkeypatch.setattr(viewer._projector, "kept", lambda slot: np.zeros(FRAMES, np.bool_))
    monkeypatch.setattr(viewer._projector, "has_failed", lambda slot: True)
    viewer.playback.play(1.0)
    qtbot.waitUntil(lambda: viewer.playback._held_since is None, timeout=WAIT_MS)
    assert viewer.playback.is_playing
    viewer.playback.pause()
