"""How a visit stands in the records: who signed, who said what, and what was found before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.evgs import Cell
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.interchange import analysis_to_json
from gaitdesk.report.visit_record import NamedPatient, Signoff


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a visit that was signed.

    Attributes:
        number: From 1.
        reason: Why the version before was amended; empty for the first.
        signoffs: Who signed it, the first one first.
        content: SHA-256 of what was signed.
    """

    number: int
    reason: str
    signoffs: tuple[Signoff, ...]
    content: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's last word on one cell.

    Attributes:
        rater: Who.
        at: When, with its zone.
        reason: Why, in their words, or empty.
    """

    rater: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How a visit stands in the records; empty for an analysis that no records hold.

    Attributes:
        session: The visit, as the records know it.
        day: Day of the recording.
        named: Who the patient is; None leaves the pseudonym alone.
        is_sealed: Whether a name is kept that nobody has unlocked.
        versions: Every version that was signed, the first one first.
        is_in_force: Whether the last of them is in force, and the sheet is the one it signed.
        amending: Why an amendment is open; None where none is.
        problems: What is wrong with signatures, one sentence each.
        decisions: Who gave each score that a person answers for.
        comment: The reviewer's words on the visit.
        earlier: Earlier visits of the patient that were scored, the first one first.
        raters: Who scored each visit, by its session; the names of several parted by commas.
        left_out: Why earlier visits are not shown, one sentence each.
    """

    session: str = ""
    day: date | None = None
    named: NamedPatient | None = None
    is_sealed: bool = False
    versions: tuple[Version, ...] = ()
    is_in_force: bool = False
    amending: str | None = None
    problems: tuple[str, ...] = ()
    decisions: Mapping[Cell, Decision] = field(default_factory=lambda: MappingProxyType({}))
    comment: str = ""
    earlier: tuple[ComparedVisit, ...] = ()
    raters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    left_out: tuple[str, ...] = ()

    @property
    def is_signed(self) -> bool:
        """Whether somebody answers for the sheet as it is reported."""
        return bool(self.versions) and self.is_in_force and not self.problems


UNKEPT = Standing()


def document_hash(analysis: Analysis, standing: Standing = UNKEPT) -> str:
    """SHA-256 of what a report says, whatever its language, paper and letterhead.

    The patient's name and number are not among it, so that the hash can be kept where names
    are not.
    """
    held = {
        "analysis": analysis_to_json(analysis),
        "session": standing.session,
        "day": str(standing.day or ""),
        "signed": standing.is_signed,
        "versions": [
            [one.number, one.reason, one.content]
            + [[by.name, by.role, by.meaning, by.at.isoformat()] for by in one.signoffs]
            for one in standing.versions
        ],
        "amending": standing.amending,
        "decisions": sorted(
            [side.value, item.value, said.rater, said.at.isoformat(), said.reason]
            for (side, item), said in standing.decisions.items()
        ),
        "comment": standing.comment,
        "earlier": [
            [one.session, one.title, analysis_to_json(one.analysis)["scoresheet"]]
            for one in standing.earlier
        ],
    }
    text = json.dumps(held, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
