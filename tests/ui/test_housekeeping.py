"""What is no longer needed is found in the interface thread, and Python is left as it was."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import pytest

from gaitdesk.ui.housekeeping import EVERY_MS, SWITCH_S, Housekeeping


class Knot:
    """Something that holds itself."""

    def __init__(self):
        self.own = self


@pytest.fixture
def housekeeping(qtbot):
    keeping = Housekeeping()
    keeping.start()
    yield keeping
    keeping.stop()


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


def test_python_is_left_as_it_was_found(housekeeping):
    housekeeping.stop()
    assert gc.isenabled()
    assert sys.getswitchinterval() > SWITCH_S
    assert gc.get_freeze_count() == 0
