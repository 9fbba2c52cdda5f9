"""Faces by RetinaFace, from an ONNX file that a clinic brings along; OpenCV runs it.

Source:
    Deng et al. (2020), RetinaFace: Single-Shot Multi-Level Face Localisation in the Wild, CVPR;
    input, anchors and variances as the published code of yakhyo/uniface has them.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from threading import Lock

import cv2
import numpy as np

from gaitdesk.domain.arrays import AnyArray, FloatArray, Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.i18n import tr
from gaitdesk.perception.faces import SURE, Box, each_once
from gaitdesk.perception.package import ModelPackage

TASK = "faces"
"""What a package of such a network states as its task."""

_ANCHORS = ((8, (16, 32)), (16, (64, 128)), (32, (256, 512)))
"""Pixels from one anchor to the next, and the sides of the squares at each."""
_PLACE_VARIANCE, _SIZE_VARIANCE = 0.1, 0.2
_NUMBERS_OF_A_BOX, _CLASSES = 4, 2


@dataclass(frozen=True, slots=True)
class _Input:
    """How a network takes pictures.

    Attributes:
        width, height: Pixels; a picture is shrunk or enlarged into them, and the rest is black.
        mean_bgr: What is taken off each colour.
    """

    width: int
    height: int
    mean_bgr: tuple[float, ...]


class RetinaFace:
    """Finds faces in the whole picture and, enlarged, where heads are expected.

    Several threads may use it at once; they take turns.
    """

    def __init__(self, package: ModelPackage) -> None:
        """Load a network.

        Raises:
            ModelPackageInvalid: A file is missing or another one than was published, or holds no
                such network.
        """
        self._package = package
        self._takes = _input_of(package)
        package.verify()
        (file,) = package.files
        if file.published_sha256 not in ("", file.sha256):
            raise ModelPackageInvalid(
                package.name,
                tr("{file} is not the file that was published.").format(file=file.name),
            )
        try:
            self._network = cv2.dnn.readNetFromONNX(str(package.path_of(file.name)))
        except cv2.error as error:
            raise self._useless() from error
        self._outputs = self._network.getUnconnectedOutLayersNames()
        self._anchors = anchors(self._takes.width, self._takes.height)
        self._turn = Lock()

    def faces(self, image: Image, near: tuple[Box, ...] = (), least: float = SURE) -> list[Box]:
        """Faces in a picture; see `FindsFaces`.

        Raises:
            ModelPackageInvalid: The network answers with something else than faces.
        """
        height, width = image.shape[:2]
        whole = (0.0, 0.0, float(width), float(height))
        return each_once(
            [one for place in (whole, *near) for one in self._in_place(image, place, least)]
        )

    def _in_place(self, image: Image, place: Box, least: float) -> list[tuple[Box, float]]:
        height, width = image.shape[:2]
        left, top = max(0, math.floor(place[0])), max(0, math.floor(place[1]))
        right, bottom = min(width, math.ceil(place[2])), min(height, math.ceil(place[3]))
        if right - left < 2 or bottom - top < 2:
            return []
        takes = self._takes
        scale = min(takes.width / (right - left), takes.height / (bottom - top))
        size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
        small = cv2.resize(
            image[top:bottom, left:right],
            size,
            interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
        )
        padded = np.zeros((takes.height, takes.width, 3), np.float32)
        padded[: size[1], : size[0]] = small[..., ::-1]
        places, scores = self._answer(padded - np.array(takes.mean_bgr, np.float32))
        likely = np.flatnonzero(scores >= least)
        boxes = boxes_of(places[likely], self._anchors[likely]) / scale + (left, top, left, top)
        return [
            ((one[0], one[1], one[2], one[3]), float(score))
            for one, score in zip(boxes.tolist(), scores[likely], strict=True)
        ]

    def _answer(self, picture: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Places told from the anchors, shape (anchors, 4), and scores, shape (anchors,)."""
        try:
            with self._turn:
                self._network.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1))[None])
                answers = self._network.forward(self._outputs)
        except cv2.error as error:
            raise self._useless() from error
        told = {np.shape(one)[-1]: one[0] for one in answers if np.ndim(one) == 3}
        places, classes = told.get(_NUMBERS_OF_A_BOX), told.get(_CLASSES)
        if places is None or classes is None or not len(places) == len(classes):
            raise self._useless()
        if len(places) != len(self._anchors) or not np.isfinite(classes).all():
            raise self._useless()
        return places, classes[:, 1]

    def _useless(self) -> ModelPackageInvalid:
        return ModelPackageInvalid(
            self._package.name,
            tr(
                "its file holds no network that finds faces, or OpenCV {version} cannot run it."
                " Remove {folder}: the default's detector works without it."
            ).format(version=cv2.__version__, folder=self._package.weights),
        )


def anchors(width: int, height: int) -> FloatArray:
    """Squares that a network tells faces from: middle and side, pixels, shape (anchors, 3)."""
    found = []
    for step, sides in _ANCHORS:
        across = (np.arange(math.ceil(width / step)) + 0.5) * step
        down = (np.arange(math.ceil(height / step)) + 0.5) * step
        y, x, side = np.meshgrid(down, across, np.array(sides, np.float64), indexing="ij")
        found.append(np.stack([x.ravel(), y.ravel(), side.ravel()], axis=1))
    return np.concatenate(found)


def boxes_of(places: AnyArray, squares: FloatArray) -> FloatArray:
    """Left, top, right, bottom of faces, pixels, shape (faces, 4).

    Args:
        places: How each lies from its square, as the network tells it, shape (faces, 4).
        squares: Middle and side of each, shape (faces, 3).
    """
    told = places.astype(np.float64)
    middles = squares[:, :2] + _PLACE_VARIANCE * told[:, :2] * squares[:, 2:]
    # A face is at most some times its square; without a bound nonsense would overflow.
    halves = squares[:, 2:] * np.exp(np.clip(_SIZE_VARIANCE * told[:, 2:], -5.0, 5.0)) / 2
    return np.concatenate([middles - halves, middles + halves], axis=1)


def self_test(package: ModelPackage) -> str:
    """Run a network once on an empty picture; what runs it and the time it took, for people.

    Raises:
        ModelPackageInvalid: As `RetinaFace`.
    """
    detector = RetinaFace(package)
    picture = np.full((detector._takes.height, detector._takes.width, 3), 127, np.uint8)
    begun = time.perf_counter()
    detector.faces(picture)
    spent = time.perf_counter() - begun
    return tr("{device}; one picture {ms:.0f} ms").format(
        device=f"OpenCV {cv2.__version__}", ms=1e3 * spent
    )


def _input_of(package: ModelPackage) -> _Input:
    said = package.details.get("faces")
    try:
        if package.task != TASK or not isinstance(said, dict) or len(package.files) != 1:
            raise KeyError("faces")
        takes = _Input(
            int(said["width"]),
            int(said["height"]),
            tuple(float(one) for one in said["mean_bgr"]),
        )
        if min(takes.width, takes.height) < 32 or len(takes.mean_bgr) != 3:
            raise ValueError("faces")
    except (KeyError, TypeError, ValueError) as error:
        raise ModelPackageInvalid(
            package.name,
            tr("its description fits no network that finds faces ({reason}).").format(reason=error),
        ) from error
    return takes
