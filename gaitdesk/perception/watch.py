"""The patient in one picture: told from people near by, with doubt where the picture hides them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.mask import FrameMask
from gaitdesk.perception.erase import erased
from gaitdesk.perception.masks import distance_to_person_px
from gaitdesk.perception.model import PersonPose, PoseModel, Region, overlap
from gaitdesk.perception.people import (
    PRESENT,
    colour_difference,
    colours_of,
    distance_px,
    is_same_body,
)
from gaitdesk.perception.track import SAME_CLOTHES
from gaitdesk.perception.whereabouts import agree

NEAR_BY = 0.05
UNLIKE = 0.1
"""Who looks like the patient is not painted out: it may be the patient seen twice."""
STEADY_BODIES = 0.3
STEADY_SIZE = 1.3
NEAR_MASK_BODIES = 0.025
"""A mask may miss a toe or a heel by so much; farther off, points are less and less believed."""
OFF_MASK_BODIES = 0.04
CUT_COUNTS = 4.0
LEAST_WHEN_CUT = 0.2

LEGS = [
    landmark(side, part)
    for side in Side
    for part in ("hip", "knee", "ankle", "heel", "big_toe", "small_toe")
]


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """Someone else who is in the film.

    Attributes:
        expected: Where they are in each frame, None where they are away.
        colours: What they look like.
        is_real: Whether they are surely somebody else, and no second reading of the patient.
    """

    expected: list[Region | None]
    colours: FloatArray
    is_real: bool

    def at(self, frame: int, before: PersonPose | None) -> Near:
        """Them in one frame, after their pose in the frame before."""
        return Near(self.expected[frame], before, self.colours, self.is_real)


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Someone else who may be in the way in one picture.

    Attributes:
        expected: Where they should be, None where nobody knows.
        before: Their pose in the last frame, None where they were not seen apart in it.
        colours: What they look like.
        is_real: As for a rival.
    """

    expected: Region | None
    before: PersonPose | None
    colours: FloatArray
    is_real: bool


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The patient in one picture.

    Attributes:
        pose: Their pose, None where they cannot be told from somebody else.
        rivals: Poses of people near by.
        apart: For each of those asked about, their pose where it is surely theirs.
    """

    pose: PersonPose | None
    rivals: tuple[PersonPose, ...]
    apart: tuple[PersonPose | None, ...]


def watch(
    model: PoseModel,
    image: Image,
    expected: Region,
    before: PersonPose | None,
    colours: FloatArray,
    near: list[Near],
) -> Seen:
    """The patient in a picture, looked for where they were a moment ago or are expected.

    People near by who look different are painted out first; then the patient is also found when
    somebody stands before them.

    Args:
        model: Finds the points.
        image: The picture.
        expected: Where the patient should be.
        before: The patient in the last frame, None where they were not seen in it.
        colours: What the patient looks like.
        near: Other people.
    """
    tries = [expected]
    if before is not None and agree(before.region, expected):
        tries.insert(0, before.region)
    others = [_other(model, image, each, expected, colours) for each in near]
    apart = tuple(pose if is_sure else None for pose, is_sure in others)
    sure = tuple(pose for pose in apart if pose is not None)
    theirs = [each.colours for each, pose in zip(near, apart, strict=True) if pose is not None]
    if sure:
        picture = erased(image, sure, expected)
        poses = [model.pose(picture, region) for region in tries]
        poses = [each for each in poses if _is_there(each, expected)]
        if before is not None:
            poses.sort(key=lambda each: distance_px(each, before))
        for pose in poses:
            if _is_like(colours_of(picture, pose.points_px), colours, theirs):
                return Seen(pose, sure, apart)
    present = [
        (pose, each.colours)
        for each, (pose, _) in zip(near, others, strict=True)
        if pose is not None
    ]
    for region in tries:
        pose = model.pose(image, region)
        if not _is_there(pose, expected):
            continue
        same = [each for other, each in present if is_same_body(pose, other)]
        if _is_like(colours_of(image, pose.points_px), colours, theirs + same):
            beside = [other for other, _ in present if not is_same_body(pose, other)]
            return Seen(pose, tuple(each for each in beside if each.presence >= PRESENT), apart)
    return Seen(None, (), apart)


def _is_like(look: FloatArray, colours: FloatArray, others: list[FloatArray]) -> bool:
    """Whether a look is at least as near to the patient's as to anybody else's."""
    own = colour_difference(look, colours)
    return all(own <= colour_difference(look, theirs) for theirs in others)


def _is_there(pose: PersonPose, expected: Region) -> bool:
    return pose.presence >= PRESENT and agree(pose.region, expected)


def _other(
    model: PoseModel, image: Image, near: Near, expected: Region, colours: FloatArray
) -> tuple[PersonPose | None, bool]:
    """Somebody near the patient, and whether the pose is surely theirs; None if they are away."""
    tries = [near.expected] if near.expected is not None else []
    if near.before is not None:
        tries.insert(0, near.before.region)
    tries = [region for region in tries if overlap(region, expected) > NEAR_BY]
    pose = None
    for region in tries:
        pose = model.pose(image, region)
        if not near.is_real or pose.presence < PRESENT or not _is_steady(pose.region, region):
            continue
        look = colours_of(image, pose.points_px)
        own = colour_difference(look, near.colours)
        if own < SAME_CLOTHES and own + UNLIKE < colour_difference(look, colours):
            return pose, True
    return pose, False


def _is_steady(region: Region, looked_at: Region) -> bool:
    apart = math.hypot(region.x - looked_at.x, region.y - looked_at.y)
    larger = max(region.size, looked_at.size) / max(min(region.size, looked_at.size), 1.0)
    return apart < STEADY_BODIES * looked_at.body_px and larger < STEADY_SIZE


def doubted(pose: PersonPose, mask: FrameMask | None, width: int, height: int) -> FloatArray:
    """Confidence of each point, less where the picture speaks against it, shape (23,).

    A point off the person's own mask is a guess; outside the picture it is nothing; and where
    the edge of the picture cuts the person, a model guesses the legs it cannot see.
    """
    x, y = pose.points_px.T
    is_in = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    confidence = np.where(is_in, pose.confidence, 0.0)
    if pose.mask_logits is not None:
        off = np.nan_to_num(distance_to_person_px(pose)) / pose.region.body_px
        beyond = np.clip((off - NEAR_MASK_BODIES) / OFF_MASK_BODIES, 0.0, 10.0)
        confidence = confidence * np.exp(-(beyond**2))
    if mask is not None:
        share = cut_px(mask, width, height) / pose.region.body_px
        confidence[LEGS] *= max(LEAST_WHEN_CUT, 1.0 - CUT_COUNTS * share)
    return np.asarray(confidence)


def cut_px(mask: FrameMask, width: int, height: int) -> int:
    """How long the sides and the lower edge of the picture cut a person, pixels."""
    box = mask.box()
    cut = 0
    if mask.left == 0:
        cut += int(box[:, 0].sum())
    if mask.left + mask.width == width:
        cut += int(box[:, -1].sum())
    if mask.top + mask.height == height:
        cut += int(box[-1].sum())
    return cut
