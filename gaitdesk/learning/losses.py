"""How far a network's answers are from the forms, whatever is unknown left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from gaitdesk.learning.cases import UNGRADED
from gaitdesk.learning.dataset import Example


def scores_of(examples: Sequence[Example]) -> Tensor:
    """Scores of some examples, shape (examples, 2, 17)."""
    return torch.from_numpy(np.stack([one.scores for one in examples])).float()


def answer_weights(examples: Sequence[Example], levels: int, greatest: float) -> Tensor:
    """How much a yes counts against a no, by item and level, shape (17, levels).

    Yes and no weigh the same in all, but no single answer more than `greatest` times another.
    """
    scores = np.stack([one.scores for one in examples]).reshape(-1, examples[0].scores.shape[1])
    weights = []
    for level in range(1, levels + 1):
        asked = (scores >= level - 1) & ((level == 1) | (scores != UNGRADED))
        yes = (asked & (scores >= level)).sum(axis=0)
        no = asked.sum(axis=0) - yes
        weights.append(np.clip((no + 1.0) / (yes + 1.0), 1.0 / greatest, greatest))
    return torch.from_numpy(np.stack(weights, axis=1)).float()


def asked_answers(scores: Tensor, levels: int) -> int:
    """How many answers are asked for, over all levels."""
    return sum(int(_is_asked(scores, level).sum()) for level in range(levels))


def _is_asked(scores: Tensor, level: int) -> Tensor:
    """Who is asked whether they score more than a level: who is known to have reached it."""
    reached = scores >= level
    return reached & (scores != UNGRADED) if level else reached


def answer_loss(logits: Tensor, scores: Tensor, weights: Tensor, focal: float = 0.0) -> Tensor:
    """Mean cross-entropy of all answers asked for; what is unknown is not asked.

    Args:
        logits: Shape (clips, 2, 17, levels).
        scores: 0, 1, 2 or NaN, shape (clips, 2, 17).
        weights: Of a yes against a no, shape (17, levels).
        focal: See `summed_loss`.
    """
    asked = asked_answers(scores, logits.shape[-1])
    return summed_loss(logits, scores, weights, focal) / max(1, asked)


def summed_loss(logits: Tensor, scores: Tensor, weights: Tensor, focal: float = 0.0) -> Tensor:
    """As `answer_loss`, but the sum: parts of a batch add up to it.

    Args:
        logits: Shape (clips, 2, 17, levels).
        scores: 0, 1, 2 or NaN, shape (clips, 2, 17).
        weights: Of a yes against a no, shape (17, levels).
        focal: Exponent by which an answer counts less the surer it is right; 0 for cross-entropy.

    Source:
        Shi, Cao & Raschka (2023), Pattern Anal Applic 26, 941-955: each level is asked of those
        who have passed the one below. Lin et al. (2017), ICCV: focal loss.
    """
    total = logits.new_zeros(())
    for level in range(logits.shape[-1]):
        asked = _is_asked(scores, level)
        yes = (scores >= level + 1).to(logits.dtype)
        said = logits[..., level]
        each = functional.binary_cross_entropy_with_logits(
            said, yes, pos_weight=weights[:, level], reduction="none"
        )
        if focal > 0.0:
            right = torch.sigmoid(torch.where(yes > 0, said, -said))
            each = each * (1.0 - right).pow(focal)
        total = total + each[asked].sum()
    return total
