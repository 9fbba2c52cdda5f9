"""Sapiens, the paper's keypoints: body points of a person already found, up to 2 billion weights.

Versions 1 (TorchScript files; 17, 133 or 308 points) and 2 (safetensors, through transformers; 308
points) answer alike: heat maps of a padded crop, one for each point.

Source:
    Khirodkar et al. (2024), Sapiens: Foundation for Human Vision Models, ECCV, and the published
    code and files of facebookresearch/sapiens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.arrays import AnyArray, Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.i18n import tr
from gaitdesk.perception.crop_network import CropInput, CropModel
from gaitdesk.perception.model import BodyPoints, Box
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.pretrained import load_pretrained
from gaitdesk.perception.topdown import Crop, peaks

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


class Sapiens(CropModel):
    """Body points by a Sapiens network.

    Attributes:
        name, provenance, device, at_once: As `KeypointModel` asks.
    """

    def __init__(self, package: ModelPackage, where: ComputeDevice | None = None) -> None:
        """Load a network, as `CropModel` does; version 2 needs transformers besides torch."""
        super().__init__(package, _input_of(package), _opened, where)

    def points(self, people: Sequence[tuple[Image, Box]]) -> list[BodyPoints]:
        """Points of each of some people, in pictures with the box each fills.

        Raises:
            MemoryTooSmall: Not even one fits.
        """
        return [self._mapped(crop, *found) for _, crop, found in self._each(people, self._found)]

    def _found(self, crops: Sequence[Image]) -> list[tuple[AnyArray, AnyArray]]:
        return [peaks(one) for one in self._heat(crops)]

    def _heat(self, crops: Sequence[Image]) -> AnyArray:
        """Heat maps of the body points of crops, shape (crops, points, height, width)."""
        # Most maps are of hands and face: they stay where they were made.
        wanted = list(SCHEMES[self._takes.count].values())
        return np.asarray(self._network.maps(crops)[:, wanted].cpu().numpy())

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
    return model.timed(model.points)


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
