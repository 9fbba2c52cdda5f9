"""A quick look at a film before it is analysed: who is in it, how large, and seen from where."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.domain.shapes import Point
from gaitdesk.gait.direction import turn_deg
from gaitdesk.i18n import tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception import blazepose
from gaitdesk.perception.model import PoseModel
from gaitdesk.perception.package import find_package
from gaitdesk.perception.people import Sighting, sightings
from gaitdesk.perception.scene import FEWEST_LOOKS, Looks
from gaitdesk.perception.track import LONGEST_GAP_S, Trail, choose_patient, link, most_at_once

FEWEST_GLANCES, MOST_GLANCES = 8, 16
EVERY_S = 0.5
"""Time from one picture looked at to the next, where the film is neither short nor long."""
PICTURE_PX = 960
"""Longest side of the pictures that are kept to show."""
MOST_KEPT = 16
"""Films whose glance is remembered."""
HEIGHT_BODIES = 1.85
"""Height of a person over the extent of their body as the model gives it, from the hips."""
CUT_SHARE = 0.02
"""Nearer to the edge than this share of the body, a body point counts as cut off."""

_ANKLES = tuple(landmark(side, "ankle") for side in Side)
_ENDS = tuple(landmark(side, part) for side in Side for part in ("ankle", "ear"))


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody who can be chosen for the patient.

    Attributes:
        frame: The frame they are shown in, from 0.
        centre: Middle of their hips, pixels of the film.
        box: Left, top, right, bottom around their body points, pixels of the film.
        points_px: Their body points in that frame, shape (23, 2).
    """

    frame: int
    centre: Point
    box: tuple[float, float, float, float]
    points_px: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """What a few pictures spread over a film show.

    Attributes:
        looks: Pictures looked at.
        every_s: Time between two of them.
        duration_s: Length of the film.
        sightings: Who was seen in each, without masks.
        times_s: When each was taken, shape (looks,).
        width, height: Size of the film's picture, pixels.
        is_camera_fixed: Whether the camera stood still; None where the pictures are too few.
        people: Greatest number of people in one picture; where the pictures are dense enough to
            tell, without those seen only once.
        choices: Those people in the picture that shows most of them, from left to right.
        frame: That picture's number; the middle one where nobody is seen.
        picture: The picture, reduced to `PICTURE_PX`.
    """

    looks: tuple[int, ...]
    every_s: float
    duration_s: float
    sightings: tuple[tuple[Sighting, ...], ...]
    times_s: FloatArray
    width: int
    height: int
    is_camera_fixed: bool | None
    people: int
    choices: tuple[Person, ...]
    frame: int
    picture: Image

    def of(self, chosen: Point | None = None) -> ChildSeen | None:
        """What the pictures show of the child; None where nobody is seen in any.

        Args:
            chosen: Where the patient is in the picture shown; None takes the one who would be
                followed.
        """
        return _child_seen(self, chosen)

    @property
    def likely(self) -> int | None:
        """Which of the choices would be followed if nobody chose; None where none of them."""
        frames = {one.frame for one in _patient(self, None)}
        if self.frame not in frames:
            return None
        (place,) = {
            (float(one.centre[0]), float(one.centre[1]))
            for one in _patient(self, None)
            if one.frame == self.frame
        }
        apart = [math.dist(one.centre, place) for one in self.choices]
        return int(np.argmin(apart)) if apart else None


@dataclass(frozen=True, slots=True)
class ChildSeen:
    """The child in the pictures looked at.

    Attributes:
        share: Share of the pictures that show the child.
        whole_s: Longest time for which the child is there with head and feet in the picture,
            as far as the pictures tell; NaN where they are too far apart to tell.
        height_px: Height of the child in the picture, median.
        heights_across: Way across the picture, heights of the child.
        growth: Largest over smallest height in the picture.
        turned_deg: 0 seen from the side, 90 from the front or from behind; NaN where unknown.
        step_heights: Greatest distance between the ankles across the picture, heights.
    """

    share: float
    whole_s: float
    height_px: float
    heights_across: float
    growth: float
    turned_deg: float
    step_heights: float


