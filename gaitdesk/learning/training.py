"""Training a ChildGait-Video network: one epoch after the other, from any start, resumable."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.learning.dataset import Example, packed, with_gain
from gaitdesk.learning.evaluation import by_child, mean_balanced_accuracy
from gaitdesk.learning.lessons import Lessons
from gaitdesk.learning.tutor import Tutor
from gaitdesk.media.output import atomic_write

STATE_FILE = "training.pt"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    Attributes:
        epochs: Times each clip is shown.
        batch: Clips a step.
        rate: Greatest learning rate.
        weight_decay: Of matrices; norms and biases have none.
        warm_up: Share of the steps in which the rate rises; then it falls like a cosine.
        layer_decay: Factor of the rate from one block to the one below; 1 for a network that
            starts from nothing, 0.75 for one that was trained before.
        average: How slowly the averaged weights follow; they are what is kept.
        clip_norm: Greatest length of a gradient.
        greatest_weight: Rare answers count up to this many times as much as common ones.
        tutoring: Weight of what only phantoms can teach: angles, places and numbers.
        gain: Strength of changes of brightness from one showing to the next.
        patience: Epochs without a better validation after which training stops.
        seconds: After which no epoch is begun; the rate falls to nothing by then, too, so that
            what is learned depends on the machine. None for no limit.
        seed: Of everything drawn.
    """

    epochs: int = 40
    batch: int = 16
    rate: float = 1e-3
    weight_decay: float = 0.05
    warm_up: float = 0.1
    layer_decay: float = 1.0
    average: float = 0.995
    clip_norm: float = 1.0
    greatest_weight: float = 6.0
    tutoring: float = 1.0
    gain: float = 1.0
    patience: int = 1000
    seconds: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch brought.

    Attributes:
        number: From 1.
        loss: Mean over its clips, of the answers alone.
        tutoring_loss: Likewise of what only phantoms can teach.
        balanced_accuracy: Of the averaged network on the validation children, mean over items.
        seconds: How long it took.
    """

    number: int
    loss: float
    tutoring_loss: float
    balanced_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The outcome of training.

    Attributes:
        model: The best averaged network.
        epochs: What each epoch brought.
        best: Number of the epoch it is from.
        steps: Steps taken.
    """

    model: ChildGaitModel
    epochs: tuple[Epoch, ...]
    best: int
    steps: int


def train(
    model: ChildGaitModel, lessons: Lessons, recipe: Recipe, folder: Path | None = None
) -> Job[Trained]:
    """Train a network.

    Everything drawn follows from the recipe's seed and the epoch, so that a training that was
    interrupted and goes on from its folder ends where an uninterrupted one does.

    Args:
        model: Where it starts; it is changed.
        lessons: What it learns from.
        recipe: How.
        folder: Keeps the state after each epoch; one that holds a state is continued.

    Yields:
        One event a step.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the state.
    """
    started = time.monotonic()
    run = _Run(model, lessons, recipe, lambda: time.monotonic() - started)
    state = None if folder is None else folder / STATE_FILE
    if state is not None and state.exists():
        run.restore(torch.load(state, weights_only=True))
    while run.is_wanted():
        began = time.monotonic()
        loss, tutoring = yield from run.epoch()
        reached = run.validated()
        run.note(Epoch(run.done, loss, tutoring, reached, time.monotonic() - began))
        if state is not None:
            _save_state(state, run.state())
    return run.trained()


def logits_of(
    model: ChildGaitModel, examples: Sequence[Example], batch: int = 32
) -> Job[FloatArray]:
    """What a network says of examples, shape (examples, 2, 17, levels).

    Yields:
        One event a batch.
    """
    model.eval()
    said = []
    for start in range(0, len(examples), batch):
        part = examples[start : start + batch]
        said.append(_said(model, part))
        yield Progress(start + len(part), len(examples), tr("Reading clips"))
    levels = model.config.levels
    return np.concatenate(said) if said else np.empty((0, 2, 17, levels))


@torch.inference_mode()
def _said(model: ChildGaitModel, part: Sequence[Example]) -> FloatArray:
    logits = model(packed(part), [one.view.plane for one in part])
    return np.asarray(logits.double().numpy())


