"""The background behind people, and whether the camera stood still, on drawn pictures."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.perception.model import PersonPose, Region
from gaitdesk.perception.scene import MOST_LOOKS, Looks

HEIGHT, WIDTH = 360, 640


def wall(shift_px: int = 0):
    """A wall with something to hold on to everywhere."""
    rng = np.random.default_rng(5)
    blocks = rng.integers(40, 220, (HEIGHT // 8, WIDTH // 8 + 20, 3)).astype(np.uint8)
    return np.ascontiguousarray(
        np.kron(blocks, np.ones((8, 8, 1), np.uint8))[:, 80 + shift_px : 80 + shift_px + WIDTH]
    )


def standing(left: int) -> PersonPose:
    """A person as a square of 60 pixels whose mask fills their region."""
    region = Region(left + 30.0, 180.0, 60.0)
    return PersonPose(
        np.full((23, 2), np.nan), np.zeros(23), 1.0, region, region, np.full((256, 256), 5.0)
    )


def with_person(left: int):
    image = wall()
    image[150:210, left : left + 60] = (255, 0, 255)
    return image


def test_a_person_who_walks_by_is_not_part_of_the_background():
    looks = Looks()
    for left in range(40, 500, 40):
        looks.add(with_person(left), [standing(left)])
    background = looks.background()
    assert background is not None
    assert background.is_known.all()
    np.testing.assert_array_equal(background.picture, wall())


def test_what_is_never_uncovered_stays_unknown():
    looks = Looks()
    for _ in range(8):
        looks.add(with_person(300), [standing(300)])
    background = looks.background()
    assert background is not None
    assert not background.is_known[180, 330]
    assert background.is_known[180, 100]


def test_a_still_camera_counts_as_still_though_people_move():
    looks = Looks()
    for left in range(40, 500, 40):
        looks.add(with_person(left), [standing(left)])
    assert looks.is_camera_fixed()


@pytest.mark.parametrize("pace_px", [2, 5])
def test_a_camera_that_turns_does_not(pace_px):
    looks = Looks()
    for i in range(10):
        looks.add(wall(pace_px * i), [])
    assert not looks.is_camera_fixed()


def test_looks_are_bounded_in_number_and_spread_over_the_film():
    looks = Looks()
    for i in range(500):
        looks.add(np.full((36, 64, 3), i // 2, np.uint8), [])
    kept = [int(picture[0, 0, 0]) for picture in looks._pictures]
    assert len(kept) <= MOST_LOOKS
    assert kept[0] == 0
    assert kept[-1] > 200
    assert len(set(np.diff(kept))) == 1


def test_too_few_looks_give_no_background():
    looks = Looks()
    looks.add(wall(), [])
    assert looks.background() is None
