"""How the printed report looks: fonts, colours, sizes, and text as paragraphs.

Colours are told apart by colour-blind readers and by their grey in print; left and right differ
in line pattern too.
"""

from __future__ import annotations

import re
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Score
from gaitdesk.paths import resources_folder

REGULAR = "GaitDesk"
BOLD = "GaitDesk-Bold"

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
SIDE_DASHES: dict[Side, tuple[float, ...]] = {Side.LEFT: (), Side.RIGHT: (4.5, 2.0)}

SCORE_FILLS = {
    Score.NORMAL: WHITE,
    Score.MODERATE: HexColor("#F3C766"),
    Score.MARKED: HexColor("#8A2B06"),
}
SCORE_INKS = {Score.NORMAL: INK, Score.MODERATE: INK, Score.MARKED: WHITE}

UNKNOWN_SIGN = "\N{REPLACEMENT CHARACTER}"
"""Stands where the font has no glyph for a character."""

MARGIN = 42.0
"""White space at the left and right edge, points."""


@cache
def register_fonts() -> None:
    """Make the report's fonts known; they are embedded, so that every reader shows the same."""
    folder = resources_folder() / "fonts"
    pdfmetrics.registerFont(TTFont(REGULAR, str(folder / "OpenSans-Regular.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(folder / "OpenSans-Bold.ttf")))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )


def _style(name: str, size: float, colour: Color = INK, **more: object) -> ParagraphStyle:
    settings = {"fontName": REGULAR, "leading": round(size * 1.32, 1), **more}
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
CELL_GROUP = _style("cell group", 7.9, ACCENT, fontName=BOLD)


def text(words: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Words as a paragraph; nothing in them is taken for markup."""
    return Paragraph(escape(_printable(words)).replace("\n", "<br/>"), style)


def _printable(words: str) -> str:
    """Words without what the font cannot show; a lost sign must be seen to be lost."""
    register_fonts()
    glyphs = pdfmetrics.getFont(REGULAR).face.charToGlyph
    shown = (one if one == "\n" or ord(one) in glyphs else UNKNOWN_SIGN for one in words)
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", "".join(shown))


def cut_to_width(words: str, width: float, font: str, size: float) -> str:
    """One line of words, shortened with an ellipsis where they are wider than `width` points."""
    line = " ".join(_printable(words).split())
    if pdfmetrics.stringWidth(line, font, size) <= width:
        return line
    while line and pdfmetrics.stringWidth(line + "…", font, size) > width:
        line = line[:-1]
    return line.rstrip() + "…"
