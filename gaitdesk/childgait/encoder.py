"""The VideoMAE v2 encoder on packed tokens, name for name the official fine-tuning model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from gaitdesk.childgait.attention import Spans, attend, weights_within
from gaitdesk.childgait.packing import CHANNELS, TUBELET_FRAMES, PackedClips

LAYER_NORM_EPS = 1e-6
PRETRAINED_FRAMES = 16
"""Frames the official position table is made for; other counts are interpolated from it."""
PRETRAINED_SIDE_PX = 224


@dataclass(frozen=True, slots=True)
class EncoderSize:
    """The measures of a VideoMAE v2 encoder.

    Attributes:
        name: What the family calls it.
        depth: Transformer blocks.
        width: Values a token has.
        heads: Attention heads.
        mlp_width: Values between the two layers of a block's MLP.
        patch_px: Side of a tubelet.
        side_px: Side of a frame.
        frames: Frames of a clip.
        tubelet: Frames of a tubelet.
    """

    name: str
    depth: int
    width: int
    heads: int
    mlp_width: int
    patch_px: int
    side_px: int = PRETRAINED_SIDE_PX
    frames: int = PRETRAINED_FRAMES
    tubelet: int = TUBELET_FRAMES

    def __post_init__(self) -> None:
        if self.width % self.heads or self.side_px % self.patch_px or self.frames % self.tubelet:
            raise ValueError(f"the measures of encoder {self.name} do not divide")
        if self.tubelet != TUBELET_FRAMES:
            raise ValueError(f"tubelets span {TUBELET_FRAMES} frames")

    @property
    def grid(self) -> tuple[int, int, int]:
        """Tubelets along time, down and across."""
        across = self.side_px // self.patch_px
        return self.frames // self.tubelet, across, across

    @property
    def token_count(self) -> int:
        """Tokens of a clip of which nothing is pruned."""
        return int(np.prod(self.grid))

    @property
    def tubelet_values(self) -> int:
        """Pixel values of a tubelet."""
        return CHANNELS * self.tubelet * self.patch_px**2

    @property
    def parameters(self) -> int:
        """Weights in all."""
        attention = 4 * self.width**2 + 3 * self.width
        mlp = 2 * self.width * self.mlp_width + self.mlp_width + self.width
        block = attention + mlp + 4 * self.width
        return self.depth * block + (self.tubelet_values + 1) * self.width + 2 * self.width

    def multiplications(self, lengths: Sequence[int]) -> int:
        """Multiply-adds for clips of these token counts."""
        tokens = sum(lengths)
        linear = tokens * (4 * self.width**2 + 2 * self.width * self.mlp_width)
        attention = 2 * self.width * sum(length**2 for length in lengths)
        return self.depth * (linear + attention) + tokens * self.tubelet_values * self.width


ENCODER_SIZES = {
    size.name: size
    for size in (
        EncoderSize("micro", 4, 128, 4, 512, 16),
        EncoderSize("tiny", 12, 192, 3, 768, 16),
        EncoderSize("small", 12, 384, 6, 1536, 16),
        EncoderSize("base", 12, 768, 12, 3072, 16),
        EncoderSize("large", 24, 1024, 16, 4096, 16),
        EncoderSize("huge", 32, 1280, 16, 5120, 16),
        EncoderSize("giant", 40, 1408, 16, 6144, 14),
    )
}
"""Those of VideoMAE v2 (Wang et al. 2023, CVPR, table 9), and our `tiny` and `micro`."""


class Encoder(nn.Module):
    """From packed clips to one vector a clip.

    Args:
        size: Its measures.
        drop_path: Chance that a clip skips a block of the last layer while training; it grows
            linearly from none in the first.
    """

    position_table: Tensor

    def __init__(self, size: EncoderSize, drop_path: float = 0.0) -> None:
        super().__init__()
        self.size = size
        self.patch_embed = _PatchEmbedding(size)
        rates = np.linspace(0, drop_path, size.depth)
        self.blocks = nn.ModuleList(_Block(size, float(rate)) for rate in rates)
        self.fc_norm = nn.LayerNorm(size.width, eps=LAYER_NORM_EPS)
        self.register_buffer("position_table", position_table(size), persistent=False)
        self.apply(_initialise)

    def forward(self, packed: PackedClips) -> Tensor:
        """One vector a clip, the normalised mean of its tokens, shape (clips, width)."""
        means = [part.mean(0) for part in torch.split(self.tokens(packed), list(packed.lengths))]
        pooled: Tensor = self.fc_norm(torch.stack(means))
        return pooled

    def tokens(self, packed: PackedClips) -> Tensor:
        """What the last block says of each kept tubelet, shape (sum of lengths, width)."""
        spans = Spans.of(packed)
        tokens = self._embedded(packed)
        for block in self._block_sequence():
            tokens = block(tokens, spans)
        return tokens

    def tokens_with_attention(self, packed: PackedClips) -> tuple[Tensor, tuple[Tensor, ...]]:
        """As `tokens`, and what attended to what.

        Returns:
            The tokens; and for each clip the attention of every block, mean over heads, shape
            (depth, tokens, tokens): row attends to column.
        """
        spans = Spans.of(packed)
        tokens = self._embedded(packed)
        seen = []
        for block in self._block_sequence():
            seen.append(block.attention_weights(tokens, spans))
            tokens = block(tokens, spans)
        return tokens, tuple(torch.stack(blocks) for blocks in zip(*seen, strict=True))

    def compute_in(self, dtype: torch.dtype) -> Encoder:
        """Hold the large matrices as `dtype`; norms and the sum along the blocks stay float32.

        For inference; training keeps float32 weights and uses autocast.
        """
        for part in self.modules():
            if isinstance(part, nn.Linear | nn.Conv3d | _Attention):
                for weight in part.parameters(recurse=False):
                    weight.data = weight.data.to(dtype)
        return self

    def _block_sequence(self) -> list[_Block]:
        return cast("list[_Block]", list(self.blocks))

    def _embedded(self, packed: PackedClips) -> Tensor:
        embedded: Tensor = self.patch_embed(packed.tubelets)
        table = self.position_table
        return embedded.to(table.dtype) + table[packed.positions]


def position_table(size: EncoderSize) -> Tensor:
    """What is added to each token of the full grid, shape (tokens, width), float32.

    One sinusoid over the flattened token index of the 16-frame, 224-px table; other sizes are
    interpolated from it, bicubically in space and linearly in time, as the official fine-tuning
    does.

    Source:
        Wang et al. (2023), VideoMAE V2, CVPR; its `run_class_finetuning.py`.
    """
    width = size.width
    times, across = PRETRAINED_FRAMES // size.tubelet, PRETRAINED_SIDE_PX // size.patch_px
    index = np.arange(times * across * across, dtype=np.float64)[:, None]
    angle = index / np.power(10000.0, 2 * (np.arange(width) // 2) / width)
    angle[:, 0::2] = np.sin(angle[:, 0::2])
    angle[:, 1::2] = np.cos(angle[:, 1::2])
    table = torch.from_numpy(angle).float()
    new_times, new_across, _ = size.grid
    if new_across != across:
        frames = table.view(times, across, across, width).permute(0, 3, 1, 2)
        frames = functional.interpolate(
            frames, size=(new_across, new_across), mode="bicubic", align_corners=False
        )
        table = frames.permute(0, 2, 3, 1).reshape(-1, width)
    if new_times != times:
        lines = table.view(times, -1).T.unsqueeze(0)
        lines = functional.interpolate(lines, size=new_times, mode="linear")
        table = lines[0].T.reshape(-1, width)
    return table.contiguous()


class _PatchEmbedding(nn.Module):
    def __init__(self, size: EncoderSize) -> None:
        super().__init__()
        cut = (size.tubelet, size.patch_px, size.patch_px)
        self.proj = nn.Conv3d(CHANNELS, size.width, kernel_size=cut, stride=cut)

    def forward(self, tubelets: Tensor) -> Tensor:
        weight = self.proj.weight.flatten(1)
        return functional.linear(tubelets.to(weight.dtype), weight, self.proj.bias)


class _Block(nn.Module):
    def __init__(self, size: EncoderSize, drop_path: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(size.width, eps=LAYER_NORM_EPS)
        self.attn = _Attention(size)
        self.norm2 = nn.LayerNorm(size.width, eps=LAYER_NORM_EPS)
        self.mlp = _Mlp(size)
        self.drop_path = drop_path

    def forward(self, tokens: Tensor, spans: Spans) -> Tensor:
        """Tokens after attention and MLP; where no gradient is wanted, in the place they had."""
        tokens = self._added(tokens, self.attn(self.norm1(tokens), spans), spans)
        return self._added(tokens, self.mlp(self.norm2(tokens)), spans)

    def attention_weights(self, tokens: Tensor, spans: Spans) -> tuple[Tensor, ...]:
        return weights_within(self.attn.projected(self.norm1(tokens)), spans)

    def _added(self, tokens: Tensor, change: Tensor, spans: Spans) -> Tensor:
        if self.training and self.drop_path > 0:
            change = change * self._kept_clips(change, spans)
        if torch.is_grad_enabled():
            return tokens + change
        return tokens.add_(change)

    def _kept_clips(self, change: Tensor, spans: Spans) -> Tensor:
        """Zero for the clips that skip, shape (tokens, 1); the others make up for them."""
        kept = 1 - self.drop_path
        clips = (torch.rand(len(spans.lengths), device=change.device) < kept).to(
            change.dtype
        ) / kept
        each = clips.repeat_interleave(spans.cu_seqlens.diff(), output_size=len(change))
        return each.unsqueeze(1)


class _Attention(nn.Module):
    def __init__(self, size: EncoderSize) -> None:
        super().__init__()
        self.heads = size.heads
        self.qkv = nn.Linear(size.width, 3 * size.width, bias=False)
        self.q_bias = nn.Parameter(torch.zeros(size.width))
        self.v_bias = nn.Parameter(torch.zeros(size.width))
        self.proj = nn.Linear(size.width, size.width)

    def forward(self, tokens: Tensor, spans: Spans) -> Tensor:
        changed: Tensor = self.proj(attend(self.projected(tokens), spans))
        return changed

    def projected(self, tokens: Tensor) -> Tensor:
        """Queries, keys and values, shape (tokens, 3, heads, head width)."""
        weight = self.qkv.weight
        # A bias of the keys would add the same to every score of a query, so there is none.
        bias = torch.cat((self.q_bias, torch.zeros_like(self.q_bias), self.v_bias))
        qkv = functional.linear(tokens.to(weight.dtype), weight, bias)
        return qkv.view(len(qkv), 3, self.heads, -1)


class _Mlp(nn.Module):
    def __init__(self, size: EncoderSize) -> None:
        super().__init__()
        self.fc1 = nn.Linear(size.width, size.mlp_width)
        self.fc2 = nn.Linear(size.mlp_width, size.width)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = self.fc1(tokens.to(self.fc1.weight.dtype))
        if torch.is_grad_enabled():
            hidden = functional.gelu(hidden)
        else:  # in place: the hidden layer is the largest tensor of all
            torch.ops.aten.gelu_(hidden)
        changed: Tensor = self.fc2(hidden)
        return changed


def _initialise(part: nn.Module) -> None:
    if isinstance(part, nn.Linear):
        nn.init.trunc_normal_(part.weight, std=0.02)
        if part.bias is not None:
            nn.init.zeros_(part.bias)
