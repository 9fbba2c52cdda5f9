"""Which font shows which sign: words on paper are written in runs, each in a font that has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from gaitdesk.paths import resources_folder

REGULAR = "GaitDesk"
BOLD = "GaitDesk-Bold"
HAN = "GaitDesk-Han"
"""For signs that the other two lack; it comes in one weight."""

HAN_STROKE = 0.028
"""Line drawn around those signs where they stand in bold words, in sizes of the letters."""

FILES = {
    REGULAR: "OpenSans-Regular.ttf",
    BOLD: "OpenSans-Bold.ttf",
    HAN: "DroidSansFallbackFull.ttf",
}

UNKNOWN_SIGN = "\N{REPLACEMENT CHARACTER}"
"""Stands where no font has a glyph for a sign."""


@cache
def register_fonts() -> None:
    """Make the report's fonts known; they are embedded, so that every reader shows the same."""
    folder = resources_folder() / "fonts"
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )
    pdfmetrics.registerFontFamily(HAN, normal=HAN, bold=HAN, italic=HAN, boldItalic=HAN)


@cache
def _signs(font: str) -> frozenset[int]:
    register_fonts()
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


def printable(words: str) -> str:
    """Words without what no font can show; a lost sign must be seen to be lost."""
    shown = (one if one == "\n" or _font_of(one, REGULAR) else UNKNOWN_SIGN for one in words)
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", "".join(shown))


def _font_of(sign: str, font: str) -> str:
    """The font that shows a sign where `font` is asked for; empty where none does."""
    number = ord(sign)
    if number in _signs(font):
        return font
    return HAN if number in _signs(HAN) else ""


def runs(words: str, font: str) -> Iterator[tuple[str, str]]:
    """Printable words in pieces, each with the font that has all its signs."""
    for name, signs in groupby(words, lambda sign: _font_of(sign, font) or font):
        yield name, "".join(signs)


def is_han(words: str) -> bool:
    """Whether lines of these words may break between any two signs, as in Chinese."""
    return any(sign not in "\n" and _font_of(sign, REGULAR) == HAN for sign in words)


def markup(words: str, font: str) -> str:
    """Printable words as reportlab's paragraphs take them; nothing in them is taken for markup."""
    made = []
    for name, piece in runs(words, font):
        safe = escape(piece).replace("\n", "<br/>")
        made.append(safe if name == font else f'<font name="{name}">{safe}</font>')
    return "".join(made)


def width_of(words: str, font: str, size: float) -> float:
    """Width of one line of words, points."""
    return sum(
        float(pdfmetrics.stringWidth(piece, name, size)) for name, piece in runs(words, font)
    )


def write(
    canvas: Canvas, x: float, y: float, words: str, font: str, size: float, share: float = 0.0
) -> float:
    """Write one line of words, and say how wide it is, points.

    Args:
        canvas: Where to.
        x: Left end, points.
        y: Base line, points.
        words: The words; runs of white space count as one.
        font: One of the report's fonts.
        size: Of the letters, points.
        share: Which part of the words stands left of `x`: 0.5 centres them, 1 ends them there.
    """
    line = " ".join(printable(words).split())
    width = width_of(line, font, size)
    x -= share * width
    for name, piece in runs(line, font):
        canvas.setFont(name, size)
        if name == HAN and font == BOLD:
            _write_bold(canvas, x, y, piece, size)
        else:
            canvas.drawString(x, y, piece)
        x += float(pdfmetrics.stringWidth(piece, name, size))
    return width


def _write_bold(canvas: Canvas, x: float, y: float, piece: str, size: float) -> None:
    canvas.saveState()
    canvas.setStrokeColor(canvas._fillColorObj)
    canvas.setLineWidth(HAN_STROKE * size)
    canvas.drawString(x, y, piece, mode=2)
    canvas.restoreState()


def cut_to_width(words: str, width: float, font: str, size: float) -> str:
    """One line of words, shortened with an ellipsis where they are wider than `width` points."""
    line = " ".join(printable(words).split())
    if width_of(line, font, size) <= width:
        return line
    while line and width_of(line + "…", font, size) > width:
        line = line[:-1]
    return line.rstrip() + "…"


def shortened(words: str, most: int) -> str:
    """Words of at most so many letters, with an ellipsis where some are left out."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
