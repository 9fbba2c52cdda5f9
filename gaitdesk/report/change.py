"""How scores changed from one visit to another, and what that may mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Scoresheet
from gaitdesk.i18n import tr
from gaitdesk.report.words import MINUS

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
        match self.meaning:
            case Meaning.NONE:
                said = tr("no meaningful change (below 2.4 points, MCID)")
            case Meaning.POSSIBLE:
                said = tr("possible change, within rater error (2.4 to 4.78 points)")
            case Meaning.BEYOND_ERROR:
                said = tr("change beyond rater error (above 4.78 points, MDC95)")
        if not self.points:
            return said
        way = tr("worse") if self.points > 0 else tr("better")
        return tr("{signed} ({way}): {said}").format(
            signed=signed_points(self.points), way=way, said=said
        )


def signed_points(points: int) -> str:
    """Points with their sign, as "+3"; "±0" for none."""
    if not points:
        return "±0"
    return f"+{points}" if points > 0 else f"{MINUS}{-points}"


def common_items(
    side: Side, sheets: Sequence[Scoresheet], items: Iterable[Item] = tuple(Item)
) -> tuple[Item, ...]:
    """The items of a limb that every sheet scored."""
    return tuple(
        item
        for item in items
        if all(
            (cell := sheet.get(side, item)) is not None and cell.score is not None
            for sheet in sheets
        )
    )


def change(
    side: Side, before: Scoresheet, now: Scoresheet, items: Iterable[Item] = tuple(Item)
) -> Change:
    """The change of one limb over the items that both sheets scored."""
    common = common_items(side, (before, now), items)
    return Change(
        side, before.total(side, common).points, now.total(side, common).points, len(common)
    )


class Way(StrEnum):
    """Which way the score of one item went."""

    BETTER = "better"
    SAME = "same"
    OTHERWISE = "otherwise"  # the same score for the opposite finding, as varus after valgus
    WORSE = "worse"


def way(side: Side, item: Item, before: Scoresheet, now: Scoresheet) -> Way | None:
    """Which way one item of one limb went; None where one of the sheets has no score."""
    old, new = before.get(side, item), now.get(side, item)
    if old is None or new is None or old.score is None or new.score is None:
        return None
    if new.score != old.score:
        return Way.WORSE if new.score > old.score else Way.BETTER
    return Way.SAME if new.direction == old.direction else Way.OTHERWISE


def way_word(went: Way) -> str:
    """Which way an item went, in a word or two."""
    match went:
        case Way.BETTER:
            return tr("better")
        case Way.SAME:
            return tr("same")
        case Way.OTHERWISE:
            return tr("same score, other direction")
        case Way.WORSE:
            return tr("worse")


def caveats(before: Scoresheet, now: Scoresheet) -> tuple[str, ...]:
    """What to bear in mind when two forms are compared, one sentence each.

    Conditions and raters are `gaitdesk.report.sameness`.
    """
    said = []
    common = {side: len(common_items(side, (before, now))) for side in Side}
    if any(0 < count < len(Item) for count in common.values()):
        said.append(
            tr(
                "Of 17 items, {left} (left) and {right} (right) are scored at both visits, and only"
                " these are compared. MCID and MDC95 hold for all 17: take them as a guide."
            ).format(left=common[Side.LEFT], right=common[Side.RIGHT])
        )
    open_cells = sum(
        cell.score is not None and not cell.is_confirmed
        for sheet in (before, now)
        for cell in sheet.cells.values()
    )
    if open_cells:
        said.append(
            tr("Proposals among these scores that nobody has confirmed yet: {count}.").format(
                count=open_cells
            )
        )
    return tuple(said)
