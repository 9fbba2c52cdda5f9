"""The report's sections, in the order a clinician reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Item, Score
from gaitdesk.domain.gait import CycleCurve, Variable
from gaitdesk.gait.cycles import cycles_drawn
from gaitdesk.gait.norms import walked_speed_group
from gaitdesk.i18n import tr
from gaitdesk.report import look, words
from gaitdesk.report.answers import CellText
from gaitdesk.report.authorship import Authorship
from gaitdesk.report.charts import KeyFigure, ScoreBars, ScoreBox
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.content import Content, Norms
from gaitdesk.report.curvechart import CurveChart, CurveLegend, limb_lines
from gaitdesk.report.gallery import Gallery
from gaitdesk.report.lettering import REGULAR, shortened
from gaitdesk.report.look import text
from gaitdesk.report.narration import MOST_IN_PAIR, Narration, two_columns
from gaitdesk.report.standing import Standing
from gaitdesk.report.stills import Still
from gaitdesk.report.tables import bare, bullet, data_table, ruled
from gaitdesk.report.visits import Visits

CHARTED = (
    Variable.TRUNK_FORWARD_LEAN,
    Variable.PELVIC_OBLIQUITY,
    Variable.HIP_FLEXION,
    Variable.KNEE_FLEXION,
    Variable.ANKLE_DORSIFLEXION,
)
"""Angles shown as curves, from the trunk down."""

_LEAST_GVS_DEG = 5
_MOST_IN_CELL = MOST_IN_PAIR
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:s|秒|%)(?!\w))")


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes the sections of a report for a page of a given width.

    Attributes:
        analysis: What is reported.
        content: What is said of it.
        standing: How the visit stands in the records.
        norms: Where the normative bands come from.
        stills: Pictures of the deciding frames.
        width: Room for text between the margins, points.
        height: Room for text on a page, points.
    """

    analysis: Analysis
    content: Content
    standing: Standing
    norms: Norms
    stills: Mapping[Cell, Still]
    width: float
    height: float

    def story(self) -> list[Flowable]:
        """All sections."""
        now = ComparedVisit(
            self.standing.session, str(self.standing.day or tr("this visit")), self.analysis
        )
        authors = Authorship(self.analysis.scoresheet, self.standing, self.width)
        told = Narration(self.analysis.narrative, self.width)
        return [
            *self._opening(),
            *told.history(self.content.history),
            *self._summary(),
            *told.findings(),
            *authors.comment(),
            *self._form(),
            *self._films(),
            *self._curves(),
            *self._parameters(),
            *Visits(now, self.standing, self.norms, CHARTED, self.width).section(),
            *Gallery(self.analysis.scoresheet, self.stills, self.width, self.height).section(),
            *authors.scores(),
            *told.recommendations(),
            *authors.signatures(),
            *self._provenance(),
        ]

    def _opening(self) -> list[Flowable]:
        content = self.content
        said = (*content.identity, *content.conditions)
        status = Table(
            [[text(content.status, look.STRONG)], [text(_purpose(content), look.SMALL)]],
            colWidths=[self.width],
            style=TableStyle(
                [
                    ("FONTNAME", (0, 0), (-1, -1), REGULAR),
                    ("BACKGROUND", (0, 0), (-1, -1), look.PALE),
                    ("LINEBEFORE", (0, 0), (0, -1), 3, look.ACCENT),
                    ("LEFTPADDING", (0, 0), (-1, -1), 10),
                    ("TOPPADDING", (0, 0), (-1, 0), 6),
                    ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
                    ("TOPPADDING", (0, 1), (-1, 1), 1),
                    ("BOTTOMPADDING", (0, 1), (-1, 1), 6),
                ]
            ),
        )
        return [
            text(tr("Gait analysis from video"), look.TITLE),
            text(tr("Edinburgh Visual Gait Score (EVGS), both limbs"), look.SUBTITLE),
            Spacer(0, 9),
            status,
            Spacer(0, 10),
            *two_columns(said, self.width),
        ]

    def _summary(self) -> list[Flowable]:
        gap = 10.0
        each = (self.width - 2 * gap) / 3
        figures = [
            KeyFigure(headline, each, side)
            for headline, side in zip(
                self.content.headlines, (Side.LEFT, Side.RIGHT, None), strict=True
            )
        ]
        row = Table(
            [[figures[0], "", figures[1], "", figures[2]]],
            colWidths=[each, gap, each, gap, each],
            style=bare(),
        )
        story: list[Flowable] = [
            text(tr("EVGS totals"), look.HEADING),
            row,
            Spacer(0, 4),
            text(
                tr(
                    "0 to 34 points a limb; a higher total is a greater deviation from normal gait."
                ),
                look.SMALL,
            ),
        ]
        if self.content.withheld:
            story.append(Spacer(0, 4))
        story += [bullet(sentence) for sentence in self.content.withheld]
        return [*story, Spacer(0, 8), self._subtotals(), *self._findings()]

    def _findings(self) -> list[Flowable]:
        if not self.content.findings:
            return []
        heads = [text(tr("Region"), look.HEADER), *(look.limb_head(side) for side in Side)]
        rows = [heads]
        for region, *found in self.content.findings:
            rows.append([text(region, look.CELL_STRONG), *(text(one, look.CELL) for one in found)])
        table = data_table(
            rows,
            [self.width * part for part in (0.16, 0.42, 0.42)],
            ruled(("VALIGN", (0, 0), (-1, -1), "TOP")),
            tr("What is not normal"),
            columns=1,
        )
        return [KeepTogether([text(tr("What is not normal"), look.HEADING), table])]

    def _subtotals(self) -> Table:
        heads = (tr("Points by region and plane"), tr("Left"), tr("Right"), tr("Left + right"))
        rows = [[text(heads[0], look.HEADER), *(text(one, look.HEADER_RIGHT) for one in heads[1:])]]
        for name, *values in self.content.subtotals:
            rows.append([text(name, look.CELL), *(text(one, look.CELL_RIGHT) for one in values)])
        parts = (0.43, 0.19, 0.19, 0.19)
        planes_from = len(rows) - 2
        return data_table(
            rows,
            [self.width * part for part in parts],
            ruled(("LINEABOVE", (0, planes_from), (-1, planes_from), 0.8, look.SOFT)),
            heads[0],
            columns=1,
        )

    def _films(self) -> list[Flowable]:
        heads = (
            "",
            tr("File"),
            tr("View"),
            tr("Picture"),
            tr("Length"),
            tr("Followed"),
            tr("Passes"),
            tr("Cycles"),
        )
        rows = [[text(one, look.HEADER) for one in heads]]
        rows += [[text(one, look.CELL) for one in film] for film in self.content.films]
        parts = (0.035, 0.16, 0.18, 0.215, 0.165, 0.095, 0.075, 0.075)
        story: list[Flowable] = [
            text(tr("Films used"), look.HEADING),
            data_table(
                rows, [self.width * part for part in parts], ruled(), tr("Films used"), columns=1
            ),
        ]
        said = [*self.content.sync, *self.content.notes]
        if said:
            story.append(Spacer(0, 5))
        return [KeepTogether(story + [bullet(sentence) for sentence in said])]

    def _form(self) -> list[Flowable]:
        side_heads = [look.limb_head(side) for side in Side]
        rows: list[list[Flowable | str]] = [
            ["", text(tr("Item"), look.HEADER), side_heads[0], "", side_heads[1], ""]
        ]
        style: list[tuple[object, ...]] = [
            ("SPAN", (2, 0), (3, 0)),
            ("SPAN", (4, 0), (5, 0)),
            ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
            ("LINEBEFORE", (2, 0), (2, -1), 0.4, look.HAIRLINE),
            ("LINEBEFORE", (4, 0), (4, -1), 0.4, look.HAIRLINE),
        ]
        for region, items in self.content.groups:
            style += [
                ("SPAN", (0, len(rows)), (-1, len(rows))),
                ("BACKGROUND", (0, len(rows)), (-1, len(rows)), look.PALE),
                # A region's name is never the last line of a page.
                ("NOSPLIT", (0, len(rows)), (-1, len(rows) + 1)),
            ]
            rows.append([text(region, look.CELL_GROUP), "", "", "", "", ""])
            for row in items:
                rows.append(
                    [
                        text(str(row.item.number), look.CELL_RIGHT),
                        [text(row.name, look.CELL_STRONG), text(row.plane, look.CELL_DETAIL)],
                        ScoreBox(row.left.mark, row.left.score),
                        _answer(row.left),
                        ScoreBox(row.right.mark, row.right.score),
                        _answer(row.right),
                    ]
                )
        narrow, box = 18.0, 24.0
        name = 0.27 * self.width
        answer = (self.width - narrow - name - 2 * box) / 2
        table = data_table(
            rows,
            [narrow, name, box, answer, box, answer],
            ruled(*style, padding=2.2),
            tr("EVGS, item by item"),
            columns=2,
        )
        return [
            CondPageBreak(400),
            text(tr("EVGS, item by item"), look.HEADING),
            table,
            Spacer(0, 5),
            self._form_legend(),
            *self._long_comments(),
        ]

    def _long_comments(self) -> list[Flowable]:
        """Comments that are too long for their cell, in full."""
        story: list[Flowable] = []
        for item in Item:
            for side in Side:
                cell = self.analysis.scoresheet.get(side, item)
                if cell is not None and len(cell.comment) > _MOST_IN_CELL:
                    place = tr("{item}, {side} limb").format(
                        item=words.item_name(item), side=words.side_word(side)
                    )
                    story += [text(place, look.STRONG), text(cell.comment), Spacer(0, 4)]
        return [text(tr("Comments in full"), look.HEADING), *story] if story else []

    def _form_legend(self) -> Flowable:
        marks = (
            *((str(int(score)), score, words.score_word(score)) for score in Score),
            ("?", None, tr("the reviewer decides")),
            ("–", None, tr("not scorable, adds nothing")),
        )
        cells: list[Flowable] = []
        for mark, score, meaning in marks:
            cells += [ScoreBox(mark, score), text(meaning, look.SMALL)]
        widths = [20.0, 42.0, 20.0, 82.0, 20.0, 76.0, 20.0, 88.0, 20.0, self.width - 388.0]
        keys = Table([cells], colWidths=widths, style=bare(("VALIGN", (0, 0), (-1, -1), "MIDDLE")))
        said = text(
            tr(
                "Measured values are given with one standard deviation of the method. Confidence"
                " is the machine's own; frames count from 1."
            ),
            look.SMALL,
        )
        limits = text(_limits(), look.SMALL)
        return KeepTogether([keys, Spacer(0, 2), said, Spacer(0, 2), limits])

    def _curves(self) -> list[Flowable]:
        held: dict[Variable, dict[Side, CycleCurve]] = {}
        for curve in self.analysis.curves:
            if np.isfinite(curve.mean).any():
                held.setdefault(curve.variable, {})[curve.side] = curve
        shown = [variable for variable in CHARTED if variable in held]
        heading = text(tr("Joint angles over the gait cycle"), look.HEADING)
        if not shown:
            return [heading, text(tr("No gait cycle was clean enough to draw curves from."))]
        gap = 14.0
        width = (self.width - gap) / 2
        # The speed that the scores below the curves are held against.
        speed = walked_speed_group(self.analysis.spatiotemporal, self.analysis.patient.height_m)
        charts = [
            CurveChart(
                variable, limb_lines(held[variable]), self.norms.curve(variable, speed), width, 142
            )
            for variable in shown
        ]
        bars = self._variable_scores(width)
        blocks: list[object] = [*charts, *([bars] if bars else [])]
        rows = [[one, "", two] for one, two in _in_pairs(blocks)]
        table = Table(
            rows,
            colWidths=[width, gap, width],
            style=bare(("BOTTOMPADDING", (0, 0), (-1, -1), 8)),
        )
        cycles = cycles_drawn(self.analysis.curves)
        source = next((norm.source for v in shown if (norm := self.norms.curve(v, speed))), "")
        keys = []
        for side in Side:
            if side in cycles:
                name = words.side_word(side)
                said = tr("{side} limb, cycles: {cycles}").format(
                    side=f"{name[:1].upper()}{name[1:]}", cycles=cycles[side]
                )
                keys.append((look.SIDE_STROKES[side], said))
        legend: list[Flowable] = [
            CurveLegend(keys, has_events=True, has_band=bool(source), width=self.width)
        ]
        if source:
            note = tr(
                "Band: {source}, three-dimensional marker data of children who walk as fast, or at"
                " their own speed where none was measured. Angles read from a film may stand"
                " several degrees off these, so compare shapes before levels."
            ).format(source=source)
            legend += [Spacer(0, 3), text(note, look.SMALL)]
        return [CondPageBreak(360), heading, *legend, Spacer(0, 8), table]

    def _parameters(self) -> list[Flowable]:
        heading = text(tr("Walking speed, cadence and timing"), look.HEADING)
        if not self.content.parameters:
            return [KeepTogether([heading, text(tr("No gait cycle to measure them from."))])]
        heads = (
            tr("Parameter"),
            tr("Left"),
            tr("Right"),
            tr("Whole walk"),
            tr("Typical at this age"),
        )
        rows = [[text(heads[0], look.HEADER), *(text(one, look.HEADER_RIGHT) for one in heads[1:])]]
        for name, *values in self.content.parameters:
            rows.append(
                [text(name, look.CELL), *(text(one or "–", look.CELL_RIGHT) for one in values)]
            )
        table = data_table(
            rows,
            [self.width * part for part in (0.24, 0.18, 0.18, 0.2, 0.2)],
            ruled(),
            tr("Walking speed, cadence and timing"),
            columns=1,
        )
        story: list[Flowable] = [heading, table]
        if self.content.parameter_source:
            source = tr("Typical: mean − 1 SD to mean + 1 SD; {source}.").format(
                source=self.content.parameter_source
            )
            story += [Spacer(0, 3), text(source, look.SMALL)]
        else:
            reason = (
                tr("No age given, so no norms are shown.")
                if self.analysis.patient.age_years is None
                else tr("No norms are at hand for this age.")
            )
            story += [Spacer(0, 3), text(reason, look.SMALL)]
        return [KeepTogether(story)]

    def _variable_scores(self, width: float) -> list[Flowable]:
        held: dict[Variable, dict[Side, float]] = {}
        for one in self.analysis.variable_scores:
            held.setdefault(one.variable, {})[one.side] = one.score_deg
        if not held:
            return []
        rows = [(words.variable_name(v), held[v]) for v in Variable if v in held]
        limitation = tr(
            "Root mean square distance of each angle from the mean of typically developing"
            " children, over the gait cycle. Only angles that a film shows: this is not the Gait"
            " Profile Score. Values under about {least}° are unremarkable."
        ).format(least=_LEAST_GVS_DEG)
        return [
            text(tr("2D GVS, sagittal subset"), look.STRONG),
            text(limitation, look.CELL_DETAIL),
            Spacer(0, 5),
            ScoreBars(rows, width),
        ]

    def _provenance(self) -> list[Flowable]:
        rows = [
            [text(label, look.LABEL), text(value, look.CELL)]
            for label, value in self.content.provenance
        ]
        table = data_table(
            rows,
            [0.14 * self.width, 0.86 * self.width],
            ruled(("VALIGN", (0, 0), (-1, -1), "TOP"), heads=0),
            tr("How this report was made"),
            heads=0,
            columns=1,
        )
        return [
            CondPageBreak(160),
            text(tr("How this report was made"), look.HEADING),
            table,
        ]


