"""Tables beside the journal: brought up to date by each entry, and readable at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gaitdesk.domain.evgs import State
from gaitdesk.store.database import Database
from gaitdesk.store.edits import Kind
from gaitdesk.store.journal import Row


def apply(database: Database, row: Row) -> None:
    """Let the tables say what an entry says; replaying the journal makes them anew."""
    match Kind(row.kind):
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
    if row.session is not None and row.kind != Kind.NOTE:
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
    held = {name: film[name] for name in ("sha256", "size_bytes", "path", "plane")}
    place = {"id": row.what, "session": row.session, "position": film["index"]}
    _put(database, "films", {**place, **held})


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


def film_name(path: str) -> str:
    """Name of a film's file, whichever system wrote its path."""
    return Path(path.replace("\\", "/")).name
