"""BlazePose, the embedded default: everyone in a picture, and one person's points and mask."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.arrays import AnyArray, FloatArray, Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.i18n import noted, retold, tr
from gaitdesk.perception.model import Detection, PersonPose, Region
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.quiet import native_output_logged

THREADS = 2
DETECTOR_SIDE = 224
LANDMARK_SIDE = 256
DETECTION_SCORE = 0.5
SAME_HIPS = 0.25
SAME_SIZE = 1.7
HEAT_MAP_WINDOW = 7
HEAT_MAP_PEAK = 0.5

FROM_BLAZEPOSE: dict[Landmark, int] = {
    Landmark.NOSE: 0,
    Landmark.LEFT_EYE: 2,
    Landmark.RIGHT_EYE: 5,
    Landmark.LEFT_EAR: 7,
    Landmark.RIGHT_EAR: 8,
    Landmark.LEFT_SHOULDER: 11,
    Landmark.RIGHT_SHOULDER: 12,
    Landmark.LEFT_ELBOW: 13,
    Landmark.RIGHT_ELBOW: 14,
    Landmark.LEFT_WRIST: 15,
    Landmark.RIGHT_WRIST: 16,
    Landmark.LEFT_HIP: 23,
    Landmark.RIGHT_HIP: 24,
    Landmark.LEFT_KNEE: 25,
    Landmark.RIGHT_KNEE: 26,
    Landmark.LEFT_ANKLE: 27,
    Landmark.RIGHT_ANKLE: 28,
    Landmark.LEFT_HEEL: 29,
    Landmark.RIGHT_HEEL: 30,
    Landmark.LEFT_BIG_TOE: 31,
    Landmark.RIGHT_BIG_TOE: 32,
}
"""Which BlazePose point each landmark is; its foot index stands for the big toe.

Source:
    Bazarevsky et al. (2020), BlazePose: On-device Real-time Body Pose tracking, CV4ARVR.
