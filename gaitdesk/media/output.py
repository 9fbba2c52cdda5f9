"""Files appear whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gaitdesk.domain.errors import DiskFull, OutputNotWritable
from gaitdesk.domain.os_words import os_words

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A path to write to instead; what is there at the end takes the place of `path`.

    When the block fails or is interrupted, nothing is left behind and an earlier file at `path`
    stays as it was. Folders on the way are made.

    Raises:
        DiskFull: No room for the file.
        OutputNotWritable: The folder or the file cannot be written.
    """
    with _translated(path, path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        draft = _draft_beside(path)
    try:
        with _translated(path, draft):
            yield draft
            _settle(draft)
            draft.chmod(_usual_mode())
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into instead; what is in it at the end is in `folder`.

    When the block fails or is interrupted, nothing is left behind and `folder` stays as it was.
    Entries of an existing folder that were not written again stay.

    Raises:
        DiskFull: No room for the files.
        OutputNotWritable: The folder cannot be written.
    """
    with _translated(folder, folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".gaitdesk-", dir=folder.parent))
    try:
        with _translated(folder, draft):
            yield draft
            # `mkdtemp` shuts everyone else out; files can be listed where they can be read.
            draft.chmod(_usual_mode() | 0o111)
            if not folder.exists():
                draft.replace(folder)
                return
            for entry in draft.iterdir():
                target = folder / entry.name
                if target.is_dir():
                    shutil.rmtree(target)
                entry.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file, UTF-8, whole or not at all.

    Raises:
        DiskFull, OutputNotWritable: See `atomic_write`.
    """
    with atomic_write(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        DiskFull, OutputNotWritable: See `atomic_write`.
    """
    with atomic_write(path) as draft:
        draft.write_bytes(content)


@contextlib.contextmanager
def _translated(path: Path, touched: Path) -> Iterator[None]:
    """Turn the system's refusals into what a clinician can mend.

    Errors about any other file than `path` and the one `touched` are not about the output.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(path, _free_bytes(path)) from error
        about = error.filename
        if about is not None and Path(os.fsdecode(about)) not in (path, touched, *path.parents):
            raise
        raise OutputNotWritable(path, os_words(error)) from error


def _draft_beside(path: Path) -> Path:
    try:
        descriptor, name = tempfile.mkstemp(
            prefix=f".{path.stem[:40]}-", suffix=path.suffix, dir=path.parent
        )
    except OSError as error:
        # The system names the draft, which nobody asked for.
        raise OSError(error.errno, error.strerror, str(path)) from error
    os.close(descriptor)
    return Path(name)


def _free_bytes(path: Path) -> int:
    folder = next(parent for parent in path.absolute().parents if parent.is_dir())
    return shutil.disk_usage(folder).free


def _settle(draft: Path) -> None:
    """Wait until the bytes are on the disk, so that no crash leaves an empty file of this name."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _usual_mode() -> int:
    """Rights that a newly made file has; `mkstemp` gives fewer."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
