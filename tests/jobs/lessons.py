"""A desk with a little cohort of made children, and a small network to begin with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from gaitdesk.childgait.model import ChildGaitModel, save_model
from gaitdesk.jobs.training_order import Details, TrainingOrder
from gaitdesk.learning.recipe import Preset
from gaitdesk.learning.shards import SUFFIX, save_shard
from tests.learning.children import made_shard, small_config


def desk_with_children(folder: Path, children: int = 5, **details: float) -> TrainingOrder:
    """An order for a small training in a folder that holds all it needs."""
    cohort = folder / "cohort"
    if not cohort.exists():
        cohort.mkdir(parents=True)
        for number in range(children):
            shard = made_shard(number, is_atypical=number % 2 == 0)
            save_shard(cohort / f"{shard.name}{SUFFIX}", shard)
        torch.manual_seed(1)
        save_model(ChildGaitModel(small_config()), folder / "start.safetensors")
    numbers = Details(**{"epochs": 2, "batch": 8, "rate": 5e-3, **details})  # type: ignore[arg-type]
    return TrainingOrder(
        out=folder / "run",
        data_folder=folder / "data",
        has_clinic=False,
        phantoms=(cohort,),
        start=str(folder / "start.safetensors"),
        preset=Preset.QUICK,
        details=numbers,
        device="cpu",
    )


def elsewhere(order: TrainingOrder, name: str) -> TrainingOrder:
    """The same training in another folder, by another name."""
    return replace(order, out=order.out.parent / name, name=name)
