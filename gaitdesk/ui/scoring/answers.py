"""What a reviewer can do to a scoresheet: each a function from one sheet to the next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from gaitdesk.childgait.together import finding
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Cell,
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.report.answers import shown_proposal
from gaitdesk.scoring.criteria import BANDS, OPTIONS, whole_degrees

CONFIDENT = 0.8
"""Proposals at least this certain are accepted together with one key."""

REVIEWER_REASONS = (
    Reason.OCCLUDED,
    Reason.LIMB_NOT_SEEN,
    Reason.VIEW_NOT_RECORDED,
    Reason.ORTHOSIS_OR_SHOE,
    Reason.ASSISTED,
    Reason.NO_CLEAN_CYCLE,
    Reason.TOO_FEW_CYCLES,
    Reason.OBLIQUE_CAMERA,
    Reason.FRAME_RATE,
)
"""Why a person leaves an item without a score, the commonest first."""

CELLS: tuple[Cell, ...] = tuple((side, item) for side in Side for item in Item)
"""All 34 cells, in the order in which they are scored."""


def directions(item: Item, score: Score) -> tuple[Direction, ...]:
    """The option words that may go with a score of an item."""
    if item in BANDS:
        return tuple(dict.fromkeys(band.direction for band in BANDS[item] if band.score is score))
    return tuple(word for word, given in OPTIONS[item].items() if given is score)


def scores(item: Item) -> tuple[Score, ...]:
    """The scores an item can be given; all of them for every item of the published form."""
    return tuple(score for score in Score if directions(item, score))


def likely_direction(item: Item, score: Score, cell: ItemScore | None) -> Direction:
    """Which option word of a score is likeliest, from the machine's answer and its measure."""
    choices = directions(item, score)
    for proposal in reversed(cell.proposed if cell is not None else ()):
        if proposal.score is score and proposal.direction in choices:
            return proposal.direction
        if proposal.measure is not None and item in BANDS:
            return _nearest(item, score, proposal)
        if proposal.direction in choices:
            return proposal.direction
    return choices[0]


def _nearest(item: Item, score: Score, proposal: Proposal) -> Direction:
    assert proposal.measure is not None
    degrees = whole_degrees(proposal.measure.value)
    bands = [band for band in BANDS[item] if band.score is score]
    return min(
        bands, key=lambda band: max(band.lowest - degrees, degrees - band.highest, 0.0)
    ).direction


def needs_choice(item: Item, score: Score, cell: ItemScore | None) -> bool:
    """Whether giving this score leaves open which option word is meant.

    The machine's own answer settles it the first time; asking for a score that stands already is
    how a person says that they want the other word.
    """
    if len(directions(item, score)) < 2:
        return False
    if cell is None or (cell.is_confirmed and cell.score is score):
        return True
    return not any(
        proposal.state is State.SCORED and proposal.score is score for proposal in cell.proposed
    )


def with_score(
    sheet: Scoresheet, side: Side, item: Item, score: Score, direction: Direction
) -> Scoresheet:
    """The sheet with a score the reviewer gave; giving the machine's own answer confirms it.

    Raises:
        ValueError: The option word does not go with the score.
    """
    if direction not in directions(item, score):
        raise ValueError(f"{direction} is no option of {item} with score {int(score)}")
    held = sheet.get(side, item)
    same = [
        proposal
        for proposal in (held.proposed if held is not None else ())
        if proposal.state is State.SCORED
        and (proposal.score, proposal.direction) == (score, direction)
    ]
    given = ItemScore(
        state=State.SCORED,
        origin=same[-1].origin if same else Origin.REVIEWER,
        score=score,
        direction=direction,
        proposed=held.proposed if held is not None else (),
        is_confirmed=True,
        comment=held.comment if held is not None else "",
    )
    return sheet.with_cell(side, item, given)


def without_score(sheet: Scoresheet, side: Side, item: Item, reason: Reason) -> Scoresheet:
    """The sheet with an item the reviewer says cannot be scored."""
    held = sheet.get(side, item)
    given = ItemScore(
        state=State.NOT_SCORABLE,
        origin=Origin.REVIEWER,
        reason=reason,
        proposed=held.proposed if held is not None else (),
        is_confirmed=True,
        comment=held.comment if held is not None else "",
    )
    return sheet.with_cell(side, item, given)


def can_confirm(cell: ItemScore | None) -> bool:
    """Whether there is an answer that waits for a word of the reviewer."""
    return cell is not None and not cell.is_confirmed and cell.state is not State.REVIEWER_DECIDES


def confirmed(sheet: Scoresheet, side: Side, item: Item) -> Scoresheet:
    """The sheet with one answer confirmed as it stands."""
    held = sheet.get(side, item)
    if held is None or not can_confirm(held):
        return sheet
    return sheet.with_cell(side, item, replace(held, is_confirmed=True))


def confident_cells(sheet: Scoresheet, distrusted: Collection[str] = ()) -> tuple[Cell, ...]:
    """Cells with a proposed score that is certain enough to be accepted with the others.

    Args:
        sheet: The form.
        distrusted: Readers, by name and version, whose answers are looked at one by one.
    """
    return tuple(
        (side, item)
        for side, item in CELLS
        if (cell := sheet.get(side, item)) is not None
        and cell.state is State.SCORED
        and can_confirm(cell)
        and (proposal := shown_proposal(cell)) is not None
        and proposal.confidence >= CONFIDENT
        and proposal.reader not in distrusted
        and not readers_disagree(cell)
    )


def with_confident_accepted(sheet: Scoresheet, distrusted: Collection[str] = ()) -> Scoresheet:
    """The sheet with every confident proposal confirmed; see `confident_cells`."""
    for side, item in confident_cells(sheet, distrusted):
        sheet = confirmed(sheet, side, item)
    return sheet


def with_comment(sheet: Scoresheet, side: Side, item: Item, comment: str) -> Scoresheet:
    """The sheet with the reviewer's words on one item."""
    held = sheet.get(side, item)
    if held is None:
        held = ItemScore(
            state=State.REVIEWER_DECIDES, origin=Origin.REVIEWER, reason=Reason.VIEW_NOT_RECORDED
        )
    return sheet.with_cell(side, item, replace(held, comment=comment))


def is_open(cell: ItemScore | None) -> bool:
    """Whether a cell still waits for the reviewer."""
    return cell is None or not cell.is_confirmed


def open_cells(sheet: Scoresheet) -> tuple[Cell, ...]:
    """Cells that still wait for the reviewer, in scoring order."""
    return tuple(cell for cell in CELLS if is_open(sheet.get(*cell)))


def next_open(sheet: Scoresheet, after: Cell) -> Cell | None:
    """The next cell that waits for the reviewer, from the top again after the last; or None."""
    start = CELLS.index(after) + 1
    return next(_open_from(sheet, start), None)


def _open_from(sheet: Scoresheet, start: int) -> Iterator[Cell]:
    for cell in (*CELLS[start:], *CELLS[:start]):
        if is_open(sheet.get(*cell)):
            yield cell


def readers_disagree(cell: ItemScore | None) -> bool:
    """Whether one machine finds typical beyond its doubt what another finds atypical.

    Two that score 1 and 2 disagree as well; one that cannot say disagrees with nobody.
    """
    if cell is None:
        return False
    machines = [one for one in cell.proposed if one.origin is not Origin.PHANTOM]
    found = {what for one in machines if (what := finding(one)) is not None}
    scores = {one.score for one in machines if one.state is State.SCORED}
    return len(found) > 1 or len(scores) > 1
