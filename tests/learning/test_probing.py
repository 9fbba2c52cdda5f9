"""Heads are learned without touching the encoder, and never from what judges them."""

from __future__ import annotations

import torch

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.progress import finish
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.lessons import lessons_of
from gaitdesk.learning.losses import answer_loss, answer_weights, scores_of
from gaitdesk.learning.probing import Probe, pooled_of, with_adjusted_heads, with_fitted_heads
from tests.learning.children import made_shard, small_config

CONFIG = small_config()


def _fitted():
    torch.manual_seed(0)
    model = ChildGaitModel(CONFIG)
    children = [made_shard(k, is_atypical=k % 2 == 0) for k in range(6)]
    lessons = lessons_of(children[:4], children[4:], CONFIG, Variation(colour=0.0), ways=1)
    return model, lessons, finish(with_fitted_heads(model, lessons, Probe(rounds=60)))


def test_heads_alone_tell_red_children_from_blue_ones():
    model, _, (fitted, reached) = _fitted()
    assert reached > 0.9
    for name, own in model.encoder.state_dict().items():
        assert torch.equal(own, fitted.encoder.state_dict()[name])
    assert not torch.equal(
        model.heads["coronal"].mlp[0].weight, fitted.heads["coronal"].mlp[0].weight
    )


def test_an_encoder_says_one_vector_a_clip():
    model, lessons, _ = _fitted()
    pooled = finish(pooled_of(model, lessons.validation))
    assert pooled.shape == (len(lessons.validation), CONFIG.encoder.width)


def test_heads_go_on_learning_from_where_they_are_and_the_encoder_stays_as_it_is():
    torch.manual_seed(0)
    model = ChildGaitModel(CONFIG)
    children = [made_shard(k, is_atypical=k % 2 == 0) for k in range(4)]
    lessons = lessons_of(children, [], CONFIG, Variation(colour=0.0), ways=1)
    shown = [ways[0] for ways in lessons.training]
    pooled = finish(pooled_of(model, shown))
    adjusted = with_adjusted_heads(model, pooled, shown, rounds=60, rate=3e-3)

    def loss(one):
        weights = answer_weights(shown, CONFIG.levels, 6.0)
        planes = [example.view.plane for example in shown]
        return float(answer_loss(one.answers(pooled, planes), scores_of(shown), weights).detach())

    assert loss(adjusted) < 0.95 * loss(model)
    same = with_adjusted_heads(model, pooled, shown, rounds=0)
    for name, own in model.state_dict().items():
        assert torch.equal(own, same.state_dict()[name])
        if name.startswith("encoder."):
            assert torch.equal(own, adjusted.state_dict()[name])
