"""The pages of a report as pictures, made from the very file that would be saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pypdfium2
from PySide6.QtGui import QImage

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.jobs.handing import hand_over
from gaitdesk.jobs.reporting import report_pdf, visit_standing
from gaitdesk.media.output import atomic_write
from gaitdesk.report.bundle import REPORT_FILE
from gaitdesk.report.pdf import Setup
from gaitdesk.report.standing import UNKEPT, Standing
from gaitdesk.store.edits import ReadingId, SessionId
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.narratives import narrative
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault

POINTS_PER_INCH = 72.0
SHOWN_DPI = 100.0
"""Fine enough to read small print when a page fills half a screen."""


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """What a report is of.

    Attributes:
        analysis: What was found, with the form as it is shown.
        session: The visit; None for an analysis that no records hold.
        folder: The data folder of those records.
        rater: Who is at the desk.
        vault: Where names are unlocked; left locked, names are not to be had.
        reading: The reading whose form is shown; None for the visit's own.
    """

    analysis: Analysis
    session: SessionId | None = None
    folder: Path | None = None
    rater: str = ""
    vault: Vault = field(default_factory=Vault)
    reading: ReadingId | None = None

    def opened(self) -> Store:
        """The records, for the thread that asks."""
        return Store.open(self.folder, rater=self.rater, vault=self.vault)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A report that is made.

    Attributes:
        path: The file.
        pages: A picture of each page.
        document: The hash that stands on each page.
        is_named: Whether it tells the patient's name.
        is_sealed: Whether a name is kept that is locked.
    """

    path: Path
    pages: tuple[QImage, ...]
    document: str
    is_named: bool = False
    is_sealed: bool = False


def report_pages(
    reported: Reported, folder: Path, setup: Setup, *, is_named: bool = True
) -> Job[Shown]:
    """Write the report into a folder, and draw each of its pages.

    Args:
        reported: What it is of.
        folder: Where the file goes.
        setup: Paper, language and letterhead.
        is_named: Whether the patient's name is wanted, where it is unlocked.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
        DiskFull, OutputNotWritable: The folder cannot take the file.
    """
    path = folder / REPORT_FILE
    standing = yield from _standing(reported, is_named=is_named)
    printed = yield from report_pdf(_as_written(reported), setup, standing)
    with atomic_write(path) as draft:
        draft.write_bytes(printed.pdf)
    pages = []
    with _opened(path) as document:
        for number in range(len(document)):
            yield Progress(number, len(document), tr("Drawing the pages"))
            bitmap = document[number].render(
                scale=SHOWN_DPI / POINTS_PER_INCH, prefer_bgrx=True, maybe_alpha=False
            )
            pages.append(screen_picture(bitmap.to_numpy()))
    is_told = standing.named is not None
    return Shown(path, tuple(pages), printed.document, is_told, standing.is_sealed)


def screen_picture(drawn: Image) -> QImage:
    """A page as the screen keeps pictures, so that showing it takes the window no time.

    Args:
        drawn: Blue, green, red and a byte of nothing, shape (height, width, 4).
    """
    height, width = drawn.shape[:2]
    held = np.ascontiguousarray(drawn)
    return QImage(held.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def _as_written(reported: Reported) -> Analysis:
    """The analysis with the reviewer's words as they stand in the records now."""
    if reported.session is None:
        return reported.analysis
    with reported.opened() as store:
        words = narrative(store, reported.session, reported.reading)
    return replace(reported.analysis, narrative=words)


def _standing(reported: Reported, *, is_named: bool) -> Job[Standing]:
    if reported.session is None:
        return UNKEPT
    with reported.opened() as store:
        store.readings.check_may_open(reported.session, reported.reading)
        return (
            yield from visit_standing(
                store, reported.session, reported.analysis, reported.reading, is_named=is_named
            )
        )


def save_report(reported: Reported, shown: Shown, path: Path) -> Job[Path]:
    """Put a copy of a report into a place; of a visit that is kept, the journal notes it first.

    Raises:
        ConsentMissing, PatientErased: The visit may not leave the desk for care.
        DiskFull, OutputNotWritable: The file cannot be written there.
        StoreBusy, StoreFull, StoreNotWritable: It could not be noted, so that nothing was written.
    """
    yield Progress(0, None, tr("Saving the report"))
    content = shown.path.read_bytes()
    if reported.session is None:
        with atomic_write(path) as draft:
            draft.write_bytes(content)
        return path
    with reported.opened() as store:
        store.consents.check(reported.session, Purpose.CARE)
        with atomic_write(path) as draft:
            draft.write_bytes(content)
            hand_over(
                store,
                (reported.session,),
                ExportForm.REPORT,
                Leaving.IDENTIFIED if shown.is_named else Leaving.PSEUDONYMOUS,
                Purpose.CARE,
                (draft,),
                shown.document,
            )
    return path


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        document.close()
