"""Attention of packed tokens, each to the tokens of its own clip and no other."""

from __future__ import annotations

import contextlib
import functools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import torch
import torch.nn.functional as functional
from torch import Tensor
from torch.nn.attention.varlen import varlen_attn

from gaitdesk.childgait.packing import PackedClips


@dataclass(frozen=True)
class Spans:
    """Where the clips lie among packed tokens.

    Attributes:
        lengths: Tokens of each clip.
        cu_seqlens: Where each clip begins, and the end, int32, shape (clips + 1,).
    """

    lengths: tuple[int, ...]
    cu_seqlens: Tensor

    @classmethod
    def of(cls, packed: PackedClips) -> Spans:
        return cls(packed.lengths, packed.cu_seqlens)


Way = Callable[[Tensor, Spans], Tensor]
"""One way to compute the same attention; see `attend`."""


def attend(qkv: Tensor, spans: Spans) -> Tensor:
    """Softmax attention within each clip, by the fastest way the device has.

    On a processor clip by clip: padding with a mask takes up to 2.5 times as long, nested tensors
    3 to 11 times, and flex attention more (`python -m tests bench attention`). On a graphics card
    the ways are timed once, on the card itself, since which one wins differs between cards and
    precisions.

    Args:
        qkv: Queries, keys and values, shape (tokens, 3, heads, head width).
        spans: Where the clips lie.

    Returns:
        Shape (tokens, heads * head width).
    """
    if not qkv.is_cuda:
        return attend_each(qkv, spans)
    return _fastest_on(qkv.device, qkv.dtype, *qkv.shape[2:])(qkv, spans)


def attend_each(qkv: Tensor, spans: Spans) -> Tensor:
    """Clip after clip; neighbours of one length together."""
    answers = []
    begin = 0
    for length, clips in groupby(spans.lengths):
        count = sum(1 for _ in clips)
        part = qkv[begin : begin + count * length].view(count, length, *qkv.shape[1:])
        query, key, value = part.permute(2, 0, 3, 1, 4)
        answer = functional.scaled_dot_product_attention(query, key, value)
        answers.append(answer.transpose(1, 2).flatten(2).flatten(0, 1))
        begin += count * length
    return answers[0] if len(answers) == 1 else torch.cat(answers)


def attend_varlen(qkv: Tensor, spans: Spans) -> Tensor:
    """All clips in one kernel; CUDA in half precision alone."""
    query, key, value = qkv.unbind(1)
    ends, longest = spans.cu_seqlens, max(spans.lengths)
    # Its keywords have changed with every release of torch, its first seven arguments have not.
    answer = varlen_attn(query, key, value, ends, ends, longest, longest)
    return cast("Tensor", answer).flatten(1)


def attend_padded(qkv: Tensor, spans: Spans) -> Tensor:
    """All clips at once, as long as the longest, the padding masked."""
    longest = max(spans.lengths)
    lengths = spans.cu_seqlens.diff().unsqueeze(1)
    is_token = torch.arange(longest, device=qkv.device) < lengths
    padded = qkv.new_zeros(len(spans.lengths), longest, *qkv.shape[1:])
    padded[is_token] = qkv
    query, key, value = padded.permute(2, 0, 3, 1, 4)
    answer = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=is_token[:, None, None, :]
    )
    return answer.transpose(1, 2).flatten(2)[is_token]


_WAYS: tuple[Way, ...] = (attend_varlen, attend_padded, attend_each)
_TRIAL_LENGTHS = (250, 310, 180, 420)
"""Tokens of the clips that ways are timed on: four clips of a ViT at real keep ratios."""
_TRIALS = 5


@functools.cache
def _fastest_on(device: torch.device, dtype: torch.dtype, heads: int, width: int) -> Way:
    """The way for this device, precision and shape of heads, timed once a run."""
    lengths = torch.tensor([0, *_TRIAL_LENGTHS], dtype=torch.int32, device=device)
    spans = Spans(_TRIAL_LENGTHS, lengths.cumsum(0, dtype=torch.int32))
    qkv = torch.zeros(sum(_TRIAL_LENGTHS), 3, heads, width, dtype=dtype, device=device)
    return fastest(_WAYS, lambda way: _seconds(way, qkv, spans))


def fastest(ways: Sequence[Way], seconds: Callable[[Way], float]) -> Way:
    """The way that takes the least time; those that a device does not know are passed over.

    Args:
        ways: The ways, the last of which every device knows.
        seconds: Runs one way and tells how long it took.
    """
    found = [(math.inf, ways[-1])]
    for way in ways:
        # What a kernel lacks (a precision, a generation of cards) it says in many ways.
        with contextlib.suppress(RuntimeError, NotImplementedError, ValueError, TypeError):
            found.append((seconds(way), way))
    return min(found, key=lambda one: one[0])[1]


@torch.no_grad()
def _seconds(way: Way, qkv: Tensor, spans: Spans) -> float:
    """Shortest of some runs after one that warms up."""
    taken = []
    for _ in range(1 + _TRIALS):
        began = time.perf_counter()
        way(qkv, spans)
        if qkv.is_cuda:
            torch.cuda.synchronize(qkv.device)
        taken.append(time.perf_counter() - began)
    return min(taken[1:])


def weights_within(qkv: Tensor, spans: Spans) -> tuple[Tensor, ...]:
    """How much each token of a clip attends to each other, mean over heads.

    Slower than `attend`, and as large as the square of a clip's tokens.

    Returns:
        For each clip, shape (tokens, tokens), rows adding up to one.
    """
    scale = qkv.shape[-1] ** -0.5
    found = []
    for part in torch.split(qkv, list(spans.lengths)):
        query, key, _ = part.float().permute(1, 2, 0, 3)
        found.append(((query * scale) @ key.transpose(1, 2)).softmax(-1).mean(0))
    return tuple(found)
