"""Our RepViT-M1 has the weights of timm's by name, and answers what timm's answers."""

from __future__ import annotations

import json

import pytest
import torch

from gaitdesk.perception.repvit import WIDTHS, RepVit
from tests.perception.edgetam_file import BACKBONE, HERE, shapes, waves


@pytest.fixture(scope="module")
def wanted():
    """Names and shapes of timm's weights, in its order."""
    whole = shapes().items()
    return {name.removeprefix(BACKBONE): shape for name, shape in whole if BACKBONE in name}


def test_every_weight_has_the_name_the_shape_and_the_place_of_the_published_one(wanted):
    ours = {name: tuple(value.shape) for name, value in RepVit().state_dict().items()}
    assert list(ours.items()) == list(wanted.items())
    assert len(ours) == 676


@torch.inference_mode()
def test_the_same_picture_gives_the_maps_that_timm_gives(wanted):
    network = RepVit()
    network.load_state_dict(waves(wanted.items()), strict=True)
    network.eval()
    picture = torch.sin(torch.arange(3 * 96 * 64, dtype=torch.float64) * 0.37)
    maps = network(picture.reshape(1, 3, 96, 64).float())
    said = json.loads((HERE / "repvit_m1.json").read_text(encoding="utf-8"))["maps"]
    assert len(maps) == len(said) == len(WIDTHS)
    for ours, theirs in zip(maps, said, strict=True):
        assert list(ours.shape) == theirs["shape"]
        values = ours.flatten().double()
        spread = theirs["spread"]
        assert float(values.mean()) == pytest.approx(theirs["mean"], abs=1e-5 * spread)
        assert float(values.std()) == pytest.approx(spread, rel=1e-5)
        some = values[:: theirs["each"]][: len(theirs["values"])]
        assert some.tolist() == pytest.approx(theirs["values"], abs=1e-5 * spread)


@torch.inference_mode()
def test_each_map_is_half_as_large_as_the_one_before():
    maps = RepVit().eval()(torch.zeros(2, 3, 64, 128))
    assert [tuple(one.shape) for one in maps] == [
        (2, width, 16 >> index, 32 >> index) for index, width in enumerate(WIDTHS)
    ]
