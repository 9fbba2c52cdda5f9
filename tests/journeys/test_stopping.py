"""Ctrl-C and the system's request to end: at once, with a word, and nothing left behind."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from tests.journeys.command import Done, ended, family, listing, started

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="no signal reaches one process alone there"
)

LONGEST_S = 5.0


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 120.0
    while not is_so():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.02)


def stopped(process, number: signal.Signals) -> Done:
    """How a command ends that is told to stop, with all of its processes."""
    everyone = family(process)
    process.send_signal(number)
    begun = time.monotonic()
    done = ended(process)
    assert time.monotonic() - begun < LONGEST_S
    _, alive = psutil.wait_procs(everyone, timeout=30.0)
    # One that has ended and that nobody has asked about yet does no work any more.
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
    return done


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_while_films_are_read_leaves_nothing(street, tmp_path, number):
    process = started("analyse", "--sagittal", street, "--out", tmp_path / "out")
    until(lambda: len(family(process)) > 1)
    time.sleep(0.3)
    done = stopped(process, number)
    assert done.code == 130
    assert done.sentence == "Stopped. Nothing was left half-written."
    assert listing(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_while_results_are_written_leaves_the_earlier_ones(tmp_path, number):
    out, scratch = tmp_path / "out", tmp_path / "scratch"
    out.mkdir()
    scratch.mkdir()
    (out / "report.pdf").write_text("earlier")
    process = started(out, 150, 360, module="tests.journeys.already_analysed", TMPDIR=str(scratch))
    until(lambda: any("overlay" in name for name in listing(out)))
    done = stopped(process, number)
    assert done.code == 130
    assert done.sentence == "Stopped. Nothing was left half-written."
    assert listing(out) == ["report.pdf"]
    assert (out / "report.pdf").read_text() == "earlier"
    assert listing(scratch) == []
