"""The network answers for what a plane shows, and its file brings all it needs along."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk.childgait.clips import Sampling
from gaitdesk.childgait.config import config_from_json, config_of, config_to_json
from gaitdesk.childgait.heads import ITEMS
from gaitdesk.childgait.model import (
    CONFIG_KEY,
    ChildGaitModel,
    kept_of,
    load_model,
    pack_clips,
    save_model,
)
from gaitdesk.childgait.prompting import Prompting
from gaitdesk.childgait.pruning import Pruning
from gaitdesk.childgait.weights import open_weights, save_weights
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.coding import FormInvalid
from gaitdesk.domain.errors import CheckpointRefused
from gaitdesk.domain.evgs import Item
from tests.childgait.stick import SIDE_PX, small_config, standing_clip

BOTH = [Plane.SAGITTAL, Plane.CORONAL]


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(5)
    return ChildGaitModel(small_config(is_ordinal=True)).eval()


@torch.inference_mode()
def answers(model, clips, planes):
    return model(pack_clips(clips, model.config), planes)


def test_each_plane_answers_for_its_items_and_no_other(model):
    logits = answers(model, [standing_clip(), standing_clip()], BOTH)
    assert logits.shape == (2, 2, 17, 2)
    is_answered = model.answered(BOTH)
    assert ((logits != 0).all(dim=(1, 3)) == is_answered).all()
    for row, plane in enumerate(BOTH):
        for column, item in enumerate(ITEMS):
            own = item.plane is plane or item is Item.PELVIC_ROTATION
            assert bool(is_answered[row, column]) == own


def test_pelvic_rotation_can_be_left_to_one_plane():
    config = replace(small_config(), rotation_planes=(Plane.SAGITTAL,))
    assert Item.PELVIC_ROTATION in config.items(Plane.SAGITTAL)
    assert Item.PELVIC_ROTATION not in config.items(Plane.CORONAL)


def test_a_clip_is_read_alike_whatever_is_in_the_batch(model):
    clip, other = (
        standing_clip(),
        replace(standing_clip(), mask=np.ones((8, SIDE_PX, SIDE_PX), bool)),
    )
    together = answers(model, [other, clip, other], [Plane.CORONAL, Plane.SAGITTAL, Plane.SAGITTAL])
    alone = answers(model, [clip], [Plane.SAGITTAL])
    torch.testing.assert_close(together[1], alone[0], atol=1e-5, rtol=1e-4)


def test_what_is_pruned_away_cannot_change_an_answer(model):
    clip = standing_clip()
    kept = kept_of(clip, model.config)
    is_seen = np.kron(kept.repeat(2, axis=0), np.ones((1, 16, 16))) > 0
    frames = clip.frames.copy()
    frames[~is_seen] = 7
    same = answers(model, [clip, replace(clip, frames=frames)], [Plane.SAGITTAL] * 2)
    torch.testing.assert_close(same[0], same[1])


def test_heads_learn_from_the_clips_of_their_plane_alone():
    torch.manual_seed(0)
    model = ChildGaitModel(small_config()).train()
    model(pack_clips([standing_clip()], model.config), [Plane.CORONAL]).sum().backward()
    for name, head in model.heads.items():
        has_learnt = any(
            weight.grad is not None and weight.grad.any() for weight in head.parameters()
        )
        assert has_learnt == (name == Plane.CORONAL)
    assert model.encoder.patch_embed.proj.weight.grad.any()


def test_a_saved_network_reads_as_before(model, tmp_path):
    path = tmp_path / "network.safetensors"
    save_model(model, path, {"trained_on": "nothing"})
    again = load_model(path)
    assert again.config == model.config
    assert not again.training
    assert open_weights(path).about["trained_on"] == "nothing"
    clip = standing_clip()
    torch.testing.assert_close(
        answers(again, [clip], [Plane.SAGITTAL]), answers(model, [clip], [Plane.SAGITTAL])
    )


def test_half_precision_takes_half_the_room_and_reads_nearly_alike(model, tmp_path):
    for name, dtype in (("whole", torch.float32), ("half", torch.float16)):
        save_model(model, tmp_path / name, dtype=dtype)
    whole, half = (tmp_path / name for name in ("whole", "half"))
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    again = load_model(half)
    assert next(again.parameters()).dtype is torch.float32
    clip = standing_clip()
    torch.testing.assert_close(
        answers(again, [clip], [Plane.SAGITTAL]),
        answers(model, [clip], [Plane.SAGITTAL]),
        atol=2e-2,
        rtol=0,
    )


@pytest.mark.parametrize(
    "config",
    [
        config_of("small"),
        config_of("giant", Sampling(frames=32, phases=(), hop=4), is_ordinal=True),
        config_of("base", None, Prompting(is_on=False), Pruning(is_on=False)),
    ],
    ids=lambda config: config.encoder.name,
)
def test_a_configuration_survives_its_file(config):
    assert config_from_json(config_to_json(config)) == config


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"form": 2}', '{"form": 1}', '{"form": 1, "encoder": {"name": 3}}', "[1]"],
)
def test_a_damaged_configuration_is_refused(text):
    with pytest.raises(FormInvalid):
        config_from_json(text)


def test_an_encoder_and_a_sampling_that_disagree_are_refused():
    with pytest.raises(ValueError, match="disagree"):
        replace(small_config(), sampling=Sampling())


def test_weights_without_a_configuration_are_refused(model, tmp_path):
    path = tmp_path / "bare.safetensors"
    save_weights(path, model.state_dict(), {})
    with pytest.raises(CheckpointRefused, match="how films become its input"):
        load_model(path)


def test_an_unknown_configuration_is_refused(model, tmp_path):
    path = tmp_path / "newer.safetensors"
    save_weights(path, model.state_dict(), {CONFIG_KEY: '{"form": 99}'})
    with pytest.raises(CheckpointRefused, match="Update GaitDesk"):
        load_model(path)


@pytest.mark.parametrize("change", ["missing", "shape", "foreign"])
def test_weights_that_are_not_the_network_described_are_refused(model, tmp_path, change):
    tensors = dict(model.state_dict())
    name = "encoder.blocks.0.mlp.fc1.weight"
    if change == "missing":
        del tensors[name]
    elif change == "shape":
        tensors[name] = tensors[name][:5]
    else:
        tensors[name := "encoder.blocks.9.mlp.fc1.weight"] = torch.zeros(3)
    path = tmp_path / "other.safetensors"
    save_weights(path, tensors, {CONFIG_KEY: config_to_json(model.config)})
    with pytest.raises(CheckpointRefused, match=name.replace(".", r"\.")):
        load_model(path)
