"""A training that is killed goes on from its last checkpoint and ends with the same weights."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gaitdesk.domain.progress import finish
from gaitdesk.learning.keeping import STATE_FILE
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.training import Step
from tests.learning.runs import ALL_ON, training

STEPS_EACH = 2


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _same(one, other):
    first, second = one.model.state_dict(), other.model.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


def _started(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.learning.runs", str(folder), str(STEPS_EACH + 1)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_killed_in_the_middle_of_an_epoch_it_ends_with_the_same_weights_bit_for_bit(tmp_path):
    whole = finish(training(None))
    with _started(tmp_path) as process:
        assert process.stdout is not None
        # The first step of the second epoch is taken, and not yet kept.
        assert process.stdout.readline() == "waiting\n"
        process.kill()
        assert process.wait() == -signal.SIGKILL
    kept = torch.load(tmp_path / STATE_FILE, weights_only=True)
    assert len(kept["epochs"]) == 1
    resumed = training(tmp_path)
    first = next(step.found for step in resumed if isinstance(step.found, Step))
    assert first.epoch == 2
    resumed.close()
    again = finish(training(tmp_path))
    assert _same(whole, again)
    assert [e.loss for e in again.epochs] == [e.loss for e in whole.epochs]
    assert [e.items for e in again.epochs] == [e.items for e in whole.epochs]


@pytest.mark.parametrize(
    "recipe",
    [
        ALL_ON,
        replace(ALL_ON, epochs=2, adapters=0, pieces=1, focal=0.0),
        Recipe(epochs=2, batch=4, rate=5e-3, tutoring=0.0, drop_path=0.2),
        Recipe(epochs=2, batch=4, rate=5e-3, tutoring=0.0, drop_path=0.2, layer_decay=0.0),
        Recipe(epochs=2, batch=8, rate=5e-3, tutoring=0.0, layer_decay=0.0, rounds=2),
    ],
    ids=["adapters", "all weights", "no tutor", "heads alone", "heads alone, from all at once"],
)
@pytest.mark.parametrize("taken", [1, 3])
def test_closed_after_any_step_it_ends_with_the_same_weights(tmp_path, recipe, taken):
    whole = finish(training(None, recipe))
    job = training(tmp_path, recipe)
    for _ in range(taken + 1):
        next(job)
    job.close()
    assert _same(whole, finish(training(tmp_path, recipe)))


def test_a_training_that_has_ended_ends_the_same_when_it_is_started_again(tmp_path):
    whole = finish(training(tmp_path))
    assert _same(whole, finish(training(tmp_path)))
