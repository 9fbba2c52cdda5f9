"""`report.pdf`: the printed report, on A4 or Letter, with identity and page number on each page."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from gaitdesk import __version__
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.evgs import Cell
from gaitdesk.i18n import ENGLISH, language, speaking, tr
from gaitdesk.media.output import atomic_write
from gaitdesk.report import archive, look
from gaitdesk.report.content import STANDARD_NORMS, Content, Norms, report_content
from gaitdesk.report.letterhead import MOST_LINES, Letterhead
from gaitdesk.report.lettering import BOLD, REGULAR, cut_to_width, register_fonts, width_of, write
from gaitdesk.report.pages import Pages
from gaitdesk.report.standing import UNKEPT, Standing
from gaitdesk.report.stills import Still
from gaitdesk.report.tagging import TaggedCanvas

_TOP, _BOTTOM = 54.0, 50.0
_LOGO_WIDTH, _LOGO_HEIGHT, _LETTERHEAD = 190.0, 46.0, 60.0
_STATED = {ENGLISH: "en-GB", "zh_CN": "zh-CN"}
"""The report's languages as readers aloud know them (BCP 47)."""

# The first version that archives take tags and languages from; no font that is not embedded.
_FILE: Mapping[str, Any] = {"pdfVersion": (1, 7), "initialFontName": REGULAR}


class PageSize(StrEnum):
    """Paper the report is laid out for."""

    A4 = "a4"
    LETTER = "letter"


_SIZES: Mapping[PageSize, tuple[float, float]] = {PageSize.A4: A4, PageSize.LETTER: LETTER}


@dataclass(frozen=True, slots=True)
class Setup:
    """How a report is set, whatever it says.

    Attributes:
        page_size: Paper it is laid out for.
        language: What it is written in; empty for the language spoken.
        letterhead: What it says of the clinic.
    """

    page_size: PageSize = PageSize.A4
    language: str = ""
    letterhead: Letterhead = field(default_factory=Letterhead)


PLAIN = Setup()


def write_pdf(
    analysis: Analysis,
    path: Path,
    *,
    stills: Mapping[Cell, Still] | None = None,
    setup: Setup = PLAIN,
    norms: Norms = STANDARD_NORMS,
    standing: Standing = UNKEPT,
) -> str:
    """Write the report, whole or not at all.

    Args:
        analysis: What is reported.
        path: Where it goes.
        stills: Pictures of the deciding frames, as `collect_stills` gives them.
        setup: Paper, language and letterhead.
        norms: Where the normative bands and ranges come from.
        standing: How the visit stands in the records: signatures, scorers, earlier visits.

    Returns:
        The document's hash, which stands on each page; see `document_hash`.

    Raises:
        DiskFull, OutputNotWritable: See `atomic_write`.
    """
    register_fonts()
    # Text instead of bytes would make pictures a quarter larger, for mail of the nineties.
    rl_config.useA85 = 0
    with speaking(setup.language or language()):
        content = report_content(analysis, norms, standing)
        width, height = _SIZES[setup.page_size]
        room = (width - 2 * look.MARGIN, height - _TOP - _BOTTOM)
        pages = Pages(analysis, content, standing, norms, stills or {}, *room)
        with atomic_write(path) as draft:
            document = _document(draft, content, setup)
            document.build(
                pages.story(),
                canvasmaker=lambda *given, **named: _ReportCanvas(
                    content, setup, *given, **{**named, **_FILE}
                ),
            )
    return content.document


