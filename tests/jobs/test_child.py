"""Jobs in a process of their own: what they report, give and raise, and how they are stopped."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gaitdesk.domain.errors import FrameRateTooLow, ProcessLost
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.jobs.child import NICENESS, Apart, in_child

FIRST = Progress(0, None, "starting")


def niceness():
    """How far this process steps back; where systems count it otherwise, nothing is said."""
    return os.nice(0) if hasattr(os, "nice") else 0


def counting(to, place=None):
    """Counts, and says in which process; where it is closed, it leaves a word behind."""
    try:
        for number in range(to):
            yield Progress(number, to, "counting", found=number)
            if place is not None:
                time.sleep(0.02)
    finally:
        if place is not None:
            place.write_text("cleaned up")
    return os.getpid(), niceness()


def too_slow():
    """Ends with what a clinician can mend."""
    yield Progress(0, 1, "looking")
    raise FrameRateTooLow(Path("/films/walk.mp4"), 12.0, 24.0)


def wrong():
    """Ends with a defect."""
    yield Progress(0, 1, "looking")
    raise KeyError("walk")


def waiting(place):
    """Finds something, and is busy until a word is there."""
    yield Progress(0, 1, "looking", found="something")
    while not place.exists():
        time.sleep(0.01)


def lost():
    """Ends without a word."""
    yield Progress(0, 1, "looking")
    os._exit(9)


def run(name, *arguments, show=None):
    return finish(in_child(FIRST, __name__, name, *arguments), show)


def test_a_job_reports_and_answers_from_another_process_that_steps_back():
    steps = []
    pid, theirs = run("counting", 3, show=steps.append)
    assert pid != os.getpid()
    assert theirs == (min(19, niceness() + NICENESS) if hasattr(os, "nice") else 0)
    assert [one.done for one in steps if one.found is not None] == [0, 1, 2]


def test_what_can_be_mended_is_raised_as_it_was():
    with pytest.raises(FrameRateTooLow) as raised:
        run("too_slow")
    assert str(raised.value) == str(FrameRateTooLow(Path("/films/walk.mp4"), 12.0, 24.0))


def test_a_defect_tells_where_it_arose():
    with pytest.raises(KeyError) as raised:
        run("wrong")
    assert "wrong" in [name for name, _, _ in raised.value.frames_there]


def test_a_process_that_is_gone_is_said():
    with pytest.raises(ProcessLost):
        run("lost")


def test_what_was_found_is_told_once(tmp_path):
    place, steps = tmp_path / "word", []

    def show(step):
        steps.append(step.found)
        if steps[-3:-1] == ["something", None]:
            place.write_text("go on")

    run("waiting", place, show=show)
    assert steps.count("something") == 1


def test_a_process_does_one_job_after_the_other_until_one_is_closed():
    apart = Apart()
    try:
        first, _ = finish(apart.job(FIRST, __name__, "counting", 3))
        with pytest.raises(FrameRateTooLow):
            finish(apart.job(FIRST, __name__, "too_slow"))
        again, _ = finish(apart.job(FIRST, __name__, "counting", 3))
        closed = apart.job(FIRST, __name__, "counting", 10_000)
        next(closed)
        closed.close()
        other, _ = finish(apart.job(FIRST, __name__, "counting", 3))
    finally:
        apart.let_go()
    assert first != os.getpid()
    assert again == first
    assert other != first


def test_a_job_that_is_closed_cleans_up_in_its_process(tmp_path):
    place = tmp_path / "word"
    job = in_child(FIRST, __name__, "counting", 10_000, place)
    while next(job).found is None:
        pass
    job.close()
    assert place.read_text() == "cleaned up"
