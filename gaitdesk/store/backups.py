"""Names are taken out of the copies that were made before migrations."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from gaitdesk.domain.errors import StoreNotWritable
from gaitdesk.store.database import BACKUPS
from gaitdesk.store.edits import PatientId


def forget_unsealed(folder: Path) -> None:
    """Take every name that is not sealed out of the copies; the store itself holds them sealed.

    Raises:
        StoreNotWritable: A copy cannot be written.
    """
    _forget(folder, "key_id IS NULL", ())


def forget(folder: Path, patient: PatientId) -> None:
    """Take one patient's name out of the copies.

    Raises:
        StoreNotWritable: A copy cannot be written.
    """
    _forget(folder, "patient = ?", (patient,))


def _forget(folder: Path, condition: str, values: tuple[str, ...]) -> None:
    for copy in sorted((folder / BACKUPS).glob("*.sqlite")):
        try:
            with contextlib.closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute(f"DELETE FROM identities WHERE {condition}", values)
                connection.commit()
        except sqlite3.Error as error:
            raise StoreNotWritable(copy, str(error)) from error
