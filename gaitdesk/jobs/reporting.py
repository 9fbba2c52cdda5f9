"""The printed report of a visit: the form in force, how it stands in the records, the file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.errors import AnalysisUnreadable, TooFewSteps
from gaitdesk.domain.evgs import Cell, Origin
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.refusals import NamesLocked, ReadingRefused
from gaitdesk.i18n import aside, tr
from gaitdesk.jobs.correcting import recalculated
from gaitdesk.jobs.keeping import open_analysis
from gaitdesk.report.authorship import names_of
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.pdf import Setup, write_pdf
from gaitdesk.report.standing import UNKEPT, Decision, Standing, Version
from gaitdesk.report.stills import collect_stills
from gaitdesk.report.visit_record import NamedPatient, Signoff
from gaitdesk.store.corrections import corrections
from gaitdesk.store.edits import (
    Action,
    Identity,
    Kind,
    ReadingId,
    SessionId,
    SessionSummary,
    cell_of,
)
from gaitdesk.store.narratives import plain_comment
from gaitdesk.store.signing import SignedVersion
from gaitdesk.store.store import Store

MOST_EARLIER = 3
"""So many earlier visits stand beside the one reported; a page has room for no more."""

_BY_PERSONS = frozenset({Action.EDIT, Action.UNDO, Action.REDO})


@dataclass(frozen=True, slots=True)
class Printed:
    """A report that is made.

    Attributes:
        pdf: The file's content.
        document: The hash that stands on each page; see `document_hash`.
    """

    pdf: bytes
    document: str


def report_pdf(analysis: Analysis, setup: Setup, standing: Standing = UNKEPT) -> Job[Printed]:
    """The printed report of an analysis.

    Yields:
        Each still taken.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
    """
    stills = yield from collect_stills(analysis)
    yield Progress(0, None, tr("Laying out the report"))
    with tempfile.TemporaryDirectory(prefix="gaitdesk-") as folder:
        path = Path(folder) / "report.pdf"
        document = write_pdf(analysis, path, stills=stills, setup=setup, standing=standing)
        return Printed(path.read_bytes(), document)


def reading_in_force(store: Store, session: SessionId) -> ReadingId | None:
    """The reading whose form is in force; None where it is the visit's own."""
    signed = store.signing.in_force(session)
    if signed is not None:
        return signed.signatures[0].signature.reading
    return store.readings.in_force(session)


def standing_analysis(
    store: Store, session: SessionId, reading: ReadingId | None = None
) -> Analysis:
    """The analysis of a visit with what was corrected since, and all that follows from that.

    Raises:
        AnalysisUnreadable, BlindReading, ReadingRefused: As `open_analysis`.
    """
    opened = open_analysis(store, session, reading)
    is_corrected = (
        any(corrections(store, session).values())
        or bool(store.values(session, Kind.EVENTS))
        or bool(store.values(session, Kind.SYNC))
    )
    if not is_corrected:
        return opened
    try:
        return replace(recalculated(opened), scoresheet=opened.scoresheet)
    except TooFewSteps:
        # The form stands as persons have left it; what would follow from cycles is not shown.
        return replace(opened, cycles=(), curves=(), spatiotemporal=(), variable_scores=())


def visit_standing(
    store: Store,
    session: SessionId,
    analysis: Analysis,
    reading: ReadingId | None,
    *,
    is_named: bool = True,
) -> Job[Standing]:
    """How a visit stands in the records, with the visits before it.

    Args:
        store: The store; names are printed where it has them unlocked.
        session: The visit.
        analysis: It, with the form that is to be reported.
        reading: The reading that form is of; None for the visit's own.
        is_named: Whether the patient's name is wanted.

    Yields:
        Each earlier visit that is read.
    """
    held = {one.id: one for one in store.sessions()}
    summary = held[session]
    earlier, left_out = yield from _earlier(store, summary, tuple(held.values()))
    versions = store.signed_versions(session)
    in_force = store.signing.in_force(session)
    named, is_sealed = _named(store, summary) if is_named else (None, False)
    raters = {one.session: _raters(store, SessionId(one.session)) for one in earlier}
    decisions = decided(store, session, reading)
    comments = store.values(session, Kind.COMMENT, reading)
    return Standing(
        session=session,
        day=summary.visit.day,
        named=named,
        is_sealed=is_sealed,
        versions=tuple(_version(one) for one in versions),
        is_in_force=in_force is not None and in_force.sheet == analysis.scoresheet,
        amending=_amending(store, session) if versions and in_force is None else None,
        problems=store.signing.problems(session) if versions else (),
        decisions=decisions,
        comment=plain_comment(comments),
        earlier=earlier,
        raters={**raters, session: names_of(tuple(decisions.values()))},
        left_out=left_out,
    )


