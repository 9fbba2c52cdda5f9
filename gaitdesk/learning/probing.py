"""The heads alone, learned on what an encoder already says: cheap, and a fair start for more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.learning.dataset import Example, packed
from gaitdesk.learning.evaluation import by_child, mean_auroc
from gaitdesk.learning.lessons import Lessons
from gaitdesk.learning.losses import answer_loss, answer_weights

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Probe:
    """How heads are learned.

    Attributes:
        rounds: Gradient steps, each over all clips.
        rate: Learning rate.
        decays: Weight decays to try; the one that serves the validation children best is kept.
        look_every: Rounds from one validation to the next.
        greatest_weight: See `Recipe`.
        seed: Of dropout and of the heads' first weights.
    """

    rounds: int = 400
    rate: float = 3e-3
    decays: tuple[float, ...] = (0.01, 0.1, 0.5)
    look_every: int = 20
    greatest_weight: float = 6.0
    seed: int = 0


def with_fitted_heads(
    model: ChildGaitModel, lessons: Lessons, probe: Probe
) -> Job[tuple[ChildGaitModel, float]]:
    """The network with heads learned anew on its encoder as it is.

    Args:
        model: The network; it is not changed.
        lessons: What the heads learn from, and what decides when they have learned enough.
        probe: How.

    Yields:
        One event a batch of clips and a validation.

    Returns:
        The network, and the area under the curve on the validation children, mean over items.

    Source:
        Kumar et al. (2022), Fine-tuning can distort pretrained features, ICLR: heads first.
    """
    shown = [one for ways in lessons.training for one in ways]
    features = yield from pooled_of(model, shown)
    judged = yield from pooled_of(model, lessons.validation)
    scores = torch.from_numpy(np.stack([one.scores for one in shown])).float()
    weights = answer_weights(shown, model.config.levels, probe.greatest_weight)
    planes = [one.view.plane for one in shown]
    best, best_state = -math.inf, deepcopy(model.state_dict())
    for decay in probe.decays:
        torch.manual_seed(probe.seed)
        trial = deepcopy(model)
        for head in trial.heads.values():
            head.apply(_begun_again)
        heads = list(trial.heads.parameters())
        optimizer = torch.optim.AdamW(heads, lr=probe.rate, weight_decay=decay)
        for turn in range(1, probe.rounds + 1):
            trial.train()
            loss = answer_loss(trial.answers(features, planes), scores, weights)
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimizer.step()
            if turn % probe.look_every:
                continue
            reached = _reached(trial, judged, lessons.validation)
            if reached > best:
                best, best_state = reached, deepcopy(trial.state_dict())
            yield Progress(turn, probe.rounds, tr("Training"))
    fitted = deepcopy(model)
    fitted.load_state_dict(best_state)
    return fitted.eval(), best


def with_adjusted_heads(
    model: ChildGaitModel,
    pooled: Tensor,
    examples: Sequence[Example],
    rounds: int = 200,
    rate: float = 3e-4,
    greatest_weight: float = 6.0,
    seed: int = 0,
) -> ChildGaitModel:
    """The network with heads that have learned on from where they were, its encoder as it is.

    What the encoder has learned from many cannot be lost by it.

    Args:
        model: The network; it is not changed.
        pooled: What its encoder says of the examples, see `pooled_of`.
        examples: What is learned from.
        rounds: Gradient steps, each over all of them.
        rate: Learning rate.
        greatest_weight: See `Recipe`.
        seed: Of dropout.
    """
    adjusted = deepcopy(model)
    scores = torch.from_numpy(np.stack([one.scores for one in examples])).float()
    weights = answer_weights(examples, model.config.levels, greatest_weight)
    planes = [one.view.plane for one in examples]
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(adjusted.heads.parameters(), lr=rate, weight_decay=0.0)
    adjusted.train()
    for _ in range(rounds):
        loss = answer_loss(adjusted.answers(pooled, planes), scores, weights)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimizer.step()
    return adjusted.eval()


def pooled_of(model: ChildGaitModel, examples: Sequence[Example]) -> Job[Tensor]:
    """What the encoder says of each example, on the processor, shape (examples, width).

    Yields:
        One event a batch.
    """
    model.eval()
    device = next(model.parameters()).device
    found = []
    for start in range(0, len(examples), _BATCH):
        part = examples[start : start + _BATCH]
        with torch.no_grad():
            found.append(model.encoder(packed(part).to(device)).cpu())
        yield Progress(start + len(part), len(examples), tr("Reading clips"))
    return torch.cat(found)


@torch.no_grad()
def _reached(model: ChildGaitModel, pooled: Tensor, examples: Sequence[Example]) -> float:
    model.eval()
    planes: list[Plane] = [one.view.plane for one in examples]
    logits: FloatArray = model.answers(pooled, planes).double().numpy()
    return mean_auroc(by_child(examples, logits))


def _begun_again(part: nn.Module) -> None:
    if isinstance(part, nn.Linear):
        nn.init.trunc_normal_(part.weight, std=0.02)
        nn.init.zeros_(part.bias)
