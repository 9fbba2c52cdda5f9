"""A network of Sapiens' shape with random weights, up to that of 2 billion.

Source:
    Khirodkar et al. (2024), Sapiens: widths and depths of its encoders, and the head of the
    published configurations for body points.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

PATCH_PX = 16
_PADDING_PX = 2
_SPREAD = 0.02
_EXPANSION = 4


@dataclass(frozen=True, slots=True)
class SapiensShape:
    """What makes one Sapiens larger than another.

    Attributes:
        depth, width, heads: Of the encoder.
        head_width: Channels of the layers that make maps of its tokens.
        width_px, height_px: Of the crop; maps are a quarter of it.
        points: Maps.
    """

    depth: int
    width: int
    heads: int
    head_width: int
    width_px: int
    height_px: int
    points: int = 133

    @property
    def tokens(self) -> tuple[int, int]:
        """Rows and columns of patches."""
        return self.height_px // PATCH_PX, self.width_px // PATCH_PX


FULL = SapiensShape(48, 1920, 32, 768, 768, 1024)
"""Sapiens-2B with the 133 points of COCO-WholeBody."""
SMALL = SapiensShape(2, 64, 4, 32, 192, 256)


class _Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(width, eps=1e-6)
        self.qkv = nn.Linear(width, 3 * width)
        self.joined = nn.Linear(width, width)
        self.before_mlp = nn.LayerNorm(width, eps=1e-6)
        self.up = nn.Linear(width, _EXPANSION * width)
        self.down = nn.Linear(_EXPANSION * width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        some, count, width = tokens.shape
        qkv = self.qkv(self.before_attention(tokens))
        qkv = qkv.reshape(some, count, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])
        tokens = tokens + self.joined(seen.transpose(1, 2).reshape(some, count, width))
        return tokens + self.down(functional.gelu(self.up(self.before_mlp(tokens))))


class SapiensShaped(nn.Module):
    """Encoder and head; heat maps of shape (crops, points, height / 4, width / 4)."""

    def __init__(self, shape: SapiensShape) -> None:
        super().__init__()
        self.rows, self.columns = shape.tokens
        width, wide = shape.width, shape.head_width
        self.patches = nn.Conv2d(3, width, PATCH_PX, PATCH_PX, padding=_PADDING_PX)
        self.places = nn.Parameter(torch.empty(1, self.rows * self.columns, width))
        self.blocks = nn.Sequential(*(_Block(width, shape.heads) for _ in range(shape.depth)))
        self.last = nn.LayerNorm(width, eps=1e-6)
        layers: list[nn.Module] = []
        for before in (width, wide):
            layers += [
                nn.ConvTranspose2d(before, wide, 4, 2, 1, bias=False), nn.BatchNorm2d(wide),
                nn.ReLU(),
            ]  # fmt: skip
        for _ in range(2):
            layers += [nn.Conv2d(wide, wide, 1), nn.BatchNorm2d(wide), nn.ReLU()]
        self.head = nn.Sequential(*layers, nn.Conv2d(wide, shape.points, 1))

    def forward(self, batch: Tensor) -> Tensor:
        tokens = self.patches(batch).flatten(2).transpose(1, 2) + self.places
        tokens = self.last(self.blocks(tokens))
        return self.head(tokens.transpose(1, 2).reshape(len(batch), -1, self.rows, self.columns))


def write_script(path: Path, shape: SapiensShape, device: torch.device, dtype: torch.dtype) -> int:
    """Write a network of random weights as TorchScript; how many weights it has.

    It exists once alone, on the device and in the precision given.
    """
    torch.manual_seed(0)
    with torch.device("meta"):
        network = SapiensShaped(shape).to(dtype)
    network = network.to_empty(device=device).eval()
    for part in network.modules():
        if isinstance(part, nn.LayerNorm | nn.BatchNorm2d):
            part.reset_parameters()
        elif isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, std=_SPREAD)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    nn.init.normal_(network.places, std=_SPREAD)
    with warnings.catch_warnings():
        # The format is deprecated for new networks; the published ones are in it.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.save(torch.jit.script(network), str(path))
    return sum(one.numel() for one in network.parameters())


def flops_of(shape: SapiensShape) -> int:
    """Multiplications and additions of the matrices and convolutions for one crop."""
    rows, columns = shape.tokens
    tokens, width, wide = rows * columns, shape.width, shape.head_width
    patches = tokens * 3 * PATCH_PX**2 * width
    block = (4 + 2 * _EXPANSION) * tokens * width**2 + 2 * tokens**2 * width
    larger = 16 * tokens * width * wide + 16 * (4 * tokens) * wide**2
    maps = 16 * tokens * (2 * wide**2 + wide * shape.points)
    return 2 * (patches + shape.depth * block + larger + maps)
