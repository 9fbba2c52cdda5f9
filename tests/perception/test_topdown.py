"""A crop goes to the network and back without moving a point."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.perception.topdown import PADDING, Crop, CropShape, box_of, peaks

SHAPE = CropShape(192, 256, 48, 64)


def heat_at(places, shape=SHAPE, sigma=1.5, height=0.8):
    down, across = np.mgrid[: shape.heat_height, : shape.heat_width]
    return np.stack(
        [
            height * np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * sigma**2))
            for x, y in places
        ]
    )


@pytest.mark.parametrize("sigma", [1.2, 2.0, 6.0])
def test_peaks_are_found_to_a_twentieth_of_a_cell(sigma):
    places = np.random.default_rng(3).uniform((6, 6), (41, 57), size=(50, 2))
    found, heights = peaks(heat_at(places, sigma=sigma))
    assert np.abs(found - places).max() < 0.05
    assert (heights > 0.6).all()


def test_a_peak_at_the_edge_and_an_empty_map_stay_where_they_are():
    heat = np.stack([heat_at([(0, 30)])[0], np.zeros((64, 48))])
    found, heights = peaks(heat)
    assert found[0].tolist() == [0, 30]
    assert heights.tolist() == [pytest.approx(0.8), 0.0]


def test_a_crop_keeps_the_proportions_of_the_person():
    crop = Crop.around((100.0, 50.0, 140.0, 250.0), SHAPE)
    assert crop.height == pytest.approx(PADDING * 200)
    assert crop.width == pytest.approx(crop.height * 192 / 256)
    assert crop.left + crop.width / 2 == pytest.approx(120)
    assert crop.top + crop.height / 2 == pytest.approx(150)
    wide = Crop.around((0.0, 0.0, 300.0, 100.0), SHAPE)
    assert wide.width == pytest.approx(PADDING * 300)
    assert wide.width / wide.height == pytest.approx(192 / 256)


@pytest.mark.parametrize("box", [(5, 5, 5, 9), (0, 0, float("nan"), 4), (9, 0, 3, 5)])
def test_a_box_without_extent_is_a_mistake(box):
    with pytest.raises(ValueError, match="box"):
        Crop.around(box, SHAPE)


@pytest.mark.parametrize("size_px", [60, 240, 1600])
def test_what_is_seen_in_a_crop_comes_back_to_its_pixel(size_px):
    scale = size_px / 240
    image = np.zeros((round(400 * scale), round(500 * scale), 3), np.uint8)
    place = np.array([260.0 * scale, 170.0 * scale])
    cv2.circle(image, (round(place[0]), round(place[1])), max(2, round(5 * scale)), (255,) * 3, -1)
    place = np.round(place)
    crop = Crop.around((200 * scale, 60 * scale, 320 * scale, 300 * scale), SHAPE)
    seen = crop.cut(image, SHAPE)[..., 0].astype(float)
    assert seen.shape == (256, 192)
    down, across = np.mgrid[:256, :192]
    centre = np.array([(seen * across).sum(), (seen * down).sum()]) / seen.sum()
    cells = centre / (191, 255) * (47, 63)
    back = crop.to_picture(cells, SHAPE)
    assert np.abs(back - place).max() < max(0.1, 0.1 * crop.width / 192)


def test_a_box_holds_every_known_point_with_room_for_crown_and_soles():
    points = np.full((LANDMARK_COUNT, 2), np.nan)
    with pytest.raises(ValueError, match="no person"):
        box_of(points)
    points[0], points[15] = (100, 20), (110, 220)
    left, top, right, bottom = box_of(points)
    assert (left, top, right, bottom) == pytest.approx((80, 0, 130, 240))
