"""The state of a training on the disk: whole or not at all, and of this training only."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import torch

from gaitdesk.childgait.config import config_to_json
from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.errors import DiskFull
from gaitdesk.i18n import tr
from gaitdesk.learning.dataset import Example
from gaitdesk.learning.faults import CheckpointDamaged, CheckpointNotKept, CheckpointOfAnother
from gaitdesk.learning.recipe import Recipe
from gaitdesk.media.output import atomic_write

STATE_FILE = "training.pt"
_FREE = frozenset({"pieces", "seconds"})
"""Of a recipe: what may differ from one start to the next."""
_UNREADABLE = (
    RuntimeError, EOFError, KeyError, ValueError, OSError, pickle.UnpicklingError,
    zipfile.BadZipFile,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """What a training's outcome follows from; a state goes on with the same alone.

    Attributes:
        network: Its configuration, and the weights that do not learn.
        recipe: But for what changes nothing.
        children: Those learned from and those checked on, with their scores.
    """

    network: str
    recipe: str
    children: str

    @classmethod
    def of(
        cls,
        model: ChildGaitModel,
        recipe: Recipe,
        training: Sequence[Example],
        validation: Sequence[Example],
    ) -> Origin:
        fixed = hashlib.sha256(config_to_json(model.config).encode())
        for name, one in model.named_parameters():
            if not one.requires_grad:
                fixed.update(name.encode())
                fixed.update(one.detach().cpu().contiguous().numpy().tobytes())
        settings = {name: held for name, held in asdict(recipe).items() if name not in _FREE}
        children = hashlib.sha256()
        for part in (training, validation):
            for example in part:
                children.update(example.child.encode())
                children.update(example.scores.tobytes())
            children.update(b"|")
        return cls(fixed.hexdigest(), json.dumps(settings, sort_keys=True), children.hexdigest())


def keep_state(path: Path, origin: Origin, state: Mapping[str, Any], epoch: int) -> None:
    """Write a state in place of the last one.

    Raises:
        CheckpointNotKept: The disk is full; the last one stays.
        OutputNotWritable: The folder cannot be written.
    """
    try:
        with atomic_write(path) as draft, draft.open("wb") as file:
            _save({**state, "origin": asdict(origin)}, file)
    except DiskFull as error:
        free = shutil.disk_usage(path.parent).free
        raise CheckpointNotKept(path, free, epoch) from error


def _save(state: Mapping[str, Any], file: IO[bytes]) -> None:
    try:
        torch.save(state, file)
    except RuntimeError as error:
        # What the system refused, torch reports as a defect of its own archive.
        if isinstance(error.__context__, OSError):
            raise error.__context__ from error
        raise


def kept_state(path: Path, origin: Origin) -> dict[str, Any] | None:
    """The state a folder holds; None where there is none.

    Raises:
        CheckpointDamaged: It cannot be read.
        CheckpointOfAnother: It is of another training.
    """
    if not path.exists():
        return None
    try:
        held: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        known = held["origin"]
    except _UNREADABLE as error:
        raise CheckpointDamaged(path) from error
    words = {
        "network": tr("network"),
        "recipe": tr("recipe"),
        "children": tr("set of children"),
    }
    for name, own in asdict(origin).items():
        if known.get(name) != own:
            raise CheckpointOfAnother(path.parent, words[name])
    return held
