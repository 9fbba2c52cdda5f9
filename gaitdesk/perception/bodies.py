"""The followed person frame by frame with the picture, as many at once as a model takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np

from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Video
from gaitdesk.media.video import VideoReader

FEWEST_POINTS = 4
"""Points that must be known for a box of the person."""


class Body(NamedTuple):
    """A followed person in one frame.

    Attributes:
        frame: The frame, from 0.
        points_px: Their points, shape (23, 2), NaN where unknown.
        image: The picture.
    """

    frame: int
    points_px: FloatArray
    image: Image


class Looker(Protocol):
    """What looks at several pictures at once.

    Attributes:
        at_once: How many it takes; less after memory ran out.
    """

    at_once: int


def bodies_at_once(video: Video, followed: PoseTrack, looker: Looker) -> Iterator[list[Body]]:
    """Every frame in which enough of a person was found, in order, in lists that are not empty.

    Pictures wait only until there are as many as are looked at at once.

    Args:
        video: The film.
        followed: Where the person is, pixels.
        looker: Looks at them.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
    """
    waiting: list[Body] = []
    with VideoReader(video) as reader:
        for frame, image in reader.frames(0, None, 1):
            known = np.isfinite(followed.points_px[frame]).all(axis=1)
            known &= followed.confidence[frame] > 0
            if known.sum() >= FEWEST_POINTS:
                points = np.where(known[:, None], followed.points_px[frame], np.nan)
                waiting.append(Body(frame, points, image))
            if len(waiting) >= looker.at_once:
                yield waiting
                waiting = []
    if waiting:
        yield waiting
