"""The average of a network's weights over its last steps, which answers better than the last."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

_FIRST_STEPS = 10


class Average:
    """Averaged weights of a network that learns; of those that do not learn, nothing is kept.

    Args:
        model: The network.
        slowness: Share of the average that stays at each step; less in the first ones.

    Source:
        Polyak & Juditsky (1992), SIAM J Control Optim 30(4), 838-855.
    """

    def __init__(self, model: nn.Module, slowness: float) -> None:
        self._model, self._slowness = model, slowness
        self.weights = learning_weights(model)

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Move towards the network after a step, numbered from 0."""
        share = min(self._slowness, (1 + step) / (_FIRST_STEPS + step))
        for name, own in self._model.named_parameters():
            if own.requires_grad:
                self.weights[name].lerp_(own, 1 - share)

    def restore(self, weights: Mapping[str, Tensor]) -> None:
        """Go on from weights that were kept."""
        for name, kept in self.weights.items():
            kept.copy_(weights[name])

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """For the length of a block the network has the averaged weights."""
        own = learning_weights(self._model)
        put(self._model, self.weights)
        try:
            yield
        finally:
            put(self._model, own)


def learning_weights(model: nn.Module) -> dict[str, Tensor]:
    """Copies of the weights that learn, by name."""
    return {
        name: own.detach().clone() for name, own in model.named_parameters() if own.requires_grad
    }


@torch.no_grad()
def put(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Give a network the weights named; the others stay."""
    own = dict(model.named_parameters())
    for name, value in weights.items():
        own[name].copy_(value)
