"""Table styles and small pieces of text that several sections of the report share."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Paragraph, Table, TableStyle

from gaitdesk.report import look
from gaitdesk.report.identity import Pairs
from gaitdesk.report.lettering import REGULAR
from gaitdesk.report.look import text
from gaitdesk.report.tagging import TableTags

# Empty cells are written too, and reportlab's own font for that is not embedded.
_OWN_FONT = ("FONTNAME", (0, 0), (-1, -1), REGULAR)


def ruled(*more: tuple[object, ...], padding: float = 3.0, heads: int = 1) -> TableStyle:
    """Thin lines between rows, a stronger one under the head, nothing upright."""
    commands: list[tuple[object, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, look.HAIRLINE),
        _OWN_FONT,
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
    ]
    if heads:
        commands.append(("LINEBELOW", (0, heads - 1), (-1, heads - 1), 0.8, look.SOFT))
    return TableStyle([*commands, *more])


def data_table(
    rows: Sequence[Sequence[object]],
    widths: Sequence[float],
    style: TableStyle,
    summary: str,
    *,
    heads: int = 1,
    columns: int = 0,
) -> Table:
    """A table of values, which readers aloud are told the rows and columns of.

    Args:
        rows: Cells of each row, heads first.
        widths: Of the columns, points.
        style: Its lines and spaces.
        summary: What it is about, in words.
        heads: Rows that head their columns, and stand on each of its pages.
        columns: Columns that head their rows.
    """
    return Table(
        rows,
        colWidths=list(widths),
        repeatRows=heads,
        style=style,
        renderCB=TableTags(columns, summary),
    )


def bare(*more: tuple[object, ...]) -> TableStyle:
    """No lines and no padding: a grid to place things in."""
    return TableStyle(
        [
            _OWN_FONT,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            *more,
        ]
    )


def labelled(pairs: Pairs, width: float) -> Table:
    """Labels in a column with their values beside them."""
    label_width = 68.0
    return Table(
        [[text(label, look.LABEL), text(value, look.BODY)] for label, value in pairs],
        colWidths=[label_width, width - label_width],
        style=TableStyle(
            [
                _OWN_FONT,
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 10),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
                # Labels are smaller; their first line stands level with the value's.
                ("TOPPADDING", (0, 0), (0, -1), 2.9),
            ]
        ),
    )


def bullet(sentence: str) -> Paragraph:
    """A sentence with a bullet before it."""
    style = look.BODY.clone("bullet", leftIndent=9, bulletIndent=0, spaceAfter=1.5)
    return text(sentence, style, bullet="•")
