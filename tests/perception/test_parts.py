"""Sapiens' body parts in their real files: whose part a pixel is does not matter, whose child does.

The networks here see a colour as a part: what is grey stands behind.
"""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from gaitdesk.domain.errors import CheckpointRefused, MemoryTooSmall, ModelPackageInvalid
from gaitdesk.domain.refusals import LicenceNotAccepted
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.masks import overlap_share
from gaitdesk.perception.parts import TASK, BodyParts, self_test
from tests.perception.eyes import MEAN, SPREAD, package_of
from tests.perception.test_sapiens import Reads, Writes, script_bytes

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")
WIDTH, HEIGHT, CELLS = 96, 128, 2
COUNT = 28
BEHIND = 90
COLOURS = {7: (220, 40, 40), 13: (220, 160, 40), 22: (220, 40, 160)}
FILE = "parts_torchscript.pt2"


class PartNetwork(torch.nn.Module):
    """A part wherever its colour is, on half as many cells as the crop has pixels, as Sapiens."""

    def __init__(self, count: int = COUNT, background: int = 0) -> None:
        super().__init__()
        held = torch.full((count, 3), float(BEHIND))
        for part, colour in COLOURS.items():
            if part < count:
                held[part] = torch.tensor(colour, dtype=torch.float32)
        self.known = [part for part in COLOURS if part < count]
        self.count, self.background = count, background
        self.black = torch.nn.Parameter(-torch.tensor(MEAN) / torch.tensor(SPREAD))
        self.colours = torch.nn.Parameter((held - torch.tensor(MEAN)) / torch.tensor(SPREAD))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        small = torch.nn.functional.avg_pool2d(batch, 2)
        maps = torch.full([len(batch), self.count, small.shape[2], small.shape[3]], -9.0)
        maps = maps.to(batch.dtype)
        # As near to grey as to black, which lies beyond the picture, is behind.
        grey = (small - self.colours[self.background].view(1, -1, 1, 1)).pow(2).sum(1)
        black = (small - self.black.view(1, -1, 1, 1)).pow(2).sum(1)
        maps[:, self.background] = -torch.minimum(grey, black)
        for part in self.known:
            maps[:, part] = -(small - self.colours[part].view(1, -1, 1, 1)).pow(2).sum(1)
        return maps


def parts_table(count=COUNT, background=0, width=WIDTH, height=HEIGHT):
    return (
        f"[parts]\ncount = {count}\nbackground = {background}\nwidth = {width}\n"
        f"height = {height}\nmean = {list(MEAN)}\nspread = {list(SPREAD)}\n"
    )


def package(folder, network=None, **more):
    files = {FILE: script_bytes(network or PartNetwork())}
    return package_of(folder, files, task=TASK, tables=parts_table(), **more)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return package(tmp_path_factory.mktemp("models") / "tiny-parts")


@pytest.fixture(scope="module")
def model(made):
    return BodyParts(made, HERE)


def person(width=400, height=300, at=(200, 150), size=90):
    """A figure of three parts before grey, and the pixels it fills."""
    image = np.full((height, width, 3), BEHIND, np.uint8)
    x, y = at
    for part, (left, top, right, bottom) in {
        22: (-0.25, -0.5, 0.25, 0.1),
        7: (-0.25, 0.1, -0.1, 1.0),
        13: (0.1, 0.1, 0.25, 1.0),
    }.items():
        corners = [round(one * size) for one in (left, top, right, bottom)]
        cv2.rectangle(
            image,
            (x + corners[0], y + corners[1]),
            (x + corners[2], y + corners[3]),
            COLOURS[part],
            -1,
        )
    return image, (image != BEHIND).any(axis=2)


def box_around(pixels):
    rows, columns = np.nonzero(pixels)
    return float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max())


@pytest.mark.parametrize("size", [40, 90, 140])
@pytest.mark.parametrize("at", [(200, 130), (30, 60)])
def test_whatever_is_a_part_is_somebody_to_a_pixel(model, size, at):
    image, truth = person(at=at, size=size)
    (found,) = model.people_px([(image, box_around(truth))])
    there = found.full(*truth.shape)
    assert overlap_share(there, truth) > 0.9
    # As far out as in: the edge lies nowhere a cell off.
    cell_px = CELLS * 1.25 * 1.5 * size / HEIGHT
    off = cv2.distanceTransform((~truth).astype(np.uint8), cv2.DIST_L2, 3)[there].max()
    assert off <= 1 + cell_px
    middle = np.argwhere(there).mean(axis=0) - np.argwhere(truth).mean(axis=0)
    assert np.abs(middle).max() < max(0.5, 0.25 * cell_px)


