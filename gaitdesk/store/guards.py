"""What no longer changes: signed visits, finished readings, erased patients."""

from __future__ import annotations

from collections.abc import Iterable

from gaitdesk.domain.refusals import BlindReading, PatientErased, ReadingRefused, SheetSigned
from gaitdesk.i18n import tr
from gaitdesk.store import journal
from gaitdesk.store.database import Database
from gaitdesk.store.edits import READ, Kind, PatientId, ReadingId, SessionId
from gaitdesk.store.facts import ReadingFacts, Signature
from gaitdesk.store.forms import from_text
from gaitdesk.store.journal import Row

SIGNED = (
    *(Kind.VISIT, Kind.CELL, Kind.CHOICE, Kind.COMMENT, Kind.EVENTS, Kind.SYNC),
    *(Kind.JOINT, Kind.SWAP, Kind.MASK, Kind.PERSON, Kind.CLICK, Kind.RUN),
    *(Kind.FILM, Kind.ANALYSIS),
)
"""Kinds that a signature covers; how the window was left and who else reads are not."""

_OF_PATIENT = (Kind.IDENTITY, Kind.CONSENT, Kind.RETENTION)


def check(database: Database, drafts: Iterable[Row], rater: str) -> None:
    """Nothing is appended that changes what no longer changes.

    Raises:
        SheetSigned, ReadingRefused, BlindReading, PatientErased: A draft would.
    """
    cases = {(one.session, one.reading) for one in drafts if one.session is not None}
    signed = {name: _signed(database, SessionId(name)) for name in {name for name, _ in cases}}
    readings = {
        reading: reading_of(database, SessionId(session), ReadingId(reading))
        for session, reading in cases
        if session is not None and reading is not None
    }
    blind = {name: blind_reading(database, SessionId(name), rater) for name in signed}
    for name in signed:
        _check_not_erased(database, SessionId(name))
    for one in drafts:
        if one.kind in _OF_PATIENT:
            check_patient(database, patient_in(one.what))
        if one.session is None or one.kind not in SIGNED:
            continue
        if one.kind == Kind.VISIT:
            visit = from_text(Kind.VISIT, one.new)
            check_patient(database, visit.patient)
        version = signed[one.session]
        if version is not None and is_covered(one, version[1]):
            raise _refusal(*version)
        if one.reading is not None:
            check_reading(readings[one.reading], rater if one.action in _BY_PERSONS else None)
        elif one.kind in READ and one.action in _BY_PERSONS and blind[one.session] is not None:
            raise BlindReading(rater)


_BY_PERSONS = ("edit", "undo", "redo")


def is_covered(row: Row, signature: Signature) -> bool:
    """Whether an entry would change what a signature covers; a film in another place does not."""
    if row.kind not in SIGNED or (row.reading is not None and row.reading != signature.reading):
        return False
    if row.kind != Kind.FILM or row.old is None or row.new is None:
        return True
    old, new = from_text(Kind.FILM, row.old), from_text(Kind.FILM, row.new)
    return (old.index, old.sha256, old.plane) != (new.index, new.sha256, new.plane)


def signed_entry(database: Database, session: SessionId) -> Row | None:
    """The last signature in force; None where there is none or an amendment is open."""
    last = max(
        (
            row
            for kind in (Kind.SIGNATURE, Kind.AMENDMENT)
            for row in journal.rows_where(
                database,
                "seq = (SELECT max(seq) FROM journal"
                " WHERE session IS ? AND reading IS NULL AND kind = ?)",
                (session, kind.value),
            )
        ),
        default=None,
    )
    return last if last is not None and last.kind == Kind.SIGNATURE else None


def reading_of(database: Database, session: SessionId, reading: ReadingId) -> ReadingFacts | None:
    """What a reading is; None where the visit has no such reading."""
    row = journal.latest(database, session, Kind.READING, reading)
    facts: ReadingFacts | None = None if row is None else from_text(Kind.READING, row.new)
    return facts


def blind_reading(database: Database, session: SessionId, rater: str) -> ReadingId | None:
    """The reading that a rater has yet to finish without seeing others' scores; None for none."""
    for name, row in journal.current(database, session, Kind.READING).items():
        facts = from_text(Kind.READING, row.new)
        if facts.reader == rater and facts.is_blind and not facts.is_finished:
            return ReadingId(name)
    return None


def patient_in(what: str) -> PatientId:
    """The patient that the `what` of an entry names, as in "7f3a/research"."""
    return PatientId(what.partition("/")[0])


def check_patient(database: Database, patient: PatientId) -> None:
    """The patient was not erased.

    Raises:
        PatientErased: They were.
    """
    if is_erased(database, patient):
        raise PatientErased


def is_erased(database: Database, patient: PatientId) -> bool:
    """Whether a patient was erased."""
    return database.run("SELECT erased FROM patients WHERE id = ?", (patient,)) == [(1,)]


def _check_not_erased(database: Database, session: SessionId) -> None:
    sql = "SELECT p.erased FROM sessions s JOIN patients p ON p.id = s.patient WHERE s.id = ?"
    if database.run(sql, (session,)) == [(1,)]:
        raise PatientErased


def _signed(database: Database, session: SessionId) -> tuple[Row, Signature] | None:
    row = signed_entry(database, session)
    return None if row is None else (row, from_text(Kind.SIGNATURE, row.new))


def _refusal(row: Row, signature: Signature) -> SheetSigned:
    day = journal.moment(row.at).astimezone().date().isoformat()
    return SheetSigned(signature.version, signature.name, day)


def check_reading(facts: ReadingFacts | None, rater: str | None) -> None:
    """A reading may still change, and by this rater.

    Args:
        facts: The reading; None where there is no such.
        rater: Who changes it; None for what is no person's word.

    Raises:
        ReadingRefused: It may not.
    """
    if facts is None:
        raise ReadingRefused(tr("This visit has no such reading; open the visit again."))
    if facts.is_finished:
        raise ReadingRefused(
            tr(
                "The reading of {reader} is finished and no longer changes; have the visit read"
                " once more instead."
            ).format(reader=facts.reader)
        )
    if rater is not None and facts.reader != rater:
        raise ReadingRefused(
            tr("This reading is {reader}'s alone; sign in as {reader} to change it.").format(
                reader=facts.reader
            )
        )
