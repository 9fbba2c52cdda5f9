"""Stores as earlier versions of GaitDesk left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from gaitdesk.store.database import Database
from gaitdesk.store.schema import MIGRATIONS
from gaitdesk.store.store import STORE_FILE

TABLES = ("patients", "identities", "sessions", "films", "analyses", "journal")


def put_back_to(folder: Path, form: int) -> None:
    """Let a closed store be of an earlier form, with the same entries and the same hashes.

    Nothing in it may be of a kind that the form did not know.
    """
    file = folder / STORE_FILE
    earlier = folder / "earlier.sqlite"
    with (
        closing(Database.open(earlier, migrations=MIGRATIONS[:form])) as target,
        closing(sqlite3.connect(file)) as source,
        target.writing(),
    ):
        for table in TABLES:
            columns = [row[1] for row in target.run(f"PRAGMA table_info({table})")]
            places = ", ".join("?" * len(columns))
            for row in source.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1"):
                target.run(f"INSERT INTO {table} VALUES ({places})", row)
    earlier.replace(file)
