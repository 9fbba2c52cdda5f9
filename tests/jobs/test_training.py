"""From scored children to a model package: whole, by patient, and once only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from gaitdesk.childgait.card import CALIBRATION_FILE, WEIGHTS_FILE
from gaitdesk.childgait.model import load_model
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import training
from gaitdesk.jobs.training import train_network
from gaitdesk.jobs.training_news import Begun, EpochEnded, Note, Stage, Stepped
from gaitdesk.learning.faults import NothingToLearn, TrainingMemoryShort
from gaitdesk.learning.keeping import STATE_FILE
from gaitdesk.learning.ranks import ALONE
from gaitdesk.learning.registry import Registry
from gaitdesk.learning.training import Wish
from tests.jobs.lessons import desk_with_children, elsewhere


def _trained(order, wish=lambda: Wish.GO_ON):
    news = []
    ended = finish(train_network(order, ALONE, wish), lambda step: news.append(step.found))
    return ended, news


def _weights(order, ended):
    folder = order.data_folder / "models" / ended.model / "weights"
    return load_model(folder / WEIGHTS_FILE).state_dict()


def _closest(one, other):
    return max(float((one[name] - other[name]).abs().max()) for name in one)


def test_a_training_ends_with_a_package_that_says_how_it_came_about(tmp_path):
    order = desk_with_children(tmp_path)
    ended, news = _trained(order)
    begun = next(one for one in news if isinstance(one, Begun))
    assert (begun.children, begun.others, begun.clips) == (4, 1, 16)
    assert [one.number for one in news if isinstance(one, EpochEnded)] == [1, 2]
    steps = [one for one in news if isinstance(one, Stepped)]
    assert [one.done for one in steps] == [1, 2, 3, 4]
    assert steps[-1].total == 4
    assert steps[-1].left_s == 0.0
    card = Registry(tmp_path / "data" / "models").model(ended.model).card
    assert card.parent == "start.safetensors"
    assert card.sources == ("phantom",)
    assert [one.patients for one in card.counts] == [4, 1, 0]
    assert json.loads(card.recipe)["epochs"] == 2
    assert card.learned


@pytest.mark.usefixtures("one_thread")
def test_heads_of_a_small_network_learn_from_all_clips_at_once_in_four_ways_each(tmp_path):
    ended, news = _trained(desk_with_children(tmp_path, batch=None, epochs=1))
    read = [one for one in news if isinstance(one, Stage) and one.total == 16 * 4]
    assert read[-1].done == 16 * 4
    assert [one.done for one in news if isinstance(one, Stepped)] == list(range(1, 26))
    assert ended.model


def test_a_training_that_has_ended_makes_no_second_package(tmp_path):
    order = desk_with_children(tmp_path)
    first, _ = _trained(order)
    again, news = _trained(order)
    assert again == first
    assert [type(one) for one in news] == [Note]
    assert len(Registry(tmp_path / "data" / "models").models) == 1


def test_keeping_ends_it_with_the_best_so_far_and_cancelling_with_none(tmp_path):
    order = desk_with_children(tmp_path)
    kept, news = _trained(order, lambda: Wish.KEEP)
    assert kept.model
    assert len([one for one in news if isinstance(one, Stepped)]) == 1
    other = elsewhere(order, "cancelled")
    cancelled, _ = _trained(other, lambda: Wish.CANCEL)
    assert cancelled.is_cancelled
    assert not cancelled.model
    assert (other.out / STATE_FILE).exists()
    resumed, news = _trained(other)
    assert resumed.model == "cancelled"
    assert next(one for one in news if isinstance(one, Begun)).steps_taken == 1


def test_cross_validation_learns_from_everybody_in_the_end(tmp_path):
    order = replace(desk_with_children(tmp_path), folds=2)
    ended, news = _trained(order)
    assert ended.balanced_accuracy is not None
    assert [(one.children, one.others) for one in news if isinstance(one, Begun)][-1] == (5, 0)
    assert {one.name for one in order.out.iterdir()} >= {"fold-1", "fold-2", STATE_FILE}


def test_keeping_within_cross_validation_keeps_that_folds_network_and_its_own_numbers(tmp_path):
    order = replace(desk_with_children(tmp_path), folds=2)
    ended, news = _trained(order, lambda: Wish.KEEP)
    assert len([one for one in news if isinstance(one, Stepped)]) == 1
    assert {one.name for one in order.out.iterdir()} == {"fold-1", "training.json"}
    kept = torch.load(order.out / "fold-1" / STATE_FILE, weights_only=True)["best"]
    held = _weights(order, ended)
    assert all(torch.equal(held[name], own) for name, own in kept.items())
    assert ended.balanced_accuracy is not None
    model = Registry(tmp_path / "data" / "models").model(ended.model)
    calibration = model.package.path_of(CALIBRATION_FILE).read_text(encoding="utf-8")
    assert "patients kept to choose by" in calibration
    card = model.card
    learned, chose = (one.patients for one in card.counts[:2])
    assert learned > 0
    assert chose > 0
    assert learned + chose == 5


@pytest.fixture
def one_thread():
    """Hundreds of short rounds wait for each other's threads where others use the processors."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_fresh_heads_learn_alone_before_the_encoder_learns_with_them(tmp_path, monkeypatch):
    order = desk_with_children(tmp_path)
    _, known = _trained(order)
    real = training.started
    monkeypatch.setattr(training, "started", lambda *a: replace(real(*a), has_heads=False))
    ended, news = _trained(elsewhere(order, "fresh"))
    stages = [one.text for one in news if isinstance(one, Stage)]
    assert "Teaching the heads" in stages
    before, after = (
        next(one for one in told if isinstance(one, Stepped)).loss for told in (known, news)
    )
    assert after < before
    assert ended.model == "fresh"


def test_a_single_child_is_too_few(tmp_path):
    with pytest.raises(NothingToLearn, match="Confirm more scoresheets"):
        _trained(desk_with_children(tmp_path, children=1))


def test_numbers_out_of_range_are_refused_before_anything_is_done(tmp_path):
    with pytest.raises(OptionInvalid, match="batch = 0"):
        _trained(desk_with_children(tmp_path, batch=0))


def test_what_does_not_fit_into_memory_is_refused_before_the_first_step(tmp_path, monkeypatch):
    monkeypatch.setattr("gaitdesk.learning.sizing.memory_free_bytes", lambda _: 1000)
    order = desk_with_children(tmp_path)
    with pytest.raises(TrainingMemoryShort, match="needs about"):
        _trained(order)
    assert not order.out.exists()


def test_a_truncated_shard_is_named_before_anything_is_learned(tmp_path):
    order = desk_with_children(tmp_path)
    path = next((tmp_path / "cohort").iterdir())
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(OptionInvalid, match=f"{path.name} is damaged.*make it again"):
        _trained(order)
    assert not order.out.exists()


def test_two_processes_of_torchrun_learn_what_one_does(tmp_path):
    order = desk_with_children(tmp_path, pieces=2, epochs=1)
    alone, _ = _trained(order)
    together = elsewhere(order, "together")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", "2", "-m", "gaitdesk", *together.words()]
    done = subprocess.run(
        command,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Epoch 1:") == 1
    models = order.data_folder / "models"
    one, other = (
        load_model(models / name / "weights" / WEIGHTS_FILE).state_dict()
        for name in (alone.model, "together")
    )
    start = load_model(tmp_path / "start.safetensors").state_dict()
    assert _closest(one, start) > 1e-3
    assert _closest(one, other) < 1e-5
    assert torch.isfinite(one["encoder.fc_norm.weight"]).all()
