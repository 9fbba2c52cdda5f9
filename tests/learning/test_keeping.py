"""A checkpoint is whole or not there; full disks and foreign folders are said, not suffered."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import gaitdesk.media.output as output
from gaitdesk.domain.progress import finish
from gaitdesk.learning import training as trainings
from gaitdesk.learning.faults import (
    CheckpointDamaged,
    CheckpointNotKept,
    CheckpointOfAnother,
    TrainingMemoryShort,
)
from gaitdesk.learning.keeping import STATE_FILE
from gaitdesk.learning.training import Step
from tests.learning.runs import ALL_ON, training
from tests.small_disk import disk_of


def _weights(trained):
    return torch.cat([one.flatten() for one in trained.model.parameters()])


def test_a_disk_that_fills_up_stops_training_and_leaves_the_last_checkpoint(tmp_path):
    whole = finish(training(None))
    size = tmp_path / "size"
    started = training(size)
    next(started)
    next(started)
    started.close()
    kilobytes = (size / STATE_FILE).stat().st_size // 1024
    # One state has room, but not a second one beside it, as which each is written.
    with disk_of(round(1.5 * kilobytes), tmp_path / "disk") as place:
        with pytest.raises(CheckpointNotKept, match="Free some space"):
            finish(training(place))
        assert [one.name for one in place.iterdir()] == [STATE_FILE]
        # Somebody makes room: here, by moving it to a larger disk.
        (tmp_path / "roomy").mkdir()
        (tmp_path / "roomy" / STATE_FILE).write_bytes((place / STATE_FILE).read_bytes())
    again = finish(training(tmp_path / "roomy"))
    assert torch.equal(_weights(again), _weights(whole))


def test_a_full_disk_is_said_where_the_system_says_so(tmp_path, monkeypatch):
    job = training(tmp_path)
    next(job)
    next(job)
    before = (tmp_path / STATE_FILE).read_bytes()

    def full(draft: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(draft))

    monkeypatch.setattr(output, "_settle", full)
    with pytest.raises(CheckpointNotKept, match="goes on from its last checkpoint"):
        next(job)
    assert (tmp_path / STATE_FILE).read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [STATE_FILE]


@pytest.mark.parametrize(
    ("change", "named"),
    [({"rate": 1e-4}, "recipe"), ({"adapters": 4}, "network|recipe")],
)
def test_another_recipe_does_not_go_on_from_this_state(tmp_path, change, named):
    finish(training(tmp_path, replace(ALL_ON, epochs=1)))
    with pytest.raises(CheckpointOfAnother, match=named):
        finish(training(tmp_path, replace(ALL_ON, epochs=1, **change)))


def test_more_pieces_are_no_other_recipe(tmp_path):
    finish(training(tmp_path, replace(ALL_ON, epochs=1)))
    assert finish(training(tmp_path, replace(ALL_ON, epochs=1, pieces=4))).best == 1


def test_a_damaged_state_is_said_and_left_where_it_is(tmp_path):
    (tmp_path / STATE_FILE).write_bytes(b"PK\x03\x04 no state")
    with pytest.raises(CheckpointDamaged, match="Move it away"):
        finish(training(tmp_path))
    assert (tmp_path / STATE_FILE).exists()


@pytest.mark.parametrize(
    "error",
    [RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), MemoryError()],
    ids=["torch", "python"],
)
def test_where_memory_runs_out_once_training_goes_on_in_more_pieces(monkeypatch, error):
    real, calls = trainings.summed_loss, []

    def scarce(logits, *rest):
        calls.append(len(logits))
        if len(logits) > 2:
            raise error
        return real(logits, *rest)

    monkeypatch.setattr(trainings, "summed_loss", scarce)
    recipe = replace(ALL_ON, epochs=1, pieces=1)
    steps = [one.found for one in training(None, recipe) if isinstance(one.found, Step)]
    assert len(steps) == 2
    assert "4 clips at once" in steps[0].note
    assert "goes on with" in steps[0].note
    assert calls[-1] == 2


def test_where_memory_never_suffices_the_message_says_what_would_help(tmp_path, monkeypatch):
    job = training(tmp_path)
    next(job)
    next(job)

    def scarce(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    before = (tmp_path / STATE_FILE).read_bytes()
    monkeypatch.setattr(trainings, "summed_loss", scarce)
    with pytest.raises(TrainingMemoryShort, match="smaller network"):
        finish(job)
    monkeypatch.undo()
    assert (tmp_path / STATE_FILE).read_bytes()[:2] == before[:2]
    assert torch.equal(_weights(finish(training(tmp_path))), _weights(finish(training(None))))


def test_without_adapters_they_are_what_is_suggested(monkeypatch):
    def scarce(*_):
        raise MemoryError

    monkeypatch.setattr(trainings, "summed_loss", scarce)
    with pytest.raises(TrainingMemoryShort, match="--adapters 8"):
        finish(training(None, replace(ALL_ON, adapters=0)))


def test_heads_that_learn_alone_are_not_told_to_take_adapters_which_need_more(monkeypatch):
    def scarce(*_):
        raise MemoryError

    monkeypatch.setattr(trainings, "summed_loss", scarce)
    recipe = replace(ALL_ON, adapters=0, layer_decay=0.0)
    with pytest.raises(TrainingMemoryShort, match="smaller network") as refused:
        finish(training(None, recipe))
    assert "adapters" not in refused.value.suggestion


def test_an_error_of_another_kind_is_none_of_memory(monkeypatch):
    def broken(*_):
        raise RuntimeError("shapes do not agree")

    monkeypatch.setattr(trainings, "summed_loss", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        finish(training(None))
