"""What the clip's length, the drawn skeleton and leaving patches out are worth, as in the paper."""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.childgait.clips import CLIP_LENGTHS
from gaitdesk.childgait.config import NetworkConfig
from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import after_gap, tr
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.evaluation import by_child, mean_auroc, mean_balanced_accuracy
from gaitdesk.learning.lessons import as_filmed, lessons_of
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.shards import Shard
from gaitdesk.learning.training import logits_of, train

WAYS, WINDOWS = 2, 2


@dataclass(frozen=True, slots=True)
class Arm:
    """One network of the comparison; what it is shown, and what came of it.

    Attributes:
        frames: Pictures of a clip.
        is_prompted: Whether the skeleton is drawn.
        is_pruned: Whether patches without the child are left out.
        tokens: Patches of a clip, on average.
        balanced_accuracy, auroc: On children it has not learned from, mean over items.
        step_s: Processor time of a step.
    """

    frames: int
    is_prompted: bool
    is_pruned: bool
    tokens: float = math.nan
    balanced_accuracy: float = math.nan
    auroc: float = math.nan
    step_s: float = math.nan


def arms_of(config: NetworkConfig, longest: int) -> tuple[Arm, ...]:
    """The arms: as the network is shown its clips, each of three things changed, and plain.

    Args:
        config: Of the network they begin with.
        longest: Pictures of the shortest clip there is.
    """
    own = config.sampling.frames
    lengths = [own, *(one for one in CLIP_LENGTHS if one != own and one <= longest)]
    found = [Arm(frames, True, True) for frames in lengths]
    shown = ((False, True), (True, False), (False, False))
    return (*found, *(Arm(own, *one) for one in shown))


def ablated(
    model: ChildGaitModel,
    learning: Sequence[Shard],
    judging: Sequence[Shard],
    steps: int,
    batch: int = 16,
    seed: int = 0,
) -> Job[tuple[Arm, ...]]:
    """Train the same network on the same children, each time shown otherwise, and compare.

    All take the same number of steps from the same weights with the same seed.

    Args:
        model: Where each begins; it is not changed.
        learning: Children to learn from.
        judging: Others.
        steps: Of each.
        batch: Clips a step.
        seed: Of everything drawn.

    Yields:
        Progress in thousandths.
    """
    longest = min(len(clip.images) for shard in (*learning, *judging) for clip in shard.clips[:1])
    arms = arms_of(model.config, longest)
    done: list[Arm] = []
    for number, arm in enumerate(arms):
        job = _run(arm, model, learning, judging, steps, batch, seed)
        share = 1000.0 / len(arms)
        done.append((yield from portion(job, share * number, share)))
    return tuple(done)


def arm_config(config: NetworkConfig, arm: Arm) -> NetworkConfig:
    """How a network is shown its clips in an arm."""
    return replace(
        config,
        encoder=replace(config.encoder, frames=arm.frames),
        sampling=replace(config.sampling, frames=arm.frames),
        prompting=replace(config.prompting, is_on=arm.is_prompted),
        pruning=replace(config.pruning, is_on=arm.is_pruned),
    )


def _run(
    arm: Arm,
    begun: ChildGaitModel,
    learning: Sequence[Shard],
    judging: Sequence[Shard],
    steps: int,
    batch: int,
    seed: int,
) -> Job[Arm]:
    config = arm_config(begun.config, arm)
    model = ChildGaitModel(config)
    model.load_state_dict(begun.state_dict())
    lessons = lessons_of(learning, (), config, Variation(), WAYS, seed)
    # Ways are made before the clock runs, so that it times the network alone.
    tokens: list[int] = []
    for number, ways in enumerate(lessons.training):
        yield Progress(round(300 * number / len(lessons.training)), 1000, tr("Reading clips"))
        tokens += [len(one.positions) for one in ways]
    epochs = max(1, round(steps * batch / len(lessons.training)))
    recipe = Recipe(epochs=epochs, batch=batch, rate=3e-4, layer_decay=0.75, seed=seed)
    started = time.process_time()
    trained = yield from portion(train(model, lessons, recipe), 300.0, 600.0)
    step_s = (time.process_time() - started) / max(1, trained.steps)
    examples = as_filmed(judging, config, WINDOWS)
    logits = yield from portion(logits_of(trained.model, examples), 900.0, 100.0)
    answers = by_child(examples, logits)
    return replace(
        arm,
        tokens=float(np.mean(tokens)),
        balanced_accuracy=mean_balanced_accuracy(answers),
        auroc=mean_auroc(answers),
        step_s=step_s,
    )


def ablation_lines(arms: Sequence[Arm]) -> list[str]:
    """The comparison for a terminal."""
    told = [
        after_gap(tr("pictures"), 9)
        + after_gap(tr("skeleton"), 10)
        + after_gap(tr("pruned"), 8)
        + after_gap(tr("patches"), 9)
        + after_gap(tr("balanced"), 10)
        + f"{'AUROC':>7}"
        + after_gap(tr("s a step"), 10)
    ]
    words = {True: tr("yes"), False: tr("no")}
    for one in arms:
        told.append(
            f"{one.frames:>9}{after_gap(words[one.is_prompted], 10)}"
            f"{after_gap(words[one.is_pruned], 8)}"
            f"{one.tokens:>9.0f}{one.balanced_accuracy:>10.3f}{one.auroc:>7.3f}{one.step_s:>10.2f}"
        )
    return told


def ablation_csv(arms: Sequence[Arm]) -> str:
    """The comparison as a table."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(
        ["frames", "is_prompted", "is_pruned", "tokens", "balanced_accuracy", "auroc", "step_s"]
    )
    for one in arms:
        numbers = (one.tokens, one.balanced_accuracy, one.auroc, one.step_s)
        lines.writerow(
            [one.frames, int(one.is_prompted), int(one.is_pruned), *(f"{n:.4f}" for n in numbers)]
        )
    return text.getvalue()
