"""A network is trained from the window, which never waits for it, and nothing of it is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox

from gaitdesk.domain.progress import Progress
from gaitdesk.jobs.training_folders import in_new_folder, note_epoch, unfinished
from gaitdesk.learning.faults import TrainingEnded
from gaitdesk.learning.registry import Registry
from gaitdesk.ui.training import network_steps, training_run
from gaitdesk.ui.training import teaching as teaching_module
from tests.ui.training import made

PATIENCE_MS = 120_000
NO_END = 1000


class Ticks:
    """The longest the window itself was at work without an answer, processor time.

    On a crowded machine it waits for the others as well, and that is no fault of its own.
    """

    def __init__(self, parent):
        self.count, self.longest_s, self._last_s = 0, 0.0, time.thread_time()
        timer = QTimer(parent)
        timer.timeout.connect(self._tick)
        timer.start(10)

    def _tick(self):
        now = time.thread_time()
        self.count += 1
        self.longest_s = max(self.longest_s, now - self._last_s)
        self._last_s = now


@pytest.fixture
def on_the_spot(monkeypatch):
    """Short jobs run in the window's process, which has loaded torch already."""

    def run(first, module, name, *arguments):
        held = __import__(module, fromlist=[name])
        return getattr(held, name)(*arguments)

    monkeypatch.setattr(network_steps, "in_child", run)
    monkeypatch.setattr(teaching_module, "in_child", run)


def _marked(page):
    return page.result.marked.id if page.result.marked is not None else ""


