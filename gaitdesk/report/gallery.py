"""The report's stills: each deciding frame with its score, measure and limits."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Image,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
)

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Item, Score, Scoresheet
from gaitdesk.i18n import tr
from gaitdesk.report import look, words
from gaitdesk.report.answers import cell_text, limit_words
from gaitdesk.report.charts import ScoreBox
from gaitdesk.report.look import text
from gaitdesk.report.stills import HEIGHT_PX, WIDTH_PX, Still
from gaitdesk.report.tables import bare
from gaitdesk.report.tagging import tagged

_ROWS_A_PAGE = 3
# Height of a still's heading and caption with the gap below, points.
_STILL_WORDS = 70.0


@dataclass(frozen=True, slots=True)
class Gallery:
    """Lays out the stills on a page of a given size.

    Attributes:
        sheet: The form they belong to.
        stills: The pictures.
        width: Room between the margins, points.
        height: Likewise.
    """

    sheet: Scoresheet
    stills: Mapping[Cell, Still]
    width: float
    height: float

    def section(self) -> list[Flowable]:
        """Headings, pictures and captions; a sentence where there is no picture."""
        decided: list[Still] = []
        open_ones: list[Still] = []
        for item in Item:
            for side in Side:
                still = self.stills.get((side, item))
                if still is not None:
                    (decided if still.is_scored else open_ones).append(still)
        story: list[Flowable] = []
        if decided:
            story += [
                CondPageBreak(320),
                text(tr("Deciding frames of items that are not normal"), look.HEADING),
                *self._rows(decided, 2),
            ]
        if open_ones:
            story += [
                CondPageBreak(240),
                text(tr("Frames for the reviewer to decide"), look.HEADING),
                *self._rows(open_ones, 3),
            ]
        if not story:
            story = [
                KeepTogether(
                    [
                        text(tr("Deciding frames"), look.HEADING),
                        text(tr("No item has a deciding frame that needs to be shown.")),
                    ]
                )
            ]
        return story

    def _rows(self, stills: Sequence[Still], columns: int) -> list[Flowable]:
        gap = 14.0
        width = (self.width - gap * (columns - 1)) / columns
        rows: list[Flowable] = []
        for start in range(0, len(stills), columns):
            cells: list[object] = []
            for still in stills[start : start + columns]:
                cells += [self._one(still, width), ""]
            cells += [""] * (2 * columns - len(cells))
            widths = [width, gap] * columns
            rows.append(
                Table(
                    [cells[:-1]],
                    colWidths=widths[:-1],
                    hAlign="LEFT",
                    style=bare(("BOTTOMPADDING", (0, 0), (-1, -1), 11)),
                )
            )
        return rows

    def _one(self, still: Still, width: float) -> list[Flowable]:
        cell = cell_text(self.sheet.get(still.side, still.item), still.item)
        title = tr("{number}  {name}").format(
            number=still.item.number, name=words.item_name(still.item)
        )
        heading = Table(
            [
                [
                    ScoreBox(cell.mark, cell.score),
                    [text(title, look.CELL_STRONG), _side_line(still.side, cell.finding)],
                ]
            ],
            colWidths=[21, width - 21],
            style=bare(("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)),
        )
        limits = [
            tr("{score}: {limits}").format(score=int(score), limits=limit_words(still.item, score))
            for score in Score
        ]
        place = tr("Film {film}, frame {frame}, {seconds} s").format(
            film=still.film + 1,
            frame=still.frame + 1,
            seconds=words.number(still.time_s, 3),
        )
        return [
            heading,
            self._picture(still, min(width, self._tallest_still() * WIDTH_PX / HEIGHT_PX)),
            Spacer(0, 2),
            text(place, look.CELL_DETAIL),
            text("  |  ".join(limits), look.CELL_DETAIL),
        ]

    def _picture(self, still: Still, width: float) -> Picture:
        side = words.side_word(still.side)
        alt = tr(
            "{item}, {side} limb: deciding frame with the skeleton drawn in, head hidden"
        ).format(item=words.item_name(still.item), side=side)
        return _picture(still, width, alt)

    def _tallest_still(self) -> float:
        """Height at which three rows of stills with their words fill a page."""
        return self.height / _ROWS_A_PAGE - _STILL_WORDS


def _side_line(side: Side, finding: str) -> Paragraph:
    name = words.side_word(side)
    line = tr("{side}: {finding}").format(side=f"{name[:1].upper()}{name[1:]}", finding=finding)
    return text(line, look.CELL)


class Picture(Image):  # type: ignore[misc]
    """A picture that says what it shows to those who have it read aloud."""

    alt = ""

    def draw(self) -> None:
        with tagged(self.canv, "Figure", alt=self.alt, size=(self.drawWidth, self.drawHeight)):
            super().draw()


def _picture(still: Still, width: float, alt: str) -> Picture:
    height, columns = still.picture.shape[:2]
    done, jpeg = cv2.imencode(".jpg", still.picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    assert done, "an 8-bit picture can always be coded"
    picture = Picture(io.BytesIO(jpeg.tobytes()), width=width, height=width * height / columns)
    picture.alt = alt
    return picture
