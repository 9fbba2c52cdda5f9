"""One visit for another system of the clinic: a DICOM Encapsulated PDF, a FHIR bundle."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gaitdesk.domain.errors import ExchangeLibraryMissing
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.jobs.handing import hand_over
from gaitdesk.jobs.reporting import (
    named_patient,
    reading_in_force,
    report_pdf,
    signoffs,
    standing_analysis,
    visit_standing,
)
from gaitdesk.media.output import atomic_write
from gaitdesk.report.dicom import encapsulated_pdf
from gaitdesk.report.fhir import fhir_bundle
from gaitdesk.report.pdf import PLAIN, Setup
from gaitdesk.report.visit_record import NamedPatient, VisitRecord
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault


@dataclass(frozen=True, slots=True)
class VisitOrder:
    """Which visit goes where.

    Attributes:
        session: The visit.
        out: The file that is to be written.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        vault: Where names are unlocked; left locked, names are not to be had.
        is_named: Whether the patient's name goes along, in the place of the pseudonym.
        setup: Paper, language and letterhead of the report.
    """

    session: SessionId
    out: Path
    folder: Path | None = None
    rater: str = ""
    vault: Vault = field(default_factory=Vault)
    is_named: bool = False
    setup: Setup = PLAIN


def export_dicom(order: VisitOrder) -> Job[Path]:
    """Write a visit's report as a DICOM Encapsulated PDF.

    Yields:
        Each still taken for the report.

    Raises:
        ExchangeLibraryMissing: pydicom is not installed.
        ConsentMissing, PatientErased: The visit may not leave the desk for care.
        NamesLocked: Names are asked for, and nobody has unlocked them.
        BlindReading, AnalysisUnreadable, VideoUnreadable: As `visit_record`.
        DiskFull, OutputNotWritable: The file cannot be written.
    """
    return (yield from _export(order, ExportForm.DICOM, "pydicom", "pydicom", encapsulated_pdf))


def export_fhir(order: VisitOrder) -> Job[Path]:
    """Write a visit as a FHIR bundle with its report; see `export_dicom`."""
    return (
        yield from _export(
            order,
            ExportForm.FHIR,
            "fhir",
            "fhir.resources",
            lambda record: fhir_bundle(record).encode("utf-8"),
        )
    )


def export_report(order: VisitOrder) -> Job[Path]:
    """Write a visit's report as a PDF; see `export_dicom`."""
    return (yield from _export(order, ExportForm.REPORT, "reportlab", "reportlab", _pdf_of))


def _pdf_of(record: VisitRecord) -> bytes:
    return record.pdf


def _export(
    order: VisitOrder,
    form: ExportForm,
    module: str,
    library: str,
    written: Callable[[VisitRecord], bytes],
) -> Job[Path]:
    if importlib.util.find_spec(module) is None:
        raise ExchangeLibraryMissing([library])
    record = yield from visit_record(order)
    yield Progress(0, None, tr("Writing {name}").format(name=order.out.name))
    content = written(record)
    with (
        Store.open(order.folder, rater=order.rater) as store,
        atomic_write(order.out) as draft,
    ):
        draft.write_bytes(content)
        leaving = Leaving.PSEUDONYMOUS if record.named is None else Leaving.IDENTIFIED
        hand_over(store, (order.session,), form, leaving, Purpose.CARE, (draft,), record.document)
    return order.out


def visit_record(order: VisitOrder) -> Job[VisitRecord]:
    """A visit with the form in force and its printed report.

    The form in force is the one that was signed; of a draft, the last consensus, or else the
    visit's own.

    Raises:
        ConsentMissing, PatientErased: The visit may not leave the desk for care.
        NamesLocked: Names are asked for, and nobody has unlocked them.
        BlindReading: Who is at the desk has yet to read this visit blind.
        AnalysisUnreadable: The analysis is missing, or is not the one that was kept.
        VideoUnreadable: A film can no longer be decoded.
    """
    yield Progress(0, None, tr("Opening the visit"))
    with Store.open(order.folder, rater=order.rater, vault=order.vault) as store:
        store.consents.check(order.session, Purpose.CARE)
        signed = store.signing.in_force(order.session)
        visit = store.visit(order.session) if signed is None else signed.visit
        named = _named(store, order) if order.is_named else None
        reading = reading_in_force(store, order.session)
        analysis = standing_analysis(store, order.session, reading)
        standing = yield from visit_standing(
            store, order.session, analysis, reading, is_named=order.is_named
        )
    printed = yield from report_pdf(analysis, order.setup, standing)
    return VisitRecord(
        session=order.session,
        day=visit.day,
        analysis=analysis,
        pdf=printed.pdf,
        document=printed.document,
        made_at=datetime.now(UTC).astimezone(),
        named=named,
        version=0 if signed is None else signed.number,
        signoffs=() if signed is None else signoffs(signed),
    )


def _named(store: Store, order: VisitOrder) -> NamedPatient | None:
    """Who the patient is; None where that is not kept."""
    known = store.identity(store.visit(order.session).patient)
    if known is None:
        return None
    return named_patient(known, order.session)
