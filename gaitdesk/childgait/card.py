"""A network as a model package: its card, its weights, its calibration, read and written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from gaitdesk.childgait.answers import Calibration
from gaitdesk.childgait.installed import TASK, installed_networks
from gaitdesk.childgait.model import ChildGaitModel, load_model, save_model
from gaitdesk.domain.coding import decode, encode
from gaitdesk.domain.errors import GaitDeskError, ModelPackageInvalid
from gaitdesk.i18n import listed, retold, tr
from gaitdesk.media.output import atomic_folder, write_text
from gaitdesk.paths import model_folders
from gaitdesk.perception.package import ModelPackage, find_package, read_package, sha256_of

WEIGHTS_FILE = "network.safetensors"
CALIBRATION_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What whoever trained a network says of it.

    Attributes:
        name: Of the package, and of its folder.
        version: Raised whenever anything in the package changes.
        licence, licence_text: Its name and its words.
        authors: Who made it.
        trained_on: Children, films and labels.
        intended_use, limits: What it is for and what it cannot do.
        is_for_demonstration: Whether it must not be used on patients.
    """

    name: str
    version: str
    licence: str
    licence_text: str
    authors: str
    trained_on: str
    intended_use: str
    limits: tuple[str, ...]
    is_for_demonstration: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network that is ready to read.

    Attributes:
        name: Name and version of its package, as proposals carry it.
        model: The network.
        calibration: How its logits become chances.
        provenance: What it is, in one line.
        is_for_demonstration: Whether it must not be used on patients.
        weights: SHA-256 of the file of its weights and configuration; empty where they come from
            none, so that nothing it says can be told from what another one says.
    """

    name: str
    model: ChildGaitModel
    calibration: Calibration
    provenance: str
    is_for_demonstration: bool = False
    weights: str = ""


def network_names() -> tuple[str, ...]:
    """Packages of networks in all model folders, those whose files are there first."""
    return tuple(one.name for one in installed_networks())


def load_network(name: str | None = None) -> Network:
    """A network from its package, its files checked.

    Args:
        name: Of the package; None takes the first that is there.

    Raises:
        ModelPackageInvalid: There is none, or its files are missing or others than published.
        CheckpointRefused: Its weights are damaged.
    """
    chosen = name or next(iter(network_names()), None)
    if chosen is None:
        raise ModelPackageInvalid(
            tr("No network"),
            tr(
                "no model package of a ChildGait-Video network is in {folders}. Put one there, or"
                " read with --reader rules."
            ).format(folders=listed(str(folder) for folder in model_folders())),
        )
    return network_from(find_package(chosen))


def network_from(package: ModelPackage) -> Network:
    """The network of a package.

    Raises:
        ModelPackageInvalid: It is a package of something else, or is not as published.
        CheckpointRefused: Its weights are damaged.
    """
    if package.task != TASK:
        raise ModelPackageInvalid(
            package.name,
            tr("it is a model for {task} and cannot score. Choose one of: {names}.").format(
                task=retold(package.task), names=listed(network_names()) or tr("none installed")
            ),
        )
    package.verify()
    model = load_model(package.path_of(WEIGHTS_FILE))
    is_for_demonstration = _card(package, model)
    return Network(
        name=f"{package.name} {package.version}",
        model=model,
        calibration=_calibration(package),
        provenance=package.provenance
        if not is_for_demonstration
        else tr("{provenance} - {use}").format(
            provenance=package.provenance, use=package.intended_use
        ),
        is_for_demonstration=is_for_demonstration,
        weights=next(file.sha256 for file in package.files if file.name == WEIGHTS_FILE),
    )


def _card(package: ModelPackage, model: ChildGaitModel) -> bool:
    """Whether the network is for demonstration; the card must describe the weights it stands by.

    Raises:
        ModelPackageInvalid: It describes others.
    """
    try:
        facts = tomllib.loads((package.folder / "package.toml").read_text(encoding="utf-8"))
        said = facts["network"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise _invalid(package, error) from error
    true = _network_facts(model)
    for key, value in true.items():
        if said.get(key) != value:
            raise ModelPackageInvalid(
                package.name,
                tr(
                    "its card says {key} = {said}, its weights {true}. Put the published package"
                    " back."
                ).format(key=key, said=said.get(key), true=value),
            )
    return bool(said.get("is_for_demonstration", False))


def _network_facts(model: ChildGaitModel) -> dict[str, str | int | bool]:
    """What the card says of the network for people; the weights' own configuration decides."""
    config = model.config
    return {
        "encoder": config.encoder.name,
        "patch_px": config.encoder.patch_px,
        "frames": config.sampling.frames,
        "side_px": config.sampling.side_px,
        "is_prompted": config.prompting.is_on,
        "is_pruned": config.pruning.is_on,
        "is_ordinal": config.is_ordinal,
    }


