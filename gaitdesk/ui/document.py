"""The scoresheet being reviewed: the one thing in the window that is edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from gaitdesk.domain.evgs import Scoresheet


class Record(Protocol):
    """Where the edits of one sheet are kept, in order, so that they can be taken back."""

    @property
    def sheet(self) -> Scoresheet:
        """The sheet with all edits in force."""

    @property
    def undo_text(self) -> str | None:
        """What the next undo takes back; None when there is nothing."""

    @property
    def redo_text(self) -> str | None:
        """What the next redo brings back; None when there is nothing."""

    def edit(self, text: str, after: Scoresheet) -> None:
        """Keep one edit; when this returns, a killed process does not lose it."""

    def undo(self) -> bool:
        """Take the last edit in force back; whether more than the sheet was corrected by it."""

    def redo(self) -> bool:
        """Bring the edit taken back last into force again; see `undo`."""


@dataclass(frozen=True, slots=True)
class _Edit:
    text: str
    before: Scoresheet
    after: Scoresheet


class MemoryRecord:
    """Keeps edits only as long as the window is open."""

    def __init__(self, sheet: Scoresheet) -> None:
        self._sheet = sheet
        self._done: list[_Edit] = []
        self._undone: list[_Edit] = []

    @property
    def sheet(self) -> Scoresheet:
        return self._sheet

    @property
    def undo_text(self) -> str | None:
        return self._done[-1].text if self._done else None

    @property
    def redo_text(self) -> str | None:
        return self._undone[-1].text if self._undone else None

    def edit(self, text: str, after: Scoresheet) -> None:
        self._done.append(_Edit(text, self._sheet, after))
        self._undone.clear()
        self._sheet = after

    def undo(self) -> bool:
        edit = self._done.pop()
        self._undone.append(edit)
        self._sheet = edit.before
        return False

    def redo(self) -> bool:
        edit = self._undone.pop()
        self._done.append(edit)
        self._sheet = edit.after
        return False


class ScoresheetDocument(QObject):
    """The sheet shown, with undo; every edit is kept before anything is shown of it.

    Signals:
        changed: The `Scoresheet` now in force.
        corrected: Something the sheet rests on was corrected, or put back.
    """

    changed = Signal(object)
    corrected = Signal()

    def __init__(self, record: Record, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._record = record

    @property
    def sheet(self) -> Scoresheet:
        """The sheet in force."""
        return self._record.sheet

    @property
    def undo_text(self) -> str | None:
        """What the next undo takes back; None when there is nothing."""
        return self._record.undo_text

    @property
    def redo_text(self) -> str | None:
        """What the next redo brings back; None when there is nothing."""
        return self._record.redo_text

    def edit(self, text: str, after: Scoresheet) -> None:
        """Make one edit; an edit that changes nothing is none.

        Args:
            text: What was done, for the undo menu.
            after: The whole sheet as it shall be.
        """
        if after == self._record.sheet:
            return
        self._record.edit(text, after)
        self.changed.emit(self._record.sheet)

    def keep(self, settle: Callable[[], None]) -> None:
        """Let two answers for one item be settled in the record, and show what stands then."""
        settle()
        self.changed.emit(self._record.sheet)

    def undo(self) -> None:
        """Take the last edit back, if there is one."""
        if self._record.undo_text is not None:
            self._turned(self._record.undo())

    def redo(self) -> None:
        """Bring the edit taken back last into force again, if there is one."""
        if self._record.redo_text is not None:
            self._turned(self._record.redo())

    def _turned(self, is_correction: bool) -> None:
        self.changed.emit(self._record.sheet)
        if is_correction:
            self.corrected.emit()
