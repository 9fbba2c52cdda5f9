"""An export as it was asked for, and the job that carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaitdesk.domain.progress import Job
from gaitdesk.i18n import aside, tr
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import ExportForm, Purpose
from gaitdesk.store.vault import Vault

if TYPE_CHECKING:
    from gaitdesk.jobs.casing import Case
    from gaitdesk.jobs.research import ResearchTables
    from gaitdesk.jobs.training_labels import Labels


@dataclass(frozen=True, slots=True)
class Order:
    """What shall leave the desk.

    Attributes:
        form: As what.
        session: The visit; None for the research table.
        out: The file, or the folder.
        folder: The data folder.
        rater: Who is at the desk.
        vault: The key of patients' names, while it is unlocked.
        purpose: What for.
        is_named: Whether the patient's name goes along.
        is_corrected_alone: Whether frames in which nothing was corrected are left out.
    """

    form: ExportForm
    session: SessionId | None
    out: Path
    folder: Path
    rater: str
    vault: Vault
    purpose: Purpose
    is_named: bool = False
    is_corrected_alone: bool = True


@dataclass(frozen=True, slots=True)
class Left:
    """What has left the desk.

    Attributes:
        place: The file or the folder.
        lines: What to know of it.
    """

    place: Path
    lines: tuple[str, ...] = ()


def carrying_out(order: Order) -> Job[Left]:
    """Carry out an order.

    Raises:
        GaitDeskError: As the jobs of each form; nothing was written then.
    """
    # The libraries of each form are loaded in the job's thread, and by no other form.
    if order.form is ExportForm.RESEARCH:
        from gaitdesk.jobs.research import export_research

        return _told_of_tables((yield from export_research(order.out, order.folder, order.rater)))
    assert order.session is not None
    if order.form is ExportForm.CASE:
        from gaitdesk.jobs.casing import CaseOrder, export_case

        made = CaseOrder(order.session, order.out, order.folder, order.rater, order.purpose)
        return told_of_case((yield from export_case(made)))
    if order.form in (ExportForm.LABELS, ExportForm.CHALLENGE):
        return told_of_labels((yield from _labels(order)))
    if order.form in (ExportForm.CSV, ExportForm.JSON, ExportForm.COCO):
        return Left((yield from _file(order)))
    return Left((yield from _report(order)))


def _labels(order: Order) -> Job[Labels]:
    from gaitdesk.jobs.training_labels import LabelOrder, export_challenge, export_labels

    assert order.session is not None
    made = LabelOrder(
        order.session,
        order.out,
        order.folder,
        order.rater,
        order.purpose,
        order.is_corrected_alone,
    )
    export = export_labels if order.form is ExportForm.LABELS else export_challenge
    return (yield from export(made))


def _file(order: Order) -> Job[Path]:
    from gaitdesk.jobs.visit_files import FileOrder, export_coco, export_csv, export_json

    assert order.session is not None
    jobs: dict[ExportForm, Any] = {
        ExportForm.CSV: export_csv,
        ExportForm.JSON: export_json,
        ExportForm.COCO: export_coco,
    }
    made = FileOrder(order.session, order.out, order.folder, order.rater, order.purpose)
    path: Path = yield from jobs[order.form](made)
    return path


def _report(order: Order) -> Job[Path]:
    from gaitdesk.jobs.exporting import VisitOrder, export_dicom, export_fhir, export_report
    from gaitdesk.jobs.stationery import read_stationery, setup_of

    assert order.session is not None
    jobs: dict[ExportForm, Any] = {
        ExportForm.REPORT: export_report,
        ExportForm.DICOM: export_dicom,
        ExportForm.FHIR: export_fhir,
    }
    setup, _ = setup_of(read_stationery(order.folder), order.folder)
    made = VisitOrder(
        order.session,
        order.out,
        order.folder,
        order.rater,
        order.vault,
        is_named=order.is_named,
        setup=setup,
    )
    path: Path = yield from jobs[order.form](made)
    return path


def told_of_labels(made: Labels) -> Left:
    """What to know of labels: how many frames they are of, and how many were left out."""
    lines = [
        tr("{frames} labelled frames, {corrected} of them corrected by a person.").format(
            frames=made.frames, corrected=made.corrected
        )
    ]
    if made.blanked:
        lines.append(
            tr("%n frame(s) were left out, because the head is not known.", "", made.blanked)
        )
    if made.patient:
        lines.append(tr("Known there as {pseudonym}.").format(pseudonym=f"{made.patient:04d}"))
    return Left(made.place, tuple(lines))


def told_of_case(case: Case) -> Left:
    """What to know of a case: its pseudonym, and which frames are grey."""
    from gaitdesk.report.headless import frames_words

    known = tr("Known there as {pseudonym}.").format(pseudonym=case.pseudonym)
    lines = [known, tr("Write that down if the case must be found again: it is kept nowhere here.")]
    for film in case.films:
        grey = frames_words(film.blanked)
        words = tr("{name}: {blanked} of {frames} frames blanked").format(
            name=film.name, blanked=len(film.blanked), frames=film.frames
        )
        lines.append(aside(words, grey))
    return Left(case.place, tuple(lines))


def _told_of_tables(made: ResearchTables) -> Left:
    counted = tr("{visits} of {patients}.").format(
        visits=tr("%n visit(s)", "", made.visits), patients=tr("%n patient(s)", "", made.patients)
    )
    lines = [counted]
    if made.left_out:
        lines.append(tr("%n visit(s) were left out:", "", len(made.left_out)))
    return Left(made.files[0].parent, (*lines, *made.left_out))
