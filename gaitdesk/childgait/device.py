"""How much memory an encoder takes, and how many clips fit at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from gaitdesk.childgait.encoder import EncoderSize
from gaitdesk.domain.errors import MemoryTooSmall
from gaitdesk.perception.compute import MEMORY_SHARE, ComputeDevice, memory_free_bytes

CPU_TOKENS = 4000
"""Tokens of a batch on a processor: more gain nothing there, and fewer batches tell of progress."""
_FLOAT32_BYTES = 4


def memory_needed_bytes(
    size: EncoderSize,
    token_counts: Sequence[int],
    dtype: torch.dtype = torch.float32,
    *,
    is_training: bool = False,
) -> int:
    """Memory that an encoder and one batch of packed clips take at their most.

    Args:
        size: The encoder.
        token_counts: Tokens of each clip.
        dtype: Of the large matrices.
        is_training: With gradients, what they need of each block, and the two moments of Adam.
    """
    tokens, width = sum(token_counts), size.width
    each = torch.empty(0, dtype=dtype).element_size()
    pixels = _FLOAT32_BYTES * tokens * size.tubelet_values
    residual = 2 * _FLOAT32_BYTES * tokens * width
    block = each * tokens * (6 * width + 2 * size.mlp_width)
    if not is_training:
        return each * size.parameters + pixels + residual + block
    kept = size.depth * (block + residual)
    return 4 * _FLOAT32_BYTES * size.parameters + pixels + kept


def batch_that_fits(
    size: EncoderSize, token_counts: Sequence[int], where: ComputeDevice, most: int
) -> int:
    """How many of these clips should run at once, whichever of them they are.

    Args:
        size: The encoder.
        token_counts: Tokens of each clip.
        where: What it runs on.
        most: Never more than this.

    Raises:
        MemoryTooSmall: Not even the longest alone.
    """
    free = memory_free_bytes(where.device)
    longest = sorted(token_counts, reverse=True)[: max(1, most)]
    if where.device.type == "cpu":
        within = int(np.searchsorted(np.cumsum(longest), CPU_TOKENS, side="right"))
        longest = longest[: max(1, within)]
    for count in range(len(longest), 0, -1):
        needed = memory_needed_bytes(size, longest[:count], where.dtype)
        if needed <= MEMORY_SHARE * free:
            return count
    raise MemoryTooSmall(where.name, free, memory_needed_bytes(size, longest[:1], where.dtype))
