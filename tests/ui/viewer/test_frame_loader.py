from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gaitdesk.ui.viewer import frame_loader
from gaitdesk.ui.viewer.frame_loader import FrameLoader
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.slides import Staging, slide_of
from tests.media.corpus import number_in
from tests.ui.viewer.conftest import FRAMES, WAIT_MS, HandClock


@pytest.fixture
def loader(walk):
    one = FrameLoader(walk.films[0].video, near_bytes=30_000_000, far_bytes=10_000_000)
    one.start()
    yield one
    one.close()


def test_the_frame_asked_for_comes(qtbot, loader):
    with qtbot.waitSignal(loader.answered, timeout=WAIT_MS) as answered:
        request, at_hand = loader.ask(31)
    assert at_hand is None
    (answer,) = answered.args
    assert (answer.request, answer.frame, answer.error) == (request, 31, "")
    assert number_in(answer.picture.whole) == 31


def test_of_many_requests_made_at_once_the_newest_alone_is_answered(qtbot, loader):
    answers = []
    loader.answered.connect(answers.append)
    frames = [5, 40, 11, 29, 3, 44, 17]
    # Meanwhile the thread takes no request, however fast it is.
    with loader._changed:
        requests = [loader.ask(frame)[0] for frame in frames]
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    assert [one.request for one in answers] == [requests[-1]]
    assert number_in(answers[0].picture.whole) == answers[0].frame == frames[-1]


def test_frames_around_the_one_seen_are_at_hand_soon(qtbot, loader):
    loader.ask(20)
    qtbot.waitUntil(lambda: all(i in loader.near for i in range(FRAMES)), timeout=WAIT_MS)
    _, picture = loader.ask(35)
    assert picture is not None
    assert number_in(picture.whole) == 35


def test_the_whole_film_is_kept_after_a_while(qtbot, loader):
    loader.ask(0)
    qtbot.waitUntil(lambda: bool(loader.kept().all()), timeout=WAIT_MS)
    assert loader.used_bytes <= 40_000_000


def is_there(loader, parts):
    return all(frame in loader.near for part in parts for frame in part)


def rounds_of(loader, monkeypatch):
    """What came of each look at what may be fetched, as the thread goes on."""
    seen, look = [], loader._fetched_more

    def looked():
        is_more = look()
        seen.append(is_more)
        return is_more

    monkeypatch.setattr(loader, "_fetched_more", looked)
    return seen


def look_again(qtbot, loader, rounds):
    """Wait until the thread has looked once more and found nothing to do."""
    before = len(rounds)
    with loader._changed:
        loader._changed.notify()
    qtbot.waitUntil(lambda: False in rounds[before:], timeout=WAIT_MS)


@pytest.fixture
def clock(monkeypatch):
    """The clock loaders go by, standing until it is moved."""
    one = HandClock()
    monkeypatch.setattr(frame_loader, "time", SimpleNamespace(monotonic=one, perf_counter=one))
    return one


def test_memory_stays_within_its_bounds(qtbot, walk):
    video = walk.films[0].video
    frame_bytes = 3 * video.width * video.height
    one = FrameLoader(video, near_bytes=8 * frame_bytes, far_bytes=60_000)
    one.start()
    try:
        one.stage(staging(video))
        used = []
        for frame in (0, 10, 40, 3):
            one.ask(frame)

            def is_fetched():
                used.append((one.near.used_bytes, one.far.used_bytes))
                return is_there(one, (*one._order.to_come(), one._order.behind()))

            qtbot.waitUntil(is_fetched, timeout=WAIT_MS)
        assert max(near for near, _ in used) <= 8 * frame_bytes
        assert max(far for _, far in used) <= 60_000
    finally:
        one.close()


def test_a_stretch_played_again_and_again_stays_at_hand(qtbot, walk):
    video = walk.films[0].video
    one = FrameLoader(video, near_bytes=16 * 3 * video.width * video.height, far_bytes=0)
    loop = range(20, 34)
    one.start()
    try:
        one.repeat(loop)
        for frame in (20, 32, 33, 21):
            one.ask(frame, is_playing=True)
            qtbot.waitUntil(lambda: all(i in one.near for i in loop), timeout=WAIT_MS)
            assert one.near.used_bytes <= one.near.limit_bytes
        one.repeat(range(0))
        one.ask(33, is_playing=True)
        qtbot.waitUntil(lambda: all(i in one.near for i in range(33, 43)), timeout=WAIT_MS)
    finally:
        one.close()


