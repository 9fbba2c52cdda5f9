"""The pages of a report as pictures, made from the very file that would be saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.report.bundle import REPORT_FILE
from gaitdesk.report.pdf import PageSize, write_pdf
from gaitdesk.report.stills import collect_stills

POINTS_PER_INCH = 72.0
SHOWN_DPI = 100.0
"""Fine enough to read small print when a page fills half a screen."""


def report_pages(
    analysis: Analysis, folder: Path, page_size: PageSize
) -> Job[tuple[Path, tuple[Image, ...]]]:
    """Write the report into a folder, and draw each of its pages.

    Returns:
        The file, and one picture a page.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
        DiskFull, OutputNotWritable: The folder cannot take the file.
    """
    path = folder / REPORT_FILE
    stills = yield from collect_stills(analysis)
    yield Progress(0, None, tr("Laying out the report"))
    write_pdf(analysis, path, stills=stills, page_size=page_size)
    pages = []
    with _opened(path) as document:
        for number in range(len(document)):
            yield Progress(number, len(document), tr("Drawing the pages"))
            bitmap = document[number].render(scale=SHOWN_DPI / POINTS_PER_INCH, rev_byteorder=True)
            pages.append(np.ascontiguousarray(bitmap.to_numpy()[..., :3]))
    return path, tuple(pages)


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        document.close()
