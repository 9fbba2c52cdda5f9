"""Which networks are installed, told without loading the library they run on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.paths import model_folders
from gaitdesk.perception.package import ModelPackage, read_package

TASK = "EVGS from clips"
"""What a package of a ChildGait-Video network states as its task."""


@dataclass(frozen=True, slots=True)
class InstalledNetwork:
    """A network as its package describes it.

    Attributes:
        name: Of the package.
        reader: Name and version, as proposals carry them.
        is_present: Whether its files are there; their content is not looked at.
        is_for_demonstration: Whether it must not be used on patients.
    """

    name: str
    reader: str
    is_present: bool
    is_for_demonstration: bool


def installed_networks() -> tuple[InstalledNetwork, ...]:
    """Networks in all model folders, those whose files are there first."""
    found: dict[str, InstalledNetwork] = {}
    for folder in model_folders():
        for card in sorted(folder.glob("*/package.toml")):
            try:
                package = read_package(card.parent)
            except ModelPackageInvalid:
                continue
            if package.task == TASK:
                found.setdefault(package.name, _installed(package))
    return tuple(sorted(found.values(), key=lambda one: not one.is_present))


def is_for_demonstration(reader: str) -> bool:
    """Whether a reader, by name and version, is a network that must not be used on patients."""
    return any(one.reader == reader and one.is_for_demonstration for one in installed_networks())


def _installed(package: ModelPackage) -> InstalledNetwork:
    return InstalledNetwork(
        package.name,
        f"{package.name} {package.version}",
        package.is_present,
        _says_demonstration(package),
    )


def _says_demonstration(package: ModelPackage) -> bool:
    try:
        facts = tomllib.loads((package.folder / "package.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return False
    return bool(facts.get("network", {}).get("is_for_demonstration", False))
