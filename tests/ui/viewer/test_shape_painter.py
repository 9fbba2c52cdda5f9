from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from gaitdesk.domain.shapes import Arc, Colour, Dot, Label, Point, Stroke
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.shape_painter import paint_shapes

RED = Colour(255, 0, 0)
NOWHERE = Point(float("nan"), 5.0)


def painted(qapp, shapes, framing, plates=None, width_scale=1.0):
    image = QImage(200, 160, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    room = QRectF(0, 0, 200, 160)
    paint_shapes(painter, shapes, framing, room, width_scale=width_scale, plates=plates)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(160, 200, 4)[..., 2].astype(int)


def box(seen):
    rows, columns = np.nonzero(seen > 60)
    return columns.min(), rows.min(), columns.max(), rows.max()


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_places_follow_the_zoom_and_widths_do_not(qapp, scale):
    line = Stroke((Point(5, 10), Point(25, 10)), RED, 4.0)
    left, top, right, bottom = box(painted(qapp, [line], Framing(scale, 0, 0)))
    assert (left, right) == (pytest.approx(5 * scale, abs=1), pytest.approx(25 * scale, abs=1))
    assert bottom - top == pytest.approx(4, abs=1)


def test_a_dot_keeps_its_size_and_an_arc_grows_with_the_picture(qapp):
    dot = box(painted(qapp, [Dot(Point(20, 20), RED, 5.0)], Framing(3.0, 0, 0)))
    assert dot[2] - dot[0] == pytest.approx(10, abs=1)
    arc = Arc(Point(20, 20), 10.0, 0.0, 360.0, RED, 2.0)
    ring = box(painted(qapp, [arc], Framing(3.0, 0, 0)))
    assert ring[2] - ring[0] == pytest.approx(61, abs=2)


def test_an_arc_runs_clockwise_as_in_the_picture(qapp):
    seen = painted(qapp, [Arc(Point(100, 80), 50.0, 0.0, 90.0, RED, 3.0)], Framing(1.0, 0, 0))
    left, top, right, bottom = box(seen)
    assert left >= 98
    assert top >= 78
    assert right == pytest.approx(150, abs=3)
    assert bottom == pytest.approx(130, abs=3)


def test_labels_stay_in_the_room_and_off_each_other(qapp):
    plates = []
    labels = [Label(Point(195, 80), f"word {i}", RED, 14.0) for i in range(4)]
    painted(qapp, labels, Framing(1.0, 0, 0), plates)
    assert len(plates) == 4
    for i, one in enumerate(plates):
        assert QRectF(0, 0, 200, 160).contains(one)
        assert not any(one.intersects(other) for other in plates[i + 1 :])


def test_what_has_no_place_is_left_out(qapp):
    shapes = [
        Stroke((NOWHERE, Point(1, 1)), RED),
        Dot(NOWHERE, RED),
        Arc(NOWHERE, 3.0, 0.0, 90.0, RED),
        Label(NOWHERE, "word", RED),
        Stroke((Point(1, 1),), RED),
    ]
    assert painted(qapp, shapes, Framing(1.0, 0, 0)).max() == 0
