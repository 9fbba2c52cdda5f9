"""What is no longer needed is found in the interface thread, and Python is left as it was."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import pytest

from gaitdesk.ui.housekeeping import CROWD, EVERY_MS, SWITCH_S, Housekeeping


class Knot:
    """Something that holds itself."""

    def __init__(self):
        self.own = self


@pytest.fixture
def housekeeping(qtbot):
    was_enabled = gc.isenabled()
    gc.enable()
    keeping = Housekeeping()
    keeping.start()
    yield keeping
    keeping.stop()
    if not was_enabled:
        gc.disable()


def test_threads_hand_python_over_quickly_and_do_not_look_for_what_is_not_needed(housekeeping):
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
    assert not gc.isenabled()


def test_what_holds_itself_goes_away_in_the_interface_thread(qtbot, housekeeping):
    gone = []
    knot = Knot()
    weakref.finalize(knot, lambda: gone.append(threading.current_thread()))
    del knot
    qtbot.waitUntil(lambda: bool(gone), timeout=20 * EVERY_MS)
    assert gone == [threading.main_thread()]


def test_much_that_is_new_is_looked_at_before_there_is_more(qtbot, housekeeping):
    crowd = [[number] for number in range(2 * CROWD)]
    qtbot.waitUntil(lambda: gc.get_count()[0] < CROWD, timeout=120_000)
    assert len(crowd) == 2 * CROWD


def test_python_is_left_as_it_was_found(housekeeping):
    housekeeping.stop()
    assert gc.isenabled()
    assert sys.getswitchinterval() > SWITCH_S
    assert gc.get_freeze_count() == 0
