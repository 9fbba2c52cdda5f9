"""What the network saw, in the films: its patches over the frames, its clip played."""

from __future__ import annotations

from gaitdesk.childgait.shown import HEAT_COLOUR
from gaitdesk.domain.shapes import Point, Stroke
from tests.ui.viewer.conftest import FPS, WAIT_MS

HEAT = {0: (Stroke((Point(20, 20), Point(120, 90)), HEAT_COLOUR, 4.0),)}


def test_patches_are_drawn_over_their_own_film_alone_and_go_again(viewer):
    plain = [pane.grab().toImage() for pane in viewer.panes]
    viewer.show_heat(0, HEAT)
    heated = [pane.grab().toImage() for pane in viewer.panes]
    assert heated[0] != plain[0]
    assert heated[1] == plain[1]
    viewer.show_heat(-1, {})
    assert viewer.panes[0].grab().toImage() == plain[0]


def test_the_clip_is_played_again_and_again(qtbot, viewer):
    viewer.play_frames(1, 20, 30)
    start_s, end_s = viewer.playback.loop
    assert viewer.axis.nearest(1, start_s).frame == 20
    assert viewer.axis.nearest(1, end_s).frame == 30
    assert viewer.playback.is_playing
    qtbot.waitUntil(lambda: viewer.current_time_s >= start_s, timeout=WAIT_MS)
    viewer.playback.pause()
    assert viewer.current_time_s <= end_s + 1 / FPS
