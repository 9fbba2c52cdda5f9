"""Signed versions of a visit: what was signed, by whom, and whether it still stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gaitdesk
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.coding import encode
from gaitdesk.domain.evgs import Item, Scoresheet
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.refusals import BlindReading, SigningRefused
from gaitdesk.i18n import noted, tr
from gaitdesk.store import guards, journal, vault
from gaitdesk.store.cells import is_persons
from gaitdesk.store.database import Database
from gaitdesk.store.edits import READ, EntryId, Kind, ReadingId, SessionId, Visit, cell_of
from gaitdesk.store.facts import Amendment, Holder, Meaning, Signature
from gaitdesk.store.forms import canonical_json, from_text, storable
from gaitdesk.store.journal import Row
from gaitdesk.store.keyring import Keyring
from gaitdesk.store.ledger import Ledger
from gaitdesk.store.narratives import narrative_in, plain_comment


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature as a report shows it.

    Attributes:
        signature: Name, role, meaning, and what was signed.
        rater: Who was at the desk.
        at: When, UTC.
    """

    signature: Signature
    rater: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """One version of a visit that somebody answers for; it never changes.

    Attributes:
        number: From 1.
        reason: Why the version before was amended; empty for the first.
        signatures: Of this version, the first one first; never none.
        visit: Patient, day and conditions as they were signed.
        sheet: The form as it was signed.
        comment: The reviewer's words as they were signed, or empty.
        narrative: What the reviewer wrote of the whole, as it was signed.
    """

    number: int
    reason: str
    signatures: tuple[Signed, ...]
    visit: Visit
    sheet: Scoresheet
    comment: str
    narrative: Narrative