def test_where_nobody_is_there_is_no_mask(model):
    image = np.full((300, 400, 3), BEHIND, np.uint8)
    assert model.people_px([(image, (100.0, 100.0, 200.0, 200.0))]) == [None]
    image, _ = person()
    beyond = (1000.0, 1000.0, 1100.0, 1200.0)
    assert model.people_px([(image, beyond)]) == [None]
    assert model.people_px([]) == []


def test_several_are_seen_at_once_as_one_by_one(model):
    people = []
    for x in (120, 200, 280):
        image, truth = person(at=(x, 150))
        people.append((image, box_around(truth)))
    together = model.people_px(people)
    for one, asked in zip(together, people, strict=True):
        (alone,) = model.people_px([asked])
        assert (one.left, one.top, one.width, one.height) == (
            alone.left, alone.top, alone.width, alone.height,
        )  # fmt: skip
        np.testing.assert_array_equal(one.bits, alone.bits)


def test_the_background_need_not_come_first(tmp_path, model):
    files = {FILE: script_bytes(PartNetwork(COUNT, 3))}
    other = package_of(tmp_path / "third", files, task=TASK, tables=parts_table(background=3))
    image, truth = person()
    (one,) = BodyParts(other, HERE).people_px([(image, box_around(truth))])
    (same,) = model.people_px([(image, box_around(truth))])
    np.testing.assert_array_equal(one.bits, same.bits)


def test_it_runs_in_the_precision_of_a_graphics_card(made):
    image, truth = person()
    where = replace(HERE, dtype=torch.bfloat16)
    (found,) = BodyParts(made, where).people_px([(image, box_around(truth))])
    assert overlap_share(found.full(*truth.shape), truth) > 0.9


def test_when_memory_runs_out_fewer_are_asked_about(made, monkeypatch):
    model = BodyParts(made, HERE)
    model.at_once = 4
    image, truth = person()
    people = [(image, box_around(truth))] * 4
    see, asked = model._network.maps, []

    def short_of_memory(crops):
        asked.append(len(crops))
        if len(crops) > 1:
            raise MemoryError
        return see(crops)

    monkeypatch.setattr(model._network, "maps", short_of_memory)
    assert len(model.people_px(people)) == 4
    assert asked == [4, 2, 1, 1, 1, 1]
    assert model.at_once == 1
    assert len(model.notes) == 2
    monkeypatch.setattr(model._network, "maps", lambda crops: short_of_memory([*crops, *crops]))
    with pytest.raises(MemoryTooSmall):
        model.people_px(people[:1])


@pytest.mark.parametrize("network", [Writes(), Reads()])
def test_a_network_that_touches_files_is_not_opened(tmp_path, network, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointRefused, match=r"more than compute \((save|from_file)\)"):
        BodyParts(package(tmp_path / "hostile", network), HERE)
    assert not (tmp_path / "written-by-a-model").exists()


def test_other_files_in_the_place_of_a_network_are_refused(tmp_path):
    pickled = io.BytesIO()
    torch.save({"a": torch.zeros(1)}, pickled)
    whole = script_bytes(PartNetwork())
    for number, (content, words) in enumerate(
        [(pickled.getvalue(), "pickle"), (whole[: len(whole) // 2], "no TorchScript")]
    ):
        folder = tmp_path / f"wrong{number}"
        wrong = package_of(folder, {FILE: content}, task=TASK, tables=parts_table())
        with pytest.raises(CheckpointRefused, match=words):
            BodyParts(wrong, HERE)


def test_a_package_that_states_something_else_is_refused(made):
    for change in ({"background": 28}, {"background": -1}, {"width": 0}, {"mean": [1.0]}):
        said = replace(made, details={"parts": {**made.details["parts"], **change}})
        with pytest.raises(ModelPackageInvalid, match="fits no network that sees body parts"):
            BodyParts(said, HERE)
    with pytest.raises(ModelPackageInvalid, match="fits no network that sees body parts"):
        BodyParts(replace(made, task="body points"), HERE)
    said = replace(made, details={"parts": {**made.details["parts"], "count": 20}})
    with pytest.raises(ModelPackageInvalid, match="28 maps instead of 20"):
        BodyParts(said, HERE)


def test_a_licence_is_accepted_first(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path / "data"))
    asked = package(tmp_path / "tiny", acceptance="Not for commercial use.")
    with pytest.raises(LicenceNotAccepted, match="commercial"):
        BodyParts(asked, HERE)


def test_the_doctor_is_told_where_it_runs_and_how_fast(made):
    assert self_test(made).endswith(" ms")
