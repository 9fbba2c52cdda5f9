"""RepViT-M1, the small network EdgeTAM sees with, name for name as its published file has it.

It loads torch, so only what runs a network on torch imports it.

Source:
    Wang, Chen, Lin, Han & Ding (2024), RepViT: Revisiting Mobile CNN From ViT Perspective, CVPR,
    15909-15920; names, widths and depths as timm's repvit_m1.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

from torch import Tensor, nn

WIDTHS = (48, 96, 192, 384)
"""Values of each place, stage by stage."""
DEPTHS = (2, 2, 14, 2)
"""Blocks of each stage, those that make it smaller not counted."""

_WIDER = 2
_SQUEEZE = 4
_SQUEEZE_STEP = 8


class RepVit(nn.Module):
    """Four maps of a picture, each half as large as the one before and twice as deep."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Stem(WIDTHS[0])
        for index, (width, depth) in enumerate(zip(WIDTHS, DEPTHS, strict=True)):
            before = WIDTHS[index - 1] if index else None
            self.add_module(f"stages_{index}", Stage(before, width, depth))

    def forward(self, pixels: Tensor) -> list[Tensor]:
        """The maps.

        Args:
            pixels: Pictures, shape (pictures, 3, height, width).

        Returns:
            A quarter, an eighth, a sixteenth and a thirty-second of the size, each of shape
            (pictures, its width in `WIDTHS`, height, width).
        """
        seen = self.stem(pixels)
        maps = []
        for index in range(len(WIDTHS)):
            seen = self.get_submodule(f"stages_{index}")(seen)
            maps.append(seen)
        return maps


class ConvNorm(nn.Sequential):
    """A convolution that keeps or halves the size, and its normalisation."""

    def __init__(
        self, inner: int, outer: int, side: int = 1, stride: int = 1, groups: int = 1
    ) -> None:
        convolution = nn.Conv2d(inner, outer, side, stride, side // 2, groups=groups, bias=False)
        super().__init__(OrderedDict(c=convolution, bn=nn.BatchNorm2d(outer)))


class Stem(nn.Sequential):
    """From pixels to a quarter of the size."""

    def __init__(self, width: int) -> None:
        super().__init__(
            OrderedDict(
                conv1=ConvNorm(3, width // 2, 3, 2),
                act1=nn.GELU(),
                conv2=ConvNorm(width // 2, width, 3, 2),
            )
        )


class Stage(nn.Sequential):
    """Blocks of one size; every other one weighs its values, from the first on."""

    def __init__(self, before: int | None, width: int, depth: int) -> None:
        blocks = (Block(width, weighs=index % 2 == 0) for index in range(depth))
        smaller = nn.Identity() if before is None else Smaller(before, width)
        super().__init__(OrderedDict(downsample=smaller, blocks=nn.Sequential(*blocks)))


class Block(nn.Module):
    """First along the picture, then along the values of each place."""

    def __init__(self, width: int, *, weighs: bool) -> None:
        super().__init__()
        self.token_mixer = Along(width)
        self.se = Weighing(width) if weighs else nn.Identity()
        self.channel_mixer = Mlp(width)

    def forward(self, seen: Tensor) -> Tensor:
        mixed = self.se(self.token_mixer(seen))
        return cast(Tensor, mixed + self.channel_mixer(mixed))


class Along(nn.Module):
    """Each value is compared with its neighbours, itself and what it was."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = ConvNorm(width, width, 3, groups=width)
        self.conv1 = ConvNorm(width, width, groups=width)

    def forward(self, seen: Tensor) -> Tensor:
        return cast(Tensor, self.conv(seen) + self.conv1(seen) + seen)


class Weighing(nn.Module):
    """Each value is weighed by what the whole picture shows (squeeze and excitation)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        # Rounded to the nearest multiple, as timm rounds it.
        steps = (width // _SQUEEZE + _SQUEEZE_STEP // 2) // _SQUEEZE_STEP
        inner = _SQUEEZE_STEP * max(1, steps)
        self.fc1 = nn.Conv2d(width, inner, 1)
        self.fc2 = nn.Conv2d(inner, width, 1)

    def forward(self, seen: Tensor) -> Tensor:
        whole = seen.mean((2, 3), keepdim=True)
        return cast(Tensor, seen * self.fc2(self.fc1(whole).relu()).sigmoid())


class Mlp(nn.Sequential):
    """Wider and back, place by place."""

    def __init__(self, width: int) -> None:
        super().__init__(
            OrderedDict(
                conv1=ConvNorm(width, _WIDER * width),
                act=nn.GELU(),
                conv2=ConvNorm(_WIDER * width, width),
            )
        )


class Smaller(nn.Module):
    """Half the size and more values, between two stages."""

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        self.pre_block = Block(before, weighs=False)
        self.spatial_downsample = ConvNorm(before, before, 3, 2, before)
        self.channel_downsample = ConvNorm(before, width)
        self.ffn = Mlp(width)

    def forward(self, seen: Tensor) -> Tensor:
        small = self.channel_downsample(self.spatial_downsample(self.pre_block(seen)))
        return cast(Tensor, small + self.ffn(small))
