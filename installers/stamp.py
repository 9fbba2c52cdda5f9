"""What an environment holds, written down inside it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

LAYOUT = 1
"""Raised when what an installer puts into the folder changes otherwise than by pyproject.toml."""


@dataclass(frozen=True)
class Stamp:
    """What an environment holds.

    Attributes:
        project: SHA-256 of pyproject.toml.
        root: The project folder; an installation does not survive a move.
        python: The interpreter behind the environment, links resolved.
        version: Its version when the environment was made.
        extras: Optional sets of packages that are in it.
        weights: Size in bytes of each model file, by path.
        layout: `LAYOUT` of the installer.
    """

    project: str
    root: str
    python: str
    version: str
    extras: tuple[str, ...] = ()
    weights: dict[str, int] = field(default_factory=dict)
    layout: int = LAYOUT

    @staticmethod
    def read(file: Path) -> Stamp | None:
        """The stamp in a file; None where there is none, or one nobody can read."""
        try:
            facts = json.loads(file.read_text(encoding="utf-8"))
            return Stamp(**{**facts, "extras": tuple(facts["extras"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, file: Path) -> None:
        """Put the stamp in place, whole or not at all."""
        incoming = file.with_name(file.name + ".incoming")
        incoming.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        incoming.replace(file)

    @property
    def has_weights(self) -> bool:
        """Whether every model file still lies where it was put, with its size."""
        return bool(self.weights) and all(
            os.path.isfile(path) and os.path.getsize(path) == size  # noqa: PTH113, PTH202
            for path, size in self.weights.items()
        )
