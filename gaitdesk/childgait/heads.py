"""What is asked of a clip: for each limb and item of its plane, whether it is atypical."""

from __future__ import annotations

from torch import Tensor, nn

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item

SIDES: tuple[Side, ...] = tuple(Side)
"""Limbs in the order of the heads' second axis."""

ITEMS: tuple[Item, ...] = tuple(Item)
"""Items in the order of the answers' third axis, that of the published form."""


class PlaneHead(nn.Module):
    """From a clip's vector to answers for both limbs and the items of one plane.

    An answer is a logit that the item scores 1 or 2; an ordinal head adds the logit that it
    scores 2 if it scores 1 at all, so that the chances of 0, 1 and 2 can never contradict.

    Args:
        width: Values of a clip's vector.
        items: The items, in the order of the form.
        levels: 1, or 2 for an ordinal head.
        hidden: Values between the two layers.
        dropout: Share of them left out while training.

    Source:
        Shi, Cao & Raschka (2023), Pattern Anal Applic 26, 941-955: conditional ordinal
        regression (CORN).
    """

    def __init__(
        self, width: int, items: tuple[Item, ...], levels: int, hidden: int, dropout: float
    ) -> None:
        super().__init__()
        self.items = items
        self.levels = levels
        self.mlp = nn.Sequential(
            nn.Linear(width, hidden),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, len(SIDES) * len(items) * levels),
        )
        for layer in self.mlp:
            if isinstance(layer, nn.Linear):
                nn.init.trunc_normal_(layer.weight, std=0.02)
                nn.init.zeros_(layer.bias)

    def forward(self, pooled: Tensor) -> Tensor:
        """Logits, shape (clips, 2, items, levels); limbs in the order of `SIDES`."""
        answers: Tensor = self.mlp(pooled)
        return answers.view(len(pooled), len(SIDES), len(self.items), self.levels)
