"""What every export has in common: it is noted in the journal before its files appear."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from gaitdesk.i18n import retold, tr
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
    document: str = "",
) -> None:
    """Note that visits leave the desk in some files, which are whole and not yet at their place.

    Args:
        store: Whose visits.
        sessions: The visits.
        form: What was made of them.
        leaving: How much of who the patients are goes along.
        purpose: What for.
        files: The files.
        document: For a report, the hash that stands on each of its pages.

    Raises:
        PatientErased: A patient was erased meanwhile.
        StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be noted, so that the
            files must not leave.
    """
    digests = tuple(_digest(file) for file in sorted(files))
    store.exports.note_export(sessions, ExportFacts(form, leaving, purpose, digests, document))


def provenance_lines(store: Store, what: str) -> list[str]:
    """Who exported a file, of which visit, and when, as the journal tells; empty for a stranger.

    Args:
        store: Whose export it may be.
        what: Path of the file; or the document's hash as it is printed on each page.
    """
    path = Path(what)
    digest = _digest(path) if path.is_file() else what.strip().lower()
    held = {one.id: one for one in store.sessions()}
    lines = []
    for entry in store.exports.with_digest(digest):
        summary = None if entry.session is None else held.get(entry.session)
        visit = (
            tr("a visit that was erased")
            if summary is None
            else tr("{pseudonym}, {day}").format(
                pseudonym=summary.pseudonym, day=summary.visit.day.isoformat()
            )
        )
        lines.append(
            tr("Entry {number}: {what}, {visit}, by {rater} at {time}.").format(
                number=entry.id,
                what=retold(entry.text),
                visit=visit,
                rater=entry.rater or tr("somebody"),
                time=entry.at.isoformat(timespec="seconds"),
            )
        )
    return lines


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
