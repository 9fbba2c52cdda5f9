from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.scoring.fitting import fitted_edges, fitted_line


def test_the_line_through_measured_and_true_is_found_in_spite_of_outliers():
    rng = np.random.default_rng(1)
    true = rng.uniform(-20, 60, 200)
    measured = (true - 4.0) / 0.9 + rng.normal(0, 2.0, 200)
    measured[:4] += 60.0
    line = fitted_line(measured, true)
    assert line.gain == pytest.approx(0.9, abs=0.03)
    assert line.offset == pytest.approx(4.0, abs=1.0)
    assert line.error == pytest.approx(1.8, abs=0.4)


def test_what_bends_a_measure_is_taken_out_of_it():
    rng = np.random.default_rng(4)
    true = rng.uniform(30, 70, 200)
    bend = rng.normal(0, 1, (200, 2))
    line = fitted_line(true - 6.0 * bend[:, 0] + rng.normal(0, 1.0, 200), true, bend)
    assert line.slopes == pytest.approx([6.0, 0.0], abs=0.4)
    assert line.error == pytest.approx(1.0, abs=0.3)


def test_the_fewer_limbs_the_wider_the_error():
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 2.0, 4000)
    few = [
        fitted_line(x := rng.uniform(0, 50, 12), x + part, rng.normal(0, 1, (12, 3))).error
        for part in noise[:2400].reshape(-1, 12)
    ]
    assert np.median(few) > 1.8


def test_too_few_limbs_are_refused():
    with pytest.raises(ValueError, match="too few"):
        fitted_line([1.0] * 9, [1.0] * 9)


def test_the_edges_between_options_are_found():
    rng = np.random.default_rng(2)
    true = rng.uniform(-20, 20, 400)
    rank = np.digitize(true, [-6.0, 4.0])
    found = fitted_edges(true + 3.0 + rng.normal(0, 2.0, 400), rank, [-5.0, 5.0])
    assert found.edges == pytest.approx((-3.0, 7.0), abs=0.8)
    assert found.error == pytest.approx(2.0, abs=0.6)


def test_an_edge_nobody_is_beyond_keeps_its_place_beside_the_next():
    rng = np.random.default_rng(3)
    true = rng.uniform(-4, 20, 300)
    rank = np.digitize(true, [-6.0, 4.0])
    edges = fitted_edges(true + rng.normal(0, 1.0, 300), rank, [-6.0, 4.0]).edges
    assert edges[1] == pytest.approx(4.0, abs=0.8)
    assert edges[0] < -3.0


def test_a_second_sign_sharpens_the_edges():
    rng = np.random.default_rng(6)
    true = rng.uniform(-20, 20, 300)
    rank = np.digitize(true, [0.0])
    shift = rng.normal(0, 5.0, 300)
    alone = fitted_edges(true + shift, rank, [0.0])
    helped = fitted_edges(true + shift, rank, [0.0], shift[:, None])
    assert helped.slopes == pytest.approx([-1.0], abs=0.25)
    assert helped.error < 0.5 * alone.error
