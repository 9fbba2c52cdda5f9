"""Small encoders and clips made by formula, and the same network written the slow way."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gaitdesk.childgait.encoder import Encoder, EncoderSize
from gaitdesk.childgait.packing import MEAN, STD

SMALL = EncoderSize("made", depth=2, width=48, heads=3, mlp_width=96, patch_px=16, side_px=64)
"""16 frames of 4 x 4 tubelets: 128 tokens."""


def made_encoder(size: EncoderSize = SMALL, *, drop_path: float = 0.0) -> Encoder:
    """An encoder with every weight random, biases and norms too, so that none can be forgotten."""
    torch.manual_seed(7)
    encoder = Encoder(size, drop_path).eval()
    for name, weight in encoder.named_parameters():
        torch.nn.init.normal_(weight, mean=float("norm" in name and "weight" in name), std=0.1)
    return encoder


def made_clips(count: int, size: EncoderSize = SMALL) -> list[np.ndarray]:
    """Clips of noise."""
    random = np.random.default_rng(3)
    shape = (count, size.frames, size.side_px, size.side_px, 3)
    return list(random.integers(0, 256, shape, dtype=np.uint8))


def slow_forward(encoder: Encoder, clips: list[np.ndarray], kept: list[np.ndarray]) -> Tensor:
    """The same network on full grids: a real Conv3d, and a mask wherever a tubelet was pruned.

    Nothing is packed or left out; pruned tokens are computed, and neither attended to nor counted.
    """
    pixels = torch.from_numpy(np.stack(clips)).permute(0, 4, 1, 2, 3) / 255
    mean, std = torch.tensor(MEAN), torch.tensor(STD)
    pixels = (pixels - mean.view(1, 3, 1, 1, 1)) / std.view(1, 3, 1, 1, 1)
    is_kept = torch.from_numpy(np.stack(kept)).flatten(1)
    tokens = encoder.patch_embed.proj(pixels).flatten(2).transpose(1, 2) + encoder.position_table
    hidden_from = torch.zeros(is_kept.shape).masked_fill(~is_kept, -torch.inf)[:, None, None, :]
    for block in encoder.blocks:
        attention = block.attn
        bias = torch.cat((attention.q_bias, torch.zeros_like(attention.q_bias), attention.v_bias))
        qkv = block.norm1(tokens) @ attention.qkv.weight.T + bias
        query, key, value = qkv.view(*tokens.shape[:2], 3, attention.heads, -1).permute(
            2, 0, 3, 1, 4
        )
        scores = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
        mixed = (scores + hidden_from).softmax(-1) @ value
        tokens = tokens + attention.proj(mixed.transpose(1, 2).flatten(2))
        hidden = torch.nn.functional.gelu(block.mlp.fc1(block.norm2(tokens)))
        tokens = tokens + block.mlp.fc2(hidden)
    weight = is_kept.to(tokens.dtype).unsqueeze(2)
    return encoder.fc_norm((tokens * weight).sum(1) / weight.sum(1))