def test_a_look_a_training_and_a_comparison_lead_to_a_network_and_the_window_answers(
    qtbot, teaching, old_network, desk, on_the_spot
):
    window = teaching(epochs=NO_END)
    page, run = window.teaching.page, window.teaching.page.training.run
    qtbot.mouseClick(page.data.look_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.teaching.is_working, timeout=PATIENCE_MS)
    assert "9 patients" in page.data.view.said
    assert page.data.next_button.isVisible()
    page.data.next_button.click()
    assert page.training.plan.memory_words.startswith("About")
    ticks = Ticks(window)
    page.training.start_button.click()
    assert run.isVisible()
    assert not page.data.look_button.isEnabled()
    qtbot.waitUntil(lambda: len(run.items.epochs) >= 2, timeout=PATIENCE_MS)
    assert run.loss.losses
    run.pause_button.click()
    qtbot.waitUntil(lambda: "takes no processor" in run.said, timeout=PATIENCE_MS)
    run.pause_button.click()
    qtbot.waitUntil(lambda: run.said.startswith("Epoch"), timeout=PATIENCE_MS)
    run.keep_button.click()
    qtbot.waitUntil(lambda: not window.teaching.run.is_running, timeout=PATIENCE_MS)
    assert page.tabs.currentWidget() is page.result
    assert ticks.count > 10
    assert ticks.longest_s < 1.0
    new = _marked(page)
    assert new.startswith("trained-")
    assert new != old_network.id
    assert unfinished(desk) == ()
    qtbot.waitUntil(lambda: page.result.view.isVisible(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.teaching.is_working, timeout=PATIENCE_MS)
    assert page.result.view.table.rowCount() == 18
    assert "on 4 patients neither has learned from" in page.result.said
    assert Registry(desk / "models").active.id == old_network.id


def test_what_ends_a_training_is_said_and_it_can_go_on(qtbot, teaching, monkeypatch, desk):
    def failing(order, reins):
        yield Progress(0, None, "")
        raise TrainingEnded(-9)

    window = teaching()
    page = window.teaching.page
    page.training.show_outlook(made.outlook())
    monkeypatch.setattr(training_run, "teach", failing)
    page.training.start_button.click()
    qtbot.waitUntil(lambda: not window.teaching.run.is_running)
    assert "it goes on from its last checkpoint" in page.training.message.text
    assert not page.training.is_running
    assert len(page.training.offers) == 1
    with qtbot.waitSignal(window.teaching.run.stopped):
        page.training.offers[0].go_on.click()
    assert len(unfinished(desk)) == 1


def test_a_training_that_was_left_off_is_thrown_away_only_after_a_yes(
    qtbot, teaching, monkeypatch, desk
):
    window = teaching()
    page = window.teaching.page
    order = in_new_folder(window.teaching.planned(), desk)
    note_epoch(order.out, made.epoch(1))
    window.teaching.show()
    said = [QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: said.pop())
    page.training.offers[0].discard.click()
    assert len(page.training.offers) == 1
    page.training.offers[0].discard.click()
    assert page.training.offers == ()
    assert not order.out.exists()
    assert said == []


def test_a_worse_network_takes_a_typed_reason_and_one_click_brings_the_earlier_one_back(
    qtbot, open_window, desk, on_the_spot
):
    registry = made.desk_networks(desk, is_better=False)
    old, new = (one.id for one in registry.models)
    window = open_window(desk)
    window.teaching.show()
    page = window.teaching.page
    page.show_tab(page.result)
    qtbot.waitUntil(lambda: page.result.view.isVisible() and not window.teaching.is_working)
    assert _marked(page) == new
    assert "takes a typed reason" in page.result.message.text
    assert "worse" in page.result.view.table.item(0, 6).text()
    page.result.activate_button.click()
    qtbot.waitUntil(lambda: window.teaching.networks.dialog is not None)
    dialog = window.teaching.networks.dialog
    assert registry.active.id == old
    dialog.leave_button.click()
    assert registry.active.id == old
    page.result.activate_button.click()
    qtbot.waitUntil(lambda: window.teaching.networks.dialog is not None)
    window.teaching.networks.dialog.reason.setPlainText("our children wear shoes")
    window.teaching.networks.dialog.use_button.click()
    qtbot.waitUntil(lambda: registry.active.id == new and not window.teaching.is_working)
    assert registry.turns[-1].reason == "our children wear shoes"
    assert registry.turns[-1].who == window.desk.rater
    assert page.result.in_use_words == f"In use: {new}"
    assert not page.result.activate_button.isVisible()
    page.result.back_button.click()
    qtbot.waitUntil(lambda: registry.active.id == old and not window.teaching.is_working)
    assert page.result.in_use_words == f"In use: {old}"


def test_a_network_that_is_no_worse_is_put_into_use_without_a_word(
    qtbot, open_window, desk, on_the_spot
):
    registry = made.desk_networks(desk, is_better=True)
    window = open_window(desk)
    window.teaching.show()
    page = window.teaching.page
    page.show_tab(page.result)
    qtbot.waitUntil(lambda: page.result.view.isVisible() and not window.teaching.is_working)
    new = _marked(page)
    assert page.result.view.table.item(0, 0).text() == "All items"
    assert "better" in page.result.view.table.item(0, 6).text()
    assert "<b>" in page.result.view.confusion.text()
    page.result.activate_button.click()
    qtbot.waitUntil(lambda: registry.active.id == new and not window.teaching.is_working)
    assert window.teaching.networks.dialog is None


def test_ctrl_t_shows_the_page_and_escape_goes_back(qtbot, visit_window):
    qtbot.keyClick(visit_window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    page = visit_window.teaching.page
    assert visit_window.pages.currentWidget() is page
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert visit_window.pages.currentWidget() is visit_window.work
    visit_window.teaching.show()
    visit_window.teaching.visit_wanted.emit(visit_window.visit)
    assert visit_window.pages.currentWidget() is visit_window.work


WINDOW = """
import sys
from pathlib import Path
from gaitdesk.jobs.teaching import teach
from gaitdesk.jobs.training_folders import in_new_folder, note_epoch
from gaitdesk.jobs.training_news import EpochEnded
from gaitdesk.jobs.training_order import Details, TrainingOrder
from gaitdesk.learning.recipe import Preset

data, cohort, start = (Path(word) for word in sys.argv[1:])
order = TrainingOrder(Path(), has_clinic=False, phantoms=(cohort,), start=str(start),
                      preset=Preset.QUICK, details=Details(epochs=1000, patience=1000))
order = in_new_folder(order, data)
for step in teach(order):
    if isinstance(step.found, EpochEnded):
        note_epoch(order.out, step.found)
        print("epoch", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="no such signal here")
def test_a_training_outlives_the_kill_of_its_window_and_the_closing_of_the_next_even_paused(
    qtbot, open_window, desk, cohort, start
):
    words = [sys.executable, "-c", WINDOW, str(desk), str(cohort), str(start)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout.readline() == "epoch\n"
        trainers = psutil.Process(killed.pid).children()
        killed.kill()
    _, alive = psutil.wait_procs(trainers, timeout=60)
    assert len(trainers) == 1
    assert alive == []
    window = open_window(desk)
    assert "Ctrl+T" in window.statusBar().currentMessage()
    window.teaching.show()
    page, run = window.teaching.page, window.teaching.page.training.run
    begun = page.training.offers[0].about
    assert (begun.order.out / "training.pt").exists()
    done = len(begun.epochs)
    assert done
    page.training.offers[0].go_on.click()
    assert [one.number for one in run.items.epochs] == list(range(1, done + 1))
    qtbot.waitUntil(lambda: len(run.items.epochs) > done, timeout=PATIENCE_MS)
    assert "It goes on after step" in run.notes
    run.pause_button.click()
    qtbot.waitUntil(lambda: "takes no processor" in run.said, timeout=PATIENCE_MS)
    window.close()
    qtbot.waitUntil(lambda: not window.teaching.run.is_running)
    left = unfinished(desk)
    assert [one.order for one in left] == [begun.order]
    assert len(left[0].epochs) > done
    assert not (desk / "models").exists()
