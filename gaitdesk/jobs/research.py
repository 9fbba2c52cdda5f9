"""Research tables over every patient who has consented."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.analysis import Provenance
from gaitdesk.domain.coding import FormInvalid, decode
from gaitdesk.domain.evgs import Cell, Scoresheet
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.refusals import BlindReading, ConsentMissing, NothingToExport
from gaitdesk.i18n import phrase, titled, tr
from gaitdesk.jobs.handing import hand_over
from gaitdesk.jobs.reporting import reading_in_force
from gaitdesk.media.output import atomic_folder
from gaitdesk.report.interchange import ANALYSIS_FILE
from gaitdesk.report.research import ResearchVisit, long_csv, wide_csv
from gaitdesk.report.visit_record import Status
from gaitdesk.store.cells import is_persons
from gaitdesk.store.edits import Action, Kind, ReadingId, SessionId, SessionSummary, cell_of
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store

LONG_FILE = "research-long.csv"
WIDE_FILE = "research-wide.csv"

_BY_A_PERSON = frozenset({Action.EDIT, Action.UNDO, Action.REDO})


@dataclass(frozen=True, slots=True)
class ResearchTables:
    """What was written.

    Attributes:
        files: The long table and the wide one.
        visits, patients: How many they hold.
        left_out: Why visits were left out, one sentence for each.
    """

    files: tuple[Path, Path]
    visits: int
    patients: int
    left_out: tuple[str, ...]


def export_research(out: Path, folder: Path | None = None, rater: str = "") -> Job[ResearchTables]:
    """Write the scores of all visits whose patients' consent for research stands.

    The form of a visit is the one that was signed; of a draft, the last consensus, or else its
    own. Visits that nobody and nothing has scored are passed over.

    Args:
        out: The folder the two tables go to; other files in it stay.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.

    Yields:
        Each visit.

    Raises:
        NothingToExport: No visit may be, or can be, exported.
        DiskFull, OutputNotWritable: The folder cannot take the tables.
    """
    told, told_of, left_out = [], [], []
    with Store.open(folder, rater=rater) as store:
        summaries = sorted(store.sessions(), key=lambda one: (one.pseudonym, one.visit.day, one.id))
        firsts: dict[str, list[SessionSummary]] = {}
        for number, summary in enumerate(summaries):
            yield Progress(number, len(summaries), tr("Collecting scores"))
            own = firsts.setdefault(summary.visit.patient, [])
            own.append(summary)
            try:
                store.consents.check(summary.id, Purpose.RESEARCH)
                found = _told(store, summary, own)
            except ConsentMissing as refusal:
                left_out.append(_left_out(summary, refusal.reason))
                continue
            except BlindReading as refusal:
                left_out.append(_left_out(summary, str(refusal)))
                continue
            if found.sheet.cells:
                told.append(found)
                told_of.append(summary.id)
        if not told:
            raise NothingToExport(tuple(left_out))
        with atomic_folder(out) as draft:
            for name, table in ((LONG_FILE, long_csv(told)), (WIDE_FILE, wide_csv(told))):
                (draft / name).write_text(table, encoding="utf-8", newline="")
            files = tuple(draft.iterdir())
            form, leaving = ExportForm.RESEARCH, Leaving.PSEUDONYMOUS
            hand_over(store, told_of, form, leaving, Purpose.RESEARCH, files)
    return ResearchTables(
        (out / LONG_FILE, out / WIDE_FILE),
        len(told),
        len({one.pseudonym for one in told}),
        tuple(left_out),
    )


def _left_out(summary: SessionSummary, reason: str) -> str:
    return titled(phrase((summary.pseudonym, summary.visit.day.isoformat())), reason)


def _told(store: Store, summary: SessionSummary, own: list[SessionSummary]) -> ResearchVisit:
    """A visit as the tables tell it; `own` are the patient's visits up to this one."""
    session = summary.id
    reading = reading_in_force(store, session)
    store.readings.check_may_open(session, reading)
    signed = store.signing.in_force(session)
    visit = summary.visit if signed is None else signed.visit
    sheet = store.sheet(session, reading) if signed is None else signed.sheet
    made = _provenance(store, session)
    return ResearchVisit(
        pseudonym=summary.pseudonym,
        number=len(own),
        days=(visit.day - own[0].visit.day).days,
        day=visit.day,
        child=visit.child(summary.pseudonym),
        background=visit.background,
        conditions=visit.conditions,
        status=_status(0 if signed is None else signed.number),
        version=0 if signed is None else signed.number,
        sheet=sheet,
        who=_who(store, session, reading, sheet),
        software=made.software,
        models=made.models,
    )


def _status(version: int) -> Status:
    if not version:
        return Status.DRAFT
    return Status.SIGNED if version == 1 else Status.AMENDED


def _who(
    store: Store, session: SessionId, reading: ReadingId | None, sheet: Scoresheet
) -> dict[Cell, str]:
    """Who said the last word of each cell of which a person has spoken."""
    said = {}
    for entry in store.history(session):
        if entry.kind is Kind.CELL and entry.reading == reading and entry.action in _BY_A_PERSON:
            said[cell_of(entry.what)] = entry.rater
    return {
        cell: who
        for cell, who in said.items()
        if cell in sheet.cells and is_persons(sheet.cells[cell])
    }


def _provenance(store: Store, session: SessionId) -> Provenance:
    """What made a visit's analysis; empty where its file is missing, or is not what was kept."""
    kept = list(store.analyses(session).values())
    if not kept:
        return Provenance()
    try:
        content = (store.folder / kept[-1].folder / ANALYSIS_FILE).read_bytes()
        if (ANALYSIS_FILE, hashlib.sha256(content).hexdigest()) not in kept[-1].sha256:
            return Provenance()
        made: Provenance = decode(Provenance, json.loads(content).get("provenance"))
    except (OSError, ValueError, FormInvalid):
        return Provenance()
    return made