def _earlier(
    store: Store, summary: SessionSummary, held: tuple[SessionSummary, ...]
) -> Job[tuple[tuple[ComparedVisit, ...], tuple[str, ...]]]:
    """The patient's scored visits before one, the first one first, and why some are left out."""
    own = [one for one in held if one.visit.patient == summary.visit.patient]
    own.sort(key=lambda one: (one.visit.day, store.history(one.id)[0].id))
    before = [one for one in own[: own.index(summary)] if one.scored]
    days = [one.visit.day for one in (*before, summary)]
    found, left_out = [], []
    for place, one in enumerate(before):
        if place < len(before) - MOST_EARLIER:
            continue
        yield Progress(place, len(before), tr("Reading earlier visits"))
        day = one.visit.day.isoformat()
        if days.count(one.visit.day) > 1:
            day = aside(day, str(days[: place + 1].count(one.visit.day)))
        try:
            analysis = standing_analysis(store, one.id, reading_in_force(store, one.id))
        except (AnalysisUnreadable, ReadingRefused) as error:
            left_out.append(
                tr("The visit of {day} is not shown: {reason}").format(day=day, reason=error)
            )
            continue
        found.append(ComparedVisit(one.id, day, analysis))
    dropped = len(before) - MOST_EARLIER
    if dropped > 0:
        left_out.append(tr("%n visit(s) before these are not shown.", "", dropped))
    return tuple(found), tuple(left_out)


def _named(store: Store, summary: SessionSummary) -> tuple[NamedPatient | None, bool]:
    """Who the patient is, and whether that is kept under a lock nobody has opened."""
    try:
        known = store.identity(summary.visit.patient)
    except NamesLocked:
        return None, True
    if known is None:
        return None, False
    return named_patient(known, summary.id), False


def named_patient(known: Identity, session: SessionId) -> NamedPatient:
    """Who a patient is, as a visit of theirs is printed and sent."""
    return NamedPatient(known.name, known.birth_day, known.record_number, known.referrer(session))


def decided(store: Store, session: SessionId, reading: ReadingId | None) -> dict[Cell, Decision]:
    """Who gave each score that a person answers for: their last word that still stands."""
    found: dict[Cell, Decision] = {}
    for entry in store.history(session):
        if entry.kind is not Kind.CELL or entry.reading != reading:
            continue
        cell = cell_of(entry.what)
        if entry.new is None or not (entry.new.is_confirmed or entry.new.origin is Origin.REVIEWER):
            found.pop(cell, None)
        elif entry.action in _BY_PERSONS or cell not in found:
            found[cell] = Decision(entry.rater, entry.at.astimezone(), entry.reason)
    return found


def _raters(store: Store, session: SessionId) -> str:
    return names_of(tuple(decided(store, session, reading_in_force(store, session)).values()))


def _version(signed: SignedVersion) -> Version:
    return Version(
        signed.number, signed.reason, signoffs(signed), signed.signatures[0].signature.content
    )


def signoffs(signed: SignedVersion) -> tuple[Signoff, ...]:
    """The signatures of a version as they are printed."""
    return tuple(
        Signoff(
            one.signature.name,
            one.signature.role,
            one.signature.meaning.value,
            one.at.astimezone(),
        )
        for one in signed.signatures
    )


def _amending(store: Store, session: SessionId) -> str:
    """Why the amendment that is open was opened."""
    entries = [one for one in store.history(session) if one.kind is Kind.AMENDMENT]
    return entries[-1].reason if entries else ""
