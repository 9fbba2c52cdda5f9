"""EdgeTAM's published file, made anew: its description, its names and shapes, and no weights of it.

What lies in `published` was written by transformers 5.23 and timm 1.0.19 themselves, from networks
of random weights: `edgetam_config.json` and `edgetam_weights.txt` by saving EdgeTAM as its
publisher did, `repvit_m1.json` by running timm's repvit_m1 with the weights of `waves`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

HERE = Path(__file__).with_name("published")
BACKBONE = "vision_encoder.backbone.timm_model."
SIDE = 256
"""Pixels of a picture in the small network; the published one's have 1024."""


def shapes() -> dict[str, tuple[int, ...]]:
    """Every weight of the published file, and its shape."""
    lines = (HERE / "edgetam_weights.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines)
    return {
        name: () if shape == "scalar" else tuple(map(int, shape.split("x")))
        for name, shape in pairs
    }


def waves(wanted: Iterable[tuple[str, tuple[int, ...]]]) -> dict[str, torch.Tensor]:
    """Weights by formula, the same on every computer, under which answers stay small."""
    made = {}
    for index, (name, shape) in enumerate(wanted):
        if not shape:
            made[name] = torch.tensor(0)
            continue
        count = torch.Size(shape).numel()
        wave = torch.sin(torch.arange(count, dtype=torch.float64) * (1.7 + index) + index)
        if name.endswith(("running_var", "norm.weight", "bn.weight")):
            wave = 1 + 0.3 * wave
        elif len(shape) > 1:
            wave = wave * (2 / (count / shape[0])) ** 0.5
        else:
            wave = 0.1 * wave
        made[name] = wave.reshape(shape).float()
    return made


def config(side: int = SIDE) -> dict[str, Any]:
    """What the published file says of itself, for pictures of another size."""
    said: dict[str, Any] = json.loads((HERE / "edgetam_config.json").read_text(encoding="utf-8"))
    said["image_size"] = said["prompt_encoder_config"]["image_size"] = side
    sight = said["vision_config"]
    sight["backbone_feature_sizes"] = [[side // part, side // part] for part in (4, 8, 16)]
    said["memory_attention_rope_feat_sizes"] = [side // 16, side // 16]
    # Left out of the file here: what the classes of the network timm trained were called.
    sight["backbone_config"]["label_names"] = [f"class {index}" for index in range(1000)]
    return said


def files() -> dict[str, bytes]:
    """The published file with weights by formula, as a folder of it holds it."""
    made = waves(shapes().items())
    return {
        "config.json": json.dumps(config()).encode(),
        "model.safetensors": save(made, {"format": "pt"}),
    }
