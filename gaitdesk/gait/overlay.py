"""Joint angles and gait events as shapes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import AngleTrack, EventKind, GaitEvent, Variable
from gaitdesk.domain.shapes import Arc, Colour, Label, Point, Shape, Stroke
from gaitdesk.gait.angles import NORMAL_PELVIC_TILT_DEG
from gaitdesk.i18n import tr
from gaitdesk.perception.overlay import SIDE_COLOURS

ANGLE_COLOUR = Colour(255, 255, 255)
CURSOR_COLOUR = Colour(255, 255, 255)
RAIL_COLOUR = Colour(90, 90, 90)

EVENT_SHOWN_S = 0.12
"""How long before and after a gait event its name stands in the picture."""

_JOINT_ANGLES = (Variable.HIP_FLEXION, Variable.KNEE_FLEXION, Variable.ANKLE_DORSIFLEXION)
_LETTERS_PX = 19.0


def angles_at(tracks: Sequence[AngleTrack], frame: int, side: Side) -> dict[Variable, float]:
    """The limb's projected angles in one frame, those that are known."""
    return {
        track.variable: float(track.values[frame])
        for track in tracks
        if track.side is side and track.is_projected and np.isfinite(track.values[frame])
    }


def joint_angles(
    points_px: FloatArray,
    angles_deg: Mapping[Variable, float],
    side: Side,
    scale: float = 1.0,
    shown: Sequence[Variable] = _JOINT_ANGLES,
) -> tuple[Shape, ...]:
    """Angles of the hip, knee and ankle of one limb, each with its arc and its number.

    Args:
        points_px: Body points of the frame, shape (23, 2), NaN where missing.
        angles_deg: What was measured in this frame.
        side: The limb.
        scale: Factor on line widths and letters.
        shown: The angles wanted.
    """
    shapes: list[Shape] = []
    for variable in shown:
        value = angles_deg.get(variable)
        arms = angle_arms(points_px, variable, side)
        if value is None or arms is None:
            continue
        joint, start, end = arms
        reach = 0.32 * min(float(np.linalg.norm(start)), float(np.linalg.norm(end)))
        first, span = _turn(start, end)
        centre = Point(float(joint[0]), float(joint[1]))
        tip = Point(*(joint + start / np.linalg.norm(start) * 1.5 * reach).tolist())
        shapes += [
            Stroke((centre, tip), ANGLE_COLOUR, 1.2 * scale),
            Arc(centre, reach, first, span, ANGLE_COLOUR, 2.0 * scale),
            Label(
                _beside(points_px, centre, scale),
                degrees_words(value),
                SIDE_COLOURS[side],
                _LETTERS_PX * scale,
            ),
        ]
    return tuple(shapes)


def degrees_words(value_deg: float) -> str:
    """Whole degrees with a true minus sign."""
    whole = int(math.copysign(math.floor(abs(value_deg) + 0.5), value_deg))
    return f"\N{MINUS SIGN}{-whole}°" if whole < 0 else f"{whole}°"


def angle_arms(
    points_px: FloatArray, variable: Variable, side: Side
) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """The joint, the direction where the angle is zero, and the direction of the limb."""
    hip, knee, ankle = (points_px[landmark(side, part)] for part in ("hip", "knee", "ankle"))
    heel, toe = (points_px[landmark(side, part)] for part in ("heel", "big_toe"))
    match variable:
        case Variable.HIP_FLEXION:
            # Zero is straight down from a pelvis of normal tilt: a little behind the vertical.
            ahead = 1.0 if float(toe[0] - heel[0]) >= 0 else -1.0
            tilt = math.radians(NORMAL_PELVIC_TILT_DEG)
            length = float(np.linalg.norm(knee - hip))
            zero = length * np.array([-ahead * math.sin(tilt), math.cos(tilt)])
            arms = hip, zero, knee - hip
        case Variable.KNEE_FLEXION:
            arms = knee, knee - hip, ankle - knee
        case Variable.ANKLE_DORSIFLEXION:
            # Zero is a foot square to the shank, on the side the toes point to.
            shank, foot = knee - ankle, toe - heel
            square = np.array([-shank[1], shank[0]])
            turn = 1.0 if float(square @ foot) >= 0 else -1.0
            arms = ankle, turn * square, foot
        case _:
            return None
    is_usable = all(np.isfinite(one).all() for one in arms) and all(
        float(np.linalg.norm(one)) > 1.0 for one in arms[1:]
    )
    return arms if is_usable else None


