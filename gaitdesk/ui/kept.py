"""A visit's scoresheet as the store keeps it: every edit in its journal, undo across restarts."""

from __future__ import annotations

from gaitdesk.domain.errors import EditedElsewhere
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.store.corrections import is_new_correction, record_correction
from gaitdesk.store.edits import Edit, Kind, SessionId, Step, cell_key
from gaitdesk.store.store import Store
from gaitdesk.ui.scoring.answers import CELLS


class KeptRecord:
    """The edits of one visit; another desk's edits are seen when the visit is opened again."""

    def __init__(self, store: Store, session: SessionId) -> None:
        self._store, self._session = store, session
        self._sheet = store.sheet(session)
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
            EditedElsewhere: Somebody else has changed the same item; the sheet is now theirs.
            StoreBusy, StoreFull, StoreNotWritable: It could not be kept; the sheet is as it was.
        """
        edits = [
            Edit(text, Kind.CELL, cell_key(*cell), self._sheet.get(*cell), after.get(*cell))
            for cell in CELLS
            if self._sheet.get(*cell) != after.get(*cell)
        ]
        try:
            self._store.record_many(self._session, edits)
        except EditedElsewhere:
            self._sheet = self._store.sheet(self._session)
            raise
        self._sheet = after
        self._undo_text, self._redo_text = text, None

    def correct(self, edit: Edit) -> None:
        """Keep one correction of what the sheet rests on; see `edit`."""
        if is_new_correction(edit):
            record_correction(self._store, self._session, edit)
        else:
            self._store.record(self._session, edit)
        self._undo_text, self._redo_text = edit.text, None

    def read_again(self) -> None:
        """See what others, or this desk's own jobs, have written meanwhile."""
        self._sheet = self._store.sheet(self._session)
        self._read_stack()

    def undo(self) -> bool:
        """Take the last edit in force back; whether more than the sheet was corrected by it.

        Raises:
            EditedElsewhere: Somebody else has changed the same item since.
        """
        return self._follow(self._store.undo(self._session))

    def redo(self) -> bool:
        """Bring the edit taken back last into force again; see `undo`."""
        return self._follow(self._store.redo(self._session))

    def _follow(self, step: Step | None) -> bool:
        self._sheet = self._store.sheet(self._session)
        self._read_stack()
        return step is not None and any(one.kind is not Kind.CELL for one in step.entries)

    def _read_stack(self) -> None:
        stack = self._store.undo_stack(self._session)
        self._undo_text = stack.undoable[-1].text if stack.undoable else None
        self._redo_text = stack.redoable[-1].text if stack.redoable else None
