"""Small networks of random weights in the files of each model a clinic brings, and under its names.

The model's own description in `models` fits them, as it says nothing of size or SHA-256. That of
RetinaFace does: its small ones are in `retina`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from transformers import Sapiens2Config, Sapiens2ForPoseEstimation

from gaitdesk.perception.package import find_package
from tests.perception import edgetam_file
from tests.perception.test_sam3 import small_sam2, small_sam3
from tests.perception.test_sapiens import script_bytes


def small_sapiens2() -> Any:
    """Sapiens 2 with few weights, for crops of the published size."""
    config = Sapiens2Config(
        hidden_size=32, intermediate_size=48, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_attention_heads=2, image_size=[1024, 768], num_labels=308,
        head_config={"upsample_out_channels": [16, 16], "upsample_kernel_sizes": [4, 4],
                     "conv_out_channels": [16], "conv_kernel_sizes": [1]},
    )  # fmt: skip
    return Sapiens2ForPoseEstimation(config)


def saved(network: Callable[[], Any]) -> dict[str, bytes]:
    """A network of transformers' in the files of its own."""
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        network().save_pretrained(folder)
        return {one.name: one.read_bytes() for one in Path(folder).iterdir()}


class Faint(torch.nn.Module):
    """A map for each point, a quarter of the crop's size, in one step: Sapiens at its cheapest."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(torch.randn(count, 3, 4, 4))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.conv2d(batch, self.weights, stride=4)


def scripted(name: str) -> dict[str, bytes]:
    """Sapiens as TorchScript, in the file that its description names."""
    package = find_package(name)
    count = package.details["points"]["count"]  # type: ignore[index]
    (file,) = package.files
    return {file.name: script_bytes(Faint(count))}


MADE: Mapping[str, Callable[[], dict[str, bytes]]] = MappingProxyType(
    {
        "edgetam": edgetam_file.files,
        "sam2.1-tiny": lambda: saved(small_sam2),
        "sam3": lambda: saved(small_sam3),
        "sapiens-0.3b": lambda: scripted("sapiens-0.3b"),
        "sapiens2-0.4b": lambda: saved(small_sapiens2),
    }
)
"""By the name of the model."""


def brought(folder: Path, name: str) -> Path:
    """A new folder with the bare files of a model."""
    folder.mkdir(parents=True)
    for file, content in MADE[name]().items():
        (folder / file).write_bytes(content)
    return folder
