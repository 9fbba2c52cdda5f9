"""Everyone in one frame, so that a person can say which of them is the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.shapes import Point
from gaitdesk.perception.masks import person_mask
from gaitdesk.perception.model import PoseModel
from gaitdesk.perception.people import SAME_PERSON, Sighting, sightings


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """One person in one frame.

    Attributes:
        place_px: The middle of their hips, pixels.
        points_px: Their body points, shape (23, 2), NaN where missing.
        confidence: Of each point, shape (23,).
        size_px: Side of the square that holds them with a margin.
        mask: Their pixels; None where the model gives no mask.
    """

    place_px: Point
    points_px: FloatArray
    confidence: FloatArray
    size_px: float
    mask: FrameMask | None

    def is_at(self, points_px: FloatArray) -> bool:
        """Whether body points of the same frame, shape (23, 2), are those of this person."""
        apart = np.linalg.norm(self.points_px - points_px, axis=1)
        known = apart[np.isfinite(apart)]
        return len(known) > 0 and bool(np.median(known) < SAME_PERSON * self.size_px)


def present_in(image: Image, frame: int, model: PoseModel) -> tuple[Present, ...]:
    """Everyone who can be told apart in a picture, from left to right."""
    found = sightings(image, frame, model)
    seen = [_present(image, each, found) for each in found]
    return tuple(sorted(seen, key=lambda each: each.place_px.x))


def _present(image: Image, one: Sighting, all_seen: list[Sighting]) -> Present:
    pose = one.pose
    rivals = tuple(each.pose for each in all_seen if each is not one)
    return Present(
        Point(float(pose.region.x), float(pose.region.y)),
        pose.points_px,
        pose.confidence,
        pose.region.size,
        person_mask(image, pose, None, rivals),
    )
