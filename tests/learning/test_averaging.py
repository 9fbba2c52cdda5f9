"""The average follows the weights, and takes their place for as long as it is asked to."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gaitdesk.learning.averaging import Average


def _layer():
    layer = nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.zero_()
    return layer


def test_it_ends_where_weights_that_no_longer_move_are():
    layer = _layer()
    average = Average(layer, 0.9)
    with torch.no_grad():
        layer.weight.fill_(1.0)
    for step in range(200):
        average.follow(step)
    assert average.weights["weight"].mean() == pytest.approx(1.0, abs=1e-4)


def test_it_takes_the_place_of_the_weights_for_a_block():
    layer = _layer()
    average = Average(layer, 0.9)
    with torch.no_grad():
        layer.weight.fill_(3.0)
    with average.in_place():
        assert (layer.weight == 0.0).all()
    assert (layer.weight == 3.0).all()


def test_what_does_not_learn_is_not_kept():
    layer = _layer()
    layer.weight.requires_grad_(False)
    assert set(Average(layer, 0.9).weights) == {"bias"}
