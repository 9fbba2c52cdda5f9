"""Chances mean what they say on the children they were fitted on, and thresholds are earned."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.evgs import Item
from gaitdesk.learning.calibration import calibrated, fitted_calibration
from gaitdesk.learning.evaluation import ChildAnswers

CHILDREN = 60


def _answers(sharpness: float, offset: float, seed: int = 0) -> ChildAnswers:
    """Logits `sharpness` times too sure and `offset` too high."""
    rng = np.random.default_rng(seed)
    true_logits = rng.normal(0.0, 2.0, (CHILDREN, 2, len(Item)))
    atypical = rng.random(true_logits.shape) < 1 / (1 + np.exp(-true_logits))
    first = sharpness * true_logits + offset
    logits = np.stack([first, rng.normal(size=first.shape)], axis=-1)
    names = tuple(f"C{k}" for k in range(CHILDREN))
    return ChildAnswers(names, logits, atypical.astype(float))


def test_answers_too_sure_are_made_modest():
    answers = _answers(4.0, 1.0)
    found = fitted_calibration(answers, "made children")
    temperatures = [one.temperature for one in found.items]
    assert np.median(temperatures) == pytest.approx(4.0, rel=0.3)
    chances = calibrated(answers, found)
    for low in (0.0, 0.25, 0.5, 0.75):
        inside = (chances >= low) & (chances < low + 0.25)
        said, true = chances[inside].mean(), answers.atypical[inside].mean()
        assert true == pytest.approx(said, abs=0.06)
    assert found.made_from == "made children"


def test_who_knows_nothing_answers_nothing():
    rng = np.random.default_rng(1)
    answers = _answers(1.0, 0.0)
    blind = ChildAnswers(answers.children, rng.normal(size=answers.logits.shape), answers.scores)
    found = fitted_calibration(blind, "")
    chances = calibrated(blind, found)
    low = np.array([one.typical_below for one in found.items])
    high = np.array([one.atypical_above for one in found.items])
    assert ((chances < low) | (chances > high)).mean() < 0.1


def test_who_knows_much_answers_much_and_is_right():
    answers = _answers(1.0, 0.0)
    found = fitted_calibration(answers, "")
    fresh = _answers(1.0, 0.0, seed=7)
    chances = calibrated(fresh, found)
    low = np.array([one.typical_below for one in found.items])
    high = np.array([one.atypical_above for one in found.items])
    said = (chances < low) | (chances > high)
    assert said.mean() > 0.4
    assert ((chances > 0.5) == fresh.atypical)[said].mean() > 0.78


def test_an_item_nobody_has_answers_never():
    answers = _answers(1.0, 0.0)
    scores = answers.scores.copy()
    scores[:, :, 4] = np.nan
    found = fitted_calibration(ChildAnswers(answers.children, answers.logits, scores), "")
    assert (found.items[4].typical_below, found.items[4].atypical_above) == (0.0, 1.0)
