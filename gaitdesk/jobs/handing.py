"""What every export has in common: it is noted in the journal before its files appear."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import ExportFacts, ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store


def hand_over(
    store: Store,
    sessions: Iterable[SessionId],
    form: ExportForm,
    leaving: Leaving,
    purpose: Purpose,
    files: Iterable[Path],
) -> None:
    """Note that visits leave the desk in some files, which are whole and not yet at their place.

    Raises:
        PatientErased: A patient was erased meanwhile.
        StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be noted, so that the
            files must not leave.
    """
    digests = tuple(_digest(file) for file in sorted(files))
    store.exports.note_export(sessions, ExportFacts(form, leaving, purpose, digests))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
