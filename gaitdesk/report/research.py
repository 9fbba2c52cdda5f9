"""Scores of many patients as tables for research: one in long form, one in wide.

They hold no name, no calendar day and no comment: visits are told by their number and by the days
since the patient's first, treatments by the months before the visit. Footwear and walking aid
stand as the clinic wrote them; of diagnosis and other conditions stands what was chosen from the
words offered, and never what somebody typed in words of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.background import Background, TreatmentKind, months_before
from gaitdesk.domain.evgs import (
    Cell,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Scoresheet,
    State,
)
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.report import words
from gaitdesk.report.answers import is_withheld
from gaitdesk.report.background_words import (
    ASSISTANCE,
    COOPERATION,
    DIAGNOSES,
    ORTHOSES,
    in_order,
    offered_alone,
)
from gaitdesk.report.csv import Row, table_text
from gaitdesk.report.visit_record import Status

VISIT_COLUMNS = (
    "pseudonym",
    "visit",
    "days",
    "age_years",
    "height_m",
    "sex",
    "weight_kg",
    "leg_length_left_m",
    "leg_length_right_m",
    "diagnosis",
    "topography",
    "gmfcs",
    "fms_5_m",
    "fms_50_m",
    "fms_500_m",
    "operations",
    "operation_months",
    "injections",
    "injection_months",
    "footwear",
    "aid",
    "orthosis",
    "assistance",
    "cooperation",
    "status",
    "version",
    "software",
    "models",
)
"""What both tables say of a visit; `days` counts from the patient's first visit.

`operations` and `injections` count those entered; the months are those from the last of them to
the visit, empty where its month is not known.
"""

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
        child: Sex and measures; its pseudonym is not looked at.
        background: Diagnosis, function and treatments.
        day: Of the visit, from which months are counted; it stands in no table.
        conditions: Of the walk.
        status, version: Whether somebody answers for the form, and for which version.
        sheet: The form in force.
        who: Who said the last word of a cell; absent where only machines have spoken.
        software, models: What made the analysis; empty where that cannot be told.
    """

    pseudonym: str
    number: int
    days: int
    day: date
    child: Patient
    background: Background
    conditions: Conditions
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
    child, known, walked = visit.child, visit.background, visit.conditions
    return {
        "pseudonym": visit.pseudonym,
        "visit": visit.number,
        "days": visit.days,
        "age_years": _rounded(child.age_years, 2),
        "height_m": _rounded(child.height_m, 3),
        "sex": child.sex or "",
        "weight_kg": _rounded(child.weight_kg, 1),
        "leg_length_left_m": _rounded(child.leg_length_left_m, 3),
        "leg_length_right_m": _rounded(child.leg_length_right_m, 3),
        "diagnosis": offered_alone(known.diagnosis, DIAGNOSES),
        "topography": known.topography or "",
        "gmfcs": "" if known.gmfcs is None else int(known.gmfcs),
        "fms_5_m": known.fms_5_m or "",
        "fms_50_m": known.fms_50_m or "",
        "fms_500_m": known.fms_500_m or "",
        **_treated(known, TreatmentKind.SURGERY, "operation", visit.day),
        **_treated(known, TreatmentKind.BOTULINUM_TOXIN, "injection", visit.day),
        "footwear": walked.footwear,
        "aid": walked.aid,
        "orthosis": offered_alone(walked.orthosis, ORTHOSES),
        "assistance": offered_alone(walked.assistance, ASSISTANCE),
        "cooperation": offered_alone(walked.cooperation, COOPERATION),
        "status": visit.status.value,
        "version": visit.version or "",
        "software": visit.software,
        "models": " | ".join(visit.models),
    }


def _rounded(value: float | None, digits: int) -> float | str:
    return "" if value is None else round(value, digits)


def _treated(known: Background, kind: TreatmentKind, name: str, day: date) -> Row:
    own = in_order(known.treatments, kind)
    months = months_before(own[0].when, day) if own else None
    return {
        f"{name}s": len(own) or "",
        f"{name}_months": "" if months is None else months,
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
