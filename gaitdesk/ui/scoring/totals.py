"""Totals of the form in words, and how they changed since an earlier visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Item, Region, Scoresheet, Total
from gaitdesk.i18n import tr
from gaitdesk.report.answers import is_withheld
from gaitdesk.report.words import MINUS, plane_word, region_name, side_word
from gaitdesk.ui.theme import current

MCID = 2.4
"""Smallest change that means something to the child, points of one limb.

Source:
    Robinson et al. (2017), Gait & Posture 53, 25-28.
"""
MDC95 = 4.78
"""Smallest change that is beyond the error between raters, points.

Source:
    Tuna et al.; 50 children with cerebral palsy, two raters.
"""


def part_words(total: Total) -> str:
    """Points of a few items, as "3 of 8 possible, 4/7 scored"."""
    if not total.scored:
        return tr("0/{items} scored").format(items=total.items)
    return tr("{points} of {possible}, {scored}/{items} scored").format(
        points=total.points, possible=total.possible, scored=total.scored, items=total.items
    )


def headline_words(side: Side, sheet: Scoresheet) -> str:
    """A limb's total on two lines of rich text; withheld where too many items are missing."""
    theme, total = current(), sheet.total(side)
    name = side_word(side)
    title = f'<b style="color:{theme.side(side)}">{name[:1].upper()}{name[1:]}</b>'
    scored = tr("{scored} of {items} items scored").format(scored=total.scored, items=total.items)
    if is_withheld(total):
        points = f'<span style="color:{theme.soft}">{tr("total withheld")}</span>'
    else:
        possible = tr("of {possible} possible").format(possible=total.possible)
        points = f'<b>{total.points}</b> <span style="color:{theme.soft}">{possible}</span>'
    return f'{title} &nbsp;{points}<br><small style="color:{theme.soft}">{scored}</small>'


class Meaning(StrEnum):
    """What a change of a limb's total means."""

    NONE = "none"
    POSSIBLE = "possible"
    BEYOND_ERROR = "beyond_error"


@dataclass(frozen=True, slots=True)
class Change:
    """How one limb's total changed since an earlier visit.

    Attributes:
        side: The limb.
        before, now: Points over the items that both visits scored.
        items: How many items that are.
    """

    side: Side
    before: int
    now: int
    items: int

    @property
    def points(self) -> int:
        """Points more than before; negative is better."""
        return self.now - self.before

    @property
    def meaning(self) -> Meaning:
        """What it means."""
        size = abs(self.points)
        if size < MCID:
            return Meaning.NONE
        return Meaning.POSSIBLE if size <= MDC95 else Meaning.BEYOND_ERROR

    @property
    def words(self) -> str:
        """The change in one sentence."""
        signed = f"+{self.points}" if self.points > 0 else f"{self.points}".replace("-", MINUS)
        match self.meaning:
            case Meaning.NONE:
                said = tr("no meaningful change (below 2.4 points, MCID)")
            case Meaning.POSSIBLE:
                said = tr("possible change, within rater error (2.4 to 4.8 points)")
            case Meaning.BEYOND_ERROR:
                said = tr("change beyond rater error (above 4.8 points, MDC95)")
        if not self.points:
            return said
        way = tr("worse") if self.points > 0 else tr("better")
        return tr("{signed} ({way}): {said}").format(signed=signed, way=way, said=said)


def change(side: Side, before: Scoresheet, now: Scoresheet) -> Change:
    """The change of one limb over the items that both sheets scored."""
    common = [
        item
        for item in Item
        if all(
            (cell := sheet.get(side, item)) is not None and cell.score is not None
            for sheet in (before, now)
        )
    ]
    return Change(
        side, before.total(side, common).points, now.total(side, common).points, len(common)
    )


def groups() -> Iterable[tuple[str, tuple[Item, ...]]]:
    """The parts that totals are given for: regions, then planes, then all."""
    for region in Region:
        yield region_name(region), tuple(item for item in Item if item.region is region)
    for plane in Plane:
        name = plane_word(plane)
        yield (
            tr("{plane} plane").format(plane=f"{name[:1].upper()}{name[1:]}"),
            tuple(item for item in Item if item.plane is plane),
        )
    yield tr("All items"), tuple(Item)
