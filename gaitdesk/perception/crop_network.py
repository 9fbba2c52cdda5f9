"""Networks that see one person cut out of a picture and answer with maps of the crop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from gaitdesk.domain.arrays import Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.i18n import tr
from gaitdesk.perception.model import Box
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.pretrained import admitted
from gaitdesk.perception.topdown import Crop, CropShape

if TYPE_CHECKING:
    import torch

    from gaitdesk.perception.compute import ComputeDevice

R = TypeVar("R")

PEOPLE_AT_ONCE = (16, 1)
"""On a graphics card, and on a processor, which more would not make faster."""

_SMALLEST_SIDE = 8

Answer = Callable[["torch.Tensor"], "torch.Tensor"]


@dataclass(frozen=True, slots=True)
class CropInput:
    """What a network takes and gives, as its package states.

    Attributes:
        width, height: Of the crop, pixels.
        mean, spread: Of each colour, 0 to 255.
        count: How many maps it answers with.
    """

    width: int
    height: int
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    count: int

    @staticmethod
    def stated(package: ModelPackage, table: str) -> CropInput:
        """What a table of a package's description states.

        Raises:
            KeyError, TypeError, ValueError: It states nothing that a network could take.
        """
        said = package.details.get(table)
        if not isinstance(said, dict):
            raise KeyError(table)
        takes = CropInput(
            int(said["width"]),
            int(said["height"]),
            tuple(float(one) for one in said["mean"]),
            tuple(float(one) for one in said["spread"]),
            int(said["count"]),
        )
        if min(takes.width, takes.height) < _SMALLEST_SIDE or takes.count < 1:
            raise ValueError("count")
        if len(takes.mean) != 3 or len(takes.spread) != 3 or min(takes.spread) <= 0:
            raise ValueError("mean")
        return takes


class CropModel:
    """What models do alike that look at people who were found already, several at once.

    Attributes:
        name, provenance, device, at_once: As `KeypointModel` asks.
        notes: What went otherwise than planned, one sentence each.
    """

    def __init__(
        self,
        package: ModelPackage,
        takes: CropInput,
        opened: Callable[[ModelPackage], Any],
        where: ComputeDevice | None,
    ) -> None:
        """Load a network, once its licence is accepted and its files are right.

        Args:
            package: Of the network.
            takes: What it takes, as the package states.
            opened: Opens it on the processor.
            where: What it runs on; None takes the fastest there is.

        Raises:
            ModelPackageInvalid: Files are missing, altered, or of another kind of network.
            CheckpointRefused: A file is damaged or does more than compute.
            LicenceNotAccepted: Nobody has accepted the licence yet.
            ModelLibraryMissing: torch is not installed, or what else the network needs.
            MemoryTooSmall: There is no room for it.
        """
        where = admitted(package, where)
        self.name = f"{package.name} {package.version}"
        self.provenance = package.provenance
        self.device = where.name
        self.at_once = PEOPLE_AT_ONCE[where.device.type == "cpu"]
        self.notes: list[str] = []
        self._takes = takes
        self._network = CropNetwork(opened(package), where, takes, package.name)
        self._shape = CropShape(
            takes.width, takes.height, self._network.width, self._network.height
        )

    def _each(
        self, people: Sequence[tuple[Image, Box]], answer: Callable[[Sequence[Image]], Sequence[R]]
    ) -> list[tuple[Image, Crop, R]]:
        """What is answered of some people's crops, beside the picture and the crop of each.

        Raises:
            MemoryTooSmall: Not even one fits.
        """
        from gaitdesk.perception.compute import in_batches

        images = [image for image, _ in people]
        crops = [Crop.around(box, self._shape) for _, box in people]
        cut = [crop.cut(image, self._shape) for crop, image in zip(crops, images, strict=True)]
        job = in_batches(cut, answer, self.at_once, self._network.where, self._note)
        return list(zip(images, crops, finish(job), strict=True))

    def timed(self, look: Callable[[Sequence[tuple[Image, Box]]], object]) -> str:
        """Look at one empty picture; the device and the time it took, for people."""
        wide, high = self._takes.width, self._takes.height
        picture = np.full((high, wide, 3), 127, np.uint8)
        begun = time.perf_counter()
        look([(picture, (0.0, 0.0, float(wide), float(high)))])
        spent = time.perf_counter() - begun
        return tr("{device}; one picture {ms:.0f} ms").format(device=self.device, ms=1e3 * spent)

    def _note(self, said: str) -> None:
        self.notes.append(said)
        self.at_once = max(1, self.at_once // 2)


class CropNetwork:
    """A network on its device, in the device's precision where it can be run in it.

    Attributes:
        where: What it runs on.
        dtype: What it computes in.
        width, height: Of its maps, cells.
    """

    def __init__(
        self, network: Any, where: ComputeDevice, takes: CropInput, package_name: str
    ) -> None:
        """Place a network and let it answer an empty crop.

        Args:
            network: Its answer is maps of shape (crops, count, height, width), or holds them as
                `heatmaps`.
            where: What it shall run on.
            takes: What it takes.
            package_name: Named where it cannot answer.

        Raises:
            ModelPackageInvalid: It cannot answer here, or with another number of maps.
            MemoryTooSmall: There is no room for it.
        """
        self.where = where
        self._takes = takes
        self.dtype, self._answer, shape = _placed(network, where, takes, package_name)
        if shape[1] != takes.count:
            raise ModelPackageInvalid(
                package_name,
                tr("it answers with {found} maps instead of {stated}.").format(
                    found=shape[1], stated=takes.count
                ),
            )
        self.height, self.width = shape[2:]

    def maps(self, crops: Sequence[Image]) -> torch.Tensor:
        """Maps of crops on the device, single precision, shape (crops, count, height, width)."""
        import torch

        takes, device = self._takes, self.where.device
        pixels = torch.from_numpy(np.stack(crops)).to(device)
        mean, spread = (torch.tensor(one, device=device) for one in (takes.mean, takes.spread))
        batch = ((pixels.float() - mean) / spread).permute(0, 3, 1, 2).contiguous()
        with torch.inference_mode():
            return self._answer(batch.to(self.dtype)).float()


def _placed(
    network: Any, where: ComputeDevice, takes: CropInput, name: str
) -> tuple[torch.dtype, Answer, tuple[int, int, int, int]]:
    """What a network computes in on its device, the network, and the shape of its answer."""
    import torch

    from gaitdesk.perception.compute import room_on

    def answer(batch: torch.Tensor) -> torch.Tensor:
        out = network(batch)
        maps: torch.Tensor = out if isinstance(out, torch.Tensor) else out.heatmaps
        return maps

    empty = torch.zeros(1, 3, takes.height, takes.width, device=where.device)
    for dtype in dict.fromkeys((where.dtype, torch.float32)):
        try:
            with room_on(where):
                network = network.to(device=where.device, dtype=dtype)
                with torch.inference_mode():
                    maps = answer(empty.to(dtype))
        except (RuntimeError, AttributeError) as error:
            failure: Exception = error
            continue
        if maps.ndim == 4 and bool(torch.isfinite(maps).all()):
            one, count, height, width = maps.shape
            return dtype, answer, (one, count, height, width)
        failure = ValueError(f"{tuple(maps.shape)}")
    raise ModelPackageInvalid(
        name, tr("the network cannot answer here ({reason}).").format(reason=failure)
    )