def _document(path: Path, content: Content, setup: Setup) -> BaseDocTemplate:
    width, height = _SIZES[setup.page_size]
    document = BaseDocTemplate(
        str(path),
        pagesize=(width, height),
        title=tr("Gait analysis from video: {name}").format(name=content.name),
        author=f"GaitDesk {__version__}",
        subject=tr("Edinburgh Visual Gait Score (EVGS), both limbs"),
        creator=f"GaitDesk {__version__}",
        keywords=f"EVGS, gait analysis, sha256:{content.document}",
        lang=_STATED.get(language(), _STATED[ENGLISH]),
    )

    def template(name: str, head: float, following: str | None) -> PageTemplate:
        frame = Frame(
            look.MARGIN,
            _BOTTOM,
            width - 2 * look.MARGIN,
            height - _TOP - _BOTTOM - head,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        return PageTemplate(name, [frame], onPage=under, autoNextPageTemplate=following)

    def under(canvas: Canvas, _: BaseDocTemplate) -> None:
        if content.is_draft:
            _draw_watermark(canvas, (width, height))

    head = 0.0 if setup.letterhead.is_empty else _LETTERHEAD
    document.addPageTemplates([template("first", head, "later"), template("later", 0.0, None)])
    return document


def _draw_watermark(canvas: Canvas, size: tuple[float, float]) -> None:
    """The word for a report nobody signed, under the text and pale enough to read through."""
    width, height = size
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(52)
    canvas.setFillColor(look.WATERMARK)
    write(canvas, 0, -50, tr("DRAFT"), BOLD, 150, 0.5)
    canvas.restoreState()


class _ReportCanvas(TaggedCanvas):
    """A canvas that knows the number of pages before it draws the edge of the first."""

    def __init__(self, content: Content, setup: Setup, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._content, self._setup = content, setup
        self._kept: list[dict[str, Any]] = []
        archive.prepare(self._doc)

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            if number == 1 and not self._setup.letterhead.is_empty:
                self._draw_letterhead(self._setup.letterhead)
            self._draw_edges(len(self._kept))
            super().showPage()
        self.finish_structure()
        super().save()

    def _draw_letterhead(self, head: Letterhead) -> None:
        width, height = self._pagesize
        top = height - 46.0
        with self.edge("Header"):
            if head.logo is not None:
                share = min(_LOGO_WIDTH / head.logo.width, _LOGO_HEIGHT / head.logo.height)
                size = (share * head.logo.width, share * head.logo.height)
                picture = ImageReader(io.BytesIO(head.logo.png))
                self.drawImage(picture, look.MARGIN, top - size[1], *size)
            room = width - 2 * look.MARGIN - (_LOGO_WIDTH + 12 if head.logo is not None else 0)
            y = top - 9
            self.setFillColor(look.INK)
            right = width - look.MARGIN
            if head.clinic:
                write(self, right, y, cut_to_width(head.clinic, room, BOLD, 10), BOLD, 10, 1)
                y -= 11.5
            self.setFillColor(look.SOFT)
            for line in head.lines[:MOST_LINES]:
                write(self, right, y, cut_to_width(line, room, REGULAR, 7.5), REGULAR, 7.5, 1)
                y -= 9.6

    def _draw_edges(self, pages: int) -> None:
        width, height = self._pagesize
        left, right = look.MARGIN, width - look.MARGIN
        self.setStrokeColor(look.HAIRLINE)
        self.setLineWidth(0.5)
        self.line(left, height - 38, right, height - 38)
        self.line(left, 38, right, 38)
        with self.edge("Header"):
            self.setFillColor(look.SOFT)
            status = cut_to_width(self._content.status, 0.5 * (right - left), REGULAR, 7.5)
            write(self, right, height - 32, status, REGULAR, 7.5, 1)
            room = right - left - width_of(status, REGULAR, 7.5) - 16
            self.setFillColor(look.INK)
            name = cut_to_width(self._content.name, room, BOLD, 8)
            write(self, left, height - 32, name, BOLD, 8)
        with self.edge("Footer"):
            self._draw_foot(left, right, pages)

    def _draw_foot(self, left: float, right: float, pages: int) -> None:
        self.setFillColor(look.SOFT)
        page = tr("Page {page} of {pages}").format(page=self._pageNumber, pages=pages)
        taken = write(self, right, 28, page, REGULAR, 7.5, 1)
        said = tr("Decision support, not a medical device")
        write(self, left, 28, f"{said} · GaitDesk {__version__}", REGULAR, 7.5)
        document = tr("Document {digest}").format(digest=self._content.document[:16])
        hash_width = write(self, right, 18, document, REGULAR, 6.8, 1)
        foot = self._setup.letterhead.footer
        if foot:
            room = right - left - max(taken, hash_width) - 16
            write(self, left, 18, cut_to_width(foot, room, REGULAR, 6.8), REGULAR, 6.8)
