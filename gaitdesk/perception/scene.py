"""What stands still behind the people: the background, and whether the camera stood still."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from gaitdesk.domain.arrays import AnyArray, BoolArray, FloatArray, Image
from gaitdesk.perception.model import PersonPose

LONGEST_SIDE = 640
MOST_LOOKS = 24
FEWEST_LOOKS = 5
FEWEST_UNCOVERED = 3
STILL_PX = 1.5
"""Farthest that a corner of the picture may wander, in pixels of the small picture."""
FEWEST_FEATURES = 12
SURE_BACKGROUND = -2.0
_COVERED = 999


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The picture without its people.

    Attributes:
        picture: RGB, small.
        spread: Scatter of each pixel over the film, in grey levels, shape (height, width).
        is_known: Where it was ever uncovered, shape (height, width).
        scale: Small pixels for each pixel of the film.
    """

    picture: Image
    spread: FloatArray
    is_known: BoolArray
    scale: float


class Looks:
    """Small copies of pictures spread over a film, bounded in number.

    When there are too many every second one is dropped, so that they stay evenly spread.
    """

    def __init__(self) -> None:
        self._pictures: list[Image] = []
        self._covered: list[BoolArray] = []
        self._every = 1
        self._seen = 0
        self._scale = 1.0

    def add(self, image: Image, people: list[PersonPose]) -> None:
        """Keep a picture and where the people in it are."""
        if self._seen % self._every == 0:
            self._scale = min(1.0, LONGEST_SIDE / max(image.shape[:2]))
            size = (round(image.shape[1] * self._scale), round(image.shape[0] * self._scale))
            small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            self._pictures.append(np.asarray(small, np.uint8))
            self._covered.append(covered(people, size, self._scale))
        self._seen += 1
        if len(self._pictures) > MOST_LOOKS:
            self._pictures = self._pictures[::2]
            self._covered = self._covered[::2]
            self._every *= 2

    def is_camera_fixed(self) -> bool:
        """Whether the background keeps its place from the first look to the last."""
        if len(self._pictures) < 2:
            return True
        middle = len(self._pictures) // 2
        first = cv2.cvtColor(self._pictures[middle], cv2.COLOR_RGB2GRAY)
        free = np.where(self._covered[middle], 0, 255).astype(np.uint8)
        spots = cv2.goodFeaturesToTrack(first, 200, 0.01, 8, mask=free)
        if spots is None or len(spots) < FEWEST_FEATURES:
            return True
        moves = [
            move
            for i, picture in enumerate(self._pictures)
            if i != middle and (move := _wandered(first, picture, spots, self._covered[i])) >= 0
        ]
        # A film of which hardly any look can be matched was not made from one place.
        if len(moves) < 0.5 * (len(self._pictures) - 1):
            return False
        return float(np.percentile(moves, 80)) < STILL_PX

    def background(self) -> Background | None:
        """The median of what each pixel shows while nobody covers it; None for too few looks."""
        if len(self._pictures) < FEWEST_LOOKS:
            return None
        height, width = self._pictures[0].shape[:2]
        picture = np.zeros((height, width, 3), np.uint8)
        spread = np.zeros((height, width))
        count = len(self._pictures) - np.sum(self._covered, axis=0)
        for top in range(0, height, 64):
            rows = slice(top, min(top + 64, height))
            stack = np.stack([each[rows] for each in self._pictures]).astype(np.int16)
            stack[np.stack([each[rows] for each in self._covered])] = _COVERED
            stack.sort(axis=0)
            open_looks = np.maximum(count[rows], 1)[None, :, :, None]
            quarter, half, three = (
                np.take_along_axis(stack, (open_looks - 1) * k // 4, axis=0)[0] for k in (1, 2, 3)
            )
            picture[rows] = np.minimum(half, 255)
            spread[rows] = (three - quarter).mean(axis=-1) / 1.35
        return Background(picture, spread, np.asarray(count >= FEWEST_UNCOVERED), self._scale)


def covered(people: list[PersonPose], size: tuple[int, int], scale: float) -> BoolArray:
    """Where people may be in a small picture, generously, shape (height, width)."""
    where = np.zeros((size[1], size[0]), np.bool_)
    for pose in people:
        if pose.mask_logits is None:
            left, top, right, bottom = (max(0, round(edge * scale)) for edge in pose.region.box())
            where[top:bottom, left:right] = True
            continue
        maybe = (pose.mask_logits > SURE_BACKGROUND).astype(np.uint8)
        maybe = np.asarray(cv2.dilate(maybe, np.ones((7, 7), np.uint8)), np.uint8)
        place = pose.seen_in.affine(maybe.shape[0]) * scale
        where |= cv2.warpAffine(maybe, place, size, flags=cv2.INTER_NEAREST) > 0
    return where


def _wandered(first: AnyArray, picture: Image, spots: AnyArray, hidden: BoolArray) -> float:
    """How far a corner of the picture wandered; -1 where it cannot be told."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(first, grey, spots, np.zeros_like(spots))
    place = np.clip(np.round(moved[:, 0]), 0, [grey.shape[1] - 1, grey.shape[0] - 1]).astype(int)
    good = (found[:, 0] > 0) & ~hidden[place[:, 1], place[:, 0]]
    if good.sum() < FEWEST_FEATURES:
        return -1.0
    turn, inliers = cv2.estimateAffinePartial2D(spots[good], moved[good], ransacReprojThreshold=1.5)
    if turn is None or inliers.mean() < 0.4:
        return -1.0
    height, width = grey.shape
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], float)
    return float(np.linalg.norm(corners @ turn.T - corners[:, :2], axis=1).max())
