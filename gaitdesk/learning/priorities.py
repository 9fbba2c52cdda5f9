"""Which visits to correct next: those of which the machines are least sure, and least agreed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Item, ItemScore, Origin, Proposal, Scoresheet, State


@dataclass(frozen=True, slots=True)
class CellDoubt:
    """An open cell of a form.

    Attributes:
        cell: Which.
        uncertain: How little the network knows, 0 to 1: the entropy of its chance, in bits.
        disagreeing: How far machines are apart about whether it scores 0, from 0 to 1.
    """

    cell: Cell
    uncertain: float
    disagreeing: float

    @property
    def doubt(self) -> float:
        """Both together, 0 to 2."""
        return self.uncertain + self.disagreeing


@dataclass(frozen=True, slots=True)
class NextCase:
    """A visit that waits to be corrected.

    Attributes:
        case: Its id.
        name: As people know it.
        doubt: Sum over its open cells; what its correction may teach.
        uncertain, disagreeing: Means over its open cells.
        open_cells: Cells nobody has spoken of yet.
        most: The cells most in doubt, the first one first.
        is_read: Whether a network has read it; if not, nothing is known of its doubt.
    """

    case: str
    name: str
    doubt: float
    uncertain: float
    disagreeing: float
    open_cells: int
    most: tuple[CellDoubt, ...]
    is_read: bool


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A visit's form with the machines' answers.

    Attributes:
        case: The visit's id.
        name: As people know it.
        sheet: Its form.
    """

    case: str
    name: str
    sheet: Scoresheet


def next_cases(forms: Iterable[OpenForm], most: int = 5) -> tuple[NextCase, ...]:
    """Visits with open cells, the one that may teach most first.

    Visits no network has read come last: nothing can be said of them.

    Args:
        forms: The visits.
        most: How many cells of each are named.

    Source:
        Lewis & Gale (1994), SIGIR, 3-12: uncertainty sampling; Seung, Opper & Sompolinsky (1992),
        COLT, 287-294: query by committee.
    """
    found = [case for form in forms if (case := _case(form, most)) is not None]
    return tuple(sorted(found, key=lambda one: (not one.is_read, -one.doubt, one.name, one.case)))


def _case(form: OpenForm, most: int) -> NextCase | None:
    open_cells = [
        ((side, item), cell)
        for side in Side
        for item in Item
        for cell in [form.sheet.get(side, item)]
        if cell is None or not (cell.is_confirmed or cell.origin is Origin.REVIEWER)
    ]
    if not open_cells:
        return None
    doubts = [_doubt(place, cell) for place, cell in open_cells if cell is not None]
    is_read = any(
        one.origin is Origin.NETWORK
        for _, cell in open_cells
        if cell is not None
        for one in cell.proposed
    )
    doubts.sort(key=lambda one: -one.doubt)
    count = len(open_cells)
    return NextCase(
        form.case,
        form.name,
        sum(one.doubt for one in doubts),
        sum(one.uncertain for one in doubts) / count,
        sum(one.disagreeing for one in doubts) / count,
        count,
        tuple(one for one in doubts[:most] if one.doubt > 0.0),
        is_read,
    )


def _doubt(place: Cell, cell: ItemScore) -> CellDoubt:
    chances = [_chance(one) for one in cell.proposed]
    known = [one for one in chances if one is not None]
    network = [
        one.atypical
        for one in cell.proposed
        if one.origin is Origin.NETWORK and one.atypical is not None
    ]
    uncertain = _entropy(network[-1]) if network else 0.0
    disagreeing = max(known) - min(known) if len(known) > 1 else 0.0
    return CellDoubt(place, uncertain, disagreeing)


def _chance(proposal: Proposal) -> float | None:
    """Chance of not scoring 0: as a machine says, or as it scores; None where it says neither."""
    if proposal.atypical is not None:
        return proposal.atypical
    if proposal.state is State.SCORED and proposal.score is not None:
        return float(proposal.score >= 1)
    return None


def _entropy(chance: float) -> float:
    """Of a yes-or-no answer, bits."""
    if not 0.0 < chance < 1.0:
        return 0.0
    return -chance * math.log2(chance) - (1.0 - chance) * math.log2(1.0 - chance)
