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
    one.reach(20)
    yield one
    one.close()


def put(loader, frames, slides):
    """Let these frames be there, and these as the pane shows them as well."""
    whole = np.zeros((48, 64, 3), np.uint8)
    slide = slide_of(whole, Showing((64, 48), Framing(1.0, 0.0, 0.0)))
    for frame in {*frames, *slides}:
        loader.near.put(Picture(frame, whole, slide if frame in slides else None))


@pytest.mark.parametrize(
    ("is_playing", "frames", "slides", "stands_aside"),
    [
        (True, range(5, 20), range(5, 18), True),
        (False, range(5, 20), range(5, 18), False),
        (True, range(5, 20), range(5, 17), False),
        (True, range(5, 14), range(17, 18), False),
    ],
    ids=["playing", "standing", "too few are ready", "too few are there"],
)
def test_the_painting_goes_first_where_a_film_plays_and_enough_of_it_is_there(
    loader, is_playing, frames, slides, stands_aside
):
    loader.ask(5, is_playing=is_playing)
    put(loader, frames, slides)
    loader._stand_aside()
    assert loader._right_of_way.stood_aside == stands_aside


def test_backwards_what_comes_next_lies_before(loader):
    loader.ask(FRAMES - 1, -1, is_playing=True)
    put(loader, range(FRAMES - 12, FRAMES), (FRAMES - 13,))
    loader._stand_aside()
    assert loader._right_of_way.stood_aside == 1


def test_at_the_end_of_a_film_there_is_nothing_more_to_make_ready(loader):
    loader.ask(FRAMES - 5, is_playing=True)
    put(loader, range(FRAMES - 5, FRAMES), ())
    loader._stand_aside()
    assert loader._right_of_way.stood_aside == 1
