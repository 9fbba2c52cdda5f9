"""The person who was followed, seen once more by better models: their points, their mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.mask import MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.bodies import FEWEST_POINTS, bodies_at_once
from gaitdesk.perception.model import FilmMaskModel, KeypointModel, MaskSeed
from gaitdesk.perception.named import NamedPeople
from gaitdesk.perception.outline import PixelModel, outlined_anew
from gaitdesk.perception.topdown import box_of

LONGEST_GAP_S = 1.0
"""Somebody who was away for longer is shown to a mask model anew."""


@dataclass(frozen=True, slots=True, eq=False)
class BetterEyes:
    """Models that look at somebody who was followed already; None where the first one stays.

    Attributes:
        keypoints: Sees body points.
        masks: Follows masks.
        named: Finds by words who is to be followed; None for a box of who was followed already.
        outlines: Sees masks in each picture by itself, where no model follows them.
    """

    keypoints: KeypointModel | None = None
    masks: FilmMaskModel | None = None
    named: NamedPeople | None = None
    outlines: PixelModel | None = None

    @property
    def device(self) -> str:
        """Where they run, as shown."""
        seeing = (self.keypoints, self.masks, self.outlines)
        return ", ".join(dict.fromkeys(one.device for one in seeing if one is not None))

    @property
    def provenances(self) -> tuple[str, ...]:
        """What they are, one line each, who sees the points first."""
        masks = self.masks if self.named is None else self.named
        seeing = (self.keypoints, masks, self.outlines)
        return tuple(one.provenance for one in seeing if one is not None)


def seen_better(
    video: Video, followed: PoseTrack, mask: MaskTrack | None, better: BetterEyes
) -> Job[tuple[PoseTrack, MaskTrack | None]]:
    """Points and mask of a followed person as better models see them.

    Args:
        video: The film.
        followed: Where the person is, pixels.
        mask: Their mask so far; None where none is wanted.
        better: The models.

    Yields:
        Thousandths.

    Raises:
        GaitDeskError: As the models.
    """
    is_outlined = mask is not None and (better.masks or better.outlines) is not None
    both = better.keypoints is not None and is_outlined
    if better.keypoints is not None:
        seeing = seen_anew(video, followed, better.keypoints)
        points = yield from portion(seeing, 0.0, 500.0 if both else 1000.0)
    else:
        points = followed
    start, share = (500.0, 500.0) if both else (0.0, 1000.0)
    if mask is not None and better.masks is not None:
        seeds = mask_seeds(video, followed, mask)
        if better.named is not None:
            seeds = yield from _named_seeds(video, seeds, better.named)
        if seeds:
            following = better.masks.masks(video, seeds)
            mask = yield from portion(following, start, share)
    elif mask is not None and better.outlines is not None:
        outlining = outlined_anew(video, followed, mask, better.outlines)
        mask = yield from portion(outlining, start, share)
    return points, mask


def mask_seeds(video: Video, followed: PoseTrack, mask: MaskTrack | None) -> dict[int, MaskSeed]:
    """Where a mask model should begin: once for each time somebody is in the picture.

    It is the frame in which they are seen best, with the box of their mask, or of their points
    where there is none.
    """
    known = np.isfinite(followed.points_px).all(axis=2) & (followed.confidence > 0)
    frames = np.flatnonzero(known.sum(axis=1) >= FEWEST_POINTS)
    if not len(frames):
        return {}
    gaps = np.diff(np.asarray(video.times_s)[frames]) > LONGEST_GAP_S
    seeds = {}
    for stretch in np.split(frames, np.flatnonzero(gaps) + 1):
        best = int(stretch[followed.confidence[stretch].sum(axis=1).argmax()])
        held = mask.frames[best] if mask is not None else None
        if held is not None:
            right, bottom = held.left + held.width, held.top + held.height
            seeds[best] = MaskSeed((held.left, held.top, right, bottom))
        else:
            points = np.where(known[best, :, None], followed.points_px[best], np.nan)
            seeds[best] = MaskSeed(box_of(points))
    return seeds


def _named_seeds(
    video: Video, seeds: Mapping[int, MaskSeed], named: NamedPeople
) -> Job[dict[int, MaskSeed]]:
    """Seeds with the box of whoever is named and fills most of the same place.

    Where nobody named does, what was known before is said.
    """
    better = dict(seeds)
    with VideoReader(video) as reader:
        for frame, seed in sorted(seeds.items()):
            yield Progress(
                0,
                1000,
                tr("Looking for {words} in frame {frame}").format(
                    words=named.words, frame=frame + 1
                ),
            )
            box = named.nearest(reader.frame(frame), seed.box)
            if box is not None:
                better[frame] = MaskSeed(box)
    return better


def seen_anew(video: Video, followed: PoseTrack, model: KeypointModel) -> Job[PoseTrack]:
    """Points of a followed person by another network, in every frame in which they were followed.

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
    for bodies in bodies_at_once(video, followed, model):
        found = model.points([(one.image, box_of(one.points_px)) for one in bodies])
        for (frame, _, _), one in zip(bodies, found, strict=True):
            x, y = one.points_px.T
            is_in = (x >= 0) & (x <= video.width - 1) & (y >= 0) & (y <= video.height - 1)
            points[frame, is_in] = one.points_px[is_in]
            confidence[frame, is_in] = one.confidence[is_in]
        yield _step(bodies[-1].frame, count, model)
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
