"""What several clips say about an item, made one answer with its doubt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.childgait.clips import Window
from gaitdesk.childgait.heads import ITEMS, SIDES
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.evgs import Item

Z_SIGMA = 1.0
"""Standard errors by which an answer must clear its threshold."""


@dataclass(frozen=True, slots=True)
class ItemCalibration:
    """How an item's logits become chances, and how sure an answer must be.

    Attributes:
        item: The item.
        temperature, bias: Chance = sigmoid(logit / temperature + bias).
        marked_temperature, marked_bias: Likewise for the chance of 2 if it is 1 at all.
        typical_below, atypical_above: Between these chances the item is left to the reviewer.
    """

    item: Item
    temperature: float = 1.0
    bias: float = 0.0
    marked_temperature: float = 1.0
    marked_bias: float = 0.0
    typical_below: float = 0.2
    atypical_above: float = 0.8

    def __post_init__(self) -> None:
        if not (self.temperature > 0 and self.marked_temperature > 0):
            raise ValueError(f"{self.item}: a temperature is above 0")
        if not 0.0 <= self.typical_below <= self.atypical_above <= 1.0:
            raise ValueError(f"{self.item}: the thresholds are chances in ascending order")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration of a network, made on children it was not trained on.

    Attributes:
        items: One for each item; an item that is absent is always left to the reviewer.
        fewest_clips: Clips an answer needs.
        made_from: On which children, in words.
    """

    items: tuple[ItemCalibration, ...] = tuple(ItemCalibration(item) for item in Item)
    fewest_clips: int = 3
    made_from: str = ""

    def of(self, item: Item) -> ItemCalibration:
        """Of one item; one that never answers where it is absent."""
        for held in self.items:
            if held.item is item:
                return held
        return ItemCalibration(item, typical_below=0.0, atypical_above=1.0)


@dataclass(frozen=True, slots=True, eq=False)
class ClipAnswer:
    """What the network said of one clip.

    Attributes:
        window: Where the clip was cut.
        numbers, times_s: Frames of the film it shows and their times, shape (T,).
        logits: Shape (2, 17, levels), in the orders of `SIDES` and `ITEMS`.
        masked_share: Share of its pictures for which there was a mask.
    """

    window: Window
    numbers: IntArray
    times_s: FloatArray
    logits: FloatArray
    masked_share: float = 1.0

    @property
    def plane(self) -> Plane:
        """The plane it shows."""
        return self.window.view.plane


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What all clips say about one item of one limb.

    Attributes:
        side, item: Which.
        atypical: Chance that it does not score 0.
        lowest, highest: That chance, one standard error down and up.
        spread: One standard deviation of the chance from clip to clip.
        marked: Chance that it scores 2; None without an ordinal head.
        clips: Which clips spoke, as indices.
        deciding: The clip that stands for them all.
    """

    side: Side
    item: Item
    atypical: float
    lowest: float
    highest: float
    spread: float
    marked: float | None
    clips: tuple[int, ...]
    deciding: int


def speaks_for(
    window: Window, side: Side, item: Item, items: Sequence[Item], *, reads_far_limb: bool
) -> bool:
    """Whether a clip may answer for an item of a limb.

    A side view speaks for the limb near the camera only: the far one is hidden half of the
    time, and its points are guesses. Front and back views speak for both.

    Args:
        window: Where the clip was cut.
        side: The limb.
        item: The item.
        items: Items the network reads in the clip's plane.
        reads_far_limb: Whether the far limb is read all the same.

    Source:
        EVGS Reference Guide 1.0 (2019): score the limb nearest the camera.
    """
    if item not in items:
        return False
    near = window.view.near_side
    return near is None or near is side or reads_far_limb


def combine(
    answers: Sequence[ClipAnswer],
    side: Side,
    item: Item,
    clips: Sequence[int],
    calibration: ItemCalibration,
) -> ItemAnswer:
    """One answer of several clips: the mean logit, each plane weighing the same.

    The standard error counts time, not clips: clips that overlap repeat each other.

    Args:
        answers: What was said of each clip.
        side: The limb.
        item: The item.
        clips: Which of them speak, as indices; at least one.
        calibration: Of the item.
    """
    row, column = SIDES.index(side), ITEMS.index(item)
    raw = np.array([answers[i].logits[row, column, 0] for i in clips], np.float64)
    logits = raw / calibration.temperature + calibration.bias
    planes = np.array([answers[i].plane.value for i in clips])
    means, variances = [], []
    for plane in np.unique(planes):
        own = logits[planes == plane]
        members = [answers[i] for i, is_own in zip(clips, planes == plane, strict=True) if is_own]
        means.append(float(own.mean()))
        variances.append(float(own.var()) / independent_clips(members))
    mean = float(np.mean(means))
    error = Z_SIGMA * math.sqrt(sum(variances)) / len(variances)
    marked = None
    if answers[clips[0]].logits.shape[2] > 1:
        second = np.mean([answers[i].logits[row, column, 1] for i in clips])
        given = sigmoid(second / calibration.marked_temperature + calibration.marked_bias)
        marked = sigmoid(mean) * given
    return ItemAnswer(
        side=side,
        item=item,
        atypical=sigmoid(mean),
        lowest=sigmoid(mean - error),
        highest=sigmoid(mean + error),
        spread=float(np.std([sigmoid(one) for one in logits])),
        marked=marked,
        clips=tuple(clips),
        deciding=clips[int(np.argmin(np.abs(logits - mean)))],
    )


def independent_clips(answers: Sequence[ClipAnswer]) -> float:
    """How many clips' time several clips of one plane cover together; at least 1."""
    covered, whole = 0.0, 0.0
    for film in sorted({answer.window.film for answer in answers}):
        spans = sorted(
            (float(answer.times_s[0]), float(answer.times_s[-1]))
            for answer in answers
            if answer.window.film == film
        )
        reached = -math.inf
        for start, end in spans:
            covered += max(0.0, end - max(start, reached))
            reached = max(reached, end)
            whole += end - start
    mean = whole / len(answers)
    return max(1.0, covered / mean) if mean > 0 else 1.0


def sigmoid(logit: float) -> float:
    """The chance that belongs to a logit."""
    return 1.0 / (1.0 + math.exp(-logit)) if logit >= 0 else 1.0 - 1.0 / (1.0 + math.exp(logit))
