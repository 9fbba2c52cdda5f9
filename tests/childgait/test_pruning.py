"""Patches on the child stay, others go, and never too many of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.childgait.pruning import Pruning, kept_share, kept_tubelets, region_of, stand_in
from gaitdesk.domain.anatomy import Landmark
from tests.childgait.stick import SIDE_PX, standing_clip, without_points

BARE = Pruning(foot_patches=0, keeps_legs=False, fewest=1)
GRID = SIDE_PX // 16


def with_mask(mask):
    clip = standing_clip()
    return replace(clip, mask=mask)


@given(st.integers(0, 60), st.integers(0, 7))
def test_a_patch_stays_when_enough_of_it_is_on_the_child(pixels, frame):
    mask = np.zeros((8, SIDE_PX, SIDE_PX), np.bool_)
    mask[:, :16, :16] = True
    mask[frame, 32:48, 48:64].flat[:pixels] = True
    patch = np.zeros((16, 16), np.bool_)
    patch.flat[:pixels] = True
    mask[frame, 32:48, 48:64] = patch
    kept = kept_tubelets(with_mask(mask), BARE)
    assert kept[frame // 2, 2, 3] == (pixels / 256 >= 0.10)
    assert kept.sum() == 4 + (pixels / 256 >= 0.10)


def test_one_of_the_two_pictures_is_enough():
    mask = np.zeros((8, SIDE_PX, SIDE_PX), np.bool_)
    mask[3, 16:32, 16:32] = True
    kept = kept_tubelets(with_mask(mask), BARE)
    assert np.argwhere(kept).tolist() == [[1, 1, 1]]


def test_switched_off_everything_stays():
    kept = kept_tubelets(standing_clip(), Pruning(is_on=False))
    assert kept.shape == (4, GRID, GRID)
    assert kept.all()


def test_legs_stay_where_the_mask_lost_them():
    clip = standing_clip()
    mask = clip.mask.copy()
    mask[:, 64:] = False
    lost = replace(clip, mask=mask)
    row, column = (np.round(clip.keypoints_px[0, Landmark.LEFT_ANKLE]).astype(int) // 16)[::-1]
    assert not kept_tubelets(lost, BARE)[:, row, column].any()
    assert kept_tubelets(lost, replace(BARE, keeps_legs=True))[:, row, column].all()


def test_the_floor_around_the_feet_stays():
    clip = standing_clip()
    bare, wide = (kept_tubelets(clip, replace(BARE, foot_patches=n)) for n in (0, 1))
    added = wide & ~bare
    assert added.any()
    rows = np.flatnonzero(added.any(axis=(0, 2)))
    assert rows.min() >= int(clip.keypoints_px[0, Landmark.LEFT_ANKLE, 1]) // 16 - 1


@given(st.integers(1, 4 * GRID * GRID + 50))
def test_a_clip_keeps_at_least_so_many(fewest):
    clip = standing_clip()
    own = kept_tubelets(clip, BARE)
    kept = kept_tubelets(clip, replace(BARE, fewest=fewest))
    assert kept.sum() == min(max(own.sum(), fewest), own.size)
    assert (kept | own).sum() == kept.sum()


def test_what_is_added_lies_beside_what_is_kept():
    mask = np.zeros((8, SIDE_PX, SIDE_PX), np.bool_)
    mask[:, 48:64, 48:64] = True
    kept = kept_tubelets(with_mask(mask), replace(BARE, fewest=20))
    assert kept.sum() == 20
    assert kept[:, 2:5, 2:5].sum() == 20


def test_where_nothing_is_known_everything_stays():
    clip = without_points(standing_clip(has_mask=False))
    assert kept_tubelets(clip, Pruning()).all()


def test_a_missing_mask_is_replaced_by_the_body_points():
    clip = standing_clip(has_mask=False)
    assert not clip.has_mask.any()
    region = region_of(clip)
    points = np.round(clip.keypoints_px[0][np.isfinite(clip.keypoints_px[0, :, 0])]).astype(int)
    assert region[0][points[:, 1], points[:, 0]].all()
    assert 0.02 < kept_share(kept_tubelets(clip, Pruning())) < 0.7


def test_two_points_are_no_body():
    clip = standing_clip(has_mask=False)
    confidence = clip.confidence.copy()
    confidence[:, 3:] = 0.0
    assert not stand_in(replace(clip, confidence=confidence), 0).any()


def test_a_mask_that_is_there_is_used_as_it_is():
    clip = standing_clip()
    np.testing.assert_array_equal(region_of(clip), clip.mask)


def test_patches_must_divide_the_picture():
    with pytest.raises(ValueError, match="divide"):
        kept_tubelets(standing_clip(), Pruning(), patch_px=15)


def test_giant_patches_of_14_pixels_divide_too():
    assert kept_tubelets(standing_clip(), Pruning(), patch_px=14).shape == (4, 8, 8)
