"""A film in which two people walk past each other, and a model that knows both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import LANDMARK_COUNT, MIRRORED, Landmark, Side, landmark
from gaitdesk.domain.mask import MaskTrack
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.masks import person_mask
from gaitdesk.perception.model import Detection, PersonPose, Region
from tests.report import made

FRAMES, HEIGHT, WIDTH = 72, 180, 320
SIZE_PX = 170.0
BITS, BLOCK = 8, 12
LOGITS = 64
COLOURS = ((200, 60, 40), (40, 80, 210))


def paths():
    """Body points of the child, who walks to the right, and of the other, shape (2, frames, 23, 2).

    The other walks the same way mirrored, and a little lower in the picture.
    """
    child = made.sagittal_film(Path(), FRAMES, HEIGHT).pose.points_px.copy()
    frames = np.arange(FRAMES)
    for path in child.reshape(FRAMES, -1).T:
        is_known = np.isfinite(path)
        path[:] = np.interp(frames, frames[is_known], path[is_known])
    other = child[:, MIRRORED].copy()
    other[..., 0] = WIDTH - 1 - other[..., 0]
    other[..., 1] += 14
    return np.stack([child, other])


def write_film(path: Path) -> None:
    """The film; each picture bears its number in its lowest rows."""
    walks = paths()
    with FilmWriter(path, made.FPS) as writer:
        for frame in range(FRAMES):
            writer.write(picture(walks, frame))


def picture(walks, frame: int):
    image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    image[::8] += 12
    for points, colour in zip(walks[:, frame], COLOURS, strict=True):
        for side in Side:
            limb = [points[landmark(side, part)] for part in ("shoulder", "hip", "knee", "ankle")]
            cv2.polylines(image, [np.round(limb).astype(np.int32)], False, colour, 13)
    for bit in range(BITS):
        left = bit * BLOCK
        image[-BLOCK:, left : left + BLOCK] = 235 if frame >> bit & 1 else 20
    return image


class TwoPeople:
    """Knows where both are in every picture, and counts how often it is asked."""

    name = "BlazePose full 0.10.21"
    provenance = f"{name} (made)"
    device = "none"

    def __init__(self) -> None:
        self.walks = paths()
        self.asked = 0

    def people(self, image):
        return [Detection(self._region(who, _number_in(image)), 0.9) for who in (0, 1)]

    def pose(self, image, region):
        self.asked += 1
        frame = _number_in(image)
        apart = [abs(self._region(who, frame).y - region.y) for who in (0, 1)]
        who = int(np.argmin(apart))
        place = self._region(who, frame)
        points = self.walks[who, frame].copy()
        return PersonPose(
            points, np.ones(LANDMARK_COUNT), 1.0, place, region, self._logits(points, region)
        )

    def _region(self, who: int, frame: int) -> Region:
        hip = self.walks[who, frame, Landmark.LEFT_HIP]
        return Region(float(hip[0]), float(hip[1]), SIZE_PX)

    @staticmethod
    def _logits(points, region: Region):
        """Surely the person along the limbs, surely not elsewhere."""
        back = cv2.invertAffineTransform(region.affine(LOGITS))
        logits = np.full((LOGITS, LOGITS), -8.0, np.float32)
        for side in Side:
            limb = [points[landmark(side, part)] for part in ("shoulder", "hip", "knee", "ankle")]
            places = np.round(np.array(limb) @ back[:, :2].T + back[:, 2]).astype(np.int32)
            cv2.polylines(logits, [places], False, 8.0, 7)
        return logits


def _number_in(image) -> int:
    row = image.shape[0] - BLOCK // 2
    lit = [image[row, bit * BLOCK + BLOCK // 2].mean() > 128 for bit in range(BITS)]
    return sum(1 << bit for bit, is_lit in enumerate(lit) if is_lit)


def analysis(folder: Path) -> Analysis:
    """An analysis of the film in which the child is followed, with both its films."""
    folder.mkdir(parents=True, exist_ok=True)
    held = made.analysis(folder, FRAMES, HEIGHT)
    write_film(held.films[0].video.path)
    with FilmWriter(held.films[1].video.path, made.FPS) as writer:
        for frame in range(FRAMES):
            writer.write(made.picture(held.films[1], frame))
    model = TwoPeople()
    masks = tuple(
        person_mask(
            np.full((HEIGHT, WIDTH, 3), 120, np.uint8),
            model.pose(picture(model.walks, frame), model._region(0, frame)),
        )
        for frame in range(FRAMES)
    )
    child = replace(held.films[0], mask=MaskTrack(WIDTH, HEIGHT, masks), people=2)
    return replace(held, films=(child, held.films[1]))
