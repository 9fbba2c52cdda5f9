"""The skeleton drawn onto the pictures of a clip, so that the network sees where limbs are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.childgait.clips import Clip
from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.shapes import Colour, Dot, Point, Shape, Stroke
from gaitdesk.media.paint import paint

LEFT_COLOUR = Colour(0, 255, 0)
RIGHT_COLOUR = Colour(255, 128, 0)
MIDDLE_COLOUR = Colour(51, 153, 255)


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two body points."""

    start: Landmark
    end: Landmark
    colour: Colour


@dataclass(frozen=True, slots=True)
class Joint:
    """A dot on a body point."""

    point: Landmark
    colour: Colour


_L = Landmark

PAPER_LINKS: tuple[Link, ...] = (
    *(
        Link(start, end, MIDDLE_COLOUR)
        for start, end in (
            (_L.LEFT_EYE, _L.RIGHT_EYE),
            (_L.NOSE, _L.LEFT_EYE),
            (_L.NOSE, _L.RIGHT_EYE),
            (_L.LEFT_EYE, _L.LEFT_EAR),
            (_L.RIGHT_EYE, _L.RIGHT_EAR),
            (_L.LEFT_EAR, _L.LEFT_SHOULDER),
            (_L.RIGHT_EAR, _L.RIGHT_SHOULDER),
            (_L.LEFT_SHOULDER, _L.RIGHT_SHOULDER),
            (_L.LEFT_SHOULDER, _L.LEFT_HIP),
            (_L.RIGHT_SHOULDER, _L.RIGHT_HIP),
            (_L.LEFT_HIP, _L.RIGHT_HIP),
        )
    ),
    *(
        Link(Landmark[f"{side}_{start}"], Landmark[f"{side}_{end}"], colour)
        for side, colour in (("LEFT", LEFT_COLOUR), ("RIGHT", RIGHT_COLOUR))
        for start, end in (
            ("SHOULDER", "ELBOW"),
            ("ELBOW", "WRIST"),
            ("HIP", "KNEE"),
            ("KNEE", "ANKLE"),
            ("ANKLE", "BIG_TOE"),
            ("ANKLE", "SMALL_TOE"),
            ("ANKLE", "HEEL"),
        )
    ),
)
"""Lines as drawn in the paper's figures.

Source:
    ChildGait-Video (2026), figures; the palette is that of COCO-WholeBody in MMPose.
"""


def _joint_colour(point: Landmark) -> Colour:
    if point >= Landmark.LEFT_BIG_TOE:
        return RIGHT_COLOUR
    if point <= Landmark.RIGHT_EAR:
        return MIDDLE_COLOUR
    return LEFT_COLOUR if point.name.startswith("LEFT") else RIGHT_COLOUR


PAPER_JOINTS: tuple[Joint, ...] = tuple(Joint(point, _joint_colour(point)) for point in Landmark)
"""Dots as drawn in the paper's figures: the points of both feet are orange."""


@dataclass(frozen=True, slots=True)
class Prompting:
    """How the skeleton is drawn; stored with a model, because it must see what it learned from.

    Attributes:
        is_on: Whether anything is drawn.
        links, joints: Lines and dots, in the order they are drawn.
        line_px, radius_px: Width of lines and radius of dots, pixels of the clip.
        least_confidence: Points less sure than this are not drawn.
    """

    is_on: bool = True
    links: tuple[Link, ...] = PAPER_LINKS
    joints: tuple[Joint, ...] = PAPER_JOINTS
    line_px: float = 2.0
    radius_px: float = 2.0
    least_confidence: float = 0.3


def prompted(clip: Clip, prompting: Prompting) -> Image:
    """The pictures of a clip with the skeleton drawn on, shape (T, S, S, 3).

    Drawing comes after the change of size, so that lines are equally wide for near and far
    children.
    """
    if not prompting.is_on:
        return clip.frames
    frames = clip.frames.copy()
    for time, frame in enumerate(frames):
        paint(frame, skeleton(clip, time, prompting))
    return frames


def skeleton(clip: Clip, time: int, prompting: Prompting) -> list[Shape]:
    """What is drawn onto one picture of a clip, in its pixels."""
    points = clip.keypoints_px[time]
    is_sure = np.isfinite(points).all(axis=1) & (
        clip.confidence[time] >= prompting.least_confidence
    )
    shapes: list[Shape] = [
        Stroke(
            (Point(*points[link.start]), Point(*points[link.end])), link.colour, prompting.line_px
        )
        for link in prompting.links
        if is_sure[link.start] and is_sure[link.end]
    ]
    shapes += [
        Dot(Point(*points[joint.point]), joint.colour, prompting.radius_px)
        for joint in prompting.joints
        if is_sure[joint.point]
    ]
    return shapes
