"""Everyone in a picture, each with pose and the colours of their clothes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.perception.model import PersonPose, PoseModel

PRESENT = 0.5
SAME_PERSON = 0.12
DOUBLE_BODIES = 0.5
DOUBLE_COLOURS = 0.25
COLOUR_BINS = 6

_TORSO = (
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.RIGHT_HIP,
    Landmark.LEFT_HIP,
)
_LEGS = (
    (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
)


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One person seen in one frame.

    Attributes:
        frame: Index of the frame.
        pose: What was seen.
        colours: What the clothes look like; compare with `colour_difference`.
    """

    frame: int
    pose: PersonPose
    colours: FloatArray

    @property
    def body_px(self) -> float:
        """Extent of the body, pixels."""
        return self.pose.region.body_px

    @property
    def centre(self) -> FloatArray:
        """Middle of the hips, pixels, shape (2,)."""
        return np.array([self.pose.region.x, self.pose.region.y])

    def without_mask(self) -> Sighting:
        """The same without its mask, which takes a quarter of a megabyte."""
        return replace(self, pose=replace(self.pose, mask_logits=None))


def sightings(image: Image, frame: int, model: PoseModel) -> list[Sighting]:
    """Everyone who can be seen in a picture, surest first.

    Detections without a body in them are dropped, and of two that lead to the same body the
    surer one stays.
    """
    found: list[Sighting] = []
    for detection in model.people(image):
        pose = model.pose(image, detection.region)
        if pose.presence < PRESENT:
            continue
        seen = Sighting(frame, pose, colours_of(image, pose.points_px))
        if not any(is_same_body(pose, other.pose) or _is_double(seen, other) for other in found):
            found.append(seen)
    return found


def is_same_body(one: PersonPose, other: PersonPose) -> bool:
    """Whether two poses lie on one body: their points are close for its size."""
    size = min(one.region.size, other.region.size)
    return distance_px(one, other) < SAME_PERSON * size


def distance_px(one: PersonPose, other: PersonPose) -> float:
    """Median distance between the same points of two poses, pixels."""
    return float(np.nanmedian(np.linalg.norm(one.points_px - other.points_px, axis=1)))


def _is_double(one: Sighting, other: Sighting) -> bool:
    """Whether two poses are two readings of one body, as of somebody who bends down."""
    apart = float(np.linalg.norm(one.centre - other.centre))
    near = apart < DOUBLE_BODIES * min(one.body_px, other.body_px)
    return near and colour_difference(one.colours, other.colours) < DOUBLE_COLOURS


def colours_of(image: Image, points_px: FloatArray) -> FloatArray:
    """Colours of the trunk and of the legs as two histograms, shape (2, bins).

    Args:
        image: The picture.
        points_px: Body points, shape (23, 2).

    Returns:
        Each row sums to one, or is zero where that part lies outside the picture.
    """
    share = np.linspace(0.15, 0.85, 8)
    across, down = (axis.ravel()[:, None] for axis in np.meshgrid(share, share))
    left_top, right_top, right_low, left_low = (points_px[point] for point in _TORSO)
    top = left_top + across * (right_top - left_top)
    low = left_low + across * (right_low - left_low)
    trunk = top + down * (low - top)
    along = np.linspace(0.1, 0.9, 12)[:, None]
    legs = np.concatenate(
        [
            points_px[start] + along * (points_px[end] - points_px[start])
            for hip, knee, ankle in _LEGS
            for start, end in ((hip, knee), (knee, ankle))
        ]
    )
    return np.stack([_histogram(image, trunk), _histogram(image, legs)])


def colour_difference(one: FloatArray, other: FloatArray) -> float:
    """Hellinger distance of two people's colours, 0 alike to 1 nothing in common.

    Parts unknown in either count as half alike.
    """
    parts = [
        np.sqrt(max(0.0, 1.0 - float(np.sqrt(a * b).sum()))) if a.any() and b.any() else 0.5
        for a, b in zip(one, other, strict=True)
    ]
    return float(np.mean(parts))


def _histogram(image: Image, spots: FloatArray) -> FloatArray:
    height, width = image.shape[:2]
    empty = np.zeros(3 * COLOUR_BINS)
    if not np.isfinite(spots).all():
        return empty
    columns, rows = np.round(spots).astype(int).T
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    if inside.mean() < 0.3:
        return empty
    picked = image[rows[inside], columns[inside]][None]
    lab = cv2.cvtColor(picked, cv2.COLOR_RGB2LAB)[0].astype(np.float64)
    # Lightness spans 0 to 255, but clothes rarely leave the middle of the two colour axes.
    scaled = np.column_stack([lab[:, 0] / 255.0, (lab[:, 1:] - 128.0) / 80.0 + 0.5])
    bins = np.zeros((3, COLOUR_BINS))
    for channel in range(3):
        place = np.clip(scaled[:, channel], 0, 1) * (COLOUR_BINS - 1)
        lower = np.minimum(place.astype(int), COLOUR_BINS - 2)
        np.add.at(bins[channel], lower, 1 - (place - lower))
        np.add.at(bins[channel], lower + 1, place - lower)
    return np.asarray(bins.ravel() / bins.sum())
