"""Several visits of one child side by side, as plain values and as a table for a spreadsheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Scoresheet
from gaitdesk.domain.gait import Parameter, Spatiotemporal, Variable, VariableScore
from gaitdesk.domain.measure import Measure
from gaitdesk.report import words
from gaitdesk.report.change import way
from gaitdesk.report.csv import Row, table_text
from gaitdesk.report.sameness import (
    COMPARED,
    condition_word,
    flag,
    same_rater,
    walked_alike,
)


@dataclass(frozen=True, slots=True, eq=False)
class ComparedVisit:
    """One visit beside others of the same child.

    Attributes:
        session: Which one, as the store knows it.
        title: What it is called beside the others: its day, and more where days are the same.
        analysis: What was found, with the sheet as it has been reviewed.
        raters: Who gave its scores, the names of several parted by commas; empty for nobody.
    """

    session: str
    title: str
    analysis: Analysis
    raters: str = ""

    @property
    def sheet(self) -> Scoresheet:
        """The sheet as it has been reviewed."""
        return self.analysis.scoresheet


Place = tuple[Parameter, Side | None]


def measured_places(visits: Sequence[ComparedVisit]) -> tuple[Place, ...]:
    """The spatiotemporal values that any visit has, in the order of the form."""
    held = {(one.parameter, one.side) for visit in visits for one in visit.analysis.spatiotemporal}
    sides: tuple[Side | None, ...] = (*Side, None)
    return tuple(
        (parameter, side) for parameter in Parameter for side in sides if (parameter, side) in held
    )


def measure_at(visit: ComparedVisit, place: Place) -> Measure | None:
    """One spatiotemporal value of a visit; None where it was not measured."""
    found: Spatiotemporal | None = next(
        (one for one in visit.analysis.spatiotemporal if (one.parameter, one.side) == place), None
    )
    return None if found is None or not math.isfinite(found.measure.value) else found.measure


def scored_variables(visits: Sequence[ComparedVisit]) -> tuple[VariableScore, ...]:
    """One Gait Variable Score of each variable and limb that any visit has, in a fixed order."""
    held = {
        (one.variable, one.side): one for visit in visits for one in visit.analysis.variable_scores
    }
    return tuple(
        held[variable, side] for variable in Variable for side in Side if (variable, side) in held
    )


def variable_score(visit: ComparedVisit, like: VariableScore) -> float | None:
    """A visit's Gait Variable Score of the same variable and limb, degrees."""
    return next(
        (
            one.score_deg
            for one in visit.analysis.variable_scores
            if (one.variable, one.side) == (like.variable, like.side)
        ),
        None,
    )


def comparison_csv(visits: Sequence[ComparedVisit], baseline: int) -> str:
    """Scores, spatiotemporal values and variable scores of all visits as text of a CSV file.

    Args:
        visits: The visits, in the order of their columns.
        baseline: Place of the visit that the others are compared with.
    """
    columns = ["kind", "limb", "number", "code", "name", "unit"]
    for place, _ in enumerate(visits):
        columns += [f"visit_{place + 1}", f"finding_{place + 1}", f"confirmed_{place + 1}"]
        columns += [f"change_{place + 1}"]
    rows: list[Row] = [_head_row(visits, baseline)]
    rows += _circumstances(visits, baseline)
    rows += [_item_row(visits, baseline, side, item) for side in Side for item in Item]
    rows += [_measure_row(visits, place) for place in measured_places(visits)]
    for like in scored_variables(visits):
        row: Row = {
            "kind": "gait variable score",
            "limb": like.side.value,
            "code": like.variable.value,
            "name": words.variable_name(like.variable),
            "unit": "deg",
        }
        for place, visit in enumerate(visits):
            score = variable_score(visit, like)
            row[f"visit_{place + 1}"] = "" if score is None else round(score, 2)
        rows.append(row)
    return table_text(tuple(columns), rows)


def _head_row(visits: Sequence[ComparedVisit], baseline: int) -> Row:
    row: Row = {"kind": "visit"}
    for place, visit in enumerate(visits):
        row[f"visit_{place + 1}"] = visit.title
        row[f"change_{place + 1}"] = "baseline" if place == baseline else ""
    return row


def _circumstances(visits: Sequence[ComparedVisit], baseline: int) -> list[Row]:
    """Who scored each visit and how the child walked; a change tells whether that was the same."""
    before = visits[baseline]
    raters: Row = {"kind": "raters", "name": "scored by"}
    walked: list[Row] = [
        {"kind": "condition", "code": name, "name": condition_word(name)} for name in COMPARED
    ]
    alike: Row = {"kind": "conditions", "name": "same conditions"}
    for place, visit in enumerate(visits):
        raters[f"visit_{place + 1}"] = visit.raters
        for row, name in zip(walked, COMPARED, strict=True):
            row[f"visit_{place + 1}"] = getattr(visit.analysis.conditions, name)
        if place == baseline:
            continue
        found = walked_alike(before.analysis.conditions, visit.analysis.conditions)
        raters[f"change_{place + 1}"] = f"same: {flag(same_rater(before.raters, visit.raters))}"
        alike[f"change_{place + 1}"] = f"same: {flag(found.is_same)}"
        for row, name in zip(walked, COMPARED, strict=True):
            if any(name == one for one, _, _ in found.differing):
                row[f"change_{place + 1}"] = "different"
    return [raters, alike, *walked]


def _item_row(visits: Sequence[ComparedVisit], baseline: int, side: Side, item: Item) -> Row:
    row: Row = {
        "kind": "item",
        "limb": side.value,
        "number": item.number,
        "code": item.value,
        "name": words.item_name(item),
        "unit": "points",
    }
    for place, visit in enumerate(visits):
        cell = visit.sheet.get(side, item)
        if cell is None:
            continue
        row[f"visit_{place + 1}"] = "" if cell.score is None else int(cell.score)
        row[f"finding_{place + 1}"] = cell.direction or cell.reason or ""
        row[f"confirmed_{place + 1}"] = "yes" if cell.is_confirmed else "no"
        if place != baseline:
            went = way(side, item, visits[baseline].sheet, visit.sheet)
            row[f"change_{place + 1}"] = "" if went is None else went.value
    return row


def _measure_row(visits: Sequence[ComparedVisit], place: Place) -> Row:
    parameter, side = place
    row: Row = {
        "kind": "spatiotemporal",
        "limb": "" if side is None else side.value,
        "code": parameter.value,
        "name": words.parameter_name(parameter),
    }
    for number, visit in enumerate(visits):
        measure = measure_at(visit, place)
        if measure is not None:
            row["unit"] = words.unit_symbol(measure.unit)
            row[f"visit_{number + 1}"] = round(measure.value, 3)
    return row
