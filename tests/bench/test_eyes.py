"""The bench of the paper's own eyes: networks of the published size, refused where none can run."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.bench import eyes
from tests.bench.sapiens_shaped import FULL, SMALL, SapiensShaped, flops_of


def test_the_full_network_is_as_large_as_the_published_one():
    with torch.device("meta"):
        one, two = (SapiensShaped(replace(FULL, depth=depth)) for depth in (1, 2))
    sizes = [sum(part.numel() for part in network.parameters()) for network in (one, two)]
    weights = sizes[0] + (FULL.depth - 1) * (sizes[1] - sizes[0])
    assert weights == pytest.approx(2.163e9, rel=0.01)
    # Published as 8.709 T, a multiplication with its addition counted as one.
    assert flops_of(FULL) == pytest.approx(2 * 8.709e12, rel=0.03)


def test_what_a_crop_costs_is_what_the_network_computes():
    network = SapiensShaped(SMALL).eval()
    torch.nn.init.zeros_(network.places)
    with (
        FlopCounterMode(display=False, custom_mapping=eyes._uncounted()) as counted,
        torch.inference_mode(),
    ):
        maps = network(torch.zeros(1, 3, SMALL.height_px, SMALL.width_px))
    assert maps.shape == (1, SMALL.points, SMALL.height_px // 4, SMALL.width_px // 4)
    assert counted.get_total_flops() == flops_of(SMALL)


def test_full_size_is_refused_without_a_card(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert eyes.main(["--size", "full"]) == 2
    assert "--anyway" in capsys.readouterr().out
