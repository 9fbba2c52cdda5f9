"""Model packages carried between machines: taken in whole and checked, packed into one file.

A machine that has never seen a network gets its weights this way, from a folder or a ZIP file.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.media.output import atomic_folder, atomic_write, write_text
from gaitdesk.paths import user_folder
from gaitdesk.perception.package import ModelPackage, PackageFile, find_package, read_package

DESCRIPTION = "package.toml"
WEIGHTS = "weights"
FETCHED = "models"
"""Where the package sapiens-inferece puts what it fetches, in the folder it is run in."""
_AT_ONCE = 4_000_000
_LONGEST_TEXT = 1_000_000
_HOLD_NUMBERS = frozenset({".safetensors", ".json", ".txt", ".onnx", ".tflite", ".model"})
_UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def take_in(source: Path, name: str | None = None, folder: Path | None = None) -> Job[ModelPackage]:
    """Copy a model package, or the bare files of a known one, among the user's own models.

    Every file is hashed on its way. A package that brings a description must hold exactly what it
    states. For bare files the description comes from this installation; where that states no
    SHA-256 because the publisher states none, the one found now is written down, and from then
    on no other file passes for it.

    Args:
        source: A folder or a ZIP file.
        name: Of the known package whose bare files these are; None where a description lies
            beside them.
        folder: Where packages are kept; None takes the user's own models.

    Yields:
        Bytes copied.

    Returns:
        The package in its new place.

    Raises:
        ModelPackageInvalid: It is no package, holds wrong or hostile files, or lacks some;
            nothing was taken in, and what was there before stays.
        DiskFull, OutputNotWritable: It cannot be copied.
    """
    with _opened(source) as parcel:
        described, wanted = _description(parcel, name)
        target = (folder or user_folder() / "models") / wanted
        with atomic_folder(target) as draft:
            (draft / WEIGHTS).mkdir()
            write_text(draft / DESCRIPTION, described)
            package = _read(draft, parcel)
            if package.name != wanted:
                raise _refused(parcel, tr("it calls itself {name}").format(name=package.name))
            yield from _copy_files(parcel, package, draft, is_bare=name is not None)
            for licence in ("LICENSE", "NOTICE"):
                if licence in parcel.members:
                    text = parcel.text(licence)
                    write_text(draft / licence, text)
            found = read_package(draft)
            for file in found.needed:
                problem = unsafe(found.weights / file.name)
                if problem:
                    raise _refused(parcel, problem)
    return read_package(target)


def pack(package: ModelPackage, path: Path) -> Job[Path]:
    """Write a package and its files into one ZIP file that `take_in` reads.

    Yields:
        Bytes written.

    Raises:
        ModelPackageInvalid: A file is missing or another one than stated.
        DiskFull, OutputNotWritable: The file cannot be written.
    """
    package.verify()
    total = sum(file.size_bytes for file in package.needed)
    done = 0
    with atomic_write(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        texts = [package.folder / one for one in (DESCRIPTION, "LICENSE", "NOTICE")]
        for text in texts:
            if text.is_file():
                archive.write(text, text.name)
        for file in package.needed:
            member = zipfile.ZipInfo(f"{WEIGHTS}/{file.name}")
            with (
                package.path_of(file.name).open("rb") as stream,
                archive.open(member, "w", force_zip64=True) as into,
            ):
                while block := stream.read(_AT_ONCE):
                    into.write(block)
                    done += len(block)
                    yield Progress(done, total, tr("Packing {file}").format(file=file.name))
    return path


def unsafe(path: Path) -> str:
    """Why a file of weights must not be opened; empty where nothing speaks against it.

    Only formats that hold numbers, or a network's own steps, are let in; a pickle can run any
    program as soon as it is read.
    """
    ending = path.suffix.lower()
    if ending in _HOLD_NUMBERS:
        with path.open("rb") as stream:
            # A length of eight bytes, then a description.
            is_right = ending != ".safetensors" or stream.read(9)[8:] == b"{"
        return "" if is_right else _pickled(path)
    if ending not in {".pt", ".pt2", ".pth", ".ckpt", ".bin", ".pkl", ".pickle"}:
        return tr("{file} is of a kind that no model here is kept in.").format(file=path.name)
    if not zipfile.is_zipfile(path):
        return _pickled(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = [PurePosixPath(one).parts for one in archive.namelist()]
    except zipfile.BadZipFile:
        return tr("{file} is damaged.").format(file=path.name)
    if any(one[1:2] == ("code",) for one in names):
        return ""
    if any("exported_program" in one[-1] for one in names):
        return tr(
            "{file} was exported for one version of torch only. Take the TorchScript file of the"
            " same model."
        ).format(file=path.name)
    return _pickled(path)


def _pickled(path: Path) -> str:
    return tr(
        "{file} holds weights as a pickle, which can run any program when it is opened. Take the"
        " safetensors or TorchScript file of the same model."
    ).format(file=path.name)


@dataclass(frozen=True)
class _Parcel:
    """What a folder or a ZIP file holds.

    Attributes:
        source: The folder or file.
        members: Size of each file by its name below the package's root, "/" between folders.
        archive: The ZIP file; None for a folder.
        root: Where the package lies within it.
    """

    source: Path
    members: dict[str, int]
    archive: zipfile.ZipFile | None
    root: str = ""

    def blocks(self, member: str) -> Iterator[bytes]:
        """One of its files, piece by piece."""
        with ExitStack() as closing:
            try:
                stream = closing.enter_context(self._open(member))
                block = stream.read(_AT_ONCE)
            except _UNREADABLE as error:
                raise _refused(self, tr("{file} cannot be read").format(file=member)) from error
            while block:
                yield block
                try:
                    block = stream.read(_AT_ONCE)
                except _UNREADABLE as error:
                    words = tr("{file} cannot be read").format(file=member)
                    raise _refused(self, words) from error

    def text(self, member: str) -> str:
        """One of its small text files."""
        try:
            if self.members[member] > _LONGEST_TEXT:
                raise ValueError
            return b"".join(self.blocks(member)).decode("utf-8")
        except ValueError as error:
            raise _refused(self, tr("{file} is no text").format(file=member)) from error

    def _open(self, member: str) -> IO[bytes]:
        if self.archive is not None:
            return self.archive.open(self.root + member)
        return (self.source / member).open("rb")


@contextmanager
def _opened(source: Path) -> Iterator[_Parcel]:
    with ExitStack() as closing:
        if source.is_dir():
            members = {
                path.relative_to(source).as_posix(): path.stat().st_size
                for path in sorted(source.rglob("*"))
                if path.is_file()
            }
            yield _Parcel(source, members, None)
            return
        try:
            archive = closing.enter_context(zipfile.ZipFile(source))
        except (OSError, zipfile.BadZipFile) as error:
            raise ModelPackageInvalid(
                source.name,
                tr("it is neither a folder nor a ZIP file that can be read. Nothing was taken in."),
            ) from error
        yield _zipped(source, archive)


def _zipped(source: Path, archive: zipfile.ZipFile) -> _Parcel:
    """A ZIP file's members, refused when one would leave the folder it is unpacked into."""
    whole = _Parcel(source, {}, archive)
    sizes: dict[str, int] = {}
    for entry in archive.infolist():
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        kind = stat.S_IFMT(entry.external_attr >> 16)
        is_outside = not parts or parts[0] == "/" or ".." in parts or ":" in parts[0]
        if is_outside or (kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))):
            raise _refused(whole, tr("{file} points outside of it").format(file=entry.filename))
        if entry.is_dir():
            continue
        if entry.filename in sizes:
            raise _refused(whole, tr("{file} is in it twice").format(file=entry.filename))
        sizes[entry.filename] = entry.file_size
    roots = [one[: -len(DESCRIPTION)] for one in sizes if one.split("/")[-1] == DESCRIPTION]
    root = min(roots, key=len, default="")
    members = {one[len(root) :]: size for one, size in sizes.items() if one.startswith(root)}
    return _Parcel(source, members, archive, root)


