"""What GaitDesk asks of a model that sees people; every pose or mask model answers this."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gaitdesk.domain.arrays import AnyArray, FloatArray, Image
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.progress import Job
from gaitdesk.domain.recording import Video
from gaitdesk.domain.shapes import Point

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, pixels."""


@dataclass(frozen=True, slots=True)
class Region:
    """The square of the picture one person fills, turned so that the body stands upright.

    Attributes:
        x, y: Its centre, the person's hips, pixels.
        size: Its side, pixels; about 1.25 times the body's extent.
        turn_rad: Turn of the square, clockwise positive; 0 for an upright body.
    """

    x: float
    y: float
    size: float
    turn_rad: float = 0.0

    @property
    def body_px(self) -> float:
        """Extent of the body, pixels."""
        return self.size / (2.0 * REGION_MARGIN)

    def to_picture(self, points: FloatArray) -> FloatArray:
        """Points given in the region, 0 to 1, as pixels; shape (..., 2)."""
        cos, sin = math.cos(self.turn_rad), math.sin(self.turn_rad)
        across = (points[..., 0] - 0.5) * self.size
        down = (points[..., 1] - 0.5) * self.size
        return np.stack(
            [self.x + cos * across - sin * down, self.y + sin * across + cos * down], axis=-1
        )

    def affine(self, side: int) -> FloatArray:
        """Map from pixels of a square crop of this region to pixels of the picture.

        Args:
            side: Pixels along each side of the crop.

        Returns:
            Shape (2, 3), as OpenCV takes it.
        """
        corners = self.to_picture(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
        across, down = (corners[1] - corners[0]) / side, (corners[2] - corners[0]) / side
        # Pixel i covers [i, i + 1) of the crop, so its middle lies at i + 0.5.
        start = corners[0] + 0.5 * (across + down) - 0.5
        return np.stack([across, down, start], axis=1)

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the upright square of the same size, pixels."""
        half = self.size / 2
        return self.x - half, self.y - half, self.x + half, self.y + half

    @staticmethod
    def around(hips: FloatArray, extent: FloatArray) -> Region:
        """The region of a body with these hips whose full extent reaches the second point."""
        right, down = (extent - hips).tolist()
        return Region(
            float(hips[0]),
            float(hips[1]),
            2.0 * REGION_MARGIN * math.hypot(right, down),
            math.atan2(right, -down),
        )


REGION_MARGIN = 1.25
"""A region's side over the diameter of the circle that holds the body."""


def overlap(one: Region, other: Region) -> float:
    """Intersection over union of two regions' upright boxes."""
    a, b = one.box(), other.box()
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    shared = wide * high
    return shared / (one.size**2 + other.size**2 - shared)


@dataclass(frozen=True, slots=True)
class Detection:
    """A person found in a picture.

    Attributes:
        region: Where.
        score: 0 to 1.
    """

    region: Region
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class PersonPose:
    """What a pose model sees of one person.

    Attributes:
        points_px: Shape (23, 2), the second axis x and y, NaN where the model has no such point.
        confidence: Shape (23,), 0 to 1, 0 where missing.
        presence: 0 to 1, that a person is in the region at all.
        region: The region these points give, where to look in the next frame.
        seen_in: The region that was looked at, on which `mask_logits` lies.
        mask_logits: Shape (n, n) over `seen_in`, positive on the person; None where the model
            gives no mask.
    """

    points_px: FloatArray
    confidence: FloatArray
    presence: float
    region: Region
    seen_in: Region
    mask_logits: AnyArray | None = None


class PoseModel(Protocol):
    """Finds people, and the body points of each; several threads may ask at once.

    Attributes:
        name: Name and version, as shown.
        provenance: One line with name, version, SHA-256 and licence.
        device: Where it runs, as shown.
    """

    name: str
    provenance: str
    device: str

    def people(self, image: Image) -> list[Detection]:
        """Everyone in the picture, best first."""
        ...

    def pose(self, image: Image, region: Region) -> PersonPose:
        """Body points of the person in a region."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class BodyPoints:
    """Where a keypoint model sees one person's points.

    Attributes:
        points_px: Shape (23, 2), NaN where the model has no such point.
        confidence: Shape (23,), 0 to 1, 0 where missing.
    """

    points_px: FloatArray
    confidence: FloatArray


class KeypointModel(Protocol):
    """Sees the points of people who were found already, several at once.

    Attributes:
        name, provenance, device: As for a pose model.
        at_once: How many people it should be asked about at once; less after memory ran out.
    """

    name: str
    provenance: str
    device: str
    at_once: int

    def points(self, people: Sequence[tuple[Image, Box]]) -> list[BodyPoints]:
        """Points of each of some people, in pictures with the box each fills."""
        ...


@dataclass(frozen=True, slots=True)
class MaskSeed:
    """What somebody, or a detector, says of one person in one frame.

    Attributes:
        box: Holds them; None where only places are known.
        inside, outside: Places on them, and places that are not them, pixels.
        mask: All of them, as somebody painted it; it stands as it is, and says everything that box
            and places could, so it stands alone.
    """

    box: Box | None = None
    inside: tuple[Point, ...] = ()
    outside: tuple[Point, ...] = ()
    mask: FrameMask | None = None

    def __post_init__(self) -> None:
        if self.mask is None and self.box is None and not self.inside:
            raise ValueError("a seed needs a mask, a box or a place on the person")
        if self.mask is not None and (self.box or self.inside or self.outside):
            raise ValueError("a mask says what box and places would")


class FilmMaskModel(Protocol):
    """Follows one person's mask through a film from what is said of a few frames.

    Attributes:
        name, provenance, device: As for a pose model.
    """

    name: str
    provenance: str
    device: str

    def masks(
        self, video: Video, seeds: Mapping[int, MaskSeed], span: tuple[int, int] | None = None
    ) -> Job[MaskTrack]:
        """The mask in every frame, by what is said of those that are keys.

        Args:
            video: The film.
            seeds: What is said of the person, by frame.
            span: First and last frame to look at, both included; None for the whole film. There
                is no mask outside of it.
        """
        ...
