"""What follows for the form from the network's answer to an item, or from there being none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gaitdesk.childgait.answers import Calibration, ItemAnswer
from gaitdesk.childgait.card import Network
from gaitdesk.childgait.windows import LEAST_PASS_CONFIDENCE
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Direction, Item, Origin, Proposal, Reason, Score, State
from gaitdesk.i18n import noted

NORMAL_DIRECTION: Mapping[Item, Direction] = MappingProxyType(
    {
        **dict.fromkeys(Item, Direction.NORMAL),
        Item.INITIAL_CONTACT: Direction.HEEL,
        Item.FOOT_CLEARANCE: Direction.FULL,
    }
)
"""The option word of score 0."""


def decide(answer: ItemAnswer, calibration: Calibration, reader: str) -> Proposal:
    """What follows from an answer.

    Typical beyond doubt is score 0. Atypical beyond doubt is still no score: neither 1 or 2 nor
    the direction is known, so the reviewer reads them; an ordinal head says what it leans to.
    Anything else is left to the reviewer. Nothing becomes 0 for want of an answer.

    Args:
        answer: What all clips say.
        calibration: With the thresholds.
        reader: Name and version of the network.
    """
    limits = calibration.of(answer.item)
    count = len(answer.clips)
    lean: Score | None = None
    direction: Direction | None = None
    state, reason = State.REVIEWER_DECIDES, Reason.LOW_CONFIDENCE
    note = noted("The network cannot tell; please look.")
    if count < calibration.fewest_clips:
        reason = Reason.TOO_FEW_CYCLES
        note = noted("Only %n clip(s) could be read.", count)
    elif answer.highest < limits.typical_below:
        state, lean, direction = State.SCORED, Score.NORMAL, NORMAL_DIRECTION[answer.item]
        note = ""
    elif answer.lowest > limits.atypical_above:
        reason = Reason.ATYPICAL
        note = noted("Atypical to the network; which way and how much is for you to read.")
        if answer.marked is not None:
            lean = Score.MARKED if answer.marked >= 0.5 * answer.atypical else Score.MODERATE
    return Proposal(
        origin=Origin.NETWORK,
        reader=reader,
        state=state,
        score=lean,
        direction=direction,
        reason=None if state is State.SCORED else reason,
        confidence=max(answer.atypical, 1.0 - answer.atypical),
        cycles=count,
        note=note,
        atypical=answer.atypical,
        spread=answer.spread,
    )


def unanswered(side: Side, item: Item, films: Sequence[FilmAnalysis], network: Network) -> Proposal:
    """The proposal for an item no clip speaks for."""
    planes = [plane for plane in Plane if item in network.model.config.items(plane)]
    recorded = [film for film in films if film.plane in planes]
    passes = [one for film in recorded for one in film.passes if one.view.plane in planes]
    own = [one for one in passes if one.view.near_side in (None, side)]
    straight = [one for one in own if one.confidence >= LEAST_PASS_CONFIDENCE]
    state = State.REVIEWER_DECIDES
    if not recorded:
        state, reason = State.NOT_SCORABLE, Reason.VIEW_NOT_RECORDED
        note = noted("The {plane} film was not recorded.").format(plane=item.plane)
    elif passes and not own:
        reason, note = Reason.LIMB_NOT_SEEN, noted("No pass shows this limb near the camera.")
    elif own and not straight:
        reason, note = Reason.OBLIQUE_CAMERA, noted("Every pass is seen from too far aside.")
    else:
        reason = Reason.NO_CLEAN_CYCLE
        note = noted("No pass is long enough for a clip of {seconds:.1f} s.").format(
            seconds=network.model.config.sampling.duration_s
        )
    return Proposal(Origin.NETWORK, network.name, state, reason=reason, note=note)
