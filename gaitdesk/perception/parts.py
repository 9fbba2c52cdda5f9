"""Sapiens' body parts: which pixels around somebody who was found belong to people at all.

The network tells 27 parts of body and clothes from what stands behind; whatever it takes for a part
rather than for the background is somebody. Whose it is, see `gaitdesk.perception.outline`.

Source:
    Khirodkar et al. (2024), Sapiens: Foundation for Human Vision Models, ECCV, and the published
    code and files of facebookresearch/sapiens. It was trained on crops of every scale, turned ones
    with black corners that count as background among them, as the padding here is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitdesk.domain.arrays import AnyArray, Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.mask import FrameMask
from gaitdesk.i18n import tr
from gaitdesk.perception.crop_network import CropInput, CropModel
from gaitdesk.perception.masks import likely_px
from gaitdesk.perception.model import Box
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.topdown import Crop
from gaitdesk.perception.torchscript import load_script

if TYPE_CHECKING:
    from gaitdesk.perception.compute import ComputeDevice

TASK = "masks from body parts"
"""What a package of such a network states as its task."""

_NOBODY = -1.0


class BodyParts(CropModel):
    """Pixels of people by a network that knows the parts of a body.

    Attributes:
        name, provenance, device, at_once: As `PixelModel` asks.
    """

    def __init__(self, package: ModelPackage, where: ComputeDevice | None = None) -> None:
        """Load a network, as `CropModel` does."""
        takes, self._background = _stated(package)
        super().__init__(package, takes, _opened, where)

    def people_px(self, seen: Sequence[tuple[Image, Box]]) -> list[FrameMask | None]:
        """Everybody's pixels around each of some boxes, in pictures; None where there is nobody.

        Raises:
            MemoryTooSmall: Not even one fits.
        """
        return [
            self._on_picture(odds, crop, image.shape[1], image.shape[0])
            for image, crop, odds in self._each(seen, self._odds)
        ]

    def _odds(self, crops: Sequence[Image]) -> list[AnyArray]:
        """By how much the likeliest part is likelier than the background, shape (height, width)."""
        import torch

        maps = self._network.maps(crops)
        with torch.inference_mode():
            behind = maps[:, self._background].clone()
            maps[:, self._background] = -torch.inf
            odds = (maps.amax(dim=1) - behind).nan_to_num(_NOBODY).cpu().numpy()
        return list(odds)

    def _on_picture(self, odds: AnyArray, crop: Crop, width: int, height: int) -> FrameMask | None:
        """Odds on the picture's own grid, above zero, within the crop."""
        place = crop.area_in_picture(self._shape)
        last = (self._shape.heat_width - 0.5, self._shape.heat_height - 0.5)
        corners = np.array([[-0.5, -0.5, 1.0], [*last, 1.0]]) @ place.T
        left, top = (max(0, int(edge)) for edge in np.ceil(corners[0]))
        right, bottom = (
            min(side, int(edge) + 1)
            for side, edge in zip((width, height), np.floor(corners[1]), strict=True)
        )
        return likely_px(odds, place, (left, top, right, bottom))


def self_test(package: ModelPackage) -> str:
    """Run a network once on an empty crop; the device and the time it took, for people.

    Raises:
        GaitDeskError: As `BodyParts`.
    """
    model = BodyParts(package)
    return model.timed(model.people_px)


def _opened(package: ModelPackage) -> Any:
    return load_script(package.path_of(package.files[0].name))


def _stated(package: ModelPackage) -> tuple[CropInput, int]:
    """What a package's network takes, and which of its maps is what stands behind."""
    try:
        if package.task != TASK or not package.files[0].name.endswith((".pt2", ".pt")):
            raise KeyError("parts")
        takes = CropInput.stated(package, "parts")
        background = int(package.details["parts"]["background"])
        if takes.count < 2 or not 0 <= background < takes.count:
            raise ValueError("background")
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise ModelPackageInvalid(
            package.name,
            tr("its description fits no network that sees body parts ({reason}).").format(
                reason=error
            ),
        ) from error
    return takes, background
