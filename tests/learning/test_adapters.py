"""Adapters change nothing at first, learn with few numbers, and leave a plain network."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch

from gaitdesk.childgait.model import ChildGaitModel, load_model, save_model
from gaitdesk.domain.progress import finish
from gaitdesk.learning.adapters import LowRank, add_adapters, has_adapters, merged
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.lessons import lessons_of
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.training import logits_of, train
from tests.learning.children import made_shard, small_config

CONFIG = small_config()


def _model():
    torch.manual_seed(3)
    return ChildGaitModel(CONFIG)


@pytest.fixture(scope="module")
def lessons():
    children = [made_shard(k, is_atypical=k % 2 == 0) for k in range(4)]
    return lessons_of(children, children[:2], CONFIG, Variation(colour=0.0), ways=1)


def _said(model, lessons):
    return finish(logits_of(model, lessons.validation))


def test_a_fresh_adapter_changes_no_answer(lessons):
    plain, adapted = _model(), _model()
    add_adapters(adapted, 2)
    assert has_adapters(adapted)
    assert (_said(plain, lessons) == _said(adapted, lessons)).all()


def test_adapters_heads_and_the_last_norm_learn_and_nothing_else():
    model = _model()
    add_adapters(model, 2)
    learning = {name for name, one in model.named_parameters() if one.requires_grad}
    encoder = {name for name in learning if name.startswith("encoder.")}
    assert all(".0.down" in n or ".0.up" in n or ".fc_norm." in n for n in encoder)
    assert {n for n, _ in model.named_parameters() if n.startswith("heads.")} <= learning
    assert len([n for n in encoder if n.endswith(".up")]) == 4 * CONFIG.encoder.depth


def test_a_merged_network_is_plain_and_answers_the_same(lessons, tmp_path):
    model = _model()
    add_adapters(model, 2)
    with torch.no_grad():
        for part in model.modules():
            if isinstance(part, LowRank):
                part.up.normal_()
    plain = merged(model)
    assert not has_adapters(plain)
    assert has_adapters(model)
    assert plain.state_dict().keys() == _model().state_dict().keys()
    assert _said(plain, lessons) == pytest.approx(_said(model, lessons), abs=1e-5)
    save_model(plain, tmp_path / "network.safetensors")
    again = load_model(tmp_path / "network.safetensors")
    assert (_said(again, lessons) == _said(plain, lessons)).all()


def test_training_with_adapters_moves_the_matrices_they_stand_for_by_that_rank(lessons):
    before = deepcopy(_model().state_dict())
    recipe = Recipe(epochs=2, batch=8, rate=3e-2, adapters=2, tutoring=0.0)
    after = finish(train(_model(), lessons, recipe)).model.state_dict()
    name = "encoder.blocks.0.mlp.fc1.weight"
    moved = after[name] - before[name]
    assert moved.abs().max() > 0
    assert int(torch.linalg.matrix_rank(moved, rtol=1e-3)) <= 2
    for fixed in ("encoder.patch_embed.proj.weight", "encoder.blocks.0.attn.q_bias"):
        assert torch.equal(after[fixed], before[fixed])
