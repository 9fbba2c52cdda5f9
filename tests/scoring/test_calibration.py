from __future__ import annotations

import json

import numpy as np
import pytest

from gaitdesk.domain.evgs import Item
from gaitdesk.scoring.calibration import (
    PUBLISHED,
    calibration_of,
    calibration_text,
    fitted_edges,
    fitted_line,
)
from gaitdesk.scoring.reader import NOT_FROM_KEYPOINTS


def test_the_line_through_measured_and_true_is_found_in_spite_of_outliers():
    rng = np.random.default_rng(1)
    true = rng.uniform(-20, 60, 200)
    measured = (true - 4.0) / 0.9 + rng.normal(0, 2.0, 200)
    measured[:4] += 60.0
    gain, offset, error = fitted_line(list(measured), list(true))
    assert gain == pytest.approx(0.9, abs=0.03)
    assert offset == pytest.approx(4.0, abs=1.0)
    assert error == pytest.approx(1.8, abs=0.4)


def test_too_few_limbs_are_refused():
    with pytest.raises(ValueError, match="too few"):
        fitted_line([1.0] * 9, [1.0] * 9)


def test_every_item_that_keypoints_show_has_a_published_error():
    assert set(PUBLISHED.items) == set(Item) - set(NOT_FROM_KEYPOINTS)


def test_unknown_keypoints_fall_back_to_published_errors():
    assert calibration_of("nobody's model") is PUBLISHED


def test_a_calibration_survives_its_file():
    held = json.loads(calibration_text(PUBLISHED))
    assert held["items"]["HEX"]["error"] == 5.0
    assert set(held["items"]) == {item.value for item in PUBLISHED.items}


def test_the_edges_between_options_are_found():
    rng = np.random.default_rng(2)
    true = rng.uniform(-20, 20, 400)
    rank = np.digitize(true, [-6.0, 4.0])
    edges, error = fitted_edges(true + 3.0 + rng.normal(0, 2.0, 400), rank, [-5.0, 5.0])
    assert edges == pytest.approx((-3.0, 7.0), abs=0.8)
    assert error == pytest.approx(2.0, abs=0.6)


def test_an_edge_nobody_is_beyond_keeps_its_place_beside_the_next():
    rng = np.random.default_rng(3)
    true = rng.uniform(-4, 20, 300)
    rank = np.digitize(true, [-6.0, 4.0])
    edges, _ = fitted_edges(true + rng.normal(0, 1.0, 300), rank, [-6.0, 4.0])
    assert edges[1] == pytest.approx(4.0, abs=0.8)
    assert edges[0] < -3.0
