"""EdgeTAM opens from its published file without timm, and follows a person through a film."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.edgetam import config_without_timm
from gaitdesk.perception.model import MaskSeed
from gaitdesk.perception.repvit import RepVit
from gaitdesk.perception.sam3 import TASK, FilmMasks
from tests.perception.edgetam_file import files, shapes
from tests.perception.eyes import dots, package_of

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")
TABLE = '[masks]\nfamily = "edgetam"\n'
FRAMES = 3


@pytest.fixture(scope="module")
def published():
    return files()


@pytest.fixture(scope="module")
def package(published, tmp_path_factory):
    return package_of(tmp_path_factory.mktemp("edgetam") / "it", published, task=TASK, tables=TABLE)


@pytest.fixture(scope="module")
def model(package):
    return FilmMasks(package, HERE)


def test_every_weight_of_the_published_file_is_taken_and_none_is_made_up(model, published):
    held = model._network.state_dict()
    assert {name: tuple(value.shape) for name, value in held.items()} == shapes()
    written = load(published["model.safetensors"])
    assert all(torch.equal(held[name], value) for name, value in written.items())
    assert isinstance(model._network.vision_encoder.backbone.timm_model, RepVit)


def test_a_box_is_followed_through_a_film(model, tmp_path):
    path = tmp_path / "walk.mp4"
    with FilmWriter(path) as writer:
        for index in range(FRAMES):
            writer.write(dots(np.array([[60.0 + 12 * index, 120.0]]), 320, 240, 30))
    steps = []
    track = finish(model.masks(probe(path), {1: MaskSeed((30.0, 90.0, 110.0, 150.0))}),
                   steps.append)  # fmt: skip
    assert (len(track), track.width, track.height) == (FRAMES, 320, 240)
    assert [step.done for step in steps] == list(range(1, FRAMES + 1))


def test_what_is_named_in_timms_long_way_is_the_same_network(published, tmp_path):
    said = json.loads(published["config.json"])
    said["vision_config"]["backbone_config"]["architecture"] = "repvit_m1.dist_in1k"
    (tmp_path / "config.json").write_text(json.dumps(said))
    config = config_without_timm(tmp_path)
    assert config.vision_config.backbone_config.model_type == "gaitdesk_repvit_m1"
    assert config.image_size == said["image_size"]


@pytest.mark.parametrize("network", ["repvit_m3", "resnet50", ""])
def test_another_network_of_timm_stays_what_its_file_says(published, tmp_path, network):
    said = json.loads(published["config.json"])
    said["vision_config"]["backbone_config"]["architecture"] = network
    (tmp_path / "config.json").write_text(json.dumps(said))
    assert config_without_timm(tmp_path) is None


def changed(published, **parts):
    """The published file with other parts in its description."""
    said = json.loads(published["config.json"])
    return {**published, "config.json": json.dumps({**said, **parts}).encode()}


def test_the_library_that_another_network_needs_is_named(published, tmp_path):
    sight = json.loads(published["config.json"])["vision_config"]
    sight["backbone_config"]["architecture"] = "repvit_m3"
    other = changed(published, vision_config=sight)
    held = package_of(tmp_path / "other", other, task=TASK, tables=TABLE)
    word = "cannot be used" if importlib.util.find_spec("timm") else "cannot be used .*timm library"
    with pytest.raises(ModelPackageInvalid, match=word):
        FilmMasks(held, HERE)


def test_a_file_without_a_weight_of_the_backbone_is_refused(published, tmp_path):
    held = load(published["model.safetensors"])
    gone = next(name for name in held if "stages_2.blocks.3.channel_mixer" in name)
    del held[gone]
    lacking = {**published, "model.safetensors": save(held, {"format": "pt"})}
    with pytest.raises(ModelPackageInvalid, match=r"1 are missing, as vision_encoder\.backbone"):
        FilmMasks(package_of(tmp_path / "lacking", lacking, task=TASK, tables=TABLE), HERE)


@pytest.mark.parametrize(
    "parts",
    [
        {"vision_config": None},
        {"vision_config": "none"},
        {"image_size": "large"},
        {"num_maskmem": [7]},
    ],
)
def test_a_damaged_description_is_refused_in_a_sentence(published, tmp_path, parts):
    damaged = {**changed(published, **parts), "model.safetensors": b"\x02" + bytes(7) + b"{}"}
    held = package_of(tmp_path / "damaged", damaged, task=TASK, tables=TABLE)
    with pytest.raises(ModelPackageInvalid, match="cannot be used"):
        FilmMasks(held, HERE)