def _turn(start: FloatArray, end: FloatArray) -> tuple[float, float]:
    """Where the arc begins and how far it goes the short way round, degrees clockwise."""
    first = math.degrees(math.atan2(start[1], start[0]))
    last = math.degrees(math.atan2(end[1], end[0]))
    return first, (last - first + 180.0) % 360.0 - 180.0


def _beside(points_px: FloatArray, joint: Point, scale: float) -> Point:
    """A place for a number, away from the middle of the body."""
    middle = float(np.nanmean(points_px[:, 0]))
    gap = 16.0 * scale
    if joint.x >= middle:
        return Point(joint.x + gap, joint.y - 0.5 * _LETTERS_PX * scale)
    return Point(joint.x - gap - 2.6 * _LETTERS_PX * scale, joint.y - 0.5 * _LETTERS_PX * scale)


def event_words(event: GaitEvent) -> str:
    """A gait event in words."""
    if event.kind is EventKind.INITIAL_CONTACT:
        return (
            tr("Initial contact, left") if event.side is Side.LEFT else tr("Initial contact, right")
        )
    return tr("Foot off, left") if event.side is Side.LEFT else tr("Foot off, right")


def events_near(events: Sequence[GaitEvent], time_s: float) -> list[GaitEvent]:
    """Events whose names stand in the picture at a time, the nearest first."""
    near = [event for event in events if abs(event.time_s - time_s) <= EVENT_SHOWN_S]
    return sorted(near, key=lambda event: abs(event.time_s - time_s))


def event_rail(
    events: Sequence[GaitEvent], duration_s: float, width_px: int, height_px: int, scale: float
) -> tuple[Shape, ...]:
    """The film's time as two rails at the lower edge: left limb above, right limb below.

    Where a limb's foot is on the ground its rail is thick; a tick marks each initial contact.
    """
    shapes: list[Shape] = []
    for side in Side:
        y = rail_y(side, height_px, scale)
        ends = (Point(rail_x(0, duration_s, width_px), y), Point(width_px * 0.98, y))
        shapes.append(Stroke(ends, RAIL_COLOUR, 2.0 * scale))
        own = sorted((e for e in events if e.side is side), key=lambda event: event.time_s)
        for event, following in pairwise(own):
            if event.kind is EventKind.INITIAL_CONTACT and following.kind is EventKind.FOOT_OFF:
                stance = tuple(
                    Point(rail_x(one.time_s, duration_s, width_px), y) for one in (event, following)
                )
                shapes.append(Stroke(stance, SIDE_COLOURS[side], 4.0 * scale))
        for event in own:
            x = rail_x(event.time_s, duration_s, width_px)
            long = 7.0 if event.kind is EventKind.INITIAL_CONTACT else 3.5
            tick = (Point(x, y - long * scale), Point(x, y + long * scale))
            shapes.append(Stroke(tick, SIDE_COLOURS[side], 2.0 * scale))
    return tuple(shapes)


def rail_y(side: Side, height_px: int, scale: float) -> float:
    """Height of a limb's rail in the picture."""
    return height_px - (34.0 if side is Side.LEFT else 16.0) * scale


def rail_cursor(
    time_s: float, duration_s: float, width_px: int, height_px: int, scale: float
) -> Stroke:
    """Where the film stands on the rails."""
    x = rail_x(time_s, duration_s, width_px)
    return Stroke(
        (Point(x, height_px - 46.0 * scale), Point(x, height_px - 5.0 * scale)),
        CURSOR_COLOUR,
        2.0 * scale,
    )


def rail_x(time_s: float, duration_s: float, width_px: int) -> float:
    """Where a time of the film stands on the rails."""
    share = time_s / duration_s if duration_s > 0 else 0.0
    return width_px * (0.02 + 0.96 * min(1.0, max(0.0, share)))
