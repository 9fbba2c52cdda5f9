"""Which weights learn how fast, and when."""

from __future__ import annotations

import math
from typing import Any

from torch import nn

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.learning.recipe import Recipe


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
    """Parameters that learn, by rate and decay, as the official fine-tuning groups them.

    Where the rate has decayed to nothing below the heads, what lies there is left out.
    """
    depth = model.config.encoder.depth
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        share = recipe.layer_decay ** (depth + 1 - _layer(name, depth))
        if share == 0.0:
            continue
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((share, decay), []).append(parameter)
    return [
        {"params": own, "share": share, "weight_decay": decay}
        for (share, decay), own in groups.items()
    ]


def keep_encoder(model: ChildGaitModel) -> None:
    """Let the heads and the last norm learn, and the encoder stay as it is."""
    for parameter in model.encoder.parameters():
        parameter.requires_grad_(False)
    for parameter in model.encoder.fc_norm.parameters():
        parameter.requires_grad_(True)


def _layer(name: str, depth: int) -> int:
    if name.startswith("encoder.patch_embed"):
        return 0
    if name.startswith("encoder.blocks."):
        return int(name.split(".")[2]) + 1
    return depth + 1