def _calibration(package: ModelPackage) -> Calibration:
    try:
        text = package.path_of(CALIBRATION_FILE).read_text(encoding="utf-8")
        calibration: Calibration = decode(Calibration, json.loads(text))
    except (OSError, ValueError) as error:
        raise _invalid(package, error) from error
    return calibration


def _invalid(package: ModelPackage, error: Exception) -> GaitDeskError:
    return ModelPackageInvalid(
        package.name,
        tr("its description cannot be used ({reason}). Put the published package back.").format(
            reason=error
        ),
    )


def write_network(
    folder: Path,
    model: ChildGaitModel,
    calibration: Calibration,
    facts: CardFacts,
    dtype: torch.dtype = torch.float32,
) -> ModelPackage:
    """Write a model package, whole or not at all.

    Args:
        folder: Where; its name must be that of the package. What was there is replaced.
        model: The network.
        calibration: Of its logits.
        facts: What is said of it.
        dtype: Of the numbers in the file of weights.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the files.
    """
    if folder.name != facts.name:
        raise ValueError(f"a package named {facts.name} stands in a folder of that name")
    with atomic_folder(folder) as work:
        weights = work / "weights"
        weights.mkdir()
        save_model(model, weights / WEIGHTS_FILE, {"trained_on": facts.trained_on}, dtype)
        write_text(weights / CALIBRATION_FILE, json.dumps(encode(calibration), indent=1) + "\n")
        write_text(work / "LICENSE", facts.licence_text)
        uses = {WEIGHTS_FILE: "The network", CALIBRATION_FILE: "Chances and thresholds"}
        files = [(weights / name, use) for name, use in uses.items()]
        write_text(work / "package.toml", _card_text(model, facts, files))
    return read_package(folder)


def _card_text(model: ChildGaitModel, facts: CardFacts, files: Sequence[tuple[Path, str]]) -> str:
    config = model.config
    cut = config.sampling
    lines = [
        f"name = {_toml(facts.name)}",
        f"version = {_toml(facts.version)}",
        f"task = {_toml(TASK)}",
        f"licence = {_toml(facts.licence)}",
        'licence_file = "LICENSE"',
        f"authors = {_toml(facts.authors)}",
        f"trained_on = {_toml(facts.trained_on)}",
        f"input = {_toml(_input_words(model))}",
        'keypoints = "The first 23 of COCO-WholeBody, drawn onto the pictures"'
        if config.prompting.is_on
        else 'keypoints = "None are drawn; they only place the square around the child"',
        f"intended_use = {_toml(facts.intended_use)}",
        "limits = [",
        *(f"    {_toml(limit)}," for limit in facts.limits),
        "]",
        "",
        "[network]",
        *(f"{key} = {_toml(value)}" for key, value in _network_facts(model).items()),
        f"clips_per_pass = {cut.most_per_pass}",
        f"is_for_demonstration = {_toml(facts.is_for_demonstration)}",
    ]
    for path, use in files:
        lines += [
            "",
            "[[files]]",
            f"name = {_toml(path.name)}",
            f"bytes = {path.stat().st_size}",
            f"sha256 = {_toml(sha256_of(path))}",
            f"use = {_toml(use)}",
        ]
    return "\n".join(lines) + "\n"


def _input_words(model: ChildGaitModel) -> str:
    cut = model.config.sampling
    parts = [
        f"{cut.frames} pictures at {cut.rate_hz:g} a second, {cut.side_px} x {cut.side_px} around"
        f" the child, who fills {100 * cut.subject_share:.0f} % of the height"
    ]
    if model.config.prompting.is_on:
        parts.append("with the skeleton drawn on")
    if model.config.pruning.is_on:
        parts.append("patches without the child left out")
    return ", ".join(parts)


def _toml(value: str | int | bool) -> str:
    """A value as TOML; JSON's strings, numbers and truths are TOML's too."""
    return json.dumps(value, ensure_ascii=False)
