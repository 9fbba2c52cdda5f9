"""Files of the data folder whose entry never came: who wrote them was killed in between."""

from __future__ import annotations

import logging
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr
from gaitdesk.store import journal
from gaitdesk.store.database import Database
from gaitdesk.store.edits import Kind
from gaitdesk.store.erasing import ANALYSES, FILMS, MASKS, PEOPLE
from gaitdesk.store.forms import from_text
from gaitdesk.store.side import SideUnreadable, read_side
from gaitdesk.store.store import Store

WORKING_S = 24 * 3600.0
"""So long whatever may still be in work is left alone."""

_WITH_THEIR_ENTRY = frozenset({ANALYSES, PEOPLE})
"""Folders into which things come in one step with the entry that names them."""

_log = logging.getLogger(__name__)


def strays(
    database: Database, folder: Path, clock: Callable[[], float] = time.time
) -> tuple[Path, ...]:
    """What lies in the store's own folders although no entry has ever named it.

    What comes to its place in one step with its entry is a stray at once. Films that are copied,
    masks, and what is not whole yet may be in work, and are left alone for a day.

    None are known where the journal is not the one that these files were kept with, as when an
    earlier copy of it was put back.

    Args:
        database: The store.
        folder: The data folder.
        clock: Seconds since 1970.
    """
    lying = tuple(_lying(folder))
    if not lying or not _is_the_last(database, folder):
        return ()
    named = set(_named(database))
    before = clock() - WORKING_S
    return tuple(
        place
        for place in lying
        if place.name not in named and (_is_settled(place) or _changed_at(place) < before)
    )


def told(database: Database, folder: Path) -> Iterator[str]:
    """What is good to know of strays.

    Yields:
        One sentence for all of them.
    """
    found = strays(database, folder)
    if found:
        yield tr(
            "%n file(s) or folder(s) in the data folder belong to no entry: GaitDesk was ended"
            " while it wrote. They are removed when its window is opened next.",
            "",
            len(found),
        )


def remove_strays(store: Store) -> int:
    """Remove what no entry names; how many there were.

    What cannot be removed now is found again at the next opening, and so nothing is raised.
    """
    try:
        if not strays(store.database, store.folder):
            return 0
        with store.together():
            # Once more: nobody can name one while this store writes.
            gone = [_put_aside(place) for place in strays(store.database, store.folder)]
    except (GaitDeskError, OSError) as error:
        _log.warning("files without an entry could not be removed: %s", type(error).__name__)
        return 0
    for place in gone:
        _remove(place)
    _log.warning("%d files or folders without an entry were removed", len(gone))
    return len(gone)


def _lying(folder: Path) -> Iterator[Path]:
    for name in (ANALYSES, PEOPLE, MASKS, FILMS):
        with suppress(OSError):
            yield from (folder / name).iterdir()


def _named(database: Database) -> Iterator[str]:
    for row in journal.rows_where(database, "kind IN ('analysis', 'person', 'run', 'film')", ()):
        facts = from_text(Kind(row.kind), row.new)
        if facts is None:
            continue
        match row.kind:
            case Kind.ANALYSIS:
                yield facts.folder.name
            case Kind.PERSON:
                yield facts.followed
            case Kind.RUN:
                yield facts.masks
            case _:
                yield facts.path.name


def _is_the_last(database: Database, folder: Path) -> bool:
    """Whether the journal holds the entry that was noted beside it last."""
    try:
        side = read_side(folder)
    except SideUnreadable:
        return False
    if side is None:
        return False
    held = database.run("SELECT hash FROM journal WHERE seq = ?", (side.length,))
    return held == [(side.hash,)]


def _is_settled(place: Path) -> bool:
    return place.parent.name in _WITH_THEIR_ENTRY and not place.name.startswith(".")


def _changed_at(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return time.time()


def _put_aside(place: Path) -> Path:
    """Out of its place at once; what it holds may take a while."""
    return place.rename(place.with_name(f".{uuid.uuid4().hex}"))


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with suppress(OSError):
            place.unlink(missing_ok=True)
