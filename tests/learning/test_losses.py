"""Answers are asked of those who have them, weighed fairly, and add up over parts of a batch."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk.learning.cases import UNGRADED
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.lessons import lessons_of
from gaitdesk.learning.losses import answer_loss, answer_weights, asked_answers, summed_loss
from tests.learning.children import made_shard, small_config

EVEN = torch.ones(17, 2)


def _touched(logits):
    assert logits.grad is not None
    return (logits.grad.abs() > 0).nonzero().tolist()


def test_what_is_unknown_changes_nothing():
    logits = torch.zeros(2, 2, 17, 2, requires_grad=True)
    scores = torch.full((2, 2, 17), math.nan)
    scores[0, 0, 3] = 2.0
    answer_loss(logits, scores, EVEN).backward()
    assert _touched(logits) == [[0, 0, 3, 0], [0, 0, 3, 1]]
    assert asked_answers(scores, 2) == 2


def test_marked_is_asked_only_of_what_is_atypical_and_graded():
    logits = torch.zeros(1, 2, 17, 2, requires_grad=True)
    scores = torch.zeros(1, 2, 17)
    scores[0, 1, 5] = 1.0
    scores[0, 1, 6] = UNGRADED
    answer_loss(logits, scores, EVEN).backward()
    assert [one for one in _touched(logits) if one[3] == 1] == [[0, 1, 5, 1]]
    assert asked_answers(scores, 2) == 34 + 1
    logits = torch.zeros(1, 2, 17, 2)
    logits[0, 1, 6, 0] = 9.0
    assert answer_loss(logits, scores, EVEN) < answer_loss(torch.zeros(1, 2, 17, 2), scores, EVEN)


def test_parts_of_a_batch_add_up_to_it():
    torch.manual_seed(0)
    logits = torch.randn(6, 2, 17, 2)
    scores = torch.randint(0, 3, (6, 2, 17)).float()
    scores[torch.rand(6, 2, 17) < 0.3] = math.nan
    whole = answer_loss(logits, scores, EVEN, focal=1.5)
    parts = [summed_loss(logits[i : i + 2], scores[i : i + 2], EVEN, 1.5) for i in (0, 2, 4)]
    assert float(sum(parts)) / asked_answers(scores, 2) == pytest.approx(float(whole), rel=1e-6)


def test_focal_loss_counts_right_answers_less_and_wrong_ones_nearly_as_much():
    scores = torch.ones(1, 2, 17)
    right, wrong = torch.full((1, 2, 17, 1), 3.0), torch.full((1, 2, 17, 1), -3.0)
    flat = torch.ones(17, 1)

    def share(logits):
        return float(
            answer_loss(logits, scores, flat, focal=2.0) / answer_loss(logits, scores, flat)
        )

    assert share(right) == pytest.approx((1 - 1 / (1 + math.exp(-3))) ** 2, rel=1e-4)
    assert share(wrong) > 0.9


def test_rare_answers_weigh_more_within_limits():
    config = small_config()
    lessons = lessons_of([made_shard(1, is_atypical=True)], [], config, Variation(), ways=1)
    example = lessons.training[0][0]
    scores = np.zeros((2, 17))
    scores[0, 0] = 1.0
    few = [replace(example, scores=scores), *([replace(example, scores=0 * scores)] * 30)]
    weights = answer_weights(few, 2, 6.0)
    assert weights[0, 0] == pytest.approx(6.0)
    assert (weights >= 1 / 6).all()
    assert (answer_weights(few, 2, 1.0) == 1.0).all()
