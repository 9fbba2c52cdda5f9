"""Tables beside the journal: brought up to date by each entry, and readable at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from gaitdesk.domain.errors import StoreDamaged
from gaitdesk.domain.evgs import State
from gaitdesk.i18n import tr
from gaitdesk.store.database import Database
from gaitdesk.store.edits import (
    Identity,
    Kind,
    PatientId,
    PatientSummary,
    SessionId,
    SessionSummary,
)
from gaitdesk.store.forms import from_text
from gaitdesk.store.journal import Row, moment

ERASED = "erased "
"""What the pseudonym of an erased patient begins with."""


def apply(database: Database, row: Row) -> None:
    """Let the tables say what an entry says; replaying the journal makes them anew."""
    match Kind(row.kind):
        case _ if row.reading is not None:
            # A list of visits tells of the visit's own sheet.
            pass
        case Kind.PATIENT:
            _put(database, "patients", {"id": row.what, "pseudonym": json.loads(row.new or '""')})
        case Kind.VISIT:
            _apply_visit(database, row)
        case Kind.FILM:
            _apply_film(database, row)
        case Kind.ANALYSIS:
            _apply_analysis(database, row)
        case Kind.CELL:
            _apply_cell(database, row)
        case Kind.SIGNATURE:
            _apply_signed(database, row, _object(row.new)["version"])
        case Kind.AMENDMENT:
            _apply_signed(database, row, 0)
        case Kind.ERASURE:
            # The pseudonym becomes free for somebody else.
            database.run(
                "UPDATE patients SET erased = 1, pseudonym = ? WHERE id = ?",
                (f"{ERASED}{row.what}", row.what),
            )
    # How the window was left, and what was handed on, changes nothing of a visit.
    if row.session is not None and row.kind not in (Kind.NOTE, Kind.EXPORT):
        database.run("UPDATE sessions SET last_entry = ? WHERE id = ?", (row.seq, row.session))


def _apply_visit(database: Database, row: Row) -> None:
    visit = _object(row.new)
    held = {"id": row.session, "patient": visit["patient"], "visit": row.new}
    _put(database, "sessions", {**held, "last_entry": row.seq})


def _apply_film(database: Database, row: Row) -> None:
    film = _object(row.new)
    if not film:
        database.run("DELETE FROM films WHERE id = ?", (row.what,))
        return
    place = {"id": row.what, "session": row.session, "position": film["index"]}
    _put(database, "films", {**place, "sha256": film["sha256"], "facts": row.new})


def _apply_analysis(database: Database, row: Row) -> None:
    held = {"id": row.what, "session": row.session, "position": row.seq, "facts": row.new}
    _put(database, "analyses", held)


def _apply_cell(database: Database, row: Row) -> None:
    before, after = _object(row.old), _object(row.new)
    scored = (after.get("state") == State.SCORED) - (before.get("state") == State.SCORED)
    confirmed = bool(after.get("is_confirmed")) - bool(before.get("is_confirmed"))
    if scored or confirmed:
        database.run(
            "UPDATE sessions SET scored = scored + ?, confirmed = confirmed + ? WHERE id = ?",
            (scored, confirmed, row.session),
        )


def _apply_signed(database: Database, row: Row, version: int) -> None:
    database.run("UPDATE sessions SET signed = ? WHERE id = ?", (version, row.session))


def _object(text: str | None) -> dict[str, Any]:
    value = json.loads(text or "{}")
    return value if isinstance(value, dict) else {}


def _put(database: Database, table: str, held: dict[str, Any]) -> None:
    """Insert a row, or change the one of the same id."""
    names = ", ".join(held)
    places = ", ".join("?" * len(held))
    changes = ", ".join(f"{name} = excluded.{name}" for name in held if name != "id")
    database.run(
        f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {changes}",
        tuple(held.values()),
    )


def patient_of(database: Database, pseudonym: str) -> PatientId | None:
    """The patient who has a pseudonym."""
    rows = database.run("SELECT id FROM patients WHERE pseudonym = ?", (pseudonym,))
    return PatientId(rows[0][0]) if rows else None


def patients(database: Database) -> tuple[PatientSummary, ...]:
    """All patients by pseudonym."""
    rows = database.run(
        "SELECT p.id, p.pseudonym, count(s.id) FROM patients p"
        " LEFT JOIN sessions s ON s.patient = p.id WHERE p.erased = 0"
        " GROUP BY p.id ORDER BY p.pseudonym"
    )
    return tuple(PatientSummary(PatientId(one), name, visits) for one, name, visits in rows)


def sessions(
    database: Database, search: str, known: Mapping[PatientId, Identity]
) -> tuple[SessionSummary, ...]:
    """Visits in whose head, films or patient every word of `search` occurs, newest first.

    Args:
        database: The store.
        search: The words.
        known: Who patients are, as far as the desk may know now.

    Raises:
        StoreDamaged: A table does not hold what was put into it.
    """
    try:
        return _sessions(database, search, known)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(
            database.path, tr("its list of visits is unreadable; gaitdesk verify tells more")
        ) from error


def _sessions(
    database: Database, search: str, known: Mapping[PatientId, Identity]
) -> tuple[SessionSummary, ...]:
    films: dict[str, list[str]] = {}
    for session, facts in database.run("SELECT session, facts FROM films ORDER BY position"):
        films.setdefault(session, []).append(_film_name(json.loads(facts)["path"]))
    words = search.casefold().split()
    found = []
    for session, pseudonym, visit, scored, confirmed, at, rater, signed in database.run(
        "SELECT s.id, p.pseudonym, s.visit, s.scored, s.confirmed, j.at, j.rater, s.signed"
        " FROM sessions s JOIN patients p ON p.id = s.patient AND p.erased = 0"
        " JOIN journal j ON j.seq = s.last_entry"
    ):
        names = tuple(films.get(session, ()))
        facts = json.loads(visit)
        person = known.get(facts["patient"])
        told = [pseudonym, facts["day"], *facts["conditions"].values(), *names]
        told.append(facts.get("background", {}).get("diagnosis", ""))
        if person is not None:
            told += [person.name, person.record_number, str(person.birth_day or "")]
        text = "\n".join(told).casefold()
        if all(word in text for word in words):
            found.append(
                SessionSummary(
                    SessionId(session),
                    pseudonym,
                    from_text(Kind.VISIT, visit),
                    names,
                    scored,
                    confirmed,
                    moment(at),
                    rater,
                    signed,
                )
            )
    found.sort(key=lambda one: (one.visit.day, one.edited_at), reverse=True)
    return tuple(found)


def _film_name(path: str) -> str:
    """Name of a film's file, whichever system wrote its path."""
    return PurePosixPath(path.replace("\\", "/")).name
