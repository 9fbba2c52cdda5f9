"""A training starts from a package, from weights of our own, or from a VideoMAE encoder."""

from __future__ import annotations

import pytest
import torch

from gaitdesk.childgait.answers import Calibration
from gaitdesk.childgait.card import CardFacts, write_network
from gaitdesk.childgait.encoder import ENCODER_SIZES, Encoder
from gaitdesk.childgait.model import ChildGaitModel, save_model
from gaitdesk.childgait.weights import save_weights
from gaitdesk.domain.errors import CheckpointRefused, ModelPackageInvalid
from gaitdesk.learning.starts import VIDEOMAE_LICENCE, started
from tests.learning.children import small_config


def test_an_encoder_under_its_official_names_gets_fresh_heads_and_keeps_its_licence(tmp_path):
    torch.manual_seed(0)
    encoder = Encoder(ENCODER_SIZES["micro"])
    path = tmp_path / "vit_k710.safetensors"
    save_weights(path, {f"module.{k}": v for k, v in encoder.state_dict().items()}, {})
    begun = started(str(path))
    for name, own in encoder.state_dict().items():
        assert torch.equal(begun.model.encoder.state_dict()[name], own)
    assert not begun.has_heads
    assert begun.is_non_commercial
    assert begun.licence == VIDEOMAE_LICENCE


def test_weights_of_our_own_come_with_their_heads(tmp_path):
    model = ChildGaitModel(small_config())
    save_model(model, tmp_path / "ours.safetensors")
    begun = started(str(tmp_path / "ours.safetensors"))
    assert begun.has_heads
    for name, own in model.state_dict().items():
        assert torch.equal(begun.model.state_dict()[name], own)


def test_the_package_that_comes_along_brings_its_licence_and_that_it_is_for_demonstration():
    begun = started("childgait-phantom")
    assert begun.name.startswith("childgait-phantom ")
    assert begun.licence == "Apache-2.0"
    assert begun.is_for_demonstration
    assert not begun.is_non_commercial


@pytest.mark.parametrize(
    ("licence", "is_forbidden"),
    [("CC-BY-NC-4.0", True), ("CC BY-NC-SA 4.0", True), ("CC-BY-4.0", False), ("NCSA", False)],
)
def test_a_package_whose_licence_forbids_commerce_is_marked_so(
    tmp_path, monkeypatch, licence, is_forbidden
):
    monkeypatch.setenv("GAITDESK_MODELS", str(tmp_path))
    facts = CardFacts("others", "1", licence, "As it says.\n", "Somebody", "Films", "Research", ())
    write_network(tmp_path / "others", ChildGaitModel(small_config()), Calibration(), facts)
    begun = started("others")
    assert begun.licence == licence
    assert begun.is_non_commercial is is_forbidden


def test_what_is_no_network_is_refused(tmp_path):
    save_weights(tmp_path / "other.safetensors", {"blocks.0.weight": torch.zeros(2)}, {})
    with pytest.raises(CheckpointRefused, match="K710"):
        started(str(tmp_path / "other.safetensors"))
    with pytest.raises(ModelPackageInvalid):
        started("no such package")