def _description(parcel: _Parcel, name: str | None) -> tuple[str, str]:
    """The text that describes what is taken in, and the name of its package."""
    if name is not None:
        known = find_package(name)
        return (known.folder / DESCRIPTION).read_text(encoding="utf-8"), known.name
    if DESCRIPTION not in parcel.members:
        raise _refused(
            parcel,
            tr(
                "it holds no package.toml. If it holds the files of a model that gaitdesk models"
                " list names, say which with --as NAME"
            ),
        )
    text = parcel.text(DESCRIPTION)
    found = re.search(r'^name\s*=\s*"([^"]*)"', text, re.MULTILINE)
    if found is None or not _PLAIN.fullmatch(found[1]):
        raise _refused(parcel, tr("its package.toml states no usable name"))
    return text, found[1]


def _read(draft: Path, parcel: _Parcel) -> ModelPackage:
    try:
        return read_package(draft)
    except ModelPackageInvalid as error:
        raise _refused(parcel, tr("its package.toml cannot be used")) from error


def _copy_files(parcel: _Parcel, package: ModelPackage, draft: Path, *, is_bare: bool) -> Job[None]:
    """The package's files into the draft, hashed on the way."""
    files = [file for file in package.files if not file.is_optional or _place_in(parcel, file)]
    places = {file.name: _place(parcel, file) for file in files}
    total, done = sum(parcel.members[place] for place in places.values()), 0
    for file in files:
        if not (file.is_stated or is_bare):
            raise _refused(parcel, tr("it states no SHA-256 of {file}").format(file=file.name))
        sha256, size = hashlib.sha256(), 0
        with (draft / WEIGHTS / file.name).open("wb") as into:
            for block in parcel.blocks(places[file.name]):
                size += len(block)
                if file.is_stated and size > file.size_bytes:
                    break
                into.write(block)
                sha256.update(block)
                done += len(block)
                yield Progress(done, total, tr("Taking in {file}").format(file=file.name))
        if not file.is_stated:
            if file.published_sha256 not in ("", sha256.hexdigest()):
                raise _refused(
                    parcel,
                    tr("{file} is not the file that was published.").format(file=file.name),
                )
            _state(draft / DESCRIPTION, file.name, size, sha256.hexdigest())
        elif (size, sha256.hexdigest()) != (file.size_bytes, file.sha256):
            raise _refused(
                parcel,
                tr("{file} is not the file its description states").format(file=file.name),
            )


def _place(parcel: _Parcel, file: PackageFile) -> str:
    place = _place_in(parcel, file)
    if not place:
        raise _refused(parcel, tr("{file} is missing").format(file=file.name))
    return place


def _place_in(parcel: _Parcel, file: PackageFile) -> str:
    """Where a parcel holds a file; empty where it does not."""
    places = (f"{WEIGHTS}/{file.name}", file.name, f"{FETCHED}/{file.name}")
    return next((place for place in places if place in parcel.members), "")


def _state(description: Path, name: str, size: int, sha256: str) -> None:
    """Write down what a file was when it was taken in."""
    line = re.compile(rf'^(name\s*=\s*"{re.escape(name)}"[^\n]*)$', re.MULTILINE)
    head, mark, files = description.read_text(encoding="utf-8").partition("[[files]]")
    stated = line.sub(rf'\1\nbytes = {size}\nsha256 = "{sha256}"', files, count=1)
    write_text(description, head + mark + stated)


def _refused(parcel: _Parcel, reason: str) -> ModelPackageInvalid:
    return ModelPackageInvalid(
        parcel.source.name,
        tr("{reason}. Nothing was taken in.").format(reason=reason.rstrip(".")),
    )
