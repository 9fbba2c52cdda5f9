"""Several processes that train one network together, and one that trains alone, alike."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as together
from torch import Tensor, nn

T = TypeVar("T")

LONGEST_WAIT = timedelta(days=3)
"""A paused training waits; the default of half an hour would end it."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Which of several processes this is.

    Attributes:
        number: From 0; that one speaks and writes for all.
        count: How many there are.
        local: Which graphics card of its machine is its own.
    """

    number: int = 0
    count: int = 1
    local: int = 0

    @property
    def is_first(self) -> bool:
        """Whether it speaks and writes for all."""
        return self.number == 0

    def own(self, pieces: Sequence[T]) -> list[tuple[int, T]]:
        """The pieces this process computes, each with its number."""
        return [(n, one) for n, one in enumerate(pieces) if n % self.count == self.number]

    def summed(self, values: Tensor) -> Tensor:
        """The sum of what all processes have."""
        if self.count > 1:
            together.all_reduce(values)
        return values

    def add_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Let every process have the sum of all gradients."""
        if self.count == 1:
            return
        for one in parameters:
            if one.grad is None:
                one.grad = torch.zeros_like(one)
        joined = torch.cat([one.grad.flatten() for one in parameters if one.grad is not None])
        together.all_reduce(joined)
        start = 0
        for one in parameters:
            assert one.grad is not None
            one.grad.copy_(joined[start : start + one.numel()].view_as(one))
            start += one.numel()

    def agreed(self, value: T) -> T:
        """What the first process says."""
        if self.count == 1:
            return value
        held = [value]
        together.broadcast_object_list(held, src=0)
        return held[0]


ALONE = Ranks()


@contextmanager
def joined(device: str | None = None) -> Iterator[Ranks]:
    """The processes that torchrun has started, or this one alone.

    Args:
        device: That they compute on; None for graphics cards where there are any.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE
        return
    has_cards = device in (None, "cuda") and torch.cuda.is_available()
    ranks = Ranks(int(os.environ["RANK"]), count, int(os.environ.get("LOCAL_RANK", "0")))
    if has_cards:
        torch.cuda.set_device(ranks.local)
    together.init_process_group("nccl" if has_cards else "gloo", timeout=LONGEST_WAIT)
    try:
        yield ranks
    finally:
        together.destroy_process_group()
