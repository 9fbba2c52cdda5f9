from __future__ import annotations

import threading

import numpy as np
import pytest

from gaitdesk.ui.viewer.frame_loader import FrameLoader
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.right_of_way import RightOfWay
from gaitdesk.ui.viewer.slides import Showing, slide_of
from tests.ui.viewer.conftest import FRAMES, WAIT_MS


class Taken:
    """A window that paints, and counts who stands aside for it."""

    def __init__(self):
        self.is_taken = True
        self.stood_aside = 0

    def stand_aside(self):
        self.stood_aside += 1


def test_nobody_waits_where_nothing_is_painted():
    way = RightOfWay()
    assert not way.is_taken
    way.stand_aside()


def test_who_stands_aside_goes_on_once_the_window_has_painted(monkeypatch):
    monkeypatch.setattr("gaitdesk.ui.viewer.right_of_way.LONGEST_S", WAIT_MS / 1000)
    way = RightOfWay()
    way.take()
    other = threading.Thread(target=way.stand_aside)
    other.start()
    assert way.is_taken
    assert other.is_alive()
    way.give_back()
    other.join(WAIT_MS / 1000)
    assert not other.is_alive()
    assert not way.is_taken


def test_a_window_that_never_paints_holds_nobody_up():
    way = RightOfWay()
    way.take()
    way.stand_aside()
    assert not way.is_taken


@pytest.fixture
def loader(walk):
    """A loader that does not run, for a window that always paints."""
    one = FrameLoader(walk.films[0].video, right_of_way=Taken())
    yield one
    one.close()


def put(loader, frame, *, with_slide):
    whole = np.zeros((48, 64, 3), np.uint8)
    slide = slide_of(whole, Showing((64, 48), Framing(1.0, 0.0, 0.0))) if with_slide else None
    loader.near.put(Picture(frame, whole, slide))


@pytest.mark.parametrize(
    ("is_playing", "frame", "with_slide", "stands_aside"),
    [
        (True, 18, True, True),
        (True, 18, False, False),
        (True, 11, True, False),
        (False, 18, True, False),
    ],
)
def test_the_painting_goes_first_while_a_film_plays_and_what_comes_next_is_ready(
    loader, is_playing, frame, with_slide, stands_aside
):
    loader.ask(10, is_playing=is_playing)
    put(loader, frame, with_slide=with_slide)
    loader._stand_aside()
    assert loader._right_of_way.stood_aside == stands_aside


def test_backwards_what_comes_next_lies_before(loader):
    loader.ask(FRAMES - 1, -1, is_playing=True)
    put(loader, FRAMES - 9, with_slide=True)
    loader._stand_aside()
    assert loader._right_of_way.stood_aside == 1
