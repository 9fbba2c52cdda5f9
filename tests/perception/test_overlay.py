from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.shapes import Dot, Stroke
from gaitdesk.perception.overlay import SIDE_COLOURS, line_scale, side_of, skeleton
from tests.report import made


@pytest.fixture(scope="module")
def film():
    return made.analysis(frames=24, height=180).films[0]


def test_the_near_limb_is_thicker_and_drawn_last(film):
    shapes = skeleton(film.pose.points_px[3], film.pose.confidence[3], Side.RIGHT)
    lines = [one for one in shapes if isinstance(one, Stroke)]
    width = {
        side: {one.width_px for one in lines if one.colour == SIDE_COLOURS[side]} for side in Side
    }
    assert min(width[Side.RIGHT]) > max(width[Side.LEFT])
    last_far = max(i for i, one in enumerate(shapes) if one.colour == SIDE_COLOURS[Side.LEFT])
    first_near = min(i for i, one in enumerate(shapes) if one.colour == SIDE_COLOURS[Side.RIGHT])
    assert last_far < first_near


def test_points_that_are_missing_or_doubtful_are_not_drawn(film):
    points, confidence = film.pose.points_px[3].copy(), film.pose.confidence[3].copy()
    points[Landmark.LEFT_KNEE] = np.nan
    confidence[Landmark.RIGHT_KNEE] = 0.05
    shapes = skeleton(points, confidence, None)
    knees = {tuple(film.pose.points_px[3, p]) for p in (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)}
    centres = {tuple(one.centre) for one in shapes if isinstance(one, Dot)}
    assert not knees & centres
    assert all(np.isfinite(one.points).all() for one in shapes if isinstance(one, Stroke))
    assert skeleton(np.full_like(points, np.nan), confidence, None) == ()


def test_limbs_differ_for_colour_blind_readers():
    # Blue against orange: apart in the blue channel and in brightness alike.
    left, right = SIDE_COLOURS[Side.LEFT], SIDE_COLOURS[Side.RIGHT]
    assert left.blue - right.blue > 150
    assert right.red - left.red > 150


def test_each_point_belongs_to_its_limb():
    assert side_of(Landmark.NOSE) is None
    assert side_of(Landmark.LEFT_HEEL) is Side.LEFT
    assert side_of(Landmark.RIGHT_BIG_TOE) is Side.RIGHT


def test_lines_grow_with_the_picture_and_never_vanish():
    assert line_scale(1440) == 2 * line_scale(720) == 2.0
    assert line_scale(90) == line_scale(180) > 0.5
