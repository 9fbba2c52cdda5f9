"""How the printed report looks: fonts, colours, sizes, and text as paragraphs.

Colours are told apart by colour-blind readers and by their grey in print; left and right differ
in line pattern too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Paragraph

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Score
from gaitdesk.i18n import tr
from gaitdesk.report.breaking import broken
from gaitdesk.report.lettering import (
    BOLD,
    HAN,
    HAN_STROKE,
    REGULAR,
    is_han,
    markup,
    printable,
    width_of,
)
from gaitdesk.report.tagging import Heading, tagged
from gaitdesk.report.words import side_word

INK = HexColor("#1B252E")
SOFT = HexColor("#56636E")
HAIRLINE = HexColor("#C6CFD6")
PALE = HexColor("#F1F4F6")
BAND = HexColor("#DDE2E6")
ACCENT = HexColor("#17456B")
WATERMARK = HexColor("#EFF2F4")
WHITE = HexColor("#FFFFFF")

SIDE_COLOURS = {Side.LEFT: HexColor("#0067A5"), Side.RIGHT: HexColor("#C24E00")}
"""Blue and vermilion, after Okabe & Ito (2008), darkened for thin lines on paper."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a curve is drawn.

    Attributes:
        colour: Of the line.
        dashes: Lengths of dashes and gaps, points; none for a line without gaps.
        width: Points.
    """

    colour: Color
    dashes: tuple[float, ...] = ()
    width: float = 1.5


SIDE_STROKES = {
    Side.LEFT: Stroke(SIDE_COLOURS[Side.LEFT]),
    Side.RIGHT: Stroke(SIDE_COLOURS[Side.RIGHT], (4.5, 2.0)),
}

SCORE_FILLS = {
    Score.NORMAL: WHITE,
    Score.MODERATE: HexColor("#F3C766"),
    Score.MARKED: HexColor("#8A2B06"),
}
SCORE_INKS = {Score.NORMAL: INK, Score.MODERATE: INK, Score.MARKED: WHITE}

VISIT_STROKES = (
    Stroke(INK, (), 1.6),
    Stroke(HexColor("#0067A5"), (5.0, 2.0), 1.2),
    Stroke(HexColor("#C24E00"), (2.0, 1.6), 1.2),
    Stroke(HexColor("#6B7780"), (1.0, 1.4), 1.1),
)
"""Curves of this visit, the one before it, and so on back: apart in colour, dashes and weight."""

MARGIN = 42.0
"""White space at the left and right edge, points."""


def _style(name: str, size: float, colour: Color = INK, **more: object) -> ParagraphStyle:
    settings = {
        "fontName": REGULAR,
        "bulletFontName": REGULAR,
        "leading": round(size * 1.32, 1),
        **more,
    }
    return ParagraphStyle(name, fontSize=size, textColor=colour, **settings)


TITLE = _style("title", 19, ACCENT, fontName=BOLD)
SUBTITLE = _style("subtitle", 10, SOFT)
HEADING = _style("heading", 12, ACCENT, fontName=BOLD, spaceBefore=13, spaceAfter=5, keepWithNext=1)
BODY = _style("body", 8.5)
STRONG = _style("strong", 8.5, fontName=BOLD)
SMALL = _style("small", 7.2, SOFT)
LABEL = _style("label", 7.2, SOFT)
HEADER = _style("header", 7.4, SOFT, fontName=BOLD)
HEADER_CENTRED = _style("header centred", 7.4, SOFT, fontName=BOLD, alignment=TA_CENTER)
HEADER_RIGHT = _style("header right", 7.4, SOFT, fontName=BOLD, alignment=TA_RIGHT)
CELL = _style("cell", 7.9)
CELL_STRONG = _style("cell strong", 7.9, fontName=BOLD)
CELL_RIGHT = _style("cell right", 7.9, alignment=TA_RIGHT)
CELL_DETAIL = _style("cell detail", 6.6, SOFT)
CELL_BETTER = _style("cell better", 7.2, HexColor("#0A6B3D"), fontName=BOLD)
CELL_WORSE = _style("cell worse", 7.2, HexColor("#8A2B06"), fontName=BOLD)
CELL_GROUP = _style("cell group", 7.9, ACCENT, fontName=BOLD)


ROLES = {TITLE.name: "H1", HEADING.name: "H2"}
"""What readers aloud are told of a paragraph, by its style; all others are plain paragraphs."""


class Words(Paragraph):  # type: ignore[misc]
    """A paragraph that says what it is to those who have it read aloud."""

    def draw(self) -> None:
        role = ROLES.get(self.style.name, "P")
        heading = None
        if role != "P":
            heading = Heading(self.getPlainText(identify=False).strip(), int(role[1]), self.height)
        with tagged(self.canv, role, heading=heading):
            super().draw()

    def breakLinesCJK(self, maxWidths: Any) -> Any:  # noqa: N802, N803 - reportlab's names
        room = list(maxWidths) if isinstance(maxWidths, list | tuple) else [maxWidths]
        if getattr(self, "_splitpara", 0) or not self.frags:
            return super().breakLinesCJK(maxWidths)
        if self.bulletText:
            bullet = width_of(str(self.bulletText), REGULAR, self.style.bulletFontSize)
            room[0] -= max(0.0, bullet - self.style.leftIndent)
        self.height = 0
        return broken(self.frags, room)

    def beginText(self, x: float, y: float) -> PDFTextObject:  # noqa: N802 - reportlab's name
        if self.style.fontName != BOLD or self.style.wordWrap != "CJK":
            return super().beginText(x, y)
        self.canv.setStrokeColor(self.style.textColor)
        self.canv.setLineWidth(HAN_STROKE * self.style.fontSize)
        return _BoldText(self.canv, x, y)


class _BoldText(PDFTextObject):  # type: ignore[misc]
    """Bold words, in which signs of the font that has no bold ones get a line around them."""

    def _setFont(self, psfontname: str, size: float) -> None:  # noqa: N802 - reportlab's name
        super()._setFont(psfontname, size)
        self.setTextRenderMode(2 if psfontname == HAN else 0)

    def setFont(self, psfontname: str, size: float, leading: float | None = None) -> None:  # noqa: N802
        super().setFont(psfontname, size, leading)
        self.setTextRenderMode(2 if psfontname == HAN else 0)


def text(words: str, style: ParagraphStyle = BODY, bullet: str | None = None) -> Paragraph:
    """Words as a paragraph; nothing in them is taken for markup."""
    shown = printable(words)
    return Words(
        markup(shown, style.fontName),
        _breaking_anywhere(style) if is_han(shown) else style,
        bulletText=bullet,
    )


def limb_head(side: Side) -> Paragraph:
    """The head of a limb's column, in its colour."""
    said = tr("{side} limb").format(side=side_word(side))
    return text(f"{said[:1].upper()}{said[1:]}", _LIMB_HEADS[side])


_LIMB_HEADS = {
    side: HEADER.clone(f"{side.value} limb head", textColor=colour)
    for side, colour in SIDE_COLOURS.items()
}


@cache
def _breaking_anywhere(style: ParagraphStyle) -> ParagraphStyle:
    return style.clone(style.name, wordWrap="CJK")
