"""What a phantom can teach beside its scores: where it is, how it bends, by how much it differs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from gaitdesk.childgait.config import NetworkConfig
from gaitdesk.childgait.packing import PackedClips
from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.evgs import Item
from gaitdesk.learning.dataset import Example

_PLACES = 4.0
"""Weight of places, which differ by small shares of the picture."""


class Tutor(nn.Module):
    """Further questions that are asked while training and forgotten afterwards.

    The mean of each moment's tokens is asked for body points, angles and phase; the clip's vector
    for the numbers behind the scores. A network that starts from nothing learns to see by them.

    Args:
        config: Of the network.
        examples: Those trained on; the spread of the numbers is taken from them.
    """

    typical: Tensor
    spread: Tensor

    def __init__(self, config: NetworkConfig, examples: Sequence[Example]) -> None:
        super().__init__()
        width = config.encoder.width
        self._steps, self._grid, _ = config.encoder.grid
        self._movements = examples[0].movement.shape[-1]
        self.places = nn.Linear(width, 2 * LANDMARK_COUNT)
        self.movement = nn.Linear(width, 2 * self._movements)
        self.measures = nn.Linear(width, 2 * len(Item))
        numbers = np.concatenate([one.measures for one in examples])
        known = np.isfinite(numbers)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, numbers, 0.0).sum(axis=0) / count
        off = np.where(known, numbers - mean, 0.0)
        self.register_buffer("typical", torch.from_numpy(mean).float())
        sd = np.sqrt((off**2).sum(axis=0) / count)
        self.register_buffer("spread", torch.from_numpy(np.maximum(sd, 1e-3)).float())

    def forward(
        self, tokens: Tensor, pooled: Tensor, clips: PackedClips, examples: Sequence[Example]
    ) -> Tensor:
        """How far off the answers are: a sum for places, movement and measures, shape (3,).

        Args:
            tokens: What the encoder says of each tubelet, shape (tokens, width).
            pooled: And of each clip, shape (clips, width).
            clips: What it was shown.
            examples: What is true of them.
        """
        moments, has_tokens = self._moments(tokens, clips)
        places, movement, measures = (one.to(tokens.device) for one in _truth(examples))
        own_places = self.places(moments).view(*moments.shape[:2], LANDMARK_COUNT, 2)
        own_movement = self.movement(moments).view(*moments.shape[:2], 2, self._movements)
        own_measures = self.measures(pooled).view(-1, 2, len(Item))
        there = has_tokens[:, :, None, None]
        everywhere = torch.ones_like(measures, dtype=torch.bool)
        return torch.stack(
            [
                _off(own_places * _PLACES, (places - 0.5) * _PLACES, there),
                _off(own_movement, movement, there),
                _off(own_measures, (measures - self.typical) / self.spread, everywhere),
            ]
        )

    def asked(self, clips: PackedClips, examples: Sequence[Example]) -> Tensor:
        """How many numbers each of the sums is made of, shape (3,)."""
        there = self._places(clips)[1] > 0
        there = there.view(len(clips.lengths), self._steps, 1, 1)
        places, movement, measures = (torch.isfinite(one) for one in _truth(examples))
        counts = [(places & there).sum(), (movement & there).sum(), measures.sum()]
        return torch.stack(counts).double()

    def _moments(self, tokens: Tensor, clips: PackedClips) -> tuple[Tensor, Tensor]:
        """Mean of the tokens of each moment, shape (clips, steps, width); and whether any."""
        place, counts = self._places(clips)
        sums = tokens.new_zeros(len(counts), tokens.shape[1]).index_add(0, place, tokens)
        means = sums / counts.clamp(min=1)[:, None]
        size = len(clips.lengths)
        return means.view(size, self._steps, -1), (counts > 0).view(size, -1)

    def _places(self, clips: PackedClips) -> tuple[Tensor, Tensor]:
        """The moment of each token, over all clips, and how many tokens each moment has."""
        lengths = torch.tensor(clips.lengths, device=clips.positions.device)
        clip = torch.repeat_interleave(torch.arange(len(lengths), device=lengths.device), lengths)
        place = clip * self._steps + clips.positions // self._grid**2
        return place, torch.bincount(place, minlength=len(lengths) * self._steps)


def _truth(examples: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Places, movement and measures of some examples."""
    return (
        torch.from_numpy(np.stack([one.points for one in examples])).float(),
        torch.from_numpy(np.stack([one.movement for one in examples])).float(),
        torch.from_numpy(np.stack([one.measures for one in examples])).float(),
    )


def _off(found: Tensor, true: Tensor, there: Tensor) -> Tensor:
    """Sum of smooth distances where the truth is known."""
    known = torch.isfinite(true) & there
    true = torch.where(known, true, torch.zeros_like(true))
    each = functional.smooth_l1_loss(found, true, reduction="none", beta=0.5)
    return (each * known).sum()
