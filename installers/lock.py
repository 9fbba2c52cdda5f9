"""One installation at a time in one folder."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LOCK_NAME = "install.lock"


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the folder's lock; waits, and says so, while another start holds it.

    The operating system lets go of the lock when its holders end, however they end.

    Yields:
        Descriptor of the lock. A child that is given it holds the lock too, so that a pip which
        outlives its killed parent still keeps others out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_NAME).open("a+b") as file:
        if not _try_lock(file):
            print("Another start is installing here; waiting for it to finish ...", flush=True)
            while not _try_lock(file):
                time.sleep(0.2)
        yield file.fileno()


def _try_lock(file: BinaryIO) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
    else:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
