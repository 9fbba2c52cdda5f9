"""The child is clicked in the window: kept at once, followed in a job, undone after a restart."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gaitdesk.domain.correction import MaskClick, MaskRun
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.jobs import eyes, mask_runs
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.store.corrections import corrections
from gaitdesk.store.store import Store
from gaitdesk.ui.models import words
from tests.jobs import two_people
from tests.jobs.test_mask_runs import Discs
from tests.perception.eyes import package_of

PATIENCE_MS = 120_000
FRAME = 22
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
ON, OFF = (60.0, 50.0), (20.0, 20.0)
CLICK_KEY = (Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    return two_people.analysis(tmp_path_factory.mktemp("films"))


@pytest.fixture
def kept_two(tmp_path, two):
    folder = tmp_path / "data"
    return folder, finish(keep_analysis(two, Keeping(folder, day=date(2026, 5, 4))))


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


@pytest.fixture
def opened(qtbot, open_window, kept_two):
    """Opens the visit in a new window, at a frame in which the child is seen."""

    def open_visit():
        folder, session = kept_two
        window = open_window(folder)
        window.open_visit(session)
        settle(qtbot, window)
        viewer = window.work.viewer
        viewer.fit_all()
        viewer.go_to(0, FRAME)
        qtbot.waitUntil(lambda: viewer.panes[0].shown_frame == FRAME, timeout=PATIENCE_MS)
        return window

    return open_visit


def settle(qtbot, window):
    """Wait until the visit is open and nothing is being worked out."""
    qtbot.waitUntil(lambda: window.document is not None and not window.is_busy, timeout=PATIENCE_MS)


def at(pane, place):
    return QPointF(*pane.framing.to_pane(*place)).toPoint()


def take_up(qtbot, window):
    window.work.viewer.actions_offered.click.setChecked(True)
    return window.work.viewer.panes[0]


def made(kept_two):
    folder, session = kept_two
    with Store.open(folder) as store:
        return corrections(store, session).get(0, ())


def mask_of(window):
    return window.work.viewer.panes[0].film.mask.at(FRAME)


def test_clicks_are_followed_undone_and_redone_in_another_window(qtbot, opened, kept_two, model):
    window = opened()
    pane = take_up(qtbot, window)
    panel = window.work.viewer.bench.click_panel
    before = mask_of(window)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, ON))
    qtbot.mouseClick(pane, RIGHT, pos=at(pane, OFF))
    assert [one.is_patient for one in pane.tool.clicks] == [True, False]
    assert [type(one) for one in made(kept_two)] == [MaskClick, MaskClick]
    assert not window.is_busy
    span = panel.span
    panel.follow.click()
    qtbot.waitUntil(lambda: not np.array_equal(mask_of(window), before), timeout=PATIENCE_MS)
    settle(qtbot, window)
    run = made(kept_two)[-1]
    assert isinstance(run, MaskRun)
    assert (run.first_frame, run.last_frame) == span
    after = mask_of(window)
    assert after[50, 60]
    assert "Follow the mask anew" in window.undo_action.text()
    window.undo_action.trigger()
    qtbot.waitUntil(lambda: np.array_equal(mask_of(window), before), timeout=PATIENCE_MS)
    settle(qtbot, window)
    assert len(pane.tool.clicks) == 2
    window.close()
    again = opened()
    take_up(qtbot, again)
    assert len(again.work.viewer.panes[0].tool.clicks) == 2
    again.redo_action.trigger()
    qtbot.waitUntil(lambda: np.array_equal(mask_of(again), after), timeout=PATIENCE_MS)
    settle(qtbot, again)
    assert len(model.asked) == 1


def test_undo_takes_a_click_away_with_its_mark(qtbot, opened, kept_two, model):
    window = opened()
    pane = take_up(qtbot, window)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, ON))
    qtbot.waitUntil(window.undo_action.isEnabled, timeout=PATIENCE_MS)
    assert "this is the child" in window.undo_action.text()
    window.undo_action.trigger()
    qtbot.waitUntil(lambda: pane.tool.clicks == (), timeout=PATIENCE_MS)
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
    pane = take_up(qtbot, window)
    before = mask_of(window)
    qtbot.mouseClick(pane, LEFT, pos=at(pane, ON))
    window.work.viewer.bench.click_panel.follow.click()
    assert window.is_busy
    window.cancel()
    settle(qtbot, window)
    assert [type(one) for one in made(kept_two)] == [MaskClick]
    assert np.array_equal(mask_of(window), before)


def test_without_a_model_it_is_said_which_file_goes_where(qtbot, opened, tmp_path, monkeypatch):
    known = [replace(one, weights=tmp_path / "nowhere") for one in eyes.packages(eyes.MASKS)]
    monkeypatch.setattr(eyes, "followers", lambda: ())
    monkeypatch.setattr(words, "packages", lambda task: tuple(known))
    window = opened()
    take_up(qtbot, window)
    panel = window.work.viewer.bench.click_panel
    assert "Take config.json and model.safetensors of facebook/sam3" in panel.said
    assert panel.follow.isHidden()
    panel.brush.click()
    assert window.work.viewer.actions_offered.brush.isChecked()
    assert not window.work.viewer.actions_offered.click.isChecked()
