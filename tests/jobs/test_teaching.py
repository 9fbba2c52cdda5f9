"""A training in a process of its own: watched, paused, kept, cancelled, and survived."""

from __future__ import annotations

import os
import signal
import time

import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.jobs import teaching
from gaitdesk.jobs.teaching import Reins, teach
from gaitdesk.jobs.training_news import Begun, Ended, EpochEnded, Paused, Stage, Stepped
from gaitdesk.learning.faults import TrainingEnded, TrainingFailed
from gaitdesk.learning.keeping import STATE_FILE
from tests.jobs.lessons import desk_with_children

NO_END = 10_000


def test_it_is_paused_resumed_and_stopped_with_the_best_and_the_window_waits_for_nothing(tmp_path):
    reins = Reins()
    job = teach(desk_with_children(tmp_path, epochs=NO_END), reins)
    kinds, asked, longest = [], False, 0.0
    while True:
        began = time.monotonic()
        try:
            step = next(job)
        except StopIteration as end:
            ended = end.value
            break
        longest = max(longest, time.monotonic() - began)
        kinds.append(type(step.found))
        if isinstance(step.found, EpochEnded) and not asked:
            asked = True
            reins.pause()
        if isinstance(step.found, Paused):
            if step.found.is_paused:
                reins.resume()
            else:
                reins.keep()
    assert kinds.index(Stage) < kinds.index(Begun) < kinds.index(Stepped)
    assert kinds.count(Paused) == 2
    assert kinds[-1] is Ended
    assert ended.model
    assert not ended.is_cancelled
    assert 1 <= ended.epochs < NO_END
    reins.cancel()  # of what has ended: nothing happens


def test_closing_the_job_cancels_the_process_and_keeps_its_state(tmp_path, monkeypatch):
    held = []
    real = teaching._process
    monkeypatch.setattr(teaching, "_process", lambda order: held.append(real(order)) or held[-1])
    order = desk_with_children(tmp_path, epochs=NO_END)
    job = teach(order)
    for step in job:
        if isinstance(step.found, Stepped):
            break
    job.close()
    assert held[0].poll() == 130
    assert (order.out / STATE_FILE).exists()
    assert not (order.data_folder / "models").exists()


def test_a_fault_in_the_process_reaches_the_window_as_a_sentence(tmp_path):
    with pytest.raises(TrainingFailed, match="Confirm more scoresheets"):
        finish(teach(desk_with_children(tmp_path, children=1)))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_process_that_the_system_ends_is_said_with_what_to_do(tmp_path, monkeypatch):
    held = []
    real = teaching._process
    monkeypatch.setattr(teaching, "_process", lambda order: held.append(real(order)) or held[-1])
    job = teach(desk_with_children(tmp_path, epochs=NO_END))
    for _ in job:
        break
    os.kill(held[0].pid, signal.SIGKILL)
    with pytest.raises(TrainingEnded, match="goes on from its last checkpoint"):
        finish(job)
