"""Films without heads: a mosaic on every head in every frame, grey where it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.refusals import HeadNotHidden
from gaitdesk.i18n import listed, tr
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.faces import Box, FindsFaces
from gaitdesk.report.masking import cell_px, coarsen, head_area, patient_area, trunk_length

LEAST_SURE = 0.3
"""Below this confidence shoulders or hips do not tell where the head is."""

DOUBTFUL_FACE = 0.5
"""What may be a face is hidden from this score on; what is looked for at the end is surer."""

_TRUNK = [
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.LEFT_HIP,
    Landmark.RIGHT_HIP,
]
# A head moves less than its margin in so many frames, and points that jump are covered twice.
_FRAMES_AROUND = 2
_FACE_MARGIN = 0.5
_CELLS_ACROSS_FACE = 4
_LEAST_CELL_PX = 6
_GREY = 128
_FRAMES_A_STEP = 10
# A frame that is coded anew changes those that are told by it, in which a doubtful shape may then
# pass for a face.
_MOST_ROUNDS = 6


@dataclass(slots=True)
class _Found:
    """What is known of a film's heads, and grows with each look at it.

    Attributes:
        faces: What may be a face in the film itself, by frame.
        grey: What was still a face under the mosaic, by frame.
        near: Square around the patient's head, by frame.
        blanked: Frames of which nothing is shown.
    """

    faces: dict[int, list[Box]] = field(default_factory=dict)
    grey: dict[int, list[Box]] = field(default_factory=dict)
    near: dict[int, Box] = field(default_factory=dict)
    blanked: set[int] = field(default_factory=set)
    _tried: set[int] = field(default_factory=set)

    def learn(self, left: Mapping[int, list[Box]]) -> None:
        """Have faces that were left made grey, with their frame before and after; then all."""
        self.blanked |= self._tried & left.keys()
        self._tried |= left.keys()
        for frame, boxes in left.items():
            for at in (frame - 1, frame, frame + 1):
                self.grey.setdefault(at, []).extend(boxes)


def headless_film(film: FilmAnalysis, detector: FindsFaces, path: Path) -> Job[tuple[int, ...]]:
    """Write a film anew with every head hidden: no sound, no place, no time, no camera.

    The patient's head is covered where body points and mask put it, in this frame and in its
    neighbours; so is all that the detector takes for a face, and all around the patient. Where
    shoulders and hips do not tell where the head is, the whole frame is grey. What was written is
    then searched for faces: what is found is made grey, and if that does not help, so is its
    frame, until none is left.

    Args:
        film: The film, and who was followed in it.
        detector: Finds faces.
        path: Where the new film goes, .mp4.

    Yields:
        One step every few frames.

    Returns:
        Frames that are grey, from 0.

    Raises:
        HeadNotHidden: A face is found all the same.
        VideoUnreadable: The film can no longer be decoded.
        DiskFull, OutputNotWritable: See `atomic_write`.
    """
    found = _Found()
    for _ in range(_MOST_ROUNDS):
        yield from _write(film, detector, path, found)
        left = yield from _faces_left(film, detector, path, found)
        if not left:
            return tuple(sorted(found.blanked))
        found.learn(left)
    raise HeadNotHidden(film.video.path.name, len(left))


def _write(film: FilmAnalysis, detector: FindsFaces, path: Path, found: _Found) -> Job[None]:
    video = film.video
    said = tr("Hiding heads in {name}").format(name=video.path.name)
    heads = Heads(film)
    with (
        VideoReader(video) as reader,
        FilmWriter(path, video.fps or 30.0, is_bare=True) as writer,
    ):
        for frame, image in reader.frames():
            if frame % _FRAMES_A_STEP == 0:
                yield Progress(frame, video.frame_count, said)
            area = None if frame in found.blanked else heads.area(frame, image)
            if area is None:
                found.blanked.add(frame)
                shown = np.full_like(image, _GREY)
            else:
                if frame not in found.near:
                    found.near[frame] = around(area)
                    near = (found.near[frame],)
                    found.faces[frame] = detector.faces(image, near, DOUBTFUL_FACE)
                shown = hidden(film, frame, image, area, found.faces[frame])
                for box in found.grey.get(frame, ()):
                    shown[_inside(shown, box)] = _GREY
            writer.write(shown, float(video.times_s[frame]))


def _faces_left(
    film: FilmAnalysis, detector: FindsFaces, path: Path, found: _Found
) -> Job[dict[int, list[Box]]]:
    """Faces in what was written, by frame."""
    said = tr("Searching for faces")
    left: dict[int, list[Box]] = {}
    with VideoReader(probe(path)) as reader:
        for frame, image in reader.frames():
            if frame % _FRAMES_A_STEP == 0:
                yield Progress(frame, film.video.frame_count, said)
            near = (found.near[frame],) if frame in found.near else ()
            faces = detector.faces(image, near)
            if faces:
                left[frame] = faces
    return left


class Heads:
    """Where the patient's head is in the frames of one film, asked for in their order."""

    def __init__(self, film: FilmAnalysis) -> None:
        self._film = film
        self._areas: dict[int, BoolArray | None] = {}

    def area(self, frame: int, image: Image) -> BoolArray | None:
        """Where the head may be, shape (height, width); None where that is not known."""
        first = frame - _FRAMES_AROUND
        self._areas = {at: area for at, area in self._areas.items() if at >= first}
        own = self._at(frame, image)
        if own is None:
            return None
        whole = own.copy()
        for at in range(max(0, first), min(len(self._film.pose), frame + _FRAMES_AROUND + 1)):
            other = self._at(at, image)
            if other is not None:
                whole |= other
        return whole

    def _at(self, frame: int, image: Image) -> BoolArray | None:
        if frame not in self._areas:
            self._areas[frame] = self._found(frame, image)
        return self._areas[frame]

    def _found(self, frame: int, image: Image) -> BoolArray | None:
        film = self._film
        if frame >= len(film.pose) or film.pose.confidence[frame, _TRUNK].min() < LEAST_SURE:
            return None
        mask = None if film.mask is None else film.mask.frames[frame]
        return head_area(image, film.pose.points_px[frame], mask)


