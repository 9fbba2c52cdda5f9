"""People painted out of a picture."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.perception.erase import erased
from gaitdesk.perception.model import PersonPose, Region

WALL, SHIRT = (90, 120, 150), (250, 20, 20)


def someone(x: float, logits: np.ndarray | None) -> PersonPose:
    place = Region(x, 120.0, 100.0)
    points = np.tile([x, 120.0], (LANDMARK_COUNT, 1))
    return PersonPose(points, np.ones(LANDMARK_COUNT), 1.0, place, place, logits)


def a_disc() -> np.ndarray:
    """A round person who fills the middle of their region, 60 pixels across."""
    rows, columns = np.mgrid[:64, :64] - 31.5
    return np.where(np.hypot(rows, columns) < 19.2, 8.0, -8.0).astype(np.float32)


def a_picture(x: float) -> np.ndarray:
    image = np.full((240, 320, 3), WALL, np.uint8)
    rows, columns = np.mgrid[:240, :320]
    image[np.hypot(rows - 120, columns - x) < 30] = SHIRT
    return image


def test_a_person_gives_way_to_the_wall_around_them():
    image = a_picture(160.0)
    before = image.copy()
    painted = erased(image, (someone(160.0, a_disc()),), Region(150.0, 120.0, 200.0))
    assert np.abs(painted.astype(int) - WALL).max() <= 10
    np.testing.assert_array_equal(image, before)


def test_a_person_over_the_edge_of_the_picture_is_painted_out_as_far_as_they_show():
    painted = erased(a_picture(5.0), (someone(5.0, a_disc()),), Region(30.0, 120.0, 200.0))
    assert np.abs(painted.astype(int) - WALL).max() <= 10


def test_a_picture_is_left_alone_far_from_where_it_will_be_looked_at():
    image = a_picture(40.0)
    painted = erased(image, (someone(40.0, a_disc()),), Region(240.0, 120.0, 80.0))
    np.testing.assert_array_equal(painted, image)


def test_a_person_of_unknown_outline_stays():
    image = a_picture(160.0)
    painted = erased(image, (someone(160.0, None),), Region(160.0, 120.0, 200.0))
    np.testing.assert_array_equal(painted, image)


def test_nothing_is_painted_for_a_place_outside_the_picture():
    image = a_picture(160.0)
    painted = erased(image, (someone(160.0, a_disc()),), Region(-300.0, 120.0, 200.0))
    np.testing.assert_array_equal(painted, image)
