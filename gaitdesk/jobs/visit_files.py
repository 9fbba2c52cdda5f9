"""One visit as a file that other programs read: a table, an analysis, body points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import in_english, tr
from gaitdesk.jobs.handing import hand_over
from gaitdesk.jobs.reporting import reading_in_force, standing_analysis, visit_standing
from gaitdesk.jobs.stationery import read_stationery, setup_of
from gaitdesk.media.output import atomic_write
from gaitdesk.report.bundle import write_results
from gaitdesk.report.case import film_name
from gaitdesk.report.coco import poses_to_coco
from gaitdesk.report.csv import scoresheet_csv
from gaitdesk.report.interchange import analysis_to_json, dense_json
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.narratives import narrative
from gaitdesk.store.store import Store


@dataclass(frozen=True, slots=True)
class FileOrder:
    """Which visit goes into which file, and what for.

    Attributes:
        session: The visit.
        out: The file that is to be written.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        purpose: What for, as the patient's consent must cover.
    """

    session: SessionId
    out: Path
    folder: Path | None = None
    rater: str = ""
    purpose: Purpose = Purpose.CARE


def export_results(order: FileOrder, analysis: Analysis) -> Job[tuple[Path, ...]]:
    """Write everything an analysis gives away into a folder, films that show the child among it.

    The form is the one in force, as in every other file that leaves the desk: the one that was
    signed; of a draft, the last consensus, or else the visit's own.

    Args:
        order: The visit, and the folder.
        analysis: What was found in the visit's films.

    Raises:
        As `export_csv`, and VideoUnreadable: A film can no longer be decoded.
    """

    def note(files: Sequence[Path]) -> None:
        with Store.open(order.folder, rater=order.rater) as store:
            form, leaving = ExportForm.RESULTS, Leaving.PSEUDONYMOUS
            hand_over(store, (order.session,), form, leaving, order.purpose, files)

    with Store.open(order.folder, rater=order.rater) as store:
        store.readings.check_may_see(order.session)
        store.consents.check(order.session, order.purpose)
        reading = reading_in_force(store, order.session)
        analysis = replace(
            analysis,
            scoresheet=store.sheet(order.session, reading),
            narrative=narrative(store, order.session, reading),
        )
        standing = yield from visit_standing(
            store, order.session, analysis, reading, is_named=False
        )
        setup, _ = setup_of(read_stationery(store.folder), store.folder)
    writing = write_results(analysis, order.out, setup=setup, standing=standing, on_ready=note)
    return (yield from writing)


def export_csv(order: FileOrder) -> Job[Path]:
    """Write the form in force as a table, one row for each item of each limb.

    Raises:
        ConsentMissing, PatientErased: The visit may not leave the desk for this purpose.
        BlindReading: Who is at the desk has yet to read this visit blind.
        AnalysisUnreadable: The analysis is missing, or is not the one that was kept.
        StoreBusy, StoreFull, StoreNotWritable: The export could not be noted.
        DiskFull, OutputNotWritable: The file cannot be written.
    """

    def written(analysis: Analysis) -> str:
        with in_english():
            return scoresheet_csv(analysis)

    return (yield from _export(order, ExportForm.CSV, written))


def export_json(order: FileOrder) -> Job[Path]:
    """Write everything found in a visit but body points and masks; see `export_csv`."""
    return (
        yield from _export(
            order, ExportForm.JSON, lambda analysis: dense_json(analysis_to_json(analysis))
        )
    )


def export_coco(order: FileOrder) -> Job[Path]:
    """Write body points and masks of every frame in COCO's form; see `export_csv`."""
    return (
        yield from _export(
            order, ExportForm.COCO, lambda analysis: dense_json(poses_to_coco(analysis.films))
        )
    )


def _export(order: FileOrder, form: ExportForm, written: Callable[[Analysis], str]) -> Job[Path]:
    yield Progress(0, None, tr("Opening the visit"))
    with Store.open(order.folder, rater=order.rater) as store:
        store.consents.check(order.session, order.purpose)
        reading = reading_in_force(store, order.session)
        analysis = _with_bare_names(standing_analysis(store, order.session, reading))
        yield Progress(0, None, tr("Writing {name}").format(name=order.out.name))
        content = written(analysis)
        with atomic_write(order.out) as draft:
            draft.write_text(content, encoding="utf-8", newline="")
            yield Progress(0, None, tr("Noting the export"))
            leaving = Leaving.PSEUDONYMOUS
            hand_over(store, (order.session,), form, leaving, order.purpose, (draft,))
    return order.out


def _with_bare_names(analysis: Analysis) -> Analysis:
    """The analysis with films called by their number: their own names may be a child's."""
    films = tuple(_renamed(number, film) for number, film in enumerate(analysis.films))
    return replace(analysis, films=films)


def _renamed(number: int, film: FilmAnalysis) -> FilmAnalysis:
    return replace(film, video=replace(film.video, path=Path(film_name(number, film))))
