"""Sapiens in its real files: every scheme maps to our points, and hostile files stay closed."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk.domain.anatomy import LANDMARK_COUNT, MIRRORED, Landmark
from gaitdesk.domain.errors import CheckpointRefused, MemoryTooSmall, ModelPackageInvalid
from gaitdesk.domain.refusals import LicenceNotAccepted
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.crop_network import CropInput, CropNetwork
from gaitdesk.perception.licences import accept
from gaitdesk.perception.sapiens import SCHEMES, TASK, Sapiens, self_test
from tests.perception.eyes import DotNetwork, dots, package_of, points_table

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")
BOX = (200.0, 60.0, 420.0, 420.0)


def script_bytes(network) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        into = io.BytesIO()
        torch.jit.save(torch.jit.script(network), into)
    return into.getvalue()


def package(folder, count=133, network=None, **more):
    channels = list(SCHEMES[count].values())
    network = network or DotNetwork(count, channels)
    files = {"sapiens_torchscript.pt2": script_bytes(network)}
    return package_of(folder, files, task=TASK, tables=points_table(count), **more)


@pytest.fixture(scope="module")
def whole_body(tmp_path_factory):
    return package(tmp_path_factory.mktemp("models") / "tiny-whole-body")


def places(count, seed=0):
    grid = np.array([(x, y) for y in range(90, 400, 46) for x in range(225, 400, 46)], float)
    picked = np.random.default_rng(seed).permutation(grid)[:count]
    return picked + np.random.default_rng(seed + 1).uniform(-8, 8, picked.shape)


@pytest.mark.parametrize("count", [17, 133, 308])
def test_points_of_every_scheme_are_seen_to_a_fifth_of_a_cell(tmp_path, count):
    model = Sapiens(package(tmp_path / "tiny", count), HERE)
    known = len(SCHEMES[count])
    truth = places(known)
    (found,) = model.points([(dots(truth), BOX)])
    seen = list(SCHEMES[count])
    cell_px = 1.25 * (BOX[3] - BOX[1]) / 63
    assert np.linalg.norm(found.points_px[seen] - truth, axis=1).max() < 0.2 * cell_px
    assert (found.confidence[seen] > 0.03).all()
    unseen = [one for one in Landmark if one not in seen]
    assert np.isnan(found.points_px[unseen]).all()
    assert (found.confidence[unseen] == 0).all()


def test_every_scheme_names_left_and_right_apart():
    for scheme in SCHEMES.values():
        assert len(set(scheme.values())) == len(scheme)
        for one in scheme:
            assert MIRRORED[one] in scheme
    assert len(SCHEMES[133]) == len(SCHEMES[308]) == LANDMARK_COUNT


def test_several_people_are_seen_at_once_as_one_by_one(whole_body):
    model = Sapiens(whole_body, HERE)
    people = [(dots(places(23, seed)), BOX) for seed in range(3)]
    together = model.points(people)
    for one, person in zip(together, people, strict=True):
        (alone,) = model.points([person])
        assert np.allclose(one.points_px, alone.points_px, atol=1e-3)
    assert model.points([]) == []


def test_a_point_outside_the_crop_is_not_sure(whole_body):
    truth = places(23)
    truth[Landmark.LEFT_HEEL] = np.nan
    (found,) = Sapiens(whole_body, HERE).points([(dots(truth), BOX)])
    assert found.confidence[Landmark.LEFT_HEEL] < 0.01


def test_the_second_version_runs_from_its_folder(tmp_path):
    from transformers import Sapiens2Config, Sapiens2ForPoseEstimation

    torch.manual_seed(0)
    config = Sapiens2Config(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_attention_heads=2, image_size=[256, 192], num_labels=308,
        head_config={"upsample_out_channels": [16, 16], "upsample_kernel_sizes": [4, 4],
                     "conv_out_channels": [16], "conv_kernel_sizes": [1]},
    )  # fmt: skip
    folder = tmp_path / "written"
    Sapiens2ForPoseEstimation(config).save_pretrained(folder)
    files = {one.name: one.read_bytes() for one in sorted(folder.iterdir())}
    assert "model.safetensors" in files
    made = package_of(tmp_path / "tiny2", files, task=TASK, tables=points_table(308))
    (found,) = Sapiens(made, HERE).points([(dots(places(23)), BOX)])
    assert np.isfinite(found.points_px).all()
    assert "ms" in self_test(made)


@pytest.mark.parametrize("damage", ["config.json", "model.safetensors"])
def test_a_damaged_second_version_is_a_sentence(tmp_path, damage):
    files = {"config.json": b"{}", "model.safetensors": b"\x00" * 64}
    files[damage] = b"{"
    made = package_of(tmp_path / "tiny2", files, task=TASK, tables=points_table(308))
    with pytest.raises(ModelPackageInvalid, match="cannot be used"):
        Sapiens(made, HERE)


class Writes(torch.nn.Module):
    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        torch.save(batch, "written-by-a-model")
        return batch


class Reads(torch.nn.Module):
    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        return batch + torch.from_file("/etc/hostname", False, 1)


@pytest.mark.parametrize("network", [Writes(), Reads()])
def test_a_network_that_touches_files_is_not_opened(tmp_path, network, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = package(tmp_path / "hostile", network=network)
    with pytest.raises(CheckpointRefused, match=r"more than compute \((save|from_file)\)"):
        Sapiens(made, HERE)
    assert not (tmp_path / "written-by-a-model").exists()


def test_other_files_in_the_place_of_a_network_are_refused(tmp_path):
    pickled = io.BytesIO()
    torch.save({"a": torch.zeros(1)}, pickled)
    whole = script_bytes(DotNetwork(133))
    for number, (content, words) in enumerate(
        [
            (pickled.getvalue(), "pickle"),
            (b"no network at all", "no TorchScript"),
            (whole[: len(whole) // 2], "no TorchScript"),
            (whole.replace(b"PK\x01\x02", b"PK\x01\x03", 1), r"TorchScript|damaged|pickle"),
        ]
    ):
        files = {"sapiens.pt2": content}
        made = package_of(tmp_path / f"wrong{number}", files, task=TASK, tables=points_table(133))
        with pytest.raises(CheckpointRefused, match=words):
            Sapiens(made, HERE)


def test_a_package_that_states_something_else_is_refused(tmp_path, whole_body):
    said = replace(whole_body, details={"points": {**whole_body.details["points"], "count": 17}})
    with pytest.raises(ModelPackageInvalid, match="133 maps instead of 17"):
        Sapiens(said, HERE)
    for change in ({"count": 21}, {"width": 0}, {"mean": [1.0]}, {"spread": [0.0, 1.0, 1.0]}):
        said = replace(whole_body, details={"points": {**whole_body.details["points"], **change}})
        with pytest.raises(ModelPackageInvalid, match="fits no network"):
            Sapiens(said, HERE)
    with pytest.raises(ModelPackageInvalid, match="fits no network"):
        Sapiens(replace(whole_body, task="masks"), HERE)


def test_an_altered_file_is_not_run(tmp_path):
    made = package(tmp_path / "tiny")
    path = made.path_of("sapiens_torchscript.pt2")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelPackageInvalid, match="not the file"):
        Sapiens(made, HERE)


def test_a_licence_is_accepted_first(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path / "data"))
    made = package(tmp_path / "tiny", acceptance="Not for commercial use.")
    with pytest.raises(LicenceNotAccepted, match="commercial"):
        Sapiens(made, HERE)
    accept(made, "Dr Lee")
    Sapiens(made, HERE)


def test_when_memory_runs_out_fewer_are_asked_about(whole_body, monkeypatch):
    model = Sapiens(whole_body, HERE)
    model.at_once = 4
    people = [(dots(places(23, seed)), BOX) for seed in range(4)]
    see, asked = model._heat, []

    def short_of_memory(crops):
        asked.append(len(crops))
        if len(crops) > 1:
            raise MemoryError
        return see(crops)

    monkeypatch.setattr(model, "_heat", short_of_memory)
    assert len(model.points(people)) == 4
    assert asked == [4, 2, 1, 1, 1, 1]
    assert model.at_once == 1
    assert len(model.notes) == 2
    monkeypatch.setattr(model, "_heat", lambda crops: short_of_memory([*crops, *crops]))
    with pytest.raises(MemoryTooSmall):
        model.points(people[:1])


def test_points_are_seen_in_the_precision_of_a_card(whole_body):
    model = Sapiens(whole_body, replace(HERE, dtype=torch.bfloat16))
    assert model._network.dtype == torch.bfloat16
    truth = places(23)
    (found,) = model.points([(dots(truth), BOX)])
    cell_px = 1.25 * (BOX[3] - BOX[1]) / 63
    assert np.linalg.norm(found.points_px - truth, axis=1).max() < cell_px


def test_a_device_without_room_for_the_network_is_told_with_a_remedy(whole_body):
    class Large(torch.nn.Module):
        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 8.00 GiB")

    with pytest.raises(MemoryTooSmall):
        CropNetwork(Large(), HERE, CropInput.stated(whole_body, "points"), "large")


def test_a_device_whose_precision_the_network_lacks_gets_single(whole_body):
    class Stubborn(torch.nn.Module):
        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            if batch.dtype != torch.float32:
                raise RuntimeError("expected float")
            return torch.zeros(len(batch), 133, 64, 48)

    where = replace(HERE, dtype=torch.bfloat16)
    network = CropNetwork(Stubborn(), where, CropInput.stated(whole_body, "points"), "stubborn")
    assert network.dtype == torch.float32
