"""Clips read once by an encoder that stays as it is, so that heads learn from all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.learning.dataset import Example, packed
from gaitdesk.learning.lessons import Lessons


class ReadOnce:
    """All clips in all the ways they are shown, and what the encoder says of each.

    Attributes:
        examples: The clips, those of one in all its ways beside each other.
    """

    def __init__(self, lessons: Lessons) -> None:
        self.examples: tuple[Example, ...] = tuple(one for ways in lessons.training for one in ways)
        self._means: list[Tensor] = []

    def read(self, model: ChildGaitModel, batch: int, *, is_mixed: bool = False) -> Iterator[int]:
        """Let the encoder see them; how many it has seen is told after each batch.

        What is kept is from before the last norm, which learns with the heads.

        Args:
            model: The network, on its device.
            batch: Clips at once.
            is_mixed: See `Recipe`.
        """
        model.eval()
        self._means = []
        device = next(model.parameters()).device
        for start in range(0, len(self.examples), batch):
            clips = packed(self.examples[start : start + batch]).to(device)
            with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=is_mixed):
                self._means += clip_means(model.encoder.tokens(clips), clips.lengths).float()
            yield len(self._means)

    def means(self, clips: Sequence[int]) -> Tensor:
        """What the encoder has said of some of them, shape (clips, width)."""
        return torch.stack([self._means[clip] for clip in clips])


def clip_means(tokens: Tensor, lengths: Sequence[int]) -> Tensor:
    """Mean of the tokens of each clip, shape (clips, width).

    Args:
        tokens: Of all clips, end to end, shape (tokens, width).
        lengths: How many are each clip's.
    """
    return torch.stack([own.mean(0) for own in torch.split(tokens, list(lengths))])
