"""Scores of many patients as tables for research: one in long form, one in wide.

They hold no name, no calendar day and no comment: visits are told by their number and by the days
since the patient's first. Footwear and walking aid stand as the clinic wrote them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Cell,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Scoresheet,
    State,
)
from gaitdesk.report import words
from gaitdesk.report.answers import is_withheld
from gaitdesk.report.csv import Row, table_text
from gaitdesk.report.visit_record import Status

VISIT_COLUMNS = (
    "pseudonym",
    "visit",
    "days",
    "age_years",
    "height_m",
    "footwear",
    "aid",
    "status",
    "version",
    "software",
    "models",
)
"""What both tables say of a visit; `days` counts from the patient's first visit."""

LONG_COLUMNS = (
    *VISIT_COLUMNS,
    "limb",
    "number",
    "code",
    "state",
    "score",
    "direction",
    "reason",
    "correction",
    "who",
    "rules_reader",
    "rules_score",
    "rules_leaning",
    "rules_direction",
    "rules_reason",
    "rules_confidence",
    "measured",
    "unit",
    "error",
    "network_reader",
    "network_score",
    "network_leaning",
    "network_reason",
    "network_atypical",
)
"""Columns of the long table. A score that is empty was not given, and is never 0.

`correction` is "none" where no person has spoken, "accepted" where they said what every machine
that scored had said, "changed" where they did not, "added" where no machine had scored.
"""

_CELL_COLUMNS = ("score", "reason", "correction", "rules", "network")
_TOTAL_COLUMNS = ("total", "possible", "scored")

WIDE_COLUMNS = (
    *VISIT_COLUMNS,
    "readers",
    *(f"{side}_{name}" for side in Side for name in _TOTAL_COLUMNS),
    *(f"{side}_{item}_{name}" for side in Side for item in Item for name in _CELL_COLUMNS),
)
"""Columns of the wide table; a total is empty where too many items carry no score."""


@dataclass(frozen=True, slots=True)
class ResearchVisit:
    """One visit as the tables tell it.

    Attributes:
        pseudonym: Of the patient.
        number: Which visit of the patient it is, from 1.
        days: Days since the patient's first visit.
        age_years, height_m: At the visit; None where not given.
        footwear, aid: Conditions of the walk.
        status, version: Whether somebody answers for the form, and for which version.
        sheet: The form in force.
        who: Who said the last word of a cell; absent where only machines have spoken.
        software, models: What made the analysis; empty where that cannot be told.
    """

    pseudonym: str
    number: int
    days: int
    age_years: float | None
    height_m: float | None
    footwear: str
    aid: str
    status: Status
    version: int
    sheet: Scoresheet
    who: Mapping[Cell, str] = field(default_factory=dict)
    software: str = ""
    models: tuple[str, ...] = ()


def long_csv(visits: Iterable[ResearchVisit]) -> str:
    """One row for each item of each limb of each visit, as text of a CSV file."""
    return table_text(LONG_COLUMNS, (row for visit in visits for row in _long_rows(visit)))


def wide_csv(visits: Iterable[ResearchVisit]) -> str:
    """One row for each visit, as text of a CSV file."""
    return table_text(WIDE_COLUMNS, map(_wide_row, visits))


def correction(cell: ItemScore | None) -> str:
    """What became of the machines' answers in a cell; see `LONG_COLUMNS`."""
    if cell is None or not (cell.is_confirmed or cell.origin is Origin.REVIEWER):
        return "none"
    scores = {one.score for one in cell.proposed if one.state is State.SCORED}
    if not scores:
        return "added"
    return "accepted" if scores == {cell.score} else "changed"


def _visit_row(visit: ResearchVisit) -> Row:
    return {
        "pseudonym": visit.pseudonym,
        "visit": visit.number,
        "days": visit.days,
        "age_years": "" if visit.age_years is None else round(visit.age_years, 2),
        "height_m": "" if visit.height_m is None else round(visit.height_m, 3),
        "footwear": visit.footwear,
        "aid": visit.aid,
        "status": visit.status.value,
        "version": visit.version or "",
        "software": visit.software,
        "models": " | ".join(visit.models),
    }


def _long_rows(visit: ResearchVisit) -> Iterator[Row]:
    known = _visit_row(visit)
    for side in Side:
        for item in Item:
            cell = visit.sheet.get(side, item)
            row: Row = {"limb": side.value, "number": item.number, "code": item.value}
            if cell is None:
                row["state"] = "not_assessed"
            else:
                row |= _cell_row(cell)
            who = visit.who.get((side, item), "")
            yield {**known, **row, "correction": correction(cell), "who": who}


def _cell_row(cell: ItemScore) -> Row:
    row: Row = {
        "state": cell.state.value,
        "score": _score(cell.state, cell.score),
        "direction": cell.direction or "",
        "reason": cell.reason or "",
    }
    for proposal in cell.proposed:
        if proposal.origin in (Origin.RULES, Origin.NETWORK):
            row |= _proposal_row(proposal)
    return row


def _proposal_row(proposal: Proposal) -> Row:
    reader = proposal.origin.value
    is_scored = proposal.state is State.SCORED
    leaning = "" if is_scored or proposal.score is None else int(proposal.score)
    row: Row = {
        f"{reader}_reader": proposal.reader,
        f"{reader}_score": _score(proposal.state, proposal.score),
        f"{reader}_leaning": leaning,
        f"{reader}_reason": proposal.reason or "",
    }
    if proposal.origin is Origin.NETWORK:
        if proposal.atypical is not None:
            row["network_atypical"] = round(proposal.atypical, 3)
        return row
    row["rules_direction"] = proposal.direction or ""
    row["rules_confidence"] = round(proposal.confidence, 3)
    measure = proposal.measure
    if measure is not None and math.isfinite(measure.value):
        row["measured"] = round(measure.value, 2)
        row["unit"] = words.unit_symbol(measure.unit)
        row["error"] = round(measure.error, 2) if math.isfinite(measure.error) else ""
    return row


def _score(state: State, score: int | None) -> int | str:
    return int(score) if state is State.SCORED and score is not None else ""


def _wide_row(visit: ResearchVisit) -> Row:
    row = _visit_row(visit)
    row["readers"] = " | ".join(sorted(set(visit.who.values())))
    for side in Side:
        total = visit.sheet.total(side)
        row[f"{side}_total"] = "" if is_withheld(total) else total.points
        row[f"{side}_possible"] = total.possible
        row[f"{side}_scored"] = total.scored
        for item in Item:
            cell = visit.sheet.get(side, item)
            row[f"{side}_{item}_correction"] = correction(cell)
            if cell is None:
                continue
            row[f"{side}_{item}_score"] = _score(cell.state, cell.score)
            row[f"{side}_{item}_reason"] = cell.reason or ""
            for proposal in cell.proposed:
                if proposal.origin in (Origin.RULES, Origin.NETWORK):
                    name = f"{side}_{item}_{proposal.origin}"
                    row[name] = _score(proposal.state, proposal.score)
    return row
