"""What can be drawn over a film, each kind with its switch and opacity."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum

import cv2
import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import EventKind, Pass
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.shapes import Arc, Dot, Label, Point, Shape, Stroke
from gaitdesk.gait.overlay import angles_at, event_words, events_near, joint_angles
from gaitdesk.i18n import tr
from gaitdesk.perception.overlay import MIDLINE_COLOUR, SIDE_COLOURS, side_of, skeleton

TRAIL_S = 0.6
"""How far before and after the frame a joint's trail reaches."""

_EVENT_RING = 0.022
_LETTERS_PX = 15.0
# A mask's edge may be so far off when it is drawn with fewer corners, which costs less.
_EDGE_PX = 0.8


class Layer(StrEnum):
    """A kind of drawing over the film."""

    MASK = "mask"
    SKELETON = "skeleton"
    ANGLES = "angles"
    EVENTS = "events"
    TRAIL = "trail"
    HEAT = "heat"


def layer_name(layer: Layer) -> str:
    """What a layer is called."""
    match layer:
        case Layer.MASK:
            return tr("Mask")
        case Layer.SKELETON:
            return tr("Skeleton")
        case Layer.ANGLES:
            return tr("Joint angles")
        case Layer.EVENTS:
            return tr("Gait events")
        case Layer.TRAIL:
            return tr("Trail of a joint")
        case Layer.HEAT:
            return tr("What counted for the network")


@dataclass(frozen=True, slots=True)
class LayerLook:
    """How a layer is shown.

    Attributes:
        is_on: Whether it is shown.
        opacity: 0 to 1.
    """

    is_on: bool
    opacity: float


_PLACES = {layer: place for place, layer in enumerate(Layer)}
_AT_FIRST = {
    Layer.MASK: LayerLook(False, 0.35),
    Layer.SKELETON: LayerLook(True, 0.9),
    Layer.ANGLES: LayerLook(False, 1.0),
    Layer.EVENTS: LayerLook(True, 1.0),
    Layer.TRAIL: LayerLook(False, 0.9),
    Layer.HEAT: LayerLook(True, 0.7),
}


@dataclass(frozen=True, slots=True)
class Layers:
    """What is drawn over the films.

    Attributes:
        looks: Each layer's look, in the order of `Layer`.
        trail_of: The joint whose trail is drawn.
    """

    looks: tuple[LayerLook, ...] = field(default_factory=lambda: tuple(_AT_FIRST.values()))
    trail_of: Landmark = Landmark.RIGHT_ANKLE

    def look(self, layer: Layer) -> LayerLook:
        """How one layer is shown."""
        return self.looks[_PLACES[layer]]

    def with_look(self, layer: Layer, look: LayerLook) -> Layers:
        """The same with one layer shown otherwise."""
        return replace(
            self,
            looks=tuple(
                look if one is layer else held for one, held in zip(Layer, self.looks, strict=True)
            ),
        )


def pass_at(film: FilmAnalysis, frame: int) -> Pass | None:
    """The walk across the picture that a frame belongs to."""
    return next((one for one in film.passes if one.first_frame <= frame <= one.last_frame), None)


def near_side(film: FilmAnalysis, frame: int) -> Side | None:
    """The limb near the camera in a frame; None from the front and behind, and between walks."""
    here = pass_at(film, frame)
    return None if here is None else here.view.near_side


def layer_shapes(
    film: FilmAnalysis, frame: int, layer: Layer, points_px: FloatArray, trail_of: Landmark
) -> tuple[Shape, ...]:
    """The shapes of one layer in one frame.

    The mask has none, see `mask_outline`; what counted for the network is not the film's to tell.

    Args:
        film: What was found.
        frame: The frame, from 0.
        layer: The layer.
        points_px: Body points of the frame, shape (23, 2); the film's own, or one in the middle
            of being moved.
        trail_of: The joint whose trail is drawn.
    """
    near = near_side(film, frame)
    match layer:
        case Layer.SKELETON:
            return skeleton(points_px, film.pose.confidence[frame], near)
        case Layer.ANGLES:
            return _angles(film, frame, points_px, near)
        case Layer.EVENTS:
            return _events(film, frame, points_px)
        case Layer.TRAIL:
            return _trail(film, frame, trail_of)
        case Layer.MASK | Layer.HEAT:
            return ()


def _angles(
    film: FilmAnalysis, frame: int, points_px: FloatArray, near: Side | None
) -> tuple[Shape, ...]:
    if near is None:
        return ()
    return joint_angles(points_px, angles_at(film.angles, frame, near), near, 0.9)


def _events(film: FilmAnalysis, frame: int, points_px: FloatArray) -> tuple[Shape, ...]:
    """A ring around the foot that meets or leaves the ground, with the event's name."""
    shapes: list[Shape] = []
    for event in events_near(film.events, float(film.video.times_s[frame]))[:2]:
        part = "heel" if event.kind is EventKind.INITIAL_CONTACT else "big_toe"
        place = points_px[landmark(event.side, part)]
        if not np.isfinite(place).all():
            place = points_px[landmark(event.side, "ankle")]
        if not np.isfinite(place).all():
            continue
        centre = Point(float(place[0]), float(place[1]))
        colour = SIDE_COLOURS[event.side]
        radius = _EVENT_RING * film.video.height
        is_now = event.frame == frame
        shapes.append(Arc(centre, radius, 0.0, 360.0, colour, 3.0 if is_now else 1.5))
        shapes.append(
            Label(Point(centre.x + radius, centre.y), event_words(event), colour, _LETTERS_PX)
        )
    return tuple(shapes)


def _trail(film: FilmAnalysis, frame: int, point: Landmark) -> tuple[Shape, ...]:
    """Where a joint came from, and thinner where it will go; a dot a frame."""
    times_s = film.video.times_s
    now_s = float(times_s[frame])
    first, last = np.searchsorted(times_s, (now_s - TRAIL_S, now_s + TRAIL_S))
    side = side_of(point)
    colour = MIDLINE_COLOUR if side is None else SIDE_COLOURS[side]
    path = film.pose.of(point)
    shapes: list[Shape] = []
    for part, width in ((slice(first, frame + 1), 2.5), (slice(frame, last), 1.2)):
        run: list[Point] = []
        # As plain numbers: one by one, an array's are ten times as slow.
        for x, y in path[part].tolist():
            if math.isfinite(x + y):
                run.append(Point(x, y))
                continue
            shapes.append(Stroke(tuple(run), colour, width))
            run = []
        shapes.append(Stroke(tuple(run), colour, width))
        shapes += [Dot(place, colour, 0.9 * width) for place in run]
    return tuple(shapes)


def mask_outline(mask: FrameMask) -> tuple[FloatArray, ...]:
    """The edges of a mask, holes among them, as closed paths of shape (points, 2) in pixels."""
    edges, _ = cv2.findContours(mask.box().view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_TC89_L1)
    # The line runs through the middles of the pixels at the edge.
    corner = np.array([mask.left + 0.5, mask.top + 0.5])
    smooth = (cv2.approxPolyDP(edge, _EDGE_PX, closed=True)[:, 0] for edge in edges)
    return tuple(edge.astype(np.float64) + corner for edge in smooth if len(edge) > 2)
