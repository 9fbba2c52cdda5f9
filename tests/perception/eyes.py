"""Small networks in the files of the large ones: they see dots of colour instead of people."""

from __future__ import annotations

import colorsys
import hashlib
from pathlib import Path

import cv2
import numpy as np
import torch

from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.perception.package import ModelPackage, read_package

WIDTH, HEIGHT = 192, 256
MEAN, SPREAD = (123.5, 116.5, 103.5), (58.5, 57.0, 57.5)


def colours(count: int) -> FloatArray:
    """As many colours that differ well from each other, shape (count, 3), 0 to 255."""
    return 255.0 * np.array(
        [
            colorsys.hsv_to_rgb((i * 0.618) % 1.0, 1.0 if i % 2 else 0.55, 1.0 if i % 3 else 0.6)
            for i in range(count)
        ]
    )


class DotNetwork(torch.nn.Module):
    """Heat of each point where its colour is; a quarter of the crop's size, as Sapiens has it.

    Args:
        count: How many points it answers with.
        order: Which of these each colour is; the others stay cold.
        gain: How warm it gets.
    """

    def __init__(self, count: int, order: list[int] | None = None, gain: float = 1.0) -> None:
        super().__init__()
        self.count, self.gain = count, gain
        self.order = torch.nn.Buffer(torch.tensor(order if order is not None else range(count)))
        held = torch.from_numpy(colours(len(self.order))).float()
        self.colours = torch.nn.Parameter((held - torch.tensor(MEAN)) / torch.tensor(SPREAD))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        held = self.colours.to(batch.dtype)
        apart = (batch * batch).sum(1, keepdim=True) + (held * held).sum(1).view(1, -1, 1, 1)
        apart = apart - 2 * torch.nn.functional.conv2d(batch, held.view(-1, 3, 1, 1))
        # Farther off the numbers would be so small that the processor takes long over them.
        smooth = self.gain * torch.exp(-20.0 * apart.clamp(max=3.0))
        for _ in range(3):
            smooth = torch.nn.functional.avg_pool2d(smooth, 9, 1, 4)
        small = torch.nn.functional.interpolate(
            smooth, scale_factor=0.25, mode="bilinear", align_corners=True,
            recompute_scale_factor=True,
        )  # fmt: skip
        heat = torch.zeros(
            [len(batch), self.count, small.shape[2], small.shape[3]], dtype=small.dtype
        )
        heat[:, self.order] = small
        return heat


def dots(places: FloatArray, width: int = 640, height: int = 480, size: int = 6) -> Image:
    """A grey picture with a dot of its own colour at each place; NaN leaves one out."""
    image = np.full((height, width, 3), 90, np.uint8)
    for colour, place in zip(colours(len(places)), places, strict=True):
        if np.isfinite(place).all():
            at = tuple(int(16 * value) for value in place)
            cv2.circle(image, at, 16 * size, colour.tolist(), -1, cv2.LINE_AA, 4)
    return image


def package_of(
    folder: Path, files: dict[str, bytes], *, task: str, tables: str = "", acceptance: str = ""
) -> ModelPackage:
    """A package with these files, as somebody would take it in."""
    (folder / "weights").mkdir(parents=True)
    for name, content in files.items():
        (folder / "weights" / name).write_bytes(content)
    return package_around(folder, list(files), task=task, tables=tables, acceptance=acceptance)


def package_around(
    folder: Path, files: list[str], *, task: str, tables: str = "", acceptance: str = ""
) -> ModelPackage:
    """A package of files that lie in the folder's `weights` already, however large."""
    text = f"""
name = "{folder.name}"
version = "1"
task = "{task}"
licence = "Apache-2.0"
authors = "nobody"
trained_on = "nothing"
input = "a picture"
keypoints = "dots"
intended_use = "tests"
limits = []
acceptance = "{acceptance}"
{tables}
"""
    for name in files:
        path = folder / "weights" / name
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = path.stat().st_size
        text += f'[[files]]\nname = "{name}"\nbytes = {size}\nsha256 = "{sha256}"\n'
    (folder / "package.toml").write_text(text)
    return read_package(folder)


def points_table(count: int, width: int = WIDTH, height: int = HEIGHT) -> str:
    """What a package states of a network that sees body points."""
    return (
        f"[points]\ncount = {count}\nwidth = {width}\nheight = {height}\n"
        f"mean = {list(MEAN)}\nspread = {list(SPREAD)}\n"
    )
