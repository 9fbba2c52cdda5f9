"""Writing to the journal: entries appended together or not at all, and their end noted."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.store import guards, journal, records
from gaitdesk.store.database import Database
from gaitdesk.store.edits import Action, Kind, ReadingId, SessionId
from gaitdesk.store.forms import to_text
from gaitdesk.store.journal import Row
from gaitdesk.store.side import SideUnreadable, read_side, write_side

_log = logging.getLogger(__name__)


class Ledger:
    """The journal of one data folder, and who writes in it.

    Attributes:
        folder: The data folder.
        database: The file underneath.
        rater: Who is at the desk; every entry names them.
    """

    def __init__(self, folder: Path, database: Database, rater: str) -> None:
        self.folder = folder
        self.database = database
        self.rater = rater
        self._depth = 0

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Several calls that are kept together or not at all."""
        self._depth += 1
        try:
            with self.database.writing():
                yield
        finally:
            self._depth -= 1
        if not self._depth:
            self._note_end()

    def add(
        self,
        kind: Kind,
        what: str,
        value: Any,
        session: SessionId | None = None,
        *,
        text: str = "",
        reason: str = "",
        reading: ReadingId | None = None,
    ) -> Row:
        """An entry of something that came in; inside `together`."""
        last = journal.latest(self.database, session, kind, what, reading)
        draft = journal.draft(
            Action.ADDED,
            kind,
            what,
            session=session,
            text=text,
            old=None if last is None else last.new,
            new=to_text(kind, value),
            reason=reason,
            reading=reading,
        )
        return self.append([draft])[0]

    def append(self, drafts: Sequence[Row]) -> list[Row]:
        """Entries at the end of the journal as one step; inside `together`.

        Raises:
            GaitDeskError: One of them changes what no longer changes.
        """
        guards.check(self.database, drafts, self.rater)
        rows = journal.append(self.database, drafts, self.rater)
        for row in rows:
            records.apply(self.database, row)
        return rows

    def _note_end(self) -> None:
        """Let the side record know of the journal's end, unless it tells of another journal.

        The entry is kept by now, whatever becomes of this note.
        """
        try:
            side = read_side(self.folder)
            end = journal.head(self.database)
            if side is not None:
                known = self.database.run("SELECT hash FROM journal WHERE seq = ?", (side.length,))
                if side.length >= end.length or known != [(side.hash,)]:
                    return
        except (SideUnreadable, GaitDeskError) as error:
            _log.warning("the journal's end could not be noted: %s", type(error).__name__)
            return
        write_side(self.folder, end)
