"""Where a training starts: a network trained before, or a VideoMAE checkpoint with fresh heads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import torch

from gaitdesk.childgait.answers import Calibration
from gaitdesk.childgait.card import load_network
from gaitdesk.childgait.checkpoints import load_encoder, load_state, size_of
from gaitdesk.childgait.config import config_of
from gaitdesk.childgait.installed import TRAINING_FILE
from gaitdesk.childgait.model import CONFIG_KEY, ChildGaitModel, load_model
from gaitdesk.childgait.weights import open_weights
from gaitdesk.domain.errors import CheckpointRefused
from gaitdesk.i18n import noted, tr
from gaitdesk.perception.package import find_package

VIDEOMAE_LICENCE = "CC-BY-NC-4.0"


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A network to begin with, and what it brings along.

    Attributes:
        model: The network.
        name: Name and version of its package, or of the file.
        licence, licence_text: Under which it may be used.
        is_non_commercial: Whether that forbids commercial use.
        is_for_demonstration: Whether it has seen phantoms alone.
        learned: Whatever the patients are known by it has learned from.
        has_heads: Whether its heads have learned, or begin anew.
        calibration: Of its logits; for fresh heads one that leaves them as they are.
    """

    model: ChildGaitModel
    name: str
    licence: str
    licence_text: str
    is_non_commercial: bool = False
    is_for_demonstration: bool = False
    learned: tuple[str, ...] = ()
    has_heads: bool = True
    calibration: Calibration = field(default_factory=Calibration)


def started(wanted: str | None, seed: int = 0) -> Start:
    """The network that a training starts from.

    Args:
        wanted: Name of a model package, or a file of weights; None takes the network in use.
        seed: Of fresh heads.

    Raises:
        ModelPackageInvalid, CheckpointRefused: It cannot be used.
    """
    if wanted is not None and Path(wanted).is_file():
        return _from_file(Path(wanted), seed)
    network = load_network(wanted)
    package = find_package(network.name.rpartition(" ")[0])
    licence = package.folder / "LICENSE"
    words = licence.read_text(encoding="utf-8") if licence.is_file() else package.licence
    card = _training_facts(package.folder / TRAINING_FILE)
    learned = card.get("learned", ())
    return Start(
        network.model,
        network.name,
        package.licence,
        words,
        bool(card.get("is_non_commercial", False)) or _forbids_commerce(package.licence),
        network.is_for_demonstration,
        tuple(str(one) for one in learned) if isinstance(learned, list) else (),
        calibration=network.calibration,
    )


def _from_file(path: Path, seed: int) -> Start:
    """Weights of our own, or an encoder of the VideoMAE v2 family; each with its licence."""
    if CONFIG_KEY in open_weights(path).about:
        return Start(load_model(path), path.name, noted("not stated"), noted("not stated"))
    size = size_of(load_state(path))
    if size is None:
        raise CheckpointRefused(
            path.name,
            tr(
                "is of no size of the VideoMAE v2 family. Choose vit_s, vit_b or vit_g weights of"
                " VideoMAE v2, fine-tuned on K710."
            ),
        )
    torch.manual_seed(seed)
    model = ChildGaitModel(config_of(size.name))
    load_encoder(model.encoder, path)
    words = noted("Weights of VideoMAE v2 are for research alone: CC BY-NC 4.0.")
    return Start(model, path.name, VIDEOMAE_LICENCE, words, is_non_commercial=True, has_heads=False)


def _forbids_commerce(licence: str) -> bool:
    """Whether a licence is one of Creative Commons' for non-commercial use, by its short name."""
    return "NC" in re.split("[^A-Z0-9]+", licence.upper())


def _training_facts(path: Path) -> dict[str, object]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}
