"""A de-identified case of one visit, for those whom the patient's consent lets have it."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import in_english, tr
from gaitdesk.jobs.finding_faces import face_detector
from gaitdesk.jobs.handing import hand_over
from gaitdesk.jobs.reporting import reading_in_force, standing_analysis
from gaitdesk.media.output import atomic_folder, atomic_write, write_text
from gaitdesk.report.case import (
    CASE_FILE,
    README_FILE,
    CaseFilm,
    case_facts,
    film_name,
    pseudonymous,
    readme,
)
from gaitdesk.report.csv import scoresheet_csv
from gaitdesk.report.headless import headless_film
from gaitdesk.report.interchange import dense_json, write_analysis
from gaitdesk.store.consents import purpose_words
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store

SCORESHEET_FILE = "scoresheet.csv"

# Letters and digits that nobody mistakes for one another.
_CLEAR = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_PSEUDONYM_LENGTH = 8
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The day a zip file gives to a file whose day it is not to tell."""


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """Which visit goes where, and what for.

    Attributes:
        session: The visit.
        out: A folder, or a file that ends in .zip.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        purpose: What the others will use it for.
    """

    session: SessionId
    out: Path
    folder: Path | None = None
    rater: str = ""
    purpose: Purpose = Purpose.RESEARCH


@dataclass(frozen=True, slots=True)
class Case:
    """What was written.

    Attributes:
        place: The folder or the zip file.
        pseudonym: What the patient is called there; it is kept nowhere else.
        films: Its films, and which of their frames are grey.
    """

    place: Path
    pseudonym: str
    films: tuple[CaseFilm, ...]


def export_case(order: CaseOrder) -> Job[Case]:
    """Write a visit as a case in which nobody is named and no head is shown.

    Yields:
        Each part of a film.

    Raises:
        ConsentMissing, PatientErased: The visit may not leave the desk for this purpose.
        HeadNotHidden: A face is still found in a film.
        BlindReading, AnalysisUnreadable: As `open_analysis`.
        ModelPackageInvalid, LicenceNotAccepted: As `face_detector`.
        VideoUnreadable: A film can no longer be decoded.
        DiskFull, OutputNotWritable: The place cannot take the case.
    """
    yield Progress(0, None, tr("Opening the visit"))
    with Store.open(order.folder, rater=order.rater) as store:
        store.consents.check(order.session, order.purpose)
        analysis = standing_analysis(store, order.session, reading_in_force(store, order.session))
    with in_english():
        purpose = purpose_words(order.purpose)
    pseudonym = "X-" + "".join(secrets.choice(_CLEAR) for _ in range(_PSEUDONYM_LENGTH))
    if order.out.suffix.lower() != ".zip":
        with atomic_folder(order.out) as draft:
            films = yield from _write(analysis, pseudonym, purpose, draft)
            _note(order, tuple(draft.iterdir()))
    else:
        with tempfile.TemporaryDirectory(prefix="gaitdesk-") as work:
            films = yield from _write(analysis, pseudonym, purpose, Path(work))
            with atomic_write(order.out) as draft:
                _pack(Path(work), draft)
                _note(order, (draft,))
    return Case(order.out, pseudonym, films)


def _write(
    analysis: Analysis, pseudonym: str, purpose: str, folder: Path
) -> Job[tuple[CaseFilm, ...]]:
    detector = face_detector()
    films: list[CaseFilm] = []
    share = 1000.0 / max(1, len(analysis.films))
    for number, film in enumerate(analysis.films):
        path = folder / film_name(number, film)
        work = headless_film(film, detector, path)
        blanked = yield from portion(work, number * share, share)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        films.append(CaseFilm(path.name, film.video.frame_count, blanked, digest))
    _write_facts(pseudonymous(analysis, pseudonym, films), films, purpose, folder)
    return tuple(films)


def _write_facts(analysis: Analysis, films: Sequence[CaseFilm], purpose: str, folder: Path) -> None:
    pseudonym = analysis.patient.pseudonym
    write_analysis(analysis, folder)
    with in_english():
        write_text(folder / SCORESHEET_FILE, scoresheet_csv(analysis))
    write_text(folder / CASE_FILE, dense_json(case_facts(pseudonym, films, purpose)))
    write_text(folder / README_FILE, readme(pseudonym, films, purpose))


def _note(order: CaseOrder, files: Sequence[Path]) -> None:
    with Store.open(order.folder, rater=order.rater) as store:
        hand_over(
            store,
            (order.session,),
            ExportForm.CASE,
            Leaving.DEIDENTIFIED,
            order.purpose,
            files,
        )


def _pack(folder: Path, out: Path) -> None:
    """The files of a folder as a zip file that tells no day."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
