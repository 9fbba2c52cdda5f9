"""How much a network that remembers a film holds of it: memory, and entries in its longest list."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Held:
    """What can be reached from some object.

    Attributes:
        size: Memory of all tensors, bytes; each counted once.
        tensors: How many there are.
        longest: Entries of the longest list or table.
    """

    size: int
    tensors: int
    longest: int


def held_by(holder: object) -> Held:
    """What an object holds, itself and by way of others."""
    sizes: dict[int, int] = {}
    seen: set[int] = set()
    waiting, longest = [holder], 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, torch.Tensor):
            storage = one.untyped_storage()
            sizes[storage.data_ptr()] = storage.nbytes()
        elif id(one) not in seen:
            seen.add(id(one))
            if isinstance(one, dict | list | tuple):
                longest = max(longest, len(one))
                waiting += one.values() if isinstance(one, dict) else one
            elif hasattr(one, "__dict__"):
                waiting += vars(one).values()
    return Held(sum(sizes.values()), len(sizes), longest)
