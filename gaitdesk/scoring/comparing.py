"""Readers of the same visits compared, item by item and in total; a machine is one more reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Item, ItemScore, Origin, Scoresheet, State
from gaitdesk.scoring.agreement import Agreement
from gaitdesk.scoring.reliability import Icc, icc_2_1

LIMITS = 1.96
"""Standard deviations on either side of the mean that hold 95 % of the differences."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemAgreement:
    """How far two readers agree on one item, or on all of them.

    Attributes:
        agreement: Limbs that both have scored.
        first_only, second_only: Limbs that one of them has scored.
        neither: Limbs that none of them has scored.
    """

    agreement: Agreement
    first_only: int
    second_only: int
    neither: int


@dataclass(frozen=True, slots=True, eq=False)
class TotalAgreement:
    """How far two readers agree on the total of a limb, over the items that both have scored.

    Attributes:
        points: Totals, shape (limbs, 2); limbs without a common item are left out.
        items: Number of common items of each limb, shape (limbs,).
        icc: ICC(2,1) of the totals.
        left_out: Limbs without a common item.
    """

    points: FloatArray
    items: FloatArray
    icc: Icc
    left_out: int

    @property
    def complete(self) -> int:
        """Limbs in which both have scored all 17 items."""
        return int((self.items == len(Item)).sum())

    @property
    def exact(self) -> float:
        """Share of limbs with the same total; NaN without limbs."""
        return float((self._apart == 0).mean()) if len(self.points) else float("nan")

    @property
    def mean_difference(self) -> float:
        """Points by which the second reader's totals are higher; NaN without limbs."""
        return float(self._apart.mean()) if len(self.points) else float("nan")

    @property
    def limits_of_agreement(self) -> tuple[float, float]:
        """Between which 95 % of the differences lie, points; NaN for fewer than two limbs.

        Source:
            Bland & Altman (1986), Lancet 327(8476), 307-310.
        """
        if len(self.points) < 2:
            return float("nan"), float("nan")
        reach = LIMITS * float(self._apart.std(ddof=1))
        return self.mean_difference - reach, self.mean_difference + reach

    @property
    def _apart(self) -> FloatArray:
        difference: FloatArray = self.points[:, 1] - self.points[:, 0]
        return difference


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two readers of the same visits.

    Attributes:
        first, second: Their names.
        items: For each item, over both limbs of all visits.
        all_items: All items together.
        totals: Of limbs.
    """

    first: str
    second: str
    items: Mapping[Item, ItemAgreement]
    all_items: ItemAgreement
    totals: TotalAgreement


@dataclass(frozen=True, slots=True, eq=False)
class Agreements:
    """Any number of readers of the same visits.

    Attributes:
        readers: Their names.
        pairs: Every two of them, in the order of the names.
        icc: ICC(2,1) of limb totals over all of them, over the visits all have read and the
            items all have scored.
    """

    readers: tuple[str, ...]
    pairs: tuple[Comparison, ...]
    icc: Icc


def compared(readers: Mapping[str, Sequence[Scoresheet | None]]) -> Agreements:
    """Every two readers compared, over the visits both have read.

    A score that is missing leaves its limb out of that item for the two readers in question, and
    is counted; nothing is put in its place.

    Args:
        readers: Each reader's sheets by name, the same visits in the same order; None for a
            visit the reader has not read.

    Raises:
        ValueError: Readers have different numbers of sheets.
    """
    if len({len(sheets) for sheets in readers.values()}) > 1:
        raise ValueError("each reader has one sheet, or None, for each visit")
    pairs = []
    for first, second in combinations(readers, 2):
        ours, theirs = _tables((readers[first], readers[second]))
        pairs.append(_pair(first, second, ours, theirs))
    totals, _ = _totals(_tables(tuple(readers.values())))
    return Agreements(tuple(readers), tuple(pairs), icc_2_1(totals))


def machines(sheets: Iterable[Scoresheet]) -> tuple[str, ...]:
    """Names of the machines that have answered anywhere, in the order met."""
    return tuple(
        dict.fromkeys(
            one.reader
            for sheet in sheets
            for cell in sheet.cells.values()
            for one in cell.proposed
            if one.origin is not Origin.PHANTOM
        )
    )


def machine_sheet(sheet: Scoresheet, reader: str) -> Scoresheet:
    """What one machine said of a visit, whatever became of it; cells it left open are absent."""
    return Scoresheet(
        MappingProxyType(
            {
                place: ItemScore.from_proposal(one)
                for place, cell in sheet.cells.items()
                for one in cell.proposed
                if one.reader == reader and one.state is State.SCORED
            }
        )
    )


def _tables(readers: Sequence[Sequence[Scoresheet | None]]) -> list[FloatArray]:
    """Scores of each reader, of the visits that all of them have read."""
    visits = [sheets for sheets in zip(*readers, strict=True) if None not in sheets]
    return [_table([sheets[place] for sheets in visits]) for place in range(len(readers))]


def _table(sheets: Sequence[Scoresheet | None]) -> FloatArray:
    """Scores, shape (limbs, 17), NaN where missing; each visit has a left and a right limb."""
    held = np.full((len(sheets) * len(Side), len(Item)), np.nan)
    for visit, sheet in enumerate(sheets):
        for limb, side in enumerate(Side):
            for column, item in enumerate(Item):
                cell = sheet.get(side, item) if sheet is not None else None
                if cell is not None and cell.score is not None:
                    held[visit * len(Side) + limb, column] = int(cell.score)
    return held


def _pair(first: str, second: str, ours: FloatArray, theirs: FloatArray) -> Comparison:
    items = {
        item: _agreement(ours[:, column], theirs[:, column]) for column, item in enumerate(Item)
    }
    totals, common = _totals([ours, theirs])
    has_any = common > 0
    return Comparison(
        first,
        second,
        MappingProxyType(items),
        _agreement(ours.ravel(), theirs.ravel()),
        TotalAgreement(totals[has_any], common[has_any], icc_2_1(totals), int((~has_any).sum())),
    )


def _agreement(ours: FloatArray, theirs: FloatArray) -> ItemAgreement:
    has_first, has_second = np.isfinite(ours), np.isfinite(theirs)
    both = has_first & has_second
    return ItemAgreement(
        Agreement.of(ours[both].astype(int).tolist(), theirs[both].astype(int).tolist()),
        int((has_first & ~has_second).sum()),
        int((~has_first & has_second).sum()),
        int((~has_first & ~has_second).sum()),
    )


def _totals(tables: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Totals over the items all have scored, NaN where there is none, and how many there are."""
    if not tables:
        return np.empty((0, 0)), np.empty(0)
    common = np.isfinite(np.stack(tables)).all(axis=0)
    count = common.sum(axis=1).astype(np.float64)
    points = np.stack([np.where(common, table, 0.0).sum(axis=1) for table in tables], axis=1)
    points[count == 0] = np.nan
    return points, count
