"""`report.pdf`: the printed report, on A4 or Letter, with identity and page number on each page."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from gaitdesk import __version__
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.evgs import Cell
from gaitdesk.i18n import in_english, tr
from gaitdesk.media.output import atomic_write
from gaitdesk.report import look
from gaitdesk.report.content import STANDARD_NORMS, Content, Norms, report_content
from gaitdesk.report.pages import Pages
from gaitdesk.report.stills import Still

_TOP, _BOTTOM = 54.0, 50.0


class PageSize(StrEnum):
    """Paper the report is laid out for."""

    A4 = "a4"
    LETTER = "letter"


_SIZES: Mapping[PageSize, tuple[float, float]] = {PageSize.A4: A4, PageSize.LETTER: LETTER}


def write_pdf(
    analysis: Analysis,
    path: Path,
    *,
    stills: Mapping[Cell, Still] | None = None,
    page_size: PageSize = PageSize.A4,
    norms: Norms = STANDARD_NORMS,
    language: str = "en-GB",
) -> None:
    """Write the report, whole or not at all.

    Args:
        analysis: What is reported.
        path: Where it goes.
        stills: Pictures of the deciding frames, as `collect_stills` gives them.
        page_size: Paper it is laid out for.
        norms: Where the normative bands and ranges come from.
        language: BCP 47 code of the text, for readers aloud.

    Raises:
        DiskFull, OutputNotWritable: See `atomic_write`.
    """
    look.register_fonts()
    # Text instead of bytes would make pictures a quarter larger, for mail of the nineties.
    rl_config.useA85 = 0
    with in_english():
        # The report's fonts have Latin letters only.
        content = report_content(analysis, norms)
    width, height = _SIZES[page_size]
    room = (width - 2 * look.MARGIN, height - _TOP - _BOTTOM)
    pages = Pages(analysis, content, norms, stills or {}, *room)
    with atomic_write(path) as draft, in_english():
        _document(draft, content, page_size, language).build(
            pages.story(),
            canvasmaker=lambda *given, **named: _NumberedCanvas(content, *given, **named),
        )


def _document(path: Path, content: Content, page_size: PageSize, language: str) -> BaseDocTemplate:
    width, height = _SIZES[page_size]
    document = BaseDocTemplate(
        str(path),
        pagesize=(width, height),
        title=tr("Gait analysis from video: {name}").format(name=content.name),
        author=f"GaitDesk {__version__}",
        subject=tr("Edinburgh Visual Gait Score (EVGS), both limbs"),
        creator=f"GaitDesk {__version__}",
        keywords=["EVGS", "gait analysis"],
        lang=language,
    )
    frame = Frame(
        look.MARGIN,
        _BOTTOM,
        width - 2 * look.MARGIN,
        height - _TOP - _BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate("page", [frame], onPage=_draw_watermark))
    return document


def _draw_watermark(canvas: Canvas, document: BaseDocTemplate) -> None:
    """The word for a report nobody signed, under the text and pale enough to read through."""
    width, height = document.pagesize
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(52)
    canvas.setFillColor(look.WATERMARK)
    canvas.setFont(look.BOLD, 150)
    canvas.drawCentredString(0, -50, tr("DRAFT"))
    canvas.restoreState()


class _NumberedCanvas(Canvas):  # type: ignore[misc]
    """A canvas that knows the number of pages before it draws the edge of the first."""

    def __init__(self, content: Content, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._content = content
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for page in self._kept:
            self.__dict__.update(page)
            self._draw_edges(len(self._kept))
            super().showPage()
        super().save()

    def _draw_edges(self, pages: int) -> None:
        width, height = self._pagesize
        left, right = look.MARGIN, width - look.MARGIN
        self.setStrokeColor(look.HAIRLINE)
        self.setLineWidth(0.5)
        self.line(left, height - 38, right, height - 38)
        self.line(left, 38, right, 38)
        status = self._content.status
        self.setFont(look.REGULAR, 7.5)
        self.setFillColor(look.SOFT)
        self.drawRightString(right, height - 32, status)
        room = right - left - self.stringWidth(status, look.REGULAR, 7.5) - 16
        self.setFont(look.BOLD, 8)
        self.setFillColor(look.INK)
        self.drawString(
            left, height - 32, look.cut_to_width(self._content.name, room, look.BOLD, 8)
        )
        self.setFont(look.REGULAR, 7.5)
        self.setFillColor(look.SOFT)
        self.drawString(left, 27, tr("Decision support, not a medical device"))
        self.drawCentredString(width / 2, 27, f"GaitDesk {__version__}")
        self.drawRightString(
            right, 27, tr("Page {page} of {pages}").format(page=self._pageNumber, pages=pages)
        )
