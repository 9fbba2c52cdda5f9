"""Every network in models/ loads, reads clips, and says so when it is for demonstration."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gaitdesk.childgait.card import network_from
from gaitdesk.childgait.heads import ITEMS, SIDES
from gaitdesk.childgait.installed import TASK
from gaitdesk.childgait.packing import pack
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.evgs import Item
from gaitdesk.paths import project_folder
from gaitdesk.perception.package import read_package

FOLDERS = sorted(path.parent for path in (project_folder() / "models").glob("*/package.toml"))
NETWORKS = [folder for folder in FOLDERS if read_package(folder).task == TASK]
MOST_BYTES = 25_000_000


@pytest.fixture(params=NETWORKS, ids=lambda folder: folder.name)
def package(request):
    found = read_package(request.param)
    if not found.is_present:
        pytest.skip(f"weights of {found.name} are absent")
    return found


def test_a_network_answers_every_item_of_its_plane(package):
    network = network_from(package)
    config = network.model.config
    cut = config.sampling
    rng = np.random.default_rng(0)
    clip = rng.integers(0, 256, (cut.frames, cut.side_px, cut.side_px, 3), np.uint8)
    packed = pack([clip, clip], None, config.encoder.patch_px)
    with torch.inference_mode():
        logits = network.model(packed, list(Plane))
    assert logits.shape == (2, len(SIDES), len(ITEMS), config.levels)
    for row, plane in enumerate(Plane):
        asked = [ITEMS.index(item) for item in config.items(plane)]
        assert torch.isfinite(logits[row]).all()
        assert (logits[row][:, asked] != 0).all()


def test_a_network_is_calibrated_for_every_item(package):
    calibration = network_from(package).calibration
    assert {one.item for one in calibration.items} == set(Item)
    assert calibration.made_from


def test_a_network_that_comes_along_is_small(package):
    assert sum(file.size_bytes for file in package.files) < MOST_BYTES


def test_a_network_that_saw_no_patients_says_that_it_is_for_demonstration(package):
    if "phantom" in package.name:
        assert network_from(package).is_for_demonstration
        assert "not for clinical use" in package.intended_use
