from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from gaitdesk.childgait.shown import HEAT_COLOUR
from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.gait import Variable
from gaitdesk.domain.shapes import Point, Stroke
from gaitdesk.ui.viewer.following import Cut
from gaitdesk.ui.viewer.joint_drag import JointDrag, with_joint_moved
from gaitdesk.ui.viewer.layers import Layer, LayerLook, Layers
from gaitdesk.ui.viewer.pictures import GROUND_RGB, Picture
from gaitdesk.ui.viewer.slides import slide_of
from tests.ui.viewer.conftest import PANE_FRAME, WAIT_MS

FRAME = PANE_FRAME
OFF = LayerLook(False, 1.0)


def place_of(pane, film, point):
    x, y = film.pose.points_px[FRAME, point]
    return QPointF(*pane.framing.to_pane(float(x), float(y))).toPoint()


def wheel(pane, place, notches, modifier=Qt.KeyboardModifier.NoModifier, sideways=0):
    event = QWheelEvent(
        QPointF(place),
        pane.mapToGlobal(QPointF(place)),
        QPoint(),
        QPoint(round(120 * sideways), round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane, event)


def test_a_dragged_joint_is_announced_where_it_was_dropped(qtbot, pane, film):
    start = place_of(pane, film, Landmark.RIGHT_KNEE)
    qtbot.mouseMove(pane, start)
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(pane, start + QPoint(14, -6))
    with qtbot.waitSignal(pane.corrected, timeout=WAIT_MS) as moved:
        qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=start + QPoint(14, -6))
    move = moved.args[0].new
    assert (move.frame, move.point) == (FRAME, Landmark.RIGHT_KNEE)
    expected = pane.framing.to_video(start.x() + 14, start.y() - 6)
    assert move.place_px == pytest.approx(expected, abs=0.01)


def test_a_joint_in_the_hand_stays_there_when_something_is_found_anew(qtbot, pane, film, corrected):
    start = place_of(pane, film, Landmark.RIGHT_KNEE)
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(pane, start + QPoint(14, -6))
    ankle = JointDrag(FRAME, Landmark.RIGHT_ANKLE, film.pose.points_px[FRAME]).moved_to(90.0, 80.0)
    pane.show_film(with_joint_moved(film, ankle))
    points = pane.shown_film.pose.points_px[FRAME]
    held = pane.framing.to_video(start.x() + 14, start.y() - 6)
    assert points[Landmark.RIGHT_KNEE] == pytest.approx(held, abs=0.01)
    assert tuple(points[Landmark.RIGHT_ANKLE]) == (90.0, 80.0)
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=start + QPoint(14, -6))
    (move,) = (one.new for one in corrected)
    assert move.place_px == pytest.approx(held, abs=0.01)


def test_a_joint_in_the_hand_is_let_go_where_another_film_comes(qtbot, pane, film, walk, corrected):
    start = place_of(pane, film, Landmark.RIGHT_KNEE)
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(pane, start + QPoint(14, -6))
    pane.show_film(walk.films[1], 1)
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=start + QPoint(14, -6))
    assert pane.shown_film is walk.films[1]
    assert corrected == []


def test_a_click_on_a_joint_moves_nothing(qtbot, pane, film):
    with qtbot.assertNotEmitted(pane.corrected):
        qtbot.mouseClick(
            pane, Qt.MouseButton.LeftButton, pos=place_of(pane, film, Landmark.RIGHT_HIP)
        )


def test_escape_puts_a_joint_back(qtbot, pane, film):
    start = place_of(pane, film, Landmark.RIGHT_ANKLE)
    with qtbot.assertNotEmitted(pane.corrected):
        qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(pane, start + QPoint(20, 0))
        qtbot.keyClick(pane, Qt.Key.Key_Escape)
        qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=start + QPoint(20, 0))


