"""Faces in a picture, by the detector that comes with BlazePose; it finds them, and knows nobody.

Source:
    MediaPipe 0.10.21, face_detection_full_range (Apache-2.0): 192 x 192 pixels, one layer of
    anchors at every fourth pixel, boxes counted in pixels from their anchor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.perception.blazepose import Network
from gaitdesk.perception.package import ModelPackage

SIDE = 192
SURE = 0.6
"""Score from which the detector's makers call something a face."""

_STRIDE = 4
_SAME = 0.3
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, pixels."""


class FindsFaces(Protocol):
    """What finds faces in a picture; several threads may use it at once."""

    def faces(self, image: Image, near: tuple[Box, ...] = (), least: float = SURE) -> list[Box]:
        """Faces in a picture, the surest first.

        Args:
            image: Upright picture.
            near: Squares that are looked at once more, each enlarged to the detector's size.
            least: Score from which something counts as a face.
        """


class AllOf:
    """Several detectors: a face is what any of them takes for one, so that each only adds."""

    def __init__(self, detectors: Sequence[FindsFaces]) -> None:
        self._detectors = tuple(detectors)

    def faces(self, image: Image, near: tuple[Box, ...] = (), least: float = SURE) -> list[Box]:
        """What any detector found, one after the other; see `FindsFaces`."""
        return [box for one in self._detectors for box in one.faces(image, near, least)]


class FaceDetector:
    """Finds faces, large ones in the whole picture and small ones where heads are expected.

    Several threads may use it at once.
    """

    def __init__(self, package: ModelPackage, threads: int = 1) -> None:
        package.verify()
        path = package.path_of("face_detection_full_range_sparse.tflite")
        self._network = Network(path, threads)
        middle = (np.arange(SIDE // _STRIDE) + 0.5) * _STRIDE
        across, down = np.meshgrid(middle, middle)
        self._anchors = np.stack([across.ravel(), down.ravel()], axis=1)

    def faces(self, image: Image, near: tuple[Box, ...] = (), least: float = SURE) -> list[Box]:
        """Faces in a picture; see `FindsFaces`."""
        height, width = image.shape[:2]
        short = min(height, width)
        places: list[Box] = [(0.0, 0.0, float(width), float(height))]
        if max(height, width) > 1.25 * short:
            starts = np.linspace(0, max(height, width) - short, 3)
            places += [
                (s, 0.0, s + short, float(short))
                if width > height
                else (0.0, s, float(short), s + short)
                for s in starts.tolist()
            ]
        found = [one for place in (*places, *near) for one in self._in_place(image, place, least)]
        return each_once(found)

    def _in_place(self, image: Image, place: Box, least: float) -> list[tuple[Box, float]]:
        height, width = image.shape[:2]
        left, top = max(0, math.floor(place[0])), max(0, math.floor(place[1]))
        right, bottom = min(width, math.ceil(place[2])), min(height, math.ceil(place[3]))
        if right - left < 2 or bottom - top < 2:
            return []
        scale = SIDE / max(right - left, bottom - top)
        size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
        small = cv2.resize(
            image[top:bottom, left:right],
            size,
            interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
        )
        padded = np.zeros((SIDE, SIDE, 3), np.float32)
        padded[: size[1], : size[0]] = small
        boxes, logits = self._network((padded / 127.5 - 1.0)[None])
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits[0, :, 0].astype(np.float64), -100, 100)))
        likely = np.flatnonzero(scores >= least)
        centres = boxes[0, likely, :2].astype(np.float64) + self._anchors[likely]
        halves = boxes[0, likely, 2:4].astype(np.float64) / 2
        corners: FloatArray = np.concatenate([centres - halves, centres + halves], axis=1) / scale
        corners += (left, top, left, top)
        return [
            ((one[0], one[1], one[2], one[3]), float(score))
            for one, score in zip(corners.tolist(), scores[likely], strict=True)
        ]


def each_once(found: Sequence[tuple[Box, float]]) -> list[Box]:
    """Faces with their scores, each face once by its surest box, the surest first."""
    kept: list[Box] = []
    for box, _ in sorted(found, key=lambda one: -one[1]):
        if all(_overlap(box, other) < _SAME for other in kept):
            kept.append(box)
    return kept


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * high / (sum(areas) - wide * high)
