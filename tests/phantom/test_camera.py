from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.phantom.camera import Camera, coronal_camera, sagittal_camera

ANGLES = st.floats(-40, 40)


def test_what_lies_on_the_line_of_sight_falls_in_the_middle():
    camera = Camera((0, -4, 0.7), 90, focal_px=1000, width=1281, height=721)
    pixel, depth = camera.project(np.array([0.0, 1.0, 0.7]))
    assert pixel == pytest.approx([640, 360])
    assert depth == pytest.approx(5.0)


def test_a_metre_at_ten_metres_is_a_tenth_of_the_focal_length():
    camera = Camera((0, -10, 0), 90, focal_px=1000, width=1281, height=721)
    pixels, _ = camera.project(np.array([[1.0, 0, 0], [0.0, 0, 1.0]]))
    assert pixels[0] == pytest.approx([740, 360])
    assert pixels[1] == pytest.approx([640, 260])


def test_a_child_walking_ahead_goes_to_image_right_for_the_camera_on_its_right():
    right, left = sagittal_camera(0.7), sagittal_camera(0.7, from_left=True)
    for camera, sign in ((right, 1), (left, -1)):
        pixels, _ = camera.project(np.array([[0.0, 0, 0.5], [1.0, 0, 0.5]]))
        assert np.sign(pixels[1, 0] - pixels[0, 0]) == sign


def test_the_left_of_a_child_that_comes_nearer_is_at_image_right():
    camera = coronal_camera(0.7)
    (middle, left), depth = camera.project(np.array([[0.0, 0, 0.7], [0.0, 0.2, 0.7]]))
    assert left[0] > middle[0]
    assert depth[0] == pytest.approx(4.8, abs=0.05)


def test_the_side_camera_sees_the_middle_four_metres():
    pixels, _ = sagittal_camera(0.7).project(np.array([[-2.0, 0, 0.0], [2.0, 0, 1.2]]))
    assert (pixels > 0).all()
    assert (pixels < [1280, 720]).all()
    pixels, _ = sagittal_camera(0.7).project(np.array([[-2.2, 0, 0.7], [2.2, 0, 0.7]]))
    assert pixels[0, 0] < 0
    assert pixels[1, 0] > 1279


def test_an_oblique_camera_shortens_what_lies_along_the_walkway():
    """30 degrees to the side shortens by cos(30), to first order."""
    bar = np.array([[-0.01, 0, 0.7], [0.01, 0, 0.7]])
    lengths = []
    for oblique in (0.0, 30.0):
        pixels, _ = sagittal_camera(0.7, oblique_deg=oblique).project(bar)
        lengths.append(np.linalg.norm(pixels[1] - pixels[0]))
    assert lengths[1] / lengths[0] == pytest.approx(np.cos(np.deg2rad(30)), rel=1e-3)


def test_a_camera_rolled_clockwise_shows_a_plumb_line_leaning_to_the_left():
    camera = Camera((0, -4, 1.0), 90, roll_deg=5, focal_px=1000)
    (low, high), _ = camera.project(np.array([[0.0, 0, 0.5], [0.0, 0, 1.5]]))
    lean = np.rad2deg(np.arctan2(high[0] - low[0], low[1] - high[1]))
    assert lean == pytest.approx(-5)


def test_what_lies_behind_has_no_place_in_the_picture():
    pixel, depth = Camera((0, 0, 1), 0).project(np.array([-1.0, 0, 1]))
    assert np.isnan(pixel).all()
    assert depth == pytest.approx(-1.0)


@given(ANGLES, ANGLES, ANGLES, st.floats(-0.15, 0.15))
def test_rays_undo_projection(pan, tilt, roll, distortion):
    camera = Camera((0.3, -4, 0.8), pan, tilt, roll, 1200, distortion=distortion)
    pixels = np.array([[100.0, 80.0], [640.0, 360.0], [1100.0, 650.0]])
    points = np.array(camera.position_m) + 3.0 * camera.rays(pixels)
    again, depth = camera.project(points)
    assert again == pytest.approx(pixels, abs=0.05)
    assert depth == pytest.approx(3.0)
