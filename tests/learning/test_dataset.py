"""Examples show what they are labelled with, and a mirrored child changes sides throughout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.evgs import CORONAL_ITEMS, Item
from gaitdesk.domain.recording import View
from gaitdesk.learning.dataset import (
    AS_FILMED,
    Variation,
    cut,
    example_of,
    examples_of,
    packed,
    shown,
    with_gain,
)
from tests.learning.children import FRAMES, made_shard, small_config

CONFIG = small_config()
EXACT = replace(AS_FILMED, detector=0.0)


def test_a_side_view_answers_for_the_near_limb_and_its_own_items():
    asked = shown(View.SAGITTAL_RIGHT, CONFIG)
    assert not asked[list(Side).index(Side.LEFT)].any()
    near = asked[list(Side).index(Side.RIGHT)]
    for column, item in enumerate(Item):
        both_planes = item is Item.PELVIC_ROTATION
        assert near[column] == (item not in CORONAL_ITEMS or both_planes)


def test_a_front_view_answers_for_both_limbs():
    asked = shown(View.CORONAL_FRONT, CONFIG)
    assert (asked[0] == asked[1]).all()
    assert asked[0].sum() == len(CORONAL_ITEMS)


def test_what_a_clip_does_not_show_is_not_asked():
    for example in examples_of(made_shard(1, is_atypical=True), CONFIG, AS_FILMED, 0):
        asked = shown(example.view, CONFIG)
        assert (np.isfinite(example.scores) == asked).all()
        assert (np.isfinite(example.measures) == asked).all()


def test_the_same_seed_gives_the_same_examples_and_another_gives_others():
    shard = made_shard(2, is_atypical=False)
    first, second = (examples_of(shard, CONFIG, Variation(), 5) for _ in range(2))
    other = examples_of(shard, CONFIG, Variation(), 6)
    for one, same in zip(first, second, strict=True):
        assert torch.equal(one.tubelets, same.tubelets)
        assert torch.equal(one.positions, same.positions)
    assert not all(
        one.tubelets.shape == two.tubelets.shape and torch.equal(one.tubelets, two.tubelets)
        for one, two in zip(first, other, strict=True)
    )


def test_mirroring_swaps_limbs_in_view_scores_movement_and_points():
    shard = made_shard(1, is_atypical=True)
    scores = np.stack([np.zeros(len(Item)), np.ones(len(Item))])
    shard = replace(shard, scores=scores, measures=scores)
    clip = replace(shard.clips[0], view=View.SAGITTAL_RIGHT)
    plain = example_of(shard, clip, 0, CONFIG, EXACT, np.random.default_rng(0))
    flipping = replace(EXACT, flips=True)
    mirrored = next(
        found
        for seed in range(20)
        for found in [example_of(shard, clip, 0, CONFIG, flipping, np.random.default_rng(seed))]
        if found.view is not plain.view
    )
    assert mirrored.view is View.SAGITTAL_LEFT
    assert np.array_equal(mirrored.scores, plain.scores[::-1], equal_nan=True)
    assert mirrored.movement == pytest.approx(plain.movement[:, ::-1])
    side = CONFIG.sampling.side_px
    left, right = Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE
    assert mirrored.points[:, left, 0] == pytest.approx(
        (side - 1) / side - plain.points[:, right, 0]
    )
    assert mirrored.points[:, left, 1] == pytest.approx(plain.points[:, right, 1])


def test_the_child_fills_its_share_of_the_picture():
    shard = made_shard(1, is_atypical=False)
    clip, true = cut(shard.clips[0], 1, CONFIG, EXACT, np.random.default_rng(0))
    rows = np.flatnonzero(clip.mask[0].any(axis=1))
    share = (rows[-1] - rows[0] + 1) / clip.side_px
    assert share == pytest.approx(CONFIG.sampling.subject_share, abs=0.06)
    pairs = clip.keypoints_px.reshape(-1, 2, *clip.keypoints_px.shape[1:]).mean(axis=1)
    assert true == pytest.approx(pairs)


def test_several_windows_spread_over_a_clip():
    shard = made_shard(1, is_atypical=False)
    examples = examples_of(shard, CONFIG, EXACT, 0, windows_per_clip=2)
    assert len(examples) == 2 * len(shard.clips)
    assert CONFIG.sampling.frames < FRAMES


def test_examples_packed_keep_their_lengths():
    examples = examples_of(made_shard(1, is_atypical=False), CONFIG, Variation(), 0)
    clips = packed(examples)
    assert clips.lengths == tuple(len(one.positions) for one in examples)
    assert clips.tubelets.dtype == torch.float32


def test_a_change_of_light_leaves_places_alone():
    example = examples_of(made_shard(1, is_atypical=False), CONFIG, AS_FILMED, 0)[0]
    changed = with_gain(example, np.random.default_rng(1), 1.0)
    assert torch.equal(changed.positions, example.positions)
    assert not torch.equal(changed.tubelets, example.tubelets)