class Glances:
    """Glances that have been taken, by the film's content and how it is turned."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, int, bool], Glance] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, video: Video) -> Glance | None:
        """The glance at a film of this content; None where none was taken."""
        with self._lock:
            return self._held.get(_key(video)) if video.sha256 else None

    def put(self, video: Video, glance: Glance) -> None:
        """Remember a glance; the oldest is forgotten where there are too many."""
        if not video.sha256:
            return
        with self._lock:
            self._held[_key(video)] = glance
            while len(self._held) > MOST_KEPT:
                self._held.popitem(last=False)


def _key(video: Video) -> tuple[str, int, bool]:
    return video.sha256, video.rotation_deg, video.is_mirrored


def glancing(video: Video, model: PoseModel, known: Glances | None = None) -> Job[Glance]:
    """Look at a few pictures spread over a film.

    Args:
        video: The film.
        model: Finds people and their points.
        known: Glances taken before; a film of the same content is not looked at again.

    Yields:
        One event a picture.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
    """
    held = None if known is None else known.get(video)
    if held is not None:
        return held
    frames = glanced_frames(video)
    looks = Looks()
    found: list[list[Sighting]] = []
    pictures: list[Image] = []
    with VideoReader(video) as reader:
        for done, frame in enumerate(frames):
            yield Progress(done, len(frames), tr("Having a look at the film"))
            image = reader.frame(frame)
            here = sightings(image, frame, model)
            looks.add(image, [one.pose for one in here])
            found.append([one.without_mask() for one in here])
            pictures.append(_reduced(image))
    trails = link(found, video.times_s)
    is_dense = _is_dense(video.times_s[list(frames)])
    shown = _most_shown(found, trails)
    times_s = video.times_s[list(frames)]
    glance = Glance(
        looks=frames,
        every_s=_apart_s(times_s),
        duration_s=video.duration_s,
        sightings=tuple(tuple(here) for here in found),
        times_s=times_s,
        width=video.width,
        height=video.height,
        is_camera_fixed=looks.is_camera_fixed() if len(frames) >= FEWEST_LOOKS else None,
        people=most_at_once(found, trails) if is_dense else max(len(here) for here in found),
        choices=tuple(_person(one) for one in _lasting(found[shown], trails)),
        frame=frames[shown],
        picture=pictures[shown],
    )
    # Found out here, and only remembered where it is shown.
    _child_seen(glance, None)
    if known is not None:
        known.put(video, glance)
    return glance


def first_glance(video: Video) -> Job[Glance]:
    """Look at a film with the model that comes along.

    Raises:
        ModelPackageInvalid: The model is missing or altered.
        VideoUnreadable: The film can no longer be decoded.
    """
    yield Progress(0, None, tr("Having a look at the film"))
    model = blazepose.BlazePose(find_package("blazepose"))
    return (yield from glancing(video, model))


def _apart_s(times_s: FloatArray) -> float:
    return float(np.diff(times_s).max()) if len(times_s) > 1 else 0.0


def _is_dense(times_s: FloatArray) -> bool:
    """Whether somebody can be told again from one picture to the next."""
    return _apart_s(times_s) <= LONGEST_GAP_S


def glanced_frames(video: Video) -> tuple[int, ...]:
    """Frames that are looked at: each stands in the middle of its part of the film."""
    wanted = round(video.duration_s / EVERY_S) if video.duration_s > 0 else FEWEST_GLANCES
    count = min(max(wanted, FEWEST_GLANCES), MOST_GLANCES, max(1, video.frame_count))
    middles = (np.arange(count) + 0.5) * video.frame_count / count
    return tuple(dict.fromkeys(int(middle) for middle in middles))


def _reduced(image: Image) -> Image:
    scale = min(1.0, PICTURE_PX / max(image.shape[:2]))
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _lasting(found: Sequence[Sighting], trails: Sequence[Trail]) -> list[Sighting]:
    """Those of one picture who are seen more than once, from left to right; or all of them."""
    held = {id(one) for trail in trails if len(trail.sightings) > 1 for one in trail.sightings}
    lasting = [one for one in found if id(one) in held] or list(found)
    return sorted(lasting, key=lambda one: float(one.centre[0]))


def _most_shown(found: Sequence[Sequence[Sighting]], trails: Sequence[Trail]) -> int:
    """The picture with most people, and of those the one in which the smallest is largest."""
    ranks = []
    for here in found:
        lasting = _lasting(here, trails)
        ranks.append((len(lasting), min((one.body_px for one in lasting), default=0.0)))
    if not any(count for count, _ in ranks):
        return len(found) // 2
    return max(range(len(ranks)), key=lambda place: ranks[place])


def _person(one: Sighting) -> Person:
    points = one.pose.points_px
    known = points[np.isfinite(points).all(axis=1)]
    (left, top), (right, bottom) = known.min(axis=0).tolist(), known.max(axis=0).tolist()
    x, y = one.centre.tolist()
    return Person(one.frame, Point(x, y), (left, top, right, bottom), points)


# Cards ask for these again and again.
@lru_cache(maxsize=8)
def _patient(glance: Glance, chosen: Point | None) -> tuple[Sighting, ...]:
    """The sightings of whoever would be followed."""
    found = [list(here) for here in glance.sightings]
    times_s = np.full(glance.looks[-1] + 1, np.nan)
    times_s[list(glance.looks)] = glance.times_s
    trails = link(found, times_s)
    frame = None if chosen is None else glance.frame
    patient = choose_patient(trails, glance.width, glance.height, chosen, frame)
    return tuple(one for trail in patient for one in trail.sightings)


@lru_cache(maxsize=8)
def _child_seen(glance: Glance, chosen: Point | None) -> ChildSeen | None:
    seen = _patient(glance, chosen)
    if not seen:
        return None
    points = np.stack([one.pose.points_px for one in seen])
    height_px = HEIGHT_BODIES * np.array([one.body_px for one in seen])
    track = PoseTrack(points, np.stack([one.pose.confidence for one in seen]))
    apart = np.abs(points[:, _ANKLES[0], 0] - points[:, _ANKLES[1], 0]) / height_px
    across = np.array([one.centre[0] for one in seen])
    return ChildSeen(
        share=len(seen) / len(glance.looks),
        whole_s=_whole_s(glance, seen),
        height_px=float(np.median(height_px)),
        heights_across=float(np.ptp(across) / np.median(height_px)),
        growth=float(height_px.max() / max(1.0, height_px.min())),
        turned_deg=_turned_deg(track),
        step_heights=float(np.nanmax(apart)) if np.isfinite(apart).any() else 0.0,
    )


def _turned_deg(track: PoseTrack) -> float:
    """How far the child is turned out of a side view, in either sense, median."""
    turns = np.abs([turn_deg(track, place, place) for place in range(len(track))])
    turns = turns[np.isfinite(turns)]
    return float(np.median(turns)) if len(turns) else math.nan


def _whole_s(glance: Glance, seen: Sequence[Sighting]) -> float:
    """Longest time over which head and feet stay in the picture, a part of the film a picture."""
    if not _is_dense(glance.times_s):
        return math.nan
    whole = {one.frame for one in seen if _is_whole(glance, one)}
    longest = run = 0
    for frame in glance.looks:
        run = run + 1 if frame in whole else 0
        longest = max(longest, run)
    return longest * glance.every_s


def _is_whole(glance: Glance, one: Sighting) -> bool:
    """Whether no end of the body lies beyond the edge of the picture."""
    ends = one.pose.points_px[list(_ENDS)]
    margin = CUT_SHARE * one.body_px
    x, y = ends[np.isfinite(ends).all(axis=1)].T
    return bool(
        len(x)
        and (x > margin).all()
        and (x < glance.width - 1 - margin).all()
        and (y > 0).all()
        and (y < glance.height - 1 - margin).all()
    )
