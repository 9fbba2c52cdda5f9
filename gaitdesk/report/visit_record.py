"""One visit as it is sent to another system of the clinic: who, when, which form, who signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gaitdesk.domain.analysis import Analysis


class Status(StrEnum):
    """Whether somebody answers for a form."""

    DRAFT = "draft"
    SIGNED = "signed"
    AMENDED = "amended"


@dataclass(frozen=True, slots=True)
class Signoff:
    """One signature, as it is printed.

    Attributes:
        name, role: Of the person who signed.
        meaning: What they answer for.
        at: When, with its zone.
    """

    name: str
    role: str
    meaning: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NamedPatient:
    """Who a patient is, where the receiving system is to know.

    Attributes:
        name: Family and given name, parted by a comma where the clinic writes one.
        birth_day: Day of birth, None where not given.
        record_number: Number in the clinic's own records, or empty.
        referrer: Who sent them to this visit, or empty.
    """

    name: str
    birth_day: date | None = None
    record_number: str = ""
    referrer: str = ""

    @property
    def family_and_given(self) -> tuple[str, str]:
        """Family and given name; all of it is the family name where no comma parts them."""
        family, _, given = self.name.partition(",")
        return family.strip(), given.strip()


@dataclass(frozen=True, slots=True, eq=False)
class VisitRecord:
    """One visit with the form that is in force.

    Attributes:
        session: Name of the visit in the store; the same for every version of it.
        day: Day of the recording.
        analysis: What was found, with the form; its patient is the pseudonym.
        pdf: The printed report of the same form.
        made_at: When this record was put together, with its zone.
        named: Who the patient is; None leaves the pseudonym in the name's place.
        version: Version that is signed; 0 for a draft.
        signoffs: Who signed that version, the first one first; none for a draft.
        document: The hash that stands on each page of the report.
    """

    session: str
    day: date
    analysis: Analysis
    pdf: bytes
    made_at: datetime
    named: NamedPatient | None = None
    version: int = 0
    signoffs: tuple[Signoff, ...] = ()
    document: str = ""

    @property
    def status(self) -> Status:
        """Whether somebody answers for the form, and whether it replaces an earlier one."""
        if not self.signoffs:
            return Status.DRAFT
        return Status.SIGNED if self.version == 1 else Status.AMENDED

    @property
    def identifier(self) -> str:
        """What the receiving system knows the patient by."""
        pseudonym = self.analysis.patient.pseudonym
        return pseudonym if self.named is None else self.named.record_number or pseudonym
