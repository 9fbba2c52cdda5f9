"""A small training as a program, to be killed: `python -m tests.learning.runs FOLDER N`."""

from __future__ import annotations

import sys
import time
from functools import cache
from pathlib import Path

import torch

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.progress import Job
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.lessons import Lessons, lessons_of
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.training import Conduct, Step, Trained, train
from tests.learning.children import made_shard, small_config

ALL_ON = Recipe(
    epochs=3, batch=4, rate=5e-3, pieces=2, adapters=2, drop_path=0.3, focal=1.0, layer_decay=0.75
)
"""Everything that holds a state or draws by chance."""


def training(folder: Path | None, recipe: Recipe = ALL_ON, save_s: float = 0.0) -> Job[Trained]:
    """The same training each time it is called."""
    torch.manual_seed(5)
    return train(ChildGaitModel(small_config()), _lessons(), recipe, folder, Conduct(save_s=save_s))


@cache
def _lessons() -> Lessons:
    children = [made_shard(k, is_atypical=k % 2 == 0) for k in range(4)]
    return lessons_of(children[:2], children[2:], small_config(), Variation(), ways=2)


def main(folder: Path, last: int) -> None:
    """Train up to an event and wait there, its step taken and not kept, until killed."""
    torch.set_num_threads(1)
    for number, event in enumerate(training(folder)):
        if isinstance(event.found, Step) and number == last:
            print("waiting", flush=True)  # noqa: T201 - what the test waits for
            time.sleep(600.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
