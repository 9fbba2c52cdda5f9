"""The store as the desk uses it: patients, visits, edits, undo, and what stands there now."""

from __future__ import annotations

import contextlib
import getpass
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gaitdesk
from gaitdesk.domain.errors import StoreDamaged
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.refusals import PassphraseNeeded
from gaitdesk.i18n import noted, tr
from gaitdesk.paths import user_folder
from gaitdesk.store import backups, cells, editing, guards, identities, journal, records
from gaitdesk.store.consents import Consents
from gaitdesk.store.database import PATIENCE_S, Database
from gaitdesk.store.edits import (
    Action,
    AnalysisFacts,
    AnalysisId,
    Edit,
    Entry,
    EntryId,
    FilmFacts,
    FilmId,
    Identity,
    Kind,
    PatientId,
    PatientSummary,
    ReadingId,
    SessionId,
    SessionSummary,
    Step,
    UndoStack,
    Visit,
    cell_key,
    cell_of,
)
from gaitdesk.store.erasing import Files, files_of, forget_begun
from gaitdesk.store.exports import Exports
from gaitdesk.store.forms import storable, to_text
from gaitdesk.store.journal import Row
from gaitdesk.store.keyring import Keyring
from gaitdesk.store.ledger import Ledger
from gaitdesk.store.postgres import PostgresDatabase, server_url
from gaitdesk.store.readings import Readings
from gaitdesk.store.side import SideUnreadable, read_side
from gaitdesk.store.signing import SignedVersion, Signing
from gaitdesk.store.undoing import Steps, steps
from gaitdesk.store.vault import Vault

STORE_FILE = "gaitdesk.sqlite"

SIDE_BEGUN_ANEW = "side record begun anew"
"""The `what` of the entry that says that the side record was missing."""

# Letters and digits that nobody mistakes for one another.
_CLEAR = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


