"""Clips of different token counts laid end to end, so that nothing is spent on padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from gaitdesk.domain.arrays import AnyArray, BoolArray, Image

TUBELET_FRAMES = 2
"""Frames one tubelet spans."""
CHANNELS = 3
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Red, green, blue of ImageNet in shares of 255, with which VideoMAE v2 was trained."""


@dataclass(frozen=True)
class PackedClips:
    """The kept tubelets of several clips, one clip after the other.

    Attributes:
        tubelets: Normalised pixel values, shape (sum of lengths, 3 * 2 * patch * patch), flattened
            in the order of the encoder's Conv3d weights: channel, frame, row, column.
        positions: Each tubelet's token index in the full grid, t * G * G + row * G + column,
            shape (sum of lengths,).
        lengths: Tubelets kept of each clip.
    """

    tubelets: Tensor
    positions: Tensor
    lengths: tuple[int, ...]

    def __post_init__(self) -> None:
        tokens = sum(self.lengths)
        if len(self.tubelets) != tokens or len(self.positions) != tokens:
            raise ValueError("tubelets, positions and lengths tell of different token counts")
        if not self.lengths or min(self.lengths) < 1:
            raise ValueError("every packed clip keeps at least one tubelet")

    def to(self, device: torch.device | str, dtype: torch.dtype | None = None) -> PackedClips:
        """The same clips on another device, pixel values as `dtype`."""
        waits_not = torch.device(device).type == "cuda"
        return PackedClips(
            self.tubelets.to(device, dtype, non_blocking=waits_not),
            self.positions.to(device, non_blocking=waits_not),
            self.lengths,
        )

    @cached_property
    def cu_seqlens(self) -> Tensor:
        """Where each clip begins, and the end: int32 on the clips' device, shape (clips + 1,)."""
        ends = np.cumsum((0, *self.lengths), dtype=np.int32)
        return torch.from_numpy(ends).to(self.tubelets.device)


def pack(
    frames: Sequence[Tensor | Image],
    kept: Sequence[BoolArray] | None,
    patch_px: int,
) -> PackedClips:
    """Cut clips into tubelets, keep those asked for, and lay them end to end.

    Only what is kept is copied and normalised.

    Args:
        frames: One clip each: RGB of 8 bits, shape (T, S, S, 3), T even, S a multiple of
            `patch_px`.
        kept: Which tubelets of each clip to keep, shape (T / 2, G, G) with G = S / patch_px; None
            keeps all of every clip.
        patch_px: Side of a tubelet.

    Raises:
        ValueError: Shapes do not agree, or a clip keeps nothing.
    """
    if kept is not None and len(kept) != len(frames):
        raise ValueError(f"{len(frames)} clips, but {len(kept)} say what to keep")
    grids = [_tubelet_grid(clip, patch_px) for clip in frames]
    indices = [
        _kept_indices(grid, None if kept is None else kept[number])
        for number, grid in enumerate(grids)
    ]
    lengths = tuple(len(index) for index in indices)
    values = CHANNELS * TUBELET_FRAMES * patch_px * patch_px
    tubelets = torch.empty(sum(lengths), values)
    begin = 0
    for grid, index, length in zip(grids, indices, lengths, strict=True):
        _normalise_into(tubelets[begin : begin + length], grid, index)
        begin += length
    positions = torch.from_numpy(np.concatenate(indices)) if indices else torch.empty(0).long()
    return PackedClips(tubelets, positions, lengths)


def _tubelet_grid(clip: Tensor | Image, patch_px: int) -> AnyArray:
    """A view of a clip, shape (T / 2, G, G, 2, patch, patch, 3); nothing is copied."""
    pixels = np.asarray(clip)
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[3] != CHANNELS:
        raise ValueError("a clip is 8-bit RGB of shape (T, S, S, 3)")
    count, height, width, _ = pixels.shape
    if height != width or height % patch_px or count % TUBELET_FRAMES or not count:
        raise ValueError(
            f"a clip of {count} frames of {width}x{height} px cannot be cut into tubelets of"
            f" {TUBELET_FRAMES} frames and {patch_px} px"
        )
    grid = height // patch_px
    parts = pixels.reshape(
        count // TUBELET_FRAMES, TUBELET_FRAMES, grid, patch_px, grid, patch_px, CHANNELS
    )
    return parts.transpose(0, 2, 4, 1, 3, 5, 6)


def _kept_indices(grid: AnyArray, kept: BoolArray | None) -> AnyArray:
    if kept is None:
        return np.arange(int(np.prod(grid.shape[:3])), dtype=np.int64)
    if kept.shape != grid.shape[:3]:
        raise ValueError(f"what to keep has shape {kept.shape}, the tubelets {grid.shape[:3]}")
    return np.flatnonzero(kept).astype(np.int64)


def _normalise_into(out: Tensor, grid: AnyArray, index: AnyArray) -> None:
    """Write (value / 255 - mean) / std of the tubelets at `index`, channels first."""
    chosen = torch.from_numpy(grid[np.unravel_index(index, grid.shape[:3])])
    shape = (len(index), CHANNELS, *chosen.shape[1:4])
    scale = 1 / (255 * torch.tensor(STD))
    shift = -torch.tensor(MEAN) / torch.tensor(STD)
    pixels = out.view(shape)
    pixels.copy_(chosen.permute(0, 4, 1, 2, 3))
    each = (1, CHANNELS, 1, 1, 1)
    pixels.mul_(scale.view(each)).add_(shift.view(each))
