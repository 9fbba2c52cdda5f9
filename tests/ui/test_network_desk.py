"""The network reads beside the review: answers come in, edits stay, and stopping loses nothing."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gaitdesk.childgait.clips import ClipPhase
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import MemoryTooSmall
from gaitdesk.domain.evgs import Direction, Evidence, Item, Origin, Proposal, Reason, Score, State
from gaitdesk.domain.progress import Progress
from gaitdesk.domain.recording import View
from gaitdesk.jobs import network as module
from gaitdesk.jobs.network import NetworkAnswers
from gaitdesk.jobs.reading import Readers
from gaitdesk.jobs.seen import AnswerHead, ClipHead, KeptReading, ReadingHead
from gaitdesk.store.store import Store
from gaitdesk.ui import network_desk
from gaitdesk.ui.scoring.answers import CELLS, confident_cells, readers_disagree
from tests.jobs.on_the_spot import on_the_spot

READER = "childgait-phantom 1"
FRAMES = range(8, 24)
DISPUTED = (Side.RIGHT, Item.STANCE_KNEE_EXTENSION)
PATIENCE_MS = 60_000


def proposals():
    """A network that finds every item typical, in the middle of one clip."""
    return {
        cell: Proposal(
            Origin.NETWORK,
            READER,
            State.REVIEWER_DECIDES,
            reason=Reason.LOW_CONFIDENCE,
            confidence=0.6,
            atypical=0.4,
            spread=0.1,
            cycles=5,
            evidence=Evidence(0, 14, 14 / 60),
        )
        for cell in CELLS
    } | {
        DISPUTED: Proposal(
            Origin.NETWORK,
            READER,
            State.SCORED,
            Score.NORMAL,
            direction=Direction.NORMAL,
            confidence=0.9,
            atypical=0.1,
            spread=0.05,
            cycles=5,
            evidence=Evidence(0, 14, 14 / 60),
        )
    }


def reading():
    """What is left of it: one clip of sixteen frames of the first film."""
    kept = np.zeros((8, 7, 7), np.bool_)
    kept[:, 2:5, 3] = True
    arrays = {
        "kept0": kept,
        "patches0": np.full((int(kept.sum()), 2, 16, 16, 3), 120, np.uint8),
        "numbers0": np.array(FRAMES),
        "times0": np.array(FRAMES) / 60.0,
        "squares0": np.tile([40.0, 20.0, 140.0], (16, 1)),
    }
    answers = []
    for (side, item), said in proposals().items():
        relevance = np.where(kept, -1.0, 0.0)
        arrays[f"relevance-{side}-{item}"] = relevance
        answers.append(AnswerHead(side, item, 0, said.atypical, 0.05, 0.5, 5))
    clip = ClipHead(0, View.SAGITTAL_RIGHT, ClipPhase.UNIFORM, None)
    return KeptReading(
        ReadingHead(READER, "a network", "CPU", True, (clip,), tuple(answers)), arrays
    )


class SlowNetwork:
    """Reads until it is let go on."""

    def __init__(self) -> None:
        self.is_done = threading.Event()
        self.stopped = 0

    def __call__(self, session, folder):
        try:
            while not self.is_done.is_set():
                yield Progress(1, 4, "Reading the clips")
                self.is_done.wait(0.01)
        except GeneratorExit:
            self.stopped += 1
            raise
        return NetworkAnswers(session, proposals(), reading(), {})


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """The network reads in this process, where tests see to it."""
    monkeypatch.setattr(network_desk, "in_child", on_the_spot)


@pytest.fixture
def network(monkeypatch):
    slow = SlowNetwork()
    monkeypatch.setattr(module, "read_by_network", slow)
    yield slow
    slow.is_done.set()


def press(qtbot, window, key):
    qtbot.keyClick(window.focusWidget(), key)


def begun(qtbot, window):
    """Let the network begin to read."""
    bar = window.work.network_bar
    assert "has not read" in bar.text
    qtbot.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Reading the clips" in bar.text, timeout=PATIENCE_MS)


def answered(qtbot, window, network):
    """Let it answer."""
    network.is_done.set()
    qtbot.waitUntil(
        lambda: len(window.document.sheet.get(*DISPUTED).proposed) == 2, timeout=PATIENCE_MS
    )


def test_answers_come_while_the_form_is_worked_on_and_edits_stay(
    qtbot, visit_window, network, kept
):
    begun(qtbot, visit_window)
    assert not visit_window.is_busy
    press(qtbot, visit_window, Qt.Key.Key_2)
    mine = visit_window.document.sheet.get(*CELLS[0])
    answered(qtbot, visit_window, network)
    now = visit_window.document.sheet.get(*CELLS[0])
    assert replace(now, proposed=()) == replace(mine, proposed=())
    assert [one.origin for one in now.proposed] == [Origin.RULES, Origin.NETWORK]
    folder, session = kept
    with Store.open(folder) as store:
        assert store.sheet(session) == visit_window.document.sheet
    press(qtbot, visit_window, Qt.Key.Key_1)
    assert visit_window.document.sheet.get(*CELLS[0]).score is Score.MODERATE
    visit_window.undo()
    visit_window.undo()
    assert len(visit_window.document.sheet.get(*CELLS[0]).proposed) == 2


def test_a_disagreement_is_said_marked_and_never_accepted_with_others(qtbot, visit_window, network):
    begun(qtbot, visit_window)
    answered(qtbot, visit_window, network)
    cell = visit_window.document.sheet.get(*DISPUTED)
    assert readers_disagree(cell)
    assert "disagree" in visit_window.work.form.cell(*DISPUTED).accessibleName()
    assert DISPUTED not in confident_cells(visit_window.document.sheet)


def test_a_network_for_demonstration_says_so_and_is_never_accepted_with_others(
    qtbot, visit_window, network
):
    begun(qtbot, visit_window)
    answered(qtbot, visit_window, network)
    qtbot.waitUntil(
        lambda: "not for clinical use" in visit_window.work.network_bar.text, timeout=PATIENCE_MS
    )
    accepted = visit_window.work.form.confident
    sheet = visit_window.document.sheet
    assert all(sheet.get(*cell).origin is not Origin.NETWORK for cell in accepted)


def test_what_it_saw_is_shown_with_the_item_and_over_the_film(qtbot, visit_window, network):
    begun(qtbot, visit_window)
    answered(qtbot, visit_window, network)
    work = visit_window.work
    work.form.focus_cell(DISPUTED)
    work.tabs.setCurrentWidget(work.network)
    assert "frames 9 to 24" in work.network.text
    assert work.network.strip.count == 8
    assert not work.network.read_button.isVisible()
    with qtbot.waitSignal(work.network.frame_asked) as asked:
        qtbot.mouseClick(
            work.network.strip,
            Qt.MouseButton.LeftButton,
            pos=work.network.strip.place_of(5).toPoint(),
        )
    assert asked.args == [0, FRAMES[10]]
    qtbot.waitUntil(lambda: work.viewer.panes[0].shown_frame == FRAMES[10], timeout=PATIENCE_MS)
    assert work.network.seen.shapes()[FRAMES[10]]


def test_stopping_changes_nothing_and_it_is_offered_again(qtbot, visit_window, network):
    before = visit_window.document.sheet
    begun(qtbot, visit_window)
    qtbot.mouseClick(visit_window.work.network_bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: "has not read" in visit_window.work.network_bar.text, timeout=PATIENCE_MS
    )
    assert network.stopped == 1
    assert visit_window.document.sheet == before
    assert visit_window.network_action.isEnabled()


def test_a_window_closed_in_the_middle_offers_it_again_when_the_visit_is_opened(
    qtbot, visit_window, network, open_window, kept
):
    begun(qtbot, visit_window)
    press(qtbot, visit_window, Qt.Key.Key_2)
    mine = visit_window.document.sheet
    visit_window.close()
    assert network.stopped == 1
    folder, session = kept
    later = open_window(folder)
    later.open_visit(session)
    qtbot.waitUntil(lambda: later.document is not None, timeout=PATIENCE_MS)
    assert later.document.sheet == mine
    assert "has not read" in later.work.network_bar.text


def test_what_it_lacks_is_said_with_a_way_to_try_again(qtbot, visit_window, monkeypatch):
    def failing(session, folder):
        yield Progress(0, 4, "")
        raise MemoryTooSmall("CPU", 10**8, 10**9)

    monkeypatch.setattr(module, "read_by_network", failing)
    bar = visit_window.work.network_bar
    qtbot.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "one clip needs" in bar.text, timeout=PATIENCE_MS)
    assert bar.button.isVisible()


@pytest.mark.parametrize("readers", [Readers.BOTH, Readers.RULES])
def test_after_an_analysis_it_reads_by_itself_where_it_was_asked(
    qtbot, window, network, analysis, monkeypatch, readers
):
    from gaitdesk.jobs import analysing

    def analyse(order, model, better=None):
        yield Progress(1, 1, "")
        return analysis

    monkeypatch.setattr(analysing, "analyse", analyse)
    monkeypatch.setattr("gaitdesk.perception.blazepose.BlazePose", lambda *_: None)
    choice = analysing.FilmChoice(analysis.films[0].video.path, analysis.films[0].plane)
    order = analysing.AnalysisOrder((choice,), readers=readers)
    window.importing.ordered.emit(order, "2026-05-04")
    qtbot.waitUntil(lambda: window.document is not None, timeout=PATIENCE_MS)
    assert window.network.is_reading == (readers is Readers.BOTH)


@pytest.mark.parametrize("missing", [[], ["torch"]])
def test_a_made_up_child_is_read_by_itself_where_there_is_a_network(
    qtbot, window, network, analysis, monkeypatch, missing
):
    def demonstrate(order, folder):
        yield Progress(1, 1, "")
        return analysis, analysis, ()

    monkeypatch.setattr("gaitdesk.jobs.phantoming.demonstrate", demonstrate)
    monkeypatch.setattr("gaitdesk.jobs.reading.missing_libraries", lambda: missing)
    qtbot.mouseClick(window.start.demo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document is not None, timeout=PATIENCE_MS)
    assert window.network.is_reading is not bool(missing)
    if not missing:
        answered(qtbot, window, network)


def test_without_a_network_nothing_is_offered(qtbot, open_window, kept, monkeypatch):
    monkeypatch.setattr("gaitdesk.jobs.reading.missing_libraries", lambda: ["torch"])
    folder, session = kept
    window = open_window(folder)
    window.open_visit(session)
    qtbot.waitUntil(lambda: window.document is not None, timeout=PATIENCE_MS)
    assert not window.work.network_bar.isVisible()
    assert not window.network_action.isEnabled()
