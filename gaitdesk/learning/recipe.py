"""How a network is trained: every number that decides it, in one value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # It loads torch, and whoever only writes an order has no need of it.
    from gaitdesk.childgait.encoder import EncoderSize

FEW_CHILDREN = 200
"""With fewer, low-rank adapters learn more than all weights do, for a network of full size; and of
a small one, which has less to begin with, the heads alone do.

Source:
    Chen et al. (2022), AdaptFormer, NeurIPS: 10 to 19 % better than full fine-tuning of a VideoMAE
    ViT-B on small sets. Small networks: `python -m tests bench shifted choose`.
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    Attributes:
        epochs: Times each clip is shown.
        batch: Clips a step.
        rate: Greatest learning rate.
        weight_decay: Of matrices; norms and biases have none.
        warm_up: Share of the steps in which the rate rises; then it falls like a cosine.
        layer_decay: Factor of the rate from one block to the one below; 1 for a network that
            starts from nothing, 0.75 for one that was trained before; 0 lets the heads and the
            last norm learn alone, so that nothing the encoder knows is forgotten.
        average: How slowly the averaged weights follow; they are what is kept.
        clip_norm: Greatest length of a gradient.
        greatest_weight: Rare answers count up to this many times as much as common ones; 1 where
            all count the same.
        focal: How much less an answer counts that is right already; 0 for not at all.
        tutoring: Weight of what only phantoms can teach: angles, places and numbers.
        gain: Strength of changes of brightness from one showing to the next.
        drop_path: See `childgait.encoder.Encoder`.
        patience: Epochs without a better validation after which training stops.
        seconds: After which no epoch is begun; the rate falls to nothing by then, too, so that
            what is learned depends on the machine. None for no limit.
        pieces: Parts into which a step's clips are cut, to be computed one after the other or by
            several processes; their gradients are added, so that memory is saved and nothing else
            changes.
        adapters: Rank of low-rank adapters, which learn in place of the encoder's matrices; 0
            where all weights learn.
        rounds: Steps of an epoch that are each over all clips in all their ways, on what the
            encoder said of them once, where the heads learn alone and nothing else is asked; 0
            for steps of `batch` clips.
        is_mixed: Whether products of matrices are computed in bfloat16 where the device has it.
        seed: Of everything drawn.
    """

    epochs: int = 40
    batch: int = 16
    rate: float = 1e-3
    weight_decay: float = 0.05
    warm_up: float = 0.1
    layer_decay: float = 1.0
    average: float = 0.995
    clip_norm: float = 1.0
    greatest_weight: float = 6.0
    focal: float = 0.0
    tutoring: float = 1.0
    gain: float = 1.0
    drop_path: float = 0.0
    patience: int = 1000
    seconds: float | None = None
    pieces: int = 1
    adapters: int = 0
    rounds: int = 0
    is_mixed: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        counts = min(self.epochs, self.batch, self.pieces, self.patience) >= 1
        amounts = min(self.rate, self.weight_decay, self.focal, self.tutoring) >= 0
        amounts = amounts and min(self.adapters, self.rounds) >= 0
        shares = 0 < self.warm_up < 1 and 0 <= self.layer_decay <= 1 and 0 <= self.average < 1
        if not (counts and amounts and shares and self.greatest_weight >= 1):
            raise ValueError("the recipe has a number out of range")

    @property
    def is_from_all_at_once(self) -> bool:
        """Whether each step is over all clips, which only heads that learn alone can do."""
        return (
            self.rounds > 0
            and self.layer_decay == 0.0
            and self.adapters == 0
            and self.tutoring == 0.0
        )


class Preset(StrEnum):
    """How much time a clinic gives to training."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


_EPOCHS = {Preset.QUICK: 8, Preset.STANDARD: 24, Preset.THOROUGH: 60}
_PATIENCE = {Preset.QUICK: 3, Preset.STANDARD: 8, Preset.THOROUGH: 15}
_ADAPTER_RANK = 8
_HEAD_ROUNDS, _HEAD_RATE, _HEAD_WAYS = 200, 6e-4, 4
"""Of heads that learn alone: steps in all, their greatest rate, and ways of each clip at the least.
Twice as many steps learn the clips by heart, half as many learn as much; in 2 ways less is learned.

Source:
    `python -m tests bench shifted`, there at half this rate throughout, which is as far in all.
"""
_WAYS = {Preset.QUICK: 2, Preset.STANDARD: 4, Preset.THOROUGH: 8}
_SMALL_WIDTH = 384


def ways_of(preset: Preset, recipe: Recipe) -> int:
    """In how many ways each clip is shown."""
    return max(_WAYS[preset], _HEAD_WAYS) if recipe.is_from_all_at_once else _WAYS[preset]


def recipe_of(
    preset: Preset,
    size: EncoderSize,
    children: int,
    seed: int = 0,
    adapters: int | None = None,
) -> Recipe:
    """The recipe that fine-tunes a network on a clinic's own corrected forms.

    Args:
        preset: How much time there is.
        size: Of the network's encoder.
        children: To learn from.
        seed: Of everything drawn.
        adapters: Rank that is asked for, 0 for none; None leaves it to the preset.
    """
    recipe = Recipe(
        epochs=_EPOCHS[preset],
        patience=_PATIENCE[preset],
        batch=8,
        rate=1e-4,
        layer_decay=0.75,
        average=0.98,
        weight_decay=0.05,
        tutoring=0.0,
        drop_path=0.1,
        is_mixed=True,
        seed=seed,
    )
    is_small, are_few = size.width < _SMALL_WIDTH, children < FEW_CHILDREN
    rank = adapters
    if rank is None:
        rank = _ADAPTER_RANK if not is_small and (preset is Preset.QUICK or are_few) else 0
    if rank:
        return replace(recipe, adapters=rank, rate=3e-4, layer_decay=1.0)
    if is_small and are_few:
        rounds = round(_HEAD_ROUNDS / recipe.epochs)
        return replace(recipe, layer_decay=0.0, rounds=rounds, rate=_HEAD_RATE)
    return recipe if is_small else replace(recipe, rate=2e-4, average=0.995)
