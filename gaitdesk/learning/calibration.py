"""Logits made chances, and how sure an answer must be: fitted on validation children alone."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from gaitdesk.childgait.answers import Calibration, ItemCalibration
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.evgs import Item
from gaitdesk.learning.evaluation import ChildAnswers

WANTED_ACCURACY = 0.8
LEAST_ANSWERED = 0.2
FEWEST_LIMBS = 12
"""Fewer answers than this decide no threshold."""

# How many limbs the prior is worth: that a logit is a chance as it stands, or as all items say.
_PRIOR_LIMBS = 6.0


def fitted_calibration(
    answers: ChildAnswers, made_from: str, wanted_accuracy: float = WANTED_ACCURACY
) -> Calibration:
    """The calibration that fits what a network said of children it was not trained on.

    Each item has a temperature and a bias of its own, drawn towards those of all items together,
    and answers only where its chances have earned the accuracy wanted.

    Args:
        answers: On the validation children.
        made_from: On which, in words.
        wanted_accuracy: Of the answers given; what stays below it is left to the reviewer.

    Source:
        Platt (1999), Advances in Large Margin Classifiers, 61-74; Guo et al. (2017), ICML.
    """
    atypical = answers.atypical
    everywhere = answers.known
    common = _fit(answers.logits[..., 0][everywhere], atypical[everywhere], (1.0, 0.0))
    has_levels = answers.logits.shape[-1] > 1
    marked_common = (1.0, 0.0)
    if has_levels:
        asked = everywhere & atypical
        marked_common = _fit(
            answers.logits[..., 1][asked], answers.scores[asked] >= 2, marked_common
        )
    items = []
    for column, item in enumerate(Item):
        known = everywhere[:, :, column]
        truth = atypical[:, :, column][known]
        logits = answers.logits[:, :, column, 0][known]
        temperature, bias = _fit(logits, truth, common)
        marked = marked_common
        if has_levels:
            asked = known & atypical[:, :, column]
            marked = _fit(
                answers.logits[:, :, column, 1][asked],
                answers.scores[:, :, column][asked] >= 2,
                marked_common,
            )
        low, high = _thresholds(expit(logits / temperature + bias), truth, wanted_accuracy)
        items.append(ItemCalibration(item, temperature, bias, marked[0], marked[1], low, high))
    return Calibration(tuple(items), made_from=made_from)


def calibrated(answers: ChildAnswers, calibration: Calibration) -> FloatArray:
    """Chance of being atypical for each child, limb and item, shape (children, 2, 17)."""
    held = [calibration.of(item) for item in Item]
    temperature = np.array([one.temperature for one in held])
    bias = np.array([one.bias for one in held])
    return np.asarray(expit(answers.logits[..., 0] / temperature + bias))


def _fit(logits: FloatArray, truth: BoolArray, prior: tuple[float, float]) -> tuple[float, float]:
    """Temperature and bias of least cross-entropy, near the prior where little is known."""
    if not len(logits):
        return prior
    start = np.array([math.log(prior[0]), prior[1]])

    def cost(values: FloatArray) -> float:
        scaled = logits / np.exp(values[0]) + values[1]
        entropy = np.logaddexp(0.0, np.where(truth, -scaled, scaled)).sum()
        return float(entropy + 0.5 * _PRIOR_LIMBS * ((values - start) ** 2).sum())

    found = minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4})
    log_temperature = float(np.clip(found.x[0], math.log(0.2), math.log(10.0)))
    return round(math.exp(log_temperature), 4), round(float(found.x[1]), 4)


def _thresholds(chances: FloatArray, truth: BoolArray, wanted: float) -> tuple[float, float]:
    """Chances below and above which answers are as right as wanted; 0 and 1 where none are.

    One answer is taken as wrong that was not, so that a few lucky ones do not count as earned.
    """
    if len(chances) < FEWEST_LIMBS:
        return 0.0, 1.0

    def earned(right: BoolArray) -> bool:
        enough = len(right) >= max(4, LEAST_ANSWERED * len(chances) / 2)
        return enough and (right.sum()) / (len(right) + 1) >= wanted

    low, high = 0.0, 1.0
    for edge in np.arange(0.05, 0.501, 0.05):
        if earned(~truth[chances < edge]):
            low = float(round(edge, 2))
        if earned(truth[chances > 1 - edge]):
            high = float(round(1 - edge, 2))
    return low, high
