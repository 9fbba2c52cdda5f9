"""The report's account of the child before it walks, and what a person wrote of the walk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.platypus import CondPageBreak, Flowable, Spacer, Table, TableStyle

from gaitdesk.domain.narrative import Narrative
from gaitdesk.i18n import retold, titled, tr
from gaitdesk.report import look
from gaitdesk.report.identity import Pairs
from gaitdesk.report.lettering import REGULAR
from gaitdesk.report.look import text
from gaitdesk.report.tables import bare, labelled

MOST_IN_PAIR = 300
"""Letters of a value that stands in a column; a cell must fit on a page, a paragraph need not."""
_MOST_IN_ROW = 900
"""Letters of one row of the box, which is not parted between pages."""
_SENTENCE_END = re.compile(r"(?<=[.!?;。！？；])\s*")


@dataclass(frozen=True, slots=True)
class Narration:
    """Lays out what is told in words.

    Attributes:
        narrative: What the reviewer wrote.
        width: Room between the margins, points.
    """

    narrative: Narrative
    width: float

    def history(self, pairs: Pairs) -> list[Flowable]:
        """Why the child came and what is known of it; nothing where nothing was recorded."""
        if not pairs:
            return []
        return [text(tr("Referral and history"), look.HEADING), *two_columns(pairs, self.width)]

    def findings(self) -> list[Flowable]:
        """What the reviewer saw, and what could not be seen."""
        held = self.narrative
        parts = (
            (tr("Gait pattern"), retold(held.pattern)),
            (tr("Main findings"), held.findings),
            (tr("Limitations"), held.limitations),
        )
        said = [(label, value) for label, value in parts if value]
        if not said:
            return []
        story: list[Flowable] = [text(tr("Reviewer's summary"), look.HEADING)]
        for label, value in said:
            story += [text(label, look.LABEL), text(value), Spacer(0, 4)]
        return story

    def recommendations(self) -> list[Flowable]:
        """What should be done, in a box of its own, so that nobody takes it for a measurement."""
        words = self.narrative.recommendations
        if not words:
            return []
        note = tr("A person's advice, given after the measurements and apart from them.")
        rows: list[list[Flowable]] = [[text(one)] for one in _rows(words)]
        rows.append([text(note, look.SMALL)])
        box = Table(
            rows,
            colWidths=[self.width],
            style=TableStyle(
                [
                    ("FONTNAME", (0, 0), (-1, -1), REGULAR),
                    ("BOX", (0, 0), (-1, -1), 1.0, look.ACCENT),
                    ("BACKGROUND", (0, 0), (-1, -1), look.PALE),
                    ("LEFTPADDING", (0, 0), (-1, -1), 10),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 10),
                    ("TOPPADDING", (0, 0), (-1, -1), 2),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                    ("TOPPADDING", (0, 0), (-1, 0), 7),
                    ("BOTTOMPADDING", (0, -1), (-1, -1), 7),
                    # The note never stands alone on a page.
                    ("NOSPLIT", (0, max(0, len(rows) - 2)), (-1, -1)),
                ]
            ),
        )
        return [CondPageBreak(110), text(tr("Recommendations"), look.HEADING), box]


def two_columns(pairs: Pairs, width: float) -> list[Flowable]:
    """Labels with their values in two columns; long values below them, over the whole width."""
    short = tuple(one for one in pairs if len(one[1]) <= MOST_IN_PAIR)
    long = [one for one in pairs if len(one[1]) > MOST_IN_PAIR]
    half = (len(short) + 1) // 2
    halves = (0.46 * width, 0.54 * width)
    columns = [
        labelled(own, room) if own else ""
        for own, room in zip((short[:half], short[half:]), halves, strict=True)
    ]
    return [
        Table([columns], colWidths=halves, style=bare()),
        *(text(titled(label, value)) for label, value in long),
    ]


def _rows(words: str) -> Iterator[str]:
    """Lines, and of a long line its sentences, none longer than a row of the box takes."""
    for line in words.splitlines():
        row = ""
        for sentence in _SENTENCE_END.split(line.strip()):
            for start in range(0, len(sentence), _MOST_IN_ROW):
                part = sentence[start : start + _MOST_IN_ROW]
                if row and len(row) + len(part) > _MOST_IN_ROW:
                    yield row
                    row = ""
                row = f"{row} {part}".strip() if row and row[-1].isascii() else f"{row}{part}"
        if row:
            yield row
