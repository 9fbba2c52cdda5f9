"""The measured angle of an item and the limits it is judged by, drawn on the joint."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Item, Proposal, Score
from gaitdesk.domain.gait import Variable
from gaitdesk.domain.measure import Unit
from gaitdesk.domain.shapes import Arc, Colour, Label, Point, Shape, Stroke
from gaitdesk.gait.overlay import angle_arms, degrees_words
from gaitdesk.i18n import tr
from gaitdesk.perception.overlay import SIDE_COLOURS
from gaitdesk.report.answers import measured_words
from gaitdesk.report.words import direction_word, item_name, side_word
from gaitdesk.scoring.criteria import BANDS, SEEN_RANGES, ranges_of
from gaitdesk.ui.viewer.layers import pass_at

MEASURED_COLOUR = Colour(255, 255, 255)
RANGE_COLOURS = {
    Score.NORMAL: Colour(60, 210, 160),
    Score.MODERATE: Colour(240, 200, 70),
    Score.MARKED: Colour(230, 110, 200),
}
"""Of the ranges of 0, 1 and 2; light, and told apart by colour-blind readers."""

_VARIABLES: Mapping[Item, Variable] = {
    Item.INITIAL_CONTACT: Variable.FOOT_PITCH,
    Item.STANCE_DORSIFLEXION: Variable.ANKLE_DORSIFLEXION,
    Item.SWING_DORSIFLEXION: Variable.ANKLE_DORSIFLEXION,
    Item.STANCE_KNEE_EXTENSION: Variable.KNEE_FLEXION,
    Item.TERMINAL_SWING_KNEE: Variable.KNEE_FLEXION,
    Item.SWING_KNEE_FLEXION: Variable.KNEE_FLEXION,
    Item.STANCE_HIP_EXTENSION: Variable.HIP_FLEXION,
    Item.SWING_HIP_FLEXION: Variable.HIP_FLEXION,
    Item.PELVIC_OBLIQUITY: Variable.PELVIC_OBLIQUITY,
    Item.TRUNK_SAGITTAL: Variable.TRUNK_FORWARD_LEAN,
}
"""Items whose measure can be drawn as an angle on the body."""

# Ranges farther from zero than this are of no body.
_WIDEST_DEG = 80.0
# Beyond the outermost limit the last range is drawn so far.
_TAIL_DEG = 12.0
_REACH = 0.62


@dataclass(frozen=True, slots=True)
class Spread:
    """Where an angle is drawn.

    Attributes:
        joint: Its corner.
        zero_deg: Direction in the picture where it is zero, clockwise from image right.
        sense: +1 where it grows clockwise in the picture, -1 anticlockwise.
        limb_deg: Direction of the limb in the picture.
        reach_px: Length of the limb.
    """

    joint: Point
    zero_deg: float
    sense: int
    limb_deg: float
    reach_px: float

    def direction_deg(self, value_deg: float) -> float:
        """Direction in the picture of a value."""
        return self.zero_deg + self.sense * value_deg

    def tip(self, direction_deg: float, share: float) -> Point:
        """A place so far from the joint."""
        turn = math.radians(direction_deg)
        reach = share * self.reach_px
        return Point(self.joint.x + reach * math.cos(turn), self.joint.y + reach * math.sin(turn))


def evidence_shapes(
    film: FilmAnalysis,
    frame: int,
    side: Side,
    item: Item,
    proposal: Proposal,
    points_px: FloatArray | None = None,
) -> tuple[Shape, ...]:
    """The measured angle with its ranges of 0, 1 and 2 around the joint.

    Empty for items that are not judged by an angle one can see, or where the joint was not found.

    Args:
        film: The film of the deciding frame.
        frame: The deciding frame, from 0.
        side: The limb.
        item: The item.
        proposal: The answer, with what was measured.
        points_px: Body points of the frame, shape (23, 2); None takes the film's.
    """
    variable = _VARIABLES.get(item)
    points = film.pose.points_px[frame] if points_px is None else points_px
    spread = None if variable is None else _spread(film, frame, side, variable, points)
    if spread is None:
        return ()
    shapes = [*_range_shapes(item, spread)]
    zero = Stroke((spread.joint, spread.tip(spread.zero_deg, 1.05)), MEASURED_COLOUR, 1.2)
    limb = Stroke((spread.joint, spread.tip(spread.limb_deg, 1.05)), MEASURED_COLOUR, 3.0)
    turn = (spread.limb_deg - spread.zero_deg + 180.0) % 360.0 - 180.0
    arc = Arc(spread.joint, 0.4 * spread.reach_px, spread.zero_deg, turn, MEASURED_COLOUR, 2.5)
    shapes += [zero, limb, arc]
    if proposal.measure is not None and math.isfinite(proposal.measure.value):
        at = spread.tip(spread.zero_deg + turn / 2.0, 0.46)
        words = degrees_words(proposal.measure.value)
        shapes.append(Label(at, words, SIDE_COLOURS[side], 24.0))
    return tuple(shapes)


def evidence_words(side: Side, item: Item, proposal: Proposal) -> str:
    """What was measured and what is normal, one line."""
    title = tr("{item}, {side}").format(item=item_name(item), side=side_word(side))
    measure = proposal.measure
    if measure is None or measure.unit is Unit.NONE or not math.isfinite(measure.value):
        return title
    said = "" if proposal.direction is None else direction_word(proposal.direction)
    if item in BANDS:
        measured = measured_words(item, measure)
        low, high = next((b.lowest, b.highest) for b in BANDS[item] if b.score is Score.NORMAL)
        normal = tr("normal {low} to {high}").format(
            low=degrees_words(low), high=degrees_words(high)
        )
        # Where the line is broken, a range stays whole.
        normal = normal.replace(" ", "\N{NO-BREAK SPACE}")
        return tr("{title}: {measured}, {normal}").format(
            title=title, measured=measured, normal=normal
        )
    measured = measured_words(item, measure, said)
    if not said:
        return tr("{title}: {measured}").format(title=title, measured=measured)
    return tr("{title}: {answer}, {measured}").format(title=title, answer=said, measured=measured)


def _range_shapes(item: Item, spread: Spread) -> tuple[Shape, ...]:
    """A ring around the joint, in parts coloured by score, with each limit and its number."""
    ranges = ranges_of(item) if item in BANDS or item in SEEN_RANGES else ()
    shapes: list[Shape] = []
    limits = [high for _, high, _, _ in ranges[:-1]]
    for low, high, score, _ in ranges:
        start = max(low, limits[0] - _TAIL_DEG)
        end = min(high, limits[-1] + _TAIL_DEG)
        if end <= start or max(abs(start), abs(end)) > _WIDEST_DEG + 45.0:
            continue
        width = 5.0 if score is Score.NORMAL else 3.0
        shapes.append(
            Arc(
                spread.joint,
                _REACH * spread.reach_px,
                spread.direction_deg(start),
                spread.sense * (end - start),
                RANGE_COLOURS[score],
                width,
            )
        )
    for limit in limits:
        direction = spread.direction_deg(limit)
        is_normal_edge = any(
            score is Score.NORMAL and limit in (low, high) for low, high, score, _ in ranges
        )
        colour = RANGE_COLOURS[Score.NORMAL if is_normal_edge else Score.MODERATE]
        ends = (spread.tip(direction, _REACH - 0.08), spread.tip(direction, _REACH + 0.12))
        shapes.append(Stroke(ends, colour, 2.0))
        if is_normal_edge:
            words = degrees_words(_normal_end(item, limit))
            shapes.append(Label(spread.tip(direction, _REACH + 0.16), words, colour, 14.0))
    return tuple(shapes)


def _normal_end(item: Item, limit: float) -> float:
    """The last normal degree beside a limit, as the form prints it."""
    ends = [
        end
        for band in BANDS.get(item, ())
        if band.score is Score.NORMAL
        for end in (band.lowest, band.highest)
    ]
    return min(ends, key=lambda end: abs(end - limit), default=limit)


def _spread(
    film: FilmAnalysis, frame: int, side: Side, variable: Variable, points_px: FloatArray
) -> Spread | None:
    """Where the angle is drawn; None where it cannot be seen in this frame."""
    if variable is Variable.PELVIC_OBLIQUITY:
        return _pelvis(points_px, side)
    ahead = _ahead(film, frame, side, points_px)
    down_to_up = {Variable.KNEE_FLEXION: 1, Variable.TRUNK_FORWARD_LEAN: 1}
    sense = ahead * down_to_up.get(variable, -1)
    match variable:
        case Variable.TRUNK_FORWARD_LEAN:
            joint, end = _middle(points_px, "hip"), _middle(points_px, "shoulder")
            limb = end - joint
            return _made(joint, np.array([0.0, -1.0]), limb, sense)
        case Variable.FOOT_PITCH:
            joint, toe = (points_px[landmark(side, part)] for part in ("heel", "big_toe"))
            return _made(joint, np.array([float(ahead), 0.0]), toe - joint, sense, 2.2)
    arms = angle_arms(points_px, variable, side)
    if arms is None:
        return None
    joint, zero, limb = arms
    longer = 1.8 if variable is Variable.ANKLE_DORSIFLEXION else 1.0
    return _made(joint, zero, limb, sense, longer)


def _pelvis(points_px: FloatArray, side: Side) -> Spread | None:
    own, other = (points_px[landmark(one, "hip")] for one in (side, side.opposite))
    step = own - other
    towards = 1 if float(step[0]) >= 0 else -1
    return _made(other, np.array([float(towards), 0.0]), step, -towards, 2.6)


def _ahead(film: FilmAnalysis, frame: int, side: Side, points_px: FloatArray) -> int:
    here = pass_at(film, frame)
    if here is not None and here.direction:
        return here.direction
    step = points_px[landmark(side, "big_toe"), 0] - points_px[landmark(side, "heel"), 0]
    return 1 if float(step) >= 0 else -1


def _middle(points_px: FloatArray, part: str) -> FloatArray:
    both = [Landmark[f"{side.name}_{part.upper()}"] for side in Side]
    return np.asarray(points_px[both].mean(axis=0))


def _made(
    joint: FloatArray, zero: FloatArray, limb: FloatArray, sense: int, longer: float = 1.0
) -> Spread | None:
    length = float(np.linalg.norm(limb))
    if not (np.isfinite(joint).all() and np.isfinite(zero).all() and length > 1.0):
        return None
    return Spread(
        joint=Point(float(joint[0]), float(joint[1])),
        zero_deg=math.degrees(math.atan2(float(zero[1]), float(zero[0]))),
        sense=sense,
        limb_deg=math.degrees(math.atan2(float(limb[1]), float(limb[0]))),
        reach_px=longer * length,
    )
