"""Totals of the form in words."""

from __future__ import annotations

from collections.abc import Iterable

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Item, Region, Scoresheet, Total
from gaitdesk.i18n import tr
from gaitdesk.report.answers import is_withheld
from gaitdesk.report.words import plane_word, region_name, side_word
from gaitdesk.ui.theme import current


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
