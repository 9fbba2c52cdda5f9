from __future__ import annotations

import math

import numpy as np
import pytest

from gaitdesk.domain.shapes import Arc, Colour, Dot, Label, Point, Stroke
from gaitdesk.media.paint import paint, paint_mask

WHITE, RED = Colour(255, 255, 255), Colour(220, 30, 30)


def grey() -> np.ndarray:
    return np.full((120, 200, 3), 100, np.uint8)


def changed(image: np.ndarray) -> np.ndarray:
    return (image != 100).any(axis=2)


def test_a_stroke_runs_from_end_to_end_in_its_colour():
    image = paint(grey(), [Stroke((Point(20, 60), Point(180, 60)), RED, 4.0)])
    assert tuple(image[60, 100]) == RED
    rows, columns = np.nonzero(changed(image))
    assert abs(columns.min() - 20) <= 3
    assert abs(columns.max() - 180) <= 3
    assert np.ptp(rows) <= 6


def test_a_dot_lies_between_pixels_where_it_is_placed():
    image = paint(grey(), [Dot(Point(50.5, 40.5), WHITE, 6.0)])
    rows, columns = np.nonzero(changed(image))
    assert columns.mean() == pytest.approx(50.5, abs=0.2)
    assert rows.mean() == pytest.approx(40.5, abs=0.2)


def test_an_arc_is_counted_clockwise_from_image_right():
    image = paint(grey(), [Arc(Point(100, 60), 40, 0, 90, RED)])
    rows, columns = np.nonzero(changed(image))
    assert columns.min() >= 98
    assert rows.min() >= 58


def test_a_label_stands_on_a_dark_plate_right_of_its_anchor():
    image = paint(grey(), [Label(Point(30, 60), "12°", WHITE)])
    rows, columns = np.nonzero(changed(image))
    assert columns.min() > 30
    assert rows.mean() == pytest.approx(60, abs=1.5)
    plate = image[rows.min() : rows.max(), columns.min() : columns.max()]
    assert np.median(plate) < 60
    assert plate.max() > 220


@pytest.mark.parametrize("anchor", [Point(198, 5), Point(-40, 60), Point(100, 500)])
def test_a_label_stays_inside_the_picture(anchor):
    alone = changed(paint(grey(), [Label(Point(30, 60), "knee 12°", WHITE)])).sum()
    assert changed(paint(grey(), [Label(anchor, "knee 12°", WHITE)])).sum() == pytest.approx(
        alone, rel=0.02
    )


def test_labels_at_one_place_do_not_cover_each_other():
    one = changed(paint(grey(), [Label(Point(30, 60), "knee", WHITE)])).sum()
    three = paint(grey(), [Label(Point(30, 60), "knee", WHITE)] * 3)
    assert changed(three).sum() == pytest.approx(3 * one, rel=0.02)


def test_dark_words_are_lightened_until_they_can_be_read():
    image = paint(grey(), [Label(Point(30, 60), "knee", Colour(10, 10, 90), 24)])
    assert image[changed(image)].max(axis=1).max() > 120


@pytest.mark.parametrize("text", ["Hüfte −5°", "Колено", "膝", "a" * 200, " "])
def test_any_words_can_be_painted(text):
    paint(grey(), [Label(Point(30, 60), text, WHITE)])


@pytest.mark.parametrize(
    "shape",
    [
        Dot(Point(math.nan, 3), RED),
        Stroke((Point(1, 1), Point(math.inf, 3)), RED),
        Stroke((), RED),
        Arc(Point(3, 3), 5, math.nan, 90, RED),
        Label(Point(1e12, 3), "far", RED),
    ],
)
def test_a_shape_without_a_place_is_left_out(shape):
    assert not changed(paint(grey(), [shape])).any()


def test_a_mask_is_tinted_inside_and_outlined():
    mask = np.zeros((120, 200), np.bool_)
    mask[30:90, 50:150] = True
    image = paint_mask(grey(), mask, RED, opacity=0.5, contour_px=2)
    assert image[60, 100] == pytest.approx((np.array(RED) + 100) / 2, abs=1)
    assert tuple(image[30, 100]) == RED
    assert not changed(image)[:27].any()
    assert not changed(image)[:, :47].any()


def test_an_empty_mask_changes_nothing():
    assert not changed(paint_mask(grey(), np.zeros((120, 200), np.bool_), RED)).any()


def test_chinese_stands_in_characters_of_its_own():
    first, other = (paint(grey(), [Label(Point(30, 60), one, WHITE, 24)]) for one in "膝髋")
    missing = paint(grey(), [Label(Point(30, 60), "\uffff", WHITE, 24)])
    assert (first != other).any(), "no boxes in place of characters"
    assert (first != missing).any()


def test_chinese_and_latin_stand_on_one_line():
    def rows(text: str) -> np.ndarray:
        image = paint(grey(), [Label(Point(10, 60), text, WHITE, 24)])
        return np.flatnonzero((image > 200).all(axis=2).any(axis=1))

    assert rows("膝 H")[-1] - rows("H")[-1] <= 4, "a character's foot lies near the letters' line"
    assert len(set(map(int, rows("膝 12°")))) <= 28
