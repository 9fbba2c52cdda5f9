"""The store as the desk uses it: patients, visits, edits, undo, and what stands there now."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gaitdesk
from gaitdesk.domain.coding import decode, encode
from gaitdesk.domain.errors import EditedElsewhere, StoreDamaged
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.i18n import tr
from gaitdesk.paths import user_folder
from gaitdesk.store import journal, records, undoing
from gaitdesk.store.database import PATIENCE_S, Database
from gaitdesk.store.edits import (
    EDITABLE,
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
    SessionId,
    SessionSummary,
    Step,
    UndoStack,
    Visit,
    cell_key,
    cell_of,
)
from gaitdesk.store.forms import canonical_json, from_text, to_text
from gaitdesk.store.journal import Row
from gaitdesk.store.side import SideUnreadable, read_side, write_side

STORE_FILE = "gaitdesk.sqlite"

# Letters and digits that nobody mistakes for one another.
_CLEAR = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


class Store:
    """Everything a desk keeps, in one folder; one object for one thread.

    Any number of processes and threads may have the same folder open, each with its own `Store`.
    A call that returns has reached the disk; a call that raises has changed nothing. Calls take
    milliseconds; an analysis is imported by `gaitdesk.jobs.keeping` in a thread of its own.

    Attributes:
        folder: The data folder.
        rater: Who is at the desk; every entry names them.
    """

    def __init__(self, folder: Path, database: Database, rater: str) -> None:
        self.folder = folder
        self.rater = rater
        self._database = database
        self._depth = 0

    @staticmethod
    def open(
        folder: Path | None = None, *, rater: str = "", patience_s: float = PATIENCE_S
    ) -> Store:
        """The store in a data folder; made where there is none.

        Args:
            folder: The data folder; None takes the user's own.
            rater: Who is at the desk; by default, the name they are signed in with.
            patience_s: How long a write waits for another process.

        Raises:
            StoreTooNew: A newer GaitDesk made it.
            StoreDamaged: It is no store, or not as it was left.
            StoreNotWritable, StoreBusy, StoreFull: Nothing can be kept in it now.
        """
        place = user_folder() if folder is None else folder
        database = Database.open(place / STORE_FILE, patience_s)
        store = Store(place, database, rater or getpass.getuser())
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

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Several calls that are kept together or not at all."""
        self._depth += 1
        try:
            with self._database.writing():
                yield
        finally:
            self._depth -= 1
        if not self._depth:
            self._note_end()

    # Patients and visits

    def add_patient(self, pseudonym: str = "") -> PatientId:
        """The patient of a pseudonym, new where it is not known; made up where it is empty."""
        with self.together():
            known = self._database.run("SELECT id FROM patients WHERE pseudonym = ?", (pseudonym,))
            if known:
                return PatientId(known[0][0])
            patient = PatientId(uuid.uuid4().hex)
            name = pseudonym or "P-" + "".join(secrets.choice(_CLEAR) for _ in range(6))
            self._add(Kind.PATIENT, patient, name)
            return patient

    def patients(self) -> tuple[PatientSummary, ...]:
        """All patients by pseudonym."""
        rows = self._database.run(
            "SELECT p.id, p.pseudonym, count(s.id) FROM patients p"
            " LEFT JOIN sessions s ON s.patient = p.id GROUP BY p.id ORDER BY p.pseudonym"
        )
        return tuple(PatientSummary(PatientId(one), name, visits) for one, name, visits in rows)

    def set_identity(self, patient: PatientId, identity: Identity | None) -> None:
        """Keep who a patient is apart from all else; None erases it.

        The journal says that it was done, and holds a salted checksum instead of the name.
        """
        with self.together():
            if identity is None:
                self._add(Kind.IDENTITY, patient, None)
                self._database.run("DELETE FROM identities WHERE patient = ?", (patient,))
                return
            held = {"salt": secrets.token_hex(16), "identity": encode(identity)}
            content = canonical_json(held).encode("ascii")
            self._add(Kind.IDENTITY, patient, {"sha256": hashlib.sha256(content).hexdigest()})
            self._database.run(
                "INSERT INTO identities (patient, form, content) VALUES (?, 1, ?)"
                " ON CONFLICT (patient) DO UPDATE SET content = excluded.content",
                (patient, content),
            )

    def identity(self, patient: PatientId) -> Identity | None:
        """Who a patient is; None where that is not kept."""
        rows = self._database.run("SELECT content FROM identities WHERE patient = ?", (patient,))
        if not rows:
            return None
        identity: Identity = decode(Identity, json.loads(rows[0][0])["identity"])
        return identity

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
        """Visits in whose head, films or patient every word of `search` occurs, newest first."""
        films: dict[str, list[str]] = {}
        for session, path in self._database.run(
            "SELECT session, path FROM films ORDER BY session, position"
        ):
            films.setdefault(session, []).append(records.film_name(path))
        rows = self._database.run(
            "SELECT s.id, p.pseudonym, s.visit, s.scored, s.confirmed, j.at, j.rater, i.content"
            " FROM sessions s JOIN patients p ON p.id = s.patient"
            " JOIN journal j ON j.seq = s.last_entry"
            " LEFT JOIN identities i ON i.patient = s.patient"
        )
        words = search.casefold().split()
        found = []
        for session, pseudonym, visit, scored, confirmed, at, rater, content in rows:
            names = tuple(films.get(session, ()))
            known = json.loads(content)["identity"].values() if content else ()
            head = json.loads(visit)
            told = (pseudonym, head["day"], *head["conditions"].values(), *names, *known)
            text = " ".join(str(one) for one in told if one).casefold()
            if all(word in text for word in words):
                found.append(
                    SessionSummary(
                        SessionId(session),
                        pseudonym,
                        from_text(Kind.VISIT, visit),
                        names,
                        scored,
                        confirmed,
                        journal.moment(at),
                        rater,
                    )
                )
        found.sort(key=lambda one: (one.visit.day, one.edited_at), reverse=True)
        return tuple(found)

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
            facts: FilmFacts = self.films(session)[film]
            moved = FilmFacts(facts.index, facts.sha256, facts.size_bytes, path, facts.plane)
            self._add(Kind.FILM, film, moved, session)

    def add_analysis(self, session: SessionId, analysis: AnalysisFacts) -> AnalysisId:
        """An analysis of a visit's films; the last one added is the one in force."""
        name = AnalysisId(uuid.uuid4().hex)
        with self.together():
            self._add(Kind.ANALYSIS, name, analysis, session)
        return name

    def analyses(self, session: SessionId) -> dict[AnalysisId, AnalysisFacts]:
        """Analyses of a visit by id, oldest first."""
        rows = self._database.run(
            "SELECT id, facts FROM analyses WHERE session = ? ORDER BY position", (session,)
        )
        return {AnalysisId(name): from_text(Kind.ANALYSIS, facts) for name, facts in rows}

    # Edits

    def record(self, session: SessionId, edit: Edit) -> EntryId:
        """Keep one edit; when this returns, it survives whatever happens to the process.

        Raises:
            EditedElsewhere: `edit.old` is no longer what stands there.
            StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be kept.
            ValueError: A defect: a value of the wrong form, or a machine's answer left out.
        """
        return self.record_many(session, (edit,))[0]

    def record_many(self, session: SessionId, edits: Iterable[Edit]) -> tuple[EntryId, ...]:
        """Keep several edits as one step, which one undo takes back; see `record`."""
        return self._record(session, edits, Action.EDIT)

    def record_recalculated(self, session: SessionId, edits: Iterable[Edit]) -> tuple[EntryId, ...]:
        """Keep what machines answer anew after a correction; never part of undo.

        A reader's later answer takes the place of its earlier one, which stays in the journal.

        Raises:
            As `record`; ValueError also where a person's word would change.
        """
        return self._record(session, edits, Action.RECALCULATED)

    def import_sheet(self, session: SessionId, sheet: Scoresheet, text: str) -> None:
        """Keep the cells that an analysis pre-fills; a cell that is already held stays."""
        with self.together():
            held = journal.current(self._database, session, Kind.CELL)
            drafts = [
                journal.draft(
                    Action.ADDED,
                    Kind.CELL,
                    what,
                    session=session,
                    text=text,
                    new=to_text(Kind.CELL, cell),
                )
                for (side, item), cell in sheet.cells.items()
                if (what := cell_key(side, item)) not in held
            ]
            self._append(drafts)

    def undo(self, session: SessionId) -> Step | None:
        """Take back this rater's last step by an entry that puts the earlier values back.

        Returns:
            The entries appended, whose `new` now stands; None where there is nothing to undo.

        Raises:
            EditedElsewhere: Somebody else has changed one of its things since.
        """
        with self.together():
            stack = self.undo_stack(session).undoable
            return self._turn(session, stack[-1], Action.UNDO) if stack else None

    def redo(self, session: SessionId) -> Step | None:
        """Do again what was last taken back; see `undo`."""
        with self.together():
            stack = self.undo_stack(session).redoable
            return self._turn(session, stack[-1], Action.REDO) if stack else None

    def undo_stack(self, session: SessionId) -> UndoStack:
        """What this rater can undo and redo in a visit; the same after a restart."""
        rows = journal.rows_where(
            self._database,
            "session IS ? AND rater = ? AND action IN ('edit', 'undo', 'redo') AND kind <> 'note'",
            (session, self.rater),
        )
        return undoing.undo_stack([journal.entry(self._database, row) for row in rows])

    # What stands there

    def history(self, session: SessionId) -> tuple[Entry, ...]:
        """Every entry of a visit, oldest first."""
        rows = journal.rows_where(self._database, "session IS ?", (session,))
        return tuple(journal.entry(self._database, row) for row in rows)

    def sheet(self, session: SessionId) -> Scoresheet:
        """The form as it stands now."""
        cells = self.values(session, Kind.CELL).items()
        return Scoresheet(MappingProxyType({cell_of(what): cell for what, cell in cells}))

    def value(self, session: SessionId, kind: Kind, what: str) -> Any:
        """What stands for one thing now; None where nothing does."""
        row = journal.latest(self._database, session, kind, what)
        return None if row is None else journal.entry(self._database, row).new

    def values(self, session: SessionId, kind: Kind) -> dict[str, Any]:
        """What stands for each thing of a kind now, by its `what`."""
        rows = journal.current(self._database, session, kind)
        return {what: journal.entry(self._database, row).new for what, row in rows.items()}

    def latest(self, session: SessionId) -> EntryId | None:
        """The last entry of a visit; another number than before tells of another's edits."""
        rows = self._database.run("SELECT max(seq) FROM journal WHERE session = ?", (session,))
        return None if rows[0][0] is None else EntryId(rows[0][0])

    # Inside

    def _begin(self) -> None:
        end = journal.head(self._database)
        rows = list(journal.rows_where(self._database, "seq = ?", (end.length,)))
        if (rows[0].hash if rows else journal.NO_HASH) != end.hash:
            raise StoreDamaged(self._database.path, tr("entries are missing at its end"))
        if not end.length:
            self._check_new()
            with self.together():
                if not journal.head(self._database).length:
                    made = {"store": uuid.uuid4().hex, "software": gaitdesk.__version__}
                    self._add(Kind.STORE, "made", made)
        elif self._side() is None:
            with self.together():
                self._add(Kind.STORE, "side record begun anew", None)

    def _check_new(self) -> None:
        side = self._side()
        if side is not None and side.length:
            raise StoreDamaged(
                self._database.path,
                tr("it is empty, and %n entries were kept in it", "", side.length),
            )

    def _side(self) -> journal.Head | None:
        try:
            return read_side(self.folder)
        except SideUnreadable:
            return journal.Head(0, "")

    def _note_end(self) -> None:
        """Let the side file know of the journal's end, unless it tells of another journal."""
        end = journal.head(self._database)
        side = self._side()
        if side is not None:
            known = self._database.run("SELECT hash FROM journal WHERE seq = ?", (side.length,))
            if side.length >= end.length or known != [(side.hash,)]:
                return
        write_side(self.folder, end)

    def _add(self, kind: Kind, what: str, value: Any, session: SessionId | None = None) -> None:
        last = journal.latest(self._database, session, kind, what)
        row = journal.draft(
            Action.ADDED,
            kind,
            what,
            session=session,
            old=None if last is None else last.new,
            new=to_text(kind, value),
        )
        self._append([row])

    def _append(self, drafts: Sequence[Row]) -> list[Row]:
        rows = journal.append(self._database, drafts, self.rater)
        for row in rows:
            records.apply(self._database, row)
        return rows

    def _record(
        self, session: SessionId, edits: Iterable[Edit], action: Action
    ) -> tuple[EntryId, ...]:
        check = undoing.check_edit if action is Action.EDIT else undoing.check_recalculation
        drafts = []
        for edit in edits:
            if edit.kind not in EDITABLE:
                raise ValueError(f"{edit.kind} is not edited but added")
            check(edit.kind, edit.old, edit.new)
            drafts.append(
                journal.draft(
                    action,
                    edit.kind,
                    edit.what,
                    session=session,
                    text=edit.text,
                    old=to_text(edit.kind, edit.old),
                    new=to_text(edit.kind, edit.new),
                    reason=edit.reason,
                )
            )
        with self.together():
            stands: dict[tuple[str, str], str | None] = {}
            for one in drafts:
                place = one.kind, one.what
                if place not in stands:
                    stands[place] = self._standing(session, one)
                if stands[place] != one.old:
                    raise self._conflict(session, one)
                stands[place] = one.new
            return tuple(EntryId(row.seq) for row in self._append(drafts))

    def _standing(self, session: SessionId, one: Row) -> str | None:
        kind = Kind(one.kind)
        row = journal.latest(self._database, session, kind, one.what)
        return None if row is None else to_text(kind, from_text(kind, row.new))

    def _conflict(self, session: SessionId, one: Row) -> EditedElsewhere:
        last = journal.latest(self._database, session, Kind(one.kind), one.what)
        if last is None:
            return EditedElsewhere(one.what or one.kind, "", "-")
        local = journal.moment(last.at).astimezone()
        return EditedElsewhere(one.what or one.kind, last.rater, f"{local:%Y-%m-%d %H:%M:%S}")

    def _turn(self, session: SessionId, step: Step, action: Action) -> Step:
        drafts: list[Row] = []
        is_undo = action is Action.UNDO
        now: dict[tuple[Kind, str], Any] = {}
        for one in reversed(step.entries) if is_undo else step.entries:
            place = one.kind, one.what
            if place not in now:
                now[place] = self.value(session, *place)
            left, wanted = (one.new, one.old) if is_undo else (one.old, one.new)
            draft = journal.draft(
                action,
                one.kind,
                one.what,
                session=session,
                text=one.text,
                old=to_text(one.kind, now[place]),
                target=step.id,
            )
            if not undoing.is_same(one.kind, now[place], left):
                raise self._conflict(session, draft)
            now[place] = undoing.put_back(one.kind, wanted, now[place])
            drafts.append(draft._replace(new=to_text(one.kind, now[place])))
        rows = self._append(drafts)
        entries = tuple(journal.entry(self._database, row) for row in rows)
        return Step(entries[0].step, entries)
