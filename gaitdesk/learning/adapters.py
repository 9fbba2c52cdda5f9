"""Low-rank adapters: a few numbers learn in place of large matrices, and are merged at the end."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.learning.optimising import keep_encoder

ADAPTED = ("qkv", "proj", "fc1", "fc2")
"""Matrices of each block that get an adapter."""
_WEIGHT = "weight"


class LowRank(nn.Module):
    """What is added to a matrix: the product of two narrow ones, nothing at first.

    Args:
        matrix: That it is added to.
        rank: Width of the narrow ones.

    Source:
        Hu et al. (2022), LoRA, ICLR; scaled by the root of the rank after Kalajdzievski (2023),
        arXiv 2312.03732.
    """

    def __init__(self, matrix: Tensor, rank: int) -> None:
        super().__init__()
        rows, columns = matrix.shape
        rank = min(rank, rows, columns)
        self.down = nn.Parameter(matrix.new_empty(rank, columns))
        self.up = nn.Parameter(matrix.new_zeros(rows, rank))
        self.scale = 1.0 / math.sqrt(rank)
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5.0))

    def forward(self, matrix: Tensor) -> Tensor:
        """The matrix as the network uses it."""
        return matrix + self.scale * (self.up @ self.down)


def add_adapters(model: ChildGaitModel, rank: int) -> None:
    """Let adapters learn in place of the encoder's matrices; heads and the last norm learn as ever.

    Args:
        model: The network; it is changed, and answers as before until something is learned.
        rank: Of the adapters.
    """
    keep_encoder(model)
    for name, part in list(model.encoder.blocks.named_modules()):
        if isinstance(part, nn.Linear) and name.rsplit(".", 1)[-1] in ADAPTED:
            parametrize.register_parametrization(part, _WEIGHT, LowRank(part.weight, rank))


def has_adapters(model: ChildGaitModel) -> bool:
    """Whether any matrix has an adapter."""
    return any(parametrize.is_parametrized(part) for part in model.modules())


@torch.no_grad()
def merged(model: ChildGaitModel) -> ChildGaitModel:
    """A copy with plain weights, that answers the same and that every reader can read."""
    plain = ChildGaitModel(model.config)
    for name, own in plain.named_parameters():
        place, _, weight = name.rpartition(".")
        # What a matrix and its adapter make together stands under the matrix's own name.
        own.copy_(getattr(model.get_submodule(place), weight))
    return plain
