"""A visit's scoresheet as the store keeps it: every edit in its journal, undo across restarts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gaitdesk.domain.coding import encode
from gaitdesk.domain.errors import EditedElsewhere
from gaitdesk.domain.evgs import Cell, ItemScore, Scoresheet
from gaitdesk.i18n import noted
from gaitdesk.store.cells import is_same_word
from gaitdesk.store.corrections import is_new_correction, record_correction
from gaitdesk.store.edits import (
    Edit,
    Entry,
    EntryId,
    Kind,
    ReadingId,
    SessionId,
    Step,
    cell_key,
    cell_of,
)
from gaitdesk.store.store import Store
from gaitdesk.ui.clash import Clash, News, last_about, others_edits
from gaitdesk.ui.scoring.answers import CELLS


class KeptRecord:
    """The edits of one visit; `news` tells of what is kept elsewhere meanwhile.

    Args:
        store: Where they are kept.
        session: The visit.
        reading: The reading whose sheet is edited; None for the visit's own.

    Attributes:
        clashes: Items that the last edit refused as `EditedElsewhere` wanted otherwise.
    """

    def __init__(self, store: Store, session: SessionId, reading: ReadingId | None = None) -> None:
        self._store, self._session, self._reading = store, session, reading
        self._seen = store.latest(session)
        self._own: set[EntryId] = set()
        self._given: dict[Cell, ItemScore | None] = {}
        self.clashes: tuple[Clash, ...] = ()
        self._sheet = self._standing()
        self._undo_text: str | None = None
        self._redo_text: str | None = None
        self._read_stack()

    @property
    def sheet(self) -> Scoresheet:
        return self._sheet

    @property
    def undo_text(self) -> str | None:
        return self._undo_text

    @property
    def redo_text(self) -> str | None:
        return self._redo_text

    def edit(self, text: str, after: Scoresheet) -> None:
        """Keep one edit.

        Raises:
            EditedElsewhere: Somebody else has changed one of its items; the sheet shows theirs,
                and `clashes` what was wanted. What the edit says of other items is kept.
            StoreBusy, StoreFull, StoreNotWritable: It could not be kept; the sheet is as it was.
        """
        edits = [
            Edit(text, Kind.CELL, cell_key(*cell), self._sheet.get(*cell), after.get(*cell))
            for cell in CELLS
            if self._sheet.get(*cell) != after.get(*cell)
        ]
        try:
            own = self._keep(edits)
        except EditedElsewhere:
            self._keep_rest(text, after)
            raise
        self._own.update(own)
        self._given.update((cell_of(edit.what), edit.new) for edit in edits)
        self._sheet = after
        self._undo_text, self._redo_text = text, None

    def _standing(self) -> Scoresheet:
        return self._store.sheet(self._session, self._reading)

    def _keep(self, edits: Sequence[Edit]) -> tuple[EntryId, ...]:
        return self._store.record_many(self._session, edits, self._reading)

    def _keep_rest(self, text: str, after: Scoresheet) -> None:
        """Note where somebody else was first, and keep what the edit says of all else."""
        before, standing = self._sheet, self._standing()
        wanted = [cell for cell in CELLS if before.get(*cell) != after.get(*cell)]
        taken = [cell for cell in wanted if standing.get(*cell) != before.get(*cell)]
        history = self._store.history(self._session)
        self.clashes = tuple(
            _clash(cell, after.get(*cell), standing.get(*cell), last_about(history, cell))
            for cell in taken
            if not is_same_word(after.get(*cell), standing.get(*cell))
        )
        self._sheet = rest = standing
        for cell in wanted:
            held = after.get(*cell)
            if cell not in taken and held is not None:
                rest = rest.with_cell(*cell, held)
        if rest != standing:
            self.edit(text, rest)

    def news(self) -> News:
        """What others have kept since this was last asked; the sheet then shows it."""
        latest = self._store.latest(self._session)
        if latest == self._seen:
            return News()
        since, self._seen = self._seen, latest
        recent = self._store.history(self._session, since)
        entries = others_edits(recent, since, frozenset(self._own))
        if not entries:
            return News()
        history = self._store.history(self._session)
        self._sheet = self._standing()
        self._read_stack()
        changed = {cell_of(one.what) for one in entries if one.kind is Kind.CELL}
        clashes = []
        for cell in CELLS:
            if cell not in changed or cell not in self._given:
                continue
            mine, theirs = self._given.pop(cell), self._sheet.get(*cell)
            if not is_same_word(mine, theirs):
                clashes.append(_clash(cell, mine, theirs, last_about(history, cell)))
        return News(entries, tuple(clashes))

    def keep_mine(self, text: str, clash: Clash) -> None:
        """Let this window's answer stand; the other one stays in the journal.

        Raises:
            EditedElsewhere: It was changed once more.
        """
        if clash.mine is None:
            return
        standing = self._sheet.get(*clash.cell)
        proposed = clash.mine.proposed if standing is None else standing.proposed
        mine = replace(clash.mine, proposed=proposed)
        self.edit(text, self._sheet.with_cell(*clash.cell, mine))

    def take_theirs(self, clash: Clash) -> None:
        """Let the other answer stand; the journal notes what had been wanted here."""
        what = f"clash/{cell_key(*clash.cell)}"
        old = self._store.value(self._session, Kind.NOTE, what)
        new = {"wanted": encode(clash.mine), "taken": encode(clash.theirs)}
        note = Edit(noted("The other answer was taken"), Kind.NOTE, what, old, new)
        self._own.add(self._store.record(self._session, note))

    def correct(self, edit: Edit) -> None:
        """Keep one correction of what the sheet rests on; see `edit`."""
        if is_new_correction(edit):
            self._own.add(record_correction(self._store, self._session, edit))
        else:
            self._own.add(self._store.record(self._session, edit))
        self._undo_text, self._redo_text = edit.text, None

    def write(self, edits: Sequence[Edit]) -> None:
        """Keep what was written of the visit as a whole, as one step; see `edit`."""
        if edits:
            self._own.update(self._store.record_many(self._session, edits, self._reading))
            self._undo_text, self._redo_text = edits[0].text, None

    def read_again(self) -> None:
        """See what this desk's own jobs have written meanwhile."""
        if self._store.latest(self._session) != self._seen:
            self._own.update(
                entry.id
                for entry in self._store.history(self._session, self._seen)
                if entry.rater == self._store.rater and entry.kind is not Kind.CELL
            )
        self._sheet = self._standing()
        self._read_stack()

    def undo(self) -> bool:
        """Take the last edit in force back; whether more than the sheet was corrected by it.

        Raises:
            EditedElsewhere: Somebody else has changed the same item since.
        """
        return self._follow(self._store.undo(self._session, self._reading))

    def redo(self) -> bool:
        """Bring the edit taken back last into force again; see `undo`."""
        return self._follow(self._store.redo(self._session, self._reading))

    def _follow(self, step: Step | None) -> bool:
        if step is not None:
            self._own.update(one.id for one in step.entries)
            for one in step.entries:
                if one.kind is Kind.CELL:
                    self._given[cell_of(one.what)] = one.new
        self._sheet = self._standing()
        self._read_stack()
        kinds = set() if step is None else {one.kind for one in step.entries}
        return bool(kinds - {Kind.CELL, Kind.CHOICE, Kind.COMMENT})

    def _read_stack(self) -> None:
        stack = self._store.next_steps(self._session, self._reading)
        self._undo_text = stack.undoable[-1].text if stack.undoable else None
        self._redo_text = stack.redoable[-1].text if stack.redoable else None


def _clash(
    cell: Cell, mine: ItemScore | None, theirs: ItemScore | None, last: Entry | None
) -> Clash:
    return Clash(
        cell, mine, theirs, last.rater if last is not None else "", last.at if last else None
    )