@pytest.mark.parametrize("reason", ["playing", "hidden"])
def test_joints_cannot_be_moved_unseen(qtbot, pane, film, reason):
    if reason == "playing":
        pane.set_correcting(False)
    else:
        pane.show_layers(Layers().with_look(Layer.SKELETON, LayerLook(False, 1.0)))
    start = place_of(pane, film, Landmark.RIGHT_KNEE)
    with qtbot.assertNotEmitted(pane.corrected):
        qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(pane, start + QPoint(20, 0))
        qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=start + QPoint(20, 0))


def test_bending_the_knee_by_hand_changes_its_angle_and_the_hip_alike(film):
    hip, knee = Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE
    drag = JointDrag(FRAME, knee, film.pose.points_px[FRAME].copy())
    x, y = film.pose.points_px[FRAME, knee]
    moved = with_joint_moved(film, drag.moved_to(x + 4, y))
    change = {}
    for before, after in zip(film.angles, moved.angles, strict=True):
        if before.side == "right":
            change[before.variable] = after.values[FRAME] - before.values[FRAME]
            others = np.arange(len(before.values)) != FRAME
            assert np.array_equal(before.values[others], after.values[others])
    assert change[Variable.HIP_FLEXION] > 3
    assert change[Variable.KNEE_FLEXION] > change[Variable.HIP_FLEXION]
    assert np.array_equal(film.pose.points_px[FRAME, hip], moved.pose.points_px[FRAME, hip])


def test_the_wheel_zooms_at_the_cursor_and_a_double_click_shows_all(qtbot, pane):
    place = QPoint(200, 150)
    before = pane.framing.to_video(200, 150)
    wheel(pane, place, 4)
    assert pane.framing.scale > 3.5
    assert pane.framing.to_video(200, 150) == pytest.approx(before, abs=0.5)
    qtbot.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=place)
    assert pane.framing.scale == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("modifier", "sideways", "notches", "way"),
    [
        (Qt.KeyboardModifier.ShiftModifier, 0, 1, (1, 0)),
        (Qt.KeyboardModifier.ShiftModifier, 0, -1, (-1, 0)),
        (Qt.KeyboardModifier.ControlModifier, 0, 1, (0, 1)),
        (Qt.KeyboardModifier.ControlModifier, 0, -1, (0, -1)),
        (Qt.KeyboardModifier.NoModifier, -2, 1, (-1, 0)),
    ],
    ids=["shift", "shift back", "ctrl", "ctrl back", "sideways"],
)
def test_the_wheel_moves_an_enlarged_picture_and_no_other(pane, modifier, sideways, notches, way):
    place = pane.rect().center()
    whole = pane.framing
    wheel(pane, place, notches, modifier, sideways)
    assert pane.framing == whole
    pane.zoom(4.0)
    before = pane.framing
    wheel(pane, place, notches, modifier, sideways)
    after = pane.framing
    assert after.scale == before.scale
    assert (np.sign(after.left - before.left), np.sign(after.top - before.top)) == way


def test_zooming_by_hand_ends_following(qtbot, pane):
    pane.follow(Cut.BODY)
    assert pane.is_following
    with qtbot.waitSignal(pane.following_ended, timeout=WAIT_MS):
        wheel(pane, QPoint(200, 150), 1)
    assert not pane.is_following


@pytest.mark.parametrize("layer", list(Layer))
def test_each_layer_is_seen_and_fades(pane, layer):
    def drawn(look):
        layers = Layers()
        for one in Layer:
            layers = layers.with_look(one, LayerLook(False, 1.0))
        pane.show_layers(layers.with_look(layer, look))
        image = pane.grab().toImage()
        bits = np.frombuffer(image.constBits(), np.uint8).astype(int)
        return bits.reshape(image.height(), -1)

    pane.show_picture(Picture(37, np.full((180, 320, 3), 90, np.uint8)))
    pane.show_heat({37: (Stroke((Point(40, 40), Point(90, 120)), HEAT_COLOUR, 3.0),)})
    plain = drawn(LayerLook(False, 1.0))
    full = np.abs(drawn(LayerLook(True, 1.0)) - plain).sum()
    faint = np.abs(drawn(LayerLook(True, 0.2)) - plain).sum()
    assert full > 0
    assert faint < 0.8 * full