class Signing:
    """Signatures of one store."""

    def __init__(self, ledger: Ledger, keys: Keyring) -> None:
        self._ledger = ledger
        self._keys = keys

    def sign(
        self,
        session: SessionId,
        passphrase: str,
        *,
        name: str,
        role: str,
        meaning: Meaning = Meaning.AUTHORSHIP,
        reading: ReadingId | None = None,
    ) -> Signature:
        """Answer for a visit as it stands; from then on it changes by amendment alone.

        A visit that is signed already is signed by one more person, as by its reviewer.

        Args:
            session: The visit.
            passphrase: Of who is at the desk, typed for this signature.
            name: Of the person who signs, as it is printed.
            role: Theirs, as it is printed.
            meaning: What they answer for.
            reading: The consensus that is signed; None for the visit's own sheet.

        Raises:
            PassphraseWrong, PassphraseNeeded: It is not theirs, or they have none.
            SigningRefused: The sheet is not ready to be signed.
            BlindReading: The person has yet to read this visit blind.
        """
        printed, part = storable(name.strip()), storable(role.strip())
        if not printed or not part:
            raise SigningRefused(tr("A signature shows a name and a role; type both."))
        holder, _, keys = self._keys.opened(passphrase)
        database = self._ledger.database
        with self._ledger.together():
            if guards.blind_reading(database, session, self._ledger.rater) is not None:
                raise BlindReading(self._ledger.rater)
            version, number = self._next(session, meaning, reading)
            _check_ready(database, session, reading)
            end = journal.head(database)
            unmarked = Signature(
                version,
                printed,
                part,
                meaning,
                reading,
                content_hash(database, session, reading, EntryId(end.length)),
                EntryId(end.length),
                end.hash,
                f"GaitDesk {gaitdesk.__version__}",
                holder,
            )
            made = replace(unmarked, mark=vault.mark(keys.signing, _marked(session, unmarked)))
            self._ledger.add(
                Kind.SIGNATURE, f"{version}/{number}", made, session, text=noted("Sign")
            )
        return made

    def amend(self, session: SessionId, reason: str) -> int:
        """Open a signed visit again; it becomes a new version when it is signed.

        Args:
            session: The visit.
            reason: Why, in the words of who amends.

        Returns:
            The version that is in the making.

        Raises:
            SigningRefused: No reason is given, or nothing is signed that could be amended.
        """
        why = storable(reason.strip())
        if not why:
            raise SigningRefused(tr("An amendment needs its reason; type why the visit changes."))
        database = self._ledger.database
        with self._ledger.together():
            row = guards.signed_entry(database, session)
            if row is None:
                raise SigningRefused(
                    tr("This visit is not signed, so it can be changed as it stands.")
                )
            signature: Signature = from_text(Kind.SIGNATURE, row.new)
            version = signature.version + 1
            self._ledger.add(
                Kind.AMENDMENT,
                str(version),
                Amendment(version),
                session,
                text=noted("Amend"),
                reason=why,
            )
        return version

    def versions(self, session: SessionId) -> tuple[SignedVersion, ...]:
        """Every version that was signed, the first one first.

        Raises:
            StoreDamaged: An entry is not as it was written.
        """
        rows = _rows(self._ledger.database, session, (Kind.SIGNATURE, Kind.AMENDMENT))
        found: dict[int, list[Row]] = {}
        reasons: dict[int, str] = {}
        for row in rows:
            if row.kind == Kind.AMENDMENT:
                reasons[from_text(Kind.AMENDMENT, row.new).version] = row.reason
            else:
                found.setdefault(from_text(Kind.SIGNATURE, row.new).version, []).append(row)
        return tuple(
            self._version(session, number, reasons.get(number, ""), own)
            for number, own in found.items()
        )

    def in_force(self, session: SessionId) -> SignedVersion | None:
        """The version in force; None for a draft, and while an amendment is open."""
        if guards.signed_entry(self._ledger.database, session) is None:
            return None
        return self.versions(session)[-1]

    def amendment(self, session: SessionId) -> tuple[int, str] | None:
        """The version in the making and why the one before is amended; None for no amendment."""
        rows = _rows(self._ledger.database, session, (Kind.SIGNATURE, Kind.AMENDMENT))
        if not rows or rows[-1].kind != Kind.AMENDMENT:
            return None
        return from_text(Kind.AMENDMENT, rows[-1].new).version, rows[-1].reason

    def problems(self, session: SessionId) -> tuple[str, ...]:
        """What is wrong with the signatures of a visit, one sentence each; none where all hold.

        The chain of the journal and signed files are for `gaitdesk.store.verify` to check.
        """
        return tuple(_problems(self._ledger.database, session))

    def _version(
        self, session: SessionId, number: int, reason: str, rows: list[Row]
    ) -> SignedVersion:
        database = self._ledger.database
        signed = tuple(
            Signed(from_text(Kind.SIGNATURE, row.new), row.rater, journal.moment(row.at))
            for row in rows
        )
        first = signed[0].signature
        cells = _values(database, session, Kind.CELL, first)
        comments = _values(database, session, Kind.COMMENT, first)
        (visit,) = _values(database, session, Kind.VISIT, first).values()
        return SignedVersion(
            number,
            reason,
            signed,
            visit,
            Scoresheet(MappingProxyType({cell_of(what): cell for what, cell in cells.items()})),
            plain_comment(comments),
            narrative_in(comments),
        )

    def _next(
        self, session: SessionId, meaning: Meaning, reading: ReadingId | None
    ) -> tuple[int, int]:
        """Version and number of the signature to come."""
        versions = self.versions(session)
        if guards.signed_entry(self._ledger.database, session) is None:
            return (versions[-1].number + 1 if versions else 1), 1
        last = versions[-1]
        if last.signatures[0].signature.reading != reading:
            raise SigningRefused(
                tr("Another sheet of this visit is signed; sign that one, or amend the visit.")
            )
        if any(
            (one.rater, one.signature.meaning) == (self._ledger.rater, meaning)
            for one in last.signatures
        ):
            raise SigningRefused(tr("You have signed this version already, with this meaning."))
        return last.number, len(last.signatures) + 1


def content_hash(
    database: Database, session: SessionId, reading: ReadingId | None, last: EntryId
) -> str:
    """SHA-256 of everything a signature covers, as it stood at an entry of the journal.

    That is the form with every machine's answer, comments and corrections, the head of the
    visit, and the content hashes of its films and of its analysis' files; not where films lie.
    """
    parts = {
        kind.value: {
            what: _covered(row)
            for what, row in journal.current(
                database, session, kind, reading if kind in READ else None, last
            ).items()
        }
        for kind in guards.SIGNED
    }
    held = {"session": session, "reading": reading, "parts": parts}
    return hashlib.sha256(canonical_json(held).encode("ascii")).hexdigest()


