"""What the journal says of signatures, readings, consent, exports and keys; never a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gaitdesk.domain.evgs import Direction, Reason, Score
from gaitdesk.store.edits import EntryId, ReadingId


class Meaning(StrEnum):
    """What a person who signs answers for.

    Source:
        21 CFR 11.50(a)(3).
    """

    AUTHORSHIP = "authorship"
    REVIEW = "review"
    APPROVAL = "approval"
    RESPONSIBILITY = "responsibility"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; its time and its rater are those of its entry.

    Attributes:
        version: Version of the visit's record it signs, from 1.
        name, role: Of the person who signs, as they are printed.
        meaning: What they answer for.
        reading: The reading whose sheet is signed; None for the visit's own.
        content: SHA-256 of what is signed.
        last: The last entry of the journal that what is signed may rest on.
        end: Hash of that entry, and so of all before it.
        software: Name and version of the program.
        holder: The key it was made with.
        mark: Ed25519 signature over all of the above, hexadecimal.
    """

    version: int
    name: str
    role: str
    meaning: Meaning
    reading: ReadingId | None
    content: str
    last: EntryId
    end: str
    software: str
    holder: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A signed visit was opened again; why stands in its entry.

    Attributes:
        version: Version that is in the making.
    """

    version: int


class Role(StrEnum):
    """What a reading is for."""

    SECOND = "second"
    CONSENSUS = "consensus"


@dataclass(frozen=True, slots=True)
class ReadingFacts:
    """A sheet of its own beside the visit's: another reader's, or the consensus.

    Attributes:
        reader: Who reads; for a consensus, who adjudicates.
        role: What it is for.
        is_blind: Whether the reader must not see other readers' and machines' scores.
        is_finished: Whether it no longer changes.
        sources: For a consensus, what it was made of; "" is the visit's own sheet.
    """

    reader: str
    role: Role
    is_blind: bool = True
    is_finished: bool = False
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What one reader said of one cell.

    Attributes:
        reading: Where; None for the visit's own sheet.
        reader: Who.
        score, direction: The answer; None where there was none.
        reason: Why there was none.
    """

    reading: ReadingId | None
    reader: str
    score: Score | None = None
    direction: Direction | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a score of the consensus comes from.

    Attributes:
        said: What each reader had said.
        is_agreed: Whether they had said the same, so that nothing was left to choose.
    """

    said: tuple[Said, ...]
    is_agreed: bool


class Purpose(StrEnum):
    """What a patient's records may be used for."""

    CARE = "care"
    RESEARCH = "research"
    TRAINING = "training"


class Giver(StrEnum):
    """Who decided; a role, because names stay out of the journal."""

    PATIENT = "patient"
    PARENT = "parent"
    GUARDIAN = "guardian"
    COURT = "court"


@dataclass(frozen=True, slots=True)
class Consent:
    """What was decided for one purpose.

    Attributes:
        is_given: Whether consent is given, or was withdrawn.
        day: When that was decided.
        giver: Who decided.
        expires: Last day it holds; None where it holds until it is withdrawn.
    """

    is_given: bool
    day: date
    giver: Giver
    expires: date | None = None


class ExportForm(StrEnum):
    """What was made of a visit for others."""

    REPORT = "report"
    RESULTS = "results"
    CSV = "csv"
    JSON = "json"
    COCO = "coco"
    DICOM = "dicom"
    FHIR = "fhir"
    CASE = "case"
    LABELS = "labels"
    CHALLENGE = "challenge"
    RESEARCH = "research"


class Leaving(StrEnum):
    """How much of who the patient is goes along.

    Nothing is anonymous: how a person walks can identify them.
    """

    IDENTIFIED = "identified"  # the name
    PSEUDONYMOUS = "pseudonymous"  # the clinic's pseudonym, which the clinic can look up
    DEIDENTIFIED = "deidentified"  # another pseudonym, no day, heads hidden


@dataclass(frozen=True, slots=True)
class ExportFacts:
    """What left the desk; never where it went.

    Attributes:
        form: What was made.
        leaving: How much of who the patient is went along.
        purpose: What for, as consent covers it.
        sha256: Of each file made, lower-case hexadecimal.
        document: For a report, the hash that stands on each of its pages; else empty.
    """

    form: ExportForm
    leaving: Leaving
    purpose: Purpose
    sha256: tuple[str, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a passphrase.

    Attributes:
        rater: Who.
        public_key: Ed25519 key that their signatures are checked with, hexadecimal.
        sees_names: Whether it opens patients' names.
        sealed: SHA-256 of their sealed keys.
    """

    rater: str
    public_key: str
    sees_names: bool
    sealed: str