def test_frames_asked_for_while_they_are_on_their_way_all_come(qtbot, loader):
    answers = []
    loader.answered.connect(answers.append)
    for frame in range(0, 40, 4):
        request, picture = loader.ask(frame, is_playing=True)
        if picture is None:
            qtbot.waitUntil(
                lambda request=request: any(a.request == request for a in answers), timeout=WAIT_MS
            )
    assert all(number_in(one.picture.whole) == one.frame for one in answers)


@pytest.mark.parametrize(("start", "direction"), [(0, 1), (FRAMES - 1, -1), (30, -1)])
def test_frames_to_come_are_at_hand_whichever_way_it_plays(qtbot, loader, start, direction):
    loader.ask(start, direction, is_playing=True)
    ahead = range(start, FRAMES if direction > 0 else -1, direction)[:25]
    qtbot.waitUntil(lambda: all(i in loader.near for i in ahead), timeout=WAIT_MS)
    assert number_in(loader.near.get(ahead[-1]).whole) == ahead[-1]


def test_a_late_frame_of_a_film_that_plays_brings_those_after_it(qtbot, walk, monkeypatch):
    one = FrameLoader(walk.films[0].video, near_bytes=30_000_000, far_bytes=10_000_000)
    one_by_one, runs = [], []
    frame, frames = one._reader.frame, one._reader.frames
    monkeypatch.setattr(
        one._reader, "frame", lambda number: one_by_one.append(number) or frame(number)
    )
    monkeypatch.setattr(
        one._reader,
        "frames",
        lambda start, stop: runs.append(range(start, stop)) or frames(start, stop),
    )
    answers = []
    one.answered.connect(answers.append)
    # Asked before it runs, so that nothing has been fetched yet.
    request, _ = one.ask(9, is_playing=True)
    one.start()
    try:
        qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
        assert (answers[0].request, answers[0].frame) == (request, 9)
        assert number_in(answers[0].picture.whole) == 9
        qtbot.waitUntil(lambda: is_there(one, (range(9, 25),)), timeout=WAIT_MS)
    finally:
        one.close()
    assert one_by_one == []
    assert (runs[0].start, len(runs[0]) > 8) == (9, True)


def test_nothing_is_fetched_from_afar_while_somebody_steps_among_frames_at_hand(
    qtbot, loader, clock, monkeypatch
):
    rounds = rounds_of(loader, monkeypatch)
    loader.ask(20)
    qtbot.waitUntil(lambda: is_there(loader, (range(14, 27),)), timeout=WAIT_MS)
    loader.ask(21)
    qtbot.waitUntil(lambda: is_there(loader, (range(15, 28),)), timeout=WAIT_MS)
    look_again(qtbot, loader, rounds)
    kept = set(loader.near.frames())
    for step in range(6):
        assert loader.ask(20 + step % 2)[1] is not None
        look_again(qtbot, loader, rounds)
        assert set(loader.near.frames()) == kept
    clock.now_s += 1.0
    qtbot.waitUntil(lambda: is_there(loader, (range(FRAMES),)), timeout=WAIT_MS)


@pytest.mark.parametrize("room", [6, 13, 30])
def test_it_comes_to_rest_wherever_it_was_before(qtbot, walk, room, monkeypatch):
    video = walk.films[0].video
    one = FrameLoader(video, near_bytes=room * 3 * video.width * video.height, far_bytes=0)
    one.start()
    try:
        for frame, direction in ((24, 1), (20, 1), (30, -1), (22, 1), (20, 1)):
            one.ask(frame, direction)
            window = (*one._order.to_come(), one._order.behind())
            qtbot.waitUntil(
                lambda window=window: all(i in one.near for part in window for i in part),
                timeout=WAIT_MS,
            )
        qtbot.waitUntil(lambda: one._is_far_full, timeout=WAIT_MS)
        rounds = rounds_of(one, monkeypatch)
        put = []
        monkeypatch.setattr(one.near, "put", put.append)
        look_again(qtbot, one, rounds)
        assert put == []
    finally:
        one.close()


def staging(video, **how):
    return Staging((video.width, video.height), (200.0, 150.0), **how)


def test_pictures_come_as_the_pane_shows_them(qtbot, loader):
    stage = staging(loader.video)
    loader.stage(stage)
    with qtbot.waitSignal(loader.answered, timeout=WAIT_MS) as answered:
        loader.ask(7)
    picture = answered.args[0].picture
    assert picture.slide.showing == stage.showing(7)
    assert np.array_equal(picture.slide.pixels, slide_of(picture.whole, stage.showing(7)).pixels)


