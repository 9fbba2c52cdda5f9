"""A small file beside the store that knows how long the journal was: a second witness."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.media.output import write_bytes
from gaitdesk.store.journal import Head

SIDE_FILE = "journal.head"

_TRIES = 3

_log = logging.getLogger(__name__)


class SideUnreadable(ValueError):
    """A side file that does not hold what was written."""


def read_side(folder: Path) -> Head | None:
    """The last end of the journal that was noted; None where there is no side file.

    Raises:
        SideUnreadable: The file holds something else.
    """
    for _ in range(_TRIES):
        try:
            return _parsed((folder / SIDE_FILE).read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            # Another process may be writing over it at this moment.
            time.sleep(0.01)
    raise SideUnreadable(SIDE_FILE)


def _parsed(text: str) -> Head:
    length, _, digest = text.rstrip("\n").partition(" ")
    if not length.isdecimal() or len(digest) != 64 or _line(Head(int(length), digest)) != text:
        raise SideUnreadable(SIDE_FILE)
    return Head(int(length), digest)


def _line(end: Head) -> str:
    # Of one length for ever, so that it is written over in place by one call.
    return f"{end.length:012} {end.hash}\n"


def write_side(folder: Path, end: Head) -> None:
    """Note the end of the journal after a commit.

    The note is never ahead of the journal: it is written when the entry is safe. It may lag
    behind by what was written when a process was killed. That it cannot be written is logged and
    no more; the entry itself is kept.
    """
    line = _line(end).encode("ascii")
    path = folder / SIDE_FILE
    try:
        if path.exists():
            with path.open("r+b", buffering=0) as file:
                file.write(line)
        else:
            write_bytes(path, line)
    except (OSError, GaitDeskError) as error:
        _log.warning("the journal's end could not be noted: %s", type(error).__name__)
