"""Painting the mask with real mouse and keys: live, announced once, undone by nobody but Esc."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gaitdesk.domain.correction import MaskStroke
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.perception.brushing import with_stroke
from gaitdesk.store.edits import Kind
from gaitdesk.ui.viewer.brush import Brush
from gaitdesk.ui.viewer.brush_panel import BrushPanel
from gaitdesk.ui.viewer.brush_tool import BrushTool
from gaitdesk.ui.viewer.layers import Layer, LayerLook, Layers
from gaitdesk.ui.viewer.pictures import Picture
from tests.ui.hands import LEFT, RIGHT, at, drag
from tests.ui.viewer.conftest import PANE_FRAME

FRAME, RADIUS = PANE_FRAME, 9.0


@pytest.fixture
def film(walk):
    """The sagittal film with a square for a mask in every frame."""
    film = walk.films[0]
    mask = np.zeros((film.video.height, film.video.width), bool)
    mask[60:120, 100:160] = True
    frames = (FrameMask.of(mask),) * film.video.frame_count
    return replace(film, mask=MaskTrack(film.video.width, film.video.height, frames))


@pytest.fixture
def tool(pane):
    pane.setFocus()
    brush = Brush(pane)
    brush.set_radius(RADIUS)
    one = BrushTool(pane, brush)
    pane.set_tool(one)
    return one


def green(pane):
    """How green the pane is: the mask's colour over a grey picture."""
    image = pane.grab().toImage()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    blue, green, red = (bits[40:-40, :, channel].astype(int) for channel in range(3))
    return int((green > np.maximum(red, blue) + 15).sum())


def test_a_stroke_is_announced_as_it_was_made(qtbot, pane, tool, corrected, film):
    drag(qtbot, pane, LEFT, (150, 90), (200, 90), (230, 60))
    (edit,) = corrected
    stroke = edit.new
    assert edit.kind is Kind.MASK
    assert isinstance(stroke, MaskStroke)
    assert (stroke.film, stroke.frame, stroke.last_frame) == (0, FRAME, None)
    assert stroke.is_added
    assert stroke.radius_px == RADIUS
    np.testing.assert_allclose(stroke.path_px[0], (150, 90), atol=1)
    np.testing.assert_allclose(stroke.path_px[-1], (230, 60), atol=1)
    after = with_stroke(film.mask, stroke)
    assert after.at(FRAME)[90, 190]
    assert after.at(FRAME)[60, 230]
    assert not after.at(FRAME + 1)[90, 190]


def test_what_is_painted_is_seen_while_the_button_is_held(qtbot, pane, tool, corrected):
    before = green(pane)
    qtbot.mousePress(pane, LEFT, pos=at(pane, (200, 140)))
    qtbot.mouseMove(pane, at(pane, (260, 140)))
    while_held = green(pane)
    assert while_held > before + 1000
    assert corrected == []
    qtbot.mouseRelease(pane, LEFT, pos=at(pane, (260, 140)))
    assert green(pane) == pytest.approx(while_held, rel=0.05)


@pytest.mark.parametrize("how", ["right button", "erasing brush"])
def test_erasing(qtbot, pane, tool, corrected, film, how):
    tool.brush.set_erasing(how == "erasing brush")
    before = green(pane)
    drag(qtbot, pane, RIGHT if how == "right button" else LEFT, (100, 90), (160, 90))
    (edit,) = corrected
    assert not edit.new.is_added
    assert green(pane) < before
    assert not with_stroke(film.mask, edit.new).at(FRAME)[90, 130]


def test_a_second_stroke_goes_on_where_the_first_ended_although_nothing_is_recalculated_yet(
    qtbot, pane, tool, corrected, film
):
    drag(qtbot, pane, LEFT, (200, 140))
    drag(qtbot, pane, LEFT, (230, 140))
    both = green(pane)
    mask = with_stroke(with_stroke(film.mask, corrected[0].new), corrected[1].new)
    pane.show_film(replace(film, mask=mask))
    assert green(pane) == pytest.approx(both, rel=0.02)


def test_quick_presses_paint_and_do_not_enlarge(qtbot, pane, tool, corrected):
    framing = pane.framing
    for place in ((200, 140), (215, 140), (230, 140)):
        qtbot.mouseDClick(pane, LEFT, pos=at(pane, place))
        qtbot.mouseRelease(pane, LEFT, pos=at(pane, place))
    assert len(corrected) >= 3
    assert pane.framing == framing


def test_the_right_button_opens_no_menu(qtbot, pane, tool):
    place = at(pane, (130, 90))
    by_mouse = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, pane.mapToGlobal(place), Qt.KeyboardModifier(0)
    )
    with qtbot.assertNotEmitted(pane.menu_wanted):
        QApplication.sendEvent(pane, by_mouse)
    pane.set_tool(pane.joints)
    with qtbot.waitSignal(pane.menu_wanted):
        QApplication.sendEvent(pane, by_mouse)


def test_escape_takes_back_the_stroke_in_hand_and_then_leaves(qtbot, pane, tool, corrected):
    before = green(pane)
    qtbot.mousePress(pane, LEFT, pos=at(pane, (200, 140)))
    qtbot.mouseMove(pane, at(pane, (240, 140)))
    with qtbot.assertNotEmitted(tool.brush.left):
        qtbot.keyClick(pane, Qt.Key.Key_Escape)
    qtbot.mouseRelease(pane, LEFT, pos=at(pane, (240, 140)))
    assert corrected == []
    pane.leaveEvent(None)
    assert green(pane) == pytest.approx(before, rel=0.02)
    with qtbot.waitSignal(tool.brush.left):
        qtbot.keyClick(pane, Qt.Key.Key_Escape)


