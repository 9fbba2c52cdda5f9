"""Table styles and small pieces of text that several sections of the report share."""

from __future__ import annotations

from reportlab.platypus import Paragraph, Table, TableStyle

from gaitdesk.report import look
from gaitdesk.report.content import Pairs
from gaitdesk.report.look import text


def ruled(*more: tuple[object, ...], padding: float = 3.0, has_head: bool = True) -> TableStyle:
    """Thin lines between rows, a stronger one under the head, nothing upright."""
    commands: list[tuple[object, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, look.HAIRLINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
    ]
    if has_head:
        commands.append(("LINEBELOW", (0, 0), (-1, 0), 0.8, look.SOFT))
    return TableStyle([*commands, *more])


def bare(*more: tuple[object, ...]) -> TableStyle:
    """No lines and no padding: a grid to place things in."""
    return TableStyle(
        [
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
    paragraph = text(sentence, style)
    return Paragraph(paragraph.text, style, bulletText="•")