"""

_HIPS, _EXTENT = 33, 34


class BlazePose:
    """Pose and mask of people by the two BlazePose networks, on the processor.

    Several threads may use it at once.

    Attributes:
        name, provenance, device: As `PoseModel` asks.
    """

    def __init__(self, package: ModelPackage, threads: int = THREADS) -> None:
        package.verify()
        self.name = f"{package.name} {package.version}"
        self.provenance = package.provenance
        self.device = noted("processor, %n thread(s)", threads)
        self._detector = Network(package.path_of("pose_detection.tflite"), threads)
        self._landmarks = Network(package.path_of("pose_landmark_full.tflite"), threads)
        self._anchors = _anchors()

    def people(self, image: Image) -> list[Detection]:
        """Everyone in the picture, best first.

        A long picture is also searched in overlapping squares, in which people are larger.
        """
        height, width = image.shape[:2]
        # One costly reduction serves all searches: the squares are cut from it as they are.
        scale = DETECTOR_SIDE / min(height, width)
        small = _resized(image, scale)
        found = self._people_in(_resized(small, DETECTOR_SIDE / max(small.shape[:2])))
        found = [_scaled(each, max(height, width) / DETECTOR_SIDE) for each in found]
        for left, top in _squares(small.shape[1], small.shape[0]):
            square = small[top : top + DETECTOR_SIDE, left : left + DETECTOR_SIDE]
            found += [_scaled(each, 1 / scale, left, top) for each in self._people_in(square)]
        return _one_each(found)

    def pose(self, image: Image, region: Region) -> PersonPose:
        """Body points and mask logits of the person in a region."""
        side = LANDMARK_SIDE
        crop = cv2.warpAffine(
            image, region.affine(side), (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        tensor = (crop.astype(np.float32) / 255.0)[None]
        values, presence, mask, heat, _world = self._landmarks(tensor)
        raw = values.reshape(39, 5).astype(np.float64)
        spots = _refined(raw[:, :2] / side, heat[0])
        points_px = region.to_picture(spots)
        points = np.full((LANDMARK_COUNT, 2), np.nan)
        confidence = np.zeros(LANDMARK_COUNT)
        for landmark, index in FROM_BLAZEPOSE.items():
            points[landmark] = points_px[index]
            confidence[landmark] = min(_logistic(raw[index, 3]), _logistic(raw[index, 4]))
        return PersonPose(
            points_px=points,
            confidence=confidence,
            presence=float(presence[0, 0]),
            region=Region.around(points_px[_HIPS], points_px[_EXTENT]),
            seen_in=region,
            mask_logits=mask[0, :, :, 0],
        )

    def _people_in(self, image: Image) -> list[Detection]:
        """People in a picture of at most 224 x 224, in its own pixels."""
        height, width = image.shape[:2]
        padded = np.zeros((DETECTOR_SIDE, DETECTOR_SIDE, 3), np.float32)
        top, left = (DETECTOR_SIDE - height) // 2, (DETECTOR_SIDE - width) // 2
        padded[top : top + height, left : left + width] = image
        boxes, logits = self._detector((padded / 127.5 - 1.0)[None])
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits[0, :, 0].astype(np.float64), -100, 100)))
        likely = np.flatnonzero(scores >= DETECTION_SCORE)
        places = boxes[0, likely].astype(np.float64).reshape(-1, 6, 2) / DETECTOR_SIDE
        # Pairs are the box's centre and size, then four points; the size has no anchor.
        places[:, [0, 2, 3, 4, 5]] += self._anchors[likely, None]
        pixels = places * DETECTOR_SIDE - (left, top)
        return [
            Detection(Region.around(points[2], points[3]), float(score))
            for points, score in zip(pixels, scores[likely], strict=True)
        ]


def self_test(package: ModelPackage) -> str:
    """Run both networks once on a drawn figure; the device and the time they took, for people.

    Raises:
        ModelPackageInvalid: A file is missing, altered, or gives nonsense.
    """
    model = BlazePose(package)
    image = _drawn_figure()
    begun = cv2.getTickCount()
    found = model.people(image)
    region = found[0].region if found else Region(320.0, 250.0, 560.0)
    pose = model.pose(image, region)
    spent_ms = 1e3 * (cv2.getTickCount() - begun) / cv2.getTickFrequency()
    if not np.isfinite(pose.points_px[Landmark.LEFT_HIP]).all() or not 0 <= pose.presence <= 1:
        raise ModelPackageInvalid(
            package.name, tr("the networks answer with no numbers. Run the installer again.")
        )
    return tr("{device}; one picture {ms:.0f} ms").format(device=retold(model.device), ms=spent_ms)


class Network:
    """One LiteRT network with one input; answers with its outputs in the published order.

    An interpreter serves one thread only, so each thread that asks gets its own.
    """

    def __init__(self, path: Path, threads: int) -> None:
        self._path, self._threads = path, threads
        self._own = threading.local()
        run = self._interpreter()
        self._input: int = run.get_input_details()[0]["index"]
        self._outputs: list[int] = [each["index"] for each in run.get_output_details()]

    def __call__(self, tensor: AnyArray) -> list[AnyArray]:
        run = self._interpreter()
        run.set_tensor(self._input, tensor)
        run.invoke()
        return [run.get_tensor(index) for index in self._outputs]

    def _interpreter(self) -> Any:
        """The interpreter of the thread that asks."""
        from ai_edge_litert.interpreter import Interpreter

        if hasattr(self._own, "run"):
            return self._own.run
        try:
            with native_output_logged():
                run = Interpreter(model_path=str(self._path), num_threads=self._threads)
                run.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise ModelPackageInvalid(
                self._path.name,
                tr("this computer cannot run it ({reason}). Run the installer again.").format(
                    reason=error
                ),
            ) from error
        self._own.run = run
        return run


def _anchors() -> FloatArray:
    """Centres the detector counts from, 0 to 1, shape (2254, 2)."""
    layers = []
    for cells, each in ((28, 2), (14, 2), (7, 6)):
        middle = (np.arange(cells) + 0.5) / cells
        across, down = np.meshgrid(middle, middle)
        layers.append(np.repeat(np.stack([across.ravel(), down.ravel()], axis=1), each, axis=0))
    return np.concatenate(layers)


def _resized(image: Image, scale: float) -> Image:
    """A picture in another size."""
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(
        cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR),
        np.uint8,
    )


def _scaled(found: Detection, scale: float, left: float = 0.0, top: float = 0.0) -> Detection:
    """A detection in a piece of a reduced picture, in pixels of the whole one."""
    place = found.region
    return Detection(
        Region(
            (place.x + left) * scale, (place.y + top) * scale, place.size * scale, place.turn_rad
        ),
        found.score,
    )


def _squares(width: int, height: int) -> list[tuple[int, int]]:
    """Left and top of overlapping squares that cover a long picture; none for others."""
    short, long = min(width, height), max(width, height)
    if long < 1.25 * short:
        return []
    count = math.ceil((long - short) / (0.6 * short)) + 1
    starts = np.linspace(0, long - short, count).astype(int).tolist()
    return [(start, 0) if width > height else (0, start) for start in starts]


def _one_each(found: list[Detection]) -> list[Detection]:
    """Keep the best of detections of the same hips, best first; people may overlap otherwise."""
    kept: list[Detection] = []
    for candidate in sorted(found, key=lambda each: -each.score):
        if not any(_is_same(candidate.region, other.region) for other in kept):
            kept.append(candidate)
    return kept


def _is_same(one: Region, other: Region) -> bool:
    apart = math.hypot(one.x - other.x, one.y - other.y)
    small, large = sorted((one.body_px, other.body_px))
    return apart < SAME_HIPS * small and large < SAME_SIZE * small


def _refined(spots: FloatArray, heat: AnyArray) -> FloatArray:
    """Move each point to the centre of mass of its heat map nearby, where the map is sure.

    Args:
        spots: Points in the region, 0 to 1, shape (39, 2).
        heat: Logits, shape (64, 64, 39).
    """
    cells, reach = heat.shape[0], HEAT_MAP_WINDOW // 2
    place = np.floor(spots * cells).astype(int)
    is_in = ((place >= 0) & (place < cells)).all(axis=1)
    reached = np.arange(-reach, reach + 1)
    columns, rows = (np.where(is_in, axis, 0)[:, None] + reached for axis in place.T)
    # Beyond the map's edge the logits are so low that they weigh nothing.
    padded = np.pad(heat, ((reach, reach), (reach, reach), (0, 0)), constant_values=-50.0)
    each = np.arange(len(spots))[:, None, None]
    window = padded[rows[:, :, None] + reach, columns[:, None, :] + reach, each]
    weight = 1.0 / (1.0 + np.exp(-window.astype(np.float64)))
    total = np.maximum(weight.sum(axis=(1, 2)), 1e-12)
    centre = np.column_stack(
        [
            (weight * columns[:, None, :]).sum(axis=(1, 2)) / total,
            (weight * rows[:, :, None]).sum(axis=(1, 2)) / total,
        ]
    )
    is_sure = is_in & (weight.max(axis=(1, 2)) >= HEAT_MAP_PEAK)
    return np.asarray(np.where(is_sure[:, None], centre / cells, spots))


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-100.0, min(100.0, value))))


def _drawn_figure() -> Image:
    """A standing figure of plain shapes, 640 x 480."""
    image = np.full((480, 640, 3), 200, np.uint8)
    skin, shirt, trousers = (205, 160, 130), (60, 90, 160), (50, 50, 60)
    for x in (300, 340):
        cv2.line(image, (x, 270), (x, 420), trousers, 28, cv2.LINE_AA)
        cv2.line(image, (x, 428), (x + 14, 428), (30, 30, 30), 14, cv2.LINE_AA)
    for x, hand in ((280, 262), (360, 378)):
        cv2.line(image, (x, 150), (hand, 270), skin, 16, cv2.LINE_AA)
    cv2.rectangle(image, (278, 130), (362, 275), shirt, -1, cv2.LINE_AA)
    cv2.ellipse(image, (320, 90), (24, 32), 0, 0, 360, skin, -1, cv2.LINE_AA)
    cv2.ellipse(image, (320, 72), (25, 18), 0, 180, 360, (60, 40, 30), -1, cv2.LINE_AA)
    return image
