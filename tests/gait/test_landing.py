from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.gait.landing import landing_s

FPS, SPEED = 60.0, 1.2
TIMES = np.arange(90) / FPS
CONTACT_S = 0.6


def landing_point(contact_s: float, height: float = 0.2, rest_y: float = 0.0):
    """A point that comes down and forwards, and stands from the contact on."""
    before = np.clip(contact_s - TIMES, 0.0, 0.2) / 0.2
    return np.stack([2.0 * SPEED * np.minimum(TIMES, contact_s), rest_y - height * before], axis=1)


@pytest.mark.parametrize("contact_s", [0.55, 0.603, 0.611, 0.65])
def test_a_foot_lands_between_frames(contact_s):
    path = landing_point(contact_s)
    assert landing_s((path,), TIMES, 0.6, SPEED) == pytest.approx(contact_s, abs=0.012)


def test_the_first_of_heel_and_toe_is_the_contact():
    heel, toe = landing_point(CONTACT_S), landing_point(CONTACT_S + 0.06)
    found = landing_s((heel, toe), TIMES, 0.6, SPEED)
    assert found == landing_s((heel,), TIMES, 0.6, SPEED)
    assert landing_s((toe,), TIMES, 0.6, SPEED) == pytest.approx(found + 0.06, abs=0.01)


def test_where_a_point_rests_in_the_picture_does_not_matter():
    low, high = landing_point(CONTACT_S), landing_point(CONTACT_S, rest_y=-0.08)
    assert landing_s((high,), TIMES, 0.6, SPEED) == pytest.approx(
        landing_s((low,), TIMES, 0.6, SPEED)
    )


def test_a_foot_that_never_comes_to_rest_has_not_landed():
    gliding = np.stack([SPEED * TIMES, np.zeros(len(TIMES))], axis=1)
    assert landing_s((gliding,), TIMES, 0.6, SPEED) is None


def test_a_landing_far_from_where_it_is_sought_is_not_the_one():
    assert landing_s((landing_point(0.3),), TIMES, 0.6, SPEED) is None
