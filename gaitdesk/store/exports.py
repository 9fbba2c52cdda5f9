"""What left the desk: each export of a visit is an entry of its journal."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from gaitdesk.i18n import noted
from gaitdesk.store import journal
from gaitdesk.store.edits import Action, Entry, EntryId, Kind, SessionId
from gaitdesk.store.facts import ExportFacts, ExportForm
from gaitdesk.store.forms import to_text
from gaitdesk.store.ledger import Ledger

_SHOWN = 12


class Exports:
    """Exports from one store."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note_export(self, sessions: Iterable[SessionId], facts: ExportFacts) -> tuple[EntryId, ...]:
        """Note that visits leave the desk, as one step; before a file appears at its place.

        Where the files go is not noted: their names may hold a patient's.

        Args:
            sessions: Each visit that is in the files.
            facts: What was made of them.

        Raises:
            PatientErased: A patient was erased meanwhile.
            StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be noted.
        """
        name, held = uuid.uuid4().hex, to_text(Kind.EXPORT, facts)
        drafts = [
            journal.draft(
                Action.ADDED,
                Kind.EXPORT,
                name,
                session=session,
                text=export_text(facts.form),
                new=held,
            )
            for session in sessions
        ]
        with self._ledger.together():
            return tuple(EntryId(row.seq) for row in self._ledger.append(drafts))

    def of(self, session: SessionId) -> tuple[Entry, ...]:
        """Every export of a visit, oldest first; their `new` is the `ExportFacts`."""
        database = self._ledger.database
        rows = journal.rows_where(
            database, "session IS ? AND kind = ?", (session, Kind.EXPORT.value)
        )
        return tuple(journal.entry(database, row) for row in rows)

    def with_digest(self, digest: str) -> tuple[Entry, ...]:
        """Every export of a file, or of a document, oldest first.

        Args:
            digest: SHA-256 of the file; or what a page of a report shows of the document's, at
                least 12 of its figures.
        """
        database = self._ledger.database
        rows = journal.rows_where(database, "kind = ?", (Kind.EXPORT.value,))
        entries = (journal.entry(database, row) for row in rows)
        return tuple(
            one
            for one in entries
            if digest in one.new.sha256
            or (len(digest) >= _SHOWN and one.new.document.startswith(digest))
        )


def export_text(form: ExportForm) -> str:
    """What was done, as the journal says it."""
    return {
        ExportForm.REPORT: noted("Export the report"),
        ExportForm.RESULTS: noted("Export the results"),
        ExportForm.CSV: noted("Export the scores as a table"),
        ExportForm.JSON: noted("Export the analysis as JSON"),
        ExportForm.COCO: noted("Export the body points as COCO"),
        ExportForm.DICOM: noted("Export the report as DICOM"),
        ExportForm.FHIR: noted("Export the report as FHIR"),
        ExportForm.CASE: noted("Export a case with heads hidden"),
        ExportForm.LABELS: noted("Export training data as COCO"),
        ExportForm.CHALLENGE: noted("Export training data in the challenge's layout"),
        ExportForm.RESEARCH: noted("Export to a research table"),
    }[form]