def hidden(
    film: FilmAnalysis, frame: int, image: Image, area: BoolArray, faces: list[Box]
) -> Image:
    """A frame with the patient's head, all around the patient and all faces made unrecognizable.

    Args:
        film: Who was followed.
        frame: Its number, from 0.
        image: Upright picture.
        area: Where the patient's head may be, shape (height, width).
        faces: What may be a face.
    """
    points = film.pose.points_px[frame]
    mask = None if film.mask is None else film.mask.frames[frame]
    cell = cell_px(image, trunk_length(points), mask)
    shown = image.copy()
    # That nobody else was counted does not prove that nobody stands there with their back turned.
    coarsen(shown, ~patient_area(image, points, mask), cell)
    coarsen(shown, area, cell)
    for box in faces:
        size = max(box[2] - box[0], box[3] - box[1]) * (1 + 2 * _FACE_MARGIN)
        own = max(_LEAST_CELL_PX, round(size / _CELLS_ACROSS_FACE))
        coarsen(shown, _inside(shown, box), own)
    return shown


def around(area: BoolArray) -> Box:
    """The square in which a detector sees an area well: half as large again on each side."""
    rows, columns = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    half = 1.0 * max(rows[-1] - rows[0], columns[-1] - columns[0], 1)
    x, y = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
    return float(x - half), float(y - half), float(x + half), float(y + half)


def _inside(image: Image, box: Box) -> BoolArray:
    """A box with a margin, shape (height, width)."""
    margin = _FACE_MARGIN * max(box[2] - box[0], box[3] - box[1])
    area = np.zeros(image.shape[:2], np.bool_)
    left, top = max(0, int(box[0] - margin)), max(0, int(box[1] - margin))
    area[top : max(0, int(box[3] + margin) + 1), left : max(0, int(box[2] + margin) + 1)] = True
    return area


def frames_words(frames: tuple[int, ...]) -> str:
    """Frames for people, counted from 1, runs joined: "1-12, 40"."""
    runs: list[list[int]] = []
    for frame in frames:
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    return listed(
        str(first + 1) if first == last else f"{first + 1}-{last + 1}" for first, last in runs
    )
