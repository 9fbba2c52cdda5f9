"""Training learns what can be seen, ends the same however often it is interrupted, and balances."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.progress import finish
from gaitdesk.learning.dataset import AS_FILMED, Variation
from gaitdesk.learning.evaluation import by_child, mean_auroc
from gaitdesk.learning.keeping import STATE_FILE
from gaitdesk.learning.lessons import as_filmed, lessons_of
from gaitdesk.learning.optimising import parameter_groups, schedule
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.training import Conduct, Wish, logits_of, train
from tests.learning.children import made_shard, small_config

CONFIG = small_config()
STILL = replace(Variation(), colour=0.0)


def _lessons(ways=1):
    children = [made_shard(k, is_atypical=k % 2 == 0) for k in range(4)]
    others = [made_shard(10 + k, is_atypical=k % 2 == 0) for k in range(2)]
    return lessons_of(children, others, CONFIG, STILL, ways=ways)


def _model(seed=0):
    torch.manual_seed(seed)
    return ChildGaitModel(CONFIG)


def _weights(model):
    return torch.cat([parameter.flatten() for parameter in model.parameters()])


def test_what_can_be_seen_is_learned_and_known_of_other_children():
    trained = finish(train(_model(), _lessons(), Recipe(epochs=16, batch=8, rate=5e-3, seed=1)))
    others = as_filmed([made_shard(20 + k, is_atypical=k % 2 == 0) for k in range(2)], CONFIG)
    answers = by_child(others, finish(logits_of(trained.model, others)))
    assert mean_auroc(answers) == pytest.approx(1.0)
    assert trained.epochs[-1].loss < 0.95 * trained.epochs[0].loss


def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(tmp_path):
    recipe = Recipe(epochs=3, batch=8, rate=2e-3)
    whole = finish(train(_model(), _lessons(2), recipe))
    job = train(_model(), _lessons(2), recipe, tmp_path)
    steps_each = math.ceil(len(_lessons().training) / recipe.batch)
    for _ in range(steps_each + 1):
        next(job)
    job.close()
    assert (tmp_path / STATE_FILE).exists()
    resumed = finish(train(_model(seed=9), _lessons(2), recipe, tmp_path))
    assert [e.loss for e in resumed.epochs] == [e.loss for e in whole.epochs]
    assert torch.equal(_weights(resumed.model), _weights(whole.model))


def test_training_stops_when_it_gets_no_better():
    recipe = Recipe(epochs=50, batch=8, rate=0.0, patience=2)
    trained = finish(train(_model(), _lessons(), recipe))
    assert len(trained.epochs) == 3
    assert trained.best == 1


def test_no_epoch_begins_after_its_time():
    trained = finish(train(_model(), _lessons(), Recipe(epochs=5, seconds=0.0)))
    assert trained.epochs == ()
    assert trained.steps == 0


def test_the_rate_rises_and_falls():
    rates = [schedule(step / 100, 0.1) for step in range(101)]
    assert max(rates) == rates[10] == pytest.approx(1.0)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.0)


def test_lower_layers_learn_more_slowly_and_norms_do_not_decay():
    model = _model()
    groups = parameter_groups(model, Recipe(layer_decay=0.5))
    shares = {id(p): g["share"] for g in groups for p in g["params"]}
    decays = {id(p): g["weight_decay"] for g in groups for p in g["params"]}
    named = dict(model.named_parameters())
    assert len(shares) == len(named)
    assert shares[id(named["encoder.patch_embed.proj.weight"])] == pytest.approx(0.25)
    assert shares[id(named["encoder.blocks.0.mlp.fc1.weight"])] == pytest.approx(0.5)
    assert shares[id(named["heads.sagittal.mlp.0.weight"])] == pytest.approx(1.0)
    assert decays[id(named["encoder.fc_norm.weight"])] == 0.0


def test_validation_clips_are_shown_as_filmed():
    lessons = _lessons()
    again = as_filmed([made_shard(10 + k, is_atypical=k % 2 == 0) for k in range(2)], CONFIG)
    assert AS_FILMED.flips is False
    for one, other in zip(lessons.validation, again, strict=True):
        assert torch.equal(one.tubelets, other.tubelets)


def test_where_nothing_below_the_heads_has_a_rate_they_learn_and_the_encoder_stays(tmp_path):
    recipe = Recipe(epochs=2, batch=8, rate=5e-3, layer_decay=0.0, adapters=2, tutoring=0.0)
    before, trained = _model(), finish(train(_model(), _lessons(), recipe, tmp_path))
    after = dict(trained.model.named_parameters())
    moved = {name for name, own in before.named_parameters() if not torch.equal(own, after[name])}
    assert any(name.startswith("heads.") for name in moved)
    assert all(name.startswith(("heads.", "encoder.fc_norm.")) for name in moved)


ALL_AT_ONCE = Recipe(epochs=4, batch=3, rate=2e-2, layer_decay=0.0, tutoring=0.0, rounds=10)


def test_heads_that_learn_from_all_clips_at_once_leave_the_encoder_as_it_is():
    start = _model()
    before = {name: one.clone() for name, one in start.encoder.named_parameters()}
    trained = finish(train(start, _lessons(2), ALL_AT_ONCE))
    assert trained.steps == 40
    assert trained.epochs[-1].loss < 0.9 * trained.epochs[0].loss
    for name, one in trained.model.encoder.named_parameters():
        assert name.startswith("fc_norm") or torch.equal(one, before[name])


def test_the_first_step_from_all_clips_at_once_has_the_loss_of_one_large_batch():
    every = len(_lessons(2).training)
    large = replace(ALL_AT_ONCE, epochs=1, batch=every, rounds=0, gain=0.0, warm_up=0.5)
    model = _model()
    model.heads.apply(_without_dropout)
    again = _model()
    again.heads.apply(_without_dropout)
    one = finish(train(model, _lessons(1), replace(large, rounds=1)))
    other = finish(train(again, _lessons(1), large))
    assert one.epochs[0].loss == pytest.approx(other.epochs[0].loss, rel=1e-4)


def test_clips_that_are_read_once_are_told_and_reading_can_be_cancelled(tmp_path):
    asked = []

    def wish():
        asked.append(True)
        return Wish.CANCEL if len(asked) == 2 else Wish.GO_ON

    told, trained = _told(train(_model(), _lessons(2), ALL_AT_ONCE, tmp_path, Conduct(wish=wish)))
    assert told == [3, 6]
    assert trained.wish is Wish.CANCEL
    assert trained.steps == 0
    assert not (tmp_path / STATE_FILE).exists()


def test_a_large_batch_is_taken_where_more_than_the_heads_learn():
    assert ALL_AT_ONCE.is_from_all_at_once
    for other in ({"layer_decay": 0.75}, {"adapters": 4}, {"tutoring": 1.0}, {"rounds": 0}):
        assert not replace(ALL_AT_ONCE, **other).is_from_all_at_once


def _told(job):
    """How far each event says it is, and the outcome."""
    told = []
    while True:
        try:
            told.append(next(job).done)
        except StopIteration as end:
            return told, end.value


def _without_dropout(part):
    if isinstance(part, torch.nn.Dropout):
        part.p = 0.0
