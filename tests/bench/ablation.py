"""What prompting, pruning and the clip's length are worth, on phantoms, as in the paper.

    python -m tests bench ablation --clips CLIPS --sketches SKETCHES --steps 300

Every network is the same, starts from nothing with the same seed, and takes the same number of
steps on the same children; what is compared is what it is shown. CLIPS and SKETCHES come from
`python -m tests bench childgait`.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch

from gaitdesk.childgait.config import NetworkConfig
from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.progress import finish
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.evaluation import by_child, mean_auroc, mean_balanced_accuracy
from gaitdesk.learning.lessons import as_filmed, lessons_of, read_shards
from gaitdesk.learning.probing import Probe, with_fitted_heads
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.shards import Shard
from gaitdesk.learning.training import logits_of, train
from gaitdesk.phantom.cohort import Split
from tests.bench.childgait import WINDOWS, shipped_config, split_of
from tests.bench.results import record

LENGTHS = (8, 16, 32)
WAYS = 2


@dataclass(frozen=True, slots=True)
class Arm:
    """One network of the comparison and what came of it."""

    frames: int
    is_prompted: bool
    is_pruned: bool
    tokens: float = math.nan
    balanced_accuracy: float = math.nan
    auroc: float = math.nan
    step_s: float = math.nan


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests bench ablation")
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--sketches", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=300, help="of each network")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--children", type=int, default=1000, help="at most, to learn from")
    parser.add_argument("--clips-each", type=int, default=8, help="at most, of a child")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="all 12; else the 4 at 16, and 8 and 32")
    args = parser.parse_args(words)
    cv2.setNumThreads(1)
    torch.set_num_threads(args.threads)
    rendered = finish(read_shards(args.clips))
    learning = [*split_of(rendered, Split.TRAIN), *finish(read_shards(args.sketches))]
    learning = [_shortened(one, args.clips_each) for one in learning[: args.children]]
    validation = split_of(rendered, Split.VALIDATION)
    test = split_of(rendered, Split.TEST)
    arms = []
    for arm in _arms(is_whole=args.all):
        arms.append(_run(arm, learning, validation, test, args))
        print(arms[-1], flush=True)
        command = (
            f"python -m tests bench ablation --steps {args.steps} --batch {args.batch}"
            f" --children {args.children} --clips-each {args.clips_each}"
        )
        record("ablation", "ChildGait-Video: what it is shown", command, _table(
            arms, learning, test, args))  # fmt: skip
    return 0


def _arms(*, is_whole: bool) -> list[Arm]:
    found = [Arm(16, prompted, pruned) for prompted in (True, False) for pruned in (True, False)]
    found += [Arm(frames, True, True) for frames in LENGTHS if frames != 16]
    if is_whole:
        rest = [(False, True), (True, False), (False, False)]
        found += [Arm(frames, *shown) for frames in LENGTHS if frames != 16 for shown in rest]
    return found


def _shortened(shard: Shard, most: int) -> Shard:
    """The child with so many of its clips, spread over them."""
    apart = math.ceil(len(shard.clips) / most)
    return replace(shard, clips=shard.clips[::apart])


def _config(arm: Arm) -> NetworkConfig:
    config = shipped_config()
    return replace(
        config,
        encoder=replace(config.encoder, frames=arm.frames),
        sampling=replace(config.sampling, frames=arm.frames),
        prompting=replace(config.prompting, is_on=arm.is_prompted),
        pruning=replace(config.pruning, is_on=arm.is_pruned),
    )


def _run(
    arm: Arm,
    learning: Sequence[Shard],
    validation: Sequence[Shard],
    test: Sequence[Shard],
    args: argparse.Namespace,
) -> Arm:
    config = _config(arm)
    torch.manual_seed(args.seed)
    model = ChildGaitModel(config)
    lessons = lessons_of(learning, (), config, Variation(), WAYS, args.seed)
    epochs = max(1, round(args.steps * args.batch / len(lessons.training)))
    # Ways are made before the clock runs, so that it times the network alone.
    tokens = [len(one.positions) for ways in lessons.training for one in ways]
    began = time.process_time()
    recipe = Recipe(epochs=epochs, batch=args.batch, tutoring=5.0, seed=args.seed)
    trained = finish(train(model, lessons, recipe))
    step_s = (time.process_time() - began) / trained.steps
    judged = replace(lessons, validation=as_filmed(validation, config, WINDOWS))
    fitted, _ = finish(with_fitted_heads(trained.model, judged, Probe(seed=args.seed)))
    examples = as_filmed(test, config, WINDOWS)
    answers = by_child(examples, finish(logits_of(fitted, examples)))
    return replace(
        arm,
        tokens=float(np.mean(tokens)),
        balanced_accuracy=mean_balanced_accuracy(answers),
        auroc=mean_auroc(answers),
        step_s=step_s,
    )


def _table(
    arms: Sequence[Arm],
    learning: Sequence[Shard],
    test: Sequence[Shard],
    args: argparse.Namespace,
) -> str:
    clips = sum(len(one.clips) for one in learning)
    lines = [
        f"Micro encoder (4 blocks of 128) from random weights, 112 px; {args.steps} steps of"
        f" {args.batch} clips each, then the heads anew, on {clips} clips of {len(learning)}"
        f" phantoms; tested on {len(test)} rendered phantoms it has not seen. Mean over the 17"
        " items of typical against atypical; processor time of one thread. Neither skeleton nor"
        " pruning is plain VideoMAE. Each arm was trained once, so small differences may be"
        " chance.",
        "",
        "| frames | skeleton | pruned | tokens a clip | s a step | balanced accuracy | AUROC |",
        "| ---: | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for arm in arms:
        words = ["yes" if flag else "no" for flag in (arm.is_prompted, arm.is_pruned)]
        lines.append(
            f"| {arm.frames} | {words[0]} | {words[1]} | {arm.tokens:.0f} | {arm.step_s:.2f} |"
            f" {arm.balanced_accuracy:.3f} | {arm.auroc:.3f} |"
        )
    return "\n".join(lines)
