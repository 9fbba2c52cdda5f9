"""Clicks and paint in the window: kept at once, followed in a job, undone after a restart."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.correction import MaskClick, MaskRun, MaskStroke
from gaitdesk.domain.progress import Progress
from gaitdesk.jobs import eyes, mask_runs
from gaitdesk.ui.models import words
from tests.jobs.test_mask_runs import Discs
from tests.perception.eyes import package_of
from tests.ui.conftest import BOTH_APART
from tests.ui.hands import LEFT, RIGHT, at, drag, made, settle

FRAME = BOTH_APART
ON, OFF = (60.0, 50.0), (20.0, 20.0)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model that follows masks, as if it had been taken in and accepted."""
    one = Discs()
    table = '[masks]\nfamily = "sam2"\n'
    package = package_of(tmp_path / "discs", {"model.safetensors": b"x"}, task=eyes.MASKS,
                         tables=table)  # fmt: skip
    monkeypatch.setattr(eyes, "followers", lambda: (package,))
    monkeypatch.setattr(mask_runs, "package_for", lambda name, task: package)
    monkeypatch.setattr(mask_runs, "FilmMasks", lambda package: one)
    return one


def take_up(window, tool="click"):
    getattr(window.work.viewer.actions_offered, tool).setChecked(True)
    return window.work.viewer.panes[0]


def mask_of(window, frame=FRAME):
    return window.work.viewer.panes[0].film.mask.at(frame)


def test_clicks_are_followed_undone_and_redone_in_another_window(qtbot, opened, kept_two, model):
    window = opened()
    pane = take_up(window)
    panel = window.work.viewer.bench.click_panel
    before = mask_of(window)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, ON))
    qtbot.mouseClick(pane, RIGHT, pos=at(pane, OFF))
    assert [one.is_patient for one in pane.tool.clicks] == [True, False]
    assert [type(one) for one in made(kept_two)] == [MaskClick, MaskClick]
    assert not window.is_busy
    span = panel.row.frames.span
    panel.row.follow.click()
    qtbot.waitUntil(lambda: not np.array_equal(mask_of(window), before))
    settle(qtbot, window)
    run = made(kept_two)[-1]
    assert isinstance(run, MaskRun)
    assert (run.first_frame, run.last_frame) == span
    after = mask_of(window)
    assert after[50, 60]
    assert "Follow the mask anew" in window.undo_action.text()
    window.undo_action.trigger()
    qtbot.waitUntil(lambda: np.array_equal(mask_of(window), before))
    settle(qtbot, window)
    assert len(pane.tool.clicks) == 2
    window.close()
    again = opened()
    take_up(again)
    assert len(again.work.viewer.panes[0].tool.clicks) == 2
    again.redo_action.trigger()
    qtbot.waitUntil(lambda: np.array_equal(mask_of(again), after))
    settle(qtbot, again)
    assert len(model.asked) == 1


def test_paint_is_carried_on_at_once_undone_and_redone_in_another_window(
    qtbot, opened, kept_two, model
):
    window = opened()
    pane = take_up(window, "brush")
    beside = FRAME + 1
    before = mask_of(window, beside)
    drag(qtbot, pane, LEFT, ON, OFF)
    # What follows from the stroke is still being worked out.
    qtbot.keyClick(pane, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: mask_of(window, beside)[20, 20])
    settle(qtbot, window)
    stroke, run = made(kept_two)
    assert (type(stroke), type(run)) == (MaskStroke, MaskRun)
    painted = mask_of(window)
    assert painted[50, 60]
    assert np.array_equal(mask_of(window, beside), painted)
    assert "Follow the mask anew" in window.undo_action.text()
    window.undo_action.trigger()
    qtbot.waitUntil(lambda: np.array_equal(mask_of(window, beside), before))
    settle(qtbot, window)
    assert np.array_equal(mask_of(window), painted)
    window.close()
    again = opened()
    again.redo_action.trigger()
    qtbot.waitUntil(lambda: np.array_equal(mask_of(again, beside), painted))
    settle(qtbot, again)
    assert len(model.asked) == 1


def test_undo_takes_a_click_away_with_its_mark(qtbot, opened, kept_two, model):
    window = opened()
    pane = take_up(window)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, ON))
    qtbot.waitUntil(window.undo_action.isEnabled)
    assert "this is the child" in window.undo_action.text()
    window.undo_action.trigger()
    qtbot.waitUntil(lambda: pane.tool.clicks == ())
    settle(qtbot, window)
    assert made(kept_two) == ()


class Endless(Discs):
    """Follows until it is told to stop."""

    def masks(self, video, seeds, span=None):
        pause = threading.Event()
        while True:
            yield Progress(0, None, "")
            pause.wait(0.01)


def test_following_can_be_cancelled_and_the_clicks_stay(
    qtbot, opened, kept_two, model, monkeypatch
):
    monkeypatch.setattr(mask_runs, "FilmMasks", lambda package: Endless())
    window = opened()
    pane = take_up(window)
    before = mask_of(window)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, ON))
    window.work.viewer.bench.click_panel.row.follow.click()
    assert window.is_busy
    window.cancel()
    settle(qtbot, window)
    assert [type(one) for one in made(kept_two)] == [MaskClick]
    assert np.array_equal(mask_of(window), before)


def test_without_a_model_it_is_said_which_file_goes_where(
    qtbot, opened, kept_two, tmp_path, monkeypatch
):
    known = [replace(one, weights=tmp_path / "nowhere") for one in eyes.packages(eyes.MASKS)]
    monkeypatch.setattr(eyes, "followers", lambda: ())
    monkeypatch.setattr(words, "packages", lambda task: tuple(known))
    window = opened()
    take_up(window)
    panel = window.work.viewer.bench.click_panel
    assert "Take config.json and model.safetensors of facebook/sam3" in panel.said
    assert panel.row.isHidden()
    panel.brush.click()
    assert window.work.viewer.actions_offered.brush.isChecked()
    assert not window.work.viewer.actions_offered.click.isChecked()
    panel, pane = window.work.viewer.bench.brush_panel, window.work.viewer.panes[0]
    assert panel.words.startswith("Paint over the picture")
    drag(qtbot, pane, LEFT, ON, OFF)
    assert "Take config.json and model.safetensors of facebook/sam3" in panel.words
    qtbot.keyClick(pane, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, window)
    assert [type(one) for one in made(kept_two)] == [MaskStroke]