def _purpose(content: Content) -> str:
    if not content.is_draft:
        return tr(
            "Scores were proposed by software from two-dimensional video, or given by a person, and"
            " are answered for by whoever signed. Decision support, not a medical device."
        )
    return tr(
        "Scores were proposed by software from two-dimensional video and must be confirmed by a"
        " clinician. Decision support, not a medical device."
    )


def _limits() -> str:
    return tr(
        "EVGS after Read et al. (2003), J Pediatr Orthop 23(3), 296-301, with the limits of the"
        " EVGS Reference Guide 1.0 (2019). Items that cannot be measured from body points are left"
        " to the reviewer; nothing is counted as normal because it was not seen. A skeleton and a"
        " way of walking can identify a person even when the face is hidden: handle this report"
        " as personal health data."
    )


def _answer(cell: CellText) -> list[Paragraph]:
    lines = [text(cell.finding, look.CELL)]
    # A unit does not stand alone on a line below its number.
    detail = _BEFORE_UNIT.sub("\u00a0", shortened(cell.detail, _MOST_IN_CELL + 100))
    return [*lines, text(detail, look.CELL_DETAIL)] if detail else lines


def _in_pairs(blocks: Sequence[object]) -> list[tuple[object, object]]:
    padded = [*blocks, *([""] if len(blocks) % 2 else [])]
    return list(zip(padded[::2], padded[1::2], strict=True))