def _covered(row: Row) -> Any:
    value = json.loads(row.new or "null")
    if row.kind == Kind.FILM:
        value.pop("path", None)
    return value


def _marked(session: SessionId, signature: Signature) -> bytes:
    held = {"session": session, **encode(replace(signature, mark=""))}
    return canonical_json(held).encode("ascii")


def _check_ready(database: Database, session: SessionId, reading: ReadingId | None) -> None:
    rows = journal.current(database, session, Kind.CELL, reading)
    said = sum(is_persons(from_text(Kind.CELL, row.new)) for row in rows.values())
    waiting = len(Side) * len(Item) - said
    if waiting:
        raise SigningRefused(
            tr(
                "%n item(s) of the form still wait for a word of yours. Confirm or score each, or"
                " say why it cannot be scored; then sign.",
                "",
                waiting,
            )
        )
    if reading is not None:
        facts = guards.reading_of(database, session, reading)
        if facts is None or not facts.is_finished:
            raise SigningRefused(tr("This reading is not finished; finish it, then sign."))


def _values(
    database: Database, session: SessionId, kind: Kind, signature: Signature
) -> dict[str, Any]:
    reading = signature.reading if kind in READ else None
    rows = journal.current(database, session, kind, reading, signature.last)
    return {what: journal.entry(database, row).new for what, row in rows.items()}


def _rows(database: Database, session: SessionId, kinds: tuple[Kind, ...]) -> list[Row]:
    marks = ", ".join("?" * len(kinds))
    return list(
        journal.rows_where(
            database,
            f"session IS ? AND reading IS NULL AND kind IN ({marks})",
            (session, *(kind.value for kind in kinds)),
        )
    )


def problems(folder: Path, database: Database) -> Iterator[str]:
    """What is wrong with signatures, after the chain of the journal was found whole.

    Yields:
        One sentence for each signature that does not hold, each entry that changed what was
        signed, and each signed file that is missing or was changed.
    """
    sessions = [
        SessionId(name)
        for (name,) in database.run("SELECT DISTINCT session FROM journal WHERE kind = 'signature'")
    ]
    for session in sessions:
        yield from _problems(database, session)
        yield from _file_problems(folder, database, session)


def _problems(database: Database, session: SessionId) -> Iterator[str]:
    holds: Signature | None = None
    for row in journal.rows_where(database, "session IS ?", (session,)):
        if row.kind == Kind.AMENDMENT:
            holds = None
        elif row.kind == Kind.SIGNATURE:
            holds = from_text(Kind.SIGNATURE, row.new)
            if not _is_good(database, session, row, holds):
                yield tr("Signature {what} of visit {session} is not of what was signed.").format(
                    what=row.what, session=session
                )
        elif holds is not None and guards.is_covered(row, holds):
            yield tr("Entry {number} changed visit {session} after it was signed.").format(
                number=row.seq, session=session
            )


def _is_good(database: Database, session: SessionId, row: Row, signature: Signature) -> bool:
    key = journal.latest_up_to(database, Kind.KEY, signature.holder, row.seq)
    if key is None or (signature.last, signature.end) != (row.seq - 1, row.prev_hash):
        return False
    holder: Holder = from_text(Kind.KEY, key.new)
    content = content_hash(database, session, signature.reading, signature.last)
    return (
        holder.rater == row.rater
        and content == signature.content
        and vault.is_marked(holder.public_key, signature.mark, _marked(session, signature))
    )


def _file_problems(folder: Path, database: Database, session: SessionId) -> Iterator[str]:
    sql = "SELECT p.erased FROM sessions s JOIN patients p ON p.id = s.patient WHERE s.id = ?"
    if database.run(sql, (session,)) == [(1,)]:
        return
    signature: Signature = from_text(
        Kind.SIGNATURE, _rows(database, session, (Kind.SIGNATURE,))[-1].new
    )
    for facts in _values(database, session, Kind.ANALYSIS, signature).values():
        for name, digest in facts.sha256:
            if _digest(folder / facts.folder / name) != digest:
                yield tr(
                    "{name} of the signed visit {session} is missing, or is not the file that was"
                    " signed."
                ).format(name=facts.folder / name, session=session)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