def test_another_frame_takes_back_the_stroke_in_hand(qtbot, pane, tool, corrected, film):
    qtbot.mousePress(pane, LEFT, pos=at(pane, (200, 140)))
    image = np.full((film.video.height, film.video.width, 3), 90, np.uint8)
    pane.show_picture(Picture(FRAME + 1, image))
    qtbot.mouseRelease(pane, LEFT, pos=at(pane, (240, 140)))
    assert corrected == []


def test_findings_that_come_while_painting_take_nothing_away(qtbot, pane, tool, corrected, film):
    qtbot.mousePress(pane, LEFT, pos=at(pane, (200, 140)))
    qtbot.mouseMove(pane, at(pane, (240, 140)))
    other = with_stroke(film.mask, MaskStroke(0, FRAME, np.array([[40.0, 40.0]]), 15.0, True))
    pane.show_film(replace(film, mask=other))
    painted = green(pane)
    qtbot.mouseRelease(pane, LEFT, pos=at(pane, (240, 140)))
    (edit,) = corrected
    pane.show_film(replace(film, mask=with_stroke(other, edit.new)))
    assert green(pane) == pytest.approx(painted, rel=0.02)


def test_a_stroke_that_changes_nothing_is_none(qtbot, pane, tool, corrected):
    drag(qtbot, pane, LEFT, (125, 85), (135, 95))
    drag(qtbot, pane, RIGHT, (20, 20), (40, 20))
    assert corrected == []


def test_size_and_what_it_does_by_key_and_wheel(qtbot, pane, tool):
    brush = tool.brush
    qtbot.keyClick(pane, Qt.Key.Key_BracketRight)
    larger = brush.radius_px
    assert larger > RADIUS
    qtbot.keyClick(pane, Qt.Key.Key_BracketLeft)
    assert brush.radius_px == pytest.approx(RADIUS)
    scale = pane.framing.scale
    turn = QWheelEvent(
        QPointF(200, 200),
        pane.mapToGlobal(QPointF(200, 200)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane, turn)
    assert brush.radius_px == pytest.approx(larger)
    assert pane.framing.scale == scale
    qtbot.keyClick(pane, Qt.Key.Key_X)
    assert brush.is_erasing
    qtbot.keyClick(pane, Qt.Key.Key_X)
    assert not brush.is_erasing


def test_painting_without_a_mouse(qtbot, pane, tool, corrected, film):
    for _ in range(20):
        qtbot.keyClick(pane, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    (edit,) = corrected
    ((x, y),) = edit.new.path_px
    assert (x, y) == (130 + 20 * RADIUS / 2, 91)
    qtbot.keyClick(pane, Qt.Key.Key_X)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert [one.new.is_added for one in corrected] == [True, False]


def test_erasing_in_a_range_of_frames_says_so_and_stays_within_it(qtbot, pane, tool, corrected):
    tool.brush.set_erasing(True)
    tool.brush.set_span((5, 20))
    drag(qtbot, pane, LEFT, (110, 70))
    (edit,) = corrected
    assert (edit.new.frame, edit.new.last_frame) == (5, 20)
    assert "6" in edit.text
    assert "21" in edit.text
    tool.brush.set_span((20, 30))
    drag(qtbot, pane, LEFT, (140, 100))
    assert len(corrected) == 1
    # A range is for erasing alone.
    tool.brush.set_erasing(False)
    drag(qtbot, pane, LEFT, (200, 140))
    assert corrected[1].new.last_frame is None


def test_a_film_without_a_mask_cannot_be_painted(qtbot, pane, tool, corrected, film):
    pane.show_film(replace(film, mask=None))
    drag(qtbot, pane, LEFT, (200, 140))
    assert corrected == []


def test_while_the_film_plays_nothing_is_painted(qtbot, pane, tool, corrected):
    pane.set_correcting(False)
    drag(qtbot, pane, LEFT, (200, 140))
    assert corrected == []


def test_what_was_painted_stays_to_be_seen_when_the_brush_is_put_down(qtbot, pane, tool, corrected):
    pane.show_layers(Layers().with_look(Layer.MASK, LayerLook(True, 0.4)))
    drag(qtbot, pane, LEFT, (200, 140), (260, 140))
    pane.set_tool(pane.joints)
    without = green(pane)
    tool.settle()
    assert green(pane) > without + 1000


def test_the_panel_shows_and_changes_the_brush(qtbot, film):
    brush = Brush()
    panel = BrushPanel(brush)
    qtbot.addWidget(panel)
    panel.show_film(film, FRAME)
    panel.show()
    assert brush.radius_px == pytest.approx(0.03 * film.video.height)
    assert panel.words.startswith("Paint")
    qtbot.mouseClick(panel.erase, LEFT)
    assert brush.is_erasing
    panel.in_range.click()
    assert brush.span == (0, film.video.frame_count - 1)
    assert f"{film.video.frame_count} frame" in panel.words
    panel.frames.first.setValue(20)
    assert brush.span == (19, film.video.frame_count - 1)
    assert "not one of those" in panel.words
    brush.set_erasing(False)
    assert brush.span is None
    assert not panel.in_range.isEnabled()
    before = brush.radius_px
    panel.size_slider.setValue(panel.size_slider.value() + 10)
    assert brush.radius_px > before
    panel.show_film(replace(film, mask=None), FRAME)
    assert "without a mask" in panel.words
