"""Films are copied into the data folder, each known there by its content."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from gaitdesk.domain.errors import VideoUnreadable
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.media.output import atomic_write
from gaitdesk.store.edits import FilmFacts, SessionId
from gaitdesk.store.erasing import FILMS
from gaitdesk.store.store import Store

_CHUNK_BYTES = 4_000_000


def copy_films_in(
    session: SessionId, folder: Path | None = None, rater: str = ""
) -> Job[tuple[FilmFacts, ...]]:
    """Copy a visit's films into the data folder, so that they move and are erased with it.

    A film that is there already, of whichever visit, is not copied twice.

    Args:
        session: The visit.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.

    Yields:
        Each part of a film that is copied.

    Returns:
        The films where they now are.

    Raises:
        VideoUnreadable: A film is not there, or is no longer the one that was analysed.
        DiskFull, OutputNotWritable: There is no room for it.
    """
    with Store.open(folder, rater=rater) as store:
        for name, film in store.films(session).items():
            target = (store.folder / FILMS / f"{film.sha256}{film.path.suffix.lower()}").absolute()
            if film.path == target:
                continue
            if target.exists() and target.stat().st_size == film.size_bytes:
                # As new again: it may have lain there without an entry until now.
                with contextlib.suppress(OSError):
                    target.touch()
            else:
                yield from _copy(film, target)
            store.move_film(session, name, target)
        return tuple(store.films(session).values())


def _copy(film: FilmFacts, target: Path) -> Job[None]:
    digest = hashlib.sha256()
    try:
        source = film.path.open("rb")
    except OSError as error:
        raise VideoUnreadable(
            film.path, tr("the film is not there any more; put it back and try again.")
        ) from error
    with source, atomic_write(target) as draft, draft.open("wb") as copy:
        while chunk := source.read(_CHUNK_BYTES):
            copy.write(chunk)
            digest.update(chunk)
            yield Progress(
                copy.tell(),
                film.size_bytes,
                tr("Copying {name}").format(name=film.path.name),
            )
        if digest.hexdigest() != film.sha256:
            raise VideoUnreadable(
                film.path, tr("this is not the film that was analysed; find that one first.")
            )
