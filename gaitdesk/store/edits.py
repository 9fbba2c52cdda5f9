"""The words of the store: what can be kept, what an edit is, and what the journal says of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NewType

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.background import Background, Referral
from gaitdesk.domain.evgs import Cell, Item
from gaitdesk.domain.patient import Conditions, Patient, Sex, check_possible

PatientId = NewType("PatientId", str)
SessionId = NewType("SessionId", str)
FilmId = NewType("FilmId", str)
AnalysisId = NewType("AnalysisId", str)
ReadingId = NewType("ReadingId", str)
"""A sheet of its own beside the visit's: a second reader's, or the consensus."""
EntryId = NewType("EntryId", int)
"""Place of an entry in the journal, from 1, without gaps."""


class Kind(StrEnum):
    """What an entry is about; it decides the type of the old and the new value.

    Values of the kinds marked JSON are whatever `json` can write; the window owns their form.
    """

    CELL = "cell"  # `ItemScore`; what = `cell_key(side, item)`
    EVENTS = "events"  # tuple of `GaitEvent`, all of one film; what = the film's index
    SYNC = "sync"  # `Sync`; what = `sync_key(sagittal, coronal)`
    JOINT = "joint"  # `JointMove`; what = `gaitdesk.store.corrections.correction_key`
    SWAP = "swap"  # `SideSwap`; what likewise, the numbers counting through all six kinds
    MASK = "mask"  # `MaskStroke`; what likewise
    PERSON = "person"  # `PersonChoice`; what likewise
    CLICK = "click"  # `MaskClick`; what likewise
    RUN = "run"  # `MaskRun`; what likewise
    COMMENT = "comment"  # str; the reviewer's words; what = "", or see `store.narratives`
    NOTE = "note"  # JSON; how the window was left; never undone
    VISIT = "visit"  # `Visit`; what = ""
    FILM = "film"  # `FilmFacts`; what = the film's id
    ANALYSIS = "analysis"  # `AnalysisFacts`; what = the analysis' id
    PATIENT = "patient"  # `str`, the pseudonym; what = the patient's id
    IDENTITY = "identity"  # JSON, a salted checksum and never a name; what = the patient's id
    READING = "reading"  # `ReadingFacts`; what = the reading's id
    CHOICE = "choice"  # `Choice`, where a score of a consensus comes from; what as for a cell
    SIGNATURE = "signature"  # `Signature`; what = "version/number"
    AMENDMENT = "amendment"  # `Amendment`; what = the version in the making
    CONSENT = "consent"  # `Consent`; what = "patient's id/purpose"
    RETENTION = "retention"  # `date`, the last day the records are kept; what = the patient's id
    EXPORT = "export"  # `ExportFacts`, what left the desk; what = the export's id
    ERASURE = "erasure"  # JSON, how much was erased; what = the patient's id
    KEY = "key"  # `Holder`, somebody who has a passphrase; what = the holder's id
    STORE = "store"  # JSON; the store itself was made, or its side record begun anew


EDITABLE = frozenset(
    {
        *(Kind.CELL, Kind.EVENTS, Kind.SYNC, Kind.JOINT, Kind.SWAP, Kind.MASK, Kind.PERSON),
        *(Kind.CLICK, Kind.RUN, Kind.COMMENT, Kind.NOTE, Kind.VISIT, Kind.CHOICE),
    }
)
"""Kinds that `Store.record` takes; the others are made by the calls that add things."""

READ = frozenset({Kind.CELL, Kind.COMMENT, Kind.CHOICE})
"""Kinds that each reading of a visit has for itself."""


class Action(StrEnum):
    """How an entry came about."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"
    ADDED = "added"  # something came in: a patient, a visit, a film, an analysis and its scores
    RECALCULATED = "recalculated"  # a machine answered anew after a correction


@dataclass(frozen=True, slots=True)
class Edit:
    """One change a person made.

    Attributes:
        text: What was done, for people; the undo menu shows it.
        kind: What it is about.
        what: Which one of its kind: a cell, a film's index, ...
        old: Value before, as it was shown; None where there was none.
        new: Value after; None takes it away.
        reason: Why, in the reviewer's words, or empty.
    """

    text: str
    kind: Kind
    what: str
    old: Any
    new: Any
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal.

    Attributes:
        id: Its place in the journal, from 1.
        session: The visit it belongs to; None for what belongs to none.
        rater: Who did it.
        at: When, UTC.
        action: How it came about.
        kind, what, old, new, reason, text: See `Edit`.
        step: First entry of those that were made together and are undone together.
        target: For an undo or redo, the step that was undone or redone.
        reading: The reading whose sheet it belongs to; None for the visit's own.
    """

    id: EntryId
    session: SessionId | None
    rater: str
    at: datetime
    action: Action
    kind: Kind
    what: str
    text: str
    old: Any
    new: Any
    reason: str
    step: EntryId
    target: EntryId | None
    reading: ReadingId | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Entries that were made together; what one press of undo takes back.

    Attributes:
        id: The first of them.
        entries: All of them, in the order they were made; never none.
    """

    id: EntryId
    entries: tuple[Entry, ...]

    @property
    def text(self) -> str:
        """What was done, for people."""
        return self.entries[0].text


