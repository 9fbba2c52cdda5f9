"""What is shown is what the network was given, and the places that count are those it saw."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gaitdesk.childgait.evidence import deciding_step, input_pictures, relevance, seen
from gaitdesk.childgait.model import pack_clips
from gaitdesk.childgait.prompting import prompted
from gaitdesk.childgait.shown import DROPPED_GREY, heat, heat_shapes, warmed
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from tests.childgait.stick import SIDE_PX, small_network, standing_clip

GRID = SIDE_PX // 16
TARGETS = [(Side.LEFT, Item.SWING_KNEE_FLEXION), (Side.RIGHT, Item.HEEL_LIFT)]


@pytest.fixture(scope="module")
def network():
    return small_network()


@pytest.fixture(scope="module")
def clip(network):
    return seen(standing_clip(), network.model)


def test_a_clip_that_is_held_is_the_input_bit_for_bit(network, clip):
    held = clip.packed()
    given = pack_clips([standing_clip()], network.model.config)
    assert held.lengths == given.lengths
    assert torch.equal(held.positions, given.positions)
    assert torch.equal(held.tubelets, given.tubelets)


def test_the_picture_of_the_input_is_the_prompted_film_and_grey_where_dropped(network, clip):
    shown = input_pictures(clip.packed(), clip.kept.shape, 16)
    film = prompted(standing_clip(), network.model.config.prompting)
    is_seen = np.kron(clip.kept.repeat(2, axis=0), np.ones((1, 16, 16))) > 0
    np.testing.assert_array_equal(shown[is_seen], film[is_seen])
    assert (shown[~is_seen] == DROPPED_GREY).all()
    assert 0 < is_seen.mean() < 1


def test_only_places_that_were_seen_count(network, clip):
    maps = relevance(network.model, clip, TARGETS)
    assert maps.shape == (2, *clip.kept.shape)
    assert (maps[:, ~clip.kept] == 0).all()
    assert (maps[:, clip.kept] != 0).any(axis=1).all()


def test_asking_for_one_answer_or_for_several_gives_the_same(network, clip):
    together = relevance(network.model, clip, TARGETS)
    alone = relevance(network.model, clip, TARGETS[1:])
    np.testing.assert_allclose(together[1], alone[0], rtol=1e-4, atol=1e-9)


def test_asking_for_evidence_leaves_no_gradients_behind(network, clip):
    relevance(network.model, clip, TARGETS)
    assert all(weight.grad is None for weight in network.model.parameters())


def test_an_item_the_plane_does_not_show_has_no_evidence(network, clip):
    with pytest.raises(ValueError, match="not read"):
        relevance(network.model, clip, [(Side.LEFT, Item.HINDFOOT_VARUS_VALGUS)])


def test_heat_is_what_speaks_for_the_answer():
    maps = np.zeros((4, GRID, GRID))
    maps[1, 2, 3], maps[2, 4, 4] = 2.0, -1.0
    for_atypical, for_typical = heat(maps, True), heat(maps, False)
    assert for_atypical[1, 2, 3] == 1.0
    assert for_atypical[2, 4, 4] == 0.0
    assert for_typical[2, 4, 4] == 1.0
    assert deciding_step(maps, True) == 1
    assert deciding_step(maps, False) == 2
    assert (heat(np.zeros_like(maps), True) == 0).all()


def test_heat_is_drawn_where_it_lies_in_the_film(clip):
    heated = np.zeros((4, GRID, GRID))
    heated[3, 6, 2] = 1.0
    (stroke,) = heat_shapes(clip, 3, heated)
    left, top, side = clip.squares[6]
    patch = side / GRID
    assert stroke.points[0] == pytest.approx((left + 2 * patch, top + 6 * patch))
    assert stroke.points[2] == pytest.approx((left + 3 * patch, top + 7 * patch))


def test_tint_touches_hot_patches_only():
    picture = np.full((SIDE_PX, SIDE_PX, 3), 100, np.uint8)
    heated = np.zeros((GRID, GRID))
    heated[0, 1] = 1.0
    tinted = warmed(picture, heated, 16)
    assert (tinted[:16, 16:32] != 100).any(axis=2).all()
    tinted[:16, 16:32] = 100
    np.testing.assert_array_equal(tinted, picture)
