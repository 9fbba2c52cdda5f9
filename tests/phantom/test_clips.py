"""A clip shows what the whole film would, larger, and its truth lies on its pictures."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Plane
from gaitdesk.domain.progress import finish
from gaitdesk.phantom.camera import sagittal_camera
from gaitdesk.phantom.clips import ClipPlan, film_clips
from gaitdesk.phantom.cohort import plan_cohort
from gaitdesk.phantom.detected import detected_masks, detected_points
from gaitdesk.phantom.sketches import sketch_clips

PLAN = ClipPlan(
    frames=4, size_px=96, per_pass=MappingProxyType({Plane.SAGITTAL: 1, Plane.CORONAL: 1})
)
CHILD = plan_cohort(3, 90210)[0]


@pytest.fixture(scope="module", params=[film_clips, sketch_clips], ids=["filmed", "sketched"])
def child(request):
    return finish(request.param(CHILD, PLAN))


def test_a_cut_camera_sees_the_same_places_moved_and_enlarged():
    whole = sagittal_camera(0.8, oblique_deg=4.0)
    part = whole.cut(200.0, 100.0, 300, 240, 0.5)
    points = np.array([[0.2, 0.1, 0.5], [-0.4, -0.2, 1.1], [0.9, 0.0, 0.0]])
    seen, depth = whole.project(points)
    again, other_depth = part.project(points)
    assert again == pytest.approx((seen + 0.5 - [200.0, 100.0]) * 0.5 - 0.5)
    assert other_depth == pytest.approx(depth)
    rays = part.rays(again)
    assert rays * depth[:, None] + np.array(part.position_m) == pytest.approx(points)


def test_each_pass_gives_a_clip_of_the_size_asked_for(child):
    assert len(child.clips) == 4
    assert {clip.view.plane for clip in child.clips} == set(Plane)
    for clip in child.clips:
        assert clip.images.shape == (4, 96, 96, 3)
        assert clip.masks.shape == (4, 96, 96)


def test_visible_points_lie_on_the_child(child):
    for clip in child.clips:
        for points, visible, mask in zip(clip.points_px, clip.visible, clip.masks, strict=True):
            grown = detected_masks(mask[None], np.random.default_rng(0), 0.0)[0] | mask
            hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP, Landmark.LEFT_KNEE]
            for x, y in np.round(points[hips][visible[hips]]).astype(int):
                assert grown[y - 2 : y + 3, x - 2 : x + 3].any()


def test_the_child_fills_the_share_asked_for(child):
    for clip in child.clips:
        rows = np.flatnonzero(clip.masks.any(axis=(0, 2)))
        share = (rows[-1] - rows[0] + 1) / PLAN.size_px
        assert 0.55 < share < 0.8


def test_squares_hold_the_child_from_top_to_bottom(child):
    for clip in child.clips:
        for (_, top, side), mask in zip(clip.squares_px, clip.masks, strict=True):
            rows = np.flatnonzero(mask.any(axis=1))
            assert rows[0] == pytest.approx(top, abs=0.08 * side)
            assert rows[-1] == pytest.approx(top + side, abs=0.08 * side)


def test_the_truth_is_complete(child):
    for clip in child.clips:
        assert np.isfinite(clip.angles_deg).all()
        known = clip.phase[np.isfinite(clip.phase)]
        assert ((known >= 0.0) & (known < 1.0)).all()
    assert len(child.truth.scoresheet.cells) == 34


def test_a_detector_without_errors_finds_the_truth(child):
    clip = child.clips[0]
    points, confidence = detected_points(clip, np.random.default_rng(1), 0.0)
    assert points == pytest.approx(clip.points_px)
    assert (confidence > 0.3).all()
    masks = detected_masks(clip.masks, np.random.default_rng(1), 0.0)
    assert _overlap(masks, clip.masks) > 0.93


def test_a_detectors_errors_are_as_large_as_measured(child):
    clip = child.clips[0]
    off = []
    for seed in range(30):
        points, confidence = detected_points(clip, np.random.default_rng(seed))
        assert (np.isnan(points).any(axis=2) == (confidence == 0.0)).all()
        off.append(np.linalg.norm(points - clip.points_px, axis=2))
    hips = clip.points_px[:, Landmark.RIGHT_HIP] - clip.points_px[:, Landmark.RIGHT_ANKLE]
    leg_px = np.linalg.norm(hips, axis=1).mean()
    share = np.nanmedian(np.array(off)) / leg_px
    assert 0.015 < share < 0.06
    masks = detected_masks(clip.masks, np.random.default_rng(2))
    assert 0.75 < _overlap(masks, clip.masks) < 1.0


def _overlap(one, other):
    return (one & other).sum() / (one | other).sum()
