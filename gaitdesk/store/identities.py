"""Who patients are: the one table that is not in the journal, sealed, so that it can be erased.

The journal holds a checksum of what is kept of each identity, so that one that was exchanged is
noticed. It is the checksum of the sealed content, which tells nothing; of one that an earlier
GaitDesk left unsealed, it is salted, and the salt goes with the identity.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass

from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.errors import StoreDamaged
from gaitdesk.i18n import tr
from gaitdesk.store.database import Database
from gaitdesk.store.edits import Identity, PatientId
from gaitdesk.store.forms import canonical_json
from gaitdesk.store.vault import Vault, WrongKey, name_of

FORM = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """One identity as it is kept.

    Attributes:
        content: The bytes.
        key: Name of the key that sealed them; None where they are not sealed.
    """

    content: bytes
    key: str | None


def sealed(patient: PatientId, identity: Identity, vault: Vault) -> Kept:
    """An identity as it is kept: readable with the key alone, and of this patient alone.

    Raises:
        NamesLocked: Nobody has unlocked the names.
    """
    held = {
        "salt": secrets.token_hex(16),
        "patient": patient,
        "identity": encode(identity),
    }
    key = vault.key
    return Kept(vault.seal(canonical_json(held).encode("ascii")), name_of(key))


def checksum(content: bytes) -> dict[str, str]:
    """What the journal says of an identity."""
    return {"sha256": hashlib.sha256(content).hexdigest()}


def keep(database: Database, patient: PatientId, kept: Kept | None) -> None:
    """Put an identity in the place of an earlier one; None erases it."""
    database.run("DELETE FROM identities WHERE patient = ?", (patient,))
    if kept is not None:
        database.run(
            "INSERT INTO identities (patient, form, key_id, content) VALUES (?, ?, ?, ?)",
            (patient, FORM, kept.key, kept.content),
        )


def contents(database: Database) -> dict[PatientId, Kept]:
    """What is kept of each patient who has an identity."""
    return {
        PatientId(patient): Kept(content, key)
        for patient, content, key in database.run("SELECT patient, content, key_id FROM identities")
    }


def identity(database: Database, patient: PatientId, vault: Vault) -> Identity | None:
    """Who a patient is; None where that is not kept.

    Raises:
        NamesLocked: It is sealed, and nobody has unlocked it.
        StoreDamaged: It is not as it was written.
    """
    kept = contents(database).get(patient)
    return None if kept is None else _read(database, patient, kept, vault)


def readable(database: Database, vault: Vault) -> dict[PatientId, Identity]:
    """Identities that can be read now; while names are locked, those never sealed.

    Raises:
        StoreDamaged: One is not as it was written.
    """
    is_locked = vault.is_locked
    return {
        patient: _read(database, patient, kept, vault)
        for patient, kept in contents(database).items()
        if kept.key is None or not is_locked
    }


def _read(database: Database, patient: PatientId, kept: Kept, vault: Vault) -> Identity:
    try:
        held = json.loads(kept.content if kept.key is None else vault.open(kept.content))
        if held.get("patient", patient) != patient:
            raise WrongKey
        known: Identity = decode(Identity, held["identity"])
    except (WrongKey, FormInvalid, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreDamaged(database.path, tr("a patient's name is unreadable")) from error
    return known
