"""The patient in one picture: told from people near by, with doubt where the picture hides them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.mask import FrameMask
from gaitdesk.perception.masks import distance_to_person_px
from gaitdesk.perception.model import PersonPose, PoseModel, Region, overlap
from gaitdesk.perception.people import PRESENT, colour_difference, colours_of, is_same_body
from gaitdesk.perception.whereabouts import agree

NEAR_BY = 0.05
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
    """

    expected: list[Region | None]
    colours: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The patient in one picture.

    Attributes:
        pose: Their pose.
        rivals: Poses of people near by.
    """

    pose: PersonPose
    rivals: tuple[PersonPose, ...]


def watch(
    model: PoseModel,
    image: Image,
    expected: Region,
    before: PersonPose | None,
    colours: FloatArray,
    rivals: list[tuple[Region, FloatArray]],
) -> Seen | None:
    """The patient in a picture, looked for where they were a moment ago or are expected.

    Args:
        model: Finds the points.
        image: The picture.
        expected: Where the patient should be.
        before: The patient in the last frame, None where they were not seen in it.
        colours: What the patient looks like.
        rivals: Where other people are expected, and what they look like.
    """
    tries = [expected]
    if before is not None and agree(before.region, expected):
        tries.insert(0, before.region)
    others = [
        (model.pose(image, region), theirs)
        for region, theirs in rivals
        if overlap(region, expected) > NEAR_BY
    ]
    for region in tries:
        pose = model.pose(image, region)
        if pose.presence < PRESENT or not agree(pose.region, expected):
            continue
        look = colours_of(image, pose.points_px)
        apart = []
        for other, theirs in others:
            if not is_same_body(pose, other):
                apart.append(other)
            elif colour_difference(look, theirs) < colour_difference(look, colours):
                break
        else:
            return Seen(pose, tuple(each for each in apart if each.presence >= PRESENT))
    return None


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
