from __future__ import annotations

import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.scoring.circumstances import Aid
from gaitdesk.scoring.limbs import limb_reading
from gaitdesk.scoring.measures import Reading


def reading(value: float, place: float = 0.0, **aids: float) -> Reading:
    known = {Aid(name): one for name, one in aids.items()}
    return Reading(
        Item.SWING_KNEE_FLEXION, Side.LEFT, value, 0, 10, 0.2, 1.0, place=place, aids=known
    )


def test_a_measure_that_drifts_over_the_picture_is_read_where_the_camera_looks_straight():
    limb = limb_reading([reading(60 - 20 * p, p) for p in (-0.4, -0.2, 0.1)], drift_doubt=1e-6)
    assert limb.value == pytest.approx(60.0, abs=0.01)
    assert limb.aids[Aid.DRIFT] == pytest.approx(-20.0, abs=0.01)


def test_a_doubted_drift_leaves_the_mean():
    values = [reading(64, -0.4), reading(60, -0.2), reading(56, 0.1)]
    assert limb_reading(values, drift_doubt=1e6).value == pytest.approx(60.0, abs=0.01)


def test_without_drift_the_median_stands_and_the_cycle_nearest_to_it_decides():
    limb = limb_reading([reading(50), reading(57), reading(80)], drift_doubt=None)
    assert limb.value == 57
    assert limb.deciding == 1


def test_one_cycle_that_strays_is_drawn_in():
    values = [reading(60), reading(61), reading(59), reading(60.5), reading(140)]
    assert limb_reading(values, drift_doubt=1e6).value == pytest.approx(60.5, abs=1.5)


def test_circumstances_are_those_of_the_cycles_that_know_them():
    limb = limb_reading([reading(1.0, thigh=0.1), reading(1.0), reading(1.0, thigh=0.3)], None)
    assert limb.aids[Aid.THIGH] == pytest.approx(0.2)
    assert Aid.TOES not in limb.aids
