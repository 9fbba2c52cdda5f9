"""The patient looked for again where looking at the whole picture lost them."""

from __future__ import annotations

from typing import Protocol

from gaitdesk.domain.arrays import Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.perception.erase import erased
from gaitdesk.perception.model import PoseModel, Region
from gaitdesk.perception.people import (
    Sighting,
    colour_difference,
    colours_of,
    is_same_body,
)
from gaitdesk.perception.track import SAME_CLOTHES, Trail, is_somebody_else
from gaitdesk.perception.watch import UNLIKE, Rival, watch
from gaitdesk.perception.whereabouts import expected_regions


class Pictures(Protocol):
    """Single pictures of a film by number."""

    def frame(self, index: int) -> Image:
        """The picture of one frame."""
        ...


def extended(
    pictures: Pictures,
    video: Video,
    model: PoseModel,
    patient: list[Trail],
    others: list[Trail],
    step: int,
) -> Job[None]:
    """Lengthen the patient's trails at both ends, look by look, for as long as they are there.

    A detector finds one of two people who overlap, often the larger; knowing where the patient
    is a moment later or earlier is enough to find their points all the same.

    Args:
        pictures: The film.
        video: What it is.
        model: Finds the points.
        patient: The patient's trails, which are lengthened.
        others: Everyone else's trails.
        step: Frames between looks.

    Yields:
        One event a look.
    """
    rivals = [
        Rival(expected_regions([each], video.frame_count, step), each.colours, True)
        for each in others
        if is_somebody_else(each, patient)
    ]
    taken = {each.frame for trail in patient for each in trail.sightings}
    for trail in patient:
        for way in (-1, 1):
            frame = (trail.first if way < 0 else trail.last).frame + way * step
            while 0 <= frame < video.frame_count and frame not in taken:
                image = pictures.frame(frame)
                yield Progress(frame, None, tr("Looking for the patient again"))
                seen = _seen(model, image, frame, trail, way, others, rivals)
                if seen is None:
                    break
                trail.sightings.insert(0 if way < 0 else len(trail.sightings), seen)
                taken.add(frame)
                frame += way * step


def _seen(
    model: PoseModel,
    image: Image,
    frame: int,
    trail: Trail,
    way: int,
    others: list[Trail],
    rivals: list[Rival],
) -> Sighting | None:
    expected = _led_to(trail, frame, way)
    if not (0 <= expected.x < image.shape[1] and 0 <= expected.y < image.shape[0]):
        return None
    near = [each.at(frame, None) for each in rivals]
    seen = watch(model, image, expected, None, trail.colours, near)
    if seen.pose is None:
        return None
    in_the_way = tuple(each for each in seen.apart if each is not None)
    look = colours_of(erased(image, in_the_way, expected), seen.pose.points_px)
    if colour_difference(look, trail.colours) > SAME_CLOTHES:
        return None
    for other in others:
        for each in other.sightings:
            if each.frame != frame or not is_same_body(each.pose, seen.pose):
                continue
            # Of two people of whom one stands before the other, the points may lie close.
            unlike = colour_difference(look, other.colours) - colour_difference(look, trail.colours)
            if not in_the_way or unlike < UNLIKE:
                return None
    return Sighting(frame, seen.pose, look).without_mask()


def _led_to(trail: Trail, frame: int, way: int) -> Region:
    """Where a trail leads to beyond one of its ends."""
    near = trail.sightings[:2] if way < 0 else trail.sightings[:-3:-1]
    end = near[0].pose.region
    if len(near) < 2:
        return end
    share = (frame - near[0].frame) / (near[0].frame - near[1].frame)
    inner = near[1].pose.region
    return Region(
        end.x + share * (end.x - inner.x), end.y + share * (end.y - inner.y), end.size, end.turn_rad
    )