@dataclass(frozen=True, slots=True)
class UndoStack:
    """What can be undone and redone in a visit by one rater; the next one is the last.

    Attributes:
        undoable: Steps in force, oldest first.
        redoable: Steps taken back, the one taken back first is first.
    """

    undoable: tuple[Step, ...] = ()
    redoable: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a patient: what stands at the head of the form.

    Attributes:
        patient: Who came.
        day: Day of the recording.
        age_years, height_m: On that day; None where not given.
        conditions: How the patient walked.
        sex, weight_kg, leg_length_left_m, leg_length_right_m, measured_on: See
            `gaitdesk.domain.patient.Patient`.
        background: Diagnosis, function and treatments as they were known on that day.
        referral: What the visit is to answer.
    """

    patient: PatientId
    day: date
    age_years: float | None = None
    height_m: float | None = None
    conditions: Conditions = field(default_factory=Conditions)
    sex: Sex | None = None
    weight_kg: float | None = None
    leg_length_left_m: float | None = None
    leg_length_right_m: float | None = None
    measured_on: date | None = None
    background: Background = field(default_factory=Background)
    referral: Referral = field(default_factory=Referral)

    def __post_init__(self) -> None:
        check_possible(self)

    @staticmethod
    def of(
        patient: PatientId,
        day: date,
        child: Patient,
        conditions: Conditions,
        background: Background,
        referral: Referral,
    ) -> Visit:
        """The head of a visit, from what is said of the child by its pseudonym."""
        return Visit(
            patient,
            day,
            child.age_years,
            child.height_m,
            conditions,
            child.sex,
            child.weight_kg,
            child.leg_length_left_m,
            child.leg_length_right_m,
            child.measured_on,
            background,
            referral,
        )

    def child(self, pseudonym: str) -> Patient:
        """Who walked, by their pseudonym."""
        return Patient(
            pseudonym,
            self.age_years,
            self.height_m,
            self.sex,
            self.weight_kg,
            self.leg_length_left_m,
            self.leg_length_right_m,
            self.measured_on,
        )


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """One film of a visit.

    Attributes:
        index: Its index in the analysis.
        sha256: Content hash, lower-case hexadecimal: the film wherever it is.
        size_bytes: Its length, by which candidates are told before they are hashed.
        path: Where it was last seen.
        plane: The plane it was recorded for.
    """

    index: int
    sha256: str
    size_bytes: int
    path: Path
    plane: Plane


@dataclass(frozen=True, slots=True)
class AnalysisFacts:
    """One analysis of a visit's films, kept as files beside the store.

    Attributes:
        folder: Folder of `analysis.json` and its keypoints; relative to the data folder where it
            lies inside it.
        sha256: Of each of its files by name.
        software: What made it.
        made_at: When, ISO 8601.
    """

    folder: Path
    sha256: tuple[tuple[str, ...], ...]
    software: str = ""
    made_at: str = ""


@dataclass(frozen=True, slots=True)
class Referrer:
    """Who sent a child to a visit.

    Attributes:
        session: The visit.
        name: Of the person or the practice.
    """

    session: SessionId
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a patient is; kept apart from everything else, and erasable.

    Attributes:
        name: Family and given name.
        birth_day: Day of birth, None where not given.
        record_number: Number in the clinic's own records, or empty.
        referrers: Who sent them, at most one of a visit.
    """

    name: str
    birth_day: date | None = None
    record_number: str = ""
    referrers: tuple[Referrer, ...] = ()

    def referrer(self, session: SessionId) -> str:
        """Who sent them to a visit, or empty."""
        return next((one.name for one in self.referrers if one.session == session), "")

    def referred(self, session: SessionId, name: str) -> Identity:
        """The same with who sent them to a visit; an empty name takes it away."""
        others = tuple(one for one in self.referrers if one.session != session)
        return replace(self, referrers=(*others, Referrer(session, name)) if name else others)


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """A patient as a list shows them.

    Attributes:
        id: The patient.
        pseudonym: What the clinic calls them in files.
        visits: How many there are.
    """

    id: PatientId
    pseudonym: str
    visits: int


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A visit as a list shows it.

    Attributes:
        id: The visit.
        pseudonym: Of the patient.
        visit: Patient, day and conditions.
        films: Names of its films.
        scored: Cells that hold a score, of 34.
        confirmed: Cells a reviewer has confirmed, of 34.
        edited_at: Time of the last entry, UTC.
        edited_by: Its rater.
        signed: Version that is signed and in force; 0 for a draft or an open amendment.
    """

    id: SessionId
    pseudonym: str
    visit: Visit
    films: tuple[str, ...]
    scored: int
    confirmed: int
    edited_at: datetime
    edited_by: str
    signed: int = 0


def cell_key(side: Side, item: Item) -> str:
    """The `what` of one cell of the form, as "left/KEX"."""
    return f"{side.value}/{item.value}"


def cell_of(what: str) -> Cell:
    """The cell that `cell_key` named."""
    side, _, item = what.partition("/")
    return Side(side), Item(item)


def sync_key(sagittal: int, coronal: int) -> str:
    """The `what` of a pair of films, as "0/1"."""
    return f"{sagittal}/{coronal}"
