"""A small file beside the store that knows how long the journal was: a second witness."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from gaitdesk.store.journal import Head

SIDE_FILE = "journal.head"

_log = logging.getLogger(__name__)


class SideUnreadable(ValueError):
    """A side file that does not hold what was written."""


def read_side(folder: Path) -> Head | None:
    """The last end of the journal that was noted; None where there is no side file.

    Raises:
        SideUnreadable: The file holds something else.
    """
    try:
        text = (folder / SIDE_FILE).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SideUnreadable(str(error)) from error
    words = text.split("\n")[0].split(" ")
    if len(words) != 2 or not words[0].isdecimal() or len(words[1]) != 64:
        raise SideUnreadable(SIDE_FILE)
    return Head(int(words[0]), words[1])


def write_side(folder: Path, end: Head) -> None:
    """Note the end of the journal after a commit.

    The note is never ahead of the journal: it is written when the entry is safe. It may lag
    behind by what was written when a process was killed. That it cannot be written is logged and
    no more; the entry itself is kept.
    """
    # A fixed length, written over in one call: no reader ever sees half of it.
    line = f"{end.length:012} {end.hash}\n".encode("ascii")
    path = folder / SIDE_FILE
    try:
        with contextlib.ExitStack() as stack:
            try:
                file = stack.enter_context(path.open("r+b", buffering=0))
            except FileNotFoundError:
                file = stack.enter_context(path.open("xb", buffering=0))
            file.write(line)
    except OSError as error:
        _log.warning("the journal's end could not be noted: %s", error.strerror)
