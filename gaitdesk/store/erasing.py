"""What goes when a patient is erased: the name at once, then films copied in and analyses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.os_words import os_words
from gaitdesk.domain.refusals import NotErased
from gaitdesk.i18n import tr
from gaitdesk.store import journal
from gaitdesk.store.database import Database
from gaitdesk.store.edits import Kind, PatientId
from gaitdesk.store.forms import from_text

FILMS = "films"
"""Folder inside the data folder that holds films copied in, each under its content hash."""

ANALYSES = "analyses"
"""Folder inside the data folder that holds the files of each analysis."""

PEOPLE = "people"
"""Folder inside the data folder that holds what was found of persons chosen in films, each in a
folder named by a hash of its content."""

MASKS = "masks"
"""Folder inside the data folder that holds masks followed anew, each file named by a hash of its
content."""

_PLAIN = re.compile("[0-9a-f]{64}")

READINGS = "readings"
"""Folder inside the data folder that holds what the network saw, a folder for each visit.

Its pictures show the child. It can be deleted: reading again makes it anew.
"""

LEARNING = "learning"
"""Folder inside the data folder that holds clips cut for learning, a file for each visit, and a
print of each film. They can be deleted: gathering makes them anew."""


BEGUN = "begun"
"""Folder inside the data folder that holds visits begun and not analysed yet, a file for each."""

PSEUDONYM = "pseudonym"
"""The field of a begun visit that names the child."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that hold something of a patient.

    Attributes:
        inside: Folders of analyses, of persons chosen and of what the network saw, masks followed
            anew, clips cut for learning, films copied into the data folder, and visits begun.
        outside: Films elsewhere that are only referred to; they are not ours to remove.
    """

    inside: tuple[Path, ...]
    outside: tuple[Path, ...]


def files_of(database: Database, folder: Path, patient: PatientId) -> Files:
    """Everything on the disk that visits of a patient have ever referred to and that is there.

    Visits of theirs that were begun and not analysed are among it.

    A film that a visit of somebody else refers to by its content is left out.

    Args:
        database: The store.
        folder: The data folder.
        patient: Who.
    """
    inside: dict[Path, None] = {}
    outside: dict[Path, None] = {}
    for row in journal.rows_where(
        database,
        "kind IN ('analysis', 'film', 'person', 'run')"
        " AND session IN (SELECT id FROM sessions WHERE patient = ?)",
        (patient,),
    ):
        facts = from_text(Kind(row.kind), row.new)
        if facts is None:
            continue
        if row.kind == Kind.ANALYSIS:
            place = folder / facts.folder
        elif row.kind == Kind.PERSON:
            if not facts.followed:
                continue
            place = folder / PEOPLE / facts.followed
        elif row.kind == Kind.RUN:
            place = folder / MASKS / facts.masks
        elif _is_shared(database, facts.sha256, patient):
            continue
        else:
            looks = folder / LEARNING / f"{facts.sha256}.print.npz"
            if looks.is_file() and _PLAIN.fullmatch(facts.sha256):
                inside[looks] = None
            place = folder / facts.path
        # Only ever what lies below the data folder, whatever an entry says.
        is_own = folder.resolve() in place.resolve().parents
        if place.exists():
            (inside if is_own else outside)[place] = None
    for (session,) in database.run("SELECT id FROM sessions WHERE patient = ?", (patient,)):
        for place in (folder / READINGS / session, folder / LEARNING / f"{session}.clips.npz"):
            if place.exists() and folder.resolve() in place.resolve().parents:
                inside[place] = None
    inside |= dict.fromkeys(_begun_with(database, folder, patient))
    return Files(tuple(inside), tuple(outside))


def forget_begun(database: Database, folder: Path, patient: PatientId) -> None:
    """Remove visits that anybody has begun with a patient; while their pseudonym is known.

    Raises:
        NotErased: A file could not be removed.
    """
    for place in _begun_with(database, folder, patient):
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise NotErased(place, os_words(error)) from error


def _begun_with(database: Database, folder: Path, patient: PatientId) -> Iterator[Path]:
    """Visits that anybody has begun with a patient; an erased one has no pseudonym any more."""
    rows = database.run("SELECT pseudonym FROM patients WHERE id = ?", (patient,))
    names = [str(name).casefold() for (name,) in rows]
    for place in sorted((folder / BEGUN).glob("*.json")):
        try:
            named = json.loads(place.read_text(encoding="utf-8"))["fields"][PSEUDONYM]
        except (OSError, ValueError, KeyError, TypeError):
            # It names nobody.
            continue
        if str(named).strip().casefold() in names:
            yield place


def leftovers(database: Database, folder: Path) -> Iterator[str]:
    """Files of erased patients that are still there.

    Yields:
        One sentence for each patient.
    """
    for (patient,) in database.run("SELECT id FROM patients WHERE erased = 1"):
        left = files_of(database, folder, PatientId(patient)).inside
        if left:
            yield tr(
                "%n file(s) or folder(s) of the erased patient {patient} are still there; erase"
                " the patient again to finish.",
                "",
                len(left),
            ).format(patient=patient)


def _is_shared(database: Database, sha256: str, patient: PatientId) -> bool:
    sql = (
        "SELECT 1 FROM films f JOIN sessions s ON s.id = f.session"
        " JOIN patients p ON p.id = s.patient"
        " WHERE f.sha256 = ? AND p.id <> ? AND p.erased = 0 LIMIT 1"
    )
    return bool(database.run(sql, (sha256, patient)))
