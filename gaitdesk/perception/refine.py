"""Body points of the person who was followed, seen anew by a better network."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.model import Box, KeypointModel
from gaitdesk.perception.topdown import box_of

FEWEST_POINTS = 4
"""Points that must be known for a box of the person."""


def seen_anew(video: Video, followed: PoseTrack, model: KeypointModel) -> Job[PoseTrack]:
    """Points of a followed person by another network, in every frame in which they were followed.

    Pictures wait only until enough of them are there to be asked about at once.

    Args:
        video: The film.
        followed: Where the person is, pixels.
        model: Sees the points.

    Yields:
        Frames done.

    Returns:
        Its points and confidences; where the person was not followed, nothing is known.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
        MemoryTooSmall: The network has no room for one picture.
    """
    count = video.frame_count
    points = np.full((count, LANDMARK_COUNT, 2), np.nan)
    confidence = np.zeros((count, LANDMARK_COUNT))
    waiting: list[tuple[int, Image, Box]] = []

    def see() -> None:
        found = model.points([(image, box) for _, image, box in waiting])
        for (index, _, _), one in zip(waiting, found, strict=True):
            x, y = one.points_px.T
            is_in = (x >= 0) & (x <= video.width - 1) & (y >= 0) & (y <= video.height - 1)
            points[index, is_in] = one.points_px[is_in]
            confidence[index, is_in] = one.confidence[is_in]
        waiting.clear()

    with VideoReader(video) as reader:
        for index, image in reader.frames(0, None, 1):
            here = followed.points_px[index]
            known = np.isfinite(here).all(axis=1) & (followed.confidence[index] > 0)
            if known.sum() >= FEWEST_POINTS:
                body = np.where(known[:, None], here, np.nan)
                waiting.append((index, image, box_of(body)))
            if len(waiting) >= model.at_once:
                see()
                yield _step(index, count, model)
    if waiting:
        see()
    yield _step(count - 1, count, model)
    return PoseTrack(points, confidence)


def _step(index: int, count: int, model: KeypointModel) -> Progress:
    return Progress(
        index + 1,
        count,
        tr("{model} sees body points, frame {frame} of {total}").format(
            model=model.name, frame=index + 1, total=count
        ),
    )
