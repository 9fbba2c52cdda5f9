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
        """How far off the answers are.

        Args:
            tokens: What the encoder says of each tubelet, shape (tokens, width).
            pooled: And of each clip, shape (clips, width).
            clips: What it was shown.
            examples: What is true of them.
        """
        moments, has_tokens = self._moments(tokens, clips)
        places = torch.from_numpy(np.stack([one.points for one in examples])).float()
        movement = torch.from_numpy(np.stack([one.movement for one in examples])).float()
        measures = torch.from_numpy(np.stack([one.measures for one in examples])).float()
        own_places = self.places(moments).view(*moments.shape[:2], LANDMARK_COUNT, 2)
        own_movement = self.movement(moments).view(*moments.shape[:2], 2, self._movements)
        own_measures = self.measures(pooled).view(-1, 2, len(Item))
        there = has_tokens[:, :, None, None]
        return (
            _off(own_places * _PLACES, (places - 0.5) * _PLACES, there)
            + _off(own_movement, movement, there)
            + _off(own_measures, (measures - self.typical) / self.spread, torch.tensor(True))
        )

    def _moments(self, tokens: Tensor, clips: PackedClips) -> tuple[Tensor, Tensor]:
        """Mean of the tokens of each moment, shape (clips, steps, width); and whether any."""
        lengths = torch.tensor(clips.lengths)
        clip = torch.repeat_interleave(torch.arange(len(lengths)), lengths)
        place = clip * self._steps + clips.positions // self._grid**2
        size = len(lengths) * self._steps
        sums = tokens.new_zeros(size, tokens.shape[1]).index_add(0, place, tokens)
        counts = torch.bincount(place, minlength=size)
        means = sums / counts.clamp(min=1)[:, None]
        return means.view(len(lengths), self._steps, -1), (counts > 0).view(len(lengths), -1)


def _off(found: Tensor, true: Tensor, there: Tensor) -> Tensor:
    """Mean smooth distance where the truth is known."""
    known = torch.isfinite(true) & there
    true = torch.where(known, true, torch.zeros_like(true))
    each = functional.smooth_l1_loss(found, true, reduction="none", beta=0.5)
    return (each * known).sum() / known.sum().clamp(min=1)
