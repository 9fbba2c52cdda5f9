"""The report's comparison with earlier visits: totals, items, and curves over each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.gait import Variable
from gaitdesk.gait.norms import SpeedGroup
from gaitdesk.i18n import tr
from gaitdesk.report import look, words
from gaitdesk.report.answers import cell_text, is_withheld
from gaitdesk.report.change import (
    MCID,
    MDC95,
    Change,
    Meaning,
    Way,
    caveats,
    change,
    signed_points,
    way,
)
from gaitdesk.report.charts import ScoreBox
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.content import Norms
from gaitdesk.report.curvechart import CurveChart, CurveLegend, Line
from gaitdesk.report.lettering import shortened
from gaitdesk.report.look import text
from gaitdesk.report.sameness import conditions_sentence, rater_sentence, walked_alike
from gaitdesk.report.standing import Standing
from gaitdesk.report.tables import bare, bullet, data_table, ruled

_CHART_HEIGHT = 122.0


@dataclass(frozen=True, slots=True)
class Visits:
    """Lays out several visits of one patient side by side.

    Attributes:
        now: The visit that is reported.
        standing: How it stands in the records, with the visits before it.
        norms: Where the normative bands come from.
        charted: The angles that are shown as curves.
        width: Room between the margins, points.
    """

    now: ComparedVisit
    standing: Standing
    norms: Norms
    charted: tuple[Variable, ...]
    width: float

    @property
    def visits(self) -> tuple[ComparedVisit, ...]:
        """All visits, the first one first."""
        return (*self.standing.earlier, self.now)

    def section(self) -> list[Flowable]:
        """Everything about earlier visits; nothing where there are none."""
        if not self.standing.earlier:
            return [bullet(one) for one in self.standing.left_out]
        return [
            CondPageBreak(300),
            text(tr("Change since earlier visits"), look.HEADING),
            self._totals(),
            Spacer(0, 4),
            text(self._legend(), look.SMALL),
            Spacer(0, 3),
            *(bullet(one) for one in self._caveats()),
            Spacer(0, 6),
            KeepTogether([self._items()]),
            *self._curves(),
        ]

    def _legend(self) -> str:
        return tr(
            "Change: this visit minus the earlier one, over the items that both scored; a minus is"
            " an improvement. Below {mcid} points (MCID, Robinson et al. 2017) no change that"
            " matters to the child; up to {mdc} points (MDC95, Tuna et al.) it may be rater error."
        ).format(mcid=words.number(MCID, 1), mdc=words.number(MDC95, 2))

    def _totals(self) -> Table:
        heads = (
            tr("Visit"),
            tr("Scored by"),
            tr("Left"),
            tr("Right"),
            tr("Change, left"),
            tr("Change, right"),
        )
        rows: list[list[Flowable | str]] = [[text(one, look.HEADER) for one in heads]]
        for visit in self.visits:
            is_now = visit is self.now
            style = look.CELL_STRONG if is_now else look.CELL
            changes = [self._changed(visit, side) for side in Side]
            title = tr("{day}, this visit").format(day=visit.title) if is_now else visit.title
            rows.append(
                [
                    text(title, style),
                    text(shortened(self._raters(visit), 120), look.CELL),
                    *(text(_total(visit, side), style) for side in Side),
                    *(text(one, look.CELL) for one in changes),
                ]
            )
        parts = (0.16, 0.17, 0.1, 0.1, 0.235, 0.235)
        return data_table(
            rows,
            [self.width * part for part in parts],
            ruled(),
            tr("Change since earlier visits"),
            columns=1,
        )

    def _raters(self, visit: ComparedVisit) -> str:
        return self.standing.raters.get(visit.session) or tr("nobody")

    def _changed(self, visit: ComparedVisit, side: Side) -> str:
        if visit is self.now:
            return "–"
        found = change(side, visit.sheet, self.now.sheet)
        if not found.items:
            return tr("no item in common")
        return tr("{signed} over {items} items: {meaning}").format(
            signed=signed_points(found.points), items=found.items, meaning=_meaning(found)
        )

    def _caveats(self) -> tuple[str, ...]:
        return (
            *(self._alike(one) for one in self.standing.earlier),
            *self.standing.left_out,
            *caveats(self.standing.earlier[-1].sheet, self.now.sheet),
        )

    def _alike(self, before: ComparedVisit) -> str:
        """Whether an earlier visit was scored by the same rater and walked alike."""
        raters = self.standing.raters
        who = rater_sentence(raters.get(before.session, ""), raters.get(self.now.session, ""))
        found = walked_alike(before.analysis.conditions, self.now.analysis.conditions)
        return tr("{visit}, against this visit. {rater} {conditions}").format(
            visit=before.title, rater=who, conditions=conditions_sentence(found)
        )

    def _items(self) -> Table:
        """Scores of each item at each visit, the last change marked."""
        count = len(self.visits)
        top: list[Flowable | str] = ["", text(tr("Item"), look.HEADER)]
        below: list[Flowable | str] = ["", ""]
        style: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        style += [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (1, 1))]
        for number, side in enumerate(Side):
            first = 2 + number * (count + 1)
            top += [look.limb_head(side), *([""] * count)]
            style += [
                ("SPAN", (first, 0), (first + count, 0)),
                ("LINEBEFORE", (first, 0), (first, -1), 0.4, look.HAIRLINE),
            ]
            # The year on a line of its own, so that days stay whole in narrow columns.
            below += [
                text(visit.title.replace("-", "\n", 1), look.HEADER_CENTRED)
                for visit in self.visits
            ]
            below.append(text(tr("Change"), look.HEADER))
        rows: list[list[Flowable | str]] = [top, below]
        for item in Item:
            row: list[Flowable | str] = [
                text(str(item.number), look.CELL_RIGHT),
                text(words.item_name(item), look.CELL),
            ]
            for side in Side:
                for visit in self.visits:
                    cell = cell_text(visit.sheet.get(side, item), item)
                    row.append(ScoreBox(cell.mark, cell.score))
                went = way(side, item, self.visits[-2].sheet, self.now.sheet)
                row.append(_way_words(went))
            rows.append(row)
        style += [("ALIGN", (2, 2), (-1, -1), "CENTER")]
        changed, narrow = 46.0, 18.0
        # A day needs so much room on one line.
        box = min(50.0, (0.68 * self.width - narrow - 2 * changed) / (2 * count))
        name = self.width - narrow - 2 * (count * box + changed)
        widths = [narrow, name, *2 * [*([box] * count), changed]]
        return data_table(
            rows,
            widths,
            ruled(*style, padding=1.4, heads=2),
            tr("Scores of each item at each visit"),
            heads=2,
            columns=2,
        )

    def _curves(self) -> list[Flowable]:
        lines = {
            (variable, side): self._lines(variable, side)
            for variable in self.charted
            for side in Side
        }
        shown = [
            variable
            for variable in self.charted
            if any(len(lines[variable, side]) > 1 for side in Side)
        ]
        if not shown:
            return []
        gap = 14.0
        width = (self.width - gap) / 2
        rows: list[Flowable] = []
        for variable in shown:
            charts = [
                CurveChart(
                    variable,
                    lines[variable, side],
                    self.norms.curve(variable, SpeedGroup.FREE),
                    width,
                    _CHART_HEIGHT,
                    words.side_word(side),
                )
                for side in Side
            ]
            rows.append(
                Table(
                    [[charts[0], "", charts[1]]],
                    colWidths=[width, gap, width],
                    style=bare(("BOTTOMPADDING", (0, 0), (-1, -1), 8)),
                )
            )
        has_band = any(self.norms.curve(variable, SpeedGroup.FREE) for variable in shown)
        keys = [(self._stroke(place), visit.title) for place, visit in enumerate(self.visits)]
        legend = CurveLegend(keys, has_events=False, has_band=has_band, width=self.width)
        heading = text(tr("Joint angles at each visit"), look.HEADING)
        return [KeepTogether([heading, legend, Spacer(0, 6), rows[0]]), *rows[1:]]

    def _lines(self, variable: Variable, side: Side) -> list[Line]:
        found = []
        for place, visit in enumerate(self.visits):
            curve = next(
                (
                    one
                    for one in visit.analysis.curves
                    if (one.variable, one.side) == (variable, side) and np.isfinite(one.mean).any()
                ),
                None,
            )
            if curve is not None:
                found.append(Line(visit.title, curve, self._stroke(place), has_events=False))
        return found

    def _stroke(self, place: int) -> look.Stroke:
        back = len(self.visits) - 1 - place
        return look.VISIT_STROKES[min(back, len(look.VISIT_STROKES) - 1)]


def _total(visit: ComparedVisit, side: Side) -> str:
    total = visit.sheet.total(side)
    if is_withheld(total):
        return tr("withheld")
    return tr("{points} of {possible}").format(points=total.points, possible=total.possible)


def _meaning(found: Change) -> str:
    match found.meaning:
        case Meaning.NONE:
            return tr("below MCID")
        case Meaning.POSSIBLE:
            return tr("MCID or more, within MDC95")
        case Meaning.BEYOND_ERROR:
            return tr("beyond MDC95")


def _way_words(went: Way | None) -> Flowable:
    match went:
        case Way.BETTER:
            return text(tr("better"), look.CELL_BETTER)
        case Way.WORSE:
            return text(tr("worse"), look.CELL_WORSE)
        case Way.OTHERWISE:
            return text(tr("other way"), look.CELL_DETAIL)
        case Way.SAME:
            return text("=", look.CELL_DETAIL)
        case None:
            return text("–", look.CELL_DETAIL)
