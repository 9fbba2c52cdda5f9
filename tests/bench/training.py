"""What a training step costs with pruning and without: `python -m tests bench training`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from gaitdesk.childgait.config import config_of
from gaitdesk.childgait.encoder import ENCODER_SIZES
from gaitdesk.childgait.model import ChildGaitModel, kept_of
from gaitdesk.childgait.packing import PackedClips
from gaitdesk.childgait.pruning import kept_share
from gaitdesk.domain.anatomy import Plane
from gaitdesk.learning.adapters import add_adapters
from gaitdesk.learning.dataset import AS_FILMED, cut
from gaitdesk.learning.losses import answer_loss
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.shards import SUFFIX, load_shard
from gaitdesk.learning.sizing import needed_bytes
from gaitdesk.learning.training import PROCESSOR
from tests.bench.network import FORGET_PEAK
from tests.bench.results import record

FILMS_KEPT = 0.238
"""Median share of tubelets kept of the films that `bench network --analysis` has read."""
PAPER_KEPT = 0.15
GOAL_FASTER, GOAL_LIGHTER = 5.0, 4.0
RANK = 8


def main(words: list[str]) -> int:
    """Measure, record; 1 when a goal is missed at the films' share."""
    parser = argparse.ArgumentParser("bench training")
    parser.add_argument("--size", default="small", choices=list(ENCODER_SIZES))
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--clips", type=Path, help="shards whose kept share is measured as well")
    parser.add_argument("--child", nargs=2, metavar=("SHARE", "RANK"), help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.child is not None:
        step = measured(given.size, given.batch, float(given.child[0]), int(given.child[1]))
        print(json.dumps(step))
        return 0
    shares = {"nothing pruned": 1.0, "films": FILMS_KEPT, "the paper's share": PAPER_KEPT}
    if given.clips is not None:
        found = phantom_shares(given.clips)
        shares["phantoms' clips"] = float(np.median(found))
    ways = [(name, share, 0) for name, share in shares.items()]
    ways.append(("films, adapters", FILMS_KEPT, RANK))
    steps: dict[str, list[dict[str, float]]] = {name: [] for name, _, _ in ways}
    for _ in range(given.repeats):
        for name, share, rank in ways:
            steps[name].append(in_child(given.size, given.batch, share, rank))
    return report(given, ways, steps, words)


def in_child(size: str, batch: int, share: float, rank: int) -> dict[str, float]:
    """One step in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests", "bench", "training", "--size", size]
    command += ["--batch", str(batch), "--child", str(share), str(rank)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measured(size: str, batch: int, share: float, rank: int) -> dict[str, float]:
    """Processor time and memory of a whole step: forward, backward, AdamW.

    A step on a single small clip goes before, so that the optimizer's moments are there.
    """
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = ChildGaitModel(config_of(size)).train()
    if rank:
        add_adapters(model, rank)
    learning = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=1e-4)
    small = noise(model, [64])
    clips = noise(model, lengths(model, batch, share))
    scores = torch.randint(0, 3, (batch, 2, 17)).float()
    taken(model, optimizer, small, scores[:1])
    optimizer.zero_grad(set_to_none=True)
    held = status_mb("VmRSS")
    if FORGET_PEAK.exists():
        FORGET_PEAK.write_text("5", encoding="ascii")
    began = time.process_time()
    taken(model, optimizer, clips, scores)
    spent = time.process_time() - began
    recipe = Recipe(batch=batch, adapters=rank)
    told = needed_bytes(model.config.encoder, clips.lengths, recipe, PROCESSOR) / 1e6
    peak = status_mb("VmHWM")
    return {"seconds": spent, "held_mb": held, "peak_mb": peak, "told_mb": told}


def taken(
    model: ChildGaitModel,
    optimizer: torch.optim.Optimizer,
    clips: PackedClips,
    scores: torch.Tensor,
) -> None:
    """One step."""
    planes = [list(Plane)[i % 2] for i in range(len(clips.lengths))]
    loss = answer_loss(model(clips, planes), scores, torch.ones(17, model.config.levels))
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    optimizer.step()


def lengths(model: ChildGaitModel, batch: int, share: float) -> list[int]:
    """Tokens of each clip: about that share, clips differing as real ones do."""
    mean = share * model.config.encoder.token_count
    spread = 1 + 0.3 * np.linspace(-1, 1, batch) * (share < 1 and batch > 1)
    return [round(mean * one) for one in spread]


def noise(model: ChildGaitModel, counts: Sequence[int]) -> PackedClips:
    """Clips of noise."""
    size = model.config.encoder
    rng = np.random.default_rng(0)
    places = [np.sort(rng.permutation(size.token_count)[:count]) for count in counts]
    values = torch.randn(sum(counts), size.tubelet_values)
    return PackedClips(values, torch.from_numpy(np.concatenate(places)), tuple(counts))


def phantom_shares(folder: Path, children: int = 6) -> list[float]:
    """Share of tubelets kept of some phantoms' clips, cut and pruned as in the paper."""
    config = config_of("small")
    rng = np.random.default_rng(0)
    shares = []
    for path in sorted(folder.glob(f"*{SUFFIX}"))[:children]:
        for filmed in load_shard(path).clips[:4]:
            clip, _ = cut(filmed, 0, config, AS_FILMED, rng)
            shares.append(kept_share(kept_of(clip, config)))
    return shares


def status_mb(entry: str) -> float:
    """A line of what Linux tells of this process."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.partition(f"{entry}:")[2].split()[0]) / 1000.0


def report(
    given: argparse.Namespace,
    ways: Sequence[tuple[str, float, int]],
    steps: dict[str, list[dict[str, float]]],
    words: Sequence[str],
) -> int:
    """The table; 1 where a goal is missed."""
    best = {name: min(one["seconds"] for one in own) for name, own in steps.items()}
    own_mb = {n: min(s["peak_mb"] - s["held_mb"] for s in own) for n, own in steps.items()}
    peak = {name: min(one["peak_mb"] for one in own) for name, own in steps.items()}
    whole = ways[0][0]
    lines = [
        "| clips | kept | step, processor s | times faster | memory of the step MB | times less |"
        " whole process MB | times less | told beforehand MB |",
        "| --- " * 9 + "|",
    ]
    for name, share, _ in ways:
        lines.append(
            f"| {name} | {100 * share:.1f} % | {best[name]:.2f} | {best[whole] / best[name]:.1f} |"
            f" {own_mb[name]:.0f} | {own_mb[whole] / own_mb[name]:.1f} | {peak[name]:.0f} |"
            f" {peak[whole] / peak[name]:.1f} | {steps[name][0]['told_mb']:.0f} |"
        )
    faster, lighter = best[whole] / best["films"], own_mb[whole] / own_mb["films"]
    missed = [
        text
        for text, is_met in (
            (f"{GOAL_FASTER:g} times faster ({faster:.1f})", faster >= GOAL_FASTER),
            (f"{GOAL_LIGHTER:g} times less memory of a step ({lighter:.1f})", lighter >= 4.0),
        )
        if not is_met
    ]
    verdict = f"Missed: {'; '.join(missed)}." if missed else "Both goals are met."
    size = replace(ENCODER_SIZES[given.size])
    text = (
        f"VideoMAE v2 {size.name} with heads, {given.batch} clips of 16 frames of 224 px, float32,"
        " AdamW; one thread, each step in a process of its own, the shorter of"
        f" {given.repeats} by its own processor time, since others use this machine. Memory of the"
        " step is what the process takes at its most above weights and moments; the whole process"
        " holds these and the libraries too. Shares are of the films that `bench network"
        " --analysis` has read, of the paper, and, where given, of phantoms' clips, median. Goals"
        f" are for the films' share: {GOAL_FASTER:g} times faster, {GOAL_LIGHTER:g} times less"
        f" memory.\n\n" + "\n".join(lines) + f"\n\n{verdict}"
    )
    print(text)
    record(
        "training",
        "A training step, pruned and not",
        " ".join(["python -m tests bench training", *words]),
        text,
    )
    return int(bool(missed))
