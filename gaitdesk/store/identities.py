"""Who patients are: the one table that is not in the journal, so that it can be erased.

The journal holds a salted checksum of each identity, so that one that was exchanged is noticed;
without the salt, which goes with the identity, the checksum tells nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets

from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.errors import StoreDamaged
from gaitdesk.i18n import tr
from gaitdesk.store.database import Database
from gaitdesk.store.edits import Identity, PatientId
from gaitdesk.store.forms import canonical_json

FORM = 1


def content_of(identity: Identity) -> bytes:
    """An identity as it is kept, with a salt of its own."""
    held = {"salt": secrets.token_hex(16), "identity": encode(identity)}
    return canonical_json(held).encode("ascii")


def checksum(content: bytes) -> dict[str, str]:
    """What the journal says of an identity."""
    return {"sha256": hashlib.sha256(content).hexdigest()}


def keep(database: Database, patient: PatientId, content: bytes | None) -> None:
    """Put an identity in the place of an earlier one; None erases it."""
    database.run("DELETE FROM identities WHERE patient = ?", (patient,))
    if content is not None:
        database.run(
            "INSERT INTO identities (patient, form, content) VALUES (?, ?, ?)",
            (patient, FORM, content),
        )


def contents(database: Database) -> dict[PatientId, bytes]:
    """What is kept of each patient who has an identity."""
    return {
        PatientId(patient): content
        for patient, content in database.run("SELECT patient, content FROM identities")
    }


def identities(database: Database) -> dict[PatientId, Identity]:
    """Identities of all patients who have one.

    Raises:
        StoreDamaged: One is not as it was written.
    """
    try:
        return {
            patient: decode(Identity, json.loads(content)["identity"])
            for patient, content in contents(database).items()
        }
    except (FormInvalid, ValueError, TypeError, KeyError) as error:
        raise StoreDamaged(database.path, tr("a patient's name is unreadable")) from error