def has_slide(loader, stage, frame):
    picture = loader.near.get(frame)
    return (
        picture is not None
        and picture.slide is not None
        and picture.slide.showing == stage.showing(frame)
    )


def test_pictures_kept_are_made_anew_when_the_pane_changes_without_being_asked_for(qtbot, loader):
    loader.ask(20)
    qtbot.waitUntil(lambda: all(i in loader.near for i in range(FRAMES)), timeout=WAIT_MS)
    for stage in (staging(loader.video), staging(loader.video, by_hand=Framing(2.0, -50.0, -9.0))):
        loader.stage(stage)
        qtbot.waitUntil(
            lambda stage=stage: all(has_slide(loader, stage, i) for i in range(14, 34)),
            timeout=WAIT_MS,
        )
    assert loader.used_bytes <= 40_000_000


@pytest.mark.parametrize("is_playing", [False, True])
def test_slides_are_kept_around_the_playhead_alone_wherever_it_goes(qtbot, walk, is_playing):
    video = walk.films[0].video
    one = FrameLoader(video, near_bytes=12_000_000, far_bytes=0)
    one.start()
    try:
        stage = staging(video)
        one.stage(stage)
        for frame, direction in ((4, 1), (24, 1), (30, -1), (12, -1), (13, 1)):
            near = range(frame, frame + 8 * direction, direction)

            one.ask(frame, direction, is_playing=is_playing)

            def are_near_ready(frame=frame, direction=direction, near=near):
                if is_playing:
                    # As whoever plays does, again and again.
                    one.ask(frame, direction, is_playing=True)
                return all(has_slide(one, stage, i) for i in near)

            qtbot.waitUntil(are_near_ready, timeout=WAIT_MS)
            qtbot.waitUntil(lambda: not one._staged.make_one_anew(), timeout=WAIT_MS)
            slides = [i for i in range(FRAMES) if has_slide(one, stage, i)]
            assert len(slides) <= one.near.most_slides < 24
    finally:
        one.close()


def test_a_film_that_fits_is_kept_whole_and_not_read_again(qtbot, loader, clock, monkeypatch):
    rounds = rounds_of(loader, monkeypatch)
    clock.now_s += 1.0
    loader.ask(30)
    clock.now_s += 1.0
    qtbot.waitUntil(lambda: is_there(loader, (range(FRAMES),)), timeout=WAIT_MS)
    loader.ask(2)
    clock.now_s += 10.0
    look_again(qtbot, loader, rounds)
    assert is_there(loader, (range(FRAMES),))
    assert len(loader.far) == 0


def test_small_pictures_are_made_in_the_background(qtbot, loader):
    made = {}
    loader.thumbnail_made.connect(made.__setitem__)
    loader.want_thumbnails((0, 20, 40), 24)
    qtbot.waitUntil(lambda: len(made) == 3, timeout=WAIT_MS)
    assert sorted(made) == [0, 20, 40]
    assert all(image.shape == (24, 43, 3) for image in made.values())


def test_a_film_that_is_gone_is_told_in_words(qtbot, walk):
    video = replace(walk.films[0].video, path=Path("/nowhere/lost.mp4"))
    one = FrameLoader(video)
    one.start()
    try:
        with qtbot.waitSignal(one.answered, timeout=WAIT_MS) as answered:
            one.ask(0)
        assert answered.args[0].picture is None
        assert "lost.mp4" in answered.args[0].error
    finally:
        one.close()


def threads():
    # A Qt thread that was ever seen by Python is listed for good, under a dummy's name.
    return {one for one in threading.enumerate() if not one.name.startswith("Dummy")}


def test_no_thread_and_no_memory_outlives_closing(walk):
    before = threads()
    one = FrameLoader(walk.films[0].video)
    one.start()
    one.ask(40)
    one.close()
    assert one.isFinished()
    assert one.used_bytes == 0
    assert not threads() - before


def test_closing_before_starting_is_allowed(walk):
    one = FrameLoader(walk.films[0].video)
    one.close()
    assert not one.isRunning()


def test_pictures_cannot_be_written_to(qtbot, loader):
    with qtbot.waitSignal(loader.answered, timeout=WAIT_MS) as answered:
        loader.ask(2)
    with pytest.raises(ValueError, match="read-only"):
        answered.args[0].picture.whole[:] = np.uint8(0)
