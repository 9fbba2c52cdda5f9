"""What is drawn over a film, as data in video pixels; screen and paper draw the same shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green, blue, 0 to 255."""

    red: int
    green: int
    blue: int


class Point(NamedTuple):
    """A place in the picture, pixels, x right and y down."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through `points`."""

    points: tuple[Point, ...]
    colour: Colour
    width_px: float = 2.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    centre: Point
    colour: Colour
    radius_px: float = 3.0


@dataclass(frozen=True, slots=True)
class Arc:
    """Part of a circle from `start_deg` over `span_deg`, counted from image right, clockwise."""

    centre: Point
    radius_px: float
    start_deg: float
    span_deg: float
    colour: Colour
    width_px: float = 2.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside a place, on a dark plate so that they can be read over any picture."""

    anchor: Point
    text: str
    colour: Colour
    height_px: float = 16.0


Shape = Stroke | Dot | Arc | Label
