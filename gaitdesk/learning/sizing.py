"""Whether a training fits into memory, told before it starts, and what to change if not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from gaitdesk.childgait.device import memory_needed_bytes
from gaitdesk.childgait.encoder import EncoderSize
from gaitdesk.i18n import tr
from gaitdesk.learning.faults import TrainingMemoryShort
from gaitdesk.learning.recipe import Recipe
from gaitdesk.perception.compute import MEMORY_SHARE, ComputeDevice, memory_free_bytes

_NUMBER_BYTES = 4
_COPIES = 6
"""Of a weight that learns: itself, its gradient, two moments, the average, and the best so far."""
_USUAL_RANK = 8


@dataclass(frozen=True, slots=True)
class Fit:
    """A recipe against the memory there is.

    Attributes:
        recipe: The one asked for, cut into more pieces where that makes it fit.
        needed_bytes: What it takes at its most.
        free_bytes: What is free.
        suggestion: What was, or must be, changed, a sentence for people; empty where nothing.
        is_possible: Whether it fits.
    """

    recipe: Recipe
    needed_bytes: int
    free_bytes: int
    suggestion: str = ""
    is_possible: bool = True

    def check(self) -> Recipe:
        """The recipe that fits.

        Raises:
            TrainingMemoryShort: None does.
        """
        if not self.is_possible:
            raise TrainingMemoryShort(self.suggestion, self.free_bytes, self.needed_bytes)
        return self.recipe


def needed_bytes(
    size: EncoderSize, token_counts: Sequence[int], recipe: Recipe, where: ComputeDevice
) -> int:
    """Memory that training takes at its most, but for the clips that wait.

    Args:
        size: Of the encoder.
        token_counts: Tokens of the clips learned from; a piece may hold the longest of them.
        recipe: How.
        where: On what.
    """
    longest = sorted(token_counts, reverse=True)[: -(-recipe.batch // recipe.pieces)]
    dtype = where.dtype if recipe.is_mixed else torch.float32
    if recipe.layer_decay == 0.0:
        # Nothing is kept for a way back that ends at the heads.
        return memory_needed_bytes(size, longest, dtype)
    whole = memory_needed_bytes(size, longest, dtype, is_training=True)
    activations = whole - 4 * _NUMBER_BYTES * size.parameters
    if not recipe.adapters:
        return activations + _COPIES * _NUMBER_BYTES * size.parameters
    # The sums of matrices and adapters are kept for the way back, beside both.
    learning = _adapter_weights(size, recipe.adapters)
    return activations + _NUMBER_BYTES * (2 * size.parameters + _COPIES * learning)


def fitted(
    size: EncoderSize, token_counts: Sequence[int], recipe: Recipe, where: ComputeDevice
) -> Fit:
    """The recipe in as many pieces as memory asks for; what is learned stays the same.

    Args:
        size: Of the encoder.
        token_counts: Tokens of the clips learned from.
        recipe: The one asked for.
        where: On what it is to run.
    """
    free = memory_free_bytes(where.device)
    first = needed_bytes(size, token_counts, recipe, where)
    tried = recipe
    while (needs := needed_bytes(size, token_counts, tried, where)) > MEMORY_SHARE * free:
        if tried.pieces >= tried.batch:
            return Fit(recipe, first, free, _advice(size, token_counts, recipe, where), False)
        tried = replace(tried, pieces=min(tried.batch, 2 * tried.pieces))
    if tried.pieces == recipe.pieces:
        return Fit(recipe, needs, free)
    suggestion = tr(
        "{batch} clips at once would need {needed:.1f} GB, and {free:.1f} GB are free, so each step"
        " is computed in {pieces} pieces. It learns the same."
    ).format(batch=recipe.batch, needed=first / 1e9, free=free / 1e9, pieces=tried.pieces)
    return Fit(tried, needs, free, suggestion)


def _advice(
    size: EncoderSize, token_counts: Sequence[int], recipe: Recipe, where: ComputeDevice
) -> str:
    """What would fit where not even clip by clip does."""
    lighter = replace(recipe, pieces=recipe.batch, adapters=recipe.adapters or _USUAL_RANK)
    fits = needed_bytes(size, token_counts, lighter, where) <= MEMORY_SHARE * memory_free_bytes(
        where.device
    )
    if fits and not recipe.adapters:
        return tr(
            "Train with adapters and clip by clip: rank {rank} and {pieces} pieces under Details,"
            " or --adapters {rank} --pieces {pieces}."
        ).format(rank=_USUAL_RANK, pieces=recipe.batch)
    return tr("Close other programs, or start from a smaller network.")


def _adapter_weights(size: EncoderSize, rank: int) -> int:
    width, wide = size.width, size.mlp_width
    return size.depth * rank * (4 * width + 2 * width + 2 * (width + wide))