class Store:
    """Everything a desk keeps, in one folder; one object for one thread.

    Any number of processes and threads may have the same folder open, each with its own `Store`.
    A call that returns has reached the disk; a call that raises has changed nothing. Calls take
    milliseconds; an analysis is imported by `gaitdesk.jobs.keeping` in a thread of its own.

    Attributes:
        folder: The data folder.
        vault: The key of patients' names, while somebody has unlocked it.
        keys: Who has a passphrase, and what it opens.
        signing: Signs visits, and opens signed ones for amendment.
        readings: Has visits read by a second reader, compares, and keeps the consensus.
        consents: What a patient's records may be used for, and until when they are kept.
        exports: What left the desk.
    """

    def __init__(
        self, folder: Path, database: Database, rater: str, vault: Vault | None = None
    ) -> None:
        self.folder = folder
        self._database = database
        self._ledger = Ledger(folder, database, rater)
        self.vault = Vault() if vault is None else vault
        self.keys = Keyring(self._ledger, self.vault)
        self.signing = Signing(self._ledger, self.keys)
        self.readings = Readings(self._ledger)
        self.consents = Consents(self._ledger)
        self.exports = Exports(self._ledger)

    @staticmethod
    def open(
        folder: Path | None = None,
        *,
        rater: str = "",
        patience_s: float = PATIENCE_S,
        vault: Vault | None = None,
    ) -> Store:
        """The store in a data folder; made where there is none.

        It lies in a file in the folder, or on the server that the folder's `server.toml` names.

        Args:
            folder: The data folder; None takes the user's own.
            rater: Who is at the desk; by default, the name they are signed in with.
            patience_s: How long a write waits for another process.
            vault: The vault of another store of the same desk; by default one that is locked.

        Raises:
            StoreTooNew: A newer GaitDesk made it.
            StoreDamaged: It is no store, or not as it was left.
            StoreNotWritable, StoreBusy, StoreFull: Nothing can be kept in it now.
        """
        place = user_folder() if folder is None else folder
        url = server_url(place)
        if not url:
            _check_not_lost(place)
        database = (
            PostgresDatabase.reach(url, patience_s)
            if url
            else Database.open(place / STORE_FILE, patience_s)
        )
        store = Store(place, database, storable(rater) or _signed_in_name(), vault)
        try:
            store._begin()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the folder; nothing waits to be saved."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def database(self) -> Database:
        """The file underneath, for those who verify it."""
        return self._database

    @property
    def rater(self) -> str:
        """Who is at the desk; every entry names them."""
        return self._ledger.rater

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Several calls that are kept together or not at all."""
        with self._ledger.together():
            yield

    # Patients and visits

    def add_patient(self, pseudonym: str = "") -> PatientId:
        """The patient of a pseudonym, new where it is not known; made up where it is empty."""
        name = storable(pseudonym) or "P-" + "".join(secrets.choice(_CLEAR) for _ in range(6))
        with self.together():
            known = records.patient_of(self._database, name)
            if known is not None:
                return known
            patient = PatientId(uuid.uuid4().hex)
            self._add(Kind.PATIENT, patient, name)
            return patient

    def patients(self) -> tuple[PatientSummary, ...]:
        """All patients by pseudonym."""
        return records.patients(self._database)

    def set_identity(self, patient: PatientId, identity: Identity | None) -> None:
        """Keep who a patient is, sealed and apart from all else; None erases it.

        The journal says that it was done, and holds a checksum of what was sealed. Erasing also
        takes the name out of the copies made before migrations.

        Raises:
            PassphraseNeeded: Nobody has a passphrase yet; `keys.add` sets one.
            NamesLocked: Nobody has unlocked the names; `keys.unlock` does.
            StoreNotWritable: A copy could not be changed; nothing was.
        """
        if identity is None:
            backups.forget(self.folder, patient)
        elif not self.keys.is_protected:
            raise PassphraseNeeded(self.rater)
        kept = None if identity is None else identities.sealed(patient, identity, self.vault)
        with self.together():
            said = None if kept is None else identities.checksum(kept.content)
            self._add(Kind.IDENTITY, patient, said)
            identities.keep(self._database, patient, kept)
        if kept is None:
            self._database.clear_log()

    def identity(self, patient: PatientId) -> Identity | None:
        """Who a patient is; None where that is not kept.

        Raises:
            NamesLocked: It is sealed, and nobody has unlocked the names.
        """
        return identities.identity(self._database, patient, self.vault)

    def readable_identities(self) -> dict[PatientId, Identity]:
        """Who patients are, as far as that can be read now; of nobody while names are locked."""
        if self.vault.is_locked:
            return {}
        return identities.readable(self._database, self.vault)

    def erase_patient(self, patient: PatientId, reason: str) -> None:
        """Erase who a patient is, for good, and leave their visits out of every list.

        The journal keeps what it holds, which is no name, and says that it was done and why.
        `gaitdesk.jobs.erasing.erase_patient` also removes films and analyses. Erasing somebody
        who is erased changes nothing. Visits that were begun with them and not analysed go first.

        Raises:
            NotErased: One of those could not be removed.
        """
        forget_begun(self._database, self.folder, patient)
        backups.forget(self.folder, patient)
        with self.together():
            if guards.is_erased(self._database, patient):
                return
            if patient in identities.contents(self._database):
                self._add(Kind.IDENTITY, patient, None)
                identities.keep(self._database, patient, None)
            (visits,) = self._database.run(
                "SELECT count(*) FROM sessions WHERE patient = ?", (patient,)
            )[0]
            self._ledger.add(
                Kind.ERASURE, patient, {"visits": visits}, text=noted("Erase"), reason=reason
            )
        self._database.clear_log()

    def files_of(self, patient: PatientId) -> Files:
        """What lies on the disk of a patient, erased or not."""
        return files_of(self._database, self.folder, patient)

    def add_session(self, visit: Visit) -> SessionId:
        """A new visit of a patient."""
        session = SessionId(uuid.uuid4().hex)
        with self.together():
            self._add(Kind.VISIT, "", visit, session)
        return session

    def visit(self, session: SessionId) -> Visit:
        """Patient, day and conditions of a visit, as they were last corrected.

        Raises:
            KeyError: There is no such visit.
        """
        visit: Visit | None = self.value(session, Kind.VISIT, "")
        if visit is None:
            raise KeyError(session)
        return visit

    def sessions(self, search: str = "") -> tuple[SessionSummary, ...]:
        """Visits in whose head, films or patient every word of `search` occurs, newest first.

        While names are locked, nobody is found by name.
        """
        return records.sessions(
            self._database, search, identities.readable(self._database, self.vault)
        )

    # Films and analyses

    def add_film(self, session: SessionId, film: FilmFacts) -> FilmId:
        """A film of a visit, known by its content."""
        name = FilmId(uuid.uuid4().hex)
        with self.together():
            self._add(Kind.FILM, name, film, session)
        return name

    def films(self, session: SessionId) -> dict[FilmId, FilmFacts]:
        """Films of a visit by id, in the order of their index."""
        held = self.values(session, Kind.FILM).items()
        return {FilmId(name): film for name, film in sorted(held, key=lambda one: one[1].index)}

    def move_film(self, session: SessionId, film: FilmId, path: Path) -> None:
        """A film was found in another place."""
        with self.together():
            moved = replace(self.films(session)[film], path=path)
            self._add(Kind.FILM, film, moved, session)

    def remove_film(self, session: SessionId, film: FilmId) -> None:
        """A film no longer belongs to a visit; the file itself is left alone."""
        with self.together():
            self._add(Kind.FILM, film, None, session)

    def add_analysis(self, session: SessionId, analysis: AnalysisFacts) -> AnalysisId:
        """An analysis of a visit's films; the last one added is the one in force."""
        name = AnalysisId(uuid.uuid4().hex)
        with self.together():
            self._add(Kind.ANALYSIS, name, analysis, session)
        return name

    def analyses(self, session: SessionId) -> dict[AnalysisId, AnalysisFacts]:
        """Analyses of a visit by id, oldest first."""
        rows = journal.current(self._database, session, Kind.ANALYSIS)
        in_order = sorted(rows.items(), key=lambda one: one[1].seq)
        return {AnalysisId(name): journal.entry(self._database, row).new for name, row in in_order}

    def import_sheet(self, session: SessionId, sheet: Scoresheet, text: str) -> None:
        """Let an analysis fill the form; where a person has spoken, only its answers are kept.

        Args:
            session: The visit.
            sheet: The form as the analysis proposes it.
            text: What was done, for people.
        """
        with self.together():
            held = journal.current(self._database, session, Kind.CELL)
            drafts = []
            for (side, item), cell in sheet.cells.items():
                what = cell_key(side, item)
                row = held.get(what)
                old = None if row is None else journal.entry(self._database, row).new
                draft = journal.draft(
                    Action.ADDED if row is None else Action.RECALCULATED,
                    Kind.CELL,
                    what,
                    session=session,
                    text=text,
                    old=None if row is None else row.new,
                    new=to_text(Kind.CELL, cells.answered_anew(old, cell)),
                )
                if draft.old != draft.new:
                    drafts.append(draft)
            self._ledger.append(drafts)

    # Edits

    def record(self, session: SessionId, edit: Edit, reading: ReadingId | None = None) -> EntryId:
        """Keep one edit; when this returns, it survives whatever happens to the process.

        Args:
            session: The visit.
            edit: The edit.
            reading: The reading whose sheet is edited; None for the visit's own.

        Raises:
            EditedElsewhere: `edit.old` is no longer what stands there.
            SheetSigned, ReadingRefused, PatientErased: It changes what no longer changes.
            StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be kept.
            ValueError: A defect: a value of the wrong form, or a machine's answer left out.
        """
        return self.record_many(session, (edit,), reading)[0]

    def record_many(
        self, session: SessionId, edits: Iterable[Edit], reading: ReadingId | None = None
    ) -> tuple[EntryId, ...]:
        """Keep several edits as one step, which one undo takes back; see `record`."""
        return self._record(session, edits, Action.EDIT, reading)

    def record_recalculated(self, session: SessionId, edits: Iterable[Edit]) -> tuple[EntryId, ...]:
        """Keep what machines answer anew after a correction; never a part of undo.

        `gaitdesk.store.cells.answered_anew` makes the new value of a cell.

        Raises:
            As `record`; ValueError also where a person's word would change.
        """
        return self._record(session, edits, Action.RECALCULATED)

    def undo(self, session: SessionId, reading: ReadingId | None = None) -> Step | None:
        """Take back this rater's last step by entries that put the earlier values back.

        Args:
            session: The visit.
            reading: The reading whose last step it is; None for the visit's own sheet.

        Returns:
            The entries appended, whose `new` now stands; None where there is nothing to undo.

        Raises:
            EditedElsewhere: Somebody else has changed one of its things since.
        """
        with self.together():
            undoable = self._steps(session, reading).undoable
            return self._turn(session, undoable[-1], Action.UNDO) if undoable else None

    def redo(self, session: SessionId, reading: ReadingId | None = None) -> Step | None:
        """Do again what was last taken back; see `undo`."""
        with self.together():
            redoable = self._steps(session, reading).redoable
            return self._turn(session, redoable[-1], Action.REDO) if redoable else None

    def undo_stack(self, session: SessionId, reading: ReadingId | None = None) -> UndoStack:
        """What this rater can undo and redo in a visit or a reading; the same after a restart."""
        found = self._steps(session, reading)
        return UndoStack(
            tuple(self._step(rows) for rows in found.undoable),
            tuple(self._step(rows) for rows in found.redoable),
        )

    def next_steps(self, session: SessionId, reading: ReadingId | None = None) -> UndoStack:
        """The step that undo would take back, and the one that redo would bring back, alone."""
        found = self._steps(session, reading)
        return UndoStack(
            tuple(self._step(rows) for rows in found.undoable[-1:]),
            tuple(self._step(rows) for rows in found.redoable[-1:]),
        )

    # What stands there

    def history(self, session: SessionId, after: EntryId | None = None) -> tuple[Entry, ...]:
        """Every entry of a visit and of all readings of it, oldest first.

        Args:
            session: The visit.
            after: Only entries later than this one.
        """
        rows = journal.rows_where(self._database, "session IS ? AND seq > ?", (session, after or 0))
        return tuple(journal.entry(self._database, row) for row in rows)

    def sheet(self, session: SessionId, reading: ReadingId | None = None) -> Scoresheet:
        """The form as it stands now: the visit's own, or that of one reading."""
        held = self.values(session, Kind.CELL, reading).items()
        return Scoresheet(MappingProxyType({cell_of(what): cell for what, cell in held}))

    def value(
        self, session: SessionId, kind: Kind, what: str, reading: ReadingId | None = None
    ) -> Any:
        """What stands for one thing now; None where nothing does."""
        row = journal.latest(self._database, session, kind, what, reading)
        return None if row is None else journal.entry(self._database, row).new

    def values(
        self, session: SessionId, kind: Kind, reading: ReadingId | None = None
    ) -> dict[str, Any]:
        """What stands for each thing of a kind now, by its `what`."""
        rows = journal.current(self._database, session, kind, reading)
        return {what: journal.entry(self._database, row).new for what, row in rows.items()}

    def names(self, session: SessionId, kind: Kind) -> frozenset[str]:
        """The `what` of every thing of a kind there ever was, those taken away among them."""
        sql = "SELECT DISTINCT what FROM journal WHERE session = ? AND kind = ?"
        return frozenset(what for (what,) in self._database.run(sql, (session, kind.value)))

    def signed_versions(self, session: SessionId) -> tuple[SignedVersion, ...]:
        """Every version of a visit that was signed, the first one first."""
        return self.signing.versions(session)

    def latest(self, session: SessionId) -> EntryId | None:
        """The last entry of a visit; another number than before tells of another's edits."""
        rows = self._database.run("SELECT max(seq) FROM journal WHERE session = ?", (session,))
        return None if rows[0][0] is None else EntryId(rows[0][0])

    # Inside

    def _begin(self) -> None:
        with self._database.reading():
            end = journal.head(self._database)
            ((last,),) = self._database.run("SELECT max(seq) FROM journal")
            rows = list(journal.rows_where(self._database, "seq = ?", (end.length,)))
        if (last or 0) != end.length or (rows[0].hash if rows else journal.NO_HASH) != end.hash:
            raise StoreDamaged(self._database.path, tr("entries are missing at its end"))
        if not end.length:
            with self.together():
                if not journal.head(self._database).length:
                    made = {"store": uuid.uuid4().hex, "software": gaitdesk.__version__}
                    self._add(Kind.STORE, "made", made)
        # A store of one entry may have been made a moment ago by a process that is still at it.
        elif end.length > 1 and self._is_side_missing():
            with self.together():
                self._add(Kind.STORE, SIDE_BEGUN_ANEW, None)

    def _is_side_missing(self) -> bool:
        try:
            return read_side(self.folder) is None
        except SideUnreadable:
            return False

    def _add(self, kind: Kind, what: str, value: Any, session: SessionId | None = None) -> None:
        self._ledger.add(kind, what, value, session)

    def _record(
        self,
        session: SessionId,
        edits: Iterable[Edit],
        action: Action,
        reading: ReadingId | None = None,
    ) -> tuple[EntryId, ...]:
        drafts = editing.drafted(session, edits, action, reading)
        with self.together():
            editing.check_seen(self._database, drafts)
            return tuple(EntryId(row.seq) for row in self._ledger.append(drafts))

    def _steps(self, session: SessionId, reading: ReadingId | None) -> Steps:
        return steps(
            journal.rows_where(
                self._database,
                "session IS ? AND reading IS ? AND rater = ?"
                " AND action IN ('edit', 'undo', 'redo') AND kind <> 'note'",
                (session, reading, self.rater),
            )
        )

    def _step(self, rows: Sequence[Row]) -> Step:
        entries = tuple(journal.entry(self._database, row) for row in rows)
        return Step(entries[0].step, entries)

    def _turn(self, session: SessionId, rows: Sequence[Row], action: Action) -> Step:
        turned = editing.turned(self._database, session, rows, action)
        return self._step(self._ledger.append(turned))


def _check_not_lost(folder: Path) -> None:
    """A store that has vanished is not begun anew as if there had never been one."""
    file = folder / STORE_FILE
    with contextlib.suppress(OSError, SideUnreadable):
        side = read_side(folder)
        if side is not None and not (file.exists() and file.stat().st_size):
            raise StoreDamaged(
                file, tr("it is empty, and %n entries were kept in it", "", side.length)
            )


def _signed_in_name() -> str:
    try:
        return storable(getpass.getuser())
    except (OSError, KeyError, ImportError):
        return ""
