"""`scoresheet.csv` and `totals.csv`: the form as tables that open in any spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Item, ItemScore, Origin, Proposal, Region, Scoresheet
from gaitdesk.report import words
from gaitdesk.report.answers import both_limbs, is_withheld, shown_proposal

COLUMNS = (
    "limb",
    "number",
    "code",
    "item",
    "score",
    "direction",
    "state",
    "reason",
    "measured",
    "unit",
    "error",
    "film",
    "frame",
    "time_s",
    "origin",
    "reader",
    "confidence",
    "cycles",
    "machine_score",
    "confirmed",
    "note",
    "comment",
    "rules_score",
    "rules_reason",
    "network_score",
    "network_reason",
    "network_atypical",
    "network_spread",
)
"""Columns of `scoresheet.csv`; `film` and `frame` count from 1, `error` and spread are one SD.

A score beside a reason is what that reader leans to.
"""

TOTAL_COLUMNS = ("limb", "group", "points", "possible", "scored", "items", "headline")
"""Columns of `totals.csv`; `headline` tells whether a total over all items may be quoted."""

# What a spreadsheet would take for a formula at the start of a cell.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BYTE_ORDER_MARK = "\N{BYTE ORDER MARK}"

Row = dict[str, str | int | float]


def scoresheet_csv(analysis: Analysis) -> str:
    """The form as text of a CSV file: one row for each item of each limb."""
    sheet = analysis.scoresheet
    rows = (_item_row(side, item, sheet.get(side, item)) for side in Side for item in Item)
    return table_text(COLUMNS, rows)


def _item_row(side: Side, item: Item, cell: ItemScore | None) -> Row:
    row: Row = {
        "limb": side.value,
        "number": item.number,
        "code": item.value,
        "item": words.item_name(item),
    }
    if cell is None:
        return {**row, "state": "not_assessed"}
    row |= {
        "score": "" if cell.score is None else int(cell.score),
        "direction": cell.direction or "",
        "state": cell.state.value,
        "reason": cell.reason or "",
        "origin": cell.origin.value,
        "confirmed": "yes" if cell.is_confirmed else "no",
        "comment": cell.comment,
    }
    for answer in cell.proposed:
        row |= _reader_columns(answer)
    proposal = shown_proposal(cell)
    if proposal is None:
        return row
    row |= {
        "reader": proposal.reader,
        "confidence": round(proposal.confidence, 3),
        "cycles": proposal.cycles,
        "machine_score": "" if proposal.score is None else int(proposal.score),
        "note": proposal.note,
    }
    if proposal.measure is not None:
        row |= {
            "measured": _number(proposal.measure.value),
            "unit": words.unit_symbol(proposal.measure.unit),
            "error": _number(proposal.measure.error),
        }
    if proposal.evidence is not None:
        row |= {
            "film": proposal.evidence.film + 1,
            "frame": proposal.evidence.frame + 1,
            "time_s": round(proposal.evidence.time_s, 4),
        }
    return row


def _reader_columns(proposal: Proposal) -> Row:
    """What one kind of reader said, in columns of its own."""
    if proposal.origin not in (Origin.RULES, Origin.NETWORK):
        return {}
    row: Row = {
        f"{proposal.origin}_score": "" if proposal.score is None else int(proposal.score),
        f"{proposal.origin}_reason": proposal.reason or "",
    }
    if proposal.origin is Origin.NETWORK:
        if proposal.atypical is not None:
            row["network_atypical"] = round(proposal.atypical, 3)
        if proposal.spread is not None:
            row["network_spread"] = round(proposal.spread, 3)
    return row


def _number(value: float) -> float | str:
    return round(value, 2) if math.isfinite(value) else ""


def totals_csv(analysis: Analysis) -> str:
    """Totals of each limb and both, over all items, each region and each plane."""
    return table_text(TOTAL_COLUMNS, _total_rows(analysis.scoresheet))


def _total_rows(sheet: Scoresheet) -> Iterator[Row]:
    groups = {"all": tuple(Item)}
    groups |= {region.value: tuple(i for i in Item if i.region is region) for region in Region}
    groups |= {plane.value: tuple(i for i in Item if i.plane is plane) for plane in Plane}
    is_safe = not any(is_withheld(sheet.total(side)) for side in Side)
    for limb in (*Side, "both"):
        for name, items in groups.items():
            total = both_limbs(sheet, items) if limb == "both" else sheet.total(Side(limb), items)
            row: Row = {
                "limb": str(limb),
                "group": name,
                "points": total.points,
                "possible": total.possible,
                "scored": total.scored,
                "items": total.items,
            }
            if name == "all":
                is_shown = is_safe if limb == "both" else not is_withheld(total)
                row["headline"] = "shown" if is_shown else "withheld"
            yield row


def table_text(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    """Rows as text of a CSV file that spreadsheets open in the right code page."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(row, column) for column in columns])
    # Without the mark, Excel reads the file in the code page of its country.
    return _BYTE_ORDER_MARK + text.getvalue()


def _safe(row: Mapping[str, str | int | float], column: str) -> str | int | float:
    value = row.get(column, "")
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
