"""Which networks are installed, told without loading the library they run on."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.paths import model_folders, user_folder
from gaitdesk.perception.package import ModelPackage, read_package

TASK = "EVGS from clips"
"""What a package of a ChildGait-Video network states as its task."""

REGISTRY_FILE = "registry.json"
"""Names the network in use among those trained here; written by `gaitdesk.learning.registry`."""

TRAINING_FILE = "training.json"
"""Lies in the package of a network that was trained here."""


@dataclass(frozen=True, slots=True)
class InstalledNetwork:
    """A network as its package describes it.

    Attributes:
        name: Of the package.
        reader: Name and version, as proposals carry them.
        is_present: Whether its files are there; their content is not looked at.
        is_for_demonstration: Whether it must not be used on patients.
        is_active: Whether it was put into use at this desk.
        is_candidate: Whether it was trained here and is not in use: nobody reads by it unless it
            is named.
    """

    name: str
    reader: str
    is_present: bool
    is_for_demonstration: bool
    is_active: bool = False
    is_candidate: bool = False


def installed_networks() -> tuple[InstalledNetwork, ...]:
    """Networks in all model folders, the one to read by first.

    That is the one in use at this desk; those trained here and not in use come last of those
    whose files are there.
    """
    active = active_name()
    found: dict[str, InstalledNetwork] = {}
    for folder in model_folders():
        for card in sorted(folder.glob("*/package.toml")):
            try:
                package = read_package(card.parent)
            except ModelPackageInvalid:
                continue
            if package.task == TASK:
                found.setdefault(package.name, _installed(package, active))
    return tuple(sorted(found.values(), key=_rank))


def registry_folder() -> Path:
    """Where networks lie that were trained at this desk."""
    return user_folder() / "models"


def active_name(folder: Path | None = None) -> str:
    """Name of the package in use among those trained here; empty where none is.

    Args:
        folder: Where they lie; None takes that of the user's own.
    """
    path = (folder or registry_folder()) / REGISTRY_FILE
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    name = held.get("active", "") if isinstance(held, dict) else ""
    return name if isinstance(name, str) else ""


def _rank(one: InstalledNetwork) -> tuple[bool, bool, bool]:
    return not one.is_present, not one.is_active, one.is_candidate


def is_for_demonstration(reader: str) -> bool:
    """Whether a reader, by name and version, is a network that must not be used on patients."""
    return any(one.reader == reader and one.is_for_demonstration for one in installed_networks())


def _installed(package: ModelPackage, active: str) -> InstalledNetwork:
    is_trained_here = (package.folder / TRAINING_FILE).is_file()
    is_active = is_trained_here and package.name == active
    return InstalledNetwork(
        package.name,
        f"{package.name} {package.version}",
        package.is_present,
        _says_demonstration(package),
        is_active,
        is_trained_here and not is_active,
    )


def _says_demonstration(package: ModelPackage) -> bool:
    try:
        facts = tomllib.loads((package.folder / "package.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return False
    return bool(facts.get("network", {}).get("is_for_demonstration", False))