class _Run:
    """A training under way."""

    def __init__(
        self,
        model: ChildGaitModel,
        lessons: Lessons,
        recipe: Recipe,
        elapsed_s: Callable[[], float],
    ) -> None:
        self._recipe = recipe
        self._elapsed_s = elapsed_s
        self._lessons = lessons
        torch.manual_seed(recipe.seed)
        every = [ways[0] for ways in lessons.training]
        self._model = model
        self._tutor = Tutor(model.config, every)
        self._average = deepcopy(model)
        self._weights = answer_weights(every, model.config.levels, recipe.greatest_weight)
        self._optimizer = torch.optim.AdamW(
            [
                *parameter_groups(model, recipe),
                {"params": list(self._tutor.parameters()), "share": 1.0},
            ],
            lr=recipe.rate,
            betas=(0.9, 0.98),
        )
        self._steps_each = math.ceil(len(lessons.training) / recipe.batch)
        self._best: dict[str, Tensor] = deepcopy(self._average.state_dict())
        self._best_epoch = 0
        self._epochs: list[Epoch] = []

    @property
    def done(self) -> int:
        """Epochs finished, the one under way included once it has ended."""
        return len(self._epochs) + 1

    @property
    def steps(self) -> int:
        return len(self._epochs) * self._steps_each

    def is_wanted(self) -> bool:
        recipe = self._recipe
        if len(self._epochs) >= recipe.epochs:
            return False
        if len(self._epochs) - self._best_epoch >= recipe.patience:
            return False
        return recipe.seconds is None or self._elapsed_s() < recipe.seconds

    def epoch(self) -> Job[tuple[float, float]]:
        recipe, number = self._recipe, len(self._epochs)
        rng = np.random.default_rng([recipe.seed, number, 101])
        torch.manual_seed(recipe.seed * 1_000_003 + number)
        order = rng.permutation(len(self._lessons.training))
        self._model.train()
        losses = []
        for start in range(0, len(order), recipe.batch):
            part = []
            for index in order[start : start + recipe.batch]:
                ways = self._lessons.training[index]
                part.append(with_gain(ways[int(rng.integers(len(ways)))], rng, recipe.gain))
            losses.append(self._step(part, self.steps + start // recipe.batch))
            yield Progress(
                self.steps + len(losses), recipe.epochs * self._steps_each, tr("Training")
            )
        found = np.mean(losses, axis=0)
        return float(found[0]), float(found[1])

    def _step(self, part: Sequence[Example], step: int) -> tuple[float, float]:
        recipe, model = self._recipe, self._model
        rate = recipe.rate * schedule(self._passed(step), recipe.warm_up)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["share"]
        clips = packed(part)
        tokens = model.encoder.tokens(clips)
        means = torch.stack([own.mean(0) for own in torch.split(tokens, list(clips.lengths))])
        pooled = model.encoder.fc_norm(means)
        logits = model.answers(pooled, [one.view.plane for one in part])
        scores = torch.from_numpy(np.stack([one.scores for one in part])).float()
        loss = answer_loss(logits, scores, self._weights)
        tutoring = self._tutor(tokens, pooled, clips, part)
        self._optimizer.zero_grad(set_to_none=True)
        (loss + recipe.tutoring * tutoring).backward()
        nn.utils.clip_grad_norm_([*model.parameters(), *self._tutor.parameters()], recipe.clip_norm)
        self._optimizer.step()
        share = min(recipe.average, (1 + step) / (10 + step))
        with torch.no_grad():
            for kept, own in zip(self._average.parameters(), model.parameters(), strict=True):
                kept.lerp_(own, 1 - share)
        return float(loss.detach()), float(tutoring.detach())

    def _passed(self, step: int) -> float:
        """Share of the training that is over, by steps or by time."""
        recipe = self._recipe
        passed = (step + 1) / (recipe.epochs * self._steps_each)
        if recipe.seconds:
            passed = max(passed, self._elapsed_s() / recipe.seconds)
        return passed

    def validated(self) -> float:
        examples = self._lessons.validation
        if not examples:
            return math.nan
        self._average.eval()
        logits = np.concatenate(
            [_said(self._average, examples[i : i + 32]) for i in range(0, len(examples), 32)]
        )
        return mean_balanced_accuracy(by_child(examples, logits))

    def note(self, epoch: Epoch) -> None:
        reached = [one.balanced_accuracy for one in self._epochs]
        self._epochs.append(epoch)
        value = epoch.balanced_accuracy
        if math.isnan(value) or not reached or value > max(reached):
            self._best = deepcopy(self._average.state_dict())
            self._best_epoch = epoch.number

    def state(self) -> dict[str, Any]:
        return {
            "model": self._model.state_dict(),
            "average": self._average.state_dict(),
            "tutor": self._tutor.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "best": self._best,
            "best_epoch": self._best_epoch,
            "epochs": [
                [e.number, e.loss, e.tutoring_loss, e.balanced_accuracy, e.seconds]
                for e in self._epochs
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self._model.load_state_dict(state["model"])
        self._average.load_state_dict(state["average"])
        self._tutor.load_state_dict(state["tutor"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._best, self._best_epoch = state["best"], int(state["best_epoch"])
        self._epochs = [Epoch(int(held[0]), *held[1:]) for held in state["epochs"]]

    def trained(self) -> Trained:
        self._average.load_state_dict(self._best)
        return Trained(self._average.eval(), tuple(self._epochs), self._best_epoch, self.steps)


def _save_state(path: Path, state: Mapping[str, Any]) -> None:
    with atomic_write(path) as draft:
        torch.save(dict(state), draft)


def schedule(passed: float, warm_up: float) -> float:
    """Share of the greatest learning rate: a straight rise, then half a cosine.

    Args:
        passed: Share of the training that is over.
        warm_up: Share of it in which the rate rises.
    """
    if passed < warm_up:
        return passed / warm_up
    done = (passed - warm_up) / (1.0 - warm_up)
    return 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))


def parameter_groups(model: ChildGaitModel, recipe: Recipe) -> list[dict[str, Any]]:
    """Parameters by learning rate and decay, as the official fine-tuning groups them."""
    depth = model.config.encoder.depth
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        share = recipe.layer_decay ** (depth + 1 - _layer(name, depth))
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((share, decay), []).append(parameter)
    return [
        {"params": own, "share": share, "weight_decay": decay}
        for (share, decay), own in groups.items()
    ]


def _layer(name: str, depth: int) -> int:
    if name.startswith("encoder.patch_embed"):
        return 0
    if name.startswith("encoder.blocks."):
        return int(name.split(".")[2]) + 1
    return depth + 1


def answer_weights(examples: Sequence[Example], levels: int, greatest: float) -> Tensor:
    """How much a yes counts against a no, by item and level, shape (17, levels).

    Yes and no weigh the same in all, but no single answer more than `greatest` times another.
    """
    scores = np.stack([one.scores for one in examples]).reshape(-1, examples[0].scores.shape[1])
    weights = []
    for level in range(1, levels + 1):
        asked = scores >= level - 1
        yes = (scores >= level).sum(axis=0)
        no = asked.sum(axis=0) - yes
        weights.append(np.clip((no + 1.0) / (yes + 1.0), 1.0 / greatest, greatest))
    return torch.from_numpy(np.stack(weights, axis=1)).float()


def answer_loss(logits: Tensor, scores: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy of all answers asked for; what is unknown is not asked.

    Args:
        logits: Shape (clips, 2, 17, levels).
        scores: 0, 1, 2 or NaN, shape (clips, 2, 17).
        weights: Of a yes against a no, shape (17, levels).

    Source:
        Shi, Cao & Raschka (2023), Pattern Anal Applic 26, 941-955: each level is asked of those
        who have passed the one below.
    """
    total, asked_in_all = logits.new_zeros(()), 0
    for level in range(logits.shape[-1]):
        asked = scores >= level
        yes = (scores >= level + 1).float()
        each = functional.binary_cross_entropy_with_logits(
            logits[..., level], yes, pos_weight=weights[:, level], reduction="none"
        )
        total = total + each[asked].sum()
        asked_in_all += int(asked.sum())
    return total / max(1, asked_in_all)
