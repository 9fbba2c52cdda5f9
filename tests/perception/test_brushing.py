"""A round brush touches what lies within its radius, and nothing else."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.correction import MaskStroke
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.shapes import Point
from gaitdesk.perception.brushing import brushed, with_stroke

WIDTH, HEIGHT = 60, 40

places = st.builds(Point, st.floats(-30, 90), st.floats(-30, 70))
paths = st.lists(places, min_size=1, max_size=5)
radii = st.floats(0.0, 25.0)
masks = st.builds(
    lambda left, top, wide, high: np.pad(
        np.ones((high, wide), bool),
        ((top, HEIGHT - top - high), (left, WIDTH - left - wide)),
    ),
    st.integers(0, 30),
    st.integers(0, 20),
    st.integers(0, 30),
    st.integers(0, 20),
)


def brush(mask, path, radius_px, is_added):
    places = np.array(path, float).reshape(-1, 2)
    return brushed(mask, places, radius_px, is_added=is_added, width=WIDTH, height=HEIGHT)


def full(mask):
    return np.zeros((HEIGHT, WIDTH), bool) if mask is None else mask.full(HEIGHT, WIDTH)


def within(path, radius_px):
    """Every pixel asked by itself how far its middle is from every part of the path."""
    radius_px = max(radius_px, 0.75)
    on = np.zeros((HEIGHT, WIDTH), bool)
    for row in range(HEIGHT):
        for column in range(WIDTH):
            x, y = column + 0.5, row + 0.5
            pairs = list(itertools.pairwise(path)) or [(path[0], path[0])]
            on[row, column] = any(_distance(x, y, start, end) <= radius_px for start, end in pairs)
    return on


def _distance(x, y, start, end):
    dx, dy = end.x - start.x, end.y - start.y
    square = dx * dx + dy * dy
    share = 0.0 if square == 0 else ((x - start.x) * dx + (y - start.y) * dy) / square
    share = min(1.0, max(0.0, share))
    return math.hypot(x - start.x - share * dx, y - start.y - share * dy)


@pytest.mark.parametrize("is_added", [True, False])
@pytest.mark.parametrize(
    "path",
    [
        [Point(30, 20)],
        [Point(10, 5), Point(50, 33)],
        [Point(-20, 20), Point(15, 20), Point(15, -9)],
        [Point(58, 38), Point(90, 70)],
    ],
)
def test_a_stroke_is_all_within_its_radius(path, is_added):
    before = np.zeros((HEIGHT, WIDTH), bool)
    before[10:30, 20:50] = True
    after = full(brush(FrameMask.of(before), path, 6.3, is_added))
    touched = within(path, 6.3)
    assert np.array_equal(after, before | touched if is_added else before & ~touched)


@given(masks, paths, radii)
def test_adding_only_adds_and_erasing_only_erases(before, path, radius_px):
    held = FrameMask.of(before)
    more, less = (full(brush(held, path, radius_px, is_added)) for is_added in (True, False))
    assert not (before & ~more).any()
    assert not (less & ~before).any()
    # What the brush covers is the same either way.
    assert not (less & (more & ~before)).any()
    assert np.array_equal(full(brush(FrameMask.of(more), path, radius_px, False)), less)


@given(masks, paths, radii)
def test_a_stroke_made_twice_changes_nothing_more(before, path, radius_px):
    once = brush(FrameMask.of(before), path, radius_px, True)
    assert brush(once, path, radius_px, True) is once


@given(masks, paths, radii)
def test_the_box_stays_the_smallest(before, path, radius_px):
    after = brush(FrameMask.of(before), path, radius_px, False)
    if after is not None:
        box = after.box()
        assert all(edge.any() for edge in (box[0], box[-1], box[:, 0], box[:, -1]))


def test_the_pixel_under_the_smallest_brush_is_painted():
    after = brush(None, [Point(7.02, 9.97)], 0.0, True)
    assert after is not None
    assert full(after)[9, 7]
    assert full(after).sum() <= 4


def test_a_stroke_outside_the_picture_leaves_the_mask_itself():
    held = FrameMask.of(np.ones((HEIGHT, WIDTH), bool))
    for is_added in (True, False):
        assert brush(held, [Point(-50, -50), Point(-50, 90)], 9.0, is_added) is held
        assert brush(held, [], 9.0, is_added) is held
        assert brush(held, [Point(math.nan, 3)], 9.0, is_added) is held


def test_a_mask_erased_wholly_is_none_and_can_be_painted_again():
    held = FrameMask.of(np.ones((HEIGHT, WIDTH), bool))
    assert brush(held, [Point(0, 20), Point(60, 20)], 50.0, False) is None
    assert brush(None, [Point(0, 20)], 5.0, False) is None
    assert full(brush(None, [Point(30, 20)], 5.0, True)).sum() == pytest.approx(78, abs=8)


def test_a_stroke_over_a_range_of_frames_leaves_the_others_themselves():
    held = FrameMask.of(np.ones((HEIGHT, WIDTH), bool))
    track = MaskTrack(WIDTH, HEIGHT, (held, held, None, held, held))
    path = np.array([[30.0, 20.0]])
    erased = with_stroke(track, MaskStroke(0, 1, path, 4.0, False, 3))
    assert erased.frames[0] is held
    assert erased.frames[2] is None
    assert erased.frames[4] is held
    for frame in (1, 3):
        assert not erased.at(frame)[20, 30]
    one = with_stroke(track, MaskStroke(0, 4, path, 4.0, False))
    assert [before is after for before, after in zip(track.frames, one.frames, strict=True)] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert with_stroke(track, MaskStroke(0, 9, path, 4.0, True)).frames == track.frames


def test_a_long_stroke_on_a_large_picture_is_painted_while_the_hand_moves():
    height, width = 1440, 2560
    mask = np.zeros((height, width), bool)
    mask[100:1400, 900:1500] = True
    held = FrameMask.of(mask)
    path = np.array([(900 + 3 * i, 700 + 200 * math.sin(i / 20)) for i in range(200)])
    begun = time.perf_counter()
    after = brushed(held, path, 30.0, is_added=True, width=width, height=height)
    took_s = time.perf_counter() - begun
    assert after is not held
    # About 20 ms alone on a core; a test that others run beside waits longer.
    assert took_s < 1.0
