"""Sapiens, the paper's keypoints: body points of a person already found, up to 2 billion weights.

Versions 1 (TorchScript files; 17, 133 or 308 points) and 2 (safetensors, through transformers; 308
points) answer alike: heat maps of a padded crop, one for each point.

Source:
    Khirodkar et al. (2024), Sapiens: Foundation for Human Vision Models, ECCV, and the published
    code and files of facebookresearch/sapiens.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.arrays import AnyArray, Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.i18n import tr
from gaitdesk.perception.crop_network import PEOPLE_AT_ONCE, CropInput, CropNetwork
from gaitdesk.perception.model import BodyPoints, Box
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.pretrained import admitted, load_pretrained
from gaitdesk.perception.topdown import Crop, CropShape, peaks

if TYPE_CHECKING:
    from gaitdesk.perception.compute import ComputeDevice

TASK = "body points"
"""What a package of such a network states as its task."""

WHOLE_BODY: Mapping[Landmark, int] = MappingProxyType({one: int(one) for one in Landmark})
COCO: Mapping[Landmark, int] = MappingProxyType({one: int(one) for one in Landmark if one < 17})
GOLIATH: Mapping[Landmark, int] = MappingProxyType(
    {
        Landmark.NOSE: 0,
        Landmark.LEFT_EYE: 1,
        Landmark.RIGHT_EYE: 2,
        Landmark.LEFT_EAR: 3,
        Landmark.RIGHT_EAR: 4,
        Landmark.LEFT_SHOULDER: 5,
        Landmark.RIGHT_SHOULDER: 6,
        Landmark.LEFT_ELBOW: 7,
        Landmark.RIGHT_ELBOW: 8,
        Landmark.LEFT_WRIST: 62,
        Landmark.RIGHT_WRIST: 41,
        Landmark.LEFT_HIP: 9,
        Landmark.RIGHT_HIP: 10,
        Landmark.LEFT_KNEE: 11,
        Landmark.RIGHT_KNEE: 12,
        Landmark.LEFT_ANKLE: 13,
        Landmark.RIGHT_ANKLE: 14,
        Landmark.LEFT_BIG_TOE: 15,
        Landmark.LEFT_SMALL_TOE: 16,
        Landmark.LEFT_HEEL: 17,
        Landmark.RIGHT_BIG_TOE: 18,
        Landmark.RIGHT_SMALL_TOE: 19,
        Landmark.RIGHT_HEEL: 20,
    }
)
SCHEMES: Mapping[int, Mapping[Landmark, int]] = MappingProxyType(
    {17: COCO, 133: WHOLE_BODY, 308: GOLIATH}
)
"""Which of a network's points each landmark is, by how many points the network has."""


class Sapiens:
    """Body points by a Sapiens network.

    Attributes:
        name, provenance, device, at_once: As `KeypointModel` asks.
    """

    def __init__(self, package: ModelPackage, where: ComputeDevice | None = None) -> None:
        """Load a network; its files are checked first.

        Args:
            package: Of such a network.
            where: What it runs on; None takes the fastest there is.

        Raises:
            ModelPackageInvalid: Files are missing, altered, or of another kind of network.
            CheckpointRefused: The file is damaged or does more than compute.
            LicenceNotAccepted: Nobody has accepted the licence yet.
            ModelLibraryMissing: torch, or for version 2 transformers, is not installed.
        """
        self._takes = _input_of(package)
        where = admitted(package, where)
        self.name = f"{package.name} {package.version}"
        self.provenance = package.provenance
        self.device = where.name
        self.at_once = PEOPLE_AT_ONCE[where.device.type == "cpu"]
        self.notes: list[str] = []
        self._where = where
        self._network = CropNetwork(_opened(package), where, self._takes, package.name)
        self._shape = CropShape(
            self._takes.width, self._takes.height, self._network.width, self._network.height
        )

    def points(self, people: Sequence[tuple[Image, Box]]) -> list[BodyPoints]:
        """Points of each of some people, in pictures with the box each fills.

        Raises:
            MemoryTooSmall: Not even one fits.
        """
        from gaitdesk.perception.compute import in_batches

        crops = [Crop.around(box, self._shape) for _, box in people]
        cut = [crop.cut(image, self._shape) for crop, (image, _) in zip(crops, people, strict=True)]
        job = in_batches(cut, self._found, self.at_once, self._where, self._note)
        return [self._mapped(crop, *found) for crop, found in zip(crops, finish(job), strict=True)]

    def _note(self, said: str) -> None:
        self.notes.append(said)
        self.at_once = max(1, self.at_once // 2)

    def _found(self, crops: Sequence[Image]) -> list[tuple[AnyArray, AnyArray]]:
        scheme = SCHEMES[self._takes.count]
        heat = self._heat(crops)[:, list(scheme.values())]
        return [peaks(one) for one in heat]

    def _heat(self, crops: Sequence[Image]) -> AnyArray:
        """Heat maps of crops, shape (crops, points, height, width)."""
        return np.asarray(self._network.maps(crops).cpu().numpy())

    def _mapped(self, crop: Crop, places: AnyArray, heights: AnyArray) -> BodyPoints:
        points = np.full((LANDMARK_COUNT, 2), np.nan)
        confidence = np.zeros(LANDMARK_COUNT)
        which = list(SCHEMES[self._takes.count])
        points[which] = crop.to_picture(places, self._shape)
        confidence[which] = np.clip(heights, 0.0, 1.0)
        return BodyPoints(points, confidence)


def self_test(package: ModelPackage) -> str:
    """Run a network once on an empty crop; the device and the time it took, for people.

    Raises:
        GaitDeskError: As `Sapiens`.
    """
    model = Sapiens(package)
    shape = model._takes
    picture = np.full((shape.height, shape.width, 3), 127, np.uint8)
    begun = time.perf_counter()
    model.points([(picture, (0.0, 0.0, float(shape.width), float(shape.height)))])
    spent = time.perf_counter() - begun
    return tr("{device}; one picture {ms:.0f} ms").format(device=model.device, ms=1e3 * spent)


def _input_of(package: ModelPackage) -> CropInput:
    try:
        if package.task != TASK:
            raise KeyError("points")
        takes = CropInput.stated(package, "points")
        if takes.count not in SCHEMES:
            raise ValueError("count")
    except (KeyError, TypeError, ValueError) as error:
        raise ModelPackageInvalid(
            package.name,
            tr("its description fits no network that sees body points ({reason}).").format(
                reason=error
            ),
        ) from error
    return takes


def _opened(package: ModelPackage) -> Any:
    """The network of a package, on the processor."""
    scripts = [file.name for file in package.files if file.name.endswith((".pt2", ".pt"))]
    if scripts:
        from gaitdesk.perception.torchscript import load_script

        return load_script(package.path_of(scripts[0]))
    return load_pretrained(package, "Sapiens2ForPoseEstimation")
