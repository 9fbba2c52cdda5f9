"""What does not fit is known before it starts, and pieces are tried before anything is given up."""

from __future__ import annotations

import pytest
import torch

from gaitdesk.childgait.encoder import ENCODER_SIZES
from gaitdesk.learning import sizing
from gaitdesk.learning.faults import TrainingMemoryShort
from gaitdesk.learning.recipe import Preset, Recipe, recipe_of
from gaitdesk.learning.sizing import fitted, needed_bytes
from gaitdesk.perception.compute import ComputeDevice

BASE = ENCODER_SIZES["base"]
CPU = ComputeDevice(torch.device("cpu"), torch.float32, "cpu")
LENGTHS = [250, 310, 180, 420] * 4
RECIPE = Recipe(batch=8)


def _free(monkeypatch, amount):
    monkeypatch.setattr(sizing, "memory_free_bytes", lambda _: int(amount))


def test_more_pieces_adapters_and_heads_alone_each_need_less():
    whole = needed_bytes(BASE, LENGTHS, RECIPE, CPU)
    halves = needed_bytes(BASE, LENGTHS, Recipe(batch=8, pieces=2), CPU)
    light = needed_bytes(BASE, LENGTHS, Recipe(batch=8, adapters=8), CPU)
    both = needed_bytes(BASE, LENGTHS, Recipe(batch=8, pieces=8, adapters=8), CPU)
    heads = needed_bytes(BASE, LENGTHS, Recipe(batch=8, layer_decay=0.0), CPU)
    assert heads < light
    assert both < min(halves, light) < max(halves, light) < whole


def test_unpruned_clips_need_more():
    dense = needed_bytes(BASE, [BASE.token_count] * 8, RECIPE, CPU)
    assert dense > 2.4 * needed_bytes(BASE, LENGTHS, RECIPE, CPU)


def test_what_fits_is_left_as_it_is(monkeypatch):
    _free(monkeypatch, 1e12)
    fit = fitted(BASE, LENGTHS, RECIPE, CPU)
    assert fit.check() == RECIPE
    assert fit.suggestion == ""


def test_what_does_not_fit_at_once_is_computed_in_pieces_and_says_so(monkeypatch):
    _free(monkeypatch, needed_bytes(BASE, LENGTHS, Recipe(batch=8, pieces=4), CPU) / 0.8 + 1)
    fit = fitted(BASE, LENGTHS, RECIPE, CPU)
    assert fit.check() == Recipe(batch=8, pieces=4)
    assert "4 pieces" in fit.suggestion


def test_what_fits_with_adapters_alone_is_refused_with_that_suggestion(monkeypatch):
    lightest = Recipe(batch=8, pieces=8, adapters=8)
    _free(monkeypatch, needed_bytes(BASE, LENGTHS, lightest, CPU) / 0.8 + 1)
    with pytest.raises(TrainingMemoryShort, match="--adapters 8 --pieces 8"):
        fitted(BASE, LENGTHS, RECIPE, CPU).check()


def test_what_never_fits_asks_for_a_smaller_network(monkeypatch):
    _free(monkeypatch, 1e6)
    with pytest.raises(TrainingMemoryShort, match="smaller network"):
        fitted(BASE, LENGTHS, RECIPE, CPU).check()


def test_with_few_children_large_networks_learn_by_adapters_and_small_ones_by_their_heads():
    assert recipe_of(Preset.STANDARD, BASE, 40).adapters > 0
    assert recipe_of(Preset.STANDARD, BASE, 500).adapters == 0
    micro = ENCODER_SIZES["micro"]
    assert recipe_of(Preset.STANDARD, micro, 40).adapters == 0
    assert all(recipe_of(preset, micro, 40).layer_decay == 0.0 for preset in Preset)
    assert all(recipe_of(preset, micro, 500).layer_decay > 0.0 for preset in Preset)
    own = [recipe_of(preset, micro, 40) for preset in Preset]
    assert all(one.is_from_all_at_once for one in own)
    assert [one.epochs * one.rounds for one in own] == pytest.approx([200] * 3, rel=0.1)
    assert not any(recipe_of(preset, micro, 500).is_from_all_at_once for preset in Preset)
    epochs = [recipe_of(preset, BASE, 40).epochs for preset in Preset]
    assert epochs == sorted(set(epochs))
    assert all(recipe_of(preset, BASE, 40).tutoring == 0.0 for preset in Preset)


def test_adapters_that_are_asked_for_learn_and_none_means_none_whatever_the_preset_says():
    for size in (BASE, ENCODER_SIZES["micro"]):
        asked = recipe_of(Preset.STANDARD, size, 40, adapters=4)
        assert (asked.adapters, asked.layer_decay) == (4, 1.0)
    without = recipe_of(Preset.STANDARD, BASE, 40, adapters=0)
    assert without.adapters == 0
    assert 0.0 < without.layer_decay < 1.0


def test_a_recipe_out_of_range_is_refused():
    for wrong in ({"epochs": 0}, {"rate": -1.0}, {"layer_decay": -0.1}, {"greatest_weight": 0.5}):
        with pytest.raises(ValueError, match="out of range"):
            Recipe(**wrong)
