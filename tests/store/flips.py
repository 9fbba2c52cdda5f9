"""A small store in which one byte after the other is flipped, and what then becomes of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.evgs import Score
from gaitdesk.domain.progress import finish
from gaitdesk.store.edits import Edit, Kind, Visit
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.store.verify import verify_folder
from tests.store.made import HIP, KNEE, opened, score

JOURNAL_PARTS = ("journal", "journal_by_thing", "head")
"""The journal, its index, and the record of its length."""

_LEAF_OF_TABLE = 13


class Flipped:
    """A store of a few entries, closed, whose bytes can be flipped one at a time.

    Attributes:
        content: The file as it was left.
        before: All that can be read of it.
        pages: The bytes of each page that holds a part of the journal.
        places: Every byte in them that tells something.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with opened(folder) as store:
            patient = store.add_patient("C-12")
            session = store.add_session(Visit(patient, date(2026, 3, 4)))
            for value, cell in ((Score.MARKED, KNEE), (Score.NORMAL, HIP)):
                score(store, session, value, cell)
            store.record(session, Edit("Write", Kind.COMMENT, "", None, "walks on her toes"))
            store.undo(session)
        self._file = folder / STORE_FILE
        self.content = self._file.read_bytes()
        self.before = self._told()
        self.pages = self._journal_pages()
        self.places = self._telling()

    def _telling(self) -> list[int]:
        """Every byte of the file that tells something of the journal.

        In each page that holds a part of it: the page's head, its list of cells, and the cells;
        not the gap between them, in which there is nothing yet, and not the kind that a row
        states for its own number: SQLite takes the number from elsewhere, whatever stands there.

        Source:
            SQLite database file format, 1.6 "B-tree pages", 2.3 "Representation of SQL tables".
        """
        found: list[int] = []
        for page in self.pages:
            kind, cells = self.content[page.start], self._number(page.start + 3)
            head = 12 if kind in (2, 5) else 8
            first_cell = self._number(page.start + 5)
            found += page[: head + 2 * cells]
            unread = self._kinds_of_numbers(page, cells) if kind == _LEAF_OF_TABLE else set()
            found += [place for place in page[first_cell:] if place not in unread]
        return found

    def _kinds_of_numbers(self, page: range, cells: int) -> set[int]:
        """Where the rows of a page state the kind of their number: behind length, number, head."""
        found = set()
        for cell in range(cells):
            place = page.start + self._number(page.start + 8 + 2 * cell)
            for _ in range(3):
                while self.content[place] & 0x80:
                    place += 1
                place += 1
            found.add(place)
        return found

    def _number(self, place: int) -> int:
        return int.from_bytes(self.content[place : place + 2], "big")

    def _journal_pages(self) -> list[range]:
        with closing(sqlite3.connect(self._file)) as raw:
            ((size,),) = raw.execute("PRAGMA page_size").fetchall()
            names = ", ".join("?" * len(JOURNAL_PARTS))
            sql = f"SELECT pageno FROM dbstat WHERE name IN ({names}) ORDER BY pageno"
            numbers = [number for (number,) in raw.execute(sql, JOURNAL_PARTS)]
        return [range((number - 1) * size, number * size) for number in numbers]

    def becomes(self, place: int, bit: int) -> str:
        """What a flipped bit does: "found", "harmless" where nothing read differs, "silent"."""
        changed = bytearray(self.content)
        changed[place] ^= 1 << bit
        for left in self._folder.glob(f"{STORE_FILE}-*"):
            left.unlink()
        self._file.write_bytes(changed)
        after = self._told()
        if after is None:
            return "found"
        return "harmless" if after == self.before else "silent"

    def _told(self) -> object:
        try:
            if not finish(verify_folder(self._folder)).is_whole:
                return None
            with Store.open(self._folder) as store:
                return [
                    (one, store.history(one.id), store.sheet(one.id)) for one in store.sessions()
                ]
        except GaitDeskError:
            return None