def noise(film, seed):
    shape = film.video.height, film.video.width, 3
    image = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return cv2.GaussianBlur(image, (0, 0), 1.5).astype(np.uint8)


def seen(pane):
    image = pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits(), np.uint8)
    return bits.reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def settled(qtbot, pane, change):
    heard = []
    pane.staging_settled.connect(heard.append)
    change(pane)
    qtbot.waitUntil(
        lambda: bool(heard) and not pane._settling.isActive() and heard[-1] is pane._zoom.staging,
        timeout=WAIT_MS,
    )
    pane.staging_settled.disconnect(heard.append)
    return heard[-1]


CHANGES = {
    "whole": lambda pane: pane.fit(),
    "following": lambda pane: pane.follow(Cut.LEGS),
    "by hand": lambda pane: pane.zoom(3.0, QPointF(200, 150)),
    "mask": lambda pane: pane.show_layers(
        Layers().with_look(Layer.MASK, LayerLook(True, 0.5)).with_look(Layer.HEAT, OFF)
    ),
    "size": lambda pane: pane.setFixedSize(517, 333),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_slide_made_ahead_is_painted_as_one_made_on_the_spot(qtbot, pane, film, change):
    staging = settled(qtbot, pane, CHANGES[change])
    image = noise(film, 1)
    pane.show_picture(Picture(FRAME, image))
    on_the_spot = seen(pane)
    pane.show_picture(Picture(FRAME, image, slide_of(image, staging.showing(FRAME))))
    assert np.abs(seen(pane) - on_the_spot).max() <= 1
    assert pane._slides._made is None or pane._slides._made[0] is not pane._picture


def test_a_slide_made_for_another_pane_or_zoom_is_not_shown(qtbot, pane, film):
    staging = settled(qtbot, pane, lambda pane: pane.fit())
    image = noise(film, 2)
    late = Picture(FRAME, image, slide_of(image, staging.showing(FRAME)))
    pane.zoom(2.0, QPointF(100, 100))
    pane.show_picture(Picture(FRAME, image))
    right = seen(pane)
    pane.show_picture(late)
    assert np.array_equal(seen(pane), right)


def test_where_nothing_is_seen_of_a_picture_the_pane_is_dark(pane, film):
    pane.show_layers(nothing_drawn())
    pane.setFixedSize(600, 600)
    pane.show_picture(Picture(FRAME, np.full((180, 320, 3), 255, np.uint8)))
    rows = seen(pane)[:, 300, :]
    assert (rows[60:125] == GROUND_RGB[::-1]).all()
    assert (rows[140:460] == 255).all()
    assert (rows[480:590] == GROUND_RGB[::-1]).all()


def nothing_drawn():
    layers = Layers()
    for layer in Layer:
        layers = layers.with_look(layer, OFF)
    return layers


def test_an_error_stands_in_place_of_the_picture(pane):
    before = pane.grab().toImage()
    pane.show_error("The disk was taken out. Put it back.")
    assert pane.grab().toImage() != before


def test_showing_announces_nothing(qtbot, pane, film):
    signals = [pane.corrected, pane.activated, pane.menu_wanted, pane.following_ended]
    heard = []
    for signal in signals:
        signal.connect(lambda *args: heard.append(args))
    pane.show_film(replace(film, notes=("x",)))
    pane.show_note("x")
    pane.fit()
    assert heard == []


def test_a_pane_says_how_much_of_what_playing_waits_for_is_there(pane):
    pane.show_filling(0.42)
    assert "40 %" in pane.foot_words
    pane.show_note("This film has ended at this moment; its last frame is shown.")
    assert "ended" in pane.foot_words
    pane.show_note("")
    pane.show_filling(None)
    assert pane.foot_words == ""
