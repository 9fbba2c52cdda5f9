"""Glances at films made by formula: who stands where, how large, and turned how far."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side, landmark
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs.glancing import HEIGHT_BODIES, Glance, Person
from gaitdesk.perception.model import REGION_MARGIN, Detection, PersonPose, Region
from gaitdesk.perception.people import COLOUR_BINS, Sighting

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True)
class Walker:
    """Somebody who goes through a film in a straight line.

    Attributes:
        start, end: Place of the hips in the first and last picture, pixels.
        tall: Height in the first and last picture, pixels.
        turned_deg: 0 seen from the side, 90 from the front.
        step: Distance of the ankles across the picture, heights.
        colour: Which of six colours the clothes have.
    """

    start: tuple[float, float] = (250.0, 360.0)
    end: tuple[float, float] = (1030.0, 360.0)
    tall: tuple[float, float] = (400.0, 400.0)
    turned_deg: float = 8.0
    step: float = 0.35
    colour: int = 0

    def pose(self, share: float) -> PersonPose:
        """Their pose after a share of the film."""
        x, y = (a + share * (b - a) for a, b in zip(self.start, self.end, strict=True))
        tall = self.tall[0] + share * (self.tall[1] - self.tall[0])
        points = np.full((LANDMARK_COUNT, 2), np.nan)
        trunk = 0.3 * tall
        wide = 0.5 * 0.72 * trunk * math.sin(math.radians(self.turned_deg))
        for side, sign in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
            points[landmark(side, "shoulder")] = (x + sign * wide, y - trunk)
            points[landmark(side, "hip")] = (x + 0.6 * sign * wide, y)
            points[landmark(side, "ankle")] = (x + 0.5 * sign * self.step * tall, y + 0.46 * tall)
            points[landmark(side, "ear")] = (x, y - 0.44 * tall)
        points[Landmark.NOSE] = (x + 5, y - 0.42 * tall)
        size = 2.0 * REGION_MARGIN * tall / HEIGHT_BODIES
        place = Region(x, y, size)
        return PersonPose(points, np.ones(LANDMARK_COUNT), 1.0, place, place)

    def sighting(self, frame: int, share: float) -> Sighting:
        """Them in one picture."""
        colours = np.zeros((2, 3 * COLOUR_BINS))
        colours[:, self.colour] = 1.0
        return Sighting(frame, self.pose(share), colours)


def glance(*walkers, seconds=6.0, fps=60.0, looks=12, shown=None, is_camera_fixed=True) -> Glance:
    """What pictures of these people show, all of them there all the time.

    Args:
        walkers: The people.
        seconds, fps: Of the film.
        looks: Pictures looked at.
        shown: Pictures that show anybody; all where None.
        is_camera_fixed: Whether the camera stood still.
    """
    frames = [int((i + 0.5) * seconds * fps / looks) for i in range(looks)]
    seen = [
        [one.sighting(frame, i / (looks - 1)) for one in walkers]
        if shown is None or i in shown
        else []
        for i, frame in enumerate(frames)
    ]
    first = next((here for here in seen if here), [])
    choices = [
        Person(
            one.frame,
            Point(*one.centre.tolist()),
            (one.centre[0] - 60, one.centre[1] - 180, one.centre[0] + 60, one.centre[1] + 180),
            one.pose.points_px,
        )
        for one in sorted(first, key=lambda one: one.centre[0])
    ]
    return Glance(
        tuple(frames),
        seconds / looks,
        seconds,
        tuple(tuple(here) for here in seen),
        np.array(frames) / fps,
        WIDTH,
        HEIGHT,
        is_camera_fixed,
        len(first),
        tuple(choices),
        first[0].frame if first else frames[looks // 2],
        np.full((180, 320, 3), 90, np.uint8),
    )


class Filmed:
    """Stands in for a reader: each picture carries its number."""

    def __init__(self, video) -> None:
        self.video = video

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass

    def frame(self, number):
        image = np.full((self.video.height // 8, self.video.width // 8, 3), 90, np.uint8)
        image[0, 0] = number // 256, number % 256, 0
        return image


class Knowing:
    """Knows who walks; counts what it is asked."""

    name = provenance = "knowing 1"
    device = "none"

    def __init__(self, frames: int, *walkers: Walker) -> None:
        self.frames, self.walkers = frames, walkers
        self.asked: list[int] = []

    def _share(self, image):
        number = 256 * int(image[0, 0, 0]) + int(image[0, 0, 1])
        self.asked.append(number)
        return number / self.frames

    def people(self, image):
        share = self._share(image)
        return [Detection(one.pose(share).region, 0.9) for one in self.walkers]

    def pose(self, image, region):
        share = self._share(image)
        self.asked.pop()
        poses = [one.pose(share) for one in self.walkers]
        return min(poses, key=lambda pose: abs(pose.region.x - region.x))
